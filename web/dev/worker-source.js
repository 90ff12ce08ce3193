// The service worker: the page opens without a network, and messages are told of while no page is open. It keeps the files of
// one build, never an answer of the API, never a picture of somebody: what is private is kept by the page, which forgets it
// at sign-out.
//
// A new build is a new worker. It waits until the person agrees, or until no tab shows the old one any more.

const BUILD = "BUILD";
const FILES = ["FILES"];
const PREFIX = "linnet-shell-";
const CACHE = PREFIX + BUILD;
const OURS = new Set(FILES);

self.addEventListener("install", (event) => {
  // Asked anew: what the browser's own cache has of `/` may be of another build.
  const fresh = FILES.map(
    (path) => new Request(path, { cache: path.startsWith("/assets/") ? "default" : "reload" }),
  );
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(
        names.filter((it) => it.startsWith(PREFIX) && it !== CACHE).map((it) => caches.delete(it)),
      );
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("message", ({ data }) => {
  if (data === "activate") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  // Addresses of the server are not the page's, also where somebody opens one in a tab.
  if (/^\/(api|socket\.io|healthz|readyz|metrics)(\/|$)/.test(pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (OURS.has(pathname) || pathname.startsWith("/assets/")) event.respondWith(file(request, pathname));
});

async function page(request) {
  const kept = await caches.match("/", { cacheName: CACHE });
  return kept ?? fetch(request);
}

async function file(request, pathname) {
  const kept = await caches.match(pathname, { cacheName: CACHE });
  if (kept) return kept;
  const answer = await fetch(request);
  // A page that asks for what neither this build nor the server has is of another build: the next one comes from the server,
  // or it would be as broken for ever.
  if (answer.status === 404) await (await caches.open(CACHE)).delete("/");
  return answer;
}

// A message came while nobody looked at any device, or so the server thinks.
self.addEventListener("push", (event) => event.waitUntil(tell(event.data)));

async function tell(data) {
  let told;
  try {
    told = data.json();
  } catch {
    // Not from our server.
    return;
  }
  const { conversationId, sequence, title, sender, text, files, waiting } = told;
  // What was read on another device is not told any longer.
  if (waiting) {
    for (const shown of await self.registration.getNotifications()) {
      if (shown.tag && !waiting.includes(shown.tag)) shown.close();
    }
  }
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (tabs.some(({ visibilityState }) => visibilityState === "visible")) return;
  // A tab that is open, and not looked at, may have been faster: then it is shown once more and heard once.
  const there = await self.registration.getNotifications({ tag: conversationId });
  const known = there.some((it) => it.data?.sequence >= sequence);
  // The build writes `plainText` behind this (dev/worker.mjs).
  const words = plainText(text) || (files ? "\u{1F4CE}" : "");
  await self.registration.showNotification(title ?? sender, {
    body: title === null ? words : `${sender}: ${words}`,
    tag: conversationId,
    icon: "/icon-192.png",
    renotify: !known,
    silent: known,
    data: { path: `/c/${conversationId}?m=${sequence}`, sequence },
  });
}

// The push service gave this browser another address.
self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(
    (async () => {
      const options = event.oldSubscription?.options ?? { userVisibleOnly: true };
      const subscription = event.newSubscription ?? (await self.registration.pushManager.subscribe(options));
      const body = JSON.stringify(subscription);
      const headers = { "content-type": "application/json" };
      const post = (path, init) => fetch(`/api/v1${path}`, { method: "POST", ...init });
      const answer = await post("/push/subscriptions", { headers, body });
      // The access token is one of minutes. Where this fails as well, the next page that is opened says it.
      if (answer.status === 401 && (await post("/auth/refresh")).ok) {
        await post("/push/subscriptions", { headers, body });
      }
    })(),
  );
});

// To the tab that is there, which then shows what the notification was about.
self.addEventListener("notificationclick", (event) => {
  const { notification } = event;
  notification.close();
  const path = notification.data?.path ?? "/chat";
  event.waitUntil(
    (async () => {
      const [tab] = await self.clients.matchAll({ type: "window" });
      if (!tab) return self.clients.openWindow(path);
      tab.postMessage({ open: path });
      return tab.focus();
    })(),
  );
});
