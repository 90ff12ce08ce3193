import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { client } from "~/test/client";
import { alice, bob, ModelConversation } from "~/test/model-server";
import { show } from "~/test/render";
import ChatPage from "./ChatPage";
import { Sidebar } from "./Sidebar";

const carol = { ...bob, id: "0190a000-0000-7000-8000-00000000000c", username: "carol", displayName: "Carol" };
const page = (
  <>
    <Sidebar hiddenWhenNarrow={false} />
    <ChatPage />
  </>
);
const routes = [
  { path: "/chat", element: page },
  { path: "/c/:conversationId", element: page },
  { path: "/chat/:toUserId", element: page },
];

function twoRooms() {
  const withBob = new ModelConversation("with-bob", [alice, bob]);
  const withCarol = new ModelConversation("with-carol", [alice, carol]);
  for (let count = 1; count <= 60; count += 1) {
    withBob.send(bob, `bob says ${count}`);
    withCarol.send(carol, `carol says ${count}`);
  }
  return [withBob, withCarol];
}

const log = () => screen.getByRole("log").textContent ?? "";

it("never shows one chat's messages in another, however late its history comes", async () => {
  const here = client({ rooms: twoRooms() });
  const get = vi.mocked(here.http.get);
  const answer = get.getMockImplementation()!;
  let release = () => {};
  get.mockImplementation(async (path) => {
    if (path.includes("with-bob/messages")) await new Promise<void>((resolve) => (release = resolve));
    return answer(path);
  });
  const { router } = show(routes, "/c/with-bob", here);
  act(() => void here.signIn());
  await waitFor(() => expect(get.mock.calls.some(([path]) => path.includes("with-bob/messages"))).toBe(true));
  await act(() => router.navigate("/c/with-carol"));
  await waitFor(() => expect(log()).toContain("carol says 60"));
  await act(async () => release());
  expect(log()).toContain("carol says 59");
  expect(log()).not.toContain("bob says");
  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Carol");
});

it("shows a message that arrives, reads it, and clears the badge", async () => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  const rooms = twoRooms();
  const here = client({ rooms });
  show(routes, "/c/with-bob", here);
  act(() => void here.signIn());
  await waitFor(() => expect(log()).toContain("bob says 60"));
  act(() => here.socket.hear("RecievedMsg", rooms[0]!.send(bob, "news").payload));
  await waitFor(() => expect(log()).toContain("news"));
  await waitFor(() => expect(rooms[0]!.members[0]!.read).toBe(61));
  expect(rooms[1]!.members[0]).toMatchObject({ read: 0, delivered: 60 });
  expect(screen.getByRole("link", { name: /Carol.*60 unread/ })).toBeTruthy();
  expect(screen.queryByRole("link", { name: /Bob.*unread/ })).toBeNull();
});

it("reads nothing while nobody looks", async () => {
  vi.spyOn(document, "hasFocus").mockReturnValue(false);
  const rooms = twoRooms();
  const here = client({ rooms });
  show(routes, "/c/with-bob", here);
  act(() => void here.signIn());
  await waitFor(() => expect(log()).toContain("bob says 60"));
  await waitFor(() => expect(rooms[0]!.members[0]!.delivered).toBe(60));
  expect(rooms[0]!.members[0]!.read).toBe(0);
});

it("makes nothing by looking at somebody, and everything by writing to them", async () => {
  const rooms: ModelConversation[] = [];
  const here = client({ rooms });
  const get = vi.mocked(here.http.get);
  const answer = get.getMockImplementation()!;
  const person = { ...bob, connection: "accepted" } as never;
  get.mockImplementation(async (path) => (path === `/users/${bob.id}` ? person : answer(path)));
  show(routes, `/chat/${bob.id}`, here);
  act(() => void here.signIn());
  const box = await screen.findByRole("textbox", { name: "Message to Bob" });
  await waitFor(() => expect(here.socket.emitted.map(({ event }) => event)).toEqual(["sync"]));
  expect(here.http.post).not.toHaveBeenCalled();
  await userEvent.type(box, "hello{Enter}");
  await waitFor(() => expect(screen.getByRole("log").textContent).toContain("hello"));
  await waitFor(() => expect(rooms).toHaveLength(1));
  await waitFor(() =>
    expect(screen.getByRole("log", { name: "Messages with Bob" }).textContent).toContain("Sent"),
  );
});

it("offers a request where one may not write yet, and the composer as soon as it is accepted", async () => {
  const here = client();
  const get = vi.mocked(here.http.get);
  const answer = get.getMockImplementation()!;
  let connection = "none";
  get.mockImplementation(async (path) =>
    path === `/users/${bob.id}` ? ({ ...bob, connection } as never) : answer(path),
  );
  here.store.dispatch({ type: "session/serverDescribed", payload: { directMessages: "connections" } });
  show(routes, `/chat/${bob.id}`, here);
  act(() => void here.signIn());
  const user = userEvent.setup();
  const ask = await screen.findByRole("button", { name: "Send request Bob" });
  expect(screen.queryByRole("textbox", { name: "Message to Bob" })).toBeNull();
  vi.mocked(here.http.post).mockImplementationOnce(async () => {
    connection = "requested";
    return { user: bob, state: "requested", since: "2026-05-01T00:00:00.000Z" } as never;
  });
  await user.click(ask);
  expect(await screen.findByText(/as soon as it is accepted/)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Cancel request Bob" })).toBeTruthy();
  expect(screen.queryByRole("textbox", { name: "Message to Bob" })).toBeNull();
  act(() => here.socket.hear("connectionUpdated", { user: bob, state: "accepted" }));
  expect(screen.getByRole("textbox", { name: "Message to Bob" })).toBeTruthy();
  act(() => here.socket.hear("connectionUpdated", { user: bob, state: "blocked" }));
  expect(screen.queryByRole("textbox", { name: "Message to Bob" })).toBeNull();
  expect(screen.getByRole("button", { name: "Unblock Bob" })).toBeTruthy();
});

it("says so when there is no such conversation", async () => {
  const here = client({ rooms: [] });
  show(routes, "/c/nowhere", here);
  act(() => void here.signIn());
  expect(await screen.findByText(/does not exist/)).toBeTruthy();
});
