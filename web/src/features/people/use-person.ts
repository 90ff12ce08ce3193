import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import type { UserId } from "~/contract";
import { RequestFailure, sentenceOf } from "~/failure";
import { useAppDispatch } from "~/hooks";
import { loadPerson, type PeopleRoot, type Relation, selectEpoch, selectRelation } from "./slice";

interface Known {
  relation: Relation | undefined;
  /** Why nothing is known about them. */
  problem: string | null;
}

/** Somebody and how this user stands to them, asked for once on each connection: from then on the events tell. */
export function usePerson(id: UserId | null | undefined): Known {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const relation = useSelector((state: PeopleRoot) => selectRelation(state, id));
  const epoch = useSelector((state: PeopleRoot) => selectEpoch(state));
  const [problem, setProblem] = useState<{ id: UserId; sentence: string } | null>(null);
  const current = relation?.epoch === epoch;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new connection is a reason to ask again
  useEffect(() => {
    if (id == null || current) return;
    dispatch(loadPerson(id)).then(
      () => setProblem(null),
      (failure) => {
        const unknown =
          failure instanceof RequestFailure && ["not_found", "malformed"].includes(failure.code);
        setProblem({ id, sentence: unknown ? t("people.unknown") : sentenceOf(failure) });
      },
    );
  }, [dispatch, id, current, epoch]);
  const why = problem && problem.id === id ? problem.sentence : null;
  return { relation, problem: relation ? null : why };
}
