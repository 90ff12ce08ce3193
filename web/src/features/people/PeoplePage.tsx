import { UserRoundSearch } from "lucide-react";
import { type ReactNode, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { sentenceOf } from "~/failure";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Page } from "~/ui/Page";
import { SearchBox } from "~/ui/SearchBox";
import { PeopleResults } from "./PeopleResults";
import { PersonMenu } from "./PersonMenu";
import { PersonRow } from "./PersonRow";
import { RelationButtons } from "./RelationButtons";
import {
  loadConnections,
  type PeopleRoot,
  type Relation,
  selectConnected,
  selectEpoch,
  selectReceived,
  selectRequested,
} from "./slice";

export default function PeoplePage() {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  return (
    <Page title={t("people.title")}>
      <SearchBox label={t("people.find")} value={query} onChange={setQuery} autoFocus />
      {query.trim() === "" ? (
        <Circle />
      ) : (
        <div className="-mx-4">
          <PeopleResults query={query} titled buttons />
        </div>
      )}
    </Page>
  );
}

/** Whom this user has to do with: who asks, who was asked, who is connected. */
function Circle() {
  const { t } = useTranslation();
  const received = useSelector((state: PeopleRoot) => selectReceived(state));
  const requested = useSelector((state: PeopleRoot) => selectRequested(state));
  const connected = useSelector((state: PeopleRoot) => selectConnected(state));
  const { loaded, error, more } = useConnections();
  const nobody = received.length + requested.length + connected.length === 0;
  return (
    <>
      <Group title={t("people.received")} people={received}>
        {({ user, state }) => <RelationButtons user={user} state={state} />}
      </Group>
      <Group title={t("people.requested")} people={requested}>
        {({ user, state }) => <RelationButtons user={user} state={state} />}
      </Group>
      <Group title={t("people.connected")} people={connected}>
        {({ user, state }) => <PersonMenu user={user} state={state} />}
      </Group>
      {more && (
        <button type="button" className="btn btn-sm self-center" onClick={more}>
          {t("common.more")}
        </button>
      )}
      {error && <Alert kind="error">{error}</Alert>}
      {nobody && !loaded && !error && <div className="skeleton h-16" />}
      {nobody && loaded && (
        <div className="text-quiet flex flex-col items-center gap-3 py-12 text-center">
          <UserRoundSearch aria-hidden="true" className="size-10 opacity-60" strokeWidth={1.5} />
          <p className="max-w-xs text-balance">{t("people.hint")}</p>
        </div>
      )}
    </>
  );
}

/** Loads those who are connected, a page at a time, and again on a new connection to the server. */
function useConnections() {
  const dispatch = useAppDispatch();
  const epoch = useSelector((state: PeopleRoot) => selectEpoch(state));
  const [next, setNext] = useState<string | undefined>();
  const [loaded, setLoaded] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function load(cursor?: string) {
    setError(null);
    try {
      setNext(await dispatch(loadConnections("accepted", cursor)));
      setLoaded(true);
    } catch (failure) {
      setError(sentenceOf(failure));
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new connection is the reason to load again
  useEffect(() => void load(), [epoch]);
  return { loaded, error, more: next === undefined ? undefined : () => void load(next) };
}

interface GroupProps {
  title: string;
  people: Relation[];
  children: (relation: Relation) => ReactNode;
}

function Group({ title, people, children }: GroupProps) {
  const id = useId();
  if (people.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="text-quiet pb-1 text-xs font-semibold tracking-wide uppercase">
        {title}
      </h2>
      <ul className="-mx-3 flex flex-col gap-0.5">
        {people.map((relation) => (
          <li key={relation.user.id}>
            <PersonRow user={relation.user}>{children(relation)}</PersonRow>
          </li>
        ))}
      </ul>
    </section>
  );
}
