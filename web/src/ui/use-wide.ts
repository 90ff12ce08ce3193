import { useSyncExternalStore } from "react";

/** The same widths as in the styles: `md:` has room for a second pane, `xl:` for a third. */
const WIDTHS = { two: "(min-width: 48rem)", three: "(min-width: 80rem)" } as const;

function useMedia(query: string): boolean {
  const subscribe = (changed: () => void) => {
    const media = window.matchMedia?.(query);
    media?.addEventListener("change", changed);
    return () => media?.removeEventListener("change", changed);
  };
  return useSyncExternalStore(subscribe, () => window.matchMedia?.(query).matches ?? true);
}

export const useTwoPanes = () => useMedia(WIDTHS.two);
export const useThreePanes = () => useMedia(WIDTHS.three);
