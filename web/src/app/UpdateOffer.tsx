import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useUpdate } from "./shell-worker";

/** A new version waits until somebody agrees: a page that loads again by itself may take away what one is doing. */
export function UpdateOffer() {
  const { t } = useTranslation();
  const update = useUpdate();
  const [later, setLater] = useState(false);
  return (
    <div role="status">
      {update && !later && (
        <div className="flex flex-wrap items-center justify-center gap-2 bg-accent px-3 py-1.5 text-sm text-accent-content">
          {t("app.updated")}
          <button type="button" className="btn btn-xs btn-primary" onClick={update}>
            {t("app.update")}
          </button>
          <button type="button" className="btn btn-ghost btn-xs" onClick={() => setLater(true)}>
            {t("app.later")}
          </button>
        </div>
      )}
    </div>
  );
}
