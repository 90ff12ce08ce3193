import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { UpdateConversation } from "~/contract";
import { LIMITS } from "~/contract";
import type { Chat } from "~/features/messages/slice";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Dialog } from "~/ui/Dialog";
import { Field } from "~/ui/Field";
import { useAttempt } from "~/use-attempt";
import { PostingChoice } from "./PostingChoice";
import { editGroup } from "./requests";

/** Title, topic and who may write. Only what was changed here is sent: what others change meanwhile stays. */
export function EditDialog({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const { attempt, busy, error } = useAttempt();
  const [before] = useState({ title: chat.title ?? "", topic: chat.topic ?? "", posting: chat.posting });
  const [title, setTitle] = useState(before.title);
  const [topic, setTopic] = useState(before.topic);
  const [posting, setPosting] = useState(before.posting);
  const untitled = title.trim() === "";

  async function save(event: FormEvent) {
    event.preventDefault();
    if (untitled) return;
    const change: UpdateConversation = {};
    if (title.trim() !== before.title) change.title = title;
    if (topic.trim() !== before.topic) change.topic = topic;
    if (posting !== before.posting) change.posting = posting;
    const changed = Object.keys(change).length > 0;
    const saved = await attempt(async () => changed && dispatch(editGroup(chat.id, change)));
    if (saved) onClose();
  }

  return (
    <Dialog
      title={t(chat.kind === "channel" ? "groups.editChannel" : "groups.editGroup")}
      onClose={onClose}
      wide
    >
      <form onSubmit={save} noValidate className="flex flex-col gap-5 pt-4">
        <Field
          label={t("groups.title")}
          value={title}
          maxLength={LIMITS.titleChars[1]}
          autoComplete="off"
          error={untitled ? t("groups.titleMissing") : undefined}
          onChange={(event) => setTitle(event.target.value)}
        />
        <Field
          label={t("groups.topic")}
          hint={t("groups.topicHint")}
          value={topic}
          maxLength={LIMITS.topicChars}
          autoComplete="off"
          onChange={(event) => setTopic(event.target.value)}
        />
        <PostingChoice value={posting} onChange={setPosting} />
        {error && <Alert kind="error">{error}</Alert>}
        <div className="flex flex-wrap justify-end gap-2">
          <button type="button" className="btn" onClick={onClose}>
            {t("common.cancel")}
          </button>
          <button type="submit" className="btn btn-primary" disabled={busy || untitled}>
            {t("settings.save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
