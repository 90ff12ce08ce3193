import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Alert } from "./Alert";
import { Dialog } from "./Dialog";

interface ConfirmProps {
  title: string;
  /** What will happen. */
  children: ReactNode;
  /** The word on the button that does it. */
  action: string;
  dangerous?: boolean;
  busy: boolean;
  error: string | null;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be taken back with a click. */
export function Confirm(props: ConfirmProps) {
  const { title, children, action, dangerous = false, busy, error, onConfirm, onClose } = props;
  const { t } = useTranslation();
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="py-4 wrap-anywhere">{children}</p>
      {error && (
        <div className="pb-4">
          <Alert kind="error">{error}</Alert>
        </div>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <button type="button" className="btn" onClick={onClose}>
          {t("common.cancel")}
        </button>
        <button
          type="button"
          className={`btn ${dangerous ? "btn-error" : "btn-primary"}`}
          disabled={busy}
          onClick={onConfirm}
        >
          {action}
        </button>
      </div>
    </Dialog>
  );
}
