import { Settings, UserRoundPlus } from "lucide-react";
import { useState } from "react";
import { useSelector } from "react-redux";
import { Link, useMatch } from "react-router";
import { ConversationList } from "~/features/conversations/ConversationList";
import { selectDirectWith } from "~/features/messages/slice";
import { PeopleResults } from "~/features/people/PeopleResults";
import { Logo } from "~/ui/Logo";
import { SearchBox } from "~/ui/SearchBox";
import type { RootState } from "./store";

export function Sidebar({ hiddenWhenNarrow }: { hiddenWhenNarrow: boolean }) {
  const [query, setQuery] = useState("");
  const toUserId = useMatch("/chat/:toUserId")?.params.toUserId ?? null;
  const conversationId = useMatch("/c/:conversationId")?.params.conversationId;
  const direct = useSelector((state: RootState) => selectDirectWith(state, toUserId)?.id);
  return (
    <aside
      aria-label="Chats and people"
      className={`w-full shrink-0 flex-col border-base-300 bg-base-100 md:flex md:w-80 md:border-r lg:w-96 ${
        hiddenWhenNarrow ? "hidden" : "flex"
      }`}
    >
      <header className="flex h-16 shrink-0 items-center gap-1 px-4">
        <Link to="/chat" className="mr-auto flex items-center gap-2 rounded-field" aria-label="Linnet, home">
          <Logo />
          <span className="text-xl font-bold tracking-tight">Linnet</span>
        </Link>
        <Link
          to="/people"
          aria-label="Find people"
          title="Find people"
          className="btn btn-circle btn-ghost btn-sm"
        >
          <UserRoundPlus aria-hidden="true" className="size-5" />
        </Link>
        <Link
          to="/settings"
          aria-label="Settings"
          title="Settings"
          className="btn btn-circle btn-ghost btn-sm"
        >
          <Settings aria-hidden="true" className="size-5" />
        </Link>
      </header>
      <div className="px-3 pb-2">
        <SearchBox label="Search people and chats" value={query} onChange={setQuery} />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto pb-4">
        <ConversationList filter={query} current={conversationId ?? direct} />
        <PeopleResults query={query} onChosen={() => setQuery("")} />
      </div>
    </aside>
  );
}
