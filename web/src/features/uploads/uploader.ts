//! Sends the files that were chosen, some at a time, and keeps them in IndexedDB until a message carries them, so that they
//! survive the page. What cannot be kept there is asked about before the page is left.
import type { Middleware } from "@reduxjs/toolkit";
import type { Attachment } from "~/contract";
import { RequestFailure } from "~/failure";
import { accountChanged, selectMe, signedIn } from "~/features/session/slice";
import type { Http } from "~/http/client";
import { connected } from "~/socket/actions";
import type { Database, UploadRow } from "~/storage/database";
import { createPages, type Pages } from "./pages";
import {
  arrived,
  began,
  chosen,
  found,
  kept,
  progressed,
  refused,
  removed,
  retried,
  selectUploads,
  slowedDown,
  taken,
  type Upload,
  type UploadsRoot,
} from "./slice";

interface Options {
  database: Database;
  http: Http;
  pages?: Pages;
}

/** The server takes four of one person; another tab or device may want some. */
const AT_ONCE = 2;
const SLOWED_MS = 5_000;
const PREVIEWED = /^image\/(png|jpeg|webp|gif|avif)$/;

export function createUploadsMiddleware({ database, http, pages = createPages() }: Options): Middleware {
  return ({ dispatch, getState }) => {
    const read = getState as () => UploadsRoot;
    const bytes = new Map<string, Blob>();
    const running = new Map<string, AbortController>();
    let resuming: ReturnType<typeof setTimeout> | undefined;
    let order = 0;
    // One write after the other: what is removed must not be written again by what was begun before.
    let writing: Promise<unknown> = Promise.resolve();

    const itemOf = (id: string) => selectUploads(read()).find((item) => item.id === id);

    function write(task: () => PromiseLike<unknown>) {
      // Without storage they live as long as the page.
      writing = writing.then(task).catch(() => {});
    }

    function keep(upload: Upload, blob: Blob) {
      const userId = selectMe(read())?.id;
      if (!userId) return;
      order = Math.max(order + 1, Date.now());
      const { id, key, name, type, size } = upload;
      const row: UploadRow = { id, userId, key, page: pages.own, order, name, type, size, bytes: blob };
      write(async () => {
        if (itemOf(id) && (await database.keepUpload(row))) dispatch(kept(id));
      });
    }

    function previewOf(type: string, blob: Blob | undefined) {
      return blob && PREVIEWED.test(type) ? { preview: URL.createObjectURL(blob) } : {};
    }

    /** What an earlier page left in the middle, and the tabs that are there have not in hand. */
    async function takeUp(userId: string) {
      const rows = await pages.among((isThere) => database.claimUploads(userId, pages.own, isThere));
      if (selectMe(read())?.id !== userId) return;
      const uploads = rows.map(({ id, key, name, type, size, file, bytes: blob }) => {
        const known = { id, key, name, type, size, kept: true };
        const upload: Upload = file
          ? { ...known, state: "done", sent: 1, file }
          : { ...known, state: "waiting", sent: 0, ...previewOf(type, blob) };
        return { upload, blob };
      });
      if (uploads.length > 0) dispatch(found(uploads));
    }

    function pump() {
      if (resuming !== undefined) return;
      for (const item of selectUploads(read())) {
        if (running.size >= AT_ONCE) return;
        const blob = bytes.get(item.id);
        if (item.state === "waiting" && blob && !running.has(item.id)) void send(item, blob);
      }
    }

    async function send({ id, name }: Upload, blob: Blob) {
      const controller = new AbortController();
      running.set(id, controller);
      const { signal } = controller;
      dispatch(began(id));
      const onProgress = (sent: number) => {
        if (!signal.aborted) dispatch(progressed({ id, sent }));
      };
      try {
        const file = await http.postFile<Attachment>("/files", blob, name, { onProgress, signal });
        // Whoever took it back in the last moment does not want it to count.
        if (signal.aborted) http.delete(`/files/${file.id}`).catch(() => {});
        else {
          dispatch(arrived({ id, file }));
          write(() => database.uploads.update(id, { file, bytes: undefined }));
        }
      } catch (error) {
        if (!signal.aborted) fail(id, error);
      } finally {
        if (running.get(id) === controller) running.delete(id);
        pump();
      }
    }

    function fail(id: string, error: unknown) {
      const failure = error instanceof RequestFailure ? error : new RequestFailure("internal");
      if (failure.code !== "rate_limited") {
        dispatch(refused({ id, reason: { code: failure.code, message: failure.message } }));
        return;
      }
      dispatch(slowedDown(id));
      clearTimeout(resuming);
      resuming = setTimeout(resume, failure.retryAfterMs ?? SLOWED_MS);
    }

    function resume() {
      clearTimeout(resuming);
      resuming = undefined;
      pump();
    }

    /** It is not chosen any more: nothing goes on, and nothing is kept of it. */
    function forget({ id, preview }: Upload) {
      running.get(id)?.abort();
      running.delete(id);
      bytes.delete(id);
      // A picture that is shown until the next frame keeps what it has loaded.
      if (preview) URL.revokeObjectURL(preview);
    }

    function onLeaving(event: BeforeUnloadEvent) {
      event.preventDefault();
    }

    /** Only while there is something to lose: a page with such a listener is slower to come back to. */
    function watchLeaving() {
      const losing = selectUploads(read()).some(
        (item) => !item.kept && (item.state === "waiting" || item.state === "sending"),
      );
      if (losing) window.addEventListener("beforeunload", onLeaving);
      else window.removeEventListener("beforeunload", onLeaving);
    }

    function clear() {
      for (const id of bytes.keys()) running.get(id)?.abort();
      running.clear();
      bytes.clear();
      clearTimeout(resuming);
      resuming = undefined;
    }

    return (next) => (action) => {
      if (chosen.match(action)) {
        const { uploads, blobs } = action.payload;
        for (const [at, upload] of uploads.entries()) {
          const blob = blobs[at];
          if (!blob || upload.state !== "waiting") continue;
          bytes.set(upload.id, blob);
          Object.assign(upload, previewOf(upload.type, blob));
        }
      }
      const before = selectUploads(read());
      const result = next(action);
      const after = selectUploads(read());
      if (before === after && !signedIn.match(action) && !connected.match(action)) return result;

      if (chosen.match(action)) {
        for (const upload of action.payload.uploads) {
          const blob = bytes.get(upload.id);
          if (blob) keep(upload, blob);
        }
      } else if (found.match(action)) {
        for (const { upload, blob } of action.payload) if (blob) bytes.set(upload.id, blob);
      } else if (removed.match(action) || taken.match(action)) {
        const gone = before.filter((item) => !after.includes(item));
        for (const item of gone) {
          forget(item);
          write(() => database.uploads.delete(item.id));
          if (removed.match(action) && item.file) http.delete(`/files/${item.file.id}`).catch(() => {});
        }
      } else if (accountChanged(action)) {
        // What is kept stays: a session that ended is signed in to again.
        for (const item of before) forget(item);
        clear();
      } else if (arrived.match(action)) {
        bytes.delete(action.payload.id);
      } else if (connected.match(action)) {
        for (const { id, reason } of after) if (reason?.code === "unreachable") dispatch(retried(id));
      }
      if (signedIn.match(action)) takeUp(action.payload.id).catch(() => {});
      const moves = chosen.match(action) || found.match(action) || retried.match(action);
      if (moves || removed.match(action)) pump();
      if (!progressed.match(action)) watchLeaving();
      return result;
    };
  };
}
