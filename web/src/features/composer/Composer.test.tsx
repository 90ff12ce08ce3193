import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { selectChat } from "~/features/messages/slice";
import { client } from "~/test/client";
import { ModelGroup } from "~/test/model-group";
import { alice, bob } from "~/test/model-server";
import { show } from "~/test/render";
import { Composer } from "./Composer";

const routes = [
  { path: "/bob", element: <Composer chatKey="user:bob" to="Bob" /> },
  { path: "/carol", element: <Composer chatKey="user:carol" to="Carol" /> },
];

function setUp() {
  const here = client();
  // What is written stays on its way, to be looked at.
  here.socket.reachable = false;
  const page = show(routes, "/bob", here);
  page.signIn();
  const written = () => page.store.getState().outbox.items.map((item) => [item.key, item.msg]);
  const box = () => screen.getByRole<HTMLTextAreaElement>("textbox");
  return { ...page, written, box, user: userEvent.setup() };
}

it("sends on Enter and breaks the line on Shift+Enter", async () => {
  const { user, box, written } = setUp();
  await user.type(box(), "one{Shift>}{Enter}{/Shift}two{Enter}");
  expect(written()).toEqual([["user:bob", "one\ntwo"]]);
  expect(box().value).toBe("");
});

it("does not send what an input method is still composing", () => {
  const { box, written } = setUp();
  fireEvent.change(box(), { target: { value: "にほ" } });
  fireEvent.keyDown(box(), { key: "Enter", isComposing: true });
  fireEvent.keyDown(box(), { key: "Enter", keyCode: 229 });
  expect(written()).toEqual([]);
  fireEvent.keyDown(box(), { key: "Enter" });
  expect(written()).toEqual([["user:bob", "にほ"]]);
});

it("sends nothing when there is nothing to see", async () => {
  const { user, box, written } = setUp();
  await user.type(box(), "  {Shift>}{Enter}{/Shift} {Enter}");
  expect(written()).toEqual([]);
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Send" }).disabled).toBe(true);
});

it("counts characters as the server does, and refuses too many", () => {
  const { box, written } = setUp();
  fireEvent.change(box(), { target: { value: "👍".repeat(990) } });
  expect(screen.getByText("10 characters left")).toBeTruthy();
  fireEvent.change(box(), { target: { value: "👍".repeat(1_001) } });
  expect(screen.getByText("1 character too many")).toBeTruthy();
  fireEvent.keyDown(box(), { key: "Enter" });
  expect(written()).toEqual([]);
  expect(box().value).toBe("👍".repeat(1_001));
});

it("keeps a draft for each conversation", async () => {
  const { user, box, router } = setUp();
  await user.type(box(), "for bob");
  await router.navigate("/carol");
  await screen.findByRole("textbox", { name: "Message to Carol" });
  expect(box().value).toBe("");
  await user.type(box(), "for carol");
  await router.navigate("/bob");
  await screen.findByRole("textbox", { name: "Message to Bob" });
  expect(box().value).toBe("for bob");
});

it("offers members of a large conversation whom the page does not know", async () => {
  const crowd = Array.from({ length: 150 }, (_, number) => ({
    ...bob,
    id: `0190a000-0000-7000-8000-1${String(number).padStart(11, "0")}`,
    username: number === 140 ? "zoe" : `person-${number}`,
    displayName: number === 140 ? "Zoe" : `Person ${number}`,
  }));
  const room = new ModelGroup("channel", [alice, bob, ...crowd], "channel");
  const here = client({ rooms: [room] });
  const get = vi.mocked(here.http.get);
  const answer = get.getMockImplementation()!;
  get.mockImplementation(async (path) => {
    const asked = new URL(path, "http://here");
    if (asked.pathname !== "/conversations/channel/members") return answer(path);
    const query = asked.searchParams.get("query") ?? "";
    return { members: room.members.filter(({ username }) => username.startsWith(query)) } as never;
  });
  here.signIn();
  const known = () => selectChat(here.store.getState(), "channel");
  await vi.waitFor(() => expect(known()?.members).toHaveLength(100));
  const chat = known();
  const element = <Composer chatKey="conversation:channel" to="Channel" chat={chat} />;
  show([{ path: "/c", element }], "/c", here);
  const user = userEvent.setup();
  await user.type(screen.getByRole("textbox"), "hey @zo");
  expect(await screen.findByRole("option", { name: /Zoe/ })).toBeTruthy();
  await user.keyboard("{Enter}");
  expect(screen.getByRole<HTMLTextAreaElement>("textbox").value).toBe("hey @zoe ");
});
