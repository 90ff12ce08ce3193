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
const inside = (event: { currentTarget: Element }) => [
  ...event.currentTarget.querySelectorAll<HTMLElement>("article[data-key]"),
];

interface Options {
  rows: Row[];
  jump: (sequence: Sequence | null) => void;
  list: RefObject<VirtuosoHandle | null>;
  open: Tools["open"];
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

  // A finger has no hover: a tap shows what can be done, holding it down opens it.
  function onClick(event: MouseEvent<HTMLElement>) {
    const key = keyOf(event.target);
    if (key !== null) setActive(key);
  }

  function onContextMenu(event: MouseEvent<HTMLElement>) {
    const article = articleOf(event.target);
    const touched = (event.nativeEvent as globalThis.PointerEvent).pointerType === "touch";
    if (!touched || !article || window.getSelection()?.isCollapsed === false) return;
    event.preventDefault();
    openAt(article);
  }

  const handlers = { onKeyDown, onFocus, onBlur, onPointerOver, onPointerLeave, onClick, onContextMenu };
  return { active, tabStop: stop ?? rows.at(-1)?.key ?? null, handlers, onRange, onScrolling };
}
