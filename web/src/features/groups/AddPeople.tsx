import { type FormEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { User } from "~/contract";
import type { Chat } from "~/features/messages/slice";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Dialog } from "~/ui/Dialog";
import { useAttempt } from "~/use-attempt";
import { PeoplePicker } from "./PeoplePicker";
import { addMembers } from "./requests";

export function AddPeople({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const { attempt, busy, error } = useAttempt();
  const [people, setPeople] = useState<User[]>([]);
  const members = useMemo(() => new Set(chat.members.map(({ userId }) => userId)), [chat.members]);

  async function add(event: FormEvent) {
    event.preventDefault();
    if (people.length === 0) return;
    const added = await attempt(() =>
      dispatch(
        addMembers(
          chat.id,
          people.map(({ id }) => id),
        ),
      ),
    );
    if (added) onClose();
  }

  return (
    <Dialog title={t("groups.addTitle")} onClose={onClose} wide>
      <form onSubmit={add} className="flex flex-col gap-4 pt-4">
        <PeoplePicker
          label={t("groups.people")}
          chosen={people}
          onChange={setPeople}
          members={members}
          autoFocus
        />
        {error && <Alert kind="error">{error}</Alert>}
        <div className="flex flex-wrap justify-end gap-2">
          <button type="button" className="btn" onClick={onClose}>
            {t("common.cancel")}
          </button>
          <button type="submit" className="btn btn-primary" disabled={busy || people.length === 0}>
            {people.length === 0 ? t("groups.add") : t("groups.addCount", { count: people.length })}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
