//! Files that were chosen for a message and are not in one yet, for each conversation: on their way to the server, there, or
//! refused. Here is what is known of them; their bytes are with the uploader.
import { createSelector, createSlice, type PayloadAction } from "@reduxjs/toolkit";
import { type Attachment, LIMITS } from "~/contract";
import { RequestFailure, sentenceOf } from "~/failure";
import { accountChanged, type SessionState, selectServer } from "~/features/session/slice";
import { currentLanguage, t } from "~/i18n/i18n";
import { randomId } from "~/random-id";
import type { Thunk } from "~/services";
import type { Reason } from "~/storage/database";
import { fileSize } from "~/ui/format-size";

export interface Upload {
  id: string;
  /** The conversation, as the outbox names it. */
  key: string;
  name: string;
  type: string;
  /** Bytes. */
  size: number;
  state: "waiting" | "sending" | "done" | "failed";
  /** How much has left, from 0 to 1. */
  sent: number;
  reason?: Reason;
  /** What the server made of it, once it is there. */
  file?: Attachment;
  /** An address of a picture of it, in this browser. */
  preview?: string;
  /** It survives the page. */
  kept: boolean;
}

/** What of a choice was not taken. */
export interface LeftOut {
  /** More than a message may have. */
  files: number;
  folders: number;
}

export interface UploadsState {
  items: Upload[];
  leftOut: Record<string, LeftOut>;
  /** The server asked us to slow down: what is waiting goes on by itself. */
  slowed: boolean;
}

export interface UploadsRoot {
  uploads: UploadsState;
  session: SessionState;
}

interface Chosen {
  key: string;
  uploads: Upload[];
  /** The bytes of each. */
  blobs: Blob[];
  leftOut: LeftOut;
}

const initialState: UploadsState = { items: [], leftOut: {}, slowed: false };

const slice = createSlice({
  name: "uploads",
  initialState,
  reducers: {
    chosen(state, { payload: { key, uploads, leftOut } }: PayloadAction<Chosen>) {
      state.items.push(...uploads);
      if (leftOut.files + leftOut.folders > 0) state.leftOut[key] = leftOut;
      else delete state.leftOut[key];
    },
    /** What an earlier page left. */
    found(state, { payload }: PayloadAction<{ upload: Upload; blob?: Blob | undefined }[]>) {
      for (const { upload } of payload) {
        if (!state.items.some(({ id }) => id === upload.id)) state.items.push(upload);
      }
    },
    kept: (state, { payload }: PayloadAction<string>) => change(state, payload, { kept: true }),
    began(state, { payload }: PayloadAction<string>) {
      state.slowed = false;
      change(state, payload, { state: "sending", sent: 0 });
    },
    progressed(state, { payload: { id, sent } }: PayloadAction<{ id: string; sent: number }>) {
      change(state, id, { sent });
    },
    arrived(state, { payload: { id, file } }: PayloadAction<{ id: string; file: Attachment }>) {
      change(state, id, { state: "done", sent: 1, file });
    },
    refused(state, { payload: { id, reason } }: PayloadAction<{ id: string; reason: Reason }>) {
      change(state, id, { state: "failed", sent: 0, reason });
    },
    slowedDown(state, { payload }: PayloadAction<string>) {
      state.slowed = true;
      change(state, payload, { state: "waiting", sent: 0 });
    },
    /** The user, or a connection that is back, wants to see whether it goes now. */
    retried(state, { payload }: PayloadAction<string>) {
      const item = state.items.find(({ id }) => id === payload);
      if (item?.state !== "failed") return;
      delete item.reason;
      item.state = "waiting";
    },
    removed(state, { payload }: PayloadAction<string>) {
      const key = state.items.find(({ id }) => id === payload)?.key;
      state.items = state.items.filter(({ id }) => id !== payload);
      if (key !== undefined) delete state.leftOut[key];
    },
    /** They are in a message, from now on the outbox's. */
    taken(state, { payload: key }: PayloadAction<string>) {
      state.items = state.items.filter((item) => item.key !== key);
      delete state.leftOut[key];
    },
  },
  extraReducers: (builder) => {
    builder.addMatcher(accountChanged, () => initialState);
  },
});

/** An upload may have been removed while something was on its way to it. */
function change(state: UploadsState, id: string, what: Partial<Upload>): void {
  const item = state.items.find((candidate) => candidate.id === id);
  if (item) Object.assign(item, what);
}

export const {
  chosen,
  found,
  kept,
  began,
  progressed,
  arrived,
  refused,
  slowedDown,
  retried,
  removed,
  taken,
} = slice.actions;
export const uploadsReducer = slice.reducer;

export const selectUploads = (state: UploadsRoot) => state.uploads.items;
/** The files that were chosen for a conversation's next message. */
export const selectTray = createSelector(
  [selectUploads, (_: UploadsRoot, key: string) => key],
  (items, key) => items.filter((item) => item.key === key),
);
export const selectLeftOut = (state: UploadsRoot, key: string) => state.uploads.leftOut[key];
export const selectUploadsSlowed = (state: UploadsRoot) => state.uploads.slowed;

/** Whether it may go when it is tried once more. What is too large stays so. */
export const mayRetry = ({ state, reason }: Upload): boolean =>
  state === "failed" && !["too_large", "empty_file", "malformed"].includes(reason?.code ?? "");

/** Why a file was not taken, as a sentence. `most` is what the server takes, in bytes. */
export function whyRefused({ size, reason }: Upload, most: number): string {
  if (reason?.code === "too_large" && size > most) return t("uploads.tooLarge", { size: fileSize(most) });
  if (!reason) return "";
  if (reason.message && currentLanguage() === "en") return reason.message;
  // The table's sentences are about requests; these are about files.
  return t(`uploads.why.${reason.code}`, {
    defaultValue: sentenceOf(new RequestFailure(reason.code, reason.message)),
  });
}

/** Chooses files for the next message of a conversation: they are on their way at once. */
export function chooseFiles(key: string, files: readonly File[], folders = 0): Thunk<UploadsRoot> {
  return (dispatch, getState) => {
    const room = Math.max(0, LIMITS.files - selectTray(getState(), key).length);
    const blobs = files.slice(0, room);
    const most = selectServer(getState())?.fileMaxBytes ?? Number.POSITIVE_INFINITY;
    const leftOut = { files: files.length - blobs.length, folders };
    if (blobs.length === 0 && leftOut.files + folders === 0) return;
    const uploads = blobs.map((file) => uploadOf(key, file, most));
    dispatch(chosen({ key, uploads, blobs, leftOut }));
  };
}

function uploadOf(key: string, { name, type, size }: File, most: number): Upload {
  const upload = { id: randomId(), key, name, type, size, sent: 0, kept: false };
  // What the server would refuse in the end need not go there.
  if (size === 0) return { ...upload, state: "failed", reason: { code: "empty_file", message: "" } };
  if (size > most) return { ...upload, state: "failed", reason: { code: "too_large", message: "" } };
  return { ...upload, state: "waiting" };
}
