import { useEffect, useState } from "react";
import type { User } from "~/contract";
import { sentenceOf } from "~/failure";
import { useAppDispatch } from "~/hooks";
import { findPeople } from "./slice";

export interface Found {
  people: User[];
  searching: boolean;
  error: string | null;
}

const PAUSE_MS = 250;
const nobody: Found = { people: [], searching: false, error: null };

/** Finds people a moment after the last key. An answer that comes late never replaces that of a later question. */
export function usePeople(query: string): Found {
  const dispatch = useAppDispatch();
  const [found, setFound] = useState<Found>(nobody);
  const wanted = query.trim();
  useEffect(() => {
    if (wanted === "") {
      setFound(nobody);
      return;
    }
    let stale = false;
    setFound((before) => ({ ...before, searching: true, error: null }));
    const timer = setTimeout(async () => {
      try {
        const people = await dispatch(findPeople(wanted));
        if (!stale) setFound({ people, searching: false, error: null });
      } catch (failure) {
        if (!stale) setFound({ people: [], searching: false, error: sentenceOf(failure) });
      }
    }, PAUSE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [dispatch, wanted]);
  return found;
}
