import { configureStore } from "@reduxjs/toolkit";
import chat from "./chatSlice";
import user from "./userSlice";

export const store = configureStore({ reducer: { chat, user } });
