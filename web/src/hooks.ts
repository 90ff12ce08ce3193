//! The typed hooks. A component names the part of the state that it needs; the app's store has them all.
import type { ThunkDispatch, UnknownAction } from "@reduxjs/toolkit";
import { useDispatch } from "react-redux";
import type { Services } from "~/services";

// A thunk's state is a part of the store's, which the store's own test of types holds; here only services matter.
// biome-ignore lint/suspicious/noExplicitAny: contravariance: a dispatch for every thunk of every feature
export const useAppDispatch = useDispatch.withTypes<ThunkDispatch<any, Services, UnknownAction>>();
