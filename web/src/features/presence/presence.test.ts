import { expect, it, vi } from "vitest";
import type { Presence } from "~/contract";
import { missed } from "~/features/people/slice";
import { client } from "~/test/client";
import { bob } from "~/test/model-server";
import { presenceReducer, unwatched, watched } from "./slice";

const online = (userId: string): Presence => ({ userId, status: "online", lastSeen: null });

async function connected(known: Presence[]) {
  const here = client();
  const asked: string[][] = [];
  const before = here.answer;
  here.socket.answer = (event, payload) => {
    if (event !== "getPresence") return before(event, payload);
    const { userIds } = payload as { userIds: string[] };
    asked.push(userIds);
    return { success: true, users: known.filter(({ userId }) => userIds.includes(userId)) };
  };
  here.signIn();
  await expect.poll(() => here.store.getState().connection.phase).toBe("connected");
  const statusOf = (id: string) => here.store.getState().presence.people[id]?.status;
  return { ...here, asked, statusOf };
}

it("asks once about everybody who comes on the screen, and not about those who have gone from it", async () => {
  const { store, asked, statusOf } = await connected([online("b"), online("c")]);
  for (const id of ["b", "b", "c", "d"]) store.dispatch(watched(id));
  store.dispatch(unwatched("d"));
  await expect.poll(() => statusOf("c")).toBe("online");
  expect(asked).toEqual([["b", "c"]]);
  store.dispatch(unwatched("b"));
  store.dispatch(watched("b"));
  store.dispatch(unwatched("b"));
  store.dispatch(unwatched("b"));
  store.dispatch(missed());
  await expect.poll(() => asked.length).toBe(2);
  expect(asked[1]).toEqual(["c"]);
});

it("asks about many in portions that the server takes", async () => {
  const { store, asked } = await connected([]);
  for (let n = 0; n < 450; n += 1) store.dispatch(watched(`user-${n}`));
  await expect.poll(() => asked.map(({ length }) => length)).toEqual([200, 200, 50]);
});

it("follows the events, and knows nothing without a connection", async () => {
  const { store, socket, asked, statusOf } = await connected([online("b")]);
  store.dispatch(watched("b"));
  await expect.poll(() => statusOf("b")).toBe("online");
  socket.hear("presenceChanged", { userId: "b", status: "away", lastSeen: null });
  expect(statusOf("b")).toBe("away");
  socket.lose();
  expect(statusOf("b")).toBeUndefined();
  await expect.poll(() => statusOf("b")).toBe("online");
  expect(asked).toHaveLength(2);
});

it("forgets whoever the server says nothing about, and whoever was blocked", async () => {
  const known = [online("b")];
  const { store, socket, statusOf } = await connected(known);
  store.dispatch(watched("b"));
  await expect.poll(() => statusOf("b")).toBe("online");
  known.length = 0;
  store.dispatch(missed());
  await expect.poll(() => statusOf("b")).toBeUndefined();
  socket.hear("presenceChanged", online(bob.id));
  socket.hear("connectionUpdated", { user: bob, state: "blocked" });
  expect(statusOf(bob.id)).toBeUndefined();
});

it("says when nobody looks at the page, also on a connection that is made meanwhile", async () => {
  let visible: DocumentVisibilityState = "visible";
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => visible);
  const { socket } = await connected([]);
  const said = () =>
    socket.emitted
      .filter(({ event }) => event === "setStatus")
      .map(({ payload }) => (payload as { active: boolean }).active);
  const turn = (to: DocumentVisibilityState) => {
    visible = to;
    document.dispatchEvent(new Event("visibilitychange"));
  };
  expect(said()).toEqual([]);
  turn("hidden");
  turn("visible");
  expect(said()).toEqual([false, true]);
  turn("hidden");
  socket.lose();
  await expect.poll(said).toEqual([false, true, false, false]);
});

it("is nothing to begin with", () => {
  expect(presenceReducer(undefined, { type: "begin" })).toEqual({ people: {} });
});
