//! What the rest of the client sees of the socket: actions. `server/<event>` for every event of the contract, and the
//! connection's own life.
import { createAction, type PayloadActionCreator } from "@reduxjs/toolkit";
import { SERVER_EVENTS, type ServerToClientEvents } from "~/contract";

type Creators = {
  [E in keyof ServerToClientEvents]: PayloadActionCreator<Parameters<ServerToClientEvents[E]>[0]>;
};

/** `server.RecievedMsg` and so on: one action creator for each event that the server emits. */
export const server = Object.fromEntries(
  SERVER_EVENTS.map((event) => [event, createAction(`server/${event}`)]),
) as unknown as Creators;

/** Commands: what the app asks of the middleware. */
export const socketOpened = createAction("socket/opened");
export const socketClosed = createAction("socket/closed");

/** Events: what the middleware tells. */
export const connecting = createAction("socket/connecting");
export const connected = createAction("socket/connected");
export const disconnected = createAction<{ reason: string }>("socket/disconnected");
export const wentOffline = createAction("socket/wentOffline");
/** The server does not know the session any more, and refreshing it was refused. */
export const sessionRefused = createAction("socket/sessionRefused");
