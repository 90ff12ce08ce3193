import { configureStore, type UnknownAction } from "@reduxjs/toolkit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SERVER_EVENTS } from "~/contract";
import type { Refreshed } from "~/http/client";
import { FakeSocket } from "~/test/fake-socket";
import { sessionRefused, socketClosed, socketOpened } from "./actions";
import { backoffMs, createConnection } from "./connection";

function setUp(refreshes: Refreshed[] = []) {
  const socket = new FakeSocket();
  const create = vi.fn(() => socket.asSocket);
  const refresh = vi.fn(async () => refreshes.shift() ?? "expired");
  const connection = createConnection({ create, refresh, random: () => 0, window });
  const actions: UnknownAction[] = [];
  const store = configureStore({
    reducer: (_state: unknown, action: UnknownAction) => {
      actions.push(action);
      return null;
    },
    middleware: (defaults) => defaults().concat(connection.middleware),
  });
  const types = () => actions.map((action) => action.type).filter((type) => !type.startsWith("@@"));
  return { socket, create, refresh, connection, store, actions, types };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the connection", () => {
  it("turns every event of the contract into an action, on one socket", () => {
    const { socket, create, store, actions } = setUp();
    store.dispatch(socketOpened());
    store.dispatch(socketOpened());
    expect(create).toHaveBeenCalledTimes(1);
    for (const event of SERVER_EVENTS) socket.hear(event, { about: event });
    for (const event of SERVER_EVENTS) {
      expect(actions.filter((action) => action.type === `server/${event}`)).toEqual([
        { type: `server/${event}`, payload: { about: event } },
      ]);
    }
  });

  it("comes back after a loss, whatever the reason, later and later while the server is away", () => {
    const { socket, store, types } = setUp();
    store.dispatch(socketOpened());
    for (const reason of ["transport close", "io server disconnect", "ping timeout"]) {
      socket.reachable = true;
      const before = socket.attempts;
      socket.lose(reason);
      expect(socket.attempts).toBe(before);
      vi.advanceTimersByTime(backoffMs(0, 0));
      expect(socket.attempts).toBe(before + 1);
      expect(socket.connected).toBe(true);
    }
    socket.reachable = false;
    socket.lose();
    let waited = 0;
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const before = socket.attempts;
      const wait = backoffMs(attempt, 0);
      expect(wait).toBeGreaterThan(waited);
      vi.advanceTimersByTime(wait - 1);
      expect(socket.attempts).toBe(before);
      vi.advanceTimersByTime(1);
      expect(socket.attempts).toBe(before + 1);
      socket.refuse("xhr poll error");
      waited = wait;
    }
    expect(types().filter((type) => type === "socket/disconnected").length).toBe(8);
  });

  it("refreshes a refused session once, and connects again", async () => {
    const { socket, refresh, store, types } = setUp(["refreshed"]);
    socket.reachable = false;
    store.dispatch(socketOpened());
    socket.refuse("Authentication failed");
    socket.reachable = true;
    await vi.advanceTimersByTimeAsync(0);
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(socket.connected).toBe(true);
    expect(types()).not.toContain("socket/sessionRefused");
  });

  it("ends the session when it is refused again after refreshing, and stays away", async () => {
    const { socket, refresh, store, types } = setUp(["refreshed", "refreshed"]);
    socket.reachable = false;
    store.dispatch(socketOpened());
    socket.refuse("Authentication failed");
    await vi.advanceTimersByTimeAsync(0);
    socket.refuse("Authentication failed");
    await vi.advanceTimersByTimeAsync(0);
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(types()).toContain("socket/sessionRefused");
    const attempts = socket.attempts;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(socket.attempts).toBe(attempts);
  });

  it("keeps trying while refreshing cannot be done: nobody is signed out by an outage", async () => {
    const { socket, store, types } = setUp(["unreachable", "refreshed"]);
    socket.reachable = false;
    store.dispatch(socketOpened());
    socket.refuse("Authentication failed");
    await vi.advanceTimersByTimeAsync(backoffMs(0, 0));
    socket.refuse("Authentication failed");
    socket.reachable = true;
    await vi.advanceTimersByTimeAsync(0);
    expect(socket.connected).toBe(true);
    expect(types()).not.toContain(sessionRefused.type);
  });

  it("is offline with the browser, and back at once with it", () => {
    const { socket, store, types } = setUp();
    store.dispatch(socketOpened());
    window.dispatchEvent(new Event("offline"));
    expect(socket.connected).toBe(false);
    expect(types().at(-1)).toBe("socket/wentOffline");
    vi.advanceTimersByTime(60_000);
    expect(socket.connected).toBe(false);
    window.dispatchEvent(new Event("online"));
    expect(socket.connected).toBe(true);
  });

  it("stays closed once it is closed", () => {
    const { socket, store } = setUp();
    store.dispatch(socketOpened());
    store.dispatch(socketClosed());
    const attempts = socket.attempts;
    window.dispatchEvent(new Event("online"));
    vi.advanceTimersByTime(60_000);
    expect(socket.connected).toBe(false);
    expect(socket.attempts).toBe(attempts);
  });
});

describe("a request", () => {
  it("resolves with the reply, and rejects with the server's own refusal", async () => {
    const { socket, connection, store } = setUp();
    store.dispatch(socketOpened());
    socket.answer = () => ({ success: true, roomId: "r" });
    await expect(connection.request("joinChat", { toUserId: "u" })).resolves.toMatchObject({ roomId: "r" });
    socket.answer = () => ({ success: false, code: "rate_limited", error: "Slow down.", retryAfterMs: 900 });
    await expect(connection.request("joinChat", { toUserId: "u" })).rejects.toMatchObject({
      code: "rate_limited",
      message: "Slow down.",
      retryAfterMs: 900,
    });
  });

  it("is not kept for later without a connection, and tells when no answer came", async () => {
    const { socket, connection, store } = setUp();
    await expect(connection.request("sync", { versions: {} })).rejects.toMatchObject({ code: "unreachable" });
    store.dispatch(socketOpened());
    socket.answer = () => new Error("operation has timed out");
    await expect(connection.request("sync", { versions: {} })).rejects.toMatchObject({ code: "timeout" });
  });

  it("that is not answered twice in a row ends a connection that only looks alive", async () => {
    const { socket, connection, store } = setUp();
    store.dispatch(socketOpened());
    socket.answer = () => new Error("operation has timed out");
    await connection.request("sync", { versions: {} }).catch(() => {});
    expect(socket.connected).toBe(true);
    await connection.request("sync", { versions: {} }).catch(() => {});
    expect(socket.connected).toBe(false);
    vi.advanceTimersByTime(backoffMs(0, 0));
    expect(socket.connected).toBe(true);
  });
});
