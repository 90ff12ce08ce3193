import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { LIMITS } from "~/contract";
import { sentenceOf } from "~/failure";
import { type SessionState, selectMe } from "~/features/session/slice";
import { useAppDispatch } from "~/hooks";
import { Avatar } from "~/ui/Avatar";
import { Field } from "~/ui/Field";
import { PictureChoice } from "~/ui/PictureChoice";
import { removeAvatar, renameMe, setAvatar } from "./account-requests";
import { Section } from "./Section";

export function Profile() {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const me = useSelector((state: { session: SessionState }) => selectMe(state));
  if (!me) return null;
  return (
    <Section name="profile">
      <div className="flex flex-wrap items-center gap-4">
        <Avatar name={me.displayName} seed={me.id} url={me.avatarUrl} size="large" />
        <div className="min-w-0 flex-1 basis-48">
          <p className="max-w-full truncate text-lg font-semibold" title={me.displayName}>
            <bdi>{me.displayName}</bdi>
          </p>
          <p className="text-quiet max-w-full truncate">
            <bdi>@{me.username}</bdi>
            {me.admin && (
              <span className="badge badge-sm badge-primary badge-soft ms-2">{t("settings.admin")}</span>
            )}
          </p>
          <PictureChoice
            className="mt-2"
            present={me.avatarUrl !== null}
            onSet={(picture, onProgress) => dispatch(setAvatar(picture, onProgress))}
            onRemove={() => dispatch(removeAvatar())}
            sentenceOf={sentenceOf}
          />
        </div>
      </div>
      <Name current={me.displayName} />
    </Section>
  );
}

/** Shows the name as it is, also when it is changed elsewhere, until something else is typed. */
function Name({ current }: { current: string }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const [typed, setTyped] = useState<string | null>(null);
  const [result, setResult] = useState<{ error?: string; saved?: boolean }>({});
  const [saving, setSaving] = useState(false);
  const name = (typed ?? current).trim();
  const changed = name !== "" && name !== current;

  async function save(event: FormEvent) {
    event.preventDefault();
    if (!changed || saving) return;
    setSaving(true);
    try {
      await dispatch(renameMe(name));
      setTyped(null);
      setResult({ saved: true });
    } catch (failure) {
      setResult({ error: sentenceOf(failure) });
    } finally {
      setSaving(false);
    }
  }

  return (
    <form onSubmit={save} className="flex flex-col gap-3">
      <Field
        label={t("settings.displayName")}
        value={typed ?? current}
        maxLength={LIMITS.displayNameChars[1]}
        autoComplete="name"
        error={result.error}
        onChange={(event) => {
          setTyped(event.target.value);
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
  );
}
