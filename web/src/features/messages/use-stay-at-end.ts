import { useCallback, useEffect, useRef, useState } from "react";

/** Closer to the end than this counts as being there. */
const NEAR = 60;

/**
 * Whoever is at the end stays there when something grows: a message whose markdown or whose buttons come later, or the
 * box below in which one writes. Only scrolling up leaves the end. Where the list ends before the conversation does
 * (`atEnd` is false), what comes below is read from where one was.
 */
export function useStayAtEnd(atEnd: boolean) {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const staying = useRef(false);
  const ended = useRef(atEnd);
  ended.current = atEnd;
  if (!atEnd) staying.current = false;

  const stay = useCallback(() => {
    if (element && staying.current) element.scrollTop = element.scrollHeight;
  }, [element]);

  useEffect(() => {
    if (!element) return;
    let before = element.scrollTop;
    const onScroll = () => {
      const at = element.scrollTop;
      if (!ended.current) staying.current = false;
      else if (element.scrollHeight - at - element.clientHeight < NEAR) staying.current = true;
      else if (at < before) staying.current = false;
      before = at;
    };
    onScroll();
    element.addEventListener("scroll", onScroll, { passive: true });
    const observer = new ResizeObserver(stay);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", onScroll);
      observer.disconnect();
    };
  }, [element, stay]);

  const scroller = useCallback((ref: HTMLElement | Window | null) => {
    setElement(ref instanceof HTMLElement ? ref : null);
  }, []);
  return { scroller, stay };
}
