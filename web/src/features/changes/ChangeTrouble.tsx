import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import type { ConversationId } from "~/contract";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { type ChangesRoot, selectTrouble, troubleRead } from "./slice";

/** What could not be done about a message here, and why, until it is read. */
export function ChangeTrouble({ conversationId }: { conversationId: ConversationId }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const trouble = useSelector((state: ChangesRoot) => selectTrouble(state, conversationId));
  if (!trouble) return null;
  return (
    <div className="mx-auto w-full max-w-3xl px-3 pb-1 sm:px-5">
      <Alert kind="error">
        <span className="flex items-center gap-2">
          <span className="flex-1">
            {t(`messages.trouble.${trouble.kind}`)} {trouble.sentence}
          </span>
          <button
            type="button"
            className="btn btn-circle btn-ghost btn-xs"
            aria-label={t("common.close")}
            onClick={() => dispatch(troubleRead())}
          >
            <X aria-hidden="true" className="size-4" />
          </button>
        </span>
      </Alert>
    </div>
  );
}
