// Fills a database before the server starts: people with a signed-in device each, who are in pairs or all in one group.
//
//   node seed.js --kind pairs|room --people N [--messages N] --people-file FILE [--linnet FILE] [--durable FILE]
//
// `--linnet` is a database that the program itself has made, so that its tables are those of its migrations; what is put in
// is what signing up, signing in and making a conversation would put in, without hashing ten thousand passwords.
// `--durable` is one for ND and NDG. The file of people has a token for each, signed with JWT_SECRET.
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import jwt from "jsonwebtoken";
import { SCHEMA } from "./schema.js";

const { values } = parseArgs({
  options: {
    kind: { type: "string" },
    people: { type: "string" },
    messages: { type: "string", default: "0" },
    "people-file": { type: "string" },
    linnet: { type: "string" },
    durable: { type: "string" },
  },
});
const secret = process.env.JWT_SECRET;
if (!secret || !["pairs", "room"].includes(values.kind)) throw new Error("JWT_SECRET, --kind and --people are needed");
const [count, messages] = [Number(values.people), Number(values.messages)];
const now = Date.now();
const DAY_MS = 86_400_000;

let made = 0;
/** A UUIDv7: the time in milliseconds, a counter, and random bytes. */
function uuid() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt32BE(made++, 8);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes;
}

function dashed(bytes) {
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const people = Array.from({ length: count }, () => ({ user: uuid(), device: uuid() }));
const conversations =
  values.kind === "pairs"
    ? Array.from({ length: Math.floor(count / 2) }, (_, at) => ({ id: uuid(), members: people.slice(at * 2, at * 2 + 2) }))
    : [{ id: uuid(), members: people }];

function open(path) {
  const db = new Database(path);
  // Nobody needs this file if the machine goes down meanwhile.
  db.pragma("synchronous = OFF");
  return db;
}

function seedLinnet(path) {
  const db = open(path);
  const user = db.prepare("INSERT INTO users (id, username, display_name, created_at) VALUES (?, ?, ?, ?)");
  const word = db.prepare("INSERT INTO user_words (word, user_id) VALUES (?, ?)");
  const device = db.prepare(
    "INSERT INTO devices (id, user_id, name, created_at, last_used_at, expires_at) VALUES (?, ?, 'bench', ?, ?, ?)",
  );
  const conversation = db.prepare(
    `INSERT INTO conversations (id, kind, title, direct_low, direct_high, last_sequence, version, member_count, created_at, last_message_at)
     VALUES (@id, @kind, @title, @low, @high, @messages, @messages, @members, @now, @now)`,
  );
  const member = db.prepare(
    `INSERT INTO members (conversation_id, user_id, role, position, delivered_sequence, read_sequence, joined_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const history = db.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @messages)
     INSERT INTO messages (conversation_id, sequence, version, id, sender_id, kind, created_at, body)
     SELECT @id, i, i, unhex(printf('%012x7%03x8%015x', @now - @messages + i, i & 4095, i)), @sender, 'text',
       @now - @messages + i, 'Message number ' || i || ' of this conversation, of about the usual length.' FROM n`,
  );
  db.transaction(() => {
    people.forEach((person, at) => {
      user.run(person.user, `person-${at}`, `Person ${at}`, now);
      word.run(`person-${at}`, person.user);
      device.run(person.device, person.user, now, now, now + 30 * DAY_MS);
    });
    for (const { id, members } of conversations) {
      const direct = values.kind === "pairs";
      const [low, high] = direct ? members.map((each) => each.user).sort(Buffer.compare) : [null, null];
      const title = direct ? null : "Everybody";
      conversation.run({ id, kind: direct ? "direct" : "group", title, low, high, messages, members: members.length, now });
      members.forEach((each, at) => {
        const role = !direct && at === 0 ? "owner" : "member";
        member.run(id, each.user, role, at + 1, messages, messages, now);
      });
      if (messages > 0) history.run({ id, messages, sender: members[0].user, now });
    }
  })();
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
}

function seedDurable(path) {
  const db = open(path);
  db.pragma("journal_mode = WAL");
  db.exec(SCHEMA);
  const conversation = db.prepare("INSERT INTO conversations (id, last_sequence) VALUES (?, 0)");
  const member = db.prepare("INSERT INTO members (conversation_id, user_id) VALUES (?, ?)");
  db.transaction(() => {
    for (const { members } of conversations) {
      const users = members.map((each) => dashed(each.user));
      const room = values.kind === "pairs" ? users.toSorted().join("_") : "everybody";
      conversation.run(room);
      for (const each of users) member.run(room, each);
    }
  })();
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
}

if (values.linnet) seedLinnet(values.linnet);
if (values.durable) seedDurable(values.durable);

const at = Math.floor(now / 1000);
const conversationOf = new Map(conversations.flatMap(({ id, members }) => members.map((each) => [each, dashed(id)])));
writeFileSync(
  values["people-file"],
  JSON.stringify({
    people: people.map((person) => ({
      user: dashed(person.user),
      token: jwt.sign(
        { iss: "linnet", aud: "linnet", sub: dashed(person.user), dev: dashed(person.device), iat: at, exp: at + 86_400 },
        secret,
        { algorithm: "HS256" },
      ),
      conversation: values.kind === "pairs" ? conversationOf.get(person) : undefined,
    })),
    room: values.kind === "room" ? dashed(conversations[0].id) : undefined,
  }),
);
