import { type ReactNode, useCallback, useState } from "react";

/** As many as may come in one breath. */
const KEPT = 6;

interface Spoken {
  /** Where they are heard: to be in the page from the beginning on. */
  region: ReactNode;
  /** Says it; nothing takes back what was said before. */
  say: (sentence: string) => void;
}

/** Says what happened to whoever does not see it. The sentence before stays: one that follows at once must not silence it. */
export function useSpoken(): Spoken {
  const [said, setSaid] = useState<{ key: number; sentence: string }[]>([]);
  const say = useCallback((sentence: string) => {
    setSaid((before) => {
      if (sentence === "") return before.length > 0 ? [] : before;
      return [...before.slice(1 - KEPT), { key: (before.at(-1)?.key ?? 0) + 1, sentence }];
    });
  }, []);
  const region = (
    <div role="status" aria-atomic="false" className="sr-only">
      {said.map(({ key, sentence }) => (
        <p key={key}>{sentence}</p>
      ))}
    </div>
  );
  return { region, say };
}
