import { expect, it } from "vitest";
import { client } from "~/test/client";
import { alice, bob, ModelConversation } from "~/test/model-server";

it("somebody's new name and picture stand in the list and above what they wrote before", async () => {
  const room = new ModelConversation("room");
  room.send(bob, "hello");
  room.send(alice, "hi");
  const { store, socket, signIn } = client({ rooms: [room] });
  signIn();
  await expect.poll(() => store.getState().messages.chats.room?.lastSequence).toBe(2);
  const { id, username } = bob;
  socket.hear("userUpdated", {
    user: { id, username, displayName: "Robert", avatarUrl: "/api/v1/avatars/1" },
  });
  socket.hear("RecievedMsg", { ...(room.send(bob, "again").payload as object), name: "Robert" });
  socket.hear("userUpdated", { user: { id, username, displayName: "Rob", avatarUrl: null } });
  const chat = store.getState().messages.chats.room!;
  expect(chat.members.map(({ displayName, avatarUrl }) => [displayName, avatarUrl])).toEqual([
    ["Alice", null],
    ["Rob", null],
  ]);
  const names = Object.values(chat.messages).map(({ name }) => name);
  expect(names).toEqual(["Alice", "Rob"]);
  expect(chat.lastMessage?.name).toBe("Rob");
});
