//! What thunks work with. The app makes it once; tests make their own.
import type { ThunkAction, UnknownAction } from "@reduxjs/toolkit";
import type { Http } from "~/http/client";
import type { Connection } from "~/socket/connection";
import type { Database } from "~/storage/database";

export interface Services {
  http: Http;
  request: Connection["request"];
  database: Database;
  now: () => Date;
}

/** A thunk that sees only the part of the state that it names. */
export type Thunk<State, Result = void> = ThunkAction<Result, State, Services, UnknownAction>;
