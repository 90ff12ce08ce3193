//! Being told while no page is open: the browser's push service wakes the worker, which shows what the server says
//! (dev/worker-source.js).
import type { DeviceId, PushKey } from "~/contract";
import type { Http } from "~/http/client";

/** What the server knows of this browser: the device and the address. A browser that says it at every start would be a write each. */
const KNOWN = "linnet.push";

const remembered = () => {
  try {
    return localStorage.getItem(KNOWN);
  } catch {
    return null;
  }
};
function remember(what: string | null) {
  try {
    if (what === null) localStorage.removeItem(KNOWN);
    else localStorage.setItem(KNOWN, what);
  } catch {
    // Then it is said at every start.
  }
}

/** There is a worker to be woken only where the page is served as it was built, and on secure origins. */
async function manager(): Promise<PushManager | undefined> {
  if (!("PushManager" in globalThis)) return;
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  return registration?.pushManager;
}

const bytesOf = (base64url: string) =>
  Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const same = (one: ArrayBuffer | null, other: Uint8Array) =>
  one !== null && String(new Uint8Array(one)) === String(other);

/** One after the other: who signs out and in again must not lose what the second one made to the first. */
let last: Promise<unknown> = Promise.resolve();
function inTurn<T>(task: () => Promise<T>): Promise<T> {
  const done = last.then(task, task);
  last = done;
  return done;
}

/** Has this device told of messages from now on. `false`: this browser has no push service, or it does not answer. */
export const subscribe = (http: Http, device: DeviceId) => inTurn(() => begin(http, device));

/** This browser is told no longer. That the server need not try it says whoever still may. */
export const unsubscribe = () => inTurn(end);

async function begin(http: Http, device: DeviceId): Promise<boolean> {
  const push = await manager();
  if (!push) return false;
  try {
    const { key } = await http.get<PushKey>("/push/key");
    const applicationServerKey = bytesOf(key);
    let subscription = await push.getSubscription();
    // The server has another key than when this browser subscribed: what it sends would be refused.
    if (subscription && !same(subscription.options.applicationServerKey, applicationServerKey)) {
      await subscription.unsubscribe();
      subscription = null;
    }
    subscription ??= await push.subscribe({ userVisibleOnly: true, applicationServerKey });
    const known = `${device} ${subscription.endpoint}`;
    if (remembered() !== known) {
      await http.post("/push/subscriptions", subscription.toJSON());
      remember(known);
    }
    return true;
  } catch {
    return false;
  }
}

async function end(): Promise<void> {
  remember(null);
  const push = await manager();
  const subscription = await push?.getSubscription().catch(() => null);
  await subscription?.unsubscribe().catch(() => {});
}
