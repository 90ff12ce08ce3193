import { useEffect, useRef, useState } from "react";
import { useSelector } from "react-redux";
import { useNavigationType } from "react-router";
import type { SearchHit, SearchHits, UserId } from "~/contract";
import { RequestFailure } from "~/failure";
import { type ConnectionState, selectPhase } from "~/features/connection/slice";
import { type SessionState, selectMe } from "~/features/session/slice";
import { useAppDispatch } from "~/hooks";
import type { Thunk } from "~/services";
import type { Question } from "./use-question";

/** Requests for one page: the server answers a long search in parts, which may be empty. Then somebody is to say whether to go on. */
const PARTS_MOST = 5;

/** Hits from the newest on, or from a cursor: a page of them, or as many as are wanted. */
function findMessages(
  { words, within }: Question,
  from: string | undefined,
  wanted: number,
  signal: AbortSignal,
): Thunk<unknown, Promise<SearchHits>> {
  return async (_dispatch, _getState, { http }) => {
    const hits: SearchHit[] = [];
    let cursor = from;
    for (let part = 1; ; part += 1) {
      const query = new URLSearchParams({ q: words });
      if (within !== null) query.set("conversationId", within);
      if (cursor !== undefined) query.set("cursor", cursor);
      const page = await http.get<SearchHits>(`/search?${query}`, signal);
      cursor = page.nextCursor;
      hits.push(...page.hits);
      if (hits.length >= wanted || cursor === undefined || part >= PARTS_MOST) return { ...page, hits };
    }
  };
}

interface Answer {
  /** The question. */
  of: string;
  hits: SearchHit[];
  next: string | undefined;
  complete: boolean;
}

interface Failure {
  error: RequestFailure;
  /** Where to go on. */
  cursor: string | undefined;
}

const NOTHING: Answer = { of: "", hits: [], next: undefined, complete: true };

/** What was found last, and which hit was opened: whoever comes back from it is where they were. Only for who asked. */
let kept: { by: UserId | undefined; answer: Answer; opened: string } | null = null;

type Root = { connection: ConnectionState; session: SessionState };

export function useHits(question: Question) {
  const dispatch = useAppDispatch();
  const me = useSelector((state: Root) => selectMe(state)?.id);
  const connected = useSelector((state: Root) => selectPhase(state) === "connected");
  const back = useNavigationType() === "POP";
  const { words, within } = question;
  const key = words === "" ? "" : JSON.stringify([words, within]);
  const [returned] = useState(() => (back && kept?.by === me && kept?.answer.of === key ? kept : null));
  const [answer, setAnswer] = useState(returned?.answer ?? NOTHING);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  /** What somebody comes back to is there at once, but may have changed since. */
  const known = useRef(returned?.answer.hits.length ?? 0);
  /** Lives as long as its question. */
  const asking = useRef(new AbortController());

  async function ask(cursor?: string, wanted = 1) {
    const { signal } = asking.current;
    setFailure(null);
    setBusy(true);
    try {
      const { hits, nextCursor, complete } = await dispatch(findMessages(question, cursor, wanted, signal));
      if (signal.aborted) return;
      setAnswer((before) => ({
        of: key,
        hits: cursor === undefined ? hits : [...before.hits, ...hits],
        next: nextCursor,
        complete,
      }));
    } catch (thrown) {
      if (signal.aborted) return;
      const error = thrown instanceof RequestFailure ? thrown : new RequestFailure("internal");
      setFailure({ error, cursor });
    }
    setBusy(false);
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the question is the reason to ask
  useEffect(() => {
    const mine = new AbortController();
    asking.current = mine;
    setFailure(null);
    setBusy(false);
    if (key === "") setAnswer(NOTHING);
    else void ask(undefined, Math.max(known.current, 1));
    known.current = 0;
    return () => mine.abort();
  }, [key]);

  const again = failure ? () => void ask(failure.cursor) : undefined;
  // The server said when it takes the next one, or could not be reached and now can.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a failure is waited for once
  useEffect(() => {
    const wait = failure?.error.retryAfterMs;
    if (wait === undefined) return;
    const timer = setTimeout(() => again?.(), wait);
    return () => clearTimeout(timer);
  }, [failure]);
  const unreachable = failure?.error.code === "unreachable";
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new connection is a reason to try by itself
  useEffect(() => {
    if (connected && unreachable) again?.();
  }, [connected]);

  const { next } = answer;
  const current = answer.of === key;
  return {
    /** Those of the question before, until there is an answer. */
    hits: answer.hits,
    current,
    complete: answer.complete,
    busy,
    failure: failure?.error ?? null,
    again,
    more: current && next !== undefined && !failure ? () => void ask(next) : undefined,
    /** The hit from which somebody comes back. */
    returned: returned?.opened,
    onOpened: (hit: SearchHit) => {
      kept = { by: me, answer, opened: hit.message.id };
    },
  };
}
