import { UserRoundPlus } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Member } from "~/contract";
import { type Chat, may } from "~/features/messages/slice";
import { Alert } from "~/ui/Alert";
import { Avatar } from "~/ui/Avatar";
import { SearchBox } from "~/ui/SearchBox";
import { AddPeople } from "./AddPeople";
import { MemberMenu } from "./MemberMenu";
import { useMembers } from "./use-members";

/** Below this number one sees them all. */
const SEARCH_FROM = 8;

export function MemberList({ chat, me }: { chat: Chat; me: string }) {
  const { t } = useTranslation();
  const id = useId();
  const [query, setQuery] = useState("");
  const [adding, setAdding] = useState(false);
  const { members, loading, error, more, retry } = useMembers(chat, query);
  const searching = query.trim() !== "";
  return (
    <section
      aria-labelledby={id}
      className="flex flex-col gap-3 rounded-box border border-base-300 bg-base-100 p-4"
    >
      <div className="flex items-center gap-2">
        <h3 id={id} className="flex-1 font-semibold">
          {t("groups.members")}
        </h3>
        {may(chat, me, "add") && (
          <button type="button" className="btn btn-sm btn-primary" onClick={() => setAdding(true)}>
            <UserRoundPlus aria-hidden="true" className="size-4" />
            {t("groups.add")}
          </button>
        )}
      </div>
      {(chat.memberCount >= SEARCH_FROM || searching) && (
        <SearchBox label={t("groups.findMembers")} value={query} onChange={setQuery} />
      )}
      <p role="status" className={searching && members.length === 0 ? "text-quiet text-sm" : "sr-only"}>
        {searching &&
          (loading && members.length === 0
            ? t("people.searching")
            : members.length === 0
              ? t("people.none")
              : t("people.found", { count: members.length }))}
      </p>
      <ul className="-mx-2 flex flex-col gap-0.5">
        {members.map((member) => (
          <li key={member.userId}>
            <Row chat={chat} me={me} member={member} />
          </li>
        ))}
      </ul>
      {loading && !searching && (
        <span role="status" className="self-center">
          <span className="sr-only">{t("common.loading")}</span>
          <span aria-hidden="true" className="loading loading-dots loading-sm opacity-60" />
        </span>
      )}
      {error && (
        <>
          <Alert kind="error">{error}</Alert>
          <button type="button" className="btn btn-sm self-center" onClick={retry}>
            {t("common.tryAgain")}
          </button>
        </>
      )}
      {more && !error && (
        <button type="button" className="btn btn-sm self-center" onClick={more}>
          {t("common.more")}
        </button>
      )}
      {adding && <AddPeople chat={chat} onClose={() => setAdding(false)} />}
    </section>
  );
}

function Row({ chat, me, member }: { chat: Chat; me: string; member: Member }) {
  const { t } = useTranslation();
  const { userId, displayName, username, avatarUrl, role } = member;
  return (
    <div className="flex items-center gap-3 rounded-box px-2 py-1.5 hover:bg-base-300/40">
      <Avatar name={displayName} seed={userId} url={avatarUrl} size="small" />
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium">
          <bdi>{displayName}</bdi>
          {userId === me && <span className="text-quiet"> ({t("messages.you")})</span>}
        </p>
        <p className="text-quiet truncate text-xs">
          <bdi>@{username}</bdi>
        </p>
      </div>
      {role !== "member" && (
        <span className="badge badge-sm border-base-300 bg-base-200 font-medium">
          {t(`groups.role.${role}`)}
        </span>
      )}
      <MemberMenu chat={chat} me={me} member={member} />
    </div>
  );
}
