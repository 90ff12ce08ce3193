// A real SMTP server (smtp-server, of the makers of Nodemailer), and what comes to it, parsed.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import { eventually } from "./deadline.js";
import { newFolder, removeFolder } from "./folder.js";

/** Who may hand mail over where TLS is spoken. */
const NAME = "linnet";
const PASSWORD = "p@ss/word";

export class MailServer {
  /** With `tls`, nobody is heard before STARTTLS and a password. */
  static async start({ tls = false } = {}) {
    const mail = new MailServer();
    mail.all = [];
    const options = { authOptional: !tls, disabledCommands: tls ? [] : ["STARTTLS", "AUTH"], logger: false };
    if (tls) {
      mail.folder = await newFolder("linnet-mail-");
      const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(mail.folder, name));
      const names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
      await promisify(execFile)("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", names, "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", cert]);
      mail.certificate = cert;
      Object.assign(options, { key: await readFile(key), cert: await readFile(cert) });
    }
    mail.server = new SMTPServer({
      ...options,
      onAuth: ({ username, password }, session, done) =>
        done(session.secure && username === NAME && password === PASSWORD ? null : new Error("not here"), { user: username }),
      onRcptTo: ({ address }, session, done) => done(address.startsWith("nobody") ? Object.assign(new Error("no such person"), { responseCode: 550 }) : null),
      onData: (stream, { envelope, secure }, done) => {
        const chunks = [];
        stream.on("data", (chunk) => chunks.push(chunk)).on("end", async () => {
          const raw = Buffer.concat(chunks);
          mail.all.push({ to: envelope.rcptTo.map((one) => one.address), secure, raw: raw.toString("latin1"), ...(await headersAndTexts(raw)) });
          done();
        });
      },
    });
    mail.server.on("error", () => {});
    await new Promise((resolve) => mail.server.listen(0, "127.0.0.1", resolve));
    const { port } = mail.server.server.address();
    mail.env = {
      LINNET_SMTP_URL: tls ? `smtp://${NAME}:${encodeURIComponent(PASSWORD)}@localhost:${port}` : `smtp+plain://127.0.0.1:${port}`,
      LINNET_MAIL_FROM: "Our chat <chat@example.org>",
      LINNET_PUBLIC_URL: "https://chat.example.org",
      LINNET_DIGEST_AFTER_SECONDS: "1",
    };
    return mail;
  }

  /** What came for this address. */
  to(address) {
    return this.all.filter((mail) => mail.to.includes(address));
  }

  /** The mail to this address, the last of so many. */
  next(address, count = 1) {
    return eventually(`mail ${count} for ${address}`, async () => this.to(address).length >= count && this.to(address).at(-1), 30_000);
  }

  /** This person wants to be told by mail; gives where. */
  async optIn(person, { address = `${person.username}@example.org`, language = "en" } = {}) {
    const asked = await person.http("PUT", "/users/me/digest/address", { address, language });
    assert.equal(asked.status, 200, JSON.stringify(asked.body));
    const [code] = /\d{4} \d{4}/.exec((await this.next(address)).text);
    const confirmed = await person.http("POST", "/users/me/digest/confirm", { code });
    assert.deepEqual(confirmed.body, { available: true, address, confirmed: true, on: true });
    return address;
  }

  async stop() {
    await new Promise((resolve) => this.server.close(resolve));
    if (this.folder) await removeFolder(this.folder);
  }
}

async function headersAndTexts(raw) {
  const { headers, subject, text, html, from } = await PostalMime.parse(raw);
  return { headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])), subject, text, html, from };
}
