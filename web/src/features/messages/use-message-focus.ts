import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  useCallback,
  useRef,
  useState,
} from "react";
import type { VirtuosoHandle } from "react-virtuoso";
import type { Sequence } from "~/contract";
import type { Row } from "./rows";
import type { Tools } from "./tools";

const articleOf = (target: EventTarget | null) =>
  target instanceof Element ? target.closest<HTMLElement>("article[data-key]") : null;
const keyOf = (target: EventTarget | null) => articleOf(target)?.dataset.key ?? null;
const isControl = (target: EventTarget | null) =>
  target instanceof Element && target.closest("a, button") !== null;
const inside = (event: { currentTarget: Element }) => [
  ...event.currentTarget.querySelectorAll<HTMLElement>("article[data-key]"),
];

interface Options {
  rows: Row[];
  jump: (sequence: Sequence | null) => void;
  list: RefObject<VirtuosoHandle | null>;
  open: Tools["open"];
}

/** A finger that rests so long, and moves no further than that, asks what can be done. */
const HOLD_MS = 450;
const STILL_PX = 10;

/** Holding a finger on a message. Not every phone makes a `contextmenu` of it, so the time is measured here. */
function useHold(onHold: (article: HTMLElement) => void) {
  const held = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);

  function end() {
    clearTimeout(held.current?.timer);
    held.current = null;
  }

  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      end();
      const article = articleOf(event.target);
      if (event.pointerType !== "touch" || !event.isPrimary || !article || isControl(event.target)) return;
      const open = () => {
        end();
        // Where the finger has chosen a word meanwhile, that was not what was asked for.
        window.getSelection()?.removeAllRanges();
        onHold(article);
      };
      held.current = { timer: setTimeout(open, HOLD_MS), x: event.clientX, y: event.clientY };
    },
    onPointerMove({ clientX, clientY }: PointerEvent) {
      const from = held.current;
      if (from && Math.hypot(clientX - from.x, clientY - from.y) > STILL_PX) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
    // The browser's own menu is for links, which have other things to be done about them.
    onContextMenu(event: MouseEvent<HTMLElement>) {
      const touched = (event.nativeEvent as globalThis.PointerEvent).pointerType === "touch";
      if (touched && articleOf(event.target) && !isControl(event.target)) event.preventDefault();
    },
  };
}

/**
 * Which message one is about to do something with: the one under the mouse, or the one with the focus. The Tab key goes to one
 * message, from which the arrow keys go on to its neighbours, Home and End to the ends of the conversation, and Enter to
 * what can be done about it.
 */
export function useMessageFocus({ rows, jump, list, open }: Options) {
  const [active, setActive] = useState<string | null>(null);
  const [stop, setStop] = useState<string | null>(null);
  const now = useRef(rows);
  now.current = rows;
  const range = useRef({ from: 0, to: Number.POSITIVE_INFINITY });

  const onRange = useCallback((from: number, to: number) => {
    range.current = { from, to };
  }, []);
  // The message that the Tab key goes to is one that is in the page.
  const onScrolling = useCallback((scrolling: boolean) => {
    if (scrolling) return;
    const { from, to } = range.current;
    setStop((key) => {
      const at = now.current.findIndex((row) => row.key === key);
      return key !== null && at >= from && at <= to ? key : (now.current[to]?.key ?? null);
    });
  }, []);

  function openAt(article: HTMLElement) {
    const row = now.current.find((it) => it.key === article.dataset.key);
    if (row?.message) open("actions", row, article.querySelector("[data-bubble]") ?? article);
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const article = articleOf(event.target);
    if (!article) return;
    if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      jump(event.key === "Home" ? 1 : null);
      return;
    }
    if (event.target !== article) {
      if (event.key === "Escape") article.focus();
      return;
    }
    if (event.key === "Enter" || event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) {
      event.preventDefault();
      openAt(article);
      return;
    }
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const step = event.key === "ArrowUp" ? -1 : 1;
    const articles = inside(event);
    const next = articles[articles.indexOf(article) + step];
    if (next) {
      next.focus();
      return;
    }
    // The neighbour is not in the page yet.
    const index = now.current.findIndex((row) => row.key === article.dataset.key) + step;
    const row = now.current[index];
    const log = event.currentTarget;
    if (!row) return;
    list.current?.scrollIntoView({
      index,
      done: () => log.querySelector<HTMLElement>(`article[data-key="${CSS.escape(row.key)}"]`)?.focus(),
    });
  }

  function onFocus(event: FocusEvent<HTMLElement>) {
    const key = keyOf(event.target);
    setActive(key);
    if (key !== null) setStop(key);
  }

  function onBlur(event: FocusEvent<HTMLElement>) {
    if (!event.currentTarget.contains(event.relatedTarget)) setActive(null);
  }

  function onPointerOver(event: PointerEvent<HTMLElement>) {
    if (event.pointerType !== "mouse") return;
    const key = keyOf(event.target);
    if (key !== null && key !== active) setActive(key);
  }

  function onPointerLeave(event: PointerEvent<HTMLElement>) {
    if (event.pointerType === "mouse") setActive(keyOf(document.activeElement));
  }

  // A finger has no hover: a tap shows what can be done, holding it opens it.
  function onClick(event: MouseEvent<HTMLElement>) {
    const key = keyOf(event.target);
    if (key !== null) setActive(key);
  }

  const hold = useHold(openAt);
  const handlers = { onKeyDown, onFocus, onBlur, onPointerOver, onPointerLeave, onClick, ...hold };
  return { active, tabStop: stop ?? rows.at(-1)?.key ?? null, handlers, onRange, onScrolling };
}
