import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { inShort } from "~/ui/plain-text";
import type { Row } from "./rows";
import type { Tools } from "./tools";

/** A row that only passes by while one scrolls quickly asks for nothing. */
const FETCH_AFTER_MS = 150;

/** What a message answers, in short; pressing it goes there. */
export function Quote({ row, tools }: { row: Row; tools: Tools }) {
  const { t } = useTranslation();
  const { answers } = row;
  const sequence = answers?.sequence;
  const quoted = answers?.message;
  const { fetchQuoted, jump, me, nameOf } = tools;
  const unknown = sequence !== undefined && quoted === undefined;
  useEffect(() => {
    if (!unknown) return;
    const timer = setTimeout(() => fetchQuoted(sequence), FETCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [unknown, sequence, fetchQuoted]);
  if (sequence === undefined) return null;
  const name =
    quoted && (quoted.fromUserId === me ? t("messages.you") : nameOf(quoted.fromUserId) || quoted.name);
  const text = quoted && (quoted.deletedAt === undefined ? inShort(quoted) : t("messages.deleted"));
  return (
    <button
      type="button"
      className="mb-1 block w-full max-w-full min-w-0 cursor-pointer rounded-lg border-s-3 border-primary bg-base-content/6 px-2.5 py-1 text-start text-sm hover:bg-base-content/10"
      onClick={() => jump(sequence)}
    >
      <span className="sr-only">{t("messages.inAnswerTo")} </span>
      <span className="block truncate font-semibold">
        <bdi>{name ?? t("messages.earlier")}</bdi>
      </span>
      <span className="text-quiet line-clamp-2 wrap-anywhere">
        <bdi>{text ?? "…"}</bdi>
      </span>
    </button>
  );
}
