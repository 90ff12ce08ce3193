// The real program, in a folder and with a database of its own, on a free port.

import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { newDatabase } from "./databases.js";
import { newFolder, removeFolder } from "./folder.js";
import { Persona } from "./personas.js";
import { Program } from "./process.js";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
/** The program: LINNET_BIN, or what cargo built last. */
export const BINARY = resolve(ROOT, process.env.LINNET_BIN ?? "target/debug/linnet");

/** The key of the servers under test, so that a test can forge tokens that only an expiry makes wrong. */
export const JWT_SECRET = "the key of a server that lives for one test only";

/** Limits that many people on one address would run into; the tests of the limits set their own. */
const GENEROUS = {
  LINNET_REGISTRATIONS_PER_ADDRESS: "100000",
  LINNET_LOGIN_FAILURES_PER_ADDRESS: "100000",
  LINNET_MESSAGES_PER_MINUTE: "100000",
  LINNET_EVENTS_PER_SECOND: "10000",
};

export class Linnet {
  /** `within` is a program, with its arguments, that starts the one under test. */
  static async start({ database = "sqlite", env = {}, within = [] } = {}) {
    const linnet = new Linnet();
    linnet.command = [...within, BINARY, "serve"];
    linnet.folder = await newFolder("linnet-e2e-");
    linnet.database = await newDatabase(database);
    linnet.env = {
      PORT: "0",
      LINNET_BIND: "127.0.0.1",
      LINNET_DATA_DIR: linnet.folder,
      JWT_SECRET,
      RUST_LOG: process.env.RUST_LOG ?? "info",
      ...GENEROUS,
      // What the machine happens to have set is not part of a test.
      FRONTEND_URL: "",
      DATABASE_URL: linnet.database.url ?? "",
      ...env,
    };
    linnet.people = [];
    try {
      await linnet.again();
    } catch (error) {
      await linnet.stop();
      throw error;
    }
    return linnet;
  }

  /** Starts the program once more, on the same port, with the same data. */
  async again() {
    const [program, ...args] = this.command;
    this.program = new Program(program, args, this.env);
    const [, url] = await this.program.says(/Linnet is listening on (http:\/\/\S+)/);
    this.url = url;
    this.env.PORT = new URL(url).port;
  }

  /** As a power cut would end it. */
  kill() {
    return this.program.kill();
  }

  /** Somebody new. Usernames carry a number, so that every test has people of its own. */
  async signUp(name) {
    const persona = await Persona.signUp(this, `${name}-${(this.people.length + 1).toString(36)}${Date.now().toString(36).slice(-4)}`, name);
    this.people.push(persona);
    return persona;
  }

  /** People who are all connected with each other, and so may write to each other. */
  async friends(...names) {
    const people = [];
    for (const name of names) {
      const persona = await this.signUp(name);
      for (const other of people) await other.befriend(persona);
      people.push(persona);
    }
    return people;
  }

  /** A request whose body, both ways, is bytes; `who` may be nobody. */
  async bytes(who, method, path, body, headers = {}) {
    const authorization = who ? { authorization: `Bearer ${who.token}` } : {};
    const response = await fetch(`${this.url}${path}`, { method, headers: { ...authorization, ...headers }, body });
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  }

  /** Ends everything that this server has: its people's sockets, the program, its data. */
  async stop() {
    for (const persona of this.people) persona.hangUp();
    const ended = await this.program?.stop();
    await this.database.drop();
    await removeFolder(this.folder);
    // Whoever asked may have had an answer all the same.
    const panic = /^.*panicked at[^]*/m.exec(this.program?.output ?? "");
    if (panic) throw new Error(`the program panicked: ${panic[0].slice(0, 2_000)}`);
    return ended;
  }
}
