//! What is worth a notification, a sound, and a place in the total: pure rules over what this user has set.
import type { ConversationSettings, Message, UserId } from "~/contract";

export const MUTES = ["hour", "eightHours", "tomorrow", "always"] as const;
export type Mute = (typeof MUTES)[number];

const HOUR_MS = 3_600_000;
/** In the morning, when the day that one wanted quiet is over. */
const MORNING_HOUR = 8;
/** The server takes no later year. */
const ALWAYS = "9998-12-31T00:00:00.000Z";
/** What ends so late was not meant to end. */
const FOR_GOOD = "9000";

/** When a mute that begins now is over. */
export function mutedUntil(mute: Mute, now: Date): string {
  if (mute === "always") return ALWAYS;
  if (mute === "hour" || mute === "eightHours")
    return new Date(now.getTime() + (mute === "hour" ? 1 : 8) * HOUR_MS).toISOString();
  const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING_HOUR);
  return morning.toISOString();
}

export const isMuted = ({ mutedUntil }: ConversationSettings, now: Date): boolean =>
  mutedUntil !== null && Date.parse(mutedUntil) > now.getTime();

export const isMutedForGood = ({ mutedUntil }: ConversationSettings): boolean =>
  mutedUntil !== null && mutedUntil >= FOR_GOOD;

/** Nothing of it notifies: it is shown as quiet, and its unread messages count nowhere but beside it. */
export const isQuiet = (settings: ConversationSettings, now: Date): boolean =>
  settings.notify === "none" || isMuted(settings, now);

/** Whether a message is one to be told of. */
export function isWorthTelling(
  message: Message,
  settings: ConversationSettings,
  me: UserId | undefined,
  now: Date,
): boolean {
  if (message.fromUserId === me || message.kind === "system" || message.deletedAt) return false;
  if (isQuiet(settings, now)) return false;
  return settings.notify === "all" || (me !== undefined && message.mentions?.includes(me) === true);
}
