import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { sentenceOf } from "~/failure";
import { type SessionState, selectMe } from "~/features/session/slice";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Switch } from "~/ui/Switch";
import { setPrivacy } from "./account-requests";
import { Section } from "./Section";

/** What this user shows beside the profile. Whoever hides something does not see it of others. */
export function Privacy() {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const privacy = useSelector((state: { session: SessionState }) => selectMe(state)?.privacy);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<string | null>(null);
  if (!privacy) return null;

  async function change(to: Parameters<typeof setPrivacy>[0]) {
    if (saving) return;
    setSaving(true);
    setError(null);
    try {
      await dispatch(setPrivacy(to));
    } catch (failure) {
      setError(sentenceOf(failure));
    } finally {
      setSaving(false);
    }
  }

  return (
    <Section title={t("settings.privacy")}>
      <Switch
        label={t("settings.showReceipts")}
        hint={t("settings.showReceiptsText")}
        checked={privacy.receipts}
        onChange={(receipts) => void change({ receipts })}
      />
      <Switch
        label={t("settings.showLastSeen")}
        hint={t("settings.showLastSeenText")}
        checked={privacy.lastSeen}
        onChange={(lastSeen) => void change({ lastSeen })}
      />
      {error && <Alert kind="error">{error}</Alert>}
    </Section>
  );
}
