import { ArrowDown } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Virtuoso, type VirtuosoHandle } from "react-virtuoso";
import { discard, type OutboxItem, retry } from "~/features/outbox/slice";
import { type ReceiptsRoot, readHere, seen, selectUnread } from "~/features/receipts/slice";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { MessageRow } from "./MessageRow";
import { type Row, rowsOf } from "./rows";
import { type Chat, titleOf, windowOf } from "./slice";
import { type History, useHistory } from "./use-history";
import { useLooking } from "./use-looking";
import { useStayAtEnd } from "./use-stay-at-end";

interface MessageListProps {
  chat: Chat;
  pending: OutboxItem[];
  me: string;
}

/** The messages of one conversation. It is mounted anew for each, so that nothing of one is ever seen in another. */
export function MessageList({ chat, pending, me }: MessageListProps) {
  const readAtOpening = useSelector((state: ReceiptsRoot) => readHere(state, chat));
  const [readBefore] = useState(() => (readAtOpening < chat.lastSequence ? readAtOpening : null));
  const history = useHistory(chat, readBefore ?? chat.lastSequence);
  const rows = useMemo(
    () => rowsOf({ messages: windowOf(chat), pending, members: chat.members, me, readBefore }),
    [chat, pending, me, readBefore],
  );

  if (!history.loaded) {
    return (
      <div className="grid min-h-0 flex-1 place-items-center p-6">
        {history.error ? <Failed history={history} /> : <Skeleton />}
      </div>
    );
  }
  return <Rows key={chat.generation} chat={chat} rows={rows} history={history} me={me} />;
}

function Rows({ chat, rows, history, me }: { chat: Chat; rows: Row[]; history: History; me: string }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const list = useRef<VirtuosoHandle>(null);
  // Unknown until the list has measured itself: what is below the screen is not read yet.
  const [atBottom, setAtBottom] = useState<boolean | null>(null);
  const looking = useLooking();
  const unread = useSelector((state: ReceiptsRoot) => selectUnread(state, chat));
  const first = chat.from;
  const shown = useRef(rows);
  shown.current = rows;

  const see = useCallback(
    (sequence: number | undefined) => {
      if (sequence !== undefined) dispatch(seen({ conversationId: chat.id, sequence }));
    },
    [dispatch, chat.id],
  );

  useEffect(() => {
    if (looking && atBottom && chat.to > 0 && unread > 0) see(chat.to);
  }, [looking, atBottom, chat.to, unread, see]);

  const { scroller, stay } = useStayAtEnd();

  // Whoever writes wants to see what they wrote.
  const newestPending = rows.findLast((row) => row.sequence === undefined)?.key;
  const before = useRef(newestPending);
  useEffect(() => {
    if (newestPending !== undefined && newestPending !== before.current) {
      list.current?.scrollToIndex({ index: "LAST", align: "end" });
    }
    before.current = newestPending;
  }, [newestPending]);

  const [initial] = useState(() => {
    const divider = rows.findIndex((row) => row.beginsUnread);
    return divider >= 0
      ? ({ index: divider, align: "center" } as const)
      : ({ index: "LAST", align: "end" } as const);
  });

  const onRetry = useCallback((tempId: string) => void dispatch(retry(tempId)), [dispatch]);
  const onDiscard = useCallback((tempId: string) => void dispatch(discard(tempId)), [dispatch]);
  const showNames = chat.kind !== "direct";

  return (
    <div className="relative min-h-0 flex-1">
      <div
        role="log"
        aria-label={t("messages.with", { name: titleOf(chat, me) })}
        aria-live="off"
        className="h-full"
      >
        <Virtuoso
          ref={list}
          className="h-full overflow-x-hidden overscroll-contain"
          data={rows}
          firstItemIndex={first}
          initialTopMostItemIndex={initial}
          computeItemKey={(_, row) => row.key}
          followOutput={(bottom) => (bottom ? "auto" : false)}
          alignToBottom
          atBottomThreshold={60}
          atBottomStateChange={setAtBottom}
          scrollerRef={scroller}
          totalListHeightChanged={stay}
          startReached={() => history.older && !history.error && history.loadOlder()}
          rangeChanged={({ endIndex }) => {
            if (document.visibilityState === "visible" && document.hasFocus()) {
              see(shown.current[endIndex - first]?.sequence);
            }
          }}
          components={{ Header: ListHeader, Footer: ListFooter }}
          context={{ history, empty: rows.length === 0 }}
          itemContent={(_, row) => (
            <MessageRow row={row} showNames={showNames} onRetry={onRetry} onDiscard={onDiscard} />
          )}
        />
      </div>
      {atBottom === false && (
        <button
          type="button"
          onClick={() => list.current?.scrollToIndex({ index: "LAST", align: "end" })}
          className="btn btn-circle absolute end-4 bottom-3 border-base-300 bg-base-100 shadow-md"
          aria-label={unread > 0 ? t("messages.jumpNew", { count: unread }) : t("messages.jump")}
        >
          <ArrowDown aria-hidden="true" className="size-5" />
          {unread > 0 && (
            <span className="badge badge-secondary badge-sm absolute inset-x-0 -top-2 mx-auto w-fit font-semibold">
              {unread > 99 ? "99+" : unread}
            </span>
          )}
        </button>
      )}
      <Announcer rows={rows} />
    </div>
  );
}

/** Reads out what arrives while the conversation is open, and nothing else: not history, not one's own. */
function Announcer({ rows }: { rows: Row[] }) {
  const newest = rows.findLast((row) => !row.mine && row.sequence !== undefined);
  const [since] = useState(newest?.sequence ?? 0);
  const fresh = newest?.sequence !== undefined && newest.sequence > since ? newest : undefined;
  return (
    <p className="sr-only" aria-live="polite">
      {fresh && `${fresh.name}: ${fresh.text}`}
    </p>
  );
}

interface ListContext {
  context?: { history: History; empty: boolean };
}

function ListHeader({ context }: ListContext) {
  const { t } = useTranslation();
  if (!context) return null;
  const { history, empty } = context;
  return (
    <div className="grid place-items-center px-4 pt-4 pb-1 text-sm">
      {history.error ? (
        <Failed history={history} />
      ) : history.older ? (
        <span
          className="loading loading-dots loading-sm opacity-60"
          role="img"
          aria-label={t("messages.loadingOlder")}
        />
      ) : (
        !empty && <p className="text-quiet">{t("messages.begin")}</p>
      )}
    </div>
  );
}

const ListFooter = () => <div className="h-3" />;

function Failed({ history }: { history: History }) {
  const { t } = useTranslation();
  return (
    <div className="flex max-w-sm flex-col items-center gap-3">
      <Alert kind="error">{history.error}</Alert>
      <button type="button" className="btn btn-sm" onClick={history.retry}>
        {t("common.tryAgain")}
      </button>
    </div>
  );
}

function Skeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" className="flex w-full max-w-3xl flex-col gap-3 self-end">
      <span className="sr-only">{t("messages.loading")}</span>
      {["w-2/5", "w-3/5", "w-1/4 self-end", "w-1/2 self-end", "w-1/3"].map((width) => (
        <div key={width} aria-hidden="true" className={`skeleton h-11 rounded-2xl ${width}`} />
      ))}
    </div>
  );
}
