//! Messages between the Enter key and the database's disk. IndexedDB answers a few milliseconds later, and a page that is
//! left in between takes the write along; localStorage writes at once. What is found here at the next start is queued then.
//! A row that was queued after all does no harm: `tempId` is unique in the outbox, and the server takes it once.
import type { OutboxRow } from "./database";

export type UnstoredRow = Omit<OutboxRow, "order">;

const PREFIX = "linnet.unstored ";
const keyOf = ({ userId, tempId }: Pick<UnstoredRow, "userId" | "tempId">) => `${PREFIX}${userId} ${tempId}`;

interface Kept {
  row: UnstoredRow;
  /** Counts what this page wrote: a millisecond holds more than one message. */
  written: number;
}

let written = 0;

/** Without localStorage, or when it is full, a message is as safe as IndexedDB alone makes it. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

export function keepUnstored(row: UnstoredRow): void {
  written += 1;
  attempt(() => localStorage.setItem(keyOf(row), JSON.stringify({ row, written } satisfies Kept)));
}

export function dropUnstored(row: Pick<UnstoredRow, "userId" | "tempId">): void {
  attempt(() => localStorage.removeItem(keyOf(row)));
}

/** What an earlier page left here, in the order of writing. */
export function unstoredOf(userId: string): UnstoredRow[] {
  const kept = keysOf(userId).flatMap((key) => {
    const found = attempt(() => JSON.parse(localStorage.getItem(key) ?? "null") as Partial<Kept> | null);
    return found?.row?.userId === userId ? [found as Kept] : [];
  });
  kept.sort((a, b) => a.row.createdAt.localeCompare(b.row.createdAt) || a.written - b.written);
  return kept.map(({ row }) => row);
}

export function forgetUnstored(userId: string): void {
  for (const key of keysOf(userId)) attempt(() => localStorage.removeItem(key));
}

function keysOf(userId: string): string[] {
  return (
    attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}${userId} `))) ?? []
  );
}
