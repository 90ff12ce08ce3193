import { useTranslation } from "react-i18next";

interface FiltersProps {
  text: string;
  /** The conversation is chosen already. */
  within: boolean;
  /** Say what each of them does. */
  explained: boolean;
  /** The text with one more, and from where on it is what somebody is to type instead. */
  onInsert: (text: string, from: number) => void;
}

const DAY_MS = 86_400_000;
const day = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);

/** What narrows a search down, to be put into the box: it is typed text, and nothing that a keyboard could not do. */
export function Filters({ text, within, explained, onInsert }: FiltersProps) {
  const { t } = useTranslation();
  const filters = [
    { key: "from:", value: "me", what: t("search.from") },
    ...(within ? [] : [{ key: "in:", value: "", what: t("search.in") }]),
    { key: "has:", value: "file", what: t("search.has") },
    { key: "after:", value: day(7), what: t("search.after") },
    { key: "before:", value: day(0), what: t("search.before") },
  ];
  function insert(key: string, value: string) {
    const before = text.trim() === "" ? "" : `${text.trim()} `;
    onInsert(before + key + value, before.length + key.length);
  }
  return (
    <ul
      aria-label={t("search.filters")}
      className={explained ? "flex flex-col gap-1" : "flex flex-wrap gap-1.5"}
    >
      {filters.map(({ key, value, what }) => (
        <li key={key}>
          <button
            type="button"
            title={explained ? undefined : what}
            className={
              explained
                ? "flex w-full cursor-pointer items-baseline gap-3 rounded-field px-3 py-2 text-start text-sm hover:bg-base-300/50"
                : "btn btn-sm rounded-full border-base-300 bg-base-100 px-2.5 text-xs font-normal"
            }
            onClick={() => insert(key, value)}
          >
            <bdi className={`font-mono ${explained ? "w-20 shrink-0 text-primary" : ""}`} dir="ltr">
              {key === "has:" ? key + value : key}
            </bdi>
            <span className={explained ? "" : "sr-only"}>{what}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
