//! Whether there is a connection, in the words that people see.
import { createSlice } from "@reduxjs/toolkit";
import {
  connected,
  connecting,
  disconnected,
  server,
  sessionRefused,
  socketClosed,
  wentOffline,
} from "~/socket/actions";

export type Phase = "idle" | "connecting" | "connected" | "reconnecting" | "offline" | "expired";

export interface ConnectionState {
  phase: Phase;
  /** There was a connection since signing in: the next attempt is a reconnection. */
  before: boolean;
}

const initialState: ConnectionState = { phase: "idle", before: false };

const slice = createSlice({
  name: "connection",
  initialState,
  reducers: {},
  extraReducers: (builder) => {
    builder
      .addCase(connecting, (state) => {
        state.phase = state.before ? "reconnecting" : "connecting";
      })
      .addCase(connected, () => ({ phase: "connected", before: true }) as const)
      .addCase(disconnected, (state) => {
        // The first failure to connect is worth saying, too.
        if (state.phase !== "offline") state.phase = "reconnecting";
        state.before = true;
      })
      .addCase(wentOffline, (state) => {
        state.phase = "offline";
      })
      .addCase(sessionRefused, () => ({ phase: "expired", before: false }) as const)
      .addCase(server.sessionEnded, () => ({ phase: "expired", before: false }) as const)
      .addCase(socketClosed, (state) => {
        if (state.phase !== "expired") state.phase = "idle";
        state.before = false;
      });
  },
});

export const connectionReducer = slice.reducer;
export const selectPhase = (state: { connection: ConnectionState }) => state.connection.phase;
