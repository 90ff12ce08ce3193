//! Tells the server how far messages have reached this user and how far they were read. Marks only grow, so the highest one
//! says it all: what happens within a moment goes as one event for each conversation.
import type { Middleware } from "@reduxjs/toolkit";
import { type FailureCode, RequestFailure } from "~/failure";
import { type Chat, marksMoved, selectChats } from "~/features/messages/slice";
import { selectMe } from "~/features/session/slice";
import { connected } from "~/socket/actions";
import type { Connection } from "~/socket/connection";
import { type ReceiptsRoot, readAgain } from "./slice";

const GATHER_MS = 200;
const LATER_MS = 5_000;
const FOR_GOOD: ReadonlySet<FailureCode> = new Set(["malformed", "forbidden", "not_found"]);

export function createMarksMiddleware(request: Connection["request"]): Middleware {
  return ({ dispatch, getState }) => {
    const read = getState as () => ReceiptsRoot & { connection: { phase: string } };
    let timer: ReturnType<typeof setTimeout> | undefined;
    let flushing = false;
    /** Conversations whose mark was refused for good on this connection: asking again would change nothing. */
    const refused = new Set<string>();

    /** The next mark that the server does not have, if any. */
    function due(): { chat: Chat; event: "markRead" | "markDelivered"; sequence: number } | undefined {
      const me = selectMe(read())?.id;
      for (const chat of Object.values(selectChats(read()))) {
        const mine = chat.members.find((member) => member.userId === me);
        if (!mine || refused.has(chat.id)) continue;
        const { read: here, again } = read().receipts;
        const wanted = Math.min(here[chat.id] ?? 0, chat.lastSequence);
        const { unreadFrom } = chat.settings;
        const reread = Math.min(again[chat.id] ?? 0, chat.lastSequence);
        // Reading what was marked unread takes the mark away, however far this user had read before.
        if (unreadFrom !== null && reread >= unreadFrom)
          return { chat, event: "markRead", sequence: Math.max(reread, wanted) };
        if (wanted > mine.read) return { chat, event: "markRead", sequence: wanted };
        // What comes while one reads further up has arrived as well.
        const arrived = chat.detached ? chat.lastSequence : chat.to;
        if (arrived > mine.delivered) return { chat, event: "markDelivered", sequence: arrived };
      }
      return undefined;
    }

    async function flush() {
      timer = undefined;
      if (flushing) return;
      flushing = true;
      let again = 0;
      try {
        for (let mark = due(); mark && read().connection.phase === "connected"; mark = due()) {
          const { chat, event, sequence } = mark;
          const me = selectMe(read())?.id;
          if (!me) break;
          try {
            await request(event, { conversationId: chat.id, sequence });
          } catch (error) {
            if (!(error instanceof RequestFailure) || !FOR_GOOD.has(error.code)) throw error;
            refused.add(chat.id);
            continue;
          }
          if (event === "markRead") dispatch(readAgain(chat.id));
          const marks = { delivered: sequence, read: event === "markRead" ? sequence : 0 };
          dispatch(marksMoved({ conversationId: chat.id, userId: me, ...marks }));
        }
      } catch (error) {
        again = (error instanceof RequestFailure ? error.retryAfterMs : undefined) ?? LATER_MS;
      } finally {
        flushing = false;
      }
      if (again > 0) schedule(again);
    }

    function schedule(ms: number) {
      if (timer === undefined) timer = setTimeout(flush, ms);
    }

    return (next) => (action) => {
      const before = read();
      const result = next(action);
      const after = read();
      if (connected.match(action)) refused.clear();
      const moved = before.messages !== after.messages || before.receipts !== after.receipts;
      if (after.connection.phase === "connected" && (moved || connected.match(action)) && due())
        schedule(GATHER_MS);
      return result;
    };
  };
}
