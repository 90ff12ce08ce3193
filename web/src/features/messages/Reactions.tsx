import { useTranslation } from "react-i18next";
import type { Reaction } from "~/contract";
import { locale } from "~/i18n/i18n";
import type { Row } from "./rows";
import type { Tools } from "./tools";

const NAMES_MOST = 12;

/** Who reacted that way, in words: Alice, Bob and 3 others. */
function whoOf({ userIds, count }: Reaction, tools: Tools, you: string, others: (count: number) => string) {
  const known = userIds.map((id) => (id === tools.me ? you : tools.nameOf(id))).filter((name) => name !== "");
  const names = known.slice(0, NAMES_MOST);
  if (count > names.length) names.push(others(count - names.length));
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(names);
}

/** What people put to a message; pressing one does the same, or takes one's own back. `inset`: beside the picture's place. */
export function Reactions({ row, tools, inset }: { row: Row; tools: Tools; inset: boolean }) {
  const { t } = useTranslation();
  const reactions = row.message?.reactions ?? [];
  if (reactions.length === 0) return null;
  return (
    <ul
      aria-label={t("messages.reactions")}
      className={`mt-1 flex max-w-[85%] flex-wrap gap-1 ${row.mine ? "justify-end" : ""} ${inset ? "ms-10" : ""}`}
    >
      {reactions.map((reaction) => {
        const { emoji, count, userIds } = reaction;
        const own = userIds.includes(tools.me);
        const who = whoOf(reaction, tools, t("messages.you"), (rest) =>
          t("messages.others", { count: rest }),
        );
        return (
          <li key={emoji}>
            <button
              type="button"
              aria-pressed={own}
              aria-label={t("messages.reactedWith", { emoji, number: count, who })}
              title={who}
              onClick={() => tools.react(row, emoji, !own)}
              className={`flex h-7 cursor-pointer items-center gap-1 rounded-full border px-2 text-sm ${
                own
                  ? "border-primary bg-accent text-accent-content"
                  : "border-base-300 bg-base-100 hover:border-base-content/40"
              }`}
            >
              <span aria-hidden="true">{emoji}</span>
              <span aria-hidden="true" className="text-xs font-medium tabular-nums">
                {count}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
