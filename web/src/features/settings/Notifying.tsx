import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notificationsOn, permission, soundOn, turnOn } from "~/features/notifications/slice";
import { prefer } from "~/storage/preferences";
import { Alert } from "~/ui/Alert";
import { Switch } from "~/ui/Switch";
import { Section } from "./Section";

/** What this browser does when something arrives; what each conversation does is chosen there. */
export function Notifying() {
  const { t } = useTranslation();
  const [allowed, setAllowed] = useState(permission);
  const [on, setOn] = useState(notificationsOn);
  const [sound, setSound] = useState(soundOn);

  async function switchOn(wanted: boolean) {
    if (wanted) setAllowed(await turnOn());
    else prefer("notifications", "off");
    setOn(notificationsOn());
  }

  return (
    <Section name="notifications" text={t("notifications.text")}>
      <Switch
        label={t("notifications.show")}
        hint={t("notifications.showText")}
        checked={on}
        disabled={allowed === "unsupported" || allowed === "denied"}
        onChange={(wanted) => void switchOn(wanted)}
      />
      {allowed === "denied" && <Alert kind="note">{t("notifications.denied")}</Alert>}
      {allowed === "unsupported" && <Alert kind="note">{t("notifications.unsupported")}</Alert>}
      <Switch
        label={t("notifications.sound")}
        checked={sound}
        onChange={(wanted) => {
          prefer("sound", wanted ? undefined : "off");
          setSound(wanted);
        }}
      />
    </Section>
  );
}
