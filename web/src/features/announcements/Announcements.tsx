import { Megaphone, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { useAppDispatch } from "~/hooks";
import { timeOfDay } from "~/ui/format-time";
import { type AnnouncementsRoot, putAway, selectAnnouncements } from "./slice";

/** Above everything, until it is put away. Always there, so that it is read out. */
export function Announcements() {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const shown = useSelector((state: AnnouncementsRoot) => selectAnnouncements(state));
  return (
    <section
      aria-label={t("announcements.title")}
      aria-live="polite"
      className="max-h-[40dvh] shrink-0 overflow-y-auto"
    >
      {shown.map(({ key, message, timestamp }) => (
        <div
          key={key}
          className="flex items-start gap-3 border-b border-base-300 bg-accent px-4 py-2 text-sm text-accent-content"
        >
          <Megaphone aria-hidden="true" className="mt-1 size-4 shrink-0" />
          <p className="min-w-0 flex-1 py-0.5 whitespace-pre-wrap wrap-anywhere" dir="auto">
            {message}
          </p>
          <time dateTime={timestamp} className="shrink-0 py-0.5 text-xs leading-5">
            {timeOfDay(timestamp)}
          </time>
          <button
            type="button"
            className="btn btn-circle btn-ghost btn-xs"
            aria-label={t("announcements.close")}
            onClick={() => dispatch(putAway(key))}
          >
            <X aria-hidden="true" className="size-4" />
          </button>
        </div>
      ))}
    </section>
  );
}
