import { Logo } from "~/ui/Logo";

/** While the page's own code is loading. */
export function Await() {
  return (
    <div role="status" className="grid h-full place-items-center">
      <span className="sr-only">Loading</span>
      <Logo className="size-14 animate-pulse" />
    </div>
  );
}

/** A part of the page could not be loaded or shown: most often a new version of the server has replaced it. */
Await.Failed = function Failed() {
  return (
    <main className="grid h-full place-items-center p-6">
      <div className="flex max-w-sm flex-col items-center gap-4 text-center">
        <Logo className="size-14" />
        <h1 className="text-xl font-semibold">This page could not be shown</h1>
        <p className="text-quiet">Linnet may have been updated. Loading it again usually helps.</p>
        <button type="button" className="btn btn-primary" onClick={() => window.location.reload()}>
          Load again
        </button>
      </div>
    </main>
  );
};
