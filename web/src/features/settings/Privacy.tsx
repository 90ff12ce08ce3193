import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { type SessionState, selectMe } from "~/features/session/slice";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Switch } from "~/ui/Switch";
import { useAttempt } from "~/use-attempt";
import { setPrivacy } from "./account-requests";
import { Section } from "./Section";

/** What this user shows beside the profile. Whoever hides something does not see it of others. */
export function Privacy() {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const privacy = useSelector((state: { session: SessionState }) => selectMe(state)?.privacy);
  const { attempt, error } = useAttempt();
  if (!privacy) return null;
  const change = (to: Parameters<typeof setPrivacy>[0]) => attempt(() => dispatch(setPrivacy(to)));
  return (
    <Section name="privacy">
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
