import { useSyncExternalStore } from "react";

function subscribe(listener: () => void) {
  document.addEventListener("visibilitychange", listener);
  window.addEventListener("focus", listener);
  window.addEventListener("blur", listener);
  return () => {
    document.removeEventListener("visibilitychange", listener);
    window.removeEventListener("focus", listener);
    window.removeEventListener("blur", listener);
  };
}

const looking = () => document.visibilityState === "visible" && document.hasFocus();

/** Whether somebody looks at this tab: only then is what it shows read. */
export function useLooking(): boolean {
  return useSyncExternalStore(subscribe, looking);
}
