//! Who is signed in. The cookies are the browser's; this only remembers what the server said about them.
import { createSlice, isAnyOf, type PayloadAction } from "@reduxjs/toolkit";
import type { Login, Me, Register, ServerInfo, SessionEndReason, SignedIn } from "~/contract";
import { RequestFailure } from "~/failure";
import type { Thunk } from "~/services";
import { server, sessionRefused } from "~/socket/actions";
import { beginForgetting, endForgetting, toForget } from "~/storage/forgetting";
import { rememberedMe, rememberMe } from "~/storage/remembered";

export interface SessionState {
  status: "starting" | "unreachable" | "signedOut" | "signedIn";
  user: Me | null;
  /** Why the session ended, when the user did not end it. */
  ended: "expired" | Exclude<SessionEndReason, "signed_out"> | null;
  /** Nobody could be asked yet whether the session still holds: what is shown is what this browser kept. */
  unconfirmed?: boolean;
  /** What the server says about itself to anybody. */
  server: ServerInfo | null;
}

interface Root {
  session: SessionState;
}

const ENDED: ReadonlySet<string> = new Set<SessionEndReason>(["revoked", "token_reused", "too_many_devices"]);
const initialState: SessionState = { status: "starting", user: null, ended: null, server: null };

const slice = createSlice({
  name: "session",
  initialState,
  reducers: {
    started(state) {
      // Asking again after a failure keeps saying so until there is an answer.
      if (state.status !== "unreachable") state.status = "starting";
    },
    serverDescribed(state, action: PayloadAction<ServerInfo>) {
      state.server = action.payload;
    },
    signedIn(state, action: PayloadAction<Me>) {
      Object.assign(state, { status: "signedIn", user: action.payload, ended: null });
      // What the server said before the first account was made.
      if (state.server) state.server.empty = false;
    },
    /** The user signed out, here or in another tab, or never was signed in. */
    signedOut(state) {
      Object.assign(state, { status: "signedOut", user: null, ended: null, unconfirmed: false });
    },
    confirmed(state) {
      state.unconfirmed = false;
    },
    unconfirmed(state) {
      state.unconfirmed = true;
    },
    startFailed(state) {
      state.status = "unreachable";
    },
    profileChanged(state, action: PayloadAction<Me>) {
      state.user = action.payload;
    },
  },
  extraReducers: (builder) => {
    builder
      .addCase(sessionRefused, (state) => {
        Object.assign(state, { status: "signedOut", user: null, ended: "expired", unconfirmed: false });
      })
      .addCase(server.sessionEnded, (state, { payload }) => {
        // A newer server may have reasons that this page has no sentence for.
        const ended =
          payload.reason === "signed_out" ? null : ENDED.has(payload.reason) ? payload.reason : "revoked";
        Object.assign(state, { status: "signedOut", user: null, ended });
      })
      .addCase(server.userUpdated, (state, { payload: { user } }) => {
        // Changed in another tab or on another device.
        if (state.user?.id === user.id) Object.assign(state.user, user);
      })
      .addCase(server.notification, (state, { payload }) => {
        if (payload.type === "privacyChanged" && state.user) state.user.privacy = payload.privacy;
      });
  },
});

export const { signedIn, signedOut, profileChanged, confirmed } = slice.actions;
export const sessionReducer = slice.reducer;

/** Another account is signed in here, or none any more: what was known is not for the next one's eyes. */
export const accountChanged = isAnyOf(signedIn, signedOut, sessionRefused, server.sessionEnded);

export const selectSession = (state: Root) => state.session;
export const selectServer = (state: Root) => state.session.server;
export const selectMe = (state: Root) => state.session.user;

/** Asks the server what it is: who may sign up, how long a message may be. */
export function loadServer(): Thunk<Root, Promise<void>> {
  return async (dispatch, _getState, { http }) => {
    try {
      dispatch(slice.actions.serverDescribed(await http.get<ServerInfo>("/server")));
    } catch {
      // Everything works without it; the forms then learn from refusals.
    }
  };
}

/** Asks the server who the cookies belong to. Where it cannot be asked, what was kept for the last one can be read. */
export function start(): Thunk<Root, Promise<void>> {
  return async (dispatch, _getState, { http, database }) => {
    dispatch(slice.actions.started());
    // Whoever left in the middle of signing out wanted to be signed out.
    if (toForget().length > 0) {
      rememberMe(null);
      await database.finishForgetting().catch(() => {});
      await http.post("/auth/logout").catch(() => {});
    }
    try {
      dispatch(signedIn(await http.get<Me>("/users/me")));
    } catch (error) {
      const known = error instanceof RequestFailure && error.code === "unauthenticated";
      const last = rememberedMe();
      const me = known ? null : last;
      if (known && last) {
        // Their session ended while nobody looked.
        rememberMe(null);
        await database.forgetChats(last.id).catch(() => {});
      }
      if (me) {
        dispatch(slice.actions.unconfirmed());
        dispatch(signedIn(me));
      } else dispatch(known ? signedOut() : slice.actions.startFailed());
    }
  };
}

/** Asks once more, without changing anything. */
export function whoAmI(): Thunk<Root, Promise<Me>> {
  return (_dispatch, _getState, { http }) => http.get<Me>("/users/me");
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

const STILL_THERE_MS = 1_000;

/** Ends the session on the server first: a sign-out that the server did not hear of would be a false promise. */
export function signOut(): Thunk<Root, Promise<void>> {
  return async (dispatch, getState, { http, database }) => {
    const userId = selectMe(getState())?.id;
    if (userId) beginForgetting(userId);
    try {
      await http.post("/auth/logout");
    } catch (error) {
      // A page that is being left fails in the same way, and shall be forgotten: only one that is still there takes it back.
      if (userId) setTimeout(() => endForgetting(userId), STILL_THERE_MS);
      throw error;
    }
    dispatch(signedOut());
    if (userId) await database.forget(userId);
  };
}
