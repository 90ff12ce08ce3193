import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { discard, type OutboxItem, retry } from "~/features/outbox/slice";
import { useAppDispatch } from "~/hooks";
import { MessageRow } from "./MessageRow";
import { rowsOf } from "./rows";
import type { Tools } from "./tools";

/** The first messages to somebody, before there is a conversation. */
export function PendingList({ pending, me }: { pending: OutboxItem[]; me: string }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const rows = useMemo(
    () => rowsOf({ messages: [], pending, members: [], me, readBefore: null }),
    [pending, me],
  );
  // Nothing is on the server yet: there is nothing to be done about it but sending it.
  const tools = useMemo(
    (): Tools => ({
      me,
      username: "",
      nameOf: () => "",
      writable: true,
      open: () => {},
      view: () => {},
      reply: () => {},
      react: () => {},
      removePreview: () => {},
      jump: () => {},
      fetchQuoted: () => {},
      retry: (tempId) => void dispatch(retry(tempId)),
      discard: (tempId) => void dispatch(discard(tempId)),
    }),
    [me, dispatch],
  );
  return (
    <div
      role="log"
      aria-label={t("messages.title")}
      aria-live="off"
      className="flex min-h-0 flex-1 flex-col overflow-y-auto pb-3"
    >
      <div className="mt-auto" />
      {rows.map((row) => (
        <MessageRow key={row.key} row={row} showNames={false} tools={tools} />
      ))}
    </div>
  );
}
