import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { selectUnread } from "~/features/receipts/slice";
import { client } from "~/test/client";
import { alice, bob, ModelConversation } from "~/test/model-server";
import { show } from "~/test/render";
import ChatPage from "./ChatPage";

const carol = { ...bob, id: "0190a000-0000-7000-8000-00000000000c", username: "carol", displayName: "Carol" };
const routes = [
  { path: "/c/:conversationId", element: <ChatPage /> },
  { path: "/chat/:toUserId", element: <ChatPage /> },
];

async function setUp() {
  const room = new ModelConversation("room", [alice, bob]);
  room.send(bob, "first of bob");
  room.send(alice, "first of alice");
  room.send(bob, "second of bob");
  const here = client({ rooms: [room] });
  const page = show(routes, "/c/room", here);
  act(() => void here.signIn());
  await screen.findByText("second of bob");
  await waitFor(() => expect(here.store.getState().connection.phase).toBe("connected"));
  const user = userEvent.setup();
  // A quote of it does not count.
  const message = (text: string) =>
    within(screen.getByRole("log")).getByText(text, { selector: "p, p *" }).closest("article") as HTMLElement;
  const choose = async (text: string, action: string | RegExp) => {
    act(() => message(text).focus());
    await user.keyboard("{Enter}");
    await user.click(await screen.findByRole("menuitem", { name: action }));
  };
  const box = () => screen.getByRole<HTMLTextAreaElement>("textbox");
  return { ...page, here, room, user, message, choose, box };
}

it("edits a message at once, and says when", async () => {
  const { choose, box, user, room, message } = await setUp();
  await choose("first of alice", "Edit");
  expect(box().value).toBe("first of alice");
  await user.clear(box());
  await user.type(box(), "better{Enter}");
  expect(message("better").textContent).toContain("edited");
  await waitFor(() => expect(room.messages[1]).toMatchObject({ msg: "better", version: 4 }));
  expect(box().value).toBe("");
});

it("takes an edit that was refused back, says why, and keeps what was typed", async () => {
  const { here, choose, box, user, message } = await setUp();
  here.socket.answer = (event, payload) =>
    event === "editMsg"
      ? { success: false, code: "blocked", error: "Cannot send message to this user." }
      : here.answer(event, payload);
  await choose("first of alice", "Edit");
  await user.clear(box());
  await user.type(box(), "better{Enter}");
  expect((await screen.findByRole("alert")).textContent).toBe(
    "The message was not changed. Cannot send message to this user.",
  );
  expect(message("first of alice").textContent).not.toContain("edited");
  expect(box().value).toBe("better");
  await user.keyboard("{Escape}");
  expect(box().value).toBe("");
});

it("edits the last own message with the arrow key, only where nothing is written, and leaves a draft alone", async () => {
  const { box, user } = await setUp();
  await user.type(box(), "draft{ArrowUp}");
  expect(box().value).toBe("draft");
  await user.clear(box());
  await user.type(box(), "{ArrowUp}");
  expect(box().value).toBe("first of alice");
  expect(screen.getByText("Edit message")).toBeTruthy();
  await user.keyboard("{Escape}");
  await user.type(box(), "{ArrowUp}");
  // The same text again is no edit.
  await user.keyboard("{Enter}");
  expect(box().value).toBe("");
  expect(screen.queryByText("edited")).toBeNull();
});

it("asks before it deletes, and leaves a line that says so", async () => {
  const { choose, user, room } = await setUp();
  await choose("first of alice", "Delete");
  const dialog = await screen.findByRole("dialog", { name: "Delete this message?" });
  expect(dialog.textContent).toContain("first of alice");
  await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
  expect(room.messages[1]?.deletedAt).toBeUndefined();
  await choose("first of alice", "Delete");
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
  expect(await screen.findByText("You deleted this message")).toBeTruthy();
  await waitFor(() => expect(room.messages[1]).toMatchObject({ msg: "", version: 4 }));
  expect(screen.queryByText("first of alice")).toBeNull();
});

it("does not offer to edit or delete what others wrote", async () => {
  const { message, user } = await setUp();
  act(() => message("first of bob").focus());
  await user.keyboard("{Enter}");
  const names = (await screen.findAllByRole("menuitem")).map((it) => it.textContent);
  expect(names.filter((name) => name !== "")).toEqual([
    "Reply",
    "Copy text",
    "Copy link",
    "Mark unread from here",
  ]);
});

it("reacts, shows who did, and takes it back", async () => {
  const { user, message, room, here } = await setUp();
  act(() => message("first of bob").focus());
  await user.click(within(message("first of bob")).getByRole("button", { name: "React" }));
  await user.click(await screen.findByRole("menuitemcheckbox", { name: "👍" }));
  const chip = () => screen.getByRole("button", { name: /^👍/ });
  expect(chip().getAttribute("aria-label")).toBe("👍 1: You");
  await waitFor(() => expect(room.messages[0]?.reactions?.[0]?.count).toBe(1));
  act(() => here.socket.hear("msgUpdated", room.reactTo(1, bob, "👍", true)?.payload));
  expect(chip().getAttribute("aria-label")).toBe("👍 2: You and Bob");
  expect(chip().getAttribute("aria-pressed")).toBe("true");
  await user.click(chip());
  expect(chip().getAttribute("aria-pressed")).toBe("false");
  await waitFor(() => expect(room.messages[0]?.reactions?.[0]?.userIds).toEqual([bob.id]));
});

it("takes back a reaction that was refused", async () => {
  const { here, user, message } = await setUp();
  here.socket.answer = (event, payload) =>
    event === "reactMsg"
      ? { success: false, code: "limit_reached", error: "Too many different ones." }
      : here.answer(event, payload);
  act(() => message("first of bob").focus());
  await user.click(within(message("first of bob")).getByRole("button", { name: "React" }));
  await user.click(await screen.findByRole("menuitemcheckbox", { name: "❤️" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Too many different ones.");
  expect(screen.queryByRole("button", { name: /^❤️/ })).toBeNull();
});

it("keeps an own reaction that an event does not name any more", async () => {
  const { here, room } = await setUp();
  act(() => here.socket.hear("msgUpdated", room.reactTo(1, alice, "👍", true)?.payload));
  const others = Array.from({ length: 50 }, (_, number) => `other-${number}`);
  const told = room.reactTo(1, bob, "👍", true)?.payload as never as { reactions: unknown[] };
  act(() =>
    here.socket.hear("msgUpdated", { ...told, reactions: [{ emoji: "👍", count: 52, userIds: others }] }),
  );
  const chip = screen.getByRole("button", { name: /^👍/ });
  expect(chip.textContent).toContain("52");
  expect(chip.getAttribute("aria-pressed")).toBe("true");
});

it("answers a message: with a quote above, which Escape takes away, and in the bubble, which leads there", async () => {
  const { choose, box, user, here, message } = await setUp();
  await choose("first of bob", "Reply");
  expect(document.activeElement).toBe(box());
  expect(screen.getByText("Reply to Bob")).toBeTruthy();
  await user.keyboard("{Escape}");
  expect(screen.queryByText("Reply to Bob")).toBeNull();
  await choose("first of bob", "Reply");
  await user.type(box(), "indeed{Enter}");
  expect(screen.queryByText("Reply to Bob")).toBeNull();
  await waitFor(() => expect(here.sent()).toHaveLength(1));
  expect(here.sent()[0]).toMatchObject({ msg: "indeed", replyTo: "room-1" });
  const quote = await within(message("indeed")).findByRole("button", { name: /In answer to.*first of bob/ });
  await user.click(quote);
  await waitFor(() => expect(message("first of bob").parentElement?.className).toContain("pointed-out"));
});

it("keeps an answer that was begun over a reload", async () => {
  const { choose, box, user, here } = await setUp();
  await choose("first of bob", "Reply");
  await user.type(box(), "half a ");
  await waitFor(async () => expect((await here.database.drafts.toArray())[0]?.text).toBe("half a "));
  const again = client({ database: here.database, rooms: here.rooms });
  again.signIn();
  await waitFor(() =>
    expect(again.store.getState().composer).toMatchObject({
      drafts: { [`user:${bob.id}`]: "half a " },
      replies: { [`user:${bob.id}`]: { messageId: "room-1", sequence: 1 } },
    }),
  );
});

it("fetches a message that is quoted and not loaded, and shows it as it is after an edit", async () => {
  const room = new ModelConversation("room", [alice, bob]);
  for (let number = 1; number <= 200; number += 1) room.send(bob, `number ${number}`);
  Object.assign(room.send(bob, "about that").payload, { replyTo: "room-3", replySequence: 3 });
  room.mark(alice.id, 201, 201);
  const here = client({ rooms: [room] });
  show(routes, "/c/room", here);
  act(() => void here.signIn());
  const quote = await screen.findByRole("button", { name: /In answer to.*number 3/s });
  act(() => here.socket.hear("msgUpdated", room.editMessage(3, "number three")?.payload));
  await waitFor(() => expect(quote.textContent).toContain("number three"));
  await userEvent.click(quote);
  expect((await screen.findByText("number 20")).textContent).toBe("number 20");
  expect(here.http.get).toHaveBeenCalledWith(expect.stringContaining("around=3"));
});

it("offers people to name, by keyboard", async () => {
  const group = new ModelConversation("room", [alice, bob, carol]);
  group.send(bob, "hello");
  const here = client({ rooms: [group] });
  show(routes, "/c/room", here);
  act(() => void here.signIn());
  await screen.findByText("hello");
  const user = userEvent.setup();
  const box = screen.getByRole<HTMLTextAreaElement>("textbox");
  await user.type(box, "hey @");
  const options = () => screen.queryAllByRole("option").map((it) => it.textContent);
  expect(options()).toEqual([expect.stringContaining("@bob"), expect.stringContaining("@carol")]);
  await user.type(box, "{ArrowDown}");
  const chosen = screen.getByRole("option", { selected: true });
  expect(chosen.textContent).toContain("@carol");
  expect(box.getAttribute("aria-activedescendant")).toBe(chosen.id);
  await user.type(box, "{Enter}");
  expect(box.value).toBe("hey @carol ");
  expect(options()).toEqual([]);
  await user.type(box, "and @b");
  expect(options()).toHaveLength(1);
  await user.type(box, "{Escape}");
  expect(options()).toEqual([]);
  await user.type(box, "{Enter}");
  expect(here.store.getState().outbox.items.at(-1)?.msg ?? here.sent().at(-1)?.msg).toBe("hey @carol and @b");
});

it("shows who is named, and oneself more than others", async () => {
  const room = new ModelConversation("room", [alice, bob]);
  Object.assign(room.send(bob, "hey @alice, and not @nobody").payload, { mentions: [alice.id] });
  const here = client({ rooms: [room] });
  show(routes, "/c/room", here);
  act(() => void here.signIn());
  const name = await screen.findByText("@alice");
  expect(name.className).toBe("mention mention-me");
  expect(screen.getByText(/and not @nobody/)).toBeTruthy();
});

it("copies a link that leads to the message", async () => {
  const { choose, message } = await setUp();
  const writeText = vi.fn(async () => {});
  Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
  await choose("second of bob", "Copy link");
  expect(await screen.findByText("Link copied")).toBeTruthy();
  expect(writeText).toHaveBeenCalledWith(`${window.location.origin}/c/room?m=3`);
  expect(message("second of bob")).toBeTruthy();
});

it("marks unread from here, keeps it while one stays, and reads it again when it is opened again", async () => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  const { choose, here, room, router } = await setUp();
  const unread = () => selectUnread(here.store.getState(), here.store.getState().messages.chats.room!);
  await waitFor(() => expect(room.members[0]?.read).toBe(3));
  await choose("first of alice", "Mark unread from here");
  expect(await screen.findByText("Marked unread from here")).toBeTruthy();
  expect(unread()).toBe(2);
  act(() => here.socket.hear("RecievedMsg", room.send(bob, "one more").payload));
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(unread()).toBe(3);
  const marks = () => here.socket.emitted.filter(({ event }) => event === "markRead").length;
  const before = marks();
  await act(() => router.navigate("/chat/nobody"));
  await act(() => router.navigate("/c/room"));
  await waitFor(() => expect(marks()).toBe(before + 1));
  expect(here.socket.emitted.at(-1)?.payload).toEqual({ conversationId: "room", sequence: 4 });
});

it("opens at the message that the address names", async () => {
  const room = new ModelConversation("room", [alice, bob]);
  for (let number = 1; number <= 300; number += 1) room.send(bob, `number ${number}`);
  const here = client({ rooms: [room] });
  const { router } = show(routes, "/c/room?m=100", here);
  act(() => void here.signIn());
  await waitFor(() => expect(screen.getByText("number 100").closest(".pointed-out")).toBeTruthy());
  expect(screen.queryByText("number 300")).toBeNull();
  await act(() => router.navigate("/c/room?m=10"));
  await waitFor(() => expect(screen.getByText("number 10").closest(".pointed-out")).toBeTruthy());
  await userEvent.click(screen.getByRole("button", { name: /Jump to latest/ }));
  expect(await screen.findByText("number 300")).toBeTruthy();
});
