import { useEffect, useRef } from "react";

const SHOWN_MS = 3_000;

/** A word about what was just done, for a moment. */
export function Said({ text, onOver }: { text: string; onOver: () => void }) {
  const over = useRef(onOver);
  over.current = onOver;
  useEffect(() => {
    if (text === "") return;
    const timer = setTimeout(() => over.current(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p
      role="status"
      className={
        text === ""
          ? "sr-only"
          : "absolute bottom-3 left-1/2 z-20 -translate-x-1/2 rounded-full bg-neutral px-4 py-1.5 text-sm text-neutral-content shadow-lg"
      }
    >
      {text}
    </p>
  );
}
