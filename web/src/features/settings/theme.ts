//! The chosen theme. It is the one preference that lives in localStorage, because public/theme.js must read it before the
//! first paint.
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";

const STORED = "linnet.preferences";
const listeners = new Set<() => void>();

function stored(): Theme {
  try {
    const theme: unknown = JSON.parse(localStorage.getItem(STORED) ?? "{}").theme;
    return theme === "light" || theme === "dark" ? theme : "system";
  } catch {
    return "system";
  }
}

export function chooseTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = `linnet-${theme}`;
  try {
    localStorage.setItem(STORED, JSON.stringify({ theme }));
  } catch {
    // Storage may be forbidden: the choice then holds for this page.
  }
  for (const listener of listeners) listener();
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, stored);
}
