import { LogOut } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { type OutboxRoot, selectUnsent } from "~/features/outbox/slice";
import { signOut } from "~/features/session/slice";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Dialog } from "~/ui/Dialog";
import { useAttempt } from "~/use-attempt";

export function SignOut() {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const unsent = useSelector((state: OutboxRoot) => selectUnsent(state));
  const [asking, setAsking] = useState(false);
  const { attempt, error } = useAttempt();

  function leave() {
    setAsking(false);
    void attempt(() => dispatch(signOut()));
  }

  return (
    <div className="flex flex-col gap-3">
      {error && <Alert kind="error">{error}</Alert>}
      <button
        type="button"
        className="btn self-start border-error/50 text-error hover:bg-error/10"
        onClick={() => (unsent > 0 ? setAsking(true) : leave())}
      >
        <LogOut aria-hidden="true" className="size-4" />
        {t("common.signOut")}
      </button>
      {asking && (
        <Dialog title={t("settings.loseTitle")} onClose={() => setAsking(false)}>
          <p className="py-4">{t("settings.loseText", { count: unsent })}</p>
          <div className="flex justify-end gap-2">
            <button type="button" className="btn" onClick={() => setAsking(false)}>
              {t("settings.stay")}
            </button>
            <button type="button" className="btn btn-error" onClick={leave}>
              {t("common.signOut")}
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
