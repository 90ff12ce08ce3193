//! What happens when a message arrives: a notification when nobody looks, a sound, or nothing.
import type { Middleware, ThunkDispatch, UnknownAction } from "@reduxjs/toolkit";
import type { Message } from "~/contract";
import { type Chat, marksMoved, selectChat, synced, syncFinished, titleOf } from "~/features/messages/slice";
import { readHere } from "~/features/receipts/slice";
import { accountChanged, selectMe, signedIn } from "~/features/session/slice";
import { t } from "~/i18n/i18n";
import type { Services } from "~/services";
import { server } from "~/socket/actions";
import type { Database } from "~/storage/database";
import { inShort } from "~/ui/plain-text";
import { notificationsOn, type Shown, showNotification, soundOn, withdraw, withdrawAll } from "./browser";
import { anybodyLooking } from "./one-of-many";
import { isWorthTelling } from "./policy";
import { unsubscribe } from "./push";
import { beTold, heard, type NotificationsRoot } from "./slice";
import { playTone } from "./tone";

const BODY_CHARS = 200;

export interface TellingOptions {
  database: Database;
  open: (path: string) => void;
  looking?: () => boolean;
  show?: typeof showNotification;
  play?: () => void;
}

export function createNotificationsMiddleware({
  database,
  open,
  looking = () => document.visibilityState === "visible" && document.hasFocus(),
  show = showNotification,
  play = playTone,
}: TellingOptions): Middleware {
  return ({ dispatch, getState }) => {
    const read = getState as () => NotificationsRoot;
    const run = dispatch as ThunkDispatch<NotificationsRoot, Services, UnknownAction>;
    /** What the first sync brings was there before this page: it is news to nobody. */
    let caughtUp = false;

    async function tell(message: Message) {
      const chat = selectChat(read(), message.conversationId);
      const me = selectMe(read())?.id;
      if (!chat || me === undefined) return;
      if (!isWorthTelling(message, chat.settings, me, new Date())) return;
      if (message.sequence <= readHere(read(), chat)) return;
      dispatch(heard());
      const here = looking();
      if (here && read().messages.open === chat.id) return;
      // Whoever looks at another tab hears it there.
      if (!here && anybodyLooking()) return;
      // Without storage each tab tells: twice is better than not at all.
      if (!(await database.claim(me, chat.id, message.sequence).catch(() => true))) return;
      // It may have been read on another device meanwhile, or this user may be gone.
      if (selectMe(read())?.id !== me) return;
      if (soundOn()) play();
      if (!here && notificationsOn()) show(shownFrom(message, chat, me), open).catch(() => {});
    }

    return (next) => (action) => {
      const before = selectMe(read())?.id;
      const result = next(action);
      if (server.RecievedMsg.match(action)) void tell(action.payload);
      else if (synced.match(action) && caughtUp) {
        // Of what was missed only the latest of each conversation is told of.
        for (const { messages, reset } of action.payload.conversations) {
          const latest = messages.findLast((message) => message.fromUserId !== before);
          if (latest && !reset) void tell(latest);
        }
      } else if (syncFinished.match(action)) caughtUp = true;
      else if (marksMoved.match(action) || server.receiptUpdated.match(action)) {
        const { conversationId, userId, read } = action.payload;
        if (userId === before) void withdraw(conversationId, read);
      } else if (accountChanged(action)) {
        caughtUp = false;
        if (signedIn.match(action)) run(beTold()).catch(() => {});
        else void Promise.all([unsubscribe(), withdrawAll()]).catch(() => {});
      }
      return result;
    };
  };
}

function shownFrom(message: Message, chat: Chat, me: string): Shown {
  const text = inShort(message).slice(0, BODY_CHARS);
  const direct = chat.kind === "direct";
  return {
    title: direct ? message.name : titleOf(chat, me),
    body: direct ? text : t("notifications.by", { name: message.name, text }),
    tag: chat.id,
    icon: "/icon-192.png",
    path: `/c/${chat.id}?m=${message.sequence}`,
    sequence: message.sequence,
  };
}
