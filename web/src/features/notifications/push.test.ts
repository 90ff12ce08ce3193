//! A browser with a push service, and a server that is told of it.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Http } from "~/http/client";
import { withdraw, withdrawAll } from "./browser";
import { subscribe, unsubscribe } from "./push";

const KEY = "BAECAw";
const bytes = (...all: number[]) => new Uint8Array(all).buffer;

let http: Http;
let current: ReturnType<typeof subscription> | null;
let made: number;
let shown: { tag: string; data: unknown; close: () => void }[];

function subscription(key: ArrayBuffer, endpoint: string) {
  return {
    endpoint,
    options: { applicationServerKey: key },
    toJSON: () => ({ endpoint, keys: { p256dh: "p", auth: "a" } }),
    unsubscribe: async () => {
      current = null;
      return true;
    },
  };
}

beforeEach(() => {
  made = 0;
  current = null;
  shown = [];
  const pushManager = {
    getSubscription: async () => current,
    subscribe: async ({ applicationServerKey }: { applicationServerKey: Uint8Array<ArrayBuffer> }) => {
      made += 1;
      current = subscription(applicationServerKey.buffer, `https://push.example.org/${made}`);
      return current;
    },
  };
  const getNotifications = async (options?: { tag: string }) =>
    shown.filter(({ tag }) => options === undefined || tag === options.tag);
  const registration = { pushManager, getNotifications };
  vi.stubGlobal("PushManager", class {});
  vi.stubGlobal("navigator", { serviceWorker: { getRegistration: async () => registration } });
  http = { get: vi.fn(async () => ({ key: KEY })), post: vi.fn(async () => undefined) } as unknown as Http;
});
afterEach(() => vi.unstubAllGlobals());

it("tells the server where this browser is told, once for each device", async () => {
  expect(await subscribe(http, "phone")).toBe(true);
  expect(http.post).toHaveBeenCalledExactlyOnceWith("/push/subscriptions", {
    endpoint: "https://push.example.org/1",
    keys: { p256dh: "p", auth: "a" },
  });
  expect(await subscribe(http, "phone")).toBe(true);
  expect(http.post).toHaveBeenCalledTimes(1);
  // Somebody else signed in here: the address is the same one.
  expect(await subscribe(http, "another")).toBe(true);
  expect([http.post, made]).toEqual([expect.toSatisfy((post) => post.mock.calls.length === 2), 1]);
});

it("subscribes anew where the server has another key by now", async () => {
  current = subscription(bytes(9, 9, 9, 9), "https://push.example.org/old");
  expect(await subscribe(http, "phone")).toBe(true);
  expect(current?.endpoint).toBe("https://push.example.org/1");
  expect([...new Uint8Array(current?.options.applicationServerKey ?? bytes())]).toEqual([4, 1, 2, 3]);
});

it("says it again where the server was not reached", async () => {
  vi.mocked(http.post).mockRejectedValueOnce(new Error("unreachable"));
  expect(await subscribe(http, "phone")).toBe(false);
  expect(await subscribe(http, "phone")).toBe(true);
  expect(http.post).toHaveBeenCalledTimes(2);
});

it("ends at sign-out, and not what the next one has begun", async () => {
  await subscribe(http, "phone");
  const both = [unsubscribe(), subscribe(http, "phone")];
  await Promise.all(both);
  expect(current?.endpoint).toBe("https://push.example.org/2");
  expect(http.post).toHaveBeenCalledTimes(2);
  await unsubscribe();
  expect(current).toBeNull();
  expect(Object.keys(localStorage)).toEqual([]);
});

it("is nothing where there is no push service", async () => {
  vi.stubGlobal("navigator", { serviceWorker: { getRegistration: async () => undefined } });
  expect(await subscribe(http, "phone")).toBe(false);
  vi.stubGlobal("navigator", {});
  expect(await subscribe(http, "phone")).toBe(false);
  await unsubscribe();
  expect(http.get).not.toHaveBeenCalled();
});

it("takes back what was told and is read, and everything at sign-out", async () => {
  const note = (tag: string, sequence: number) => {
    const one = { tag, data: { sequence }, close: () => void shown.splice(shown.indexOf(one), 1) };
    shown.push(one);
  };
  note("room", 5);
  note("other", 3);
  await withdraw("room", 4);
  expect(shown).toHaveLength(2);
  await withdraw("room", 5);
  expect(shown.map(({ tag }) => tag)).toEqual(["other"]);
  await withdrawAll();
  expect(shown).toEqual([]);
});
