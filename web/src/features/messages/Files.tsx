import { FileDown } from "lucide-react";
import type { Attachment } from "~/contract";
import { fileSize } from "~/ui/format-size";

/** What the server calls a picture: these have their pixels looked at, and nothing in them can act. */
const PICTURES = ["image/png", "image/jpeg", "image/webp", "image/gif"];
const SOUNDS = ["audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/opus", "audio/wav", "audio/flac"];
const FILMS = ["video/mp4", "video/webm", "video/quicktime"];

const pathOf = ({ id }: Attachment) => `/api/v1/files/${id}`;

/** A picture has its place before it is there, so that nothing jumps. */
function Picture({ file }: { file: Attachment }) {
  const src = file.thumbnail ? `${pathOf(file)}/thumbnail` : pathOf(file);
  return (
    <a
      href={pathOf(file)}
      target="_blank"
      rel="noreferrer"
      className="block w-fit overflow-hidden rounded-xl"
    >
      <img
        src={src}
        alt={file.name}
        width={file.width}
        height={file.height}
        loading="lazy"
        className="h-auto max-h-80 w-auto max-w-full bg-base-300 object-contain"
      />
    </a>
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

/** What a message carries: pictures, sounds and films where they stand, everything else to be saved. */
export function Files({ files }: { files: Attachment[] }) {
  return (
    <ul className="my-1 flex flex-col gap-1.5">
      {files.map((file) => (
        <li key={file.id} className="min-w-0">
          {PICTURES.includes(file.type) && <Picture file={file} />}
          {FILMS.includes(file.type) && (
            // biome-ignore lint/a11y/useMediaCaption: nobody wrote captions for what somebody sends
            <video
              src={pathOf(file)}
              controls
              preload="metadata"
              className="max-h-80 max-w-full rounded-xl"
            />
          )}
          {SOUNDS.includes(file.type) && (
            // biome-ignore lint/a11y/useMediaCaption: nobody wrote captions for what somebody sends
            <audio src={pathOf(file)} controls preload="metadata" className="max-w-full" />
          )}
          {!PICTURES.includes(file.type) && <Document file={file} />}
        </li>
      ))}
    </ul>
  );
}
