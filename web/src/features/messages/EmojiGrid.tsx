import { useTranslation } from "react-i18next";
import { GROUPS } from "./emoji";

/** All there are to choose from. */
export function EmojiGrid({ onChoose }: { onChoose: (emoji: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className="max-h-64 w-72 max-w-full overflow-y-auto overscroll-contain">
      {(Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map((group) => (
        <section key={group} aria-label={t(`emoji.${group}`)}>
          <p aria-hidden="true" className="text-quiet px-1 pt-1.5 pb-0.5 text-xs font-semibold">
            {t(`emoji.${group}`)}
          </p>
          <div className="grid grid-cols-8">
            {GROUPS[group].map((emoji) => (
              <button
                key={emoji}
                type="button"
                data-roving
                tabIndex={-1}
                className="grid size-8.5 cursor-pointer place-items-center rounded-field text-xl hover:bg-base-200 focus-visible:bg-base-200"
                onClick={() => onChoose(emoji)}
              >
                {emoji}
              </button>
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}
