import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "react-redux";
import { RouterProvider } from "react-router";
import { loadServer, start } from "~/features/session/slice";
import { createHttp } from "~/http/client";
import { startLanguage } from "~/i18n/i18n";
import { sessionRefused } from "~/socket/actions";
import { createSocket } from "~/socket/create";
import "./app.css";
import { createRouter } from "./router";
import { followSeenHeight } from "./seen-height";
import { keepShell } from "./shell-worker";
import { type AppStore, createStore } from "./store";
import { followTabs } from "./tabs";

const http = createHttp({
  onExpired: () => {
    // A guest's first question is refused as well, and no session ended then.
    if (store.getState().session.status === "signedIn") store.dispatch(sessionRefused());
  },
});
const router = createRouter();
const open = (path: string) => void router.navigate(path);
const store: AppStore = createStore({ http, createSocket, open });
followTabs(store);
keepShell(open);
followSeenHeight();
void store.dispatch(start());
void store.dispatch(loadServer());

const root = document.getElementById("root");
if (root) {
  // The catalogue comes while the server says who is signed in.
  await startLanguage();
  createRoot(root).render(
    <StrictMode>
      <Provider store={store}>
        <RouterProvider router={router} />
      </Provider>
    </StrictMode>,
  );
}
