//! People, and how this user stands to them: found, asked for, and kept right by `connectionUpdated`. Who was heard of is
//! remembered, so that a chat with somebody new has a name at once.
import { createSelector, createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type {
  Blocks,
  Connection,
  ConnectionState,
  Connections,
  Notification,
  Person,
  User,
  UserId,
  Users,
} from "~/contract";
import { RequestFailure } from "~/failure";
import { accountChanged, type SessionState, selectServer } from "~/features/session/slice";
import type { Thunk } from "~/services";
import { server } from "~/socket/actions";

export interface Relation {
  user: User;
  state: ConnectionState;
  /** When the server said that it began; empty for what was only just heard. */
  since: string;
  /** Which of the things heard said so. */
  heard: number;
  /** In which connection to the server it was learned: what another one missed is asked for again. */
  epoch: number;
}

export interface Notice {
  key: number;
  type: Notification["type"];
  user: User;
}

export interface PeopleState {
  relations: Record<UserId, Relation>;
  /** Counts what was heard: an answer to a question that is older than it is out of date. */
  heard: number;
  epoch: number;
  /** What this user has been told and not yet looked at, the latest last. */
  notices: Notice[];
}

export interface PeopleRoot {
  people: PeopleState;
  session: SessionState;
}

type Root = PeopleRoot;
type Told = Pick<Relation, "user" | "state"> & { since?: string };

/** Enough for every list on the screen; strangers who are forgotten are asked for again. */
const STRANGERS_MOST = 1_000;
const NOTICES_MOST = 3;
/** The server keeps at most 1,000 requests for one person, and 100 of theirs. */
const REQUEST_PAGES_MOST = 10;
const PAGE = 200;
const initialState: PeopleState = { relations: {}, heard: 0, epoch: 0, notices: [] };

function set(state: PeopleState, { user, state: relation, since }: Told) {
  const before = state.relations[user.id];
  const began = since ?? (before && before.state === relation ? before.since : "");
  state.relations[user.id] = {
    user,
    state: relation,
    since: began,
    heard: state.heard,
    epoch: state.epoch,
  };
}

function forgetStrangers(state: PeopleState) {
  if (Object.keys(state.relations).length <= STRANGERS_MOST) return;
  for (const { user, state: relation } of Object.values(state.relations)) {
    if (relation === "none") delete state.relations[user.id];
  }
}

const slice = createSlice({
  name: "people",
  initialState,
  reducers: {
    /** An answer of the server. `asked` is what had been heard when it was asked for: what came later is newer. */
    answered(state, action: PayloadAction<{ asked: number; told: Told[]; whole?: ConnectionState }>) {
      const { asked, told, whole } = action.payload;
      forgetStrangers(state);
      const named = new Set(told.map(({ user }) => user.id));
      for (const { user, state: relation, heard } of Object.values(state.relations)) {
        if (relation === whole && heard <= asked && !named.has(user.id)) delete state.relations[user.id];
      }
      for (const one of told) {
        const heard = state.relations[one.user.id]?.heard ?? 0;
        if (heard <= asked) set(state, one);
      }
    },
    /** Something may have been missed: what is shown is to be asked for again. */
    missed(state) {
      state.epoch += 1;
    },
    noticeSeen(state, action: PayloadAction<number>) {
      state.notices = state.notices.filter(({ key }) => key !== action.payload);
    },
  },
  extraReducers: (builder) => {
    builder
      .addCase(server.connectionUpdated, (state, { payload }) => {
        state.heard += 1;
        set(state, payload);
        // A request that was answered on another device, or taken back, is no news any more.
        const over = ({ type, user }: Notice) =>
          user.id === payload.user.id &&
          payload.state !== (type === "connectionRequested" ? "received" : "accepted");
        state.notices = state.notices.filter((notice) => !over(notice));
      })
      .addCase(server.userUpdated, (state, { payload: { user } }) => {
        const relation = state.relations[user.id];
        if (relation) relation.user = user;
      })
      .addCase(server.notification, (state, { payload }) => {
        // A newer server may tell of things that this page does not know.
        if (payload.type !== "connectionRequested" && payload.type !== "connectionAccepted") return;
        state.heard += 1;
        const others = state.notices.filter(({ user }) => user.id !== payload.user.id);
        state.notices = [...others, { key: state.heard, type: payload.type, user: payload.user }];
        state.notices.splice(0, state.notices.length - NOTICES_MOST);
      })
      .addMatcher(accountChanged, () => initialState);
  },
});

export const { missed, noticeSeen } = slice.actions;
const { answered } = slice.actions;
export const peopleReducer = slice.reducer;

const selectRelations = (state: Root) => state.people.relations;
export const selectEpoch = (state: Root) => state.people.epoch;
export const selectNotices = (state: Root) => state.people.notices;
export const selectRelation = (state: Root, id: UserId | null | undefined): Relation | undefined =>
  id == null ? undefined : state.people.relations[id];
export const selectPerson = (state: Root, id: UserId | null) => selectRelation(state, id)?.user;

export type Obstacle = Exclude<ConnectionState, "accepted">;

/** What stands in the way of writing to somebody: how the two stand to each other, or nothing. */
export function selectObstacle(state: Root, id: UserId | null | undefined): Obstacle | null {
  const relation = selectRelation(state, id)?.state;
  // Who is not known yet may well be connected: the server has the last word.
  if (relation === undefined || relation === "accepted") return null;
  if (relation === "blocked") return relation;
  return selectServer(state)?.directMessages === "connections" ? relation : null;
}

// What was only just heard has no time yet, and is the latest.
const begin = ({ since, heard }: Relation) =>
  since === "" ? Number.MAX_SAFE_INTEGER / 2 + heard : Date.parse(since);
const latestFirst = (a: Relation, b: Relation) => begin(b) - begin(a);
const byName = (a: Relation, b: Relation) => a.user.displayName.localeCompare(b.user.displayName);
const inState = (wanted: ConnectionState, order: typeof byName) =>
  createSelector([selectRelations], (relations) =>
    Object.values(relations)
      .filter(({ state }) => state === wanted)
      .sort(order),
  );

/** Requests that wait for this user's answer. */
export const selectReceived = inState("received", latestFirst);
/** Requests of this user that nobody has answered. */
export const selectRequested = inState("requested", latestFirst);
export const selectConnected = inState("accepted", byName);
export const selectBlocked = inState("blocked", byName);

const fromPerson = ({ connection, ...user }: Person): Told => ({ user, state: connection });

export function findPeople(query: string): Thunk<Root, Promise<User[]>> {
  return async (dispatch, getState, { http }) => {
    const asked = getState().people.heard;
    const { users } = await http.get<Users>(`/users?query=${encodeURIComponent(query)}`);
    dispatch(answered({ asked, told: users.map(fromPerson) }));
    return users;
  };
}

export function loadPerson(id: UserId): Thunk<Root, Promise<void>> {
  return async (dispatch, getState, { http }) => {
    const asked = getState().people.heard;
    const person = await http.get<Person>(`/users/${encodeURIComponent(id)}`);
    dispatch(answered({ asked, told: [fromPerson(person)] }));
  };
}

/** One page of the connections. Answers the cursor of the next one. */
export function loadConnections(
  state: ConnectionState,
  cursor?: string,
): Thunk<Root, Promise<string | undefined>> {
  return async (dispatch, getState, { http }) => {
    const asked = getState().people.heard;
    const page = await http.get<Connections>(`/connections?${pageQuery(cursor, state)}`);
    dispatch(answered({ asked, told: page.connections, ...wholeOf(state, cursor ?? page.nextCursor) }));
    return page.nextCursor;
  };
}

/** Loads the open requests, of others and of this user, in place of those that are known. */
export function loadRequests(): Thunk<Root, Promise<void>> {
  return async (dispatch, getState, { http }) => {
    const load = async (state: ConnectionState) => {
      const asked = getState().people.heard;
      const told: Connection[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < REQUEST_PAGES_MOST; page += 1) {
        const answer = await http.get<Connections>(`/connections?${pageQuery(cursor, state)}`);
        told.push(...answer.connections);
        cursor = answer.nextCursor;
        if (cursor === undefined) break;
      }
      dispatch(answered({ asked, told, ...wholeOf(state, cursor) }));
    };
    await Promise.all([load("received"), load("requested")]);
  };
}

/** A list without another page is all there is of that state: who is not in it is not in that state any more. */
const wholeOf = (state: ConnectionState, other: string | undefined) =>
  other === undefined ? { whole: state } : {};

function pageQuery(cursor: string | undefined, state?: ConnectionState): URLSearchParams {
  return new URLSearchParams({
    limit: String(PAGE),
    ...(state === undefined ? {} : { state }),
    ...(cursor === undefined ? {} : { cursor }),
  });
}

/** What one can do about somebody. `end` declines, takes back or parts, whichever there is. */
export type Change = "ask" | "accept" | "end" | "block" | "unblock";

export function change(user: User, what: Change): Thunk<Root, Promise<void>> {
  return async (dispatch, getState, { http }) => {
    const asked = getState().people.heard;
    const id = encodeURIComponent(user.id);
    const requests: Record<Change, () => Promise<ConnectionState>> = {
      ask: async () => (await http.post<Connection>("/connections", { userId: user.id })).state,
      accept: async () => (await http.post<Connection>(`/connections/${id}/accept`)).state,
      end: () => http.delete(`/connections/${id}`).then(() => "none"),
      block: () => http.put(`/blocks/${id}`).then(() => "blocked"),
      unblock: () => http.delete(`/blocks/${id}`).then(() => "none"),
    };
    try {
      const state = await requests[what]();
      dispatch(answered({ asked, told: [{ user, state }] }));
    } catch (failure) {
      // What is shown was not so: a request was taken back meanwhile, somebody was blocked on another device.
      const stale = failure instanceof RequestFailure && ["not_found", "blocked"].includes(failure.code);
      if (stale) await dispatch(loadPerson(user.id)).catch(() => {});
      throw failure;
    }
  };
}

/** One page of those whom this user blocked. Answers the cursor of the next one. */
export function loadBlocks(cursor?: string): Thunk<Root, Promise<string | undefined>> {
  return async (dispatch, getState, { http }) => {
    const asked = getState().people.heard;
    const { blocks, nextCursor } = await http.get<Blocks>(`/blocks?${pageQuery(cursor)}`);
    const told = blocks.map(({ user, since }): Told => ({ user, state: "blocked", since }));
    dispatch(answered({ asked, told, ...wholeOf("blocked", cursor ?? nextCursor) }));
    return nextCursor;
  };
}
