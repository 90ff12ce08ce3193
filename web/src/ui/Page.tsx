import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePageTitle } from "./page-title";

/** The way back to the list, where the screen holds only one pane. */
export function BackToChats() {
  const { t } = useTranslation();
  return (
    <Link
      to="/chat"
      aria-label={t("common.backToChats")}
      className="btn btn-circle btn-ghost btn-sm md:hidden"
    >
      <ArrowLeft aria-hidden="true" className="size-5 rtl:-scale-x-100" />
    </Link>
  );
}

/** A page beside the list: a title, and what it is about. */
export function Page({ title, children }: { title: string; children: ReactNode }) {
  usePageTitle(title);
  return (
    <>
      <header className="flex h-16 shrink-0 items-center gap-2 border-b border-base-300 bg-base-100 px-3 md:px-6">
        <BackToChats />
        <h1 className="text-lg font-semibold">{title}</h1>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex w-full max-w-xl flex-col gap-6 px-4 py-6">{children}</div>
      </div>
    </>
  );
}
