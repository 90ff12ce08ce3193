import { type KeyboardEvent, useCallback } from "react";

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/**
 * Arrow keys, Home and End move the focus between the elements marked `data-roving` below the element that gets the
 * returned handler.
 */
export function useRovingFocus() {
  return useCallback((event: KeyboardEvent<HTMLElement>) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-roving]")];
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (at < 0 || items.length === 0) return;
    const step = STEPS[event.key];
    let target: HTMLElement | undefined;
    if (step !== undefined) target = items[Math.min(items.length - 1, Math.max(0, at + step))];
    else if (event.key === "Home") target = items[0];
    else if (event.key === "End") target = items.at(-1);
    if (!target) return;
    event.preventDefault();
    target.focus();
  }, []);
}
