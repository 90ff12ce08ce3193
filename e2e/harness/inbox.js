// What a socket has heard, kept from the moment it is made, so that no test misses an event by listening too late.

import { within } from "./deadline.js";

export class Inbox {
  constructor(socket) {
    this.events = [];
    this.waiting = new Set();
    socket.onAny((name, ...args) => {
      this.events.push({ name, payload: args[0], args });
      for (const look of [...this.waiting]) look();
    });
  }

  /** The first event of this name that satisfies `wanted` and was not taken before. It is taken now. */
  async next(name, wanted = () => true, ms = 20_000) {
    let look;
    try {
      return await within(
        ms,
        () => `event ${name}${wanted.length ? ` with ${wanted}` : ""}; heard: ${JSON.stringify(this.events.slice(-8))}`,
        new Promise((resolve) => {
          look = () => {
            const at = this.events.findIndex((event) => event.name === name && wanted(event.payload));
            if (at < 0) return;
            // Whoever has its event must not take the next one's.
            this.waiting.delete(look);
            resolve(this.events.splice(at, 1)[0].payload);
          };
          this.waiting.add(look);
          look();
        }),
      );
    } finally {
      this.waiting.delete(look);
    }
  }

  /** Everything of this name so far, taken or not asked for yet. */
  heard(name, wanted = () => true) {
    return this.events.filter((event) => event.name === name && wanted(event.payload)).map((event) => event.payload);
  }

  /** Waits until `count` events of this name are there, and gives them without taking them. */
  async gathered(name, count, ms = 30_000) {
    let look;
    try {
      await within(
        ms,
        `${count} of ${name}`,
        new Promise((resolve) => {
          look = () => this.heard(name).length >= count && resolve();
          this.waiting.add(look);
          look();
        }),
      );
    } catch (error) {
      throw new Error(`${error.message}; there were ${this.heard(name).length}`);
    } finally {
      this.waiting.delete(look);
    }
    return this.heard(name);
  }
}

/** Resolves with the arguments of the socket's own event (`connect`, `connect_error`, `disconnect`). */
export function once(socket, name, ms = 20_000) {
  let heard;
  const promise = within(
    ms,
    `the socket's ${name}`,
    new Promise((resolve) => {
      heard = (...args) => resolve(args);
      socket.once(name, heard);
    }),
  );
  return promise.finally(() => socket.off(name, heard));
}
