import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Member, Sequence } from "~/contract";
import { Avatar } from "~/ui/Avatar";
import { Dialog } from "~/ui/Dialog";
import type { Chat } from "./slice";

interface ReadByProps {
  chat: Chat;
  me: string;
  sequence: Sequence;
  onClose: () => void;
}

/** How far a message has come with each of the others. */
export default function ReadBy({ chat, me, sequence, onClose }: ReadByProps) {
  const { t } = useTranslation();
  const others = chat.members.filter(({ userId }) => userId !== me);
  const read = others.filter((member) => member.read >= sequence);
  const delivered = others.filter((member) => member.read < sequence && member.delivered >= sequence);
  const waiting = others.filter((member) => member.delivered < sequence);
  return (
    <Dialog title={t("groups.readBy")} onClose={onClose}>
      <div className="flex max-h-[60dvh] flex-col gap-4 overflow-y-auto py-4">
        <People title={t("groups.readNames")} people={read} />
        <People title={t("groups.deliveredNames")} people={delivered} />
        <People title={t("groups.sentNames")} people={waiting} />
        <p className="text-quiet text-sm">{t("groups.readNote")}</p>
      </div>
      <div className="flex justify-end">
        <button type="button" className="btn" onClick={onClose}>
          {t("common.close")}
        </button>
      </div>
    </Dialog>
  );
}

function People({ title, people }: { title: string; people: Member[] }) {
  const id = useId();
  if (people.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="text-quiet pb-1 text-xs font-semibold tracking-wide uppercase">
        {title}
      </h3>
      <ul className="flex flex-col gap-1.5">
        {people.map(({ userId, displayName, avatarUrl }) => (
          <li key={userId} className="flex items-center gap-3">
            <Avatar name={displayName} seed={userId} url={avatarUrl} size="small" />
            <bdi className="min-w-0 truncate text-sm">{displayName}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}
