//! Keys that work everywhere, and the sheet that names them.
import { lazy, Suspense, useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { withItsTexts } from "~/i18n/i18n";

const HelpSheet = lazy(() => withItsTexts(import("./HelpSheet")));

/** The search above the list, and the links in it. */
export const SEARCH_ID = "search-chats";
const LINKS = "#chats-and-people nav [data-roving]";
/** The search for messages, once it is open, and the way there from the conversation that is. */
const MESSAGES_BOX = "#content search input";
const SEARCH_HERE = '#content a[href^="/search?in="]';

/** Keys that mean a letter where one writes. */
function writing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** The conversation above or below the one that is open, in the order of the list. */
function neighbour(step: number): string | null {
  const links = [...document.querySelectorAll<HTMLAnchorElement>(LINKS)];
  const at = links.findIndex((link) => link.getAttribute("aria-current") === "page");
  const to = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
  return links[to]?.getAttribute("href") ?? null;
}

/** Pages that come on the screen within this many frames are worth waiting for. */
const FRAMES = 30;

function focusWhenShown(frames: number) {
  const box = document.getElementById(SEARCH_ID);
  if (box?.checkVisibility()) box.focus();
  else if (frames > 0) requestAnimationFrame(() => focusWhenShown(frames - 1));
}

export function Shortcuts() {
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);

  useEffect(() => {
    function search() {
      const box = document.getElementById(SEARCH_ID);
      // On a narrow screen the list is a page of its own.
      if (!box?.checkVisibility()) void navigate("/chat");
      focusWhenShown(FRAMES);
    }
    function searchMessages() {
      const box = document.querySelector<HTMLInputElement>(MESSAGES_BOX);
      if (box) box.select();
      else void navigate(document.querySelector(SEARCH_HERE)?.getAttribute("href") ?? "/search");
    }
    function onKeyDown(event: KeyboardEvent) {
      const { key, altKey, ctrlKey, metaKey, shiftKey, target } = event;
      // What is open in front has the keys.
      if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
      const step = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
      if (key.toLowerCase() === "k" && (ctrlKey || metaKey) && !altKey && !shiftKey) search();
      // Without Shift it is the browser's own, for what the page shows.
      else if (key.toLowerCase() === "f" && (ctrlKey || metaKey) && shiftKey && !altKey) searchMessages();
      else if (step !== 0 && altKey && !ctrlKey && !metaKey && !shiftKey) {
        const path = neighbour(step);
        if (path === null) return;
        void navigate(path);
      } else if (key === "?" && !ctrlKey && !metaKey && !altKey && !writing(target)) setHelp(true);
      else if (key === "Escape" && target instanceof HTMLElement && target.id === SEARCH_ID) {
        // The box has cleared itself; the keyboard goes back to where one was.
        const content = document.getElementById("content");
        (content?.querySelector("textarea") ?? content)?.focus();
        return;
      } else return;
      event.preventDefault();
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [navigate]);

  return (
    help && (
      <Suspense>
        <HelpSheet onClose={() => setHelp(false)} />
      </Suspense>
    )
  );
}
