import { FileDown, ImageOff } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Attachment } from "~/contract";
import { fileSize } from "~/ui/format-size";
import { isPicture, pathOf, placeOf } from "./pictures";

/** Without a network the place stays plain: nothing that is waited for may take the page down. */
const ThumbHash = lazy(() => import("~/ui/ThumbHash").catch(() => ({ default: () => <span /> })));

const SOUNDS = ["audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/opus", "audio/wav", "audio/flac"];
const FILMS = ["video/mp4", "video/webm", "video/quicktime"];

type View = (file: Attachment, beside: HTMLElement) => void;

/** A picture has its place before it is there, so that nothing jumps. Of several each is a tile. */
function Picture({ file, tile, onView }: { file: Attachment; tile: boolean; onView: View }) {
  const { t } = useTranslation();
  const [state, setState] = useState<"loading" | "there" | "failed">("loading");
  const { width, height } = placeOf(file);
  const src = file.thumbnail ? `${pathOf(file)}/thumbnail` : pathOf(file);

  // Without a network it was not asked for: it is, once there is one.
  useEffect(() => {
    if (state !== "failed") return;
    const again = () => setState("loading");
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, [state]);

  return (
    <button
      type="button"
      aria-label={t("viewer.open", { name: file.name })}
      aria-haspopup="dialog"
      className="relative block max-w-full cursor-zoom-in overflow-hidden rounded-xl bg-base-300"
      style={tile ? { width: "100%", aspectRatio: "1" } : { width, aspectRatio: `${width} / ${height}` }}
      onClick={(event) => onView(file, event.currentTarget)}
    >
      {state !== "there" && file.thumbHash && (
        <Suspense>
          <ThumbHash hash={file.thumbHash} className="absolute inset-0 size-full" />
        </Suspense>
      )}
      {state === "failed" ? (
        <span className="absolute inset-0 grid place-items-center bg-base-300/60">
          <ImageOff aria-hidden="true" className="size-6" />
        </span>
      ) : (
        <img
          src={src}
          alt={file.name}
          width={width}
          height={height}
          loading="lazy"
          draggable={false}
          className={`relative size-full ${tile ? "object-cover" : "object-contain"}`}
          onLoad={() => setState("there")}
          onError={() => setState("failed")}
        />
      )}
    </button>
  );
}

function Document({ file }: { file: Attachment }) {
  return (
    <a
      href={pathOf(file)}
      download={file.name}
      className="flex min-w-0 items-center gap-2.5 rounded-xl bg-base-content/6 px-3 py-2 hover:bg-base-content/10"
    >
      <FileDown aria-hidden="true" className="size-5 shrink-0" />
      <span className="min-w-0">
        <bdi className="block truncate font-medium">{file.name}</bdi>
        <span className="text-quiet block text-xs">{fileSize(file.size)}</span>
      </span>
    </a>
  );
}

interface FilesProps {
  files: readonly Attachment[];
  onView: View;
}

/** What a message carries: pictures, sounds and films where they stand, everything else to be saved. */
export function Files({ files, onView }: FilesProps) {
  const pictures = files.filter(isPicture);
  const others = files.filter((file) => !isPicture(file));
  const tiles = pictures.length > 1;
  return (
    <>
      {pictures.length > 0 && (
        <ul className={`my-1 ${tiles ? "grid w-80 max-w-full grid-cols-2 gap-1" : ""}`}>
          {pictures.map((file) => (
            <li key={file.id} className="min-w-0">
              <Picture file={file} tile={tiles} onView={onView} />
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <ul className="my-1 flex flex-col gap-1.5">
          {others.map((file) => (
            <li key={file.id} className="flex min-w-0 flex-col gap-1.5">
              {FILMS.includes(file.type) && (
                // biome-ignore lint/a11y/useMediaCaption: nobody wrote captions for what somebody sends
                <video
                  src={pathOf(file)}
                  controls
                  preload="metadata"
                  aria-label={file.name}
                  className="aspect-video w-96 max-w-full rounded-xl bg-black object-contain"
                />
              )}
              {SOUNDS.includes(file.type) && (
                // biome-ignore lint/a11y/useMediaCaption: nobody wrote captions for what somebody sends
                <audio
                  src={pathOf(file)}
                  controls
                  preload="metadata"
                  aria-label={file.name}
                  className="h-12 w-80 max-w-full"
                />
              )}
              <Document file={file} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
