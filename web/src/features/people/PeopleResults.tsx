import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import type { User } from "~/contract";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { useRovingFocus } from "~/ui/use-roving-focus";
import { useSearch } from "~/use-search";
import { PersonRow } from "./PersonRow";
import { RelationButtons } from "./RelationButtons";
import { findPeople, type PeopleRoot, selectObstacle, selectRelation } from "./slice";

interface PeopleResultsProps {
  query: string;
  /** The page says already that these are people. */
  titled?: boolean;
  /** Offer the next step between the two at once. */
  buttons?: boolean;
  onChosen?: () => void;
}

/** The people that a search found, each a link to a chat with them. */
export function PeopleResults({ query, titled = false, buttons = false, onChosen }: PeopleResultsProps) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const { found: people, searching, error } = useSearch(query, (wanted) => dispatch(findPeople(wanted)));
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
              <Result user={person} {...{ buttons, onChosen }} />
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

interface ResultProps {
  user: User;
  buttons: boolean;
  onChosen: (() => void) | undefined;
}

function Result({ user, buttons, onChosen }: ResultProps) {
  const { t } = useTranslation();
  const state = useSelector((root: PeopleRoot) => selectRelation(root, user.id)?.state);
  const obstacle = useSelector((root: PeopleRoot) => selectObstacle(root, user.id));
  const note = state === undefined || state === "none" ? undefined : t(`people.state.${state}`);
  return (
    <PersonRow user={user} note={note} onChosen={onChosen}>
      {buttons && obstacle && <RelationButtons user={user} state={obstacle} />}
    </PersonRow>
  );
}
