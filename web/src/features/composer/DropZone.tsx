import { Upload } from "lucide-react";
import { type ClipboardEvent, type DragEvent, type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { chooseFiles } from "~/features/uploads/slice";
import { useAppDispatch } from "~/hooks";

interface DropZoneProps {
  chatKey: string;
  /** Whom one writes to; `undefined` where one cannot. */
  to: string | undefined;
  children: ReactNode;
}

const hasFiles = (data: DataTransfer | null) => data?.types.includes("Files") ?? false;

/** What was dropped, without folders: the browser gives them as files that cannot be read. */
function dropped(data: DataTransfer): { files: File[]; folders: number } {
  const files: File[] = [];
  let folders = 0;
  for (const item of data.items) {
    if (item.kind !== "file") continue;
    const file = item.getAsFile();
    if (item.webkitGetAsEntry?.()?.isDirectory) folders += 1;
    else if (file) files.push(file);
  }
  return { files, folders };
}

/** The files of what is pasted. Of a piece of a document, which comes with a picture of itself, the text is meant. */
export function pastedFiles({ clipboardData }: ClipboardEvent): File[] {
  return clipboardData.types.includes("text/plain") ? [] : [...clipboardData.files];
}

/** A conversation, over which files can be dropped. */
export function DropZone({ chatKey, to, children }: DropZoneProps) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const [over, setOver] = useState(false);
  const open = to !== undefined;

  // Beside the conversation a file would be opened instead of the page.
  useEffect(() => {
    const refuse = (event: globalThis.DragEvent) => {
      if (event.defaultPrevented || !event.dataTransfer || !hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "none";
    };
    window.addEventListener("dragover", refuse);
    window.addEventListener("drop", refuse);
    return () => {
      window.removeEventListener("dragover", refuse);
      window.removeEventListener("drop", refuse);
    };
  }, []);

  function onDragOver(event: DragEvent) {
    if (!open || !hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    setOver(true);
  }

  function onDragLeave(event: DragEvent) {
    // It also leaves one thing inside for the next.
    if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
  }

  function onDrop(event: DragEvent) {
    setOver(false);
    if (!open || !hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    const { files, folders } = dropped(event.dataTransfer);
    dispatch(chooseFiles(chatKey, files, folders));
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: who has no mouse has the button of the composer
    <div
      className="relative flex min-w-0 flex-1 flex-col"
      onDragEnter={onDragOver}
      onDragOver={onDragOver}
      onDragLeave={onDragLeave}
      onDrop={onDrop}
    >
      {children}
      <p role="status" className={over && open ? DROP_HERE : "sr-only"}>
        {over && open && (
          <>
            <Upload aria-hidden="true" className="size-8 text-primary" />
            {t("uploads.drop", { name: to })}
          </>
        )}
      </p>
    </div>
  );
}

const DROP_HERE =
  "pointer-events-none absolute inset-2 z-20 flex flex-col items-center justify-center gap-3 rounded-box border-2 border-dashed border-primary bg-base-100/90 p-6 text-center text-lg font-semibold";
