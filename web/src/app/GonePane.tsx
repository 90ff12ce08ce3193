import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { PendingList } from "~/features/messages/PendingList";
import type { Gone } from "~/features/messages/slice";
import type { OutboxItem } from "~/features/outbox/slice";
import { BackToChats } from "~/ui/Page";

interface GonePaneProps {
  gone: Gone;
  me: string;
  /** What was written there and did not get through: it is still somebody's text. */
  pending: OutboxItem[];
}

/** In place of a conversation that ended for this user while it was open. Late enough not to be seen by who leaves it. */
export default function GonePane({ gone, me, pending: written }: GonePaneProps) {
  const { t } = useTranslation();
  const pending = useMemo(() => written.filter(({ state }) => state !== "sent"), [written]);
  const title = gone.title ?? t("chats.untitled");
  return (
    <div className="bg-field fade-in-late flex min-h-0 flex-1 flex-col">
      <header className="flex h-16 shrink-0 items-center px-3 md:hidden">
        <BackToChats />
      </header>
      {pending.length > 0 && <PendingList pending={pending} me={me} />}
      <div className={`grid place-items-center p-6 ${pending.length > 0 ? "" : "flex-1"}`}>
        <div role="status" className="flex max-w-sm flex-col items-center gap-3 text-center">
          <h1 className="text-lg font-semibold wrap-anywhere">
            {t(gone.kind === "channel" ? "groups.goneChannel" : "groups.goneGroup", { title })}
          </h1>
          <p className="text-quiet text-sm text-balance">
            {t(pending.length > 0 ? "groups.gonePending" : "groups.goneText")}
          </p>
          <Link to="/chat" className="btn btn-primary">
            {t("common.backToChats")}
          </Link>
        </div>
      </div>
    </div>
  );
}
