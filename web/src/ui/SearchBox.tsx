import { Search, X } from "lucide-react";
import { useTranslation } from "react-i18next";

interface SearchBoxProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  autoFocus?: boolean;
  id?: string;
  /** In characters. */
  most?: number;
}

export function SearchBox({ label, value, onChange, autoFocus = false, id, most = 64 }: SearchBoxProps) {
  const { t } = useTranslation();
  return (
    <div className="input w-full gap-2 rounded-full">
      <Search aria-hidden="true" className="size-4 shrink-0 opacity-70" />
      <input
        id={id}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        // biome-ignore lint/a11y/noAutofocus: only where searching is what the page is for
        autoFocus={autoFocus}
        autoComplete="off"
        spellCheck={false}
        maxLength={most}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onChange("");
        }}
        className="min-w-0 flex-1 [&::-webkit-search-cancel-button]:hidden"
      />
      {value && (
        <button
          type="button"
          aria-label={t("chats.clearSearch")}
          className="cursor-pointer"
          onClick={() => onChange("")}
        >
          <X aria-hidden="true" className="size-4" />
        </button>
      )}
    </div>
  );
}
