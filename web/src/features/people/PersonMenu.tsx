import { Ban, Check, UserRoundMinus, UserRoundPlus, UserRoundX, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConnectionState, User } from "~/contract";
import { Alert } from "~/ui/Alert";
import { Dialog } from "~/ui/Dialog";
import { Menu, type MenuItem } from "~/ui/Menu";
import type { Change } from "./slice";
import { useChange } from "./use-change";

type Asking = "end" | "block";

/** Everything that one can do about somebody. What cannot be taken back with a click is asked about first. */
export function PersonMenu({ user, state }: { user: User; state: ConnectionState }) {
  const { t } = useTranslation();
  const { run, busy, error } = useChange(user);
  const [asking, setAsking] = useState<Asking | null>(null);
  const name = user.displayName;

  const at = (what: Change) => () => void run(what);
  const items: Record<ConnectionState, MenuItem[]> = {
    none: [{ text: t("people.ask"), Icon: UserRoundPlus, onChoose: at("ask") }],
    requested: [{ text: t("people.cancel"), Icon: X, onChoose: at("end") }],
    received: [
      { text: t("people.accept"), Icon: Check, onChoose: at("accept") },
      { text: t("people.decline"), Icon: X, onChoose: at("end") },
    ],
    accepted: [{ text: t("people.end"), Icon: UserRoundMinus, onChoose: () => setAsking("end") }],
    blocked: [{ text: t("people.unblock"), Icon: UserRoundX, onChoose: at("unblock") }],
  };
  const block: MenuItem = {
    text: t("people.block"),
    Icon: Ban,
    dangerous: true,
    onChoose: () => setAsking("block"),
  };

  async function sure(what: Asking) {
    if (await run(what)) setAsking(null);
  }

  return (
    <>
      {error && !asking && <Alert kind="error">{error}</Alert>}
      <Menu
        label={t("people.more", { name })}
        items={state === "blocked" ? items.blocked : [...items[state], block]}
      />
      {asking && (
        <Dialog
          title={t(asking === "block" ? "people.blockTitle" : "people.endTitle", { name })}
          onClose={() => setAsking(null)}
        >
          <p className="py-4">{t(asking === "block" ? "people.blockText" : "people.endText", { name })}</p>
          {error && (
            <div className="pb-4">
              <Alert kind="error">{error}</Alert>
            </div>
          )}
          <div className="flex flex-wrap justify-end gap-2">
            <button type="button" className="btn" onClick={() => setAsking(null)}>
              {t("common.cancel")}
            </button>
            <button type="button" className="btn btn-error" disabled={busy} onClick={() => void sure(asking)}>
              {t(asking === "block" ? "people.block" : "people.end")}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
