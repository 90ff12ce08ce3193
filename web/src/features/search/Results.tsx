import { SearchX } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { type RequestFailure, sentenceOf } from "~/failure";
import { currentLanguage } from "~/i18n/i18n";
import { Alert } from "~/ui/Alert";
import { Hit } from "./Hit";
import { useHits } from "./use-hits";
import type { Question } from "./use-question";

export function Results({ question }: { question: Question }) {
  const { t } = useTranslation();
  const { hits, current, complete, busy, failure, again, more, returned, onOpened } = useHits(question);
  const list = useRef<HTMLOListElement>(null);

  // The button that was pressed may be gone: the keyboard goes on with what it brought.
  const before = useRef(hits);
  useEffect(() => {
    const old = before.current;
    before.current = hits;
    if (old.length > 0 && hits.length > old.length && hits[0] === old[0]) {
      list.current?.querySelectorAll("a")[old.length]?.focus();
    }
  }, [hits]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, where somebody comes back
  useEffect(() => {
    const at = hits.findIndex(({ message }) => message.id === returned);
    list.current?.querySelectorAll("a")[at]?.focus();
  }, []);

  if (question.words === "") return null;
  const shown = failure && !current ? [] : hits;
  const searching = !current && !failure;
  const none = current && hits.length === 0;
  const status = searching
    ? t("people.searching")
    : !current
      ? ""
      : none
        ? t(more ? "search.noneYet" : "search.none")
        : t(more ? "search.newest" : "search.found", { count: hits.length });
  return (
    <section aria-label={t("search.results")} aria-busy={busy} className="flex flex-col gap-3">
      <p role="status" className={none ? "sr-only" : "text-quiet text-sm"}>
        {status}
      </p>
      {current && !complete && <Alert kind="note">{t("search.incomplete")}</Alert>}
      {searching && hits.length === 0 && <Skeleton />}
      {none && (
        <div aria-hidden="true" className="text-quiet flex flex-col items-center gap-3 py-8 text-center">
          <SearchX className="size-10 opacity-60" strokeWidth={1.5} />
          <p className="max-w-xs text-balance">{status}</p>
        </div>
      )}
      <ol ref={list} className={`-mx-3 flex flex-col gap-0.5 ${current ? "" : "opacity-50"}`}>
        {shown.map((hit) => (
          <li key={hit.message.id}>
            <Hit hit={hit} onOpened={onOpened} />
          </li>
        ))}
      </ol>
      {failure && <Trouble failure={failure} again={again} />}
      {more && (
        <button type="button" className="btn btn-sm self-center" disabled={busy} onClick={more}>
          {t(none ? "search.older" : "common.more")}
        </button>
      )}
    </section>
  );
}

/** What is no search (yet) is said quietly: whoever types a quotation mark is about to type the other one. */
function Trouble({ failure, again }: { failure: RequestFailure; again: (() => void) | undefined }) {
  const { t } = useTranslation();
  if (failure.code === "malformed") {
    const sentence = currentLanguage() === "en" && failure.message;
    return <Alert kind="note">{sentence || t("search.malformed")}</Alert>;
  }
  return (
    <div className="flex flex-col items-center gap-3">
      <Alert kind="error">{sentenceOf(failure)}</Alert>
      <button type="button" className="btn btn-sm" onClick={again}>
        {t("common.tryAgain")}
      </button>
    </div>
  );
}

function Skeleton() {
  return [1, 2, 3].map((number) => <div key={number} aria-hidden="true" className="skeleton h-18" />);
}
