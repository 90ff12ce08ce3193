// Programs under test: started, watched, and stopped by their process id.

import { spawn } from "node:child_process";
import { within } from "./deadline.js";

const running = new Set();

// A test that fails half-way must not leave a server behind.
process.on("exit", () => {
  for (const program of running) program.child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

export class Program {
  constructor(command, args, env) {
    this.output = "";
    this.child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    running.add(this);
    const keep = (chunk) => {
      // The end of a log tells why something failed; all of it would not fit.
      this.output = (this.output + chunk).slice(-64 * 1024);
      for (const look of [...this.looking]) look();
    };
    this.looking = new Set();
    this.child.stdout.setEncoding("utf8").on("data", keep);
    this.child.stderr.setEncoding("utf8").on("data", keep);
    this.exited = new Promise((resolve) => {
      const ended = (code, signal) => {
        running.delete(this);
        this.ended = { code, signal };
        for (const look of [...this.looking]) look();
        resolve(this.ended);
      };
      this.child.once("exit", ended);
      this.child.once("error", (error) => {
        this.output += `${error}\n`;
        ended(null, null);
      });
    });
  }

  /** The match of `pattern` in what the program says. */
  async says(pattern, ms = 30_000) {
    let look;
    try {
      return await within(
        ms,
        () => `${this.child.spawnfile} says ${pattern}; it said:\n${this.output.slice(-2000)}`,
        new Promise((resolve, reject) => {
          look = () => {
            const match = pattern.exec(this.output);
            if (match) resolve(match);
            else if (this.ended) reject(new Error(`${this.child.spawnfile} ended too soon:\n${this.output.slice(-4000)}`));
          };
          this.looking.add(look);
          look();
        }),
      );
    } finally {
      this.looking.delete(look);
    }
  }

  signal(name) {
    this.child.kill(name);
  }

  /** The hard way out, as a power cut would be. */
  async kill() {
    if (!this.ended) this.child.kill("SIGKILL");
    return this.exited;
  }

  /** The polite way out; the hard one follows when it is not taken. */
  async stop(ms = 12_000) {
    if (this.ended) return this.ended;
    // A stopped process would never see SIGTERM.
    this.child.kill("SIGCONT");
    this.child.kill("SIGTERM");
    try {
      return await within(ms, `${this.child.spawnfile} ends after SIGTERM`, this.exited);
    } catch (error) {
      await this.kill();
      throw error;
    }
  }
}
