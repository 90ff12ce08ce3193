import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "react-redux";
import { RouterProvider } from "react-router";
import { loadServer, start } from "~/features/session/slice";
import { createHttp } from "~/http/client";
import { sessionRefused } from "~/socket/actions";
import { createSocket } from "~/socket/create";
import "./app.css";
import { createRouter } from "./router";
import { type AppStore, createStore } from "./store";
import { followTabs } from "./tabs";

const http = createHttp({
  onExpired: () => {
    // A guest's first question is refused as well, and no session ended then.
    if (store.getState().session.status === "signedIn") store.dispatch(sessionRefused());
  },
});
const store: AppStore = createStore({ http, createSocket });
followTabs(store);
void store.dispatch(start());
void store.dispatch(loadServer());

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Provider store={store}>
        <RouterProvider router={createRouter()} />
      </Provider>
    </StrictMode>,
  );
}
