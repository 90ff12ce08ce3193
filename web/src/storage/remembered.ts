//! Who was signed in here last, so that their conversations can be read while the server cannot be asked. It opens nothing: what
//! is done needs the session, which the server checks.
import type { Me } from "~/contract";

const STORED = "linnet.me";

export function rememberMe(me: Me | null): void {
  try {
    if (me) localStorage.setItem(STORED, JSON.stringify(me));
    else localStorage.removeItem(STORED);
  } catch {
    // Then there is nothing to read without the server.
  }
}

export function rememberedMe(): Me | null {
  try {
    const found = JSON.parse(localStorage.getItem(STORED) ?? "null") as Partial<Me> | null;
    return typeof found?.id === "string" && typeof found.displayName === "string" ? (found as Me) : null;
  } catch {
    return null;
  }
}

/** Another tab has signed them out: what this one still keeps must not be written any more, whether or not it has heard. */
export function signedOutElsewhere(userId: string): boolean {
  try {
    localStorage.getItem(STORED);
  } catch {
    return false;
  }
  return rememberedMe()?.id !== userId;
}
