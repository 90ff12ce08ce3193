import { Ban, Check, CheckCheck, CircleAlert, Clock } from "lucide-react";
import { lazy, memo, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { RequestFailure, sentenceOf } from "~/failure";
import { Avatar } from "~/ui/Avatar";
import { dayTitle, fullTime, timeOfDay } from "~/ui/format-time";
import { Files } from "./Files";
import { MessageText } from "./MessageText";
import { Quote } from "./Quote";
import { Reactions } from "./Reactions";
import type { Progress, Row } from "./rows";
import { SystemLine } from "./SystemLine";
import { Toolbar } from "./Toolbar";
import type { Tools } from "./tools";

/** A preview that cannot be loaded is none. */
const LinkCard = lazy(() => import("./LinkCard").catch(() => ({ default: () => null })));

const ICONS = {
  sending: Clock,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  failed: CircleAlert,
} as const;

function Ticks({ progress }: { progress: Progress }) {
  const { t } = useTranslation();
  const Icon = ICONS[progress];
  const label = t(`messages.${progress}`);
  const colour = progress === "read" ? "text-primary" : progress === "failed" ? "text-error" : "";
  return (
    <span className={`inline-flex ${colour}`} title={label}>
      <Icon aria-hidden="true" className="size-3.5" strokeWidth={2.25} />
      <span className="sr-only">{label}</span>
    </span>
  );
}

interface MessageRowProps {
  row: Row;
  /** Groups name the writer above the message; two people know who is who. */
  showNames: boolean;
  /** Somebody jumped here, and is shown where it is. */
  pointed?: boolean;
  /** The mouse is over it, or it has the focus: what one can do about it is shown. */
  active?: boolean;
  /** The one to which the Tab key goes. */
  tabStop?: boolean;
  tools: Tools;
  /** Asks how far a message has come with whom. Two people see it beside the message. */
  onReceipts?: ((sequence: number) => void) | undefined;
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { row, showNames, pointed = false, active = false, tabStop = false, tools, onReceipts } = props;
  const { t } = useTranslation();
  const { mine, tempId } = row;
  const gone = row.message?.deletedAt !== undefined;
  const editedAt = gone ? undefined : row.message?.editedAt;
  const side = mine ? "items-end" : "items-start";
  const colours = mine
    ? "bg-accent text-accent-content"
    : "bg-base-100 text-base-content border border-base-300/70";
  const corner = row.endsGroup ? (mine ? "rounded-ee-md" : "rounded-es-md") : "";
  return (
    <div
      className={`mx-auto w-full max-w-3xl px-3 sm:px-5 ${row.beginsGroup ? "pt-3" : "pt-0.5"} ${pointed ? "pointed-out" : ""}`}
    >
      {row.beginsDay && (
        <div className="flex justify-center py-2">
          <span className="rounded-full bg-base-300/60 px-3 py-1 text-xs font-medium">
            {dayTitle(row.at, new Date())}
          </span>
        </div>
      )}
      {row.beginsUnread && (
        <div className="flex items-center gap-3 py-2 text-xs font-semibold text-secondary">
          <span aria-hidden="true" className="h-px flex-1 bg-secondary/40" />
          {t("messages.new")}
          <span aria-hidden="true" className="h-px flex-1 bg-secondary/40" />
        </div>
      )}
      {row.system ? (
        <SystemLine change={row.change} text={row.text} />
      ) : (
        <article
          className={`flex flex-col ${side}`}
          data-sequence={row.sequence}
          data-progress={row.progress}
          data-key={row.key}
          tabIndex={tabStop ? 0 : -1}
        >
          <div
            className={`relative flex max-w-[min(85%,38rem)] items-end gap-2 ${mine ? "flex-row-reverse" : ""}`}
          >
            {showNames &&
              !mine &&
              (row.endsGroup ? (
                <Avatar name={row.name} seed={row.fromUserId} url={row.avatarUrl} size="small" />
              ) : (
                <span className="w-8 shrink-0" />
              ))}
            {active && row.message && <Toolbar row={row} tools={tools} />}
            <div
              data-bubble
              className={`min-w-0 rounded-2xl px-3.5 py-2 text-[0.9375rem] leading-relaxed pointer-coarse:touch-callout-none pointer-coarse:select-none ${colours} ${corner} ${
                row.progress === "failed" ? "outline outline-error/60" : ""
              } ${row.mentionsMe && !mine ? "border-s-3 border-s-secondary" : ""}`}
            >
              <span
                className={showNames && !mine && row.beginsGroup ? "block text-sm font-semibold" : "sr-only"}
              >
                {mine ? t("messages.you") : row.name}
                <span className="sr-only">: </span>
              </span>
              {row.answers && <Quote row={row} tools={tools} />}
              {/* The time stands beside a short text and below a long one. */}
              <div className="flex flex-wrap items-end justify-end gap-x-3">
                <div className="max-w-full min-w-0 flex-auto">
                  {gone ? (
                    <p className="text-quiet flex items-center gap-1.5 italic">
                      <Ban aria-hidden="true" className="size-3.5 shrink-0" />
                      {t(mine ? "messages.deletedYou" : "messages.deleted")}
                    </p>
                  ) : (
                    <>
                      {row.files.length > 0 && (
                        <Files files={row.files} onView={(file, beside) => tools.view(row, file, beside)} />
                      )}
                      {row.text !== "" && (
                        <MessageText
                          text={row.text}
                          mentions={row.mentions}
                          me={row.mentionsMe ? tools.username : ""}
                        />
                      )}
                      {row.message?.preview && (
                        <Suspense>
                          <LinkCard
                            preview={row.message.preview}
                            onRemove={mine ? () => tools.removePreview(row) : undefined}
                          />
                        </Suspense>
                      )}
                    </>
                  )}
                </div>
                <span className="text-quiet mt-0.5 mb-0.5 flex items-center gap-1 text-[0.6875rem] leading-none">
                  {editedAt && (
                    <time dateTime={editedAt} title={t("messages.editedAt", { when: fullTime(editedAt) })}>
                      {t("messages.edited")}
                    </time>
                  )}
                  <time dateTime={row.at} title={fullTime(row.at)}>
                    {timeOfDay(row.at)}
                  </time>
                  {row.progress &&
                    !gone &&
                    (onReceipts && row.sequence !== undefined ? (
                      <button
                        type="button"
                        className="-m-1 cursor-pointer rounded p-1"
                        aria-haspopup="dialog"
                        onClick={() => onReceipts(row.sequence ?? 0)}
                      >
                        <Ticks progress={row.progress} />
                        <span className="sr-only">{t("groups.readBy")}</span>
                      </button>
                    ) : (
                      <Ticks progress={row.progress} />
                    ))}
                </span>
              </div>
            </div>
          </div>
          <Reactions row={row} tools={tools} inset={showNames && !mine} />
          {row.progress === "failed" && tempId && (
            <div className="mt-1 flex flex-wrap items-center justify-end gap-2 text-sm">
              <span className="text-error">
                {row.reason
                  ? sentenceOf(new RequestFailure(row.reason.code, row.reason.message))
                  : t("messages.failedText")}
              </span>
              <button type="button" className="btn btn-xs btn-primary" onClick={() => tools.retry(tempId)}>
                {t("messages.retry")}
              </button>
              <button type="button" className="btn btn-ghost btn-xs" onClick={() => tools.discard(tempId)}>
                {t("messages.discard")}
              </button>
            </div>
          )}
        </article>
      )}
    </div>
  );
});
