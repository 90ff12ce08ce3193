import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Outlet, useLocation, useNavigation } from "react-router";
import { Announcements } from "~/features/announcements/Announcements";
import { ConnectionStatus } from "~/features/connection/ConnectionStatus";
import { NotificationOffer } from "~/features/notifications/NotificationOffer";
import { Notices } from "~/features/people/Notices";
import { Shortcuts } from "./Shortcuts";
import { Sidebar } from "./Sidebar";
import { UpdateOffer } from "./UpdateOffer";
import { useTotal } from "./use-total";

/** Two panes on a wide screen; on a narrow one the list or what was chosen from it. */
export function Shell() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const loading = useNavigation().state === "loading";
  const listOnly = pathname === "/chat" || pathname === "/";
  const content = useRef<HTMLElement>(null);
  const came = useRef(pathname);
  useEffect(() => {
    if (came.current === pathname) return;
    came.current = pathname;
    // The keyboard follows to the page that was opened, unless the page has already taken it to a field of its own.
    const element = content.current;
    if (!listOnly && !element?.contains(document.activeElement)) element?.focus({ preventScroll: true });
  }, [pathname, listOnly]);
  useTotal();
  return (
    <div className="flex h-full flex-col">
      <a
        href="#content"
        className="btn btn-primary sr-only focus:not-sr-only focus:absolute focus:top-2 focus:start-2 focus:z-50"
      >
        {t("app.skip")}
      </a>
      <ConnectionStatus />
      <Shortcuts />
      <UpdateOffer />
      <Announcements />
      <NotificationOffer />
      <Notices />
      <div className="flex min-h-0 flex-1">
        <Sidebar hiddenWhenNarrow={!listOnly} />
        <main
          ref={content}
          id="content"
          tabIndex={-1}
          aria-busy={loading}
          className={`min-w-0 flex-1 flex-col bg-base-200 outline-none ${listOnly ? "hidden md:flex" : "flex"}`}
        >
          <Outlet />
        </main>
      </div>
    </div>
  );
}
