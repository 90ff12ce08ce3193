import { EllipsisVertical, Reply, SmilePlus } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Row } from "./rows";
import type { Tools } from "./tools";

const button = "btn btn-circle btn-ghost btn-sm";

/** The quickest things to do about the message that is pointed at or has the focus; the rest is behind the last button. */
export function Toolbar({ row, tools }: { row: Row; tools: Tools }) {
  const { t } = useTranslation();
  const gone = row.message?.deletedAt !== undefined;
  return (
    <div
      role="toolbar"
      aria-label={t("messages.actions")}
      className={`absolute top-0 z-10 flex -translate-y-2/3 rounded-full border border-base-300 bg-base-100 text-base-content shadow-sm ${
        row.mine ? "end-1" : "start-1"
      }`}
    >
      {!gone && (
        <button
          type="button"
          className={button}
          aria-label={t("messages.react")}
          title={t("messages.react")}
          aria-haspopup="menu"
          onClick={(event) => tools.open("emoji", row, event.currentTarget)}
        >
          <SmilePlus aria-hidden="true" className="size-4" />
        </button>
      )}
      {!gone && tools.writable && (
        <button
          type="button"
          className={button}
          aria-label={t("messages.reply")}
          title={t("messages.reply")}
          onClick={() => tools.reply(row)}
        >
          <Reply aria-hidden="true" className="size-4 rtl:-scale-x-100" />
        </button>
      )}
      <button
        type="button"
        className={button}
        aria-label={t("messages.more")}
        title={t("messages.more")}
        aria-haspopup="menu"
        onClick={(event) => tools.open("actions", row, event.currentTarget)}
      >
        <EllipsisVertical aria-hidden="true" className="size-4" />
      </button>
    </div>
  );
}
