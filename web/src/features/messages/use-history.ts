import { useCallback, useEffect, useRef, useState } from "react";
import { useSelector } from "react-redux";
import { LIMITS, type Sequence } from "~/contract";
import { sentenceOf } from "~/failure";
import { type ConnectionState, selectPhase } from "~/features/connection/slice";
import { useAppDispatch } from "~/hooks";
import { type Chat, loadPage, type Place } from "./slice";

/** Where a list begins when it is shown: at a message, at the first unread one, or at the end. */
export interface Beginning {
  sequence: Sequence | null;
  /** Somebody wants to see this message: it is shown in the middle and pointed out. */
  pointed: boolean;
  /** Tells one wish from the next one for the same message. */
  wish: number;
}

export interface History {
  /** What the list begins with is here. */
  loaded: boolean;
  beginning: Beginning;
  /** There are messages before those that are loaded. */
  older: boolean;
  error: string | null;
  loadOlder: () => void;
  loadNewer: () => void;
  /** Shows a message, wherever it is; `null` is the end. */
  jump: (sequence: Sequence | null) => void;
  retry: () => void;
}

/** Whether the window has what a list that begins there needs at once. */
function isHere(chat: Chat, sequence: Sequence | null): boolean {
  const full = chat.from <= 1 || chat.to - chat.from + 1 >= LIMITS.pageDefault;
  if (sequence === null) return !chat.detached && full;
  return sequence >= chat.from && sequence <= chat.to && (full || chat.detached);
}

/** The page to ask for: what is near the end is seen with the end. */
function placeOf(chat: Chat, sequence: Sequence | null): Place {
  return sequence === null || sequence > chat.lastSequence - LIMITS.pageDefault / 2
    ? {}
    : { around: sequence };
}

/** Loads what a conversation begins with, more at both ends when it is asked for, and any other place to jump to. */
export function useHistory(chat: Chat, linked: Sequence | null, firstUnread: Sequence | null): History {
  const dispatch = useAppDispatch();
  const [beginning, setBeginning] = useState<Beginning>(() => ({
    sequence: linked ?? firstUnread,
    pointed: linked !== null,
    wish: 0,
  }));
  const [loaded, setLoaded] = useState(() => isHere(chat, linked ?? firstUnread));
  const [error, setError] = useState<string | null>(null);
  const busy = useRef(false);
  /** Counts what is asked for: an answer to an earlier question is not wanted any more. */
  const question = useRef(0);
  const now = useRef(chat);
  now.current = chat;
  const failed = useRef<() => void>(() => {});
  const id = chat.id;

  const ask = useCallback(
    (place: Place, then: () => void) => {
      question.current += 1;
      const mine = question.current;
      busy.current = true;
      setError(null);
      dispatch(loadPage(id, place, () => question.current === mine))
        .then(() => question.current === mine && then())
        .catch((failure) => {
          if (question.current !== mine) return;
          failed.current = () => ask(place, then);
          setError(sentenceOf(failure));
        })
        .finally(() => {
          if (question.current === mine) busy.current = false;
        });
    },
    [dispatch, id],
  );

  const jump = useCallback(
    (sequence: Sequence | null) => {
      const there = () => {
        setBeginning(({ wish }) => ({ sequence, pointed: sequence !== null, wish: wish + 1 }));
        setLoaded(true);
      };
      if (isHere(now.current, sequence)) there();
      else ask(placeOf(now.current, sequence), there);
    },
    [ask],
  );

  // The first page, once for each time that the conversation is opened.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what it begins with is decided when it is opened
  useEffect(() => {
    if (!loaded) ask(placeOf(now.current, beginning.sequence), () => setLoaded(true));
    return () => {
      question.current += 1;
    };
  }, [ask]);

  const loadOlder = useCallback(() => {
    if (!busy.current && now.current.from > 1) ask({ before: now.current.from }, () => {});
  }, [ask]);
  const loadNewer = useCallback(() => {
    if (!busy.current && now.current.detached) ask({ after: now.current.to }, () => {});
  }, [ask]);
  const retry = useCallback(() => failed.current(), []);

  // What failed without a connection is asked for again with one.
  const connected = useSelector(
    (state: { connection: ConnectionState }) => selectPhase(state) === "connected",
  );
  const broken = error !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new connection is a reason to try by itself
  useEffect(() => {
    if (connected && broken) retry();
  }, [connected]);

  return { loaded, beginning, older: chat.from > 1, error, loadOlder, loadNewer, jump, retry };
}
