// The engine as a node among others: the official emitter, and Node's own server with the official adapter, on the same Redis.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, afterEach, before, describe, it } from "node:test";
import { createAdapter } from "@socket.io/redis-adapter";
import { Emitter } from "@socket.io/redis-emitter";
import { createClient } from "redis";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { eventually, within } from "../harness/deadline.js";
import { Inbox, once } from "../harness/inbox.js";
import { startRedis } from "../harness/redis.js";
import { startExample } from "./server.js";

let redis;
let ours;
let theirs;
let emitter;
const clients = [];
const open = [];

async function redisClient() {
  const client = createClient({ url: redis.url, socket: { reconnectStrategy: 100 } });
  client.on("error", () => {}); // Redis is killed in one of the tests.
  clients.push(client);
  return client.connect();
}

/** Node's server, with what the example of the engine has: clients that join rooms. */
async function startNode() {
  const http = createServer();
  const server = new Server(http, { adapter: createAdapter(await redisClient(), await redisClient()) });
  for (const namespace of [server, server.of("/custom")]) {
    namespace.on("connection", (socket) => {
      socket.on("join", (room, done) => {
        socket.join(room);
        done();
      });
    });
  }
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  return { server, http: `http://127.0.0.1:${http.address().port}` };
}

before(async () => {
  redis = await startRedis();
  ours = await startExample("socketio_cluster", { env: { REDIS_URL: redis.url } });
  theirs = await startNode();
  emitter = new Emitter(await redisClient());
  await eventually("they know of each other", async () => (await theirs.server.of("/").adapter.serverCount()) === 2);
});
after(async () => {
  await theirs?.server.close();
  await Promise.all(clients.map((client) => client.close()));
  await ours?.stop();
  await redis?.kill();
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.disconnect();
  await eventually("all are gone", async () => (await theirs.server.fetchSockets()).length === 0);
});

async function person(server, rooms = [], namespace = "/") {
  const socket = io(`${server.http}${namespace}`, { forceNew: true, transports: ["websocket"] });
  open.push(socket);
  socket.inbox = new Inbox(socket);
  await once(socket, "connect");
  for (const room of rooms) await socket.timeout(20_000).emitWithAck("join", room);
  return socket;
}

/** Alice and bob are with us, alice in tea and cake, bob in tea; carol, in tea, and dave, in nothing, are with Node. */
async function gather() {
  const [alice, bob, carol, dave] = await Promise.all([
    person(ours, ["tea", "cake"]),
    person(ours, ["tea"]),
    person(theirs, ["tea"]),
    person(theirs),
  ]);
  return { alice, bob, carol, dave };
}

/** Has our server do something with sockets of the cluster. */
async function operate(socket, wanted, ...args) {
  const answer = await socket.timeout(20_000).emitWithAck("operate", wanted, ...args);
  assert.equal(answer.error, undefined);
  return answer.done;
}

/** Who has heard `name` when `end`, which is sent behind it by the same way, has come to all. */
async function heard(people, name, end) {
  await end();
  await Promise.all(Object.values(people).map((socket) => socket.inbox.next("end")));
  const names = Object.entries(people).filter(([, socket]) => {
    const count = socket.inbox.heard(name).length;
    assert.ok(count <= 1, `once, not ${count} times`);
    return count === 1;
  });
  for (const socket of Object.values(people)) socket.inbox.events = [];
  return names.map(([who]) => who).join(" ");
}

describe("the official emitter", () => {
  it("reaches rooms, all, and all except", async () => {
    const people = await gather();
    const end = () => emitter.emit("end");
    for (const [send, whom] of [
      [() => emitter.emit("news", 1), "alice bob carol dave"],
      [() => emitter.to("tea").emit("news", 1), "alice bob carol"],
      [() => emitter.to("cake").emit("news", 1), "alice"],
      [() => emitter.to(["tea", "cake"]).emit("news", 1), "alice bob carol"],
      [() => emitter.to("tea").except("cake").emit("news", 1), "bob carol"],
      [() => emitter.except("tea").emit("news", 1), "dave"],
      [() => emitter.to("nobody").emit("news", 1), ""],
      [() => emitter.to(people.bob.id).emit("news", 1), "bob"],
      [() => emitter.volatile.to("tea").emit("news", 1), "alice bob carol"],
    ]) {
      send();
      assert.equal(await heard(people, "news", end), whom, String(send));
    }
  });

  it("brings every kind of value as Node's own server does", async () => {
    const { alice, carol } = await gather();
    const values = [
      "text \u{1f600} \ud800 \u0000",
      [0, -1, 127, 128, -33, 65_536, 2 ** 40, -(2 ** 40), 1.5, -0, 1e300, Number.NaN],
      { nested: { deeper: [{}, [], null, true, undefined] }, gone: undefined },
      new Date(Date.UTC(2026, 1, 28, 23, 59, 59, 999)),
      Buffer.from([0, 1, 255]),
      { file: Buffer.alloc(70_000, 7), again: [Buffer.from("x")] },
      Array.from({ length: 70_000 }, (_, n) => n),
      Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`key ${n}`, n])),
    ];
    const all = ({ inbox }) => inbox.events.map((event) => event.args);
    for (const value of values) emitter.to("tea").emit("value", value, "second");
    await Promise.all([alice, carol].map((socket) => socket.inbox.gathered("value", values.length)));
    assert.deepEqual(all(alice), all(carol));
    assert.deepEqual(all(alice)[4], [values[4], "second"]);
  });

  it("moves sockets and puts them out", async () => {
    const people = await gather();
    const end = () => emitter.emit("end");
    emitter.in("cake").socketsJoin(["garden", "house"]);
    emitter.in(people.dave.id).socketsJoin("garden");
    emitter.to("garden").emit("news");
    assert.equal(await heard(people, "news", end), "alice dave");
    emitter.in("house").socketsLeave("garden");
    emitter.to("garden").emit("news");
    assert.equal(await heard(people, "news", end), "dave");

    const out = once(people.bob, "disconnect");
    emitter.in("tea").except(["cake", people.carol.id]).disconnectSockets();
    assert.deepEqual((await out)[0], "io server disconnect");
    const closed = once(people.alice, "disconnect");
    emitter.in("cake").disconnectSockets(true);
    assert.deepEqual((await closed)[0], "io server disconnect");
    assert.ok(people.carol.connected && people.dave.connected);
  });

  it("reaches one namespace and not another", async () => {
    const [custom, main] = await Promise.all([person(ours, [], "/custom"), person(ours)]);
    emitter.of("/custom").emit("news", "custom");
    emitter.emit("news", "main");
    assert.equal(await custom.inbox.next("news"), "custom");
    assert.equal(await main.inbox.next("news"), "main");
    assert.equal(custom.inbox.heard("news").length, 0);
  });

  it("speaks to the servers themselves, which changes nothing here", async () => {
    const alice = await person(ours);
    const listened = new Promise((resolve) => theirs.server.once("hello", resolve));
    emitter.serverSideEmit("hello", "world");
    assert.equal(await within(20_000, "Node's server hears it", listened), "world");
    emitter.emit("news", 1);
    assert.equal(await alice.inbox.next("news"), 1);
  });
});

describe("Node's server with the official adapter", () => {
  it("reaches our sockets with every operator", async () => {
    const people = await gather();
    const end = () => theirs.server.emit("end");
    for (const [send, whom] of [
      [() => theirs.server.emit("news"), "alice bob carol dave"],
      [() => theirs.server.to("tea").emit("news"), "alice bob carol"],
      [() => theirs.server.to("tea").except("cake").emit("news"), "bob carol"],
      [() => theirs.server.to("tea").to("cake").emit("news"), "alice bob carol"],
      [() => theirs.server.local.emit("news"), "carol dave"],
      [() => theirs.server.volatile.to("tea").emit("news"), "alice bob carol"],
      [() => theirs.server.sockets.sockets.get(people.carol.id).broadcast.emit("news"), "alice bob dave"],
    ]) {
      send();
      assert.equal(await heard(people, "news", end), whom, String(send));
    }
  });

  it("is reached with every operator", async () => {
    const people = await gather();
    const ask = (wanted) => operate(people.alice, { do: "emit", name: "news", ...wanted });
    const end = () => operate(people.alice, { do: "emit", name: "end" });
    for (const [wanted, whom] of [
      [{}, "alice bob carol dave"],
      [{ to: ["tea"] }, "alice bob carol"],
      [{ to: ["tea"], except: ["cake"] }, "bob carol"],
      [{ to: ["tea", "cake"] }, "alice bob carol"],
      [{ to: [people.dave.id] }, "dave"],
      [{ local: true }, "alice bob"],
      [{ to: ["tea"], volatile: true }, "alice bob carol"],
    ]) {
      await ask(wanted);
      assert.equal(await heard(people, "news", end), whom, JSON.stringify(wanted));
    }
  });

  it("hears values as they were sent", async () => {
    const { alice, carol } = await gather();
    const values = ["text \u{1f600}", [0, -1, 1.5, 2 ** 40, null, true], { nested: [{}] }, Buffer.from([0, 255]), { file: Buffer.alloc(70_000, 7) }];
    for (const value of values) {
      const both = Promise.all([alice, carol].map((socket) => once(socket, "value")));
      await operate(alice, { do: "emit", name: "value", to: ["tea"] }, value);
      const [here, there] = await both;
      assert.deepEqual(there[1], value);
      assert.deepEqual(here, there);
    }
  });

  it("finds our sockets, and is found", async () => {
    const people = await gather();
    const ids = (sockets) => sockets.map((socket) => socket.id).sort();
    const tea = [people.alice.id, people.bob.id, people.carol.id].sort();
    const found = await theirs.server.in("tea").fetchSockets();
    assert.deepEqual(ids(found), tea);
    const alice = found.find((socket) => socket.id === people.alice.id);
    assert.deepEqual([...alice.rooms].sort(), ["cake", people.alice.id, "tea"].sort());
    assert.equal(alice.handshake.address, "127.0.0.1");
    assert.equal((await theirs.server.fetchSockets()).length, 4);

    const sockets = await operate(people.alice, { do: "fetch", to: ["tea"] });
    assert.deepEqual(ids(sockets), tea);
    const carol = sockets.find((socket) => socket.id === people.carol.id);
    assert.deepEqual(carol.rooms.sort(), [people.carol.id, "tea"].sort());
    assert.deepEqual([carol.transport, carol.issued], ["websocket", true]);

    const rooms = await theirs.server.of("/").adapter.allRooms();
    assert.ok(rooms.has("cake") && rooms.has(people.bob.id));
  });

  it("moves our sockets and puts them out", async () => {
    const people = await gather();
    theirs.server.in("cake").socketsJoin("garden");
    theirs.server.in(people.dave.id).socketsJoin("garden");
    await eventually("both are there", async () => (await theirs.server.in("garden").fetchSockets()).length === 2);
    theirs.server.in("tea").socketsLeave("garden");
    await eventually("one has left", async () => (await theirs.server.in("garden").fetchSockets()).length === 1);
    const out = once(people.bob, "disconnect");
    theirs.server.in(people.bob.id).disconnectSockets();
    assert.equal((await out)[0], "io server disconnect");
  });

  it("has its sockets moved and put out by us", async () => {
    const people = await gather();
    await operate(people.alice, { do: "join", to: ["tea"], room: "garden" });
    await eventually("all of them are there", async () => (await theirs.server.in("garden").fetchSockets()).length === 3);
    await operate(people.alice, { do: "leave", to: ["cake"], room: "garden" });
    assert.equal((await operate(people.alice, { do: "fetch", to: ["garden"] })).length, 2);
    const out = once(people.carol, "disconnect");
    await operate(people.alice, { do: "disconnect", to: [people.carol.id] });
    assert.equal((await out)[0], "io server disconnect");
    const closed = once(people.dave, "disconnect");
    await operate(people.alice, { do: "disconnect", to: [people.dave.id], close: true });
    assert.equal((await closed)[0], "io server disconnect");
  });

  it("gathers acknowledgements of all, and misses whoever is silent", async () => {
    const people = await gather();
    for (const [name, socket] of Object.entries(people)) {
      socket.on("question", (value, answer) => answer({ name, value, file: Buffer.from(name) }));
    }
    const answers = await theirs.server.timeout(8_000).emitWithAck("question", { deep: [1] });
    assert.deepEqual(answers.map((answer) => `${answer.name} ${answer.file} ${answer.value.deep}`).sort(), [
      "alice alice 1",
      "bob bob 1",
      "carol carol 1",
      "dave dave 1",
    ]);
    // Dave does not answer this one.
    for (const name of ["alice", "bob", "carol"]) people[name].on("silence", (answer) => answer(name));
    await assert.rejects(theirs.server.timeout(4_000).emitWithAck("silence"), (error) => {
      assert.deepEqual(error.responses.sort(), ["alice", "bob", "carol"]);
      return true;
    });
  });

  it("acknowledges to us, and whoever is silent is missed", async () => {
    const people = await gather();
    for (const [name, socket] of Object.entries(people)) {
      socket.on("question", (_, value, answer) => answer({ name, value }));
    }
    const answers = await operate(people.alice, { do: "ask", name: "question", timeout: 15_000 }, "why");
    assert.deepEqual(answers.map((answer) => `${answer.name} ${answer.value}`).sort(), ["alice why", "bob why", "carol why", "dave why"]);
    for (const name of ["alice", "bob"]) people[name].on("silence", (_, answer) => answer(name));
    const partial = await operate(people.alice, { do: "ask", name: "silence", to: ["tea"], timeout: 4_000 });
    assert.deepEqual([partial.answers.sort(), partial.expected], [["alice", "bob"], 3]);
  });

  it("does not wait in vain when it asks all servers something", async () => {
    assert.deepEqual(await within(4_000, "less than its timeout", theirs.server.serverSideEmitWithAck("hello")), [null]);
  });
});

describe("after Redis was killed", () => {
  it("everybody reaches everybody again", async () => {
    const people = await gather();
    await redis.kill();
    // Among those of one server nothing is missing.
    await operate(people.alice, { do: "emit", name: "meanwhile" });
    await Promise.all([people.alice, people.bob].map((socket) => socket.inbox.next("meanwhile")));
    const refused = await eventually("our server has noticed", async () => {
      const answer = await people.alice.timeout(20_000).emitWithAck("operate", { do: "fetch" });
      return answer.error;
    });
    assert.match(refused, /cannot be reached/);
    await redis.again();
    await eventually("both servers are there", async () => (await theirs.server.of("/").adapter.serverCount()) === 2);
    await eventually("ours reaches theirs", async () => {
      await operate(people.alice, { do: "emit", name: "back" });
      return people.dave.inbox.heard("back").length > 0;
    });
    await eventually("theirs reaches ours", () => {
      theirs.server.emit("back again");
      return people.bob.inbox.heard("back again").length > 0;
    });
    assert.equal((await operate(people.alice, { do: "fetch" })).length, 4);
  });
});
