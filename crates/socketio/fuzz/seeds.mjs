// Writes the corpora that fuzzing begins with: node crates/socketio/fuzz/seeds.mjs
//
// One file for every form that the formats have, correct or just not. Named by what is in it.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const corpus = (target, seeds) => {
  const folder = new URL(`corpus/${target}/`, import.meta.url);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, seed] of Object.entries(seeds)) {
    writeFileSync(new URL(name, folder), seed);
  }
};

// --- WebSocket frames -------------------------------------------------------------------------------------------------

const TEXT = 1;
const BINARY = 2;
const CONTINUATION = 0;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

// A frame of a client. `form` is how its length is written: 7, 16 or 64 bits.
const frame = (opcode, payload = "", { fin = true, mask = [0, 0, 0, 0], bits = 0, form, length } = {}) => {
  const data = Buffer.from(payload);
  const size = length ?? data.length;
  form ??= size < 126 ? 7 : size < 65536 ? 16 : 64;
  const extended = Buffer.alloc(form === 7 ? 0 : form / 8);
  if (form === 16) extended.writeUInt16BE(size);
  if (form === 64) extended.writeBigUInt64BE(BigInt(size));
  const short = form === 7 ? size : form === 16 ? 126 : 127;
  return Buffer.concat([
    Buffer.from([(fin ? 0x80 : 0) | (bits << 4) | opcode, (mask ? 0x80 : 0) | short]),
    extended,
    Buffer.from(mask ?? []),
    data.map((byte, at) => byte ^ (mask ?? [0, 0, 0, 0])[at % 4]),
  ]);
};
const close = (code, reason = "", options) =>
  frame(CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]), options);
const MASK = [0x37, 0xfa, 0x21, 0x3d];
// What the target reads first: the index of the size limit, and where the stream is cut.
const UP_TO_1000 = 5;
const stream = (limit, cut, ...frames) => Buffer.concat([Buffer.from([limit, cut]), ...frames]);
const frames = {
  text: stream(UP_TO_1000, 3, frame(TEXT, '42["hello"]', { mask: MASK })),
  "text-unmasked-by-zeros": stream(UP_TO_1000, 3, frame(TEXT, "häl€😀")),
  "text-broken": stream(UP_TO_1000, 3, frame(TEXT, Buffer.from([0x61, 0xff]))),
  "text-cut-character": stream(UP_TO_1000, 3, frame(TEXT, Buffer.from([0xe2, 0x82]))),
  binary: stream(UP_TO_1000, 9, frame(BINARY, Buffer.from([0, 1, 2, 254, 255]), { mask: MASK })),
  empty: stream(UP_TO_1000, 1, frame(TEXT), frame(BINARY), frame(PING), frame(PONG)),
  "16-bit-length": stream(UP_TO_1000, 99, frame(BINARY, Buffer.alloc(126, 7), { mask: MASK })),
  "64-bit-length": stream(UP_TO_1000, 12, frame(BINARY, "abc", { form: 64 })),
  "16-bit-length-not-needed": stream(UP_TO_1000, 5, frame(TEXT, "abc", { form: 16 })),
  "length-of-2-to-the-63": stream(UP_TO_1000, 5, frame(BINARY, "abc", { form: 64, length: 2n ** 63n })),
  fragments: stream(
    UP_TO_1000,
    8,
    frame(TEXT, "one ", { fin: false, mask: MASK }),
    frame(PING, "between"),
    frame(CONTINUATION, "two ", { fin: false }),
    frame(PONG, "between", { mask: MASK }),
    frame(CONTINUATION, "three", { mask: MASK }),
    frame(TEXT, "next"),
  ),
  "fragments-empty": stream(UP_TO_1000, 8, frame(BINARY, "", { fin: false }), frame(CONTINUATION, "", { fin: false }), frame(CONTINUATION)),
  "fragments-cut-character": stream(UP_TO_1000, 8, frame(TEXT, Buffer.from([0xe2]), { fin: false }), frame(CONTINUATION, Buffer.from([0x82, 0xac]))),
  "fragments-broken-text": stream(UP_TO_1000, 8, frame(TEXT, Buffer.from([0xff]), { fin: false }), frame(PING, "p"), frame(CONTINUATION, "")),
  "fragments-too-large": stream(2, 8, frame(BINARY, "0123456789", { fin: false }), frame(CONTINUATION, "0123456789")),
  "fragments-closed": stream(UP_TO_1000, 8, frame(TEXT, "a", { fin: false }), close(1001)),
  "nothing-to-continue": stream(UP_TO_1000, 8, frame(CONTINUATION, "a")),
  "message-within-message": stream(UP_TO_1000, 8, frame(TEXT, "a", { fin: false }), frame(BINARY, "b")),
  "exactly-at-limit": stream(2, 8, frame(TEXT, "0123456789abcdef")),
  "over-limit": stream(2, 8, frame(TEXT, "0123456789abcdefg")),
  "limit-of-0": stream(0, 8, frame(TEXT), frame(PING, "pings have a limit of their own"), frame(TEXT, "a")),
  "ping-largest": stream(UP_TO_1000, 8, frame(PING, Buffer.alloc(125, 0x70), { mask: MASK })),
  "ping-too-large": stream(UP_TO_1000, 8, frame(PING, Buffer.alloc(126, 0x70))),
  "ping-fragmented": stream(UP_TO_1000, 8, frame(PING, "p", { fin: false })),
  "ping-16-bit-length": stream(UP_TO_1000, 8, frame(PING, "p", { form: 16 })),
  close: stream(UP_TO_1000, 8, frame(CLOSE)),
  "close-1000": stream(UP_TO_1000, 8, close(1000, "bye", { mask: MASK }), frame(TEXT, "after the end")),
  "close-1005": stream(UP_TO_1000, 8, close(1005)),
  "close-1014": stream(UP_TO_1000, 8, close(1014)),
  "close-1015": stream(UP_TO_1000, 8, close(1015)),
  "close-3000": stream(UP_TO_1000, 8, close(3000)),
  "close-5000": stream(UP_TO_1000, 8, close(5000)),
  "close-one-byte": stream(UP_TO_1000, 8, frame(CLOSE, "x")),
  "close-broken-reason": stream(UP_TO_1000, 8, close(1000, Buffer.from([0xff]))),
  "not-masked": stream(UP_TO_1000, 8, frame(TEXT, "a", { mask: null })),
  "reserved-bits": stream(UP_TO_1000, 8, frame(TEXT, "a", { bits: 4 })),
  "reserved-opcode-3": stream(UP_TO_1000, 8, frame(3, "a")),
  "reserved-opcode-11": stream(UP_TO_1000, 8, frame(11, "a")),
  "cut-header": stream(UP_TO_1000, 8, frame(BINARY, Buffer.alloc(300)).subarray(0, 5)),
  "cut-payload": stream(UP_TO_1000, 8, frame(TEXT, "hello", { mask: MASK }).subarray(0, 8)),
};
corpus("frames", frames);

// --- Engine.IO payloads -----------------------------------------------------------------------------------------------

const SEPARATOR = "\x1e";
corpus("engine_payload", {
  open: '0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}',
  close: "1",
  "close-with-data": "1abc",
  ping: "2",
  "ping-probe": "2probe",
  "pong-probe": "3probe",
  text: '42["hello",1]',
  "text-wide": "4häl€😀",
  upgrade: "5",
  noop: "6",
  binary: "bAQIDBA==",
  "binary-empty": "b",
  "binary-no-padding": "bAQIDBA",
  "binary-half-padding": "bAQIDBA=",
  "binary-free-bits": "bAR==",
  "binary-one-character": "bA",
  "binary-of-urls": "b-_-_",
  "binary-padding-within": "bAQ==IDBA",
  "binary-spaces": "bAQ ID\n",
  several: ["4hello", "2", "4world", "bAQIDBA==", "6"].join(SEPARATOR),
  "separator-first": `${SEPARATOR}4a`,
  "separator-last": `4a${SEPARATOR}`,
  "separators-two": `4a${SEPARATOR}${SEPARATOR}4b`,
  "unknown-within": ["4a", "7", "4b"].join(SEPARATOR),
  "version-3": "2:4a6:4hello",
  "broken-text": Buffer.from([0x34, 0xff]),
  // These mean more to the part of the target that reads the input as packets to encode.
  "packets-to-encode": Buffer.from(Array.from({ length: 96 }, (_, at) => (at * 37) % 256)),
});

// --- Socket.IO packets ------------------------------------------------------------------------------------------------

const packets = {
  connect: "0",
  "connect-namespace": "0/admin,",
  "connect-namespace-no-comma": "0/admin",
  "connect-auth": '0/chat,{"token":"abc"}',
  "connect-array": '0["a"]',
  disconnect: "1",
  "disconnect-namespace": "1/admin,",
  "disconnect-data": "1{}",
  event: '2["message:send",{"text":"hello"},[1,2.5e-3,null,true]]',
  "event-ack": '212["foo"]',
  "event-namespace-ack": '2/admin,456["project:delete",123]',
  "event-query": '2/admin?token=1,["a"]',
  "event-number": "2[1,2]",
  "event-number-large": "2[1e999]",
  "event-spaces": '2 \t[ "a" , 1 ]\n',
  "event-no-data": "2",
  "event-empty": "2[]",
  "event-object": '2{"toString":"foo"}',
  "event-object-name": '2[{"toString":"foo"}]',
  "event-null-name": '2[null,"bar"]',
  "event-reserved": '2["connect",1]',
  "event-reserved-escaped": '2["\\u0063onnect",1]',
  "event-surrogate": '2["a\\ud800b","\\udc00"]',
  "event-wide": '2["häl€😀","\\ud83d\\ude00"]',
  "event-rest": '2["some","data"]"',
  "event-open": '2["some","data"',
  "event-deep": `2["a",${"[".repeat(200)}${"]".repeat(200)}]`,
  "event-deep-placeholder": `51-["a",${'{"a":['.repeat(60)}{"_placeholder":true,"num":0}${"]}".repeat(60)}]`,
  ack: '312["ok",{"id":1}]',
  "ack-empty": "30[]",
  "ack-namespace": "3/admin,456[]",
  "ack-no-id": '3["a"]',
  "ack-id-largest": "318446744073709551615[]",
  "ack-id-too-large": "318446744073709551616[]",
  "ack-id-zeros": "3000000000000000000000000001[]",
  "connect-error": '4{"message":"Not authorized","data":{"code":1}}',
  "connect-error-text": '4/admin,"Not authorized"',
  binary: '51-["baz",{"_placeholder":true,"num":0}]',
  "binary-two": '52-/admin,7["baz",{"a":{"_placeholder":true,"num":1},"b":[{"num":0,"_placeholder":true}]}]',
  "binary-ack": '61-/admin,456[{"_placeholder":true,"num":0}]',
  "binary-none": '50-["a"]',
  "binary-zeros": '50001-["a",{"_placeholder":true,"num":0}]',
  "binary-too-many": '599-["a",{"_placeholder":true,"num":0}]',
  "binary-far-too-many": '599999999999999999999-["a"]',
  "binary-no-number": '5-["a"]',
  "binary-no-dash": '51["a"]',
  "binary-letters": '5a-["a"]',
  "binary-index-too-large": '51-["a",{"_placeholder":true,"num":1}]',
  "binary-index-negative": '51-["a",{"_placeholder":true,"num":-1}]',
  "binary-index-fraction": '51-["a",{"_placeholder":true,"num":0.5}]',
  "binary-index-text": '51-["a",{"_placeholder":true,"num":"0"}]',
  "binary-index-missing": '51-["a",{"_placeholder":true}]',
  "binary-placeholder-false": '51-["a",{"_placeholder":false,"num":9}]',
  "binary-placeholder-object": '51-["a",{"_placeholder":{"x":true},"num":9}]',
  "binary-key-escaped": '51-["a",{"\\u005fplaceholder":true,"n\\u0075m":9}]',
  "binary-key-twice": '51-["a",{"_placeholder":true,"_placeholder":false,"num":9,"num":0}]',
  "binary-key-then-object": '51-["a",{"_placeholder":true,"_placeholder":{},"num":9}]',
  "binary-index-then-array": '51-["a",{"_placeholder":true,"num":0,"num":[0]}]',
  "binary-quote-in-text": '51-["a","\\"{\\"",{"x":"}","_placeholder":true,"num":0}]',
  "unknown-type": "999",
};
corpus(
  "socket_packet",
  Object.fromEntries(Object.entries(packets).map(([name, text]) => [name, Buffer.concat([Buffer.from([10]), Buffer.from(text)])])),
);

// --- Messages between nodes -------------------------------------------------------------------------------------------

// The official packer, as the tests of e2e/ have it: `npm ci` there comes first.
const { encode } = createRequire(new URL("../../../e2e/node_modules/@socket.io/redis-adapter/", import.meta.url))("notepack.io");
const opts = { rooms: ["tea"], except: ["cake", 7], flags: { volatile: true, timeout: 1000 } };
const broadcast = (...data) => encode(["uid", { type: 2, data, nsp: "/" }, opts]);
corpus("node_message", {
  broadcast: broadcast("said", "hello"),
  "broadcast-values": broadcast("said", [0, -1, 127, 128, 256, 65_536, 2 ** 40, -33, -(2 ** 40), 1.5, true, null], { a: { b: [] } }),
  "broadcast-bytes": broadcast("said", Buffer.from([0, 255]), { file: Buffer.alloc(300, 7) }),
  "broadcast-dates": broadcast("said", new Date(0), new Date(1.5e12 + 1), new Date(-1), new Date(1e15)),
  "broadcast-no-namespace": encode(["emitter", { type: 2, data: ["said"] }, { rooms: [] }]),
  "broadcast-reserved": broadcast("disconnect"),
  "broadcast-placeholder": broadcast("said", { _placeholder: true, num: 0 }, Buffer.from([1])),
  "broadcast-placeholder-wrong": broadcast("said", { _placeholder: true, num: 9 }, Buffer.from([1])),
  "broadcast-other-type": encode(["uid", { type: 3, data: [1], nsp: "/" }, opts]),
  undefined: Buffer.from([0x82, 0xa1, 0x61, 0xd4, 0, 0, 0xa1, 0x62, 1]),
  extensions: Buffer.concat([
    Buffer.from([0x95, 0xd5, 1, 1, 2, 0xd7, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0xc7, 2, 0, 1, 2, 0xd4, 5, 6, 0xd8, 3]),
    Buffer.alloc(16),
  ]),
  "length-of-4-billion": Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff, 0xc0]),
  deep: Buffer.concat([Buffer.alloc(200, 0x91), Buffer.from([0xc0])]),
  "half-a-surrogate": broadcast("\ud800"),
  "key-number": Buffer.from([0x81, 7, 0xc0]),
  join: JSON.stringify({ uid: "x", type: 2, opts, rooms: ["a", 1] }),
  leave: JSON.stringify({ type: 3, opts, rooms: ["a"] }),
  disconnect: JSON.stringify({ uid: "x", type: 4, opts, close: true }),
  fetch: JSON.stringify({ uid: "x", requestId: "r", type: 5, opts }),
  sockets: JSON.stringify({ uid: "x", requestId: "r", type: 0, rooms: ["a"] }),
  rooms: JSON.stringify({ uid: "x", requestId: "r", type: 1 }),
  emit: JSON.stringify({ uid: "x", requestId: "r", type: 6, data: ["hello"] }),
  ask: encode({ uid: "x", requestId: "r", type: 7, packet: { type: 2, data: ["said", Buffer.from([1])], nsp: "/" }, opts }),
  count: JSON.stringify({ type: 8, requestId: "r", clientCount: 3 }),
  ack: encode({ type: 9, requestId: "r", packet: { a: Buffer.from([1]) } }),
  found: JSON.stringify({
    requestId: "r",
    sockets: [{ id: "0123456789abcdefghij", handshake: { address: "::1", issued: 5, query: { transport: "polling" } }, rooms: ["a"], data: {} }],
  }),
  json: '{"a":[1,-2,{"b":null}],"c":"\\ud83d\\ude00\\n"}',
});
