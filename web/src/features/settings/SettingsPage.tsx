import { LogOut, Monitor, Moon, Sun } from "lucide-react";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { LIMITS } from "~/contract";
import { sentenceOf } from "~/failure";
import { type OutboxRoot, selectUnsent } from "~/features/outbox/slice";
import { renameMe, type SessionState, selectMe, signOut } from "~/features/session/slice";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Avatar } from "~/ui/Avatar";
import { Dialog } from "~/ui/Dialog";
import { Field } from "~/ui/Field";
import { Page } from "~/ui/Page";
import { Blocked } from "./Blocked";
import { Devices } from "./Devices";
import { LanguageChoice } from "./LanguageChoice";
import { chooseTheme, type Theme, useTheme } from "./theme";

export default function SettingsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("settings.title")}>
      <Profile />
      <Section title={t("settings.appearance")}>
        <ThemeChoice />
        <LanguageChoice />
      </Section>
      <Section title={t("settings.devices")}>
        <p className="text-quiet -mt-2 text-sm">{t("settings.devicesText")}</p>
        <Devices />
      </Section>
      <Section title={t("settings.blocked")}>
        <p className="text-quiet -mt-2 text-sm">{t("settings.blockedText")}</p>
        <Blocked />
      </Section>
      <SignOut />
    </Page>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="flex flex-col gap-4 rounded-box border border-base-300 bg-base-100 p-5"
    >
      <h2 id={id} className="font-semibold">
        {title}
      </h2>
      {children}
    </section>
  );
}

function Profile() {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const me = useSelector((state: { session: SessionState }) => selectMe(state));
  const [name, setName] = useState(me?.displayName ?? "");
  const [result, setResult] = useState<{ error?: string; saved?: boolean }>({});
  const [saving, setSaving] = useState(false);
  if (!me) return null;
  const changed = name.trim() !== "" && name.trim() !== me.displayName;

  async function save(event: FormEvent) {
    event.preventDefault();
    if (!changed || saving) return;
    setSaving(true);
    try {
      await dispatch(renameMe(name.trim()));
      setResult({ saved: true });
    } catch (failure) {
      setResult({ error: sentenceOf(failure) });
    } finally {
      setSaving(false);
    }
  }

  return (
    <Section title={t("settings.profile")}>
      <div className="flex items-center gap-4">
        <Avatar name={me.displayName} seed={me.id} url={me.avatarUrl} size="large" />
        <div className="min-w-0">
          <p className="truncate text-lg font-semibold" title={me.displayName}>
            <bdi>{me.displayName}</bdi>
          </p>
          <p className="text-quiet truncate">
            <bdi>@{me.username}</bdi>
            {me.admin && (
              <span className="badge badge-sm badge-primary badge-soft ms-2">{t("settings.admin")}</span>
            )}
          </p>
        </div>
      </div>
      <form onSubmit={save} className="flex flex-col gap-3">
        <Field
          label={t("settings.displayName")}
          value={name}
          maxLength={LIMITS.displayNameChars[1]}
          autoComplete="name"
          error={result.error}
          onChange={(event) => {
            setName(event.target.value);
            setResult({});
          }}
        />
        <div className="flex items-center gap-3">
          <button type="submit" className="btn btn-sm btn-primary" disabled={!changed || saving}>
            {t("settings.save")}
          </button>
          <span role="status" className="text-sm text-success">
            {result.saved && t("settings.saved")}
          </span>
        </div>
      </form>
    </Section>
  );
}

const THEMES: { theme: Theme; Icon: typeof Sun }[] = [
  { theme: "system", Icon: Monitor },
  { theme: "light", Icon: Sun },
  { theme: "dark", Icon: Moon },
];

function ThemeChoice() {
  const { t } = useTranslation();
  const chosen = useTheme();
  const name = useId();
  return (
    <fieldset className="grid grid-cols-3 gap-2">
      <legend className="sr-only">{t("settings.theme")}</legend>
      {THEMES.map(({ theme, Icon }) => (
        <label
          key={theme}
          className={`flex cursor-pointer flex-col items-center gap-1.5 rounded-field border px-2 py-3 text-sm font-medium has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-primary ${
            chosen === theme
              ? "border-primary bg-accent text-accent-content"
              : "border-base-300 hover:bg-base-200"
          }`}
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={chosen === theme}
            onChange={() => chooseTheme(theme)}
          />
          <Icon aria-hidden="true" className="size-5" />
          {t(`settings.${theme}`)}
        </label>
      ))}
    </fieldset>
  );
}

function SignOut() {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const unsent = useSelector((state: OutboxRoot) => selectUnsent(state));
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function leave() {
    setAsking(false);
    try {
      await dispatch(signOut());
    } catch (failure) {
      setError(sentenceOf(failure));
    }
  }

  return (
    <div className="flex flex-col gap-3">
      {error && <Alert kind="error">{error}</Alert>}
      <button
        type="button"
        className="btn self-start border-error/50 text-error hover:bg-error/10"
        onClick={() => (unsent > 0 ? setAsking(true) : leave())}
      >
        <LogOut aria-hidden="true" className="size-4" />
        {t("common.signOut")}
      </button>
      {asking && (
        <Dialog title={t("settings.loseTitle")} onClose={() => setAsking(false)}>
          <p className="py-4">{t("settings.loseText", { count: unsent })}</p>
          <div className="flex justify-end gap-2">
            <button type="button" className="btn" onClick={() => setAsking(false)}>
              {t("settings.stay")}
            </button>
            <button type="button" className="btn btn-error" onClick={leave}>
              {t("common.signOut")}
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
