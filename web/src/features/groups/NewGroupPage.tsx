import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Posting, User } from "~/contract";
import { LIMITS } from "~/contract";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Field } from "~/ui/Field";
import { Page } from "~/ui/Page";
import { useAttempt } from "~/use-attempt";
import { PeoplePicker } from "./PeoplePicker";
import { PostingChoice } from "./PostingChoice";
import { createGroup } from "./requests";

/** `/new/group` and `/new/channel`. */
export default function NewGroupPage({ kind }: { kind: "group" | "channel" }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const navigate = useNavigate();
  const { attempt, busy, error } = useAttempt();
  const [title, setTitle] = useState("");
  const [topic, setTopic] = useState("");
  const [posting, setPosting] = useState<Posting>("all");
  const [people, setPeople] = useState<User[]>([]);
  const [untitled, setUntitled] = useState(false);

  async function create(event: FormEvent) {
    event.preventDefault();
    if (title.trim() === "") {
      setUntitled(true);
      return;
    }
    await attempt(async () => {
      const memberIds = people.map(({ id }) => id);
      const { id } = await dispatch(createGroup({ kind, title, topic, posting, memberIds }));
      await navigate(`/c/${id}`, { replace: true });
    });
  }

  const channel = kind === "channel";
  return (
    <Page title={t(channel ? "groups.newChannel" : "groups.newGroup")}>
      <p className="text-quiet text-sm">{t(channel ? "groups.channelText" : "groups.groupText")}</p>
      <form onSubmit={create} noValidate className="flex flex-col gap-5">
        <Field
          label={t("groups.title")}
          value={title}
          maxLength={LIMITS.titleChars[1]}
          autoComplete="off"
          autoFocus
          error={untitled ? t("groups.titleMissing") : undefined}
          onChange={(event) => {
            setTitle(event.target.value);
            setUntitled(false);
          }}
        />
        <Field
          label={t("groups.topic")}
          hint={t("groups.topicHint")}
          value={topic}
          maxLength={LIMITS.topicChars}
          autoComplete="off"
          onChange={(event) => setTopic(event.target.value)}
        />
        <PeoplePicker label={t("groups.people")} chosen={people} onChange={setPeople} />
        <PostingChoice value={posting} onChange={setPosting} />
        {error && <Alert kind="error">{error}</Alert>}
        <button type="submit" className="btn btn-primary self-start" disabled={busy}>
          {busy && <span aria-hidden="true" className="loading loading-spinner loading-xs" />}
          {t(channel ? "groups.createChannel" : "groups.createGroup")}
        </button>
      </form>
    </Page>
  );
}
