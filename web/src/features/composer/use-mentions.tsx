import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Member } from "~/contract";
import { Avatar } from "~/ui/Avatar";
import { candidates, named, naming } from "./naming";

interface Options {
  box: RefObject<HTMLTextAreaElement | null>;
  text: string;
  write: (text: string) => void;
  people: readonly Member[];
}

/**
 * A list of people to choose from while a name is being typed. The focus stays in the field; arrow keys choose, Enter and Tab
 * take, Escape closes until something else is typed.
 */
export function useMentions({ box, text, write, people }: Options) {
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

  const found = naming(text, Math.min(caret, text.length));
  const offered = found && closedAt !== text ? candidates(people, found.query) : [];
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
              <span className="min-w-0 flex-1 truncate font-medium">
                <bdi>{member.displayName}</bdi>
              </span>
              <span className="text-quiet truncate">@{member.username}</span>
            </div>
          ))}
        </div>
      )}
    </>
  );
  return { onKeyDown, onCaret: setCaret, field, list };
}
