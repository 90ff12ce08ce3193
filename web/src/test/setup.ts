import "fake-indexeddb/auto";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { startLanguage, withItsTexts } from "~/i18n/i18n";

// A deadline, not a pace: what is waited for is there in milliseconds, unless the machine is busy with something else.
configure({ asyncUtilTimeout: 10_000 });

await startLanguage();
await withItsTexts(Promise.resolve());
afterEach(() => {
  cleanup();
  // What one test leaves in its browser is not the next one's.
  localStorage.clear();
});

// Without a layout a list is never done with measuring where it begins, and would stay hidden.
const style = document.createElement("style");
style.textContent = "[data-testid=virtuoso-item-list] { visibility: visible !important }";
document.head.append(style);

// jsdom lays nothing out, and knows neither of these.
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollTo ??= () => {};
Element.prototype.scrollBy ??= () => {};
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.open = false;
};
URL.createObjectURL ??= () => "blob:of a test";
URL.revokeObjectURL ??= () => {};
