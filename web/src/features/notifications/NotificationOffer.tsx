import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { useAppDispatch } from "~/hooks";
import { prefer, preferences } from "~/storage/preferences";
import { permission, turnOn } from "./browser";
import { beTold, type NotificationsRoot, selectHeard } from "./slice";

/**
 * Offers the browser's notifications once, when the first message has come that one would have been told of. Who says no
 * finds it in the settings; the browser's own question comes only after a yes.
 */
export function NotificationOffer() {
  const { t } = useTranslation();
  const heard = useSelector((state: NotificationsRoot) => selectHeard(state));
  const dispatch = useAppDispatch();
  const [answered, setAnswered] = useState(() => preferences().asked === "done");
  const offered = heard && !answered && permission() === "default";

  function refuse() {
    prefer("asked", "done");
    setAnswered(true);
  }

  async function accept() {
    await turnOn().finally(() => setAnswered(true));
    await dispatch(beTold());
  }

  return (
    <div role="status">
      {offered && (
        <div className="flex flex-wrap items-center justify-center gap-2 bg-accent px-3 py-1.5 text-sm text-accent-content">
          {t("notifications.offer")}
          <button type="button" className="btn btn-xs btn-primary" onClick={() => void accept()}>
            {t("notifications.turnOn")}
          </button>
          <button type="button" className="btn btn-ghost btn-xs" onClick={refuse}>
            {t("notifications.notNow")}
          </button>
        </div>
      )}
    </div>
  );
}
