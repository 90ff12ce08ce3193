//! Which pages of this browser there are. Each holds a lock of its own name for as long as it lives, so that a file that was chosen
//! in one tab is not taken up by another, and is taken up by the next when its tab is gone.
import { acrossTabs } from "~/across-tabs";
import { randomId } from "~/random-id";

const PREFIX = "linnet-page ";

export interface Pages {
  /** This one. */
  own: string;
  /** Runs a task that learns which pages there are, one page at a time. */
  among<T>(task: (isThere: (page: string) => boolean) => Promise<T>): Promise<T>;
}

export function createPages(): Pages {
  const own = randomId();
  const locks = typeof navigator === "undefined" ? undefined : navigator.locks;
  const held =
    locks &&
    new Promise<void>((ready) => {
      const forever = () => {
        ready();
        return new Promise(() => {});
      };
      locks.request(PREFIX + own, forever).catch(ready);
    });
  return {
    own,
    among: (task) =>
      acrossTabs("linnet-pages", async () => {
        await held;
        const names = new Set((await locks?.query())?.held?.map(({ name }) => name));
        return task((page) => names.has(PREFIX + page));
      }),
  };
}
