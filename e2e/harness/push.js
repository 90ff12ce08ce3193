// A push service that stands in for a browser's, and the browser behind it: it checks who sends (RFC 8292) and decrypts what it
// gets (RFC 8291) with nothing of ours.

import assert from "node:assert/strict";
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { createServer } from "node:http";
import { EventEmitter } from "node:events";

export class PushService {
  static async start() {
    const service = new PushService();
    service.devices = new Map();
    /** Statuses, and headers, that the next requests are answered with instead of 201. */
    service.answers = [];
    service.server = createServer((request, response) => {
      const chunks = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        const [status, headers] = service.answers.shift() ?? [201];
        service.devices.get(request.url)?.emit("push", { headers: request.headers, body: Buffer.concat(chunks) });
        response.writeHead(status, headers).end();
      });
    });
    await new Promise((resolve) => service.server.listen(0, "127.0.0.1", resolve));
    service.url = `http://127.0.0.1:${service.server.address().port}`;
    return service;
  }

  /** A browser that this person is signed in on and that wants to be told. */
  async subscribe(person, name = person.username) {
    const device = new Device(this, `/${name}`);
    this.devices.set(device.path, device);
    const { status, body } = await person.http("POST", "/push/subscriptions", device.subscription());
    assert.equal(status, 204, JSON.stringify(body));
    return device;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

export class Device extends EventEmitter {
  constructor(service, path) {
    super();
    Object.assign(this, { service, path, keys: createECDH("prime256v1"), auth: randomBytes(16), all: [] });
    this.keys.generateKeys();
    this.on("push", (push) => this.all.push(push));
  }

  subscription() {
    const keys = { p256dh: this.keys.getPublicKey("base64url"), auth: this.auth.toString("base64url") };
    return { endpoint: this.service.url + this.path, expirationTime: null, keys };
  }

  /** Checks that this server sent it, and says what it says. */
  open({ headers, body }, serverKey) {
    const [, signed, signature, key] = /^vapid t=([^.]+\.[^.]+)\.([^,]+), k=(.+)$/.exec(headers.authorization);
    assert.equal(key, serverKey);
    const point = Buffer.from(key, "base64url");
    const jwk = { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") };
    const publicKey = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" };
    assert.ok(verify("sha256", Buffer.from(signed), publicKey, Buffer.from(signature, "base64url")), "the server signed it");
    const claims = JSON.parse(Buffer.from(signed.split(".")[1], "base64url").toString());
    assert.equal(claims.aud, this.service.url);
    assert.ok(claims.exp > Date.now() / 1_000 && claims.exp < Date.now() / 1_000 + 86_400);

    const [salt, theirs, record] = [body.subarray(0, 16), body.subarray(21, 86), body.subarray(86)];
    const own = this.keys.getPublicKey();
    const secret = hkdf(this.keys.computeSecret(theirs), this.auth, Buffer.concat([Buffer.from("WebPush: info\0"), own, theirs]), 32);
    const cipher = createDecipheriv("aes-128-gcm", hkdf(secret, salt, "Content-Encoding: aes128gcm\0", 16), hkdf(secret, salt, "Content-Encoding: nonce\0", 12));
    cipher.setAuthTag(record.subarray(-16));
    const plain = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()]);
    return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString());
  }
}

const hkdf = (secret, salt, info, length) => Buffer.from(hkdfSync("sha256", secret, salt, info, length));
