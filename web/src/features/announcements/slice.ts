//! What the server's admin tells everyone. It is shown until it is put away, and not kept anywhere.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Announcement } from "~/contract";
import { accountChanged } from "~/features/session/slice";
import { server } from "~/socket/actions";

export interface Shown extends Announcement {
  key: number;
}

export interface AnnouncementsState {
  /** The latest last. */
  shown: Shown[];
  heard: number;
}

export interface AnnouncementsRoot {
  announcements: AnnouncementsState;
}

/** More than these would leave no room for the chat. */
const SHOWN_MOST = 3;
const initialState: AnnouncementsState = { shown: [], heard: 0 };

const slice = createSlice({
  name: "announcements",
  initialState,
  reducers: {
    putAway(state, action: PayloadAction<number>) {
      state.shown = state.shown.filter(({ key }) => key !== action.payload);
    },
  },
  extraReducers: (builder) => {
    builder
      .addCase(server.announcement, (state, { payload: { message, timestamp } }) => {
        state.heard += 1;
        state.shown = [...state.shown, { message, timestamp, key: state.heard }].slice(-SHOWN_MOST);
      })
      .addMatcher(accountChanged, () => initialState);
  },
});

export const { putAway } = slice.actions;
export const announcementsReducer = slice.reducer;
export const selectAnnouncements = (state: AnnouncementsRoot) => state.announcements.shown;
