import { useCallback, useEffect, useRef, useState } from "react";

/** Closer to the end than this counts as being there. */
const NEAR = 60;

/**
 * Whoever is at the end stays there when something grows: a message whose markdown or whose buttons come later, or the
 * box below in which one writes. Only scrolling up leaves the end.
 */
export function useStayAtEnd() {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const staying = useRef(false);

  const stay = useCallback(() => {
    if (element && staying.current) element.scrollTop = element.scrollHeight;
  }, [element]);

  useEffect(() => {
    if (!element) return;
    let before = element.scrollTop;
    const onScroll = () => {
      const at = element.scrollTop;
      if (element.scrollHeight - at - element.clientHeight < NEAR) staying.current = true;
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
