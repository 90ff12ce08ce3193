import { io } from "socket.io-client";
import type { ChatSocket } from "./connection";

/** The socket to the server that served this page. Polling is the way in where a proxy refuses WebSocket. */
export function createSocket(): ChatSocket {
  return io({
    autoConnect: false,
    reconnection: false,
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    timeout: 10_000,
  });
}
