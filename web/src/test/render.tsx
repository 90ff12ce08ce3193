//! Renders a page of the client as the app does: the real store, the real routes.
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { Provider } from "react-redux";
import { createMemoryRouter, RouterProvider } from "react-router";
import { VirtuosoMockContext } from "react-virtuoso";
import { client } from "./client";

type Client = ReturnType<typeof client>;

/** Without a layout nothing has a height: the list is told one. */
const viewport = { viewportHeight: 10_000, itemHeight: 50 };

export function show(routes: { path: string; element: ReactNode }[], at: string, here: Client = client()) {
  const router = createMemoryRouter(routes, { initialEntries: [at] });
  const page = render(
    <Provider store={here.store}>
      <VirtuosoMockContext.Provider value={viewport}>
        <RouterProvider router={router} />
      </VirtuosoMockContext.Provider>
    </Provider>,
  );
  return { ...here, ...page, router };
}
