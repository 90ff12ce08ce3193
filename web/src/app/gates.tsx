//! Who may see what: pages for guests, pages for those who are signed in. Everyone comes back to where they wanted to go.
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Navigate, Outlet, useLocation } from "react-router";
import { selectSession, start } from "~/features/session/slice";
import { useAppDispatch } from "~/hooks";
import { Logo } from "~/ui/Logo";
import { Await } from "./Await";
import type { RootState } from "./store";

const RETRY_MS = 4_000;

export function Member({ children }: { children: ReactNode }) {
  const { status } = useSelector((state: RootState) => selectSession(state));
  const location = useLocation();
  if (status === "starting") return <Await />;
  if (status === "unreachable") return <Unreachable />;
  if (status === "signedOut") {
    return <Navigate to="/login" replace state={{ from: location.pathname + location.search }} />;
  }
  return children;
}

export function Guest() {
  const { status } = useSelector((state: RootState) => selectSession(state));
  const location = useLocation();
  const from: unknown = location.state?.from;
  if (status === "starting") return <Await />;
  if (status === "unreachable") return <Unreachable />;
  if (status === "signedIn") return <Navigate to={typeof from === "string" ? from : "/chat"} replace />;
  return <Outlet />;
}

function Unreachable() {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  useEffect(() => {
    const timer = setInterval(() => void dispatch(start()), RETRY_MS);
    return () => clearInterval(timer);
  }, [dispatch]);
  return (
    <main className="grid h-full place-items-center p-6">
      <div className="flex max-w-sm flex-col items-center gap-4 text-center">
        <Logo className="size-14" />
        <h1 className="text-xl font-semibold">{t("app.unreachableTitle")}</h1>
        <p role="status" className="text-quiet flex items-center gap-2">
          <span aria-hidden="true" className="loading loading-spinner loading-xs" />
          {t("app.unreachableText")}
        </p>
      </div>
    </main>
  );
}
