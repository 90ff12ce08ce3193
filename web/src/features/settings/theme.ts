import { useSyncExternalStore } from "react";
import { prefer, preferences } from "~/storage/preferences";

export type Theme = "system" | "light" | "dark";

const listeners = new Set<() => void>();

function chosen(): Theme {
  const { theme } = preferences();
  return theme === "light" || theme === "dark" ? theme : "system";
}

export function chooseTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = `linnet-${theme}`;
  prefer("theme", theme === "system" ? undefined : theme);
  for (const listener of listeners) listener();
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, chosen);
}
