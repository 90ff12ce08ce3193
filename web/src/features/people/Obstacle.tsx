import { useTranslation } from "react-i18next";
import type { User } from "~/contract";
import { RelationButtons } from "./RelationButtons";
import type { Obstacle as State } from "./slice";

const SENTENCES = {
  none: "people.whyNone",
  requested: "people.whyRequested",
  received: "people.whyReceived",
  blocked: "people.whyBlocked",
} as const;

/** Stands where one would write: why one cannot, and what to do about it. */
export function Obstacle({ user, state }: { user: User; state: State }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col items-center gap-3 text-center">
      <p role="status" className="text-quiet max-w-sm text-sm text-balance">
        {t(SENTENCES[state], { name: user.displayName })}
      </p>
      <RelationButtons user={user} state={state} centred />
    </div>
  );
}
