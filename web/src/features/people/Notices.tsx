import { Check, UserRoundPlus, X } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link } from "react-router";
import { useAppDispatch } from "~/hooks";
import { type Notice, noticeSeen, type PeopleRoot, selectNotices } from "./slice";

const SHOWN_MS = 8_000;

/** What others did about this user just now, for a moment. What waits for an answer stays on the page of people. */
export function Notices() {
  const notices = useSelector((state: PeopleRoot) => selectNotices(state));
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 top-18 z-30 flex flex-col items-center gap-2 px-3 md:items-end md:px-5"
    >
      {notices.map((notice) => (
        <Shown key={notice.key} notice={notice} />
      ))}
    </div>
  );
}

function Shown({ notice: { key, type, user } }: { notice: Notice }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  useEffect(() => {
    const timer = setTimeout(() => dispatch(noticeSeen(key)), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [dispatch, key]);
  const asks = type === "connectionRequested";
  const Icon = asks ? UserRoundPlus : Check;
  const seen = () => void dispatch(noticeSeen(key));
  return (
    <div className="pointer-events-auto flex max-w-full items-center gap-1 rounded-box border border-base-300 bg-base-100 py-1.5 ps-3 pe-1.5 shadow-lg">
      <Link
        to={asks ? "/people" : `/chat/${user.id}`}
        onClick={seen}
        className="flex min-w-0 items-center gap-2.5 rounded-field py-1 text-sm font-medium"
      >
        <Icon aria-hidden="true" className="size-5 shrink-0 text-primary" />
        <span className="min-w-0 wrap-anywhere">
          {t(asks ? "people.asks" : "people.accepted", { name: user.displayName })}
        </span>
      </Link>
      <button
        type="button"
        className="btn btn-circle btn-ghost btn-sm shrink-0"
        aria-label={t("common.close")}
        onClick={seen}
      >
        <X aria-hidden="true" className="size-4" />
      </button>
    </div>
  );
}
