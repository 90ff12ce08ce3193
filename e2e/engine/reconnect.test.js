// Servers die, freeze and come back; the official client says why it lost them and finds them again.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { io as io48 } from "socket.io-client";
import { io as io31 } from "socket.io-client-3.1";
import { io as io40 } from "socket.io-client-4.0";
import { Inbox, once } from "../harness/inbox.js";
import { startExample } from "./server.js";

/** Soon noticed, and not by a client or a server that is only busy. */
const HEARTBEAT = { pingInterval: 300, pingTimeout: 1_000 };

for (const [version, io] of Object.entries({ 4.8: io48, "4.0": io40, 3.1: io31 })) {
  for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
    describe(`client ${version} by ${transports.join(" and ")}`, () => {
      let server;
      let socket;
      before(async () => {
        server = await startExample("socketio_conformance", HEARTBEAT);
        socket = io(server.http, { transports, forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200 });
        socket.inbox = new Inbox(socket);
        await once(socket, "connect");
      });
      after(async () => {
        socket.disconnect();
        await server.stop();
      });

      const works = async (word) => {
        socket.emit("message", word);
        assert.equal(await socket.inbox.next("message-back", (it) => it === word), word);
      };

      it("comes back to a server that was killed and started again, with a new id", async () => {
        const before = socket.id;
        const lost = once(socket, "disconnect");
        await server.stop();
        const [reason] = await lost;
        // In the middle of an upgrade a client has no request under way that could fail: it notices by the ping.
        assert.ok(["transport close", "transport error", "ping timeout"].includes(reason), reason);
        const back = once(socket, "connect");
        await server.again();
        await back;
        assert.notEqual(socket.id, before);
        await works("after the restart");
      });

      it("notices a server that froze by the missing ping, and comes back when it thaws", async () => {
        const lost = once(socket, "disconnect");
        server.program.signal("SIGSTOP");
        try {
          const [reason] = await lost;
          // A poll in flight may also be cut off by the client first.
          assert.equal(reason, "ping timeout");
        } finally {
          server.program.signal("SIGCONT");
        }
        await once(socket, "connect");
        await works("after the thaw");
      });
    });
  }
}

describe("a client that froze", () => {
  it("is forgotten by the server, which goes on serving others", async () => {
    const server = await startExample("socketio_conformance", HEARTBEAT);
    try {
      const socket = io48(server.http, { forceNew: true, transports: ["websocket"], reconnection: false });
      await once(socket, "connect");
      const lost = once(socket, "disconnect");
      // Its pongs no longer leave.
      socket.io.engine.transport.ws.send = () => {};
      const [reason] = await lost;
      assert.equal(reason, "transport close");
      const other = io48(server.http, { forceNew: true });
      await once(other, "connect");
      other.disconnect();
    } finally {
      await server.stop();
    }
  });
});
