import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Navigate } from "react-router";
import type { Announcement } from "~/contract";
import { LIMITS } from "~/contract";
import { type SessionState, selectMe } from "~/features/session/slice";
import { useAppDispatch } from "~/hooks";
import type { Thunk } from "~/services";
import { Alert } from "~/ui/Alert";
import { Confirm } from "~/ui/Confirm";
import { Page } from "~/ui/Page";
import { useAttempt } from "~/use-attempt";

type Root = { session: SessionState };

const announce =
  (message: string): Thunk<Root, Promise<Announcement>> =>
  (_dispatch, _getState, { http }) =>
    http.post("/admin/announcements", { message });

/** `/admin`: for those who manage the server. The server asks again whoever they are. */
export default function AdminPage() {
  const { t } = useTranslation();
  const admin = useSelector((state: Root) => selectMe(state)?.admin);
  if (!admin) return <Navigate to="/chat" replace />;
  return (
    <Page title={t("admin.title")}>
      <Announce />
    </Page>
  );
}

function Announce() {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const { attempt, busy, error } = useAttempt();
  const id = useId();
  const [message, setMessage] = useState("");
  const [asking, setAsking] = useState(false);
  const [told, setTold] = useState(false);
  const left = LIMITS.announcementChars - [...message.trim()].length;
  const ready = message.trim() !== "" && left >= 0;

  function ask(event: FormEvent) {
    event.preventDefault();
    if (ready) setAsking(true);
  }

  async function sure() {
    const done = await attempt(() => dispatch(announce(message.trim())));
    setAsking(false);
    if (!done) return;
    setMessage("");
    setTold(true);
  }

  return (
    <section
      aria-labelledby={id}
      className="flex flex-col gap-4 rounded-box border border-base-300 bg-base-100 p-5"
    >
      <h2 id={id} className="font-semibold">
        {t("admin.announce")}
      </h2>
      <p className="text-quiet -mt-2 text-sm">{t("admin.announceText")}</p>
      <form onSubmit={ask} className="flex flex-col gap-3">
        <label htmlFor={`${id}-text`} className="sr-only">
          {t("admin.message")}
        </label>
        <textarea
          id={`${id}-text`}
          rows={4}
          dir="auto"
          value={message}
          placeholder={t("admin.message")}
          aria-invalid={left < 0 || undefined}
          aria-describedby={`${id}-left`}
          className="textarea w-full placeholder:text-base-content/70!"
          onChange={(event) => {
            setMessage(event.target.value);
            setTold(false);
          }}
        />
        <p
          id={`${id}-left`}
          aria-live="polite"
          className={left < 0 ? "text-sm text-error" : left < 100 ? "text-quiet text-sm" : "sr-only"}
        >
          {left < 0 ? t("composer.tooMany", { count: -left }) : t("composer.left", { count: left })}
        </p>
        {error && <Alert kind="error">{error}</Alert>}
        <div className="flex items-center gap-3">
          <button type="submit" className="btn btn-sm btn-primary" disabled={!ready || busy}>
            {t("admin.tell")}
          </button>
          <span role="status" className="text-sm text-success">
            {told && t("admin.told")}
          </span>
        </div>
      </form>
      {asking && (
        <Confirm
          title={t("admin.sure")}
          action={t("admin.tell")}
          busy={busy}
          error={null}
          onConfirm={() => void sure()}
          onClose={() => setAsking(false)}
        >
          {message.trim()}
        </Confirm>
      )}
    </section>
  );
}
