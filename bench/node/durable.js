// ND and NDG: the reference's server made to keep the promises that linnet makes. A signed token says who somebody is; a
// message is checked, numbered without a gap, and acknowledged after its commit is on disk. ND commits every message by
// itself; NDG, with --group, all messages of one turn of the event loop together.
import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import Database from "better-sqlite3";
import jwt from "jsonwebtoken";
import { Server } from "socket.io";
import { announce } from "./announce.js";
import { SCHEMA } from "./schema.js";

const [path, secret] = [process.env.BENCH_DATABASE, process.env.JWT_SECRET];
if (!path || !secret) throw new Error("BENCH_DATABASE and JWT_SECRET must be set");
const grouped = process.argv.includes("--group");
const MAX_CHARS = 1000;

const db = new Database(path);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec(SCHEMA);
const makeConversation = db.prepare("INSERT INTO conversations (id, last_sequence) VALUES (?, 0) ON CONFLICT DO NOTHING");
const makeMember = db.prepare("INSERT INTO members (conversation_id, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING");
const isMember = db.prepare("SELECT 1 FROM members WHERE conversation_id = ? AND user_id = ?").pluck();
const number = db
  .prepare("UPDATE conversations SET last_sequence = last_sequence + 1 WHERE id = ? RETURNING last_sequence")
  .pluck();
const store = db.prepare(
  "INSERT INTO messages (conversation_id, sequence, id, sender_id, created_at, body) VALUES (?, ?, ?, ?, ?, ?)",
);

const http = createServer();
const io = new Server(http, { cors: { origin: "http://localhost:3000", credentials: true } });

io.use((socket, next) => {
  try {
    socket.data.user = jwt.verify(socket.handshake.auth.token, secret, { algorithms: ["HS256"] }).sub;
    next();
  } catch {
    next(new Error("Authentication failed"));
  }
});

const text = (value) => typeof value === "string" && value.length > 0;

function join(socket, roomId) {
  if (!isMember.get(roomId, socket.data.user)) {
    makeConversation.run(roomId);
    makeMember.run(roomId, socket.data.user);
  }
  socket.join(roomId);
  socket.emit("joinedRoom", { roomId });
}

function append({ roomId, payload, user }) {
  if (!isMember.get(roomId, user)) return null;
  const sequence = number.get(roomId);
  const id = randomUUID();
  store.run(roomId, sequence, id, user, payload.timestamp, payload.msg);
  return { id, sequence };
}

function tell({ roomId, payload, acknowledge }, written) {
  if (!written) {
    acknowledge?.({ success: false, code: "not_found", error: "There is no such conversation" });
    return;
  }
  io.to(roomId).emit("RecievedMsg", { id: written.id, sequence: written.sequence, ...payload });
  acknowledge?.({ success: true, messageId: written.id, sequence: written.sequence, timestamp: payload.timestamp });
}

const one = db.transaction(append);
const all = db.transaction((drafts) => drafts.map(append));
let waiting = [];

function take(draft) {
  const { msg } = draft.payload;
  if (!text(msg) || msg.length > MAX_CHARS) {
    draft.acknowledge?.({ success: false, code: "malformed", error: "Message is empty or too long" });
    return;
  }
  if (!grouped) {
    tell(draft, one.immediate(draft));
    return;
  }
  waiting.push(draft);
  if (waiting.length > 1) return;
  setImmediate(() => {
    const drafts = waiting;
    waiting = [];
    const written = all.immediate(drafts);
    drafts.forEach((each, at) => tell(each, written[at]));
  });
}

io.on("connection", (socket) => {
  const { user } = socket.data;
  const refuse = (acknowledge) => acknowledge?.({ success: false, code: "forbidden", error: "That is not you" });

  socket.on("joinChat", ({ fromUserId, toUserId } = {}) => {
    if (fromUserId !== user || !text(toUserId)) return;
    join(socket, [fromUserId, toUserId].sort().join("_"));
  });

  socket.on("sendMsg", ({ fromUserName, fromUserId, toUserId, msg } = {}, acknowledge) => {
    if (fromUserId !== user || !text(toUserId)) return refuse(acknowledge);
    const payload = { name: fromUserName, fromUserId, toUserId, msg, timestamp: new Date().toISOString() };
    take({ roomId: [fromUserId, toUserId].sort().join("_"), payload, user, acknowledge });
  });

  socket.on("joinRoom", ({ room } = {}) => {
    if (text(room)) join(socket, room);
  });

  socket.on("sendRoom", ({ room, msg } = {}, acknowledge) => {
    if (!text(room)) return refuse(acknowledge);
    const payload = { name: "Person", fromUserId: user, toUserId: room, msg, timestamp: new Date().toISOString() };
    take({ roomId: room, payload, user, acknowledge });
  });
});

announce(http);
