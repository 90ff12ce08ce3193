//! Where only mentions notify, what is unread is looked through for them: once for each conversation, since every change that
//! comes later brings its message along, and again where a `sync` left some out.
import type { Middleware, ThunkDispatch, UnknownAction } from "@reduxjs/toolkit";
import type { ConversationId } from "~/contract";
import { selectChats, settingsSaved, synced, syncFinished } from "~/features/messages/slice";
import { selectUnread } from "~/features/receipts/slice";
import { accountChanged } from "~/features/session/slice";
import type { Services } from "~/services";
import { server } from "~/socket/actions";
import { findMentions, type NotificationsRoot } from "./slice";

export function createCountingMiddleware(): Middleware {
  return ({ dispatch, getState }) => {
    const run = dispatch as ThunkDispatch<NotificationsRoot, Services, UnknownAction>;
    const read = getState as () => NotificationsRoot;
    const counted = new Set<ConversationId>();

    function count() {
      for (const chat of Object.values(selectChats(read()))) {
        if (chat.settings.notify !== "mentions" || counted.has(chat.id)) continue;
        if (selectUnread(read(), chat) === 0) continue;
        counted.add(chat.id);
        // The next sync is the next occasion.
        run(findMentions(chat.id)).catch(() => counted.delete(chat.id));
      }
    }

    return (next) => (action) => {
      const result = next(action);
      if (accountChanged(action)) counted.clear();
      else if (synced.match(action)) {
        for (const { id, reset } of action.payload.conversations) if (reset) counted.delete(id);
      } else if (
        syncFinished.match(action) ||
        settingsSaved.match(action) ||
        server.settingsUpdated.match(action)
      )
        count();
      return result;
    };
  };
}
