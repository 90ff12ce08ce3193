import { Pencil, Reply, X } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { type Chat, loadQuote, messageAt } from "~/features/messages/slice";
import { useAppDispatch } from "~/hooks";
import type { Answered } from "~/storage/database";
import { plainText } from "~/ui/plain-text";
import type { Edit } from "./slice";

interface AboveProps {
  chat: Chat | undefined;
  me: string;
  edit: Edit | undefined;
  reply: Answered | undefined;
  onCancel: () => void;
}

/** Above what one writes: the message that it answers, or that it will be instead of. */
export function Above({ chat, me, edit, reply, onCancel }: AboveProps) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const known = edit?.message ?? (chat && reply && messageAt(chat, reply.sequence));
  const missing = known === undefined ? reply?.sequence : undefined;
  const id = chat?.id;
  // An answer that was begun before a reload may be to a message that is not loaded.
  useEffect(() => {
    if (id !== undefined && missing !== undefined) dispatch(loadQuote(id, missing)).catch(() => {});
  }, [dispatch, id, missing]);
  const writer = chat?.members.find((member) => member.userId === known?.fromUserId)?.displayName;
  const name = known?.fromUserId === me ? t("messages.you") : (writer ?? known?.name ?? "…");
  const Icon = edit ? Pencil : Reply;
  return (
    <div className="flex items-center gap-2.5 border-b border-base-300 py-1.5 ps-4 pe-2 text-sm">
      <Icon aria-hidden="true" className="size-4 shrink-0 text-primary rtl:-scale-x-100" />
      <div className="min-w-0 flex-1">
        <p className="truncate font-semibold text-primary">
          {edit ? t("composer.editing") : t("composer.answering", { name })}
        </p>
        <p className="text-quiet truncate">
          <bdi>{known && (known.deletedAt === undefined ? plainText(known.msg) : t("messages.deleted"))}</bdi>
        </p>
      </div>
      <button
        type="button"
        className="btn btn-circle btn-ghost btn-sm"
        aria-label={t(edit ? "composer.stopEditing" : "composer.stopAnswering")}
        title={t("common.cancel")}
        onClick={onCancel}
      >
        <X aria-hidden="true" className="size-4" />
      </button>
    </div>
  );
}
