//! People: finding them, and remembering those who were found, so that a chat with somebody new has a name at once.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { User, UserId, Users } from "~/contract";
import { signedIn, signedOut } from "~/features/session/slice";
import type { Thunk } from "~/services";

export interface PeopleState {
  known: Record<UserId, User>;
}

interface Root {
  people: PeopleState;
}

/** Enough for every list on the screen; who is forgotten is asked for again. */
const KNOWN_MOST = 500;
const initialState: PeopleState = { known: {} };

const slice = createSlice({
  name: "people",
  initialState,
  reducers: {
    peopleFound(state, action: PayloadAction<User[]>) {
      if (Object.keys(state.known).length + action.payload.length > KNOWN_MOST) state.known = {};
      for (const user of action.payload) state.known[user.id] = user;
    },
  },
  extraReducers: (builder) => {
    builder.addCase(signedOut, () => initialState).addCase(signedIn, () => initialState);
  },
});

export const { peopleFound } = slice.actions;
export const peopleReducer = slice.reducer;
export const selectPerson = (state: Root, id: UserId | null) =>
  id === null ? undefined : state.people.known[id];

export function findPeople(query: string): Thunk<Root, Promise<User[]>> {
  return async (dispatch, _getState, { http }) => {
    const { users } = await http.get<Users>(`/users?query=${encodeURIComponent(query)}`);
    dispatch(peopleFound(users));
    return users;
  };
}

export function loadPerson(id: UserId): Thunk<Root, Promise<void>> {
  return async (dispatch, _getState, { http }) => {
    dispatch(peopleFound([await http.get<User>(`/users/${encodeURIComponent(id)}`)]));
  };
}
