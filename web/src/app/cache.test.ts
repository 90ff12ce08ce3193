import { waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { RequestFailure } from "~/failure";
import { draftChanged } from "~/features/composer/slice";
import { type Chat, loadPage, selectChat, windowOf } from "~/features/messages/slice";
import { signOut, start } from "~/features/session/slice";
import { server } from "~/socket/actions";
import { toForget } from "~/storage/forgetting";
import { rememberedMe, rememberMe } from "~/storage/remembered";
import { client } from "~/test/client";
import { alice, bob, ModelConversation } from "~/test/model-server";

type Client = ReturnType<typeof client>;

function room(count = 80) {
  const made = new ModelConversation("room", [alice, bob]);
  for (let number = 1; number <= count; number += 1) made.send(bob, `number ${number}`);
  return made;
}

const shown = (here: Client) => {
  const chat = selectChat(here.store.getState(), "room");
  return chat ? windowOf(chat).map((message) => message.msg) : [];
};
const kept = (here: Client) => here.database.chats.toArray();

/** Somebody who has read the room, and whose browser has kept it. */
async function reader() {
  const rooms = [room()];
  const here = client({ rooms });
  here.signIn();
  await waitFor(() => expect(shown(here)).toHaveLength(1));
  await here.store.dispatch(loadPage("room", {}));
  await waitFor(async () => {
    const [row] = await kept(here);
    const chat = row?.content as Chat | undefined;
    expect(Object.keys(chat?.messages ?? {})).toHaveLength(50);
  });
  return { here, rooms };
}

const again = ({ here, rooms }: Awaited<ReturnType<typeof reader>>) =>
  client({ database: here.database, rooms });
const unreachable = (it: Client) =>
  vi.mocked(it.http.get).mockRejectedValue(new RequestFailure("unreachable"));

it("shows what there was at once, and then what is new, without another page", async () => {
  const before = await reader();
  before.rooms[0]?.editMessage(75, "seventy-five");
  before.rooms[0]?.send(bob, "news");
  const page = again(before);
  // The server is slow.
  let answer = () => {};
  const answers = vi.mocked(page.http.get).getMockImplementation()!;
  vi.mocked(page.http.get).mockImplementation(async (path) => {
    await new Promise<void>((resolve) => (answer = resolve));
    return answers(path);
  });
  page.signIn();
  await waitFor(() => expect(shown(page)).toHaveLength(50));
  expect(shown(page).at(-1)).toBe("number 80");
  answer();
  await waitFor(() => expect(shown(page).at(-1)).toBe("news"));
  expect(shown(page)).toContain("seventy-five");
  expect(page.http.get).not.toHaveBeenCalledWith(expect.stringContaining("/messages"));
});

it("can be read where the server cannot be reached, and goes on when it can", async () => {
  const before = await reader();
  const page = again(before);
  const answers = vi.mocked(page.http.get).getMockImplementation()!;
  unreachable(page);
  await page.store.dispatch(start());
  await waitFor(() => expect(shown(page).at(-1)).toBe("number 80"));
  expect(page.store.getState().session).toMatchObject({ status: "signedIn", unconfirmed: true });
  expect(page.store.getState().connection.phase).toBe("reconnecting");
  expect(page.socket.attempts).toBe(0);
  before.rooms[0]?.send(bob, "news");
  vi.mocked(page.http.get).mockImplementation(async (path) =>
    path === "/users/me" ? (alice as never) : answers(path),
  );
  window.dispatchEvent(new Event("online"));
  await waitFor(() => expect(shown(page).at(-1)).toBe("news"));
  expect(page.store.getState().session.unconfirmed).toBe(false);
});

it("mixes nothing where the cookies have become another account's meanwhile", async () => {
  const before = await reader();
  const page = again({ ...before, rooms: [] });
  unreachable(page);
  await page.store.dispatch(start());
  await waitFor(() => expect(shown(page)).toHaveLength(50));
  vi.mocked(page.http.get).mockImplementation(async (path) =>
    path === "/users/me" ? (bob as never) : ({ conversations: [] } as never),
  );
  window.dispatchEvent(new Event("online"));
  await waitFor(() => expect(page.store.getState().session.user?.id).toBe(bob.id));
  await waitFor(() => expect(page.store.getState().connection.phase).toBe("connected"));
  expect(shown(page)).toEqual([]);
  expect(await kept(page)).toEqual([]);
});

it("is gone after signing out, and nothing comes after it", async () => {
  const { here } = await reader();
  here.store.dispatch(draftChanged({ key: `user:${bob.id}`, text: "half a thought" }));
  await waitFor(async () => expect(await here.database.drafts.count()).toBe(1));
  here.store.dispatch(draftChanged({ key: `user:${bob.id}`, text: "half a thought more" }));
  await here.store.dispatch(signOut());
  expect(await kept(here)).toEqual([]);
  expect(await here.database.drafts.count()).toBe(0);
  expect(rememberedMe()).toBeNull();
  // Longer than anything waits before it is written.
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  expect(await kept(here)).toEqual([]);
  expect(await here.database.drafts.count()).toBe(0);
  expect(Object.keys(localStorage)).toEqual([]);
});

it("is gone too where the page was left in the middle of signing out", async () => {
  const before = await reader();
  before.here.store.dispatch(draftChanged({ key: `user:${bob.id}`, text: "half a thought" }));
  await waitFor(async () => expect(await before.here.database.drafts.count()).toBe(1));
  vi.spyOn(before.here.database, "forget").mockReturnValue(new Promise(() => {}) as never);
  void before.here.store.dispatch(signOut());
  await waitFor(() => expect(before.here.store.getState().session.status).toBe("signedOut"));
  expect(await before.here.database.drafts.count()).toBe(1);
  vi.restoreAllMocks();
  const page = again(before);
  vi.mocked(page.http.get).mockRejectedValue(new RequestFailure("unauthenticated"));
  await page.store.dispatch(start());
  expect(await kept(page)).toEqual([]);
  expect(await page.database.drafts.count()).toBe(0);
  expect(page.http.post).toHaveBeenCalledWith("/auth/logout");
  expect(Object.keys(localStorage)).toEqual([]);
});

it("stays where signing out failed", async () => {
  const { here } = await reader();
  vi.mocked(here.http.post).mockRejectedValueOnce(new RequestFailure("unreachable"));
  await expect(here.store.dispatch(signOut())).rejects.toThrow();
  expect(await kept(here)).toHaveLength(1);
  await waitFor(() => expect(toForget()).toEqual([]), { timeout: 5_000 });
  expect(await kept(here)).toHaveLength(1);
});

it("is not written by a tab that has not heard yet that another one signs out", async () => {
  const { here } = await reader();
  rememberMe(null);
  await here.database.forgetChats(alice.id);
  await here.database.keepChats(alice.id, "build", [{ id: "room", content: {} }], []);
  expect(await kept(here)).toEqual([]);
});

it("is gone when the device was signed out elsewhere; what was not sent waits", async () => {
  const { here } = await reader();
  here.store.dispatch(draftChanged({ key: `user:${bob.id}`, text: "half a thought" }));
  await waitFor(async () => expect(await here.database.drafts.count()).toBe(1));
  here.store.dispatch(server.sessionEnded({ reason: "revoked" }));
  await waitFor(async () => expect(await kept(here)).toEqual([]));
  expect(await here.database.drafts.count()).toBe(1);
});

it("is not taken from another build", async () => {
  const before = await reader();
  await before.here.database.chats.toCollection().modify({ build: "/assets/older.js" });
  const page = again(before);
  page.signIn();
  await waitFor(() => expect(shown(page)).toHaveLength(1));
  expect(shown(page)).toEqual(["number 80"]);
});
