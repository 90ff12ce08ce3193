import { useSyncExternalStore } from "react";

/** The same width as `xl:` in the styles: there is room for a third pane. */
const WIDE = "(min-width: 80rem)";

function subscribe(changed: () => void) {
  const media = window.matchMedia?.(WIDE);
  media?.addEventListener("change", changed);
  return () => media?.removeEventListener("change", changed);
}

export const useWide = () => useSyncExternalStore(subscribe, () => window.matchMedia?.(WIDE).matches ?? true);
