import { Hash, Plus, Settings, ShieldCheck, TextSearch, UserRoundPlus, UsersRound } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link, NavLink, useMatch, useNavigate } from "react-router";
import { ConversationList } from "~/features/conversations/ConversationList";
import { selectDirectWith } from "~/features/messages/slice";
import { selectReceived } from "~/features/people/slice";
import { selectMe } from "~/features/session/slice";
import { Logo } from "~/ui/Logo";
import { Menu } from "~/ui/Menu";
import { SearchBox } from "~/ui/SearchBox";
import { useTwoPanes } from "~/ui/use-wide";
import { SEARCH_ID } from "./Shortcuts";
import type { RootState } from "./store";

const PeopleResults = lazy(() =>
  import("~/features/people/PeopleResults").then(({ PeopleResults: Results }) => ({ default: Results })),
);

export function Sidebar({ hiddenWhenNarrow }: { hiddenWhenNarrow: boolean }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const toUserId = useMatch("/chat/:toUserId")?.params.toUserId ?? null;
  const conversationId = useMatch("/c/:conversationId/*")?.params.conversationId;
  const direct = useSelector((state: RootState) => selectDirectWith(state, toUserId)?.id);
  const requests = useSelector((state: RootState) => selectReceived(state).length);
  const admin = useSelector((state: RootState) => selectMe(state)?.admin);
  const navigate = useNavigate();
  // On a phone the list is a page of its own.
  const alone = !useTwoPanes() && !hiddenWhenNarrow;
  const go = (to: string) => () => void navigate(to);
  return (
    <section
      id="chats-and-people"
      role={alone ? "main" : "complementary"}
      aria-label={t("app.chatsAndPeople")}
      className={`w-full shrink-0 flex-col border-base-300 bg-base-100 md:flex md:w-80 md:border-e lg:w-96 ${
        hiddenWhenNarrow ? "hidden" : "flex"
      }`}
    >
      {alone && <h1 className="sr-only">{t("app.chatsAndPeople")}</h1>}
      <header className="flex h-16 shrink-0 items-center gap-1 px-4">
        <Link to="/chat" className="me-auto flex items-center gap-2 rounded-field" aria-label={t("app.home")}>
          <Logo />
          <span className="text-xl font-bold tracking-tight">Linnet</span>
        </Link>
        <Menu
          label={t("groups.new")}
          Icon={Plus}
          items={[
            { text: t("groups.newGroup"), Icon: UsersRound, onChoose: go("/new/group") },
            { text: t("groups.newChannel"), Icon: Plus, onChoose: go("/new/channel") },
            { text: t("groups.browse"), Icon: Hash, onChoose: go("/channels") },
          ]}
        />
        <NavLink
          to="/people"
          title={t("common.findPeople")}
          className="btn btn-circle btn-ghost btn-sm relative aria-[current=page]:bg-accent"
        >
          <UserRoundPlus aria-hidden="true" className="size-5" />
          <span className="sr-only">{t("common.findPeople")}</span>
          {requests > 0 && (
            <span className="badge badge-secondary badge-xs absolute -end-1.5 -top-1 font-bold">
              <span aria-hidden="true">{requests > 99 ? "99+" : requests}</span>
              <span className="sr-only">{t("people.requestCount", { count: requests })}</span>
            </span>
          )}
        </NavLink>
        {admin && (
          <NavLink
            to="/admin"
            aria-label={t("admin.title")}
            title={t("admin.title")}
            className="btn btn-circle btn-ghost btn-sm aria-[current=page]:bg-accent"
          >
            <ShieldCheck aria-hidden="true" className="size-5" />
          </NavLink>
        )}
        <NavLink
          to="/settings"
          aria-label={t("app.settings")}
          title={t("app.settings")}
          className="btn btn-circle btn-ghost btn-sm aria-[current=page]:bg-accent"
        >
          <Settings aria-hidden="true" className="size-5" />
        </NavLink>
      </header>
      <div className="flex items-center gap-1 px-3 pb-2">
        <SearchBox id={SEARCH_ID} label={t("chats.search")} value={query} onChange={setQuery} />
        <NavLink
          to="/search"
          aria-label={t("chats.searchMessages")}
          title={t("chats.searchMessages")}
          className="btn btn-circle btn-ghost btn-sm aria-[current=page]:bg-accent"
        >
          <TextSearch aria-hidden="true" className="size-5" />
        </NavLink>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto pb-4">
        <ConversationList filter={query} current={conversationId ?? direct} />
        {query.trim() !== "" && (
          <>
            <Link
              to={`/search?${new URLSearchParams({ q: query.trim() })}`}
              className="mx-2 flex items-center gap-3 rounded-box px-3 py-2 text-sm hover:bg-base-200"
              onClick={() => setQuery("")}
            >
              <TextSearch aria-hidden="true" className="size-5 shrink-0 opacity-70" />
              <span className="truncate">
                {t("chats.searchMessages")}: <bdi className="font-semibold">{query.trim()}</bdi>
              </span>
            </Link>
            <Suspense>
              <PeopleResults query={query} onChosen={() => setQuery("")} />
            </Suspense>
          </>
        )}
      </div>
    </section>
  );
}
