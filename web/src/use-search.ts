import { useEffect, useRef, useState } from "react";
import { sentenceOf } from "~/failure";

export interface Found<T> {
  /** What was found for this query, or for an earlier one while `searching`. */
  found: T[];
  searching: boolean;
  error: string | null;
}

const PAUSE_MS = 250;

/** Asks a moment after the last key. An answer that comes late never replaces that of a later question. */
export function useSearch<T>(query: string, ask: (query: string) => Promise<T[]>): Found<T> {
  const wanted = query.trim();
  const [answer, setAnswer] = useState<{ of: string; found: T[]; error: string | null }>(nothing);
  const asking = useRef(ask);
  asking.current = ask;
  useEffect(() => {
    if (wanted === "") {
      setAnswer(nothing);
      return;
    }
    let stale = false;
    const timer = setTimeout(async () => {
      try {
        const found = await asking.current(wanted);
        if (!stale) setAnswer({ of: wanted, found, error: null });
      } catch (failure) {
        if (!stale) setAnswer({ of: wanted, found: [], error: sentenceOf(failure) });
      }
    }, PAUSE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [wanted]);
  const searching = answer.of !== wanted;
  return { found: answer.found, searching, error: searching ? null : answer.error };
}

const nothing = { of: "", found: [], error: null };
