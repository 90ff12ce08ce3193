//! The service worker that keeps the page for when there is no network, and what becomes of a new version of it.
import { useSyncExternalStore } from "react";

/** A tab that is open for days learns of a new version, too. */
const LOOK_EVERY_MS = 60 * 60_000;

let waiting: ServiceWorker | null = null;
const listeners = new Set<() => void>();

function offer(worker: ServiceWorker | null) {
  waiting = worker;
  for (const listener of listeners) listener();
}

export function keepShell(open: (path: string) => void): void {
  // Only where the page is served as it was built, and on secure origins, where there are workers.
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const workers = navigator.serviceWorker;
  const hadOne = workers.controller !== null;
  const begin = () => void register(workers).catch(() => {});
  // What is on the screen comes first.
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin, { once: true });
  // A notification was clicked.
  workers.addEventListener("message", ({ data }) => {
    if (typeof data?.open === "string") open(data.open);
  });
  // Somebody agreed, here or in another tab: what this page would still load is of the new version.
  workers.addEventListener("controllerchange", () => hadOne && window.location.reload());
}

async function register(workers: ServiceWorkerContainer) {
  const registration = await workers.register("/worker.js", { updateViaCache: "none" });
  const consider = (worker: ServiceWorker | null) => {
    // Without an earlier one it is the first, and nothing is replaced.
    if (worker?.state === "installed" && workers.controller) offer(worker);
  };
  consider(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const found = registration.installing;
    found?.addEventListener("statechange", () => consider(found));
  });
  let looked = Date.now();
  const look = () => {
    if (document.visibilityState !== "visible" || Date.now() - looked < LOOK_EVERY_MS) return;
    looked = Date.now();
    registration.update().catch(() => {});
  };
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOK_EVERY_MS);
}

/** A new version is there: what makes it the one in use. */
export function useUpdate(): (() => void) | null {
  const worker = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting,
  );
  return worker && (() => worker.postMessage("activate"));
}
