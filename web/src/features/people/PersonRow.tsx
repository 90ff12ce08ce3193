import type { ReactNode } from "react";
import { Link } from "react-router";
import type { User } from "~/contract";
import { usePresence } from "~/features/presence/slice";
import { Avatar } from "~/ui/Avatar";

interface PersonRowProps {
  user: User;
  onChosen?: (() => void) | undefined;
  /** How one stands to them, in a few words. */
  note?: string | undefined;
  /** What one can do, beside the link to the chat with them. */
  children?: ReactNode;
}

/** Somebody in a list. */
export function PersonRow({ user, onChosen, note, children }: PersonRowProps) {
  const status = usePresence(user.id)?.status;
  return (
    <div className="flex flex-wrap items-center justify-end gap-x-2 rounded-box pe-3 hover:bg-base-300/50">
      <Link
        to={`/chat/${user.id}`}
        data-roving
        onClick={onChosen}
        className="flex min-w-44 flex-1 items-center gap-3 rounded-box py-2 ps-3"
      >
        <Avatar name={user.displayName} seed={user.id} url={user.avatarUrl} status={status} />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-semibold">
            <bdi>{user.displayName}</bdi>
          </span>
          <span className="text-quiet block truncate text-sm">
            <bdi>@{user.username}</bdi>
            {note && <span> · {note}</span>}
          </span>
        </span>
      </Link>
      {children && <div className="max-w-full py-1.5">{children}</div>}
    </div>
  );
}
