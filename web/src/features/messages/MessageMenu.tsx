//! What one can do about a message. It comes apart from the page, when it is first wanted.
import {
  Copy,
  EyeOff,
  Link2,
  type LucideIcon,
  Pencil,
  Plus,
  Reply,
  SmilePlus,
  Trash2,
  Users,
} from "lucide-react";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Popup } from "~/ui/Popup";
import { EmojiGrid } from "./EmojiGrid";
import { QUICK } from "./emoji";
import type { Row } from "./rows";

export type Action = "reply" | "emoji" | "edit" | "copy" | "link" | "unread" | "who" | "delete";

interface MessageMenuProps {
  what: "actions" | "emoji";
  row: Row;
  me: string;
  anchor: DOMRect;
  /** What may be done about this message by this user. */
  actions: readonly Action[];
  onReact: (emoji: string, on: boolean) => void;
  onAct: (action: Action) => void;
  onClose: () => void;
}

const ICONS: Record<Action, LucideIcon> = {
  reply: Reply,
  emoji: SmilePlus,
  edit: Pencil,
  copy: Copy,
  link: Link2,
  unread: EyeOff,
  who: Users,
  delete: Trash2,
};

export default function MessageMenu(props: MessageMenuProps) {
  const { what, row, me, anchor, actions, onReact, onAct, onClose } = props;
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const emoji = actions.includes("emoji");

  function choose(chosen: string) {
    const own = row.message?.reactions?.some((it) => it.emoji === chosen && it.userIds.includes(me)) ?? false;
    onReact(chosen, !own);
    onClose();
  }

  const quick = emoji && (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a menu
    <div role="group" aria-label={t("messages.react")} className="flex gap-0.5 pb-1">
      {QUICK.map((it) => {
        const own = row.message?.reactions?.some(
          (reaction) => reaction.emoji === it && reaction.userIds.includes(me),
        );
        return (
          <button
            key={it}
            type="button"
            role="menuitemcheckbox"
            aria-checked={own ?? false}
            aria-label={it}
            data-roving
            tabIndex={-1}
            className={`grid size-9 cursor-pointer place-items-center rounded-full text-xl hover:bg-base-200 focus-visible:bg-base-200 ${own ? "bg-accent" : ""}`}
            onClick={() => choose(it)}
          >
            {it}
          </button>
        );
      })}
      <button
        type="button"
        role="menuitem"
        data-roving
        tabIndex={-1}
        aria-label={t("messages.moreEmoji")}
        title={t("messages.moreEmoji")}
        className="grid size-9 cursor-pointer place-items-center rounded-full hover:bg-base-200 focus-visible:bg-base-200"
        onClick={() => setAll(true)}
      >
        <Plus aria-hidden="true" className="size-5" />
      </button>
    </div>
  );

  if (all) {
    return (
      <Popup key="all" anchor={anchor} role="dialog" label={t("messages.react")} onClose={onClose}>
        <Suspense fallback={<div aria-busy="true" className="h-72 w-72 max-w-full" />}>
          <EmojiGrid onChoose={choose} />
        </Suspense>
      </Popup>
    );
  }
  return (
    <Popup anchor={anchor} role="menu" label={t("messages.actions")} onClose={onClose}>
      {quick}
      {what === "actions" && (
        <div className="flex min-w-48 flex-col">
          {actions
            .filter((action) => action !== "emoji")
            .map((action) => {
              const Icon = ICONS[action];
              return (
                <button
                  key={action}
                  type="button"
                  role="menuitem"
                  data-roving
                  tabIndex={-1}
                  className={`flex cursor-pointer items-center gap-2.5 rounded-field px-3 py-2 text-start text-sm hover:bg-base-200 focus-visible:bg-base-200 ${
                    action === "delete" ? "text-error" : ""
                  }`}
                  onClick={() => {
                    onClose();
                    onAct(action);
                  }}
                >
                  <Icon aria-hidden="true" className="size-4 shrink-0 rtl:-scale-x-100" />
                  {t(`messages.act.${action}`)}
                </button>
              );
            })}
        </div>
      )}
    </Popup>
  );
}
