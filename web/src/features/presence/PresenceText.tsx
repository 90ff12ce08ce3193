import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { UserId } from "~/contract";
import { ago } from "~/ui/format-time";
import { usePresence } from "./slice";

const RENEW_MS = 30_000;

/** "online", "away", "last seen 5 minutes ago"; `otherwise` for somebody of whom nothing is known. */
export function PresenceText({ userId, otherwise }: { userId: UserId; otherwise: string }) {
  const { t } = useTranslation();
  const presence = usePresence(userId);
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), RENEW_MS);
    return () => clearInterval(timer);
  }, []);
  if (!presence) return otherwise;
  if (presence.status !== "offline") return t(`presence.${presence.status}`);
  if (presence.lastSeen === null) return otherwise;
  // Clocks differ a little: nobody was last seen in the future.
  const seen = presence.lastSeen > now.toISOString() ? now.toISOString() : presence.lastSeen;
  return t("presence.lastSeen", { when: ago(seen, now) });
}
