import { useTranslation } from "react-i18next";
import { Logo } from "~/ui/Logo";

/** While the page's own code is loading. */
export function Await() {
  const { t } = useTranslation();
  return (
    <div role="status" className="grid h-full place-items-center">
      <span className="sr-only">{t("common.loading")}</span>
      <Logo className="size-14 animate-pulse" />
    </div>
  );
}

/** A part of the page could not be loaded or shown: most often a new version of the server has replaced it. */
Await.Failed = function Failed() {
  const { t } = useTranslation();
  return (
    <main className="grid h-full place-items-center p-6">
      <div className="flex max-w-sm flex-col items-center gap-4 text-center">
        <Logo className="size-14" />
        <h1 className="text-xl font-semibold">{t("app.brokenTitle")}</h1>
        <p className="text-quiet">{t("app.brokenText")}</p>
        <button type="button" className="btn btn-primary" onClick={() => window.location.reload()}>
          {t("app.loadAgain")}
        </button>
      </div>
    </main>
  );
};
