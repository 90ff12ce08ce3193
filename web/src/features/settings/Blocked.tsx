import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import type { User } from "~/contract";
import { sentenceOf } from "~/failure";
import { change, loadBlocks, type PeopleRoot, selectBlocked, selectEpoch } from "~/features/people/slice";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Avatar } from "~/ui/Avatar";

/** Whom this user blocked, each with the way back. */
export function Blocked() {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const blocked = useSelector((state: PeopleRoot) => selectBlocked(state));
  const epoch = useSelector((state: PeopleRoot) => selectEpoch(state));
  const [next, setNext] = useState<string | undefined>();
  const [loaded, setLoaded] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [lifting, setLifting] = useState<string | null>(null);

  async function load(cursor?: string) {
    setError(null);
    try {
      setNext(await dispatch(loadBlocks(cursor)));
      setLoaded(true);
    } catch (failure) {
      setError(sentenceOf(failure));
    }
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new connection is the reason to load again
  useEffect(() => void load(), [epoch]);

  async function lift(user: User) {
    setLifting(user.id);
    setError(null);
    try {
      await dispatch(change(user, "unblock"));
    } catch (failure) {
      setError(sentenceOf(failure));
    } finally {
      setLifting(null);
    }
  }

  return (
    <>
      {error && <Alert kind="error">{error}</Alert>}
      {!loaded && !error && <div className="skeleton h-10" />}
      {loaded && blocked.length === 0 && <p className="text-sm">{t("settings.blockedNobody")}</p>}
      {blocked.length > 0 && (
        <ul className="divide-y divide-base-300">
          {blocked.map(({ user }) => (
            <li key={user.id} className="flex items-center gap-3 py-3 first:pt-0 last:pb-0">
              <Avatar name={user.displayName} seed={user.id} url={user.avatarUrl} size="small" />
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium">
                  <bdi>{user.displayName}</bdi>
                </p>
                <p className="text-quiet truncate text-sm">
                  <bdi>@{user.username}</bdi>
                </p>
              </div>
              <button
                type="button"
                className="btn btn-sm"
                disabled={lifting === user.id}
                onClick={() => void lift(user)}
              >
                {t("people.unblock")} <span className="sr-only">{user.displayName}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {next !== undefined && (
        <button type="button" className="btn btn-sm self-start" onClick={() => void load(next)}>
          {t("common.more")}
        </button>
      )}
    </>
  );
}
