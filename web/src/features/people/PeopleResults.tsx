import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Alert } from "~/ui/Alert";
import { Avatar } from "~/ui/Avatar";
import { useRovingFocus } from "~/ui/use-roving-focus";
import { usePeople } from "./use-people";

interface PeopleResultsProps {
  query: string;
  /** The page says already that these are people. */
  titled?: boolean;
  onChosen?: () => void;
}

/** The people that a search found, each a link to a chat with them. */
export function PeopleResults({ query, titled = false, onChosen }: PeopleResultsProps) {
  const { t } = useTranslation();
  const { people, searching, error } = usePeople(query);
  const roving = useRovingFocus();
  if (query.trim() === "") return null;
  const status = searching ? t("people.searching") : people.length === 0 && !error ? t("people.none") : "";
  return (
    <section aria-label={t("people.title")} className="pb-3">
      <h2
        className={
          titled ? "sr-only" : "text-quiet px-5 pt-3 pb-1 text-xs font-semibold tracking-wide uppercase"
        }
      >
        {t("people.title")}
      </h2>
      {error && (
        <div className="px-4 py-2">
          <Alert kind="error">{error}</Alert>
        </div>
      )}
      <p role="status" className={status ? "text-quiet px-5 py-2 text-sm" : "sr-only"}>
        {status || (people.length > 0 && t("people.found", { count: people.length }))}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the links in it */}
      <div onKeyDown={roving}>
        <ul className="flex flex-col gap-0.5 px-2">
          {people.map((person) => (
            <li key={person.id}>
              <Link
                to={`/chat/${person.id}`}
                data-roving
                {...(onChosen ? { onClick: onChosen } : {})}
                className="flex items-center gap-3 rounded-box px-3 py-2 hover:bg-base-300/50"
              >
                <Avatar name={person.displayName} seed={person.id} url={person.avatarUrl} />
                <span className="min-w-0">
                  <span className="block truncate font-semibold">
                    <bdi>{person.displayName}</bdi>
                  </span>
                  <span className="text-quiet block truncate text-sm">
                    <bdi>@{person.username}</bdi>
                  </span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
