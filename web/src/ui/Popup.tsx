import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";

const MARGIN = 8;

interface PopupProps {
  /** Where it belongs to: it opens below, or above where there is no room. */
  anchor: DOMRect;
  role: "menu" | "dialog";
  label: string;
  onClose: () => void;
  children: ReactNode;
}

/**
 * Something small over the page, beside what it belongs to and always inside the window. Escape, a press outside and a
 * change of the window close it. Arrow keys move between what has `data-roving`; in a grid also sideways.
 */
export function Popup({ anchor, role, label, onClose, children }: PopupProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ top: number; left: number } | null>(null);

  // What is inside may grow when it has loaded.
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const put = () => {
      const { offsetWidth: width, offsetHeight: height } = element;
      const { innerWidth, innerHeight } = window;
      const below = anchor.bottom + MARGIN / 2;
      const top = below + height + MARGIN <= innerHeight ? below : anchor.top - height - MARGIN / 2;
      const rtl = document.documentElement.dir === "rtl";
      const left = rtl ? anchor.right - width : anchor.left;
      setPlace({
        top: Math.max(MARGIN, Math.min(top, innerHeight - height - MARGIN)),
        left: Math.max(MARGIN, Math.min(left, innerWidth - width - MARGIN)),
      });
    };
    put();
    const observer = new ResizeObserver(put);
    observer.observe(element);
    return () => observer.disconnect();
  }, [anchor]);

  useEffect(() => {
    frame.current?.querySelector<HTMLElement>("[data-roving]")?.focus({ preventScroll: true });
    const outside = (event: Event) => {
      if (!frame.current?.contains(event.target as Node)) onClose();
    };
    document.addEventListener("pointerdown", outside);
    window.addEventListener("resize", onClose);
    return () => {
      document.removeEventListener("pointerdown", outside);
      window.removeEventListener("resize", onClose);
    };
  }, [onClose]);

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      onClose();
      return;
    }
    // In a field these keys are for what is written in it.
    if (event.target instanceof HTMLInputElement && !/^Arrow(Up|Down)$/.test(event.key)) return;
    const items = [...(frame.current?.querySelectorAll<HTMLElement>("[data-roving]") ?? [])];
    const next = neighbour(items, document.activeElement as HTMLElement, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  return createPortal(
    // biome-ignore lint/a11y: the role is a menu's or a dialog's
    <div
      ref={frame}
      role={role}
      aria-label={label}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      style={place ?? { top: 0, left: 0, opacity: 0 }}
      className="fixed z-40 max-w-[calc(100vw-1rem)] rounded-box border border-base-300 bg-base-100 p-1.5 shadow-lg outline-none"
    >
      {children}
    </div>,
    // With what it belongs to, where one who goes from landmark to landmark finds it.
    document.querySelector("main") ?? document.body,
  );
}

/** The next one in the direction of the key, as the eye sees it: rows may hold one or several. */
function neighbour(items: HTMLElement[], from: HTMLElement, key: string): HTMLElement | undefined {
  const at = items.indexOf(from);
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  const rtl = document.documentElement.dir === "rtl";
  if (key === "ArrowRight" || key === "ArrowLeft")
    return items[at + ((key === "ArrowRight") === rtl ? -1 : 1)];
  if (key !== "ArrowDown" && key !== "ArrowUp") return undefined;
  const down = key === "ArrowDown";
  const box = from.getBoundingClientRect();
  const middle = box.left + box.width / 2;
  const beyond = items
    .map((item) => ({ item, box: item.getBoundingClientRect() }))
    .filter((it) => (down ? it.box.top >= box.bottom - 1 : it.box.bottom <= box.top + 1));
  const nearest = down
    ? Math.min(...beyond.map((it) => it.box.top))
    : Math.max(...beyond.map((it) => it.box.top));
  const row = beyond.filter((it) => Math.abs(it.box.top - nearest) < 4);
  row.sort(
    (a, b) =>
      Math.abs(a.box.left + a.box.width / 2 - middle) - Math.abs(b.box.left + b.box.width / 2 - middle),
  );
  // Round, as menus are.
  return row[0]?.item ?? (down ? items[0] : items.at(-1));
}
