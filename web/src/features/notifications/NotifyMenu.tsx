import { AtSign, Bell, BellOff, BellRing, Clock, Moon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import type { Notify, UpdateSettings } from "~/contract";
import type { Chat } from "~/features/messages/slice";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { dayAndTime } from "~/ui/format-time";
import { Menu, type MenuItem } from "~/ui/Menu";
import { useAttempt } from "~/use-attempt";
import { isMuted, isMutedForGood, MUTES, mutedUntil } from "./policy";
import { type NotificationsRoot, selectQuiet, setNotifying } from "./slice";

const LEVELS: { notify: Notify; Icon: typeof Bell }[] = [
  { notify: "all", Icon: BellRing },
  { notify: "mentions", Icon: AtSign },
  { notify: "none", Icon: BellOff },
];

/** What of a conversation notifies, and for how long nothing does. */
export function NotifyMenu({ chat }: { chat: Chat }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const { attempt, error } = useAttempt();
  const quiet = useSelector((state: NotificationsRoot) => selectQuiet(state, chat));
  const muted = isMuted(chat.settings, new Date());

  const change = (to: UpdateSettings) => attempt(() => dispatch(setNotifying(chat, to)));

  // Between two people everything is for the other.
  const levels = LEVELS.filter(({ notify }) => chat.kind !== "direct" || notify !== "mentions");
  const until = chat.settings.mutedUntil;
  const unmute: MenuItem = {
    text:
      until === null || isMutedForGood(chat.settings)
        ? t("notifications.unmute")
        : t("notifications.unmuteBefore", { when: dayAndTime(until, new Date()) }),
    Icon: Bell,
    onChoose: () => void change({ mutedUntil: null }),
  };
  const mutes = MUTES.map((mute): MenuItem => {
    const Icon = mute === "always" ? BellOff : mute === "tomorrow" ? Moon : Clock;
    const onChoose = () => void change({ mutedUntil: mutedUntil(mute, new Date()) });
    return { text: t(`notifications.mute.${mute}`), Icon, onChoose };
  });
  return (
    <>
      {error && <Alert kind="error">{error}</Alert>}
      <Menu
        label={quiet ? t("notifications.menuQuiet") : t("notifications.menu")}
        Icon={quiet ? BellOff : Bell}
        items={[
          ...levels.map(({ notify, Icon }) => ({
            text: t(`notifications.level.${notify}`),
            Icon,
            chosen: chat.settings.notify === notify,
            onChoose: () => void change({ notify }),
          })),
          ...(muted ? [unmute] : mutes),
        ]}
      />
    </>
  );
}
