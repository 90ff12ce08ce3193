//! Questions and lists about one message. They come apart from the page, when they are first wanted.
import { useTranslation } from "react-i18next";
import { Dialog } from "~/ui/Dialog";
import { plainText } from "~/ui/plain-text";
import type { Row } from "./rows";

export function DeleteDialog({
  row,
  onDelete,
  onClose,
}: {
  row: Row;
  onDelete: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("messages.deleteTitle")} onClose={onClose}>
      <blockquote className="text-quiet mt-3 line-clamp-3 border-s-3 border-base-300 ps-3 text-sm wrap-anywhere">
        <bdi>{plainText(row.text)}</bdi>
      </blockquote>
      <p className="py-3 text-sm">{t("messages.deleteText")}</p>
      <div className="modal-action mt-2">
        <button type="button" className="btn" onClick={onClose}>
          {t("common.cancel")}
        </button>
        <button
          type="button"
          className="btn btn-error"
          onClick={() => {
            onClose();
            onDelete();
          }}
        >
          {t("messages.act.delete")}
        </button>
      </div>
    </Dialog>
  );
}

interface WhoDialogProps {
  row: Row;
  me: string;
  nameOf: (id: string) => string;
  onClose: () => void;
}

export function WhoDialog({ row, me, nameOf, onClose }: WhoDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("messages.reactions")} onClose={onClose}>
      <dl className="max-h-[60vh] overflow-y-auto py-3">
        {(row.message?.reactions ?? []).map(({ emoji, count, userIds }) => {
          const known = userIds.filter((id) => id === me || nameOf(id) !== "");
          const more = count - known.length;
          return (
            <div key={emoji} className="flex gap-3 py-1.5">
              <dt className="text-2xl leading-none">{emoji}</dt>
              <dd className="min-w-0 text-sm">
                <ul>
                  {known.map((id) => (
                    <li key={id} className="wrap-anywhere">
                      <bdi>{id === me ? t("messages.you") : nameOf(id)}</bdi>
                    </li>
                  ))}
                  {more > 0 && <li className="text-quiet">{t("messages.others", { count: more })}</li>}
                </ul>
              </dd>
            </div>
          );
        })}
      </dl>
      <div className="modal-action mt-0">
        <button type="button" className="btn" onClick={onClose}>
          {t("common.close")}
        </button>
      </div>
    </Dialog>
  );
}
