import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { LIMITS } from "~/contract";
import { RequestFailure, sentenceOf } from "~/failure";
import { type SessionState, selectMe } from "~/features/session/slice";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Field } from "~/ui/Field";
import { changePassword } from "./account-requests";
import { Section } from "./Section";

const [LEAST, MOST] = LIMITS.passwordChars;
const EMPTY = { currentPassword: "", newPassword: "" };

interface Result {
  current?: string;
  other?: string;
  changed?: boolean;
}

export function Password({ onChanged }: { onChanged: () => void }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const username = useSelector((state: { session: SessionState }) => selectMe(state)?.username);
  const [typed, setTyped] = useState(EMPTY);
  const [result, setResult] = useState<Result>({});
  const [saving, setSaving] = useState(false);
  const length = [...typed.newPassword].length;
  const ready = typed.currentPassword !== "" && length >= LEAST && length <= MOST;

  async function save(event: FormEvent) {
    event.preventDefault();
    if (!ready || saving) return;
    setSaving(true);
    try {
      await dispatch(changePassword(typed));
      setTyped(EMPTY);
      setResult({ changed: true });
      onChanged();
    } catch (failure) {
      const wrong = failure instanceof RequestFailure && failure.code === "invalid_credentials";
      setResult(wrong ? { current: t("settings.wrongPassword") } : { other: sentenceOf(failure) });
    } finally {
      setSaving(false);
    }
  }

  const field = (name: keyof typeof EMPTY) => ({
    type: "password",
    value: typed[name],
    onChange: (event: { target: HTMLInputElement }) => {
      setTyped({ ...typed, [name]: event.target.value });
      setResult({});
    },
  });

  return (
    <Section name="password" text={t("settings.passwordText")}>
      <form onSubmit={save} className="flex flex-col gap-3">
        {/* A password manager then knows which account this is. */}
        <input type="text" autoComplete="username" value={username ?? ""} readOnly hidden />
        <Field
          label={t("settings.currentPassword")}
          autoComplete="current-password"
          error={result.current}
          {...field("currentPassword")}
        />
        <Field
          label={t("settings.newPassword")}
          autoComplete="new-password"
          maxLength={MOST}
          hint={t("session.atLeast", { count: LEAST })}
          {...field("newPassword")}
        />
        {result.other && <Alert kind="error">{result.other}</Alert>}
        <button type="submit" className="btn btn-sm btn-primary self-start" disabled={!ready || saving}>
          {t("settings.changePassword")}
        </button>
        <p role="status" className={result.changed ? "text-sm text-success" : "sr-only"}>
          {result.changed && t("settings.passwordChanged")}
        </p>
      </form>
    </Section>
  );
}
