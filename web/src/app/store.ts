//! The store: every slice and every middleware, put together.
import { combineReducers, configureStore, type Middleware } from "@reduxjs/toolkit";
import { announcementsReducer } from "~/features/announcements/slice";
import { changesReducer } from "~/features/changes/slice";
import { composerReducer, createDraftsMiddleware } from "~/features/composer/slice";
import { connectionReducer } from "~/features/connection/slice";
import { createCacheMiddleware } from "~/features/messages/cache";
import { messagesReducer } from "~/features/messages/slice";
import { createSyncMiddleware } from "~/features/messages/sync";
import { createCountingMiddleware } from "~/features/notifications/counting";
import { notificationsReducer } from "~/features/notifications/slice";
import { createNotificationsMiddleware } from "~/features/notifications/telling";
import { createOutboxMiddleware } from "~/features/outbox/sender";
import { outboxReducer } from "~/features/outbox/slice";
import { peopleReducer } from "~/features/people/slice";
import { createPresenceMiddleware } from "~/features/presence/asking";
import { presenceReducer } from "~/features/presence/slice";
import { createMarksMiddleware } from "~/features/receipts/marks";
import { receiptsReducer } from "~/features/receipts/slice";
import { sessionReducer } from "~/features/session/slice";
import { typingReducer } from "~/features/typing/slice";
import { createTypingMiddleware } from "~/features/typing/telling";
import { uploadsReducer } from "~/features/uploads/slice";
import { createUploadsMiddleware } from "~/features/uploads/uploader";
import type { Http } from "~/http/client";
import type { Services } from "~/services";
import { type ChatSocket, createConnection } from "~/socket/connection";
import { Database } from "~/storage/database";
import { createLifecycleMiddleware } from "./lifecycle";

export const rootReducer = combineReducers({
  session: sessionReducer,
  connection: connectionReducer,
  messages: messagesReducer,
  changes: changesReducer,
  outbox: outboxReducer,
  receipts: receiptsReducer,
  composer: composerReducer,
  people: peopleReducer,
  announcements: announcementsReducer,
  presence: presenceReducer,
  notifications: notificationsReducer,
  typing: typingReducer,
  uploads: uploadsReducer,
});

export type RootState = ReturnType<typeof rootReducer>;

export interface StoreOptions {
  http: Http;
  createSocket: () => ChatSocket;
  database?: Database;
  now?: () => Date;
  /** Goes to a page of the app, as a click on a notification does. */
  open?: (path: string) => void;
}

export function createStore({
  http,
  createSocket,
  database = new Database(),
  now = () => new Date(),
  open = () => {},
}: StoreOptions) {
  const connection = createConnection({ create: createSocket, refresh: http.refresh });
  const services: Services = { http, request: connection.request, database, now };
  const own: Middleware[] = [
    createLifecycleMiddleware(),
    connection.middleware,
    createSyncMiddleware(connection.request),
    createOutboxMiddleware({ database, request: connection.request }),
    createMarksMiddleware(connection.request),
    createDraftsMiddleware(database),
    createUploadsMiddleware({ database, http }),
    createPresenceMiddleware(connection.request),
    createTypingMiddleware(connection.request),
    createNotificationsMiddleware({ database, open }),
    createCountingMiddleware(),
    createCacheMiddleware(database),
  ];
  return configureStore({
    reducer: rootReducer,
    middleware: (defaults) =>
      defaults({
        thunk: { extraArgument: services },
        // The state holds thousands of messages that only reducers change; walking it on every action is slow.
        immutableCheck: false,
        serializableCheck: false,
      }).concat(own),
  });
}

export type AppStore = ReturnType<typeof createStore>;
export type AppDispatch = AppStore["dispatch"];
