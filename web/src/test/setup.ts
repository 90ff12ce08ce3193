import "fake-indexeddb/auto";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { startLanguage } from "~/i18n/i18n";

// A deadline, not a pace: what is waited for is there in milliseconds, unless the machine is busy with something else.
configure({ asyncUtilTimeout: 10_000 });

await startLanguage();
afterEach(() => {
  cleanup();
  // What one test leaves in its browser is not the next one's.
  localStorage.clear();
});

// jsdom lays nothing out, and knows neither of these.
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollTo ??= () => {};
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.open = false;
};
