//! The browser's own notifications: whether they may be shown here, and showing one.
import { prefer, preferences } from "~/storage/preferences";

export type Permission = "unsupported" | NotificationPermission;

export const permission = (): Permission =>
  typeof Notification === "undefined" ? "unsupported" : Notification.permission;

export const notificationsOn = () => permission() === "granted" && preferences().notifications !== "off";
export const soundOn = () => preferences().sound !== "off";

/** Asks the person, which only a click may do. */
export async function turnOn(): Promise<Permission> {
  prefer("asked", "done");
  prefer("notifications", undefined);
  return permission() === "default" ? Notification.requestPermission() : permission();
}

export interface Shown {
  title: string;
  body: string;
  /** A later one of the same conversation takes the place of an earlier one. */
  tag: string;
  icon: string;
  /** Where a click leads. */
  path: string;
  /** The message's place. */
  sequence: number;
}

const shownBy = (registration: ServiceWorkerRegistration | undefined, tag: string) =>
  registration?.getNotifications?.({ tag }).catch(() => []) ?? Promise.resolve([]);

/** Takes back what was told of a conversation, by whomever, up to a message: it was read. */
export async function withdraw(tag: string, read: number) {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  for (const one of await shownBy(registration, tag)) if (one.data?.sequence <= read) one.close();
}

/** Takes back everything: it is not for the next one's eyes. */
export async function withdrawAll() {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  for (const one of (await registration?.getNotifications?.().catch(() => [])) ?? []) one.close();
}

export async function showNotification(
  { title, path, sequence, ...options }: Shown,
  open: (path: string) => void,
) {
  const all = { ...options, renotify: true, silent: true, data: { path, sequence } } as NotificationOptions;
  // On phones only the worker may show one; its click comes back as a message of the worker's.
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  if (registration?.active) {
    // A push may have been faster.
    const there = await shownBy(registration, options.tag);
    if (there.some(({ data }) => data?.sequence >= sequence)) return;
    return registration.showNotification(title, all);
  }
  const notification = new Notification(title, all);
  notification.onclick = () => {
    window.focus();
    notification.close();
    open(path);
  };
}
