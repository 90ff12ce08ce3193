import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConversationId, Member, Members, UserId } from "~/contract";
import type { Chat } from "~/features/messages/slice";
import { useAppDispatch } from "~/hooks";
import type { Thunk } from "~/services";
import { Avatar } from "~/ui/Avatar";
import { useSearch } from "~/use-search";
import { candidates, namable, nameAt, named, OFFERED_MOST } from "./naming";

/** Members of a conversation that has too many to know them all. */
function membersNamed(id: ConversationId, query: string): Thunk<unknown, Promise<Member[]>> {
  return async (_dispatch, _getState, { http }) => {
    const asked = new URLSearchParams({ query, limit: String(OFFERED_MOST + 1) });
    return (await http.get<Members>(`/conversations/${encodeURIComponent(id)}/members?${asked}`)).members;
  };
}

interface Options {
  box: RefObject<HTMLTextAreaElement | null>;
  text: string;
  write: (text: string) => void;
  chat: Chat | undefined;
  me: UserId;
}

/**
 * A list of people to choose from while a name is being typed. The focus stays in the field; arrow keys choose, Enter and Tab
 * take, Escape closes until something else is typed.
 */
export function useMentions({ box, text, write, chat, me }: Options) {
  const dispatch = useAppDispatch();
  const { t } = useTranslation();
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [closedAt, setClosedAt] = useState<string | null>(null);
  const placeCaret = useRef<number | null>(null);
  const listId = useId();

  // The caret goes behind the name once the field has it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is what was waited for
  useLayoutEffect(() => {
    if (placeCaret.current === null) return;
    box.current?.setSelectionRange(placeCaret.current, placeCaret.current);
    placeCaret.current = null;
  }, [text, box]);

  const found = nameAt(text, Math.min(caret, text.length));
  const naming = found !== null && closedAt !== text;
  const others = chat && chat.members.length < chat.memberCount ? chat.id : undefined;
  const searched = useSearch(others && naming ? found.query : "", async (query) =>
    others ? dispatch(membersNamed(others, query)) : [],
  );
  const offered = naming ? candidates(namable(chat, me, searched.found), found.query) : [];
  const at = Math.min(chosen, offered.length - 1);
  const open = offered.length > 0;

  function take(member: Member | undefined) {
    if (!member || !found) return;
    const next = named(text, found.from, Math.min(caret, text.length), member.username);
    placeCaret.current = next.caret;
    setCaret(next.caret);
    setChosen(0);
    setClosedAt(next.text);
    write(next.text);
    box.current?.focus();
  }

  /** Answers whether the key was meant for the list. */
  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): boolean {
    if (!open) return false;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setChosen((at + step + offered.length) % offered.length);
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") take(offered[at]);
    else if (event.key === "Escape") setClosedAt(text);
    else return false;
    event.preventDefault();
    return true;
  }

  const field = {
    onSelect: (event: { currentTarget: HTMLTextAreaElement }) => {
      setCaret(event.currentTarget.selectionEnd);
      setChosen(0);
    },
    onBlur: () => setClosedAt(text),
    "aria-autocomplete": "list" as const,
    "aria-haspopup": "listbox" as const,
    "aria-controls": open ? listId : undefined,
    "aria-activedescendant": open ? `${listId}-${at}` : undefined,
  };

  const list = (
    <>
      <p role="status" className="sr-only">
        {open && t("composer.people", { count: offered.length })}
      </p>
      {open && (
        <div
          id={listId}
          role="listbox"
          aria-label={t("composer.mention")}
          className="absolute inset-x-0 bottom-full z-20 mb-1.5 flex max-w-sm flex-col rounded-box border border-base-300 bg-base-100 p-1.5 shadow-lg"
        >
          {offered.map((member, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys go to the field, which has the focus
            <div
              key={member.userId}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              // A press would take the focus from the field.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(member)}
              className={`flex cursor-pointer items-center gap-2.5 rounded-field px-2.5 py-1.5 text-sm ${
                index === at ? "bg-accent text-accent-content" : "hover:bg-base-200"
              }`}
            >
              <Avatar name={member.displayName} seed={member.userId} url={member.avatarUrl} size="small" />
              <bdi className="max-w-3/5 shrink-0 truncate font-medium">{member.displayName}</bdi>
              <span className="text-quiet min-w-0 flex-1 truncate text-end">
                <bdi>@{member.username}</bdi>
              </span>
            </div>
          ))}
        </div>
      )}
    </>
  );
  return { onKeyDown, onCaret: setCaret, field, list };
}
