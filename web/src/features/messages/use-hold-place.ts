import { useCallback, useEffect, useRef, useState } from "react";

/** Closer to the end than this counts as being there, in pixels. */
const NEAR = 60;

interface Place {
  article: Element;
  /** From the top of what scrolls, in pixels. */
  top: number;
}

/**
 * What one reads stays where it is when something grows: a message whose markdown or whose buttons come later, older
 * messages that turn out taller than they were thought to be, the box below in which one writes.
 *
 * Whoever is at the end stays there; only scrolling up leaves it. Where the list ends before the conversation does
 * (`atEnd` is false), what comes below is read from where one was. Everywhere else it is the message pointed out that
 * stays, or else the first one that is in view as a whole. The list itself makes up for what grows above while one
 * scrolls upwards, and for 50 ms after: on a slow machine, or with nobody scrolling, that is too short.
 */
export function useHoldPlace(atEnd: boolean) {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const ended = useRef(atEnd);
  ended.current = atEnd;

  useEffect(() => {
    if (!element) return;
    let before = element.scrollTop;
    let staying = false;
    let place: Place | null = null;

    const topOf = (article: Element) =>
      article.getBoundingClientRect().top - element.getBoundingClientRect().top;
    const onScroll = () => {
      const at = element.scrollTop;
      if (!ended.current) staying = false;
      else if (element.scrollHeight - at - element.clientHeight < NEAR) staying = true;
      else if (at < before) staying = false;
      before = at;
      place = staying ? null : placeOf(element);
    };
    const hold = () => {
      if (staying && ended.current) {
        element.scrollTop = element.scrollHeight;
      } else if (place?.article.isConnected && element.scrollTop === before) {
        // Where somebody has scrolled since, the list itself among them, `onScroll` is about to hear of it.
        const moved = topOf(place.article) - place.top;
        if (Math.abs(moved) >= 1) element.scrollTop += moved;
      }
    };
    onScroll();
    element.addEventListener("scroll", onScroll, { passive: true });
    // The list has an observer of its own, which is older, and so has done already what it does about the same news.
    const observer = new ResizeObserver(hold);
    observer.observe(element);
    const rows = element.querySelector('[data-testid="virtuoso-item-list"]');
    if (rows) observer.observe(rows);
    return () => {
      element.removeEventListener("scroll", onScroll);
      observer.disconnect();
    };
  }, [element]);

  const scroller = useCallback((ref: HTMLElement | Window | null) => {
    setElement(ref instanceof HTMLElement ? ref : null);
  }, []);
  return scroller;
}

/** The message one is taken to read. */
function placeOf(scroller: HTMLElement): Place | null {
  const { top, bottom } = scroller.getBoundingClientRect();
  let place: Place | null = null;
  for (const article of scroller.querySelectorAll("article")) {
    const row = article.getBoundingClientRect();
    if (row.top < top || row.top >= bottom) continue;
    if (article.closest(".pointed-out")) return { article, top: row.top - top };
    place ??= { article, top: row.top - top };
  }
  return place;
}
