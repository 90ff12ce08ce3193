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

const PAUSE_MS = 250;

const matches = (member: Member, wanted: string) =>
  member.displayName.toLocaleLowerCase().includes(wanted) || member.username.includes(wanted);

/**
 * The members whose name has `query`. Of a conversation of at most 100 the client knows them all; of a larger one the server
 * is asked, a page at a time, and again after each change.
 */
export function useMembers(chat: Chat, query: string): Listed {
  const wanted = query.trim().toLocaleLowerCase();
  const whole = chat.memberCount <= LIMITS.receiptMembers;
  const paged = usePages(chat, wanted, !whole);
  if (!whole) return paged;
  const members = chat.members.filter((member) => matches(member, wanted));
  return { members, loading: false, error: null, more: undefined, retry: () => {} };
}

interface Pages {
  /** The query that they answer. */
  of: string;
  pages: { members: Member[]; next: string | undefined }[];
}

function usePages(chat: Chat, wanted: string, wanting: boolean): Listed {
  const dispatch = useAppDispatch();
  const [listed, setListed] = useState<Pages>({ of: "", pages: [] });
  const [asked, setAsked] = useState({ of: "", pages: 1 });
  const [attempt, setAttempt] = useState(0);
  const [loading, setLoading] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const { id, described } = chat;
  const known = useRef(listed);
  known.current = listed;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a change and a new attempt are reasons to load again
  useEffect(() => {
    if (!wanting) return;
    let stale = false;
    async function load() {
      const loaded: Pages["pages"] = [];
      const before = known.current.of === wanted ? known.current.pages : [];
      const most = Math.max(before.length, asked.of === wanted ? asked.pages : 1);
      let cursor: string | undefined;
      try {
        do {
          const { members, nextCursor } = await dispatch(loadMembers(id, wanted, cursor));
          if (stale) return;
          loaded.push({ members, next: nextCursor });
          cursor = nextCursor;
          // What is known is replaced page by page, and shown as it comes.
          const rest = cursor === undefined ? [] : before.slice(loaded.length);
          setListed({ of: wanted, pages: [...loaded, ...rest] });
        } while (cursor !== undefined && loaded.length < most);
      } catch (failure) {
        if (!stale) setError(sentenceOf(failure));
      } finally {
        if (!stale) setLoading(false);
      }
    }
    setLoading(true);
    setError(null);
    const timer = setTimeout(load, wanted === "" ? 0 : PAUSE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [dispatch, id, described, wanted, wanting, asked, attempt]);

  const pages = listed.of === wanted ? listed.pages : [];
  const next = pages.at(-1)?.next;
  return {
    members: pages.flatMap((page) => page.members),
    loading,
    error,
    more: next === undefined || loading ? undefined : () => setAsked({ of: wanted, pages: pages.length + 1 }),
    retry: () => setAttempt((before) => before + 1),
  };
}
