//! Tells the others that this user is writing, seldom enough, and when it is over; and forgets those of whom nothing more is
//! heard.
import type { Middleware } from "@reduxjs/toolkit";
import { draftChanged } from "~/features/composer/slice";
import { server } from "~/socket/actions";
import type { Connection } from "~/socket/connection";
import { lapsed, paused } from "./slice";

/** The others forget after `LAPSE_MS`; told again before that. */
const TELL_EVERY_MS = 3_000;
const LAPSE_MS = 5_000;

export function createTypingMiddleware(request: Connection["request"]): Middleware {
  return ({ dispatch, getState }) => {
    const online = () => (getState() as { connection: { phase: string } }).connection.phase === "connected";
    /** Where this user was last said to be writing, and when. */
    let told: { key: string; at: number } | null = null;
    const timers = new Map<string, ReturnType<typeof setTimeout>>();

    function tell(key: string, isTyping: boolean) {
      if (!online()) return;
      const id = key.slice(key.indexOf(":") + 1);
      const where = key.startsWith("user:") ? { toUserId: id } : { conversationId: id };
      // Whoever is not told in time is told by the next one.
      request("typing", { ...where, isTyping }).catch(() => {});
    }

    function stop() {
      if (told) tell(told.key, false);
      told = null;
    }

    function write(key: string) {
      if (told && told.key !== key) stop();
      const now = Date.now();
      if (told && now - told.at < TELL_EVERY_MS) return;
      told = { key, at: now };
      tell(key, true);
    }

    return (next) => (action) => {
      const result = next(action);
      if (draftChanged.match(action)) {
        const { key, text } = action.payload;
        if (text.trim() !== "") write(key);
        else if (told?.key === key) stop();
      } else if (paused.match(action)) {
        if (told?.key === action.payload) stop();
      } else if (server.typing.match(action)) {
        const { conversationId, userId, isTyping } = action.payload;
        const name = `${conversationId} ${userId}`;
        clearTimeout(timers.get(name));
        timers.delete(name);
        if (isTyping) {
          const lapse = () => {
            timers.delete(name);
            dispatch(lapsed({ conversationId, userId }));
          };
          timers.set(name, setTimeout(lapse, LAPSE_MS));
        }
      }
      return result;
    };
  };
}
