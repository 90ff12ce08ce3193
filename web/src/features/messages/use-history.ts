import { useCallback, useEffect, useRef, useState } from "react";
import { useSelector } from "react-redux";
import { LIMITS } from "~/contract";
import { sentenceOf } from "~/failure";
import { type ConnectionState, selectPhase } from "~/features/connection/slice";
import { useAppDispatch } from "~/hooks";
import { type Chat, loadPage } from "./slice";

export interface History {
  /** The newest page is here. */
  loaded: boolean;
  /** There are messages before those that are loaded. */
  older: boolean;
  loadingOlder: boolean;
  error: string | null;
  loadOlder: () => void;
  retry: () => void;
}

/** Pages that are loaded to reach the first unread message; beyond them one starts at the end. */
const PAGES_TO_UNREAD = 4;

/** Loads the newest page of a conversation that was not opened yet, and older ones when they are asked for. */
export function useHistory(chat: Chat, readBefore: number): History {
  const dispatch = useAppDispatch();
  const [error, setError] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [loadingOlder, setLoadingOlder] = useState(false);
  const complete = chat.from <= 1 || chat.to - chat.from + 1 >= LIMITS.pageDefault;
  const [loaded, setLoaded] = useState(complete);
  const at = useRef(chat.from);
  at.current = chat.from;
  const id = chat.id;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is the reason to run again
  useEffect(() => {
    if (loaded) return;
    let stale = false;
    (async () => {
      setError(null);
      try {
        let more = await dispatch(loadPage(id));
        for (
          let page = 1;
          page < PAGES_TO_UNREAD && more && !stale && at.current > readBefore + 1;
          page += 1
        ) {
          more = await dispatch(loadPage(id, at.current));
        }
        if (!stale) setLoaded(true);
      } catch (failure) {
        if (!stale) setError(sentenceOf(failure));
      }
    })();
    return () => {
      stale = true;
    };
  }, [dispatch, id, loaded, readBefore, attempt]);

  const loadOlder = useCallback(() => {
    if (loadingOlder || at.current <= 1) return;
    setLoadingOlder(true);
    setError(null);
    dispatch(loadPage(id, at.current))
      .catch((failure) => setError(sentenceOf(failure)))
      .finally(() => setLoadingOlder(false));
  }, [dispatch, id, loadingOlder]);

  const retry = useCallback(() => {
    if (loaded) loadOlder();
    else setAttempt((before) => before + 1);
  }, [loaded, loadOlder]);

  // What failed without a connection is asked for again with one.
  const connected = useSelector(
    (state: { connection: ConnectionState }) => selectPhase(state) === "connected",
  );
  const failed = error !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new connection is a reason to try by itself
  useEffect(() => {
    if (connected && failed) retry();
  }, [connected]);

  return { loaded, older: chat.from > 1, loadingOlder, error, loadOlder, retry };
}
