//! Asks the server about those who are on the screen, and tells it whether anybody looks at this page.
import type { Middleware } from "@reduxjs/toolkit";
import { LIMITS, type UserId } from "~/contract";
import { missed } from "~/features/people/slice";
import { connected } from "~/socket/actions";
import type { Connection } from "~/socket/connection";
import { presenceLoaded, unwatched, watched } from "./slice";

/** A list that comes on the screen is one question. */
const GATHER_MS = 50;

export function createPresenceMiddleware(
  request: Connection["request"],
  page: Pick<Document, "visibilityState" | "addEventListener"> = document,
): Middleware {
  return ({ dispatch, getState }) => {
    const online = () => (getState() as { connection: { phase: string } }).connection.phase === "connected";
    /** How many places on the screen show somebody. */
    const shown = new Map<UserId, number>();
    const due = new Set<UserId>();
    let timer: ReturnType<typeof setTimeout> | undefined;

    async function ask() {
      timer = undefined;
      const ids = [...due].filter((id) => shown.has(id));
      due.clear();
      for (let at = 0; at < ids.length && online(); at += LIMITS.presenceUsers) {
        const asked = ids.slice(at, at + LIMITS.presenceUsers);
        try {
          const { users } = await request("getPresence", { userIds: asked });
          if (online()) dispatch(presenceLoaded({ asked, users }));
        } catch {
          // Nothing is known of them until the next connection, or until this page is looked at again.
        }
      }
    }

    function want(ids: Iterable<UserId>) {
      for (const id of ids) due.add(id);
      if (due.size > 0 && online() && timer === undefined) timer = setTimeout(ask, GATHER_MS);
    }

    function tellStatus() {
      if (!online()) return;
      request("setStatus", { active: page.visibilityState === "visible" }).catch(() => {});
    }
    page.addEventListener("visibilitychange", tellStatus);

    return (next) => (action) => {
      const result = next(action);
      if (watched.match(action)) {
        const before = shown.get(action.payload) ?? 0;
        shown.set(action.payload, before + 1);
        if (before === 0) want([action.payload]);
      } else if (unwatched.match(action)) {
        const left = (shown.get(action.payload) ?? 1) - 1;
        if (left > 0) shown.set(action.payload, left);
        else shown.delete(action.payload);
      } else if (missed.match(action)) {
        want(shown.keys());
      }
      // A new connection counts as somebody who is there.
      if (connected.match(action) && page.visibilityState !== "visible") tellStatus();
      return result;
    };
  };
}
