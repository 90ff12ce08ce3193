import { ArrowLeft, LogOut, Pencil, Trash2, X } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link, Navigate, useNavigate, useParams } from "react-router";
import { sentenceOf } from "~/failure";
import { type Chat, type MessagesRoot, may, selectChat } from "~/features/messages/slice";
import { selectMe } from "~/features/session/slice";
import { useAppDispatch } from "~/hooks";
import { Avatar } from "~/ui/Avatar";
import { Confirm } from "~/ui/Confirm";
import { PictureChoice } from "~/ui/PictureChoice";
import { useThreePanes } from "~/ui/use-wide";
import { useAttempt } from "~/use-attempt";
import { EditDialog } from "./EditDialog";
import { InviteLinks } from "./InviteLinks";
import { MemberList } from "./MemberList";
import { deleteGroup, leaveGroup, removeGroupPicture, setGroupPicture } from "./requests";

/** `/c/:conversationId/details`: what a group is and who is in it. Beside the messages, or in their place on a narrow screen. */
export default function DetailsPane() {
  const { conversationId = null } = useParams();
  const chat = useSelector((state: MessagesRoot) => selectChat(state, conversationId));
  const me = useSelector((state: MessagesRoot) => selectMe(state)?.id);
  if (!chat || !me) return null;
  if (chat.kind === "direct") return <Navigate to={`/c/${chat.id}`} replace />;
  return <Details key={chat.id} chat={chat} me={me} />;
}

function Details({ chat, me }: { chat: Chat; me: string }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const [editing, setEditing] = useState(false);
  const id = useId();
  const title = chat.title ?? t("chats.untitled");
  const channel = chat.kind === "channel";
  // Where it takes the place of the conversation it is what the page is about.
  const [Heading, Name] = useThreePanes() ? (["h2", "h3"] as const) : (["h1", "h2"] as const);
  return (
    <aside
      aria-labelledby={id}
      className="flex min-h-0 min-w-0 flex-1 flex-col border-base-300 bg-base-200 xl:w-96 xl:flex-none xl:border-s"
    >
      <header className="flex h-16 shrink-0 items-center gap-2 border-b border-base-300 bg-base-100 px-3">
        <Link
          to={`/c/${chat.id}`}
          aria-label={t("groups.backToMessages")}
          className="btn btn-circle btn-ghost btn-sm xl:hidden"
        >
          <ArrowLeft aria-hidden="true" className="size-5 rtl:-scale-x-100" />
        </Link>
        <Heading id={id} className="min-w-0 flex-1 truncate text-lg font-semibold">
          {t(channel ? "groups.channelDetails" : "groups.groupDetails")}
        </Heading>
        <Link
          to={`/c/${chat.id}`}
          aria-label={t("groups.closeDetails")}
          className="btn btn-circle btn-ghost btn-sm hidden xl:inline-flex"
        >
          <X aria-hidden="true" className="size-5" />
        </Link>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex w-full max-w-xl flex-col gap-4 p-4">
          <section className="flex flex-col items-center gap-3 rounded-box border border-base-300 bg-base-100 p-5 text-center">
            <Avatar name={title} seed={chat.id} url={chat.avatarUrl} size="large" />
            <div className="max-w-full">
              <Name className="text-lg font-semibold wrap-anywhere">
                <bdi>{title}</bdi>
              </Name>
              <p className="text-quiet text-sm">{t("chats.members", { count: chat.memberCount })}</p>
            </div>
            {chat.topic !== null && (
              <p className="max-w-full text-sm wrap-anywhere">
                <bdi>{chat.topic}</bdi>
              </p>
            )}
            {chat.posting === "admins" && <p className="text-quiet text-sm">{t("groups.adminsWrite")}</p>}
            {may(chat, me, "edit") && (
              <>
                <PictureChoice
                  className="justify-center"
                  present={chat.avatarUrl !== null}
                  onSet={(picture, onProgress) => dispatch(setGroupPicture(chat.id, picture, onProgress))}
                  onRemove={() => dispatch(removeGroupPicture(chat.id))}
                  sentenceOf={sentenceOf}
                />
                <button type="button" className="btn btn-sm" onClick={() => setEditing(true)}>
                  <Pencil aria-hidden="true" className="size-4" />
                  {t("groups.edit")}
                </button>
              </>
            )}
          </section>
          <MemberList chat={chat} me={me} />
          {may(chat, me, "invite") && <InviteLinks chat={chat} />}
          <Leaving chat={chat} me={me} title={title} />
        </div>
      </div>
      {editing && <EditDialog chat={chat} onClose={() => setEditing(false)} />}
    </aside>
  );
}

function Leaving({ chat, me, title }: { chat: Chat; me: string; title: string }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const navigate = useNavigate();
  const { attempt, busy, error, setError } = useAttempt();
  const [asking, setAsking] = useState<"leave" | "delete" | null>(null);
  const channel = chat.kind === "channel";
  const alone = chat.memberCount === 1;

  const ask = (what: "leave" | "delete") => {
    setError(null);
    setAsking(what);
  };
  function sure() {
    void attempt(async () => {
      await dispatch(asking === "delete" ? deleteGroup(chat.id) : leaveGroup(chat.id, me));
      await navigate("/chat", { replace: true });
    });
  }

  const texts: Record<"leave" | "delete", { title: string; text: ReactNode; action: string }> = {
    leave: {
      title: t("groups.leaveTitle", { title }),
      text: t(alone ? "groups.leaveLast" : channel ? "groups.leaveChannelText" : "groups.leaveText"),
      action: t("groups.leave"),
    },
    delete: {
      title: t("groups.deleteTitle", { title }),
      text: t("groups.deleteText"),
      action: t("groups.delete"),
    },
  };
  return (
    <div className="flex flex-wrap gap-2 pb-4">
      {may(chat, me, "leave") && (
        <button
          type="button"
          className="btn btn-sm border-error/50 text-error hover:bg-error/10"
          onClick={() => ask("leave")}
        >
          <LogOut aria-hidden="true" className="size-4 rtl:-scale-x-100" />
          {t("groups.leave")}
        </button>
      )}
      {may(chat, me, "delete") && (
        <button
          type="button"
          className="btn btn-sm border-error/50 text-error hover:bg-error/10"
          onClick={() => ask("delete")}
        >
          <Trash2 aria-hidden="true" className="size-4" />
          {t("groups.delete")}
        </button>
      )}
      {asking && (
        <Confirm
          title={texts[asking].title}
          action={texts[asking].action}
          dangerous
          busy={busy}
          error={error}
          onConfirm={sure}
          onClose={() => setAsking(null)}
        >
          {texts[asking].text}
        </Confirm>
      )}
    </div>
  );
}
