//! The one socket of the app: it connects, reconnects with backoff, refreshes the session when it is refused, and turns
//! what the server emits into actions. It knows no feature.
import type { Middleware } from "@reduxjs/toolkit";
import type { Socket } from "socket.io-client";
import { type Ack, type ClientToServerEvents, SERVER_EVENTS, type ServerToClientEvents } from "~/contract";
import { RequestFailure } from "~/failure";
import type { Refreshed } from "~/http/client";
import {
  connected,
  connecting,
  disconnected,
  server,
  sessionRefused,
  socketClosed,
  socketOpened,
  wentOffline,
} from "./actions";

export type ChatSocket = Socket<ServerToClientEvents, ClientToServerEvents>;
type EventName = keyof ClientToServerEvents;
export type PayloadOf<E extends EventName> = Parameters<ClientToServerEvents[E]>[0];
export type ReplyOf<E extends EventName> = Parameters<ClientToServerEvents[E]>[1] extends
  | ((reply: Ack<infer R>) => void)
  | undefined
  ? R
  : never;

export interface Connection {
  middleware: Middleware;
  /**
   * Emits an event and waits for its acknowledgement.
   * Rejects with a `RequestFailure`: the server's own, `timeout`, or `unreachable` when there is no connection.
   */
  request<E extends EventName>(event: E, payload: PayloadOf<E>): Promise<ReplyOf<E>>;
}

export interface ConnectionOptions {
  /** Makes the socket, not yet connected and with its own reconnection off: the backoff here is the only one. */
  create: () => ChatSocket;
  refresh: () => Promise<Refreshed>;
  /** From 0 to 1: spreads the clients of a restarted server. */
  random?: () => number;
  /** Where `online` and `offline` happen; `null` where there is no window. */
  window?: Pick<Window, "addEventListener" | "removeEventListener"> | null;
}

const ACK_TIMEOUT_MS = 10_000;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MOST_MS = 10_000;
/** Requests without an answer, one after the other, after which the connection counts as dead. */
const SILENT_MOST = 2;
const REFUSED = "Authentication failed";

/** Half of the step is fixed and half is chance, so that nobody waits for nothing and nobody comes all at once. */
export function backoffMs(attempt: number, random: number): number {
  const step = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 10));
  return step / 2 + (step / 2) * random;
}

export function createConnection(options: ConnectionOptions): Connection {
  const random = options.random ?? Math.random;
  const surroundings = options.window === undefined ? globalThis.window : options.window;
  let socket: ChatSocket | null = null;
  let wanted = false;
  let attempt = 0;
  /** The session was refreshed since the last time that it was accepted: a second refusal is final. */
  let refreshed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let silent = 0;
  /** Gives a dead connection up: a network that changed under us may not tell for the better part of a minute. */
  let giveUp = () => {};

  const middleware: Middleware = ({ dispatch }) => {
    function connect() {
      clearTimeout(timer);
      if (!wanted || !socket || socket.connected) return;
      dispatch(connecting());
      socket.connect();
    }

    function retryLater() {
      clearTimeout(timer);
      if (!wanted) return;
      timer = setTimeout(connect, backoffMs(attempt, random()));
      attempt += 1;
    }

    async function refused() {
      if (refreshed) return dispatch(sessionRefused());
      const outcome = await options.refresh();
      if (!wanted) return;
      if (outcome === "expired") return dispatch(sessionRefused());
      refreshed = outcome === "refreshed";
      return refreshed ? connect() : retryLater();
    }

    function listen(made: ChatSocket) {
      made.on("connect", () => {
        attempt = 0;
        silent = 0;
        refreshed = false;
        dispatch(connected());
      });
      made.on("connect_error", (error) => {
        if (!wanted) return;
        dispatch(disconnected({ reason: error.message }));
        if (error.message === REFUSED) void refused();
        else retryLater();
      });
      made.on("disconnect", (reason) => {
        // Our own `disconnect()` is not news: whoever called it has already said why.
        if (reason === "io client disconnect") return;
        dispatch(disconnected({ reason }));
        retryLater();
      });
      for (const event of SERVER_EVENTS) {
        const create = server[event] as (payload: unknown) => { type: string };
        (made as Socket).on(event, (payload: unknown) => dispatch(create(payload)));
      }
    }

    giveUp = () => {
      silent = 0;
      socket?.disconnect();
      dispatch(disconnected({ reason: "no answer" }));
      retryLater();
    };

    const online = () => {
      attempt = 0;
      connect();
    };
    const offline = () => {
      if (!wanted) return;
      clearTimeout(timer);
      socket?.disconnect();
      dispatch(wentOffline());
    };

    function open() {
      if (wanted) return;
      wanted = true;
      attempt = 0;
      refreshed = false;
      if (!socket) {
        socket = options.create();
        listen(socket);
      }
      surroundings?.addEventListener("online", online);
      surroundings?.addEventListener("offline", offline);
      connect();
    }

    function close() {
      wanted = false;
      clearTimeout(timer);
      surroundings?.removeEventListener("online", online);
      surroundings?.removeEventListener("offline", offline);
      socket?.disconnect();
    }

    return (next) => (action) => {
      const result = next(action);
      if (socketOpened.match(action)) open();
      else if (socketClosed.match(action) || sessionRefused.match(action)) close();
      return result;
    };
  };

  async function request<E extends EventName>(event: E, payload: PayloadOf<E>): Promise<ReplyOf<E>> {
    // socket.io would keep the event for the next connection; what must survive is kept in the outbox instead.
    if (!socket?.connected) throw new RequestFailure("unreachable");
    let reply: Ack<ReplyOf<E>>;
    try {
      reply = await (socket as Socket).timeout(ACK_TIMEOUT_MS).emitWithAck(event, payload);
      silent = 0;
    } catch {
      if (!socket.connected) throw new RequestFailure("unreachable");
      silent += 1;
      if (silent >= SILENT_MOST) giveUp();
      throw new RequestFailure("timeout");
    }
    if (!reply.success) throw new RequestFailure(reply.code, reply.error, reply.retryAfterMs);
    return reply;
  }

  return { middleware, request };
}
