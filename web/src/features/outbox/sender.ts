//! Sends what is in the outbox: one message of a conversation at a time, in the order of writing, each until the server has
//! acknowledged or refused it. A lock for each conversation lets one tab send it while the others watch; the server takes
//! the same `tempId` only once, so a tab that died in the middle does no harm.
import type { Middleware } from "@reduxjs/toolkit";
import { liveQuery, type Subscription } from "dexie";
import { acrossTabs } from "~/across-tabs";
import type { SendMsg, Sent } from "~/contract";
import { type FailureCode, RequestFailure } from "~/failure";
import { type MessagesRoot, messageSent, selectChat } from "~/features/messages/slice";
import { selectMe } from "~/features/session/slice";
import { connected } from "~/socket/actions";
import { backoffMs, type Connection } from "~/socket/connection";
import type { Database, OutboxRow, Reason } from "~/storage/database";
import { acknowledged, dropped, failed, mirrored, type OutboxRoot, selectOutbox, slowedDown } from "./slice";

export interface SenderOptions {
  database: Database;
  request: Connection["request"];
  lock?: <T>(name: string, task: () => Promise<T>) => Promise<T>;
  random?: () => number;
}

/** Sending again would be refused again. */
const FOR_GOOD: ReadonlySet<FailureCode> = new Set([
  "malformed",
  "forbidden",
  "not_connected",
  "blocked",
  "not_found",
  "too_large",
]);
/** A server that fails this often on one message would fail for ever, and what follows it must not wait. */
const ATTEMPTS_MOST = 8;

type Outcome = "again" | "empty" | "stop" | { waitMs: number };

export function createOutboxMiddleware(options: SenderOptions): Middleware {
  const { database, request } = options;
  const lock = options.lock ?? acrossTabs;
  const random = options.random ?? Math.random;

  return ({ dispatch, getState }) => {
    const read = getState as () => OutboxRoot & MessagesRoot & { connection: { phase: string } };
    const draining = new Set<string>();
    const wokenMeanwhile = new Set<string>();
    const attempts = new Map<string, number>();
    const pauses = new Set<() => void>();
    let mirror: Subscription | undefined;
    let mirrorOf: string | undefined;

    const ready = (userId: string) =>
      read().connection.phase === "connected" && selectMe(read())?.id === userId;

    function follow(userId: string | undefined) {
      if (mirrorOf === userId) return;
      mirror?.unsubscribe();
      mirrorOf = userId;
      attempts.clear();
      if (userId === undefined) return;
      // Without storage there is nothing to take up.
      database.queueUnstored(userId).catch(() => {});
      mirror = liveQuery(() => database.outbox.where({ userId }).sortBy("order")).subscribe({
        next: (rows) => {
          if (mirrorOf === userId) dispatch(mirrored(rows));
        },
        // Without storage the outbox is what was written in this tab.
        error: () => {},
      });
    }

    function wake() {
      const userId = selectMe(read())?.id;
      if (!userId || !ready(userId)) return;
      const waiting = selectOutbox(read()).filter(
        (item) => item.state === "waiting" && item.order !== undefined,
      );
      for (const key of new Set(waiting.map((item) => item.key))) void drain(userId, key);
    }

    async function drain(userId: string, key: string) {
      if (draining.has(key)) {
        wokenMeanwhile.add(key);
        return;
      }
      draining.add(key);
      try {
        do {
          wokenMeanwhile.delete(key);
          let outcome: Outcome = "again";
          while (ready(userId) && outcome !== "empty" && outcome !== "stop") {
            outcome = await lock(`linnet-outbox ${userId} ${key}`, () => sendNext(userId, key));
            if (typeof outcome === "object") await pause(outcome.waitMs);
          }
        } while (wokenMeanwhile.has(key) && ready(userId));
      } finally {
        draining.delete(key);
      }
    }

    /** Waits, but not beyond the next connection: a new one is a reason to try at once. */
    function pause(ms: number): Promise<void> {
      return new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          pauses.delete(done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        pauses.add(done);
      });
    }

    async function sendNext(userId: string, key: string): Promise<Outcome> {
      const rows = await database.outbox.where({ userId, key }).sortBy("order");
      const row = rows.find((candidate) => candidate.state === "waiting");
      if (!row) return "empty";
      if (!ready(userId)) return "stop";
      try {
        const sent = await request("sendMsg", payloadOf(row));
        attempts.delete(row.tempId);
        // Shown as sent before the row goes, so that it is never nowhere.
        dispatch(
          acknowledged({ tempId: row.tempId, conversationId: sent.conversationId, sequence: sent.sequence }),
        );
        announce(row, sent);
        await database.outbox.delete(row.order);
        return "again";
      } catch (error) {
        return refused(row, error);
      }
    }

    async function refused(row: OutboxRow, error: unknown): Promise<Outcome> {
      const failure = error instanceof RequestFailure ? error : new RequestFailure("internal");
      if (failure.code === "unreachable") return "stop";
      if (failure.code === "rate_limited") {
        dispatch(slowedDown());
        return { waitMs: failure.retryAfterMs ?? 5_000 };
      }
      const attempt = (attempts.get(row.tempId) ?? 0) + 1;
      attempts.set(row.tempId, attempt);
      if (FOR_GOOD.has(failure.code) || (failure.code === "internal" && attempt >= ATTEMPTS_MOST)) {
        attempts.delete(row.tempId);
        const out = failure.code === "not_found" && row.key.startsWith("conversation:");
        // Of a message that was written here, only its files can be wrong: they stay on the server for a day.
        const lost = failure.code === "malformed" && row.files !== undefined;
        const reason: Reason = out
          ? { code: "not_member", message: "" }
          : lost
            ? { code: "files_gone", message: "" }
            : { code: failure.code, message: failure.message };
        dispatch(failed({ tempId: row.tempId, reason }));
        await database.outbox.update(row.order, { state: "failed", reason });
        return "again";
      }
      return { waitMs: failure.retryAfterMs ?? backoffMs(attempt, random()) };
    }

    /** The acknowledgement tells all that the event would: the message need not wait for it. */
    function announce(row: OutboxRow, sent: Sent) {
      const me = selectMe(read());
      if (!me) return;
      const peer = row.key.startsWith("user:") ? { toUserId: row.key.slice(5) } : {};
      dispatch(
        messageSent({
          id: sent.messageId,
          tempId: row.tempId,
          conversationId: sent.conversationId,
          roomId: sent.conversationId,
          sequence: sent.sequence,
          version: sent.version,
          name: me.displayName,
          fromUserId: me.id,
          msg: row.msg,
          timestamp: sent.timestamp,
          kind: "text",
          ...peer,
          ...(row.files && { files: row.files }),
          ...(row.replyTo && { replyTo: row.replyTo.messageId, replySequence: row.replyTo.sequence }),
        }),
      );
    }

    /** A sent item has done its work when its message is in the conversation. */
    function sweep() {
      for (const item of selectOutbox(read())) {
        if (item.state !== "sent" || item.conversationId === undefined) continue;
        const chat = selectChat(read(), item.conversationId);
        if (chat && item.sequence !== undefined && chat.to >= item.sequence) dispatch(dropped(item.tempId));
      }
    }

    return (next) => (action) => {
      const before = read();
      const result = next(action);
      const after = read();
      if (before.session !== after.session) follow(selectMe(after)?.id);
      if (connected.match(action)) for (const resume of [...pauses]) resume();
      if (connected.match(action) || mirrored.match(action)) wake();
      if (before.messages !== after.messages && after.outbox.items.length > 0) sweep();
      return result;
    };
  };
}

function payloadOf(row: OutboxRow): SendMsg {
  const [kind, id = ""] = row.key.split(/:(.*)/);
  const target = kind === "user" ? { toUserId: id } : { conversationId: id };
  // The cookies may belong to another account by now: the server refuses a message that was written by this one.
  const answered = row.replyTo && { replyTo: row.replyTo.messageId };
  const files = row.files && { files: row.files.map(({ id }) => id) };
  return { ...target, msg: row.msg, tempId: row.tempId, fromUserId: row.userId, ...answered, ...files };
}
