import { Check, EllipsisVertical, type LucideIcon } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";

export interface MenuItem {
  text: string;
  Icon: LucideIcon;
  dangerous?: boolean;
  /** One of several, of which one is chosen. */
  chosen?: boolean;
  onChoose: () => void;
}

interface MenuProps {
  label: string;
  items: MenuItem[];
  /** What the button shows. */
  Icon?: LucideIcon;
}

/** A button with more to choose from. Arrow keys move, Escape closes, and the button has the focus again. */
export function Menu({ label, items, Icon: Sign = EllipsisVertical }: MenuProps) {
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    frame.current?.querySelector<HTMLElement>("[role^=menuitem]")?.focus();
    const outside = (event: Event) => {
      if (!frame.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  function close() {
    setOpen(false);
    button.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    const found = [...(frame.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
    const at = found.indexOf(document.activeElement as HTMLElement);
    const to: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1 + found.length,
      Home: 0,
      End: found.length - 1,
    };
    const next = to[event.key];
    if (event.key === "Escape") close();
    else if (event.key === "Tab") setOpen(false);
    else if (next !== undefined) found[next % found.length]?.focus();
    else return;
    if (event.key !== "Tab") event.preventDefault();
  }

  return (
    <div ref={frame} className="relative">
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={label}
        title={label}
        className="btn btn-circle btn-ghost btn-sm"
        onClick={() => setOpen(!open)}
      >
        <Sign aria-hidden="true" className="size-5" />
      </button>
      {open && (
        <div
          id={id}
          role="menu"
          tabIndex={-1}
          aria-label={label}
          onKeyDown={onKeyDown}
          className="absolute end-0 top-full z-40 mt-1 flex w-max max-w-[80vw] flex-col rounded-box border border-base-300 bg-base-100 p-1.5 shadow-lg"
        >
          {items.map(({ text, Icon, dangerous, chosen, onChoose }) => (
            // biome-ignore lint/a11y/useAriaPropsSupportedByRole: only where the role is that of a choice
            <button
              key={text}
              type="button"
              role={chosen === undefined ? "menuitem" : "menuitemradio"}
              aria-checked={chosen}
              tabIndex={-1}
              className={`flex items-center gap-2.5 rounded-field px-3 py-2 text-start text-sm hover:bg-base-200 focus-visible:bg-base-200 ${
                dangerous ? "text-error" : ""
              }`}
              onClick={() => {
                close();
                onChoose();
              }}
            >
              <Icon aria-hidden="true" className="size-4 shrink-0" />
              {text}
              {chosen && <Check aria-hidden="true" className="ms-auto size-4 shrink-0" />}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
