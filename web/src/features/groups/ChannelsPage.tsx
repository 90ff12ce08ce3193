import { Megaphone } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { Channel } from "~/contract";
import { sentenceOf } from "~/failure";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Avatar } from "~/ui/Avatar";
import { Page } from "~/ui/Page";
import { SearchBox } from "~/ui/SearchBox";
import { useAttempt } from "~/use-attempt";
import { joinChannel, loadChannels } from "./requests";

const PAUSE_MS = 250;

/** `/channels`: what there is to join. */
export default function ChannelsPage() {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const { channels, loaded, error, more, retry } = useChannels(query.trim());
  const none = loaded && channels.length === 0 && !error;
  return (
    <Page title={t("groups.channels")}>
      <SearchBox label={t("groups.findChannels")} value={query} onChange={setQuery} autoFocus />
      <p role="status" className="sr-only">
        {loaded && t("groups.channelCount", { count: channels.length })}
      </p>
      {!loaded && !error && (
        <div role="status" className="flex flex-col gap-3">
          <span className="sr-only">{t("common.loading")}</span>
          {[1, 2, 3].map((number) => (
            <div key={number} aria-hidden="true" className="skeleton h-16" />
          ))}
        </div>
      )}
      {none && (
        <div className="text-quiet flex flex-col items-center gap-3 py-12 text-center">
          <Megaphone aria-hidden="true" className="size-10 opacity-60" strokeWidth={1.5} />
          <p className="max-w-xs text-balance">
            {t(query.trim() === "" ? "groups.noChannels" : "groups.noSuchChannel")}
          </p>
          <Link to="/new/channel" className="btn btn-sm btn-primary">
            {t("groups.newChannel")}
          </Link>
        </div>
      )}
      <ul className="-mx-3 flex flex-col gap-1">
        {channels.map((channel) => (
          <li key={channel.id}>
            <Row channel={channel} />
          </li>
        ))}
      </ul>
      {error && (
        <div className="flex flex-col items-center gap-3">
          <Alert kind="error">{error}</Alert>
          <button type="button" className="btn btn-sm" onClick={retry}>
            {t("common.tryAgain")}
          </button>
        </div>
      )}
      {more && !error && (
        <button type="button" className="btn btn-sm self-center" onClick={more}>
          {t("common.more")}
        </button>
      )}
    </Page>
  );
}

interface Found {
  /** The question that this answers. */
  of: string | null;
  channels: Channel[];
  next: string | undefined;
}

function useChannels(query: string) {
  const dispatch = useAppDispatch();
  const [found, setFound] = useState<Found>({ of: null, channels: [], next: undefined });
  const [error, setError] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is the reason to ask again
  useEffect(() => {
    let stale = false;
    setError(null);
    const timer = setTimeout(
      async () => {
        try {
          const { channels, nextCursor } = await dispatch(loadChannels(query));
          if (!stale) setFound({ of: query, channels, next: nextCursor });
        } catch (failure) {
          if (!stale) setError(sentenceOf(failure));
        }
      },
      query === "" ? 0 : PAUSE_MS,
    );
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [dispatch, query, attempt]);

  async function more(cursor: string) {
    setError(null);
    try {
      const { channels, nextCursor } = await dispatch(loadChannels(query, cursor));
      setFound((before) => {
        // Somebody asked for something else meanwhile, or twice for this page.
        if (before.of !== query || before.next !== cursor) return before;
        return { of: query, channels: [...before.channels, ...channels], next: nextCursor };
      });
    } catch (failure) {
      setError(sentenceOf(failure));
    }
  }

  const { next } = found;
  return {
    channels: found.channels,
    loaded: found.of === query,
    error,
    more: next === undefined || found.of !== query ? undefined : () => void more(next),
    retry: () => setAttempt((before) => before + 1),
  };
}

function Row({ channel }: { channel: Channel }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const navigate = useNavigate();
  const { attempt, busy, error } = useAttempt();
  const { id, title, topic, avatarUrl, memberCount, joined } = channel;
  const join = () =>
    attempt(async () => {
      await dispatch(joinChannel(id));
      await navigate(`/c/${id}`);
    });
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-box px-3 py-2.5 hover:bg-base-300/50">
      <Avatar name={title} seed={id} url={avatarUrl} />
      <div className="min-w-40 flex-1">
        <h2 className="truncate font-semibold">
          <bdi>{title}</bdi>
        </h2>
        <p className="text-quiet line-clamp-2 text-sm wrap-anywhere">
          {t("chats.members", { count: memberCount })}
          {topic && (
            <>
              {" · "}
              <bdi>{topic}</bdi>
            </>
          )}
        </p>
      </div>
      {joined ? (
        <Link to={`/c/${id}`} className="btn btn-sm border-base-300 bg-base-100">
          {t("groups.open")} <span className="sr-only">{title}</span>
        </Link>
      ) : (
        <button type="button" className="btn btn-sm btn-primary" disabled={busy} onClick={join}>
          {t("groups.join")} <span className="sr-only">{title}</span>
        </button>
      )}
      {error && (
        <div className="w-full">
          <Alert kind="error">{error}</Alert>
        </div>
      )}
    </div>
  );
}
