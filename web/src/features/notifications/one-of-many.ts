//! Whether somebody looks at another tab. Each tab says so while it is looked at, in what all tabs of the browser share, and
//! a tab that died is believed no longer than a moment. Web Locks would end with their tab, and exist on secure origins only.
import { randomId } from "~/random-id";

const PREFIX = "linnet.looking ";
const SAY_EVERY_MS = 4_000;
const BELIEVED_MS = 12_000;

const mine = PREFIX + randomId();
let saying: ReturnType<typeof setInterval> | undefined;

function say(): void {
  try {
    localStorage.setItem(mine, String(Date.now()));
  } catch {
    // Then each tab is the only one that it knows of.
  }
}

/** Says to the other tabs whether this one is looked at. */
export function sayLooking(looking: boolean): void {
  clearInterval(saying);
  saying = undefined;
  if (looking) {
    say();
    saying = setInterval(say, SAY_EVERY_MS);
    return;
  }
  try {
    localStorage.removeItem(mine);
  } catch {}
}

/** Whether any tab is looked at. What tabs have left that died is cleared away. */
export function anybodyLooking(): boolean {
  let anybody = false;
  try {
    for (const key of Object.keys(localStorage).filter((it) => it.startsWith(PREFIX))) {
      const age = Math.abs(Date.now() - Number(localStorage.getItem(key)));
      if (age < BELIEVED_MS) anybody = true;
      else localStorage.removeItem(key);
    }
  } catch {}
  return anybody;
}
