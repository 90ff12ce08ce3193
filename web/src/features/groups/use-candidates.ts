import { useEffect, useState } from "react";
import { useSelector } from "react-redux";
import type { User } from "~/contract";
import { sentenceOf } from "~/failure";
import {
  findPeople,
  loadConnections,
  type PeopleRoot,
  selectConnected,
  selectEpoch,
} from "~/features/people/slice";
import { useAppDispatch } from "~/hooks";

export interface Candidates {
  people: User[];
  searching: boolean;
  error: string | null;
}

const PAUSE_MS = 250;

/** Whom one may choose from: one's connections, or whoever is found by name. */
export function useCandidates(query: string): Candidates {
  const dispatch = useAppDispatch();
  const connected = useSelector((state: PeopleRoot) => selectConnected(state));
  const epoch = useSelector((state: PeopleRoot) => selectEpoch(state));
  const wanted = query.trim();
  const [loading, setLoading] = useState(true);
  const [found, setFound] = useState<{ of: string; people: User[] }>({ of: "", people: [] });
  const [error, setError] = useState<string | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new connection is the reason to load again
  useEffect(() => {
    dispatch(loadConnections("accepted"))
      .catch((failure) => setError(sentenceOf(failure)))
      .finally(() => setLoading(false));
  }, [dispatch, epoch]);

  useEffect(() => {
    setError(null);
    if (wanted === "") return;
    let stale = false;
    const timer = setTimeout(async () => {
      try {
        const people = await dispatch(findPeople(wanted));
        if (!stale) setFound({ of: wanted, people });
      } catch (failure) {
        if (stale) return;
        setFound({ of: wanted, people: [] });
        setError(sentenceOf(failure));
      }
    }, PAUSE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [dispatch, wanted]);

  if (wanted === "") return { people: connected.map(({ user }) => user), searching: loading, error };
  const searching = found.of !== wanted && error === null;
  return { people: searching ? [] : found.people, searching, error };
}
