import { useEffect, useRef, useState } from "react";
import type { Member } from "~/contract";
import { LIMITS } from "~/contract";
import { sentenceOf } from "~/failure";
import type { Chat } from "~/features/messages/slice";
import { useAppDispatch } from "~/hooks";
import { loadMembers } from "./requests";

export interface Listed {
  members: Member[];
  loading: boolean;
  error: string | null;
  /** There are more than these. */
  more: (() => void) | undefined;
  retry: () => void;
}

/** Pages that a search goes through by itself: beyond them one asks for more. */
const PAGES_SEARCHED = 20;
/** Enough found to look at. */
const FOUND_ENOUGH = 20;

const matches = (member: Member, wanted: string) =>
  member.displayName.toLocaleLowerCase().includes(wanted) || member.username.includes(wanted);

/**
 * The members whose name has `query`. Of a conversation of at most 100 the client knows them all; of a larger one they come a
 * page at a time, again after each change, and a search goes through the pages until it has found enough.
 */
export function useMembers(chat: Chat, query: string): Listed {
  const wanted = query.trim().toLocaleLowerCase();
  const whole = chat.memberCount <= LIMITS.receiptMembers;
  const paged = usePages(chat, wanted, !whole);
  const members = whole ? chat.members : paged.members;
  const shown = wanted === "" ? members : members.filter((member) => matches(member, wanted));
  if (whole) return { members: shown, loading: false, error: null, more: undefined, retry: () => {} };
  return { ...paged, members: shown };
}

function usePages(chat: Chat, wanted: string, wanting: boolean): Listed {
  const dispatch = useAppDispatch();
  const [pages, setPages] = useState<{ members: Member[]; next: string | undefined }[]>([]);
  const [asked, setAsked] = useState(1);
  const [attempt, setAttempt] = useState(0);
  const [loading, setLoading] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const { id, described } = chat;
  const known = useRef(pages);
  known.current = pages;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a change and a new attempt are reasons to load again
  useEffect(() => {
    if (!wanting) return;
    let stale = false;
    (async () => {
      setLoading(true);
      setError(null);
      try {
        const loaded: typeof pages = [];
        let cursor: string | undefined;
        const least = Math.max(asked, known.current.length);
        const most = wanted === "" ? least : Math.max(least, PAGES_SEARCHED);
        for (let page = 0; page < most; page += 1) {
          const { members, nextCursor } = await dispatch(loadMembers(id, cursor));
          if (stale) return;
          loaded.push({ members, next: nextCursor });
          // What is known is replaced page by page, and shown as it comes.
          setPages((before) => [...loaded, ...before.slice(loaded.length)]);
          cursor = nextCursor;
          if (cursor === undefined) break;
          const found = loaded.flatMap((one) => one.members).filter((member) => matches(member, wanted));
          if (page + 1 >= least && found.length >= FOUND_ENOUGH) break;
        }
        setPages(loaded);
      } catch (failure) {
        if (!stale) setError(sentenceOf(failure));
      } finally {
        if (!stale) setLoading(false);
      }
    })();
    return () => {
      stale = true;
    };
  }, [dispatch, id, described, wanted, wanting, asked, attempt]);

  const next = pages.at(-1)?.next;
  return {
    members: pages.flatMap((page) => page.members),
    loading,
    error,
    more: next === undefined || loading ? undefined : () => setAsked(pages.length + 1),
    retry: () => setAttempt((before) => before + 1),
  };
}
