import { Check, Copy, Link2, Trash2 } from "lucide-react";
import { type FormEvent, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Invite } from "~/contract";
import { LIMITS } from "~/contract";
import { sentenceOf } from "~/failure";
import type { Chat } from "~/features/messages/slice";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Confirm } from "~/ui/Confirm";
import { copyText } from "~/ui/copy-text";
import { Dialog } from "~/ui/Dialog";
import { Field } from "~/ui/Field";
import { fullTime } from "~/ui/format-time";
import { useAttempt } from "~/use-attempt";
import { createInvite, loadInvites, revokeInvite } from "./requests";

const addressOf = (code: string) => `${window.location.origin}/invite/${code}`;

/** The links by which anybody who has them may come in. */
export function InviteLinks({ chat }: { chat: Chat }) {
  const { t } = useTranslation();
  const conversationId = chat.id;
  const dispatch = useAppDispatch();
  const id = useId();
  const [invites, setInvites] = useState<Invite[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [asked, setAsked] = useState(0);
  const [making, setMaking] = useState(false);

  // Who came in may have used a link, or used it up.
  // biome-ignore lint/correctness/useExhaustiveDependencies: asking again and a change are reasons to ask again
  useEffect(() => {
    let stale = false;
    setError(null);
    dispatch(loadInvites(conversationId)).then(
      (answer) => !stale && setInvites(answer.invites),
      (failure) => !stale && setError(sentenceOf(failure)),
    );
    return () => {
      stale = true;
    };
  }, [dispatch, conversationId, asked, chat.described]);

  return (
    <section
      aria-labelledby={id}
      className="flex flex-col gap-3 rounded-box border border-base-300 bg-base-100 p-4"
    >
      <div className="flex items-center gap-2">
        <h3 id={id} className="flex-1 font-semibold">
          {t("groups.invites")}
        </h3>
        <button type="button" className="btn btn-sm" onClick={() => setMaking(true)}>
          <Link2 aria-hidden="true" className="size-4" />
          {t("groups.newInvite")}
        </button>
      </div>
      {error ? (
        <>
          <Alert kind="error">{error}</Alert>
          <button type="button" className="btn btn-sm self-center" onClick={() => setAsked(asked + 1)}>
            {t("common.tryAgain")}
          </button>
        </>
      ) : invites === null ? (
        <div aria-hidden="true" className="skeleton h-12" />
      ) : invites.length === 0 ? (
        <p className="text-quiet text-sm">{t("groups.noInvites")}</p>
      ) : (
        <ul className="flex flex-col gap-3">
          {invites.map((invite) => (
            <li key={invite.code}>
              <Row
                invite={invite}
                onRevoked={() => setInvites(invites.filter(({ code }) => code !== invite.code))}
              />
            </li>
          ))}
        </ul>
      )}
      {making && (
        <NewInvite
          conversationId={conversationId}
          onMade={(invite) => {
            setInvites([invite, ...(invites ?? [])]);
            setMaking(false);
          }}
          onClose={() => setMaking(false)}
        />
      )}
    </section>
  );
}

function Row({ invite, onRevoked }: { invite: Invite; onRevoked: () => void }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const { attempt, busy, error, setError } = useAttempt();
  const [asking, setAsking] = useState(false);
  const [copied, setCopied] = useState<boolean | null>(null);
  const { code, conversationId, expiresAt, maxUses, uses } = invite;
  const address = addressOf(code);

  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-center gap-1">
        <input
          readOnly
          dir="ltr"
          aria-label={t("groups.inviteLink")}
          value={address}
          className="input input-sm min-w-0 flex-1 font-mono text-xs"
          onFocus={(event) => event.target.select()}
        />
        <button
          type="button"
          className="btn btn-circle btn-ghost btn-sm"
          aria-label={t("groups.copy")}
          title={t("groups.copy")}
          onClick={() => void copyText(address).then(setCopied)}
        >
          {copied ? (
            <Check aria-hidden="true" className="size-4 text-success" />
          ) : (
            <Copy aria-hidden="true" className="size-4" />
          )}
        </button>
        <button
          type="button"
          className="btn btn-circle btn-ghost btn-sm"
          aria-label={t("groups.revoke")}
          title={t("groups.revoke")}
          onClick={() => {
            setError(null);
            setAsking(true);
          }}
        >
          <Trash2 aria-hidden="true" className="size-4" />
        </button>
      </div>
      <p className="text-quiet text-xs">
        {t("groups.expires", { when: fullTime(expiresAt) })}
        {" · "}
        {maxUses === null ? t("groups.used", { count: uses }) : t("groups.usedOf", { count: maxUses, uses })}
      </p>
      <p role="status" className={copied === false ? "text-sm" : "sr-only"}>
        {copied !== null && t(copied ? "groups.copied" : "groups.notCopied")}
      </p>
      {asking && (
        <Confirm
          title={t("groups.revokeTitle")}
          action={t("groups.revoke")}
          dangerous
          busy={busy}
          error={error}
          onConfirm={() =>
            void attempt(() => dispatch(revokeInvite(conversationId, code))).then(
              (done) => done && onRevoked(),
            )
          }
          onClose={() => setAsking(false)}
        >
          {t("groups.revokeText")}
        </Confirm>
      )}
    </div>
  );
}

const HOUR = 3_600;
const EXPIRIES = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR, month: 30 * 24 * HOUR } as const;

interface NewInviteProps {
  conversationId: string;
  onMade: (invite: Invite) => void;
  onClose: () => void;
}

function NewInvite({ conversationId, onMade, onClose }: NewInviteProps) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const { attempt, busy, error } = useAttempt();
  const id = useId();
  const [expiry, setExpiry] = useState<keyof typeof EXPIRIES>("week");
  const [uses, setUses] = useState("");
  const [least, most] = LIMITS.inviteUses;
  const wanted = uses.trim() === "" ? undefined : Number(uses);
  const wrong = wanted !== undefined && !(Number.isInteger(wanted) && wanted >= least && wanted <= most);

  async function make(event: FormEvent) {
    event.preventDefault();
    if (wrong) return;
    await attempt(async () => {
      const terms = {
        expiresInSeconds: EXPIRIES[expiry],
        ...(wanted === undefined ? {} : { maxUses: wanted }),
      };
      onMade(await dispatch(createInvite(conversationId, terms)));
    });
  }

  return (
    <Dialog title={t("groups.newInvite")} onClose={onClose}>
      <form onSubmit={make} noValidate className="flex flex-col gap-4 pt-4">
        <p className="text-quiet text-sm">{t("groups.inviteText")}</p>
        <div className="flex flex-col gap-1.5">
          <label htmlFor={id} className="text-sm font-medium">
            {t("groups.expiry")}
          </label>
          <select
            id={id}
            className="select w-full"
            value={expiry}
            onChange={(event) => setExpiry(event.target.value as keyof typeof EXPIRIES)}
          >
            {(["hour", "day", "week", "month"] as const).map((name) => (
              <option key={name} value={name}>
                {t(`groups.expiries.${name}`)}
              </option>
            ))}
          </select>
        </div>
        <Field
          label={t("groups.maxUses")}
          hint={t("groups.maxUsesHint")}
          inputMode="numeric"
          value={uses}
          maxLength={6}
          autoComplete="off"
          error={wrong ? t("groups.maxUsesWrong", { most }) : undefined}
          onChange={(event) => setUses(event.target.value)}
        />
        {error && <Alert kind="error">{error}</Alert>}
        <div className="flex flex-wrap justify-end gap-2">
          <button type="button" className="btn" onClick={onClose}>
            {t("common.cancel")}
          </button>
          <button type="submit" className="btn btn-primary" disabled={busy || wrong}>
            {t("groups.makeInvite")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
