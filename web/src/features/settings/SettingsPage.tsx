import { LogOut, Monitor, Moon, Sun } from "lucide-react";
import { type FormEvent, type ReactNode, useId, useState } from "react";
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
import { Devices } from "./Devices";
import { chooseTheme, type Theme, useTheme } from "./theme";

export default function SettingsPage() {
  return (
    <Page title="Settings">
      <Profile />
      <Section title="Appearance">
        <ThemeChoice />
      </Section>
      <Section title="Devices">
        <p className="text-quiet -mt-2 text-sm">
          Where you are signed in. Signing one out takes effect at once.
        </p>
        <Devices />
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
    <Section title="Profile">
      <div className="flex items-center gap-4">
        <Avatar name={me.displayName} seed={me.id} url={me.avatarUrl} size="large" />
        <div className="min-w-0">
          <p className="truncate text-lg font-semibold" dir="auto">
            {me.displayName}
          </p>
          <p className="text-quiet truncate">
            @{me.username}
            {me.admin && <span className="badge badge-sm badge-primary badge-soft ml-2">Admin</span>}
          </p>
        </div>
      </div>
      <form onSubmit={save} className="flex flex-col gap-3">
        <Field
          label="Display name"
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
            Save
          </button>
          <span role="status" className="text-sm text-success">
            {result.saved && "Saved"}
          </span>
        </div>
      </form>
    </Section>
  );
}

const THEMES: { theme: Theme; label: string; Icon: typeof Sun }[] = [
  { theme: "system", label: "System", Icon: Monitor },
  { theme: "light", label: "Light", Icon: Sun },
  { theme: "dark", label: "Dark", Icon: Moon },
];

function ThemeChoice() {
  const chosen = useTheme();
  const name = useId();
  return (
    <fieldset className="grid grid-cols-3 gap-2">
      <legend className="sr-only">Theme</legend>
      {THEMES.map(({ theme, label, Icon }) => (
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
          {label}
        </label>
      ))}
    </fieldset>
  );
}

function SignOut() {
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
        Sign out
      </button>
      {asking && (
        <Dialog title="Sign out and lose unsent messages?" onClose={() => setAsking(false)}>
          <p className="py-4">
            {unsent === 1 ? "One message has" : `${unsent} messages have`} not been sent yet. Signing out
            deletes what this browser keeps.
          </p>
          <div className="flex justify-end gap-2">
            <button type="button" className="btn" onClick={() => setAsking(false)}>
              Stay
            </button>
            <button type="button" className="btn btn-error" onClick={leave}>
              Sign out
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
