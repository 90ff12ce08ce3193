import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  beLeftAlone,
  beTold,
  notificationsOn,
  permission,
  soundOn,
  turnOn,
} from "~/features/notifications/slice";
import { useAppDispatch } from "~/hooks";
import { prefer } from "~/storage/preferences";
import { Alert } from "~/ui/Alert";
import { Switch } from "~/ui/Switch";
import { Section } from "./Section";

/** What this browser does when something arrives; what each conversation does is chosen there. */
export function Notifying() {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const [allowed, setAllowed] = useState(permission);
  const [on, setOn] = useState(notificationsOn);
  const [sound, setSound] = useState(soundOn);
  /** The browser's push service tells of messages while no page is open. */
  const [pushed, setPushed] = useState<boolean>();

  useEffect(() => {
    if (!on) return;
    let here = true;
    dispatch(beTold())
      .catch(() => false)
      .then((is) => here && setPushed(is));
    return () => {
      here = false;
    };
  }, [on, dispatch]);

  async function switchOn(wanted: boolean) {
    if (wanted) setAllowed(await turnOn());
    else {
      prefer("notifications", "off");
      await dispatch(beLeftAlone());
    }
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
      {on && pushed !== undefined && (
        <p className="text-sm opacity-80">{t(pushed ? "notifications.pushed" : "notifications.notPushed")}</p>
      )}
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
