import { Crown, MessageCircle, Shield, ShieldMinus, UserRoundMinus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Member, Role } from "~/contract";
import { type Chat, may } from "~/features/messages/slice";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Confirm } from "~/ui/Confirm";
import { Dialog } from "~/ui/Dialog";
import { Menu, type MenuItem } from "~/ui/Menu";
import { useAttempt } from "~/use-attempt";
import { removeMember, setRole } from "./requests";

const REMOVE = { owner: "removeOwner", admin: "removeAdmin", member: "removeMember" } as const;

/** What one may do about a member, and nothing that the server would refuse. */
export function MemberMenu({ chat, me, member }: { chat: Chat; me: string; member: Member }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const navigate = useNavigate();
  const { attempt, busy, error, setError } = useAttempt();
  const [asking, setAsking] = useState<"owner" | "remove" | "stepDown" | null>(null);
  const { userId, displayName: name, role } = member;
  const mine = userId === me;
  const ask = (what: typeof asking) => {
    setError(null);
    setAsking(what);
  };
  const make = (to: Role) => attempt(() => dispatch(setRole(chat.id, userId, to)));

  const items: MenuItem[] = [];
  if (!mine) {
    const onChoose = () => void navigate(`/chat/${userId}`);
    items.push({ text: t("groups.message"), Icon: MessageCircle, onChoose });
  }
  if (may(chat, me, "setRole")) {
    if (role === "member")
      items.push({ text: t("groups.makeAdmin"), Icon: Shield, onChoose: () => void make("admin") });
    if (role === "admin")
      items.push({ text: t("groups.makeMember"), Icon: ShieldMinus, onChoose: () => void make("member") });
    if (role !== "owner")
      items.push({ text: t("groups.makeOwner"), Icon: Crown, onChoose: () => ask("owner") });
    if (role === "owner" && mine)
      items.push({ text: t("groups.stepDown"), Icon: ShieldMinus, onChoose: () => ask("stepDown") });
    if (role === "owner" && !mine)
      items.push({ text: t("groups.makeAdmin"), Icon: Shield, onChoose: () => void make("admin") });
  }
  if (!mine && may(chat, me, REMOVE[role])) {
    const onChoose = () => ask("remove");
    items.push({ text: t("groups.remove"), Icon: UserRoundMinus, dangerous: true, onChoose });
  }
  if (items.length === 0) return null;

  async function sure() {
    const done =
      asking === "remove"
        ? await attempt(() => dispatch(removeMember(chat.id, userId)))
        : await make(asking === "owner" ? "owner" : "admin");
    if (done) setAsking(null);
  }

  const title = chat.title ?? t("chats.untitled");
  const questions = {
    owner: [t("groups.ownerTitle", { name }), t("groups.ownerText", { name }), t("groups.makeOwner")],
    remove: [t("groups.removeTitle", { name }), t("groups.removeText", { name, title }), t("groups.remove")],
    stepDown: [t("groups.stepDownTitle"), t("groups.stepDownText"), t("groups.stepDown")],
  } as const;
  const question = asking && questions[asking];
  return (
    <>
      <Menu label={t("groups.about", { name })} items={items} />
      {question && (
        <Confirm
          title={question[0]}
          action={question[2]}
          dangerous={asking === "remove"}
          busy={busy}
          error={error}
          onConfirm={() => void sure()}
          onClose={() => ask(null)}
        >
          {question[1]}
        </Confirm>
      )}
      {error && !asking && (
        <Dialog title={t("groups.notDone")} onClose={() => setError(null)}>
          <div className="py-4">
            <Alert kind="error">{error}</Alert>
          </div>
          <div className="flex justify-end">
            <button type="button" className="btn" onClick={() => setError(null)}>
              {t("common.close")}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
