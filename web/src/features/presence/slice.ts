//! Who is there. Only those who are on the screen are asked about; from then on the events tell. Without a connection nobody
//! is known to be anything: yesterday's "online" would be a lie.
import { createAction, createSlice } from "@reduxjs/toolkit";
import { useEffect } from "react";
import { useDispatch, useSelector } from "react-redux";
import type { Presence, UserId } from "~/contract";
import { accountChanged } from "~/features/session/slice";
import { disconnected, server, wentOffline } from "~/socket/actions";

export interface PresenceState {
  people: Record<UserId, Pick<Presence, "status" | "lastSeen">>;
}

interface Root {
  presence: PresenceState;
}

const initialState: PresenceState = { people: {} };

/** Somebody came on the screen, or went from it. */
export const watched = createAction<UserId>("presence/watched");
export const unwatched = createAction<UserId>("presence/unwatched");
/** What the server says about those who were asked for; of whom it says nothing, nothing is known. */
export const presenceLoaded = createAction<{ asked: UserId[]; users: Presence[] }>("presence/loaded");

const slice = createSlice({
  name: "presence",
  initialState,
  reducers: {},
  extraReducers: (builder) => {
    const tell = (state: PresenceState, { userId, status, lastSeen }: Presence) => {
      state.people[userId] = { status, lastSeen };
    };
    builder
      .addCase(server.presenceChanged, (state, { payload }) => tell(state, payload))
      .addCase(presenceLoaded, (state, { payload: { asked, users } }) => {
        for (const id of asked) delete state.people[id];
        for (const presence of users) tell(state, presence);
      })
      .addCase(server.connectionUpdated, (state, { payload: { user, state: relation } }) => {
        if (relation === "blocked") delete state.people[user.id];
      })
      .addCase(disconnected, () => initialState)
      .addCase(wentOffline, () => initialState)
      .addMatcher(accountChanged, () => initialState);
  },
});

export const presenceReducer = slice.reducer;

/** Whether somebody is there, for as long as they are on the screen. Nobody asks about nobody. */
export function usePresence(id: UserId | undefined) {
  const dispatch = useDispatch();
  useEffect(() => {
    if (id === undefined) return;
    dispatch(watched(id));
    return () => {
      dispatch(unwatched(id));
    };
  }, [dispatch, id]);
  return useSelector((state: Root) => (id === undefined ? undefined : state.presence.people[id]));
}
