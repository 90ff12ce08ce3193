//! What happens around the page: the tab is looked at again, and another tab signs in or out. The cookies belong to all
//! tabs, so a tab that still shows another account must not go on as if nothing had happened.

import { returned } from "~/features/messages/sync";
import { sayLooking } from "~/features/notifications/one-of-many";
import { selectMe, start } from "~/features/session/slice";
import type { AppStore } from "./store";

/** Coming back twice in a moment is one return. */
const RETURN_EVERY_MS = 5_000;

export function followTabs(store: AppStore): void {
  let lastReturn = 0;
  const come = () => {
    const { session, connection } = store.getState();
    if (document.visibilityState !== "visible" || session.status !== "signedIn") return;
    if (connection.phase !== "connected" || Date.now() - lastReturn < RETURN_EVERY_MS) return;
    lastReturn = Date.now();
    store.dispatch(returned());
  };
  window.addEventListener("focus", come);
  document.addEventListener("visibilitychange", come);

  // What happens after a page was left must not say again that somebody looks at it.
  let here = true;
  const say = () => sayLooking(here && document.visibilityState === "visible" && document.hasFocus());
  say();
  for (const event of ["focus", "blur"]) window.addEventListener(event, say);
  document.addEventListener("visibilitychange", say);
  for (const event of ["pageshow", "pagehide"]) {
    window.addEventListener(event, () => {
      here = event === "pageshow";
      say();
    });
  }

  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel("linnet-session");
  let mine = selectMe(store.getState())?.id ?? null;
  let heard = false;
  store.subscribe(() => {
    const { status, user } = store.getState().session;
    const now = user?.id ?? null;
    if (now === mine || (status !== "signedIn" && status !== "signedOut")) return;
    mine = now;
    if (!heard) channel.postMessage(now);
  });
  channel.onmessage = ({ data }) => {
    const { status, user } = store.getState().session;
    if (status === "starting" || (user?.id ?? null) === data) return;
    if (status === "signedIn" && data !== null) {
      // Another account in the same browser: begin anew as that one.
      window.location.reload();
      return;
    }
    heard = true;
    void store.dispatch(start()).finally(() => {
      heard = false;
    });
  };
}
