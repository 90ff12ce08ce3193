import { expect, it, vi } from "vitest";
import type { Connection, ConnectionState, Person, ServerInfo, User } from "~/contract";
import { RequestFailure } from "~/failure";
import { send } from "~/features/outbox/slice";
import { client } from "~/test/client";
import { alice, bob } from "~/test/model-server";
import { change, findPeople, selectNotices, selectObstacle, selectReceived, selectRelation } from "./slice";

const carol: User = { ...bob, id: "0190a000-0000-7000-8000-00000000000c", username: "carol" };
const shown = ({ id, username, displayName, avatarUrl }: User): User => ({
  id,
  username,
  displayName,
  avatarUrl,
});
const since = "2026-05-01T00:00:00.000Z";
const info = { directMessages: "connections" } as ServerInfo;

/** Alice's client; `answers` says how she stands to whom, as the server sees it now. */
function setUp(answers: Map<User, ConnectionState> = new Map()) {
  const here = client();
  const known = vi.mocked(here.http.get).getMockImplementation();
  vi.mocked(here.http.get).mockImplementation(async (path: string) => {
    const url = new URL(path, "http://here");
    const entries = [...answers];
    const person = ([user, connection]: [User, ConnectionState]): Person => ({ ...shown(user), connection });
    if (url.pathname === "/connections") {
      const connections = entries
        .filter(([, state]) => state === url.searchParams.get("state"))
        .map(([user, state]): Connection => ({ user: shown(user), state, since }));
      return { connections } as never;
    }
    if (url.pathname === "/users") return { users: entries.map(person) } as never;
    const one = entries.find(([user]) => url.pathname === `/users/${user.id}`);
    if (one) return person(one) as never;
    return known?.(path) as never;
  });
  const state = here.store.getState;
  const stands = (user: User) => selectRelation(state(), user.id)?.state;
  const begin = async () => {
    here.signIn();
    await vi.waitFor(() => expect(state().connection.phase).toBe("connected"));
    here.store.dispatch({ type: "session/serverDescribed", payload: info });
  };
  const received = () => selectReceived(state()).map(({ user }) => user.id);
  return { ...here, state, stands, begin, received, answers };
}

it("knows who waits for an answer from the first connection on, and follows the events", async () => {
  const { begin, received, socket, stands } = setUp(new Map([[bob, "received"]]));
  await begin();
  await vi.waitFor(() => expect(received()).toEqual([bob.id]));
  socket.hear("connectionUpdated", { user: shown(carol), state: "received" });
  expect(received()).toEqual([carol.id, bob.id]);
  socket.hear("connectionUpdated", { user: shown(bob), state: "accepted" });
  expect(received()).toEqual([carol.id]);
  expect(stands(bob)).toBe("accepted");
});

it("asks again after a reconnect, and forgets what is over", async () => {
  const { begin, received, socket, answers, store } = setUp(new Map([[bob, "received"]]));
  await begin();
  await vi.waitFor(() => expect(received()).toEqual([bob.id]));
  socket.lose();
  answers.clear();
  answers.set(carol, "received");
  await vi.waitFor(() => expect(store.getState().connection.phase).toBe("connected"), 5_000);
  await vi.waitFor(() => expect(received()).toEqual([carol.id]));
});

it("an answer that was asked for before an event does not undo it", async () => {
  const { begin, socket, stands, store, http } = setUp();
  await begin();
  let answer = (_: unknown) => {};
  vi.mocked(http.get).mockImplementation(
    () =>
      new Promise((resolve) => {
        answer = resolve as typeof answer;
      }),
  );
  const found = store.dispatch(findPeople("bob"));
  socket.hear("connectionUpdated", { user: shown(bob), state: "accepted" });
  answer({ users: [{ ...shown(bob), connection: "requested" }] });
  await found;
  expect(stands(bob)).toBe("accepted");
});

it("a change is shown by its answer, with or without the event, in whichever order", async () => {
  const { begin, socket, stands, store, http } = setUp();
  await begin();
  vi.mocked(http.post).mockResolvedValueOnce({ user: shown(bob), state: "requested", since } as never);
  await store.dispatch(change(bob, "ask"));
  expect(http.post).toHaveBeenCalledWith("/connections", { userId: bob.id });
  expect(stands(bob)).toBe("requested");
  // The two requests crossed: the event that says so came before the answer of this one.
  vi.mocked(http.delete).mockImplementationOnce(async () => {
    socket.hear("connectionUpdated", { user: shown(bob), state: "accepted" });
  });
  await store.dispatch(change(bob, "end"));
  expect(stands(bob)).toBe("accepted");
  await store.dispatch(change(bob, "block"));
  expect(http.put).toHaveBeenCalledWith(`/blocks/${bob.id}`);
  expect(stands(bob)).toBe("blocked");
  await store.dispatch(change(bob, "unblock"));
  expect(http.delete).toHaveBeenCalledWith(`/blocks/${bob.id}`);
  expect(stands(bob)).toBe("none");
});

it("a change that was refused because all was different shows how it is", async () => {
  const { begin, stands, store, http, answers, socket } = setUp();
  await begin();
  socket.hear("connectionUpdated", { user: shown(bob), state: "received" });
  answers.set(bob, "none");
  vi.mocked(http.post).mockRejectedValueOnce(new RequestFailure("not_found"));
  await expect(store.dispatch(change(bob, "accept"))).rejects.toMatchObject({ code: "not_found" });
  expect(stands(bob)).toBe("none");
});

it("says what stands in the way of writing, as the server's setting has it", async () => {
  const { begin, socket, state, store } = setUp();
  await begin();
  expect(selectObstacle(state(), bob.id)).toBeNull();
  const obstacles = (directMessages: ServerInfo["directMessages"]) => {
    store.dispatch({ type: "session/serverDescribed", payload: { ...info, directMessages } });
    return (["none", "requested", "received", "accepted", "blocked"] as const).map((it) => {
      socket.hear("connectionUpdated", { user: shown(bob), state: it });
      return selectObstacle(state(), bob.id);
    });
  };
  expect(obstacles("connections")).toEqual(["none", "requested", "received", null, "blocked"]);
  expect(obstacles("anyone")).toEqual([null, null, null, null, "blocked"]);
});

it("a message that was refused for it tells how the two stand to each other", async () => {
  const { begin, stands, store, socket, answers } = setUp();
  await begin();
  answers.set(bob, "none");
  socket.answer = (event) =>
    event === "sendMsg"
      ? { success: false, code: "not_connected", error: "You can only message connected users" }
      : { success: true, conversations: [], removed: [], more: false };
  await store.dispatch(send(`user:${bob.id}`, "hello?"));
  await vi.waitFor(() => expect(stands(bob)).toBe("none"));
  expect(store.getState().outbox.items[0]?.reason?.code).toBe("not_connected");
});

it("tells what is new until it is over, and nothing that it does not know", async () => {
  const { begin, socket, state } = setUp();
  await begin();
  const notices = () => selectNotices(state()).map(({ type, user }) => [type, user.id]);
  socket.hear("notification", { type: "somethingNewer", user: shown(carol) });
  expect(notices()).toEqual([]);
  socket.hear("connectionUpdated", { user: shown(bob), state: "received" });
  socket.hear("notification", { type: "connectionRequested", user: shown(bob) });
  expect(notices()).toEqual([["connectionRequested", bob.id]]);
  // Answered in another tab.
  socket.hear("connectionUpdated", { user: shown(bob), state: "accepted" });
  expect(notices()).toEqual([]);
  socket.hear("notification", { type: "connectionAccepted", user: shown(bob) });
  expect(notices()).toEqual([["connectionAccepted", bob.id]]);
});

it("shows a new name or picture of somebody at once", async () => {
  const { begin, socket, state } = setUp();
  await begin();
  socket.hear("connectionUpdated", { user: shown(bob), state: "accepted" });
  socket.hear("userUpdated", { user: { ...shown(bob), displayName: "Robert" } });
  socket.hear("userUpdated", { user: shown(carol) });
  expect(selectRelation(state(), bob.id)?.user.displayName).toBe("Robert");
  expect(selectRelation(state(), carol.id)).toBeUndefined();
});

it("nothing of one account is left for the next", async () => {
  const { begin, socket, store, stands } = setUp();
  await begin();
  socket.hear("connectionUpdated", { user: shown(bob), state: "received" });
  store.dispatch({ type: "session/signedIn", payload: { ...alice, id: carol.id } });
  expect(stands(bob)).toBeUndefined();
});
