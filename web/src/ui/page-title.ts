import { useEffect } from "react";

const PRODUCT = "Linnet";
/** Those that are shown now: a conversation, and beside it what there is to say about it. The last one names the page. */
const pages: { title: string }[] = [];
let unread = 0;

function show() {
  const page = pages.at(-1);
  const name = page ? `${page.title} · ${PRODUCT}` : PRODUCT;
  document.title = unread > 0 ? `(${unread > 99 ? "99+" : unread}) ${name}` : name;
}

/** Says in the title where one is, for as long as it is shown: how tabs, the history and a screen reader tell pages apart. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    const page = { title };
    pages.push(page);
    show();
    return () => {
      pages.splice(pages.indexOf(page), 1);
      show();
    };
  }, [title]);
}

/** How many messages are unread, before the name of the page. */
export function countInTitle(total: number): void {
  unread = total;
  show();
}
