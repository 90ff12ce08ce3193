import { TextSearch, X } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { type MessagesRoot, selectChat, titleOf } from "~/features/messages/slice";
import { selectMe } from "~/features/session/slice";
import { Page } from "~/ui/Page";
import { SearchBox } from "~/ui/SearchBox";
import { Filters } from "./Filters";
import { Results } from "./Results";
import { useQuestion } from "./use-question";

/** As many as the server takes. */
const WORDS_MOST = 200;

/** `/search`: what was written, in all conversations or in one. */
export default function SearchPage() {
  const { t } = useTranslation();
  const { text, setText, question, ask, everywhere } = useQuestion();
  const chat = useSelector((state: MessagesRoot) => selectChat(state, question.within));
  const me = useSelector((state: MessagesRoot) => selectMe(state)?.id);
  const id = useId();

  function insert(changed: string, from: number) {
    setText(changed);
    const box = document.getElementById(id);
    if (!(box instanceof HTMLInputElement)) return;
    box.focus();
    requestAnimationFrame(() => box.setSelectionRange(from, changed.length));
  }

  const title = chat ? titleOf(chat, me) : t("chats.untitled");
  return (
    <Page title={t("chats.searchMessages")}>
      <search className="flex flex-col gap-3">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            ask();
          }}
        >
          <SearchBox
            id={id}
            label={t(question.within === null ? "chats.searchMessages" : "chats.searchHere")}
            value={text}
            onChange={setText}
            autoFocus={question.words === ""}
            most={WORDS_MOST}
          />
        </form>
        {question.within !== null && (
          <p className="flex max-w-full items-center gap-1 self-start rounded-full bg-accent py-1 ps-3 pe-1 text-sm text-accent-content">
            <span className="truncate">
              {t("search.within")} <bdi className="font-semibold">{title}</bdi>
            </span>
            <button
              type="button"
              className="btn btn-circle btn-ghost btn-xs"
              aria-label={t("search.everywhere")}
              title={t("search.everywhere")}
              onClick={everywhere}
            >
              <X aria-hidden="true" className="size-4" />
            </button>
          </p>
        )}
        {question.words === "" && (
          <div className="text-quiet flex flex-col items-center gap-3 py-6 text-center">
            <TextSearch aria-hidden="true" className="size-10 opacity-60" strokeWidth={1.5} />
            <p className="max-w-sm text-balance">{t("search.hint")}</p>
          </div>
        )}
        <Filters
          text={text}
          within={question.within !== null}
          explained={question.words === ""}
          onInsert={insert}
        />
      </search>
      <Results question={question} />
    </Page>
  );
}
