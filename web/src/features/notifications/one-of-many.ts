//! Several tabs hear the same message, and one of them tells of it. There is no leader that could die: for each message it is
//! whoever comes first, by a lock of the browser's, which ends with the tab that holds it.
import type { ConversationId, Sequence, UserId } from "~/contract";

const LOOKING = "linnet-looking";
const CLAIM = "linnet-claim";
const stored = (userId: UserId) => `linnet.told ${userId}`;
/** Far longer than tabs that hear the same message are apart. */
const HELD_MS = 20_000;
/** Conversations that are remembered; the others were told of long ago. */
const REMEMBERED_MOST = 200;

/** Web Locks exist on secure origins only; elsewhere two tabs may tell the same. */
const locks = () => (typeof navigator === "undefined" ? undefined : navigator.locks);

let release: (() => void) | null = null;

/** Says to the other tabs whether this one is looked at. */
export function sayLooking(looking: boolean): void {
  if (!looking) {
    release?.();
    release = null;
    return;
  }
  if (release) return;
  let ended = false;
  let end: () => void = () => {};
  release = () => {
    ended = true;
    end();
  };
  const held = () =>
    new Promise<void>((resolve) => {
      if (ended) resolve();
      end = resolve;
    });
  locks()
    ?.request(LOOKING, { mode: "shared" }, held)
    .catch(() => {});
}

/** Whether any tab is looked at. */
export async function anybodyLooking(): Promise<boolean> {
  const held = (await locks()?.query())?.held ?? [];
  return held.some(({ name }) => name === LOOKING);
}

/**
 * Whether this tab is the one to tell of a message: the first that asks. The lock decides between tabs that hear it at the same
 * time, because what one of them stores is seen by the others only a moment later; what is stored decides for those that
 * come after the lock was let go, or after its tab has gone.
 */
export async function claim(
  userId: UserId,
  conversationId: ConversationId,
  sequence: Sequence,
): Promise<boolean> {
  if ((toldOf(userId)[conversationId] ?? 0) >= sequence) return false;
  const manager = locks();
  if (manager && !(await first(manager, `${CLAIM} ${conversationId} ${sequence}`))) return false;
  const { [conversationId]: _, ...others } = toldOf(userId);
  const latest = Object.fromEntries(Object.entries(others).slice(-REMEMBERED_MOST));
  try {
    localStorage.setItem(stored(userId), JSON.stringify({ ...latest, [conversationId]: sequence }));
  } catch {
    // Storage may be forbidden: the lock has decided.
  }
  return true;
}

function first(manager: LockManager, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const hold = (lock: Lock | null) => {
      resolve(lock !== null);
      return lock ? new Promise<void>((end) => setTimeout(end, HELD_MS)) : undefined;
    };
    manager.request(name, { ifAvailable: true }, hold).catch(() => resolve(true));
  });
}

export function forgetTold(userId: UserId): void {
  try {
    localStorage.removeItem(stored(userId));
  } catch {
    // There is nothing to forget then.
  }
}

function toldOf(userId: UserId): Record<ConversationId, Sequence> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(stored(userId)) ?? "{}");
    return typeof found === "object" && found !== null ? (found as Record<ConversationId, Sequence>) : {};
  } catch {
    return {};
  }
}
