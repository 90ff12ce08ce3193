//! A socket for tests: it connects when it is told to, and answers as the test says.
import type { ChatSocket } from "~/socket/connection";

type Listener = (...args: never[]) => void;
export type Answer = (event: string, payload: unknown) => unknown;

export class FakeSocket {
  connected = false;
  /** How often somebody asked to connect. */
  attempts = 0;
  readonly emitted: { event: string; payload: unknown }[] = [];
  /** An acknowledgement, a promise of one, or an `Error` for none. */
  answer: Answer = () => ({ success: true });
  /** Whether connecting works at once. */
  reachable = true;
  private readonly listeners = new Map<string, Listener[]>();

  on(event: string, listener: Listener) {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    return this;
  }

  connect() {
    this.attempts += 1;
    if (this.reachable) this.accept();
    return this;
  }

  disconnect() {
    if (!this.connected) return this;
    this.connected = false;
    this.hear("disconnect", "io client disconnect");
    return this;
  }

  timeout() {
    return {
      emitWithAck: async (event: string, payload: unknown) => {
        this.emitted.push({ event, payload });
        const reply = await this.answer(event, payload);
        if (reply instanceof Error) throw reply;
        return reply;
      },
    };
  }

  accept() {
    this.connected = true;
    this.hear("connect");
  }

  refuse(message: string) {
    this.hear("connect_error", new Error(message));
  }

  lose(reason = "transport close") {
    this.connected = false;
    this.hear("disconnect", reason);
  }

  /** What the server emits. */
  hear(event: string, ...args: unknown[]) {
    for (const listener of this.listeners.get(event) ?? []) listener(...(args as never[]));
  }

  get asSocket(): ChatSocket {
    return this as unknown as ChatSocket;
  }
}
