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
import { useSearch } from "~/use-search";

export interface Candidates {
  people: User[];
  searching: boolean;
  error: string | null;
}

/** Whom one may choose from: one's connections, or whoever is found by name. */
export function useCandidates(query: string): Candidates {
  const dispatch = useAppDispatch();
  const connected = useSelector((state: PeopleRoot) => selectConnected(state));
  const epoch = useSelector((state: PeopleRoot) => selectEpoch(state));
  const [loading, setLoading] = useState(true);
  const [failed, setFailed] = useState<string | null>(null);
  const { found, searching, error } = useSearch(query, (wanted) => dispatch(findPeople(wanted)));

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new connection is the reason to load again
  useEffect(() => {
    dispatch(loadConnections("accepted"))
      .then(
        () => setFailed(null),
        (failure) => setFailed(sentenceOf(failure)),
      )
      .finally(() => setLoading(false));
  }, [dispatch, epoch]);

  if (query.trim() === "") {
    return { people: connected.map(({ user }) => user), searching: loading, error: failed };
  }
  // Enter chooses what is shown: what was found for an earlier query is not.
  return { people: searching ? [] : found, searching, error };
}
