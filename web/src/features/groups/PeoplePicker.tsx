import { Check, Search, X } from "lucide-react";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "react-redux";
import type { User } from "~/contract";
import { LIMITS } from "~/contract";
import { type PeopleRoot, selectObstacle } from "~/features/people/slice";
import { Alert } from "~/ui/Alert";
import { Avatar } from "~/ui/Avatar";
import { useCandidates } from "./use-candidates";

interface PeoplePickerProps {
  label: string;
  chosen: User[];
  onChange: (chosen: User[]) => void;
  /** Who is in already. */
  members?: ReadonlySet<string>;
  autoFocus?: boolean;
}

interface Option {
  user: User;
  /** Why they cannot be chosen. */
  why: string | undefined;
}

/** People, chosen by name: type, move with the arrow keys, choose with Enter, take back with Backspace. */
export function PeoplePicker({ label, chosen, onChange, members, autoFocus = false }: PeoplePickerProps) {
  const { t } = useTranslation();
  const store = useStore<PeopleRoot>();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const { people, searching, error } = useCandidates(query);
  const box = useRef<HTMLInputElement>(null);
  const id = useId();
  const full = chosen.length >= LIMITS.memberIds;

  const options: Option[] = people.map((user) => {
    const obstacle = selectObstacle(store.getState(), user.id);
    const why = members?.has(user.id)
      ? t("groups.isIn")
      : obstacle !== null
        ? t(obstacle === "blocked" ? "people.state.blocked" : "groups.notConnected")
        : undefined;
    return { user, why };
  });
  const at = Math.min(active, options.length - 1);
  const isChosen = (user: User) => chosen.some((other) => other.id === user.id);

  function toggle({ user, why }: Option) {
    if (why !== undefined) return;
    if (isChosen(user)) onChange(chosen.filter((other) => other.id !== user.id));
    else if (!full) onChange([...chosen, user]);
    setQuery("");
    setActive(0);
    box.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Backspace" && query === "" && chosen.length > 0) onChange(chosen.slice(0, -1));
    else if (event.key === "ArrowDown") setActive(Math.min(at + 1, options.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(at - 1, 0));
    else if (event.key === "Escape" && query !== "") setQuery("");
    else if (event.key === "Enter") {
      const option = options[at];
      if (option) toggle(option);
    } else return;
    if (event.key !== "Backspace") event.preventDefault();
  }

  const status = searching
    ? t("people.searching")
    : options.length > 0
      ? t("people.found", { count: options.length })
      : error === null
        ? t(query.trim() === "" ? "groups.nobodyYet" : "people.none")
        : "";
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="flex flex-wrap items-center gap-1.5 rounded-field border border-base-content/25 bg-base-100 p-1.5 focus-within:border-primary focus-within:outline focus-within:outline-primary">
        {chosen.length > 0 && (
          <ul aria-label={t("groups.chosen")} className="contents">
            {chosen.map((user) => (
              <li key={user.id} className="max-w-full">
                <button
                  type="button"
                  className="flex max-w-full items-center gap-1 rounded-full bg-accent py-1 ps-3 pe-2 text-sm text-accent-content"
                  aria-label={t("groups.unchoose", { name: user.displayName })}
                  onClick={() => toggle({ user, why: undefined })}
                >
                  <bdi className="truncate">{user.displayName}</bdi>
                  <X aria-hidden="true" className="size-3.5 shrink-0" />
                </button>
              </li>
            ))}
          </ul>
        )}
        <span className="flex min-w-40 flex-1 items-center gap-2 px-1.5 py-1">
          <Search aria-hidden="true" className="size-4 shrink-0 opacity-70" />
          <input
            ref={box}
            id={id}
            role="combobox"
            aria-expanded={options.length > 0}
            aria-controls={options.length > 0 ? `${id}-list` : undefined}
            aria-autocomplete="list"
            aria-activedescendant={options.length > 0 ? `${id}-${at}` : undefined}
            aria-describedby={`${id}-status`}
            placeholder={t("groups.searchPeople")}
            value={query}
            // biome-ignore lint/a11y/noAutofocus: only where choosing people is what was asked for
            autoFocus={autoFocus}
            autoComplete="off"
            spellCheck={false}
            maxLength={64}
            onChange={(event) => {
              setQuery(event.target.value);
              setActive(0);
            }}
            onKeyDown={onKeyDown}
            className="min-w-0 flex-1 bg-transparent outline-none placeholder:text-base-content/70"
          />
        </span>
      </div>
      {error && <Alert kind="error">{error}</Alert>}
      <p id={`${id}-status`} role="status" className={options.length > 0 ? "sr-only" : "text-quiet text-sm"}>
        {status}
      </p>
      {full && <Alert kind="note">{t("groups.enough", { count: LIMITS.memberIds })}</Alert>}
      {options.length > 0 && (
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label={label}
          aria-multiselectable="true"
          tabIndex={-1}
          className="flex max-h-72 flex-col overflow-y-auto rounded-box border border-base-300 bg-base-100 p-1"
        >
          {options.map((option, index) => (
            <Choice
              key={option.user.id}
              id={`${id}-${index}`}
              option={option}
              active={index === at}
              chosen={isChosen(option.user)}
              onChoose={() => toggle(option)}
            />
          ))}
        </div>
      )}
    </div>
  );
}

interface ChoiceProps {
  id: string;
  option: Option;
  active: boolean;
  chosen: boolean;
  onChoose: () => void;
}

function Choice({ id, option: { user, why }, active, chosen, onChoose }: ChoiceProps) {
  const box = useRef<HTMLDivElement>(null);
  if (active) box.current?.scrollIntoView?.({ block: "nearest" });
  return (
    // The keyboard stays in the search field, which names the active option.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox has the keys
    <div
      ref={box}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      aria-disabled={why !== undefined}
      onClick={onChoose}
      className={`flex items-center gap-3 rounded-field px-2 py-1.5 ${why === undefined ? "cursor-pointer hover:bg-base-200" : ""} ${
        active ? "bg-base-200" : ""
      }`}
    >
      <Avatar name={user.displayName} seed={user.id} url={user.avatarUrl} size="small" />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">
          <bdi>{user.displayName}</bdi>
        </span>
        <span className="text-quiet block truncate text-xs">
          <bdi>@{user.username}</bdi>
          {why && ` · ${why}`}
        </span>
      </span>
      {chosen && <Check aria-hidden="true" className="size-4 shrink-0 text-primary" />}
    </div>
  );
}
