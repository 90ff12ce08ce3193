// Pages of other sites: the one that FRONTEND_URL names may use the API and the socket with its user's cookie, others not.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import WebSocket from "ws";
import { within } from "../harness/deadline.js";
import { Linnet } from "../harness/linnet.js";

const APP = "https://app.example";
const ELSEWHERE = "https://elsewhere.example";

describe("a page of another site", () => {
  let linnet;
  let alice;
  before(async () => {
    linnet = await Linnet.start({ env: { FRONTEND_URL: APP } });
    alice = await linnet.signUp("alice");
  });
  after(() => linnet.stop());

  /** Whether a WebSocket of a page of this origin gets in. */
  const opens = (origin) =>
    within(
      20_000,
      "an answer to the WebSocket's handshake",
      new Promise((resolve) => {
        const socket = new WebSocket(`${linnet.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`, { origin });
        socket.once("open", () => {
          socket.terminate();
          resolve(true);
        });
        socket.once("error", () => resolve(false));
      }),
    );

  it("may open a WebSocket if it is the app's, or Linnet's own", async () => {
    assert.equal(await opens(APP), true);
    assert.equal(await opens(linnet.url), true);
    assert.equal(await opens(undefined), true, "what is no browser says no origin");
    for (const origin of [ELSEWHERE, "null", `${APP}.evil.example`, "http://app.example", `${APP}:8443`]) {
      assert.equal(await opens(origin), false, origin);
    }
  });

  for (const path of ["/socket.io/?EIO=4&transport=polling", "/api/v1/users/me"]) {
    it(`may read ${path} if it is the app's`, async () => {
      const headers = (origin) => ({ origin, authorization: `Bearer ${alice.token}` });
      const allowed = await fetch(`${linnet.url}${path}`, { headers: headers(APP) });
      assert.equal(allowed.status, 200);
      assert.equal(allowed.headers.get("access-control-allow-origin"), APP);
      assert.equal(allowed.headers.get("access-control-allow-credentials"), "true");
      assert.match(allowed.headers.get("vary") ?? "", /origin/i);
      const refused = await fetch(`${linnet.url}${path}`, { headers: headers(ELSEWHERE) });
      assert.ok([null, APP].includes(refused.headers.get("access-control-allow-origin")));
      await Promise.all([allowed.arrayBuffer(), refused.arrayBuffer()]);
    });

    it(`is told in advance whether it may use ${path}`, async () => {
      const preflight = (origin) =>
        fetch(`${linnet.url}${path}`, {
          method: "OPTIONS",
          headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
        });
      const allowed = await preflight(APP);
      assert.ok([200, 204].includes(allowed.status), `${allowed.status}`);
      assert.equal(allowed.headers.get("access-control-allow-origin"), APP);
      assert.match(allowed.headers.get("access-control-allow-methods") ?? "", /POST/);
      assert.match(allowed.headers.get("access-control-allow-headers") ?? "", /content-type/i);
      const refused = await preflight(ELSEWHERE);
      assert.ok([null, APP].includes(refused.headers.get("access-control-allow-origin")));
    });
  }
});
