import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { LinkPreview } from "~/contract";

interface LinkCardProps {
  preview: LinkPreview;
  /** Takes it away; where it is not there, that is not for this user. */
  onRemove: (() => void) | undefined;
}

/** What a page says of itself, in its own words. Whose page it is, the address says: it comes first, and nothing of the page is
 * loaded. */
export default function LinkCard({ preview, onRemove }: LinkCardProps) {
  const { t } = useTranslation();
  const { url, title, description, siteName } = preview;
  if (!URL.canParse(url) || !/^https?:/.test(url)) return null;
  return (
    <div data-preview className="my-1 flex w-96 max-w-full items-start rounded-xl bg-base-content/6">
      <a
        href={url}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="min-w-0 flex-1 rounded-xl px-3 py-2 leading-snug hover:bg-base-content/6"
      >
        <span className="text-quiet block truncate text-xs">
          <bdi>{new URL(url).host}</bdi>
          {siteName && (
            <>
              {" · "}
              <bdi>{siteName}</bdi>
            </>
          )}
        </span>
        <bdi className="line-clamp-2 font-medium wrap-anywhere">{title}</bdi>
        {description && <bdi className="text-quiet line-clamp-3 text-sm wrap-anywhere">{description}</bdi>}
      </a>
      {onRemove && (
        <button
          type="button"
          className="btn btn-circle btn-ghost btn-xs m-1 shrink-0"
          aria-label={t("messages.removePreview")}
          onClick={onRemove}
        >
          <X aria-hidden="true" className="size-4" />
        </button>
      )}
    </div>
  );
}
