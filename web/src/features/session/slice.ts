//! Who is signed in. The cookies are the browser's; this only remembers what the server said about them.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Login, Me, Register, SignedIn } from "~/contract";
import { RequestFailure } from "~/failure";
import type { Thunk } from "~/services";
import { server, sessionRefused } from "~/socket/actions";

export interface SessionState {
  status: "starting" | "unreachable" | "signedOut" | "signedIn";
  user: Me | null;
  /** Why the session ended, when the user did not end it. */
  ended: "expired" | "revoked" | null;
}

interface Root {
  session: SessionState;
}

const initialState: SessionState = { status: "starting", user: null, ended: null };

const slice = createSlice({
  name: "session",
  initialState,
  reducers: {
    started: () => initialState,
    signedIn(state, action: PayloadAction<Me>) {
      Object.assign(state, { status: "signedIn", user: action.payload, ended: null });
    },
    /** The user signed out, here or in another tab, or never was signed in. */
    signedOut: () => ({ status: "signedOut", user: null, ended: null }) as const,
    startFailed(state) {
      state.status = "unreachable";
    },
    profileChanged(state, action: PayloadAction<Me>) {
      state.user = action.payload;
    },
  },
  extraReducers: (builder) => {
    builder
      .addCase(sessionRefused, () => ({ status: "signedOut", user: null, ended: "expired" }) as const)
      .addCase(server.sessionEnded, (_, { payload }) => ({
        status: "signedOut",
        user: null,
        ended: payload.reason === "signed_out" ? null : "revoked",
      }));
  },
});

export const { signedIn, signedOut, profileChanged } = slice.actions;
export const sessionReducer = slice.reducer;

export const selectSession = (state: Root) => state.session;
export const selectMe = (state: Root) => state.session.user;

/** Asks the server who the cookies belong to. */
export function start(): Thunk<Root, Promise<void>> {
  return async (dispatch, _getState, { http }) => {
    dispatch(slice.actions.started());
    try {
      dispatch(signedIn(await http.get<Me>("/users/me")));
    } catch (error) {
      const known = error instanceof RequestFailure && error.code === "unauthenticated";
      dispatch(known ? signedOut() : slice.actions.startFailed());
    }
  };
}

export function signIn(login: Login): Thunk<Root, Promise<void>> {
  return async (dispatch, _getState, { http }) => {
    dispatch(signedIn((await http.post<SignedIn>("/auth/login", login)).user));
  };
}

export function signUp(register: Register): Thunk<Root, Promise<void>> {
  return async (dispatch, _getState, { http }) => {
    dispatch(signedIn((await http.post<SignedIn>("/auth/register", register)).user));
  };
}

/** Ends the session on the server first: a sign-out that the server did not hear of would be a false promise. */
export function signOut(): Thunk<Root, Promise<void>> {
  return async (dispatch, getState, { http, database }) => {
    const userId = selectMe(getState())?.id;
    await http.post("/auth/logout");
    dispatch(signedOut());
    if (userId) await database.forget(userId);
  };
}

export function renameMe(displayName: string): Thunk<Root, Promise<void>> {
  return async (dispatch, _getState, { http }) => {
    dispatch(profileChanged(await http.patch<Me>("/users/me", { displayName })));
  };
}
