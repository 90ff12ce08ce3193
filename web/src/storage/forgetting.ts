//! A mark that what this browser keeps of an account is to be forgotten. It is there before the server is asked to end the session,
//! so that a page that is left in the middle leaves nothing: the next start finishes it. localStorage, which writes at once.
const PREFIX = "linnet.forgetting ";

export function beginForgetting(userId: string): void {
  try {
    localStorage.setItem(PREFIX + userId, "");
  } catch {
    // Without storage there is little to forget.
  }
}

/** It is forgotten, or it is not to be: the session goes on. */
export function endForgetting(userId: string): void {
  try {
    localStorage.removeItem(PREFIX + userId);
  } catch {}
}

/** Accounts that an earlier page began to forget. */
export function toForget(): string[] {
  try {
    const marks = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    return marks.map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}
