import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import type { Channel } from "~/contract";
import { RequestFailure, sentenceOf } from "~/failure";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Avatar } from "~/ui/Avatar";
import { Page } from "~/ui/Page";
import { useAttempt } from "~/use-attempt";
import { acceptInvite, loadInvited } from "./requests";

/** `/invite/:code`: where a link leads, before one follows it. */
export default function InvitePage() {
  const { t } = useTranslation();
  const { code = "" } = useParams();
  return (
    <Page title={t("groups.invitation")}>
      <Invitation key={code} code={code} />
    </Page>
  );
}

type State = { where: Channel } | { over: true } | { problem: string } | null;

const stateOf = (failure: unknown): State =>
  failure instanceof RequestFailure && failure.code === "not_found"
    ? { over: true }
    : { problem: sentenceOf(failure) };

function Invitation({ code }: { code: string }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const navigate = useNavigate();
  const { attempt, busy, error } = useAttempt();
  const [state, setState] = useState<State>(null);
  const [asked, setAsked] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: asking again is a reason to ask again
  useEffect(() => {
    let stale = false;
    dispatch(loadInvited(code)).then(
      (where) => !stale && setState({ where }),
      (failure) => !stale && setState(stateOf(failure)),
    );
    return () => {
      stale = true;
    };
  }, [dispatch, code, asked]);

  function join() {
    void attempt(async () => {
      try {
        const { id } = await dispatch(acceptInvite(code));
        await navigate(`/c/${id}`, { replace: true });
      } catch (failure) {
        // Somebody else was faster, or it expired while this page was open.
        const after = stateOf(failure);
        if (!after || !("over" in after)) throw failure;
        setState(after);
      }
    });
  }

  if (state === null) {
    return (
      <div role="status">
        <span className="sr-only">{t("common.loading")}</span>
        <div aria-hidden="true" className="skeleton h-48" />
      </div>
    );
  }
  if ("problem" in state) {
    return (
      <div className="flex flex-col items-center gap-4">
        <Alert kind="error">{state.problem}</Alert>
        <button type="button" className="btn btn-sm" onClick={() => setAsked((before) => before + 1)}>
          {t("common.tryAgain")}
        </button>
      </div>
    );
  }
  if ("over" in state) {
    return (
      <div role="status" className="flex flex-col items-center gap-4 py-10 text-center">
        <h2 className="text-lg font-semibold">{t("groups.inviteOver")}</h2>
        <p className="text-quiet max-w-sm text-balance">{t("groups.inviteOverText")}</p>
        <Link to="/chat" className="btn btn-primary">
          {t("common.backToChats")}
        </Link>
      </div>
    );
  }
  const { id, kind, title, topic, avatarUrl, memberCount, posting, joined } = state.where;
  return (
    <div className="flex flex-col items-center gap-4 rounded-box border border-base-300 bg-base-100 p-6 text-center">
      <Avatar name={title} seed={id} url={avatarUrl} size="large" />
      <div className="max-w-full">
        <p className="text-quiet text-sm">{t(kind === "channel" ? "groups.channel" : "groups.group")}</p>
        <h2 className="text-xl font-semibold wrap-anywhere">
          <bdi>{title}</bdi>
        </h2>
        <p className="text-quiet">{t("chats.members", { count: memberCount })}</p>
      </div>
      {topic && (
        <p className="max-w-full wrap-anywhere">
          <bdi>{topic}</bdi>
        </p>
      )}
      {posting === "admins" && <p className="text-quiet text-sm">{t("groups.adminsWrite")}</p>}
      {error && <Alert kind="error">{error}</Alert>}
      {joined ? (
        <>
          <p>{t("groups.alreadyIn")}</p>
          <Link to={`/c/${id}`} className="btn btn-primary">
            {t("groups.open")}
          </Link>
        </>
      ) : (
        <button type="button" className="btn btn-primary" disabled={busy} onClick={join}>
          {busy && <span aria-hidden="true" className="loading loading-spinner loading-xs" />}
          {t("groups.join")}
        </button>
      )}
    </div>
  );
}
