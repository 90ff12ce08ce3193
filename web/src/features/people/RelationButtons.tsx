import { Check, UserRoundPlus, X } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ConnectionState, User } from "~/contract";
import { Alert } from "~/ui/Alert";
import type { Change } from "./slice";
import { useChange } from "./use-change";

interface Choice {
  what: Change;
  text: "ask" | "cancel" | "accept" | "decline" | "unblock";
  Icon?: typeof Check;
  primary?: boolean;
}

/** What one can do at once; ending a connection and blocking are in the menu. */
const CHOICES: Record<ConnectionState, Choice[]> = {
  none: [{ what: "ask", text: "ask", Icon: UserRoundPlus, primary: true }],
  requested: [{ what: "end", text: "cancel" }],
  received: [
    { what: "accept", text: "accept", Icon: Check, primary: true },
    { what: "end", text: "decline", Icon: X },
  ],
  accepted: [],
  blocked: [{ what: "unblock", text: "unblock" }],
};

interface RelationButtonsProps {
  user: User;
  state: ConnectionState;
  centred?: boolean;
}

/** The next step between this user and somebody. Each button says to whom, for those who hear only the button. */
export function RelationButtons({ user, state, centred = false }: RelationButtonsProps) {
  const { t } = useTranslation();
  const { run, busy, error } = useChange(user);
  const frame = useRef<HTMLDivElement>(null);

  async function choose(what: Change) {
    // The button goes with the state that it belongs to, and the keyboard stays where it was.
    if ((await run(what)) && frame.current) frame.current.focus({ preventScroll: true });
  }

  return (
    <div
      ref={frame}
      tabIndex={-1}
      className={`flex flex-col gap-2 outline-none ${centred ? "items-center" : "items-end"}`}
    >
      <div className={`flex flex-wrap gap-2 ${centred ? "justify-center" : "justify-end"}`}>
        {CHOICES[state].map(({ what, text, Icon, primary }) => (
          <button
            key={text}
            type="button"
            className={`btn btn-sm ${primary ? "btn-primary" : "border-base-300 bg-base-100"}`}
            aria-disabled={busy}
            onClick={() => void choose(what)}
          >
            {Icon && <Icon aria-hidden="true" className="size-4" />}
            {t(`people.${text}`)} <span className="sr-only">{user.displayName}</span>
          </button>
        ))}
      </div>
      {error && <Alert kind="error">{error}</Alert>}
    </div>
  );
}
