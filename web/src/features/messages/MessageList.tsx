import { ArrowDown } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Virtuoso, type VirtuosoHandle } from "react-virtuoso";
import type { Sequence, UserId } from "~/contract";
import { LIMITS } from "~/contract";
import { type ChangesRoot, selectChanges } from "~/features/changes/slice";
import type { OutboxItem } from "~/features/outbox/slice";
import { type ReceiptsRoot, seen, selectUnread } from "~/features/receipts/slice";
import { useAppDispatch } from "~/hooks";
import { withItsTexts } from "~/i18n/i18n";
import { systemSentence } from "~/i18n/system-sentence";
import { Alert } from "~/ui/Alert";
import { inShort } from "~/ui/plain-text";
import { WINDOW_MOST } from "./chat";
import { MessageRow } from "./MessageRow";
import { type Row, rowsOf } from "./rows";
import { type Chat, messageAt, titleOf, windowGrew, windowOf } from "./slice";
import { type Beginning, type History, useHistory } from "./use-history";
import { useHoldPlace } from "./use-hold-place";
import { useLooking } from "./use-looking";
import { useMessageFocus } from "./use-message-focus";
import { useTools } from "./use-tools";

const ReadBy = lazy(() => withItsTexts(import("./ReadBy")));

interface MessageListProps {
  chat: Chat;
  pending: OutboxItem[];
  me: string;
  /** A message that an address names, and what tells one visit to that address from the next. */
  linked: { sequence: Sequence; visit: string } | null;
  /** One may write here. */
  writable: boolean;
}

/** The messages of one conversation. It is mounted anew for each, so that nothing of one is ever seen in another. */
export function MessageList({ chat, pending, me, linked, writable }: MessageListProps) {
  const unread = useSelector((state: ReceiptsRoot) => selectUnread(state, chat));
  const readAtOpening = chat.lastSequence - unread;
  const [readBefore] = useState(() => (readAtOpening < chat.lastSequence ? readAtOpening : null));
  const firstUnread = readBefore === null ? null : readBefore + 1;
  const history = useHistory(chat, linked?.sequence ?? null, firstUnread);
  const changes = useSelector((state: ChangesRoot) => selectChanges(state));
  const rows = useMemo(() => {
    // What is on its way stands at the end, which is not shown.
    const atEnd = chat.detached ? [] : pending;
    const at = (sequence: Sequence) => messageAt(chat, sequence);
    const messages = windowOf(chat);
    return rowsOf({ messages, pending: atEnd, members: chat.members, me, readBefore, changes, at });
  }, [chat, pending, me, readBefore, changes]);

  // The conversation is open already, and its address now names a message, or another one.
  const { jump } = history;
  const visit = useRef(linked?.visit);
  useEffect(() => {
    if (linked && linked.visit !== visit.current) jump(linked.sequence);
    visit.current = linked?.visit;
  }, [linked, jump]);

  // Whoever writes wants to see what they wrote.
  const newest = pending.at(-1)?.tempId;
  const before = useRef(newest);
  useEffect(() => {
    if (newest !== undefined && newest !== before.current && chat.detached) jump(null);
    before.current = newest;
  }, [newest, chat.detached, jump]);

  if (!history.loaded) {
    return (
      <div className="grid min-h-0 flex-1 place-items-center p-6">
        {history.error ? <Failed history={history} /> : <Skeleton />}
      </div>
    );
  }
  return <Rows key={chat.generation} {...{ chat, rows, history, me, writable }} />;
}

interface RowsProps {
  chat: Chat;
  rows: Row[];
  history: History;
  me: string;
  writable: boolean;
}

function Rows({ chat, rows, history, me, writable }: RowsProps) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const list = useRef<VirtuosoHandle>(null);
  // Unknown until the list has measured itself: what is below the screen is not read yet.
  const [atBottom, setAtBottom] = useState<boolean | null>(null);
  // Whoever reads down to the end comes there by reading: the list follows what comes later, not what was loaded below them.
  const [joined, setJoined] = useState(chat.detached ? null : 0);
  if (chat.detached !== (joined === null)) setJoined(chat.detached ? null : chat.to);
  const follows = joined !== null && chat.to > joined;
  const looking = useLooking();
  const unread = useSelector((state: ReceiptsRoot) => selectUnread(state, chat));
  const first = chat.from;
  const shown = useRef(rows);
  shown.current = rows;

  const { unreadFrom } = chat.settings;
  const see = useCallback(
    (sequence: number | undefined) => {
      if (sequence !== undefined) dispatch(seen({ conversationId: chat.id, sequence, unreadFrom }));
    },
    [dispatch, chat.id, unreadFrom],
  );

  useEffect(() => {
    if (looking && atBottom && chat.to > 0 && unread > 0) see(chat.to);
  }, [looking, atBottom, chat.to, unread, see]);

  const grown = atBottom === true && !chat.detached && chat.to - chat.from >= WINDOW_MOST * 2;
  useEffect(() => {
    if (grown) dispatch(windowGrew(chat.id));
  }, [grown, dispatch, chat.id]);

  const scroller = useHoldPlace(!chat.detached);

  // Whoever writes wants to see what they wrote.
  const newestPending = rows.findLast((row) => row.sequence === undefined)?.key;
  const before = useRef(newestPending);
  useEffect(() => {
    if (newestPending !== undefined && newestPending !== before.current) {
      list.current?.scrollToIndex({ index: "LAST", align: "end" });
    }
    before.current = newestPending;
  }, [newestPending]);

  const { beginning, jump, loadOlder, loadNewer } = history;
  const [initial] = useState(() => placeIn(rows, beginning));
  const [pointed, point] = usePointed(beginning);
  const wish = useRef(beginning.wish);
  useEffect(() => {
    if (wish.current === beginning.wish) return;
    wish.current = beginning.wish;
    list.current?.scrollToIndex(placeIn(shown.current, beginning));
    point(beginning);
  }, [beginning, point]);

  const { tools, surface } = useTools({ chat, me, writable, jump });
  const focus = useMessageFocus({ rows, jump, list, open: tools.open });
  const showNames = chat.kind !== "direct";
  const [receiptsOf, setReceiptsOf] = useState<number | null>(null);
  const onReceipts = showNames && chat.memberCount <= LIMITS.receiptMembers ? setReceiptsOf : undefined;

  return (
    <div className="relative min-h-0 flex-1">
      <div
        role="log"
        aria-label={t("messages.with", { name: titleOf(chat, me) })}
        aria-live="off"
        className="h-full"
        {...focus.handlers}
      >
        <Virtuoso
          ref={list}
          // The messages take the focus, one of them by the Tab key; what scrolls need not.
          tabIndex={-1}
          className="h-full overflow-x-hidden overscroll-contain"
          data={rows}
          firstItemIndex={first}
          initialTopMostItemIndex={initial}
          computeItemKey={(_, row) => row.key}
          // Above the screen only: what is rendered below it would count as read.
          increaseViewportBy={{ top: 600, bottom: 0 }}
          followOutput={follows && "auto"}
          alignToBottom
          atBottomThreshold={60}
          atBottomStateChange={setAtBottom}
          scrollerRef={scroller}
          // What is measured is made up for before it is painted, not one frame later.
          skipAnimationFrameInResizeObserver={true}
          startReached={() => !history.error && loadOlder()}
          endReached={() => !history.error && loadNewer()}
          isScrolling={focus.onScrolling}
          rangeChanged={({ startIndex, endIndex }) => {
            focus.onRange(startIndex - first, endIndex - first);
            if (document.visibilityState === "visible" && document.hasFocus()) {
              see(shown.current[endIndex - first]?.sequence);
            }
          }}
          components={{ Header: ListHeader, Footer: ListFooter }}
          context={{ history, detached: chat.detached, empty: rows.length === 0 }}
          itemContent={(_, row) => (
            <MessageRow
              row={row}
              showNames={showNames}
              pointed={row.sequence !== undefined && row.sequence === pointed}
              active={row.key === focus.active}
              tabStop={row.key === focus.tabStop}
              tools={tools}
              onReceipts={onReceipts}
            />
          )}
        />
      </div>
      {(atBottom === false || chat.detached) && (
        <button
          type="button"
          onClick={() => jump(null)}
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
      {receiptsOf !== null && (
        <Suspense>
          <ReadBy chat={chat} me={me} sequence={receiptsOf} onClose={() => setReceiptsOf(null)} />
        </Suspense>
      )}
      <Announcer chat={chat} me={me} />
      {surface}
    </div>
  );
}

/** Where in the rows a list begins: at a message that is asked for, at what is new, or at the end. */
function placeIn(rows: Row[], { sequence, pointed }: Beginning) {
  const wanted = sequence === null ? -1 : rows.findIndex((row) => row.sequence === sequence);
  const index = pointed ? wanted : sequence === null ? -1 : rows.findIndex((row) => row.beginsUnread);
  return index >= 0 ? ({ index, align: "center" } as const) : ({ index: "LAST", align: "end" } as const);
}

const POINTED_MS = 2_500;

/** The message that is pointed out for a moment. */
function usePointed(beginning: Beginning): [Sequence | null, (beginning: Beginning) => void] {
  const [pointed, setPointed] = useState(beginning.pointed ? beginning.sequence : null);
  useEffect(() => {
    if (pointed === null) return;
    const timer = setTimeout(() => setPointed(null), POINTED_MS);
    return () => clearTimeout(timer);
  }, [pointed]);
  const point = useCallback((it: Beginning) => setPointed(it.pointed ? it.sequence : null), []);
  return [pointed, point];
}

/** Reads out what arrives while the conversation is open, and nothing else: not history, not one's own. */
function Announcer({ chat, me }: { chat: Chat; me: string }) {
  const last = chat.lastMessage;
  const [since] = useState(chat.lastSequence);
  const fresh = last && last.sequence > since && last.fromUserId !== me ? last : undefined;
  const nameOf = (id: UserId) => chat.members.find(({ userId }) => userId === id)?.displayName;
  return (
    <p className="sr-only" aria-live="polite">
      {fresh &&
        fresh.deletedAt === undefined &&
        (fresh.system
          ? systemSentence({ ...fresh, system: fresh.system, me, nameOf })
          : `${fresh.name}: ${fresh.msg || inShort(fresh)}`)}
    </p>
  );
}

interface ListContext {
  context?: { history: History; detached: boolean; empty: boolean };
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

function ListFooter({ context }: ListContext) {
  const { t } = useTranslation();
  if (!context?.detached) return <div className="h-3" />;
  return (
    <div className="grid place-items-center px-4 pt-3 pb-6">
      <span
        className="loading loading-dots loading-sm opacity-60"
        role="img"
        aria-label={t("messages.loadingNewer")}
      />
    </div>
  );
}

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
