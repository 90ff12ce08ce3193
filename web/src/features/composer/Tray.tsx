import { File as FileIcon, RotateCw, X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { LIMITS } from "~/contract";
import { selectServer } from "~/features/session/slice";
import {
  mayRetry,
  removed,
  retried,
  selectLeftOut,
  selectTray,
  selectUploadsSlowed,
  type Upload,
  type UploadsRoot,
  whyRefused,
} from "~/features/uploads/slice";
import { useAppDispatch } from "~/hooks";
import { locale } from "~/i18n/i18n";
import { fileSize } from "~/ui/format-size";

interface TrayProps {
  chatKey: string;
  /** The name of the sentence that says why the message cannot be sent yet. */
  waitId: string;
  /** Above the text, or nothing while something else is written there. */
  hidden: boolean;
  /** Where one goes on when the last file was removed. */
  onEmptied: () => void;
  /** Is told what happened, to say it. */
  onSaid: (sentence: string) => void;
}

/** The files that were chosen for the next message: how far each has come, and what can be done about it. */
export function Tray({ chatKey, waitId, hidden, onEmptied, onSaid }: TrayProps) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const uploads = useSelector((state: UploadsRoot) => selectTray(state, chatKey));
  const leftOut = useSelector((state: UploadsRoot) => selectLeftOut(state, chatKey));
  const slowed = useSelector(selectUploadsSlowed);
  const most = useSelector(selectServer)?.fileMaxBytes ?? Number.POSITIVE_INFINITY;
  const list = useRef<HTMLUListElement>(null);
  useWhatHappened(chatKey, uploads, most, onSaid);
  const failed = uploads.some(({ state }) => state === "failed");
  const busy = uploads.some(({ state }) => state === "waiting" || state === "sending");

  function remove(upload: Upload) {
    const at = uploads.indexOf(upload);
    dispatch(removed(upload.id));
    const { id } = uploads[at + 1] ?? uploads[at - 1] ?? {};
    const neighbour = id && list.current?.querySelector<HTMLElement>(`[data-remove="${id}"]`);
    if (neighbour) neighbour.focus();
    else onEmptied();
  }

  return (
    <>
      {!hidden && leftOut && (
        <Note>
          {leftOut.files > 0 && t("uploads.leftOut", { count: leftOut.files, most: LIMITS.files })}{" "}
          {leftOut.folders > 0 && t("uploads.folders")}
        </Note>
      )}
      {!hidden && uploads.length > 0 && (
        <div className="border-b border-base-300 px-2 py-2">
          <ul
            ref={list}
            aria-label={t("uploads.tray")}
            className="flex max-h-56 flex-col gap-0.5 overflow-y-auto"
          >
            {uploads.map((upload) => (
              <Chosen
                key={upload.id}
                upload={upload}
                why={whyRefused(upload, most)}
                onRetry={() => dispatch(retried(upload.id))}
                onRemove={() => remove(upload)}
              />
            ))}
          </ul>
          {(failed || busy) && (
            <p id={waitId} className="text-quiet px-2 pt-1 text-xs">
              {t(failed ? "uploads.failed" : slowed ? "uploads.slowed" : "uploads.busy")}
            </p>
          )}
        </div>
      )}
    </>
  );
}

function Note({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="border-b border-base-300 px-4 py-2 text-sm text-error">
      {children}
    </p>
  );
}

interface ChosenProps {
  upload: Upload;
  why: string;
  onRetry: () => void;
  onRemove: () => void;
}

function Chosen({ upload, why, onRetry, onRemove }: ChosenProps) {
  const { t } = useTranslation();
  const { id, name, size, state, sent, file, preview } = upload;
  const thumbnail = file?.thumbnail ? `/api/v1/files/${file.id}/thumbnail` : undefined;
  const picture = preview ?? thumbnail;
  return (
    <li data-upload={state} className="flex items-center gap-2.5 rounded-xl px-2 py-1">
      {picture ? (
        <img src={picture} alt="" className="size-10 shrink-0 rounded-lg bg-base-300 object-cover" />
      ) : (
        <span className="grid size-10 shrink-0 place-items-center rounded-lg bg-base-content/6">
          <FileIcon aria-hidden="true" className="size-5" />
        </span>
      )}
      <div className="min-w-0 flex-1 text-sm">
        <p className="flex items-baseline gap-2">
          <bdi className="min-w-0 truncate font-medium" title={name}>
            {name}
          </bdi>
          <span className="text-quiet shrink-0 text-xs">{fileSize(size)}</span>
        </p>
        {state === "failed" && <p className="text-xs text-error">{why}</p>}
        {state === "waiting" && <p className="text-quiet text-xs">{t("uploads.waiting")}</p>}
        {state === "sending" && (
          <p className="flex items-center gap-2">
            <progress
              className="progress progress-primary h-1.5 min-w-0 flex-1"
              aria-label={t("uploads.progress", { name })}
              value={sent}
              max={1}
            />
            <span className="text-quiet w-10 shrink-0 text-end text-xs tabular-nums">{percent(sent)}</span>
          </p>
        )}
      </div>
      {mayRetry(upload) && (
        <button
          type="button"
          className="btn btn-circle btn-ghost btn-sm"
          aria-label={t("uploads.retry", { name })}
          title={t("messages.retry")}
          onClick={onRetry}
        >
          <RotateCw aria-hidden="true" className="size-4" />
        </button>
      )}
      <button
        type="button"
        data-remove={id}
        className="btn btn-circle btn-ghost btn-sm"
        aria-label={t("uploads.remove", { name })}
        title={t("uploads.remove", { name })}
        onClick={onRemove}
      >
        <X aria-hidden="true" className="size-4" />
      </button>
    </li>
  );
}

const percent = (part: number) =>
  new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 0 }).format(part);

/** The latest change, for who does not see it. How far each has come is said by its own bar. */
function useWhatHappened(
  chatKey: string,
  uploads: Upload[],
  most: number,
  say: (sentence: string) => void,
): void {
  const { t } = useTranslation();
  const before = useRef({ chatKey, uploads });
  useEffect(() => {
    const last = before.current;
    before.current = { chatKey, uploads };
    // In another conversation nothing has happened.
    if (last.chatKey !== chatKey) {
      say("");
      return;
    }
    const known = new Map(last.uploads.map((upload) => [upload.id, upload]));
    const added = uploads.filter(({ id }) => !known.has(id));
    const sentences = added.length > 0 ? [t("uploads.added", { count: added.length })] : [];
    for (const upload of uploads) {
      if (upload.state === known.get(upload.id)?.state) continue;
      if (upload.state === "done") sentences.push(t("uploads.arrived", { name: upload.name }));
      if (upload.state === "failed") sentences.push(`${upload.name}: ${whyRefused(upload, most)}`);
    }
    const [gone, ...others] = last.uploads.filter(({ id }) => !uploads.some((upload) => upload.id === id));
    // All at once is what sending does.
    if (gone && others.length === 0 && gone.state !== "done")
      sentences.push(t("uploads.removed", { name: gone.name }));
    if (sentences.length > 0) say(sentences.join(" "));
  }, [chatKey, uploads, most, t, say]);
}
