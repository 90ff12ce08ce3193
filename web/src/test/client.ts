//! The whole client without a browser: the real store over a fake socket, a fake HTTP and a real (in-memory) IndexedDB.
import { vi } from "vitest";
import { createStore } from "~/app/store";
import type { Attachment, EditMsg, Me, Message, ReactMsg, SendMsg, Sync } from "~/contract";
import { RequestFailure } from "~/failure";
import { signedIn } from "~/features/session/slice";
import type { Http } from "~/http/client";
import { Database } from "~/storage/database";
import { FakeSocket } from "./fake-socket";
import { alice, answerSync, bob, ModelConversation } from "./model-server";

let databases = 0;

/** A file, as the server tells of one. */
export const attachment = (over: Partial<Attachment> = {}): Attachment => ({
  id: "0190a8b4-0000-7000-8000-000000000001",
  name: "a.bin",
  type: "application/octet-stream",
  size: 81_234,
  thumbnail: false,
  ...over,
});

export interface ClientOptions {
  database?: Database;
  rooms?: ModelConversation[];
  me?: Me;
}

/** Alice's client. The model server behind it answers `sync`, `sendMsg` and marks. */
export function client({ database, rooms = [], me = alice }: ClientOptions = {}) {
  databases += 1;
  const socket = new FakeSocket();
  const db = database ?? new Database(`test-${databases}`);
  const http: Http = {
    get: vi.fn(async (path: string) => {
      if (path.startsWith("/conversations?") || path === "/conversations") {
        return { conversations: rooms.map((room) => structuredClone(room.summary(me))) } as never;
      }
      const room = rooms.find((candidate) => path.startsWith(`/conversations/${candidate.id}/messages`));
      if (room) {
        const { limit, ...place } = Object.fromEntries(
          [...new URLSearchParams(path.split("?")[1])].map(([name, value]) => [name, Number(value)]),
        );
        return structuredClone(room.page(place, limit)) as never;
      }
      throw new RequestFailure("not_found", "There is no such thing here.");
    }),
    post: vi.fn(async () => undefined as never),
    put: vi.fn(async () => undefined),
    upload: vi.fn(async () => undefined as never),
    postFile: vi.fn(async () => undefined as never),
    patch: vi.fn(async () => undefined as never),
    delete: vi.fn(async () => undefined as never),
    refresh: vi.fn(async () => "expired" as const),
  };

  function answer(event: string, payload: unknown): unknown {
    if (event === "sync")
      return { success: true, ...structuredClone(answerSync(rooms, me, payload as Sync)) };
    if (event === "sendMsg") return answerSend(payload as SendMsg);
    if (event === "markUnread") {
      const { conversationId, sequence } = payload as { conversationId: string; sequence: number };
      const told = rooms.find((it) => it.id === conversationId)?.set({ unreadFrom: sequence }, me);
      if (told) socket.hear(told.type, structuredClone(told.payload));
      return { success: true };
    }
    if (event === "editMsg" || event === "deleteMsg" || event === "reactMsg")
      return answerChange(event, payload);
    if (event === "markRead" || event === "markDelivered") {
      const { conversationId, sequence } = payload as { conversationId: string; sequence: number };
      const room = rooms.find((candidate) => candidate.id === conversationId);
      room?.mark(me.id, sequence, event === "markRead" ? sequence : 0);
    }
    return { success: true };
  }

  /** The event comes before the acknowledgement, as the server sends them. */
  function answerChange(event: string, payload: unknown) {
    const { messageId, msg, emoji, on } = payload as EditMsg & ReactMsg;
    const room = rooms.find((it) => it.messages.some((message) => message.id === messageId));
    const message = room?.messages.find((it) => it.id === messageId);
    if (!room || !message) return { success: false, code: "not_found", error: "There is no such message." };
    const { sequence } = message;
    const told =
      event === "editMsg"
        ? room.editMessage(sequence, msg)
        : event === "deleteMsg"
          ? room.deleteMessage(sequence)
          : room.reactTo(sequence, me, emoji, on);
    if (told) socket.hear(told.type, structuredClone(told.payload));
    return { success: true, version: room.messages[sequence - 1]?.version };
  }

  /** As the server does: the same `tempId` gets the first one's acknowledgement. */
  function answerSend({ toUserId, conversationId, msg, tempId, replyTo, files }: SendMsg) {
    let room = rooms.find((candidate) =>
      conversationId
        ? candidate.id === conversationId
        : candidate.members.some((member) => member.userId === toUserId),
    );
    if (!room) {
      room = new ModelConversation(`room-with-${toUserId}`, [me, bob]);
      rooms.push(room);
    }
    const known = room.messages.find((message) => message.tempId === tempId && message.fromUserId === me.id);
    const message = known ?? (room.send(me, msg, tempId).payload as Message);
    const answered = room.messages.find((it) => it.id === replyTo);
    if (answered) Object.assign(message, { replyTo, replySequence: answered.sequence });
    if (files) Object.assign(message, { files: files.map((file) => attachment({ id: file })) });
    const { id, sequence, version, timestamp } = message;
    return { success: true, messageId: id, tempId, sequence, version, timestamp, conversationId: room.id };
  }

  socket.answer = answer;
  const store = createStore({ http, createSocket: () => socket.asSocket, database: db });
  const sent = () =>
    socket.emitted.filter(({ event }) => event === "sendMsg").map(({ payload }) => payload as SendMsg);
  return {
    store,
    socket,
    http,
    database: db,
    rooms,
    answer,
    sent,
    signIn: () => store.dispatch(signedIn(me)),
  };
}
