import { Search } from "lucide-react";
import { use, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { GROUPS } from "./emoji";
import { type EmojiNames, emojiNames, findEmoji, nameOf } from "./find-emoji";

const ALL = Object.values(GROUPS).flat();

/** All there are to choose from, and a box to find one by its name. Enter takes the first one. */
export function EmojiGrid({ onChoose }: { onChoose: (emoji: string) => void }) {
  const { t } = useTranslation();
  const [loading] = useState(emojiNames);
  const names = use(loading);
  const [query, setQuery] = useState("");
  const frame = useRef<HTMLDivElement>(null);
  const searching = query.trim() !== "";
  const found = searching ? findEmoji(query, ALL, names) : [];
  const [first] = found;

  useEffect(() => {
    // On a phone the keyboard would cover what one wants to look at.
    const box = window.matchMedia?.("(pointer: fine)").matches ? "input" : "button";
    const wanted = frame.current?.querySelector<HTMLElement>(box) ?? frame.current?.querySelector("button");
    wanted?.focus({ preventScroll: true });
  }, []);

  return (
    <div ref={frame} className="flex w-72 max-w-full flex-col gap-1">
      {Object.keys(names).length > 0 && (
        <div className="input input-sm w-full gap-2 rounded-full">
          <Search aria-hidden="true" className="size-4 shrink-0 opacity-70" />
          <input
            type="search"
            data-roving
            aria-label={t("emoji.search")}
            placeholder={t("emoji.search")}
            value={query}
            autoComplete="off"
            maxLength={64}
            className="min-w-0 flex-1 [&::-webkit-search-cancel-button]:hidden"
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
              event.preventDefault();
              if (first) onChoose(first);
            }}
          />
        </div>
      )}
      <p role="status" className={searching && !first ? "text-quiet px-2 py-3 text-sm" : "sr-only"}>
        {searching && (first ? nameOf(first, names) : t("emoji.none"))}
      </p>
      <div className="max-h-64 overflow-y-auto overscroll-contain">
        {searching ? (
          <Choices emoji={found} names={names} onChoose={onChoose} />
        ) : (
          (Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map((group) => (
            <section key={group} aria-label={t(`emoji.${group}`)}>
              <p aria-hidden="true" className="text-quiet px-1 pt-1.5 pb-0.5 text-xs font-semibold">
                {t(`emoji.${group}`)}
              </p>
              <Choices emoji={GROUPS[group]} names={names} onChoose={onChoose} />
            </section>
          ))
        )}
      </div>
    </div>
  );
}

interface ChoicesProps {
  emoji: readonly string[];
  names: EmojiNames;
  onChoose: (emoji: string) => void;
}

function Choices({ emoji, names, onChoose }: ChoicesProps) {
  return (
    <div className="grid grid-cols-8">
      {emoji.map((one) => (
        <button
          key={one}
          type="button"
          data-roving
          tabIndex={-1}
          aria-label={nameOf(one, names)}
          title={nameOf(one, names)}
          className="grid size-8.5 cursor-pointer place-items-center rounded-field text-xl hover:bg-base-200 focus-visible:bg-base-200"
          onClick={() => onChoose(one)}
        >
          {one}
        </button>
      ))}
    </div>
  );
}
