import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { RequestFailure } from "~/failure";
import { client } from "~/test/client";
import { ModelGroup } from "~/test/model-group";
import { alice, bob } from "~/test/model-server";
import { show } from "~/test/render";
import DetailsPane from "./DetailsPane";

/** A channel of 350, of whom the client is told a hundred. */
function crowded() {
  const crowd = Array.from({ length: 348 }, (_, number) => ({
    ...bob,
    id: `0190a000-0000-7000-8000-1${String(number).padStart(11, "0")}`,
    username: `person-${number}`,
    displayName: number === 320 ? "Zoe" : `Person ${number}`,
  }));
  const room = new ModelGroup("channel", [alice, bob, ...crowd], "channel");
  const here = client({ rooms: [room] });
  const get = vi.mocked(here.http.get);
  const answer = get.getMockImplementation()!;
  get.mockImplementation(async (path) => {
    const asked = new URL(path, "http://here");
    if (asked.pathname !== "/conversations/channel/members")
      return path.includes("/invites") ? ({ invites: [] } as never) : answer(path);
    const from = Number(asked.searchParams.get("cursor") ?? 0);
    const query = asked.searchParams.get("query") ?? "";
    const found = room.members.filter(({ displayName }) => displayName.toLowerCase().startsWith(query));
    const members = structuredClone(found.slice(from, from + 100));
    const next = from + 100 < found.length ? { nextCursor: String(from + 100) } : {};
    return { members, ...next } as never;
  });
  const pages = () => get.mock.calls.filter(([path]) => path.includes("/members")).length;
  const routes = [
    { path: "/c/:conversationId/details", element: <DetailsPane /> },
    { path: "/chat", element: <p>the list</p> },
  ];
  const shown = show(routes, "/c/channel/details", here);
  act(() => void here.signIn());
  return { ...shown, room, pages };
}

const listed = () => screen.getAllByText(/^@/).length;

it("members of a large channel come a page at a time", async () => {
  const { pages } = crowded();
  await waitFor(() => expect(listed()).toBe(100));
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Show more" }));
  await waitFor(() => expect(listed()).toBe(200));
  expect(screen.queryByText("Zoe")).toBeNull();
  expect(pages()).toBe(3);
});

it("a search finds whoever is in, on whichever page", async () => {
  crowded();
  await waitFor(() => expect(listed()).toBe(100));
  await userEvent.setup().type(screen.getByRole("searchbox", { name: "Find members by name" }), "zoe");
  expect(await screen.findByText("Zoe")).toBeTruthy();
  await waitFor(() => expect(listed()).toBe(1));
  expect(await screen.findByText("1 found")).toBeTruthy();
});

it("a change shows at once, and a page that did not come is asked for again", async () => {
  const { room, socket, http } = crowded();
  await waitFor(() => expect(listed()).toBe(100));
  vi.mocked(http.get).mockRejectedValueOnce(new RequestFailure("unavailable", "Not now."));
  const [heard] = room.remove(alice, bob, bob);
  act(() => socket.hear(heard!.event, heard!.payload));
  expect(await screen.findByText("Not now.")).toBeTruthy();
  await userEvent.setup().click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(screen.queryByText("@bob")).toBeNull());
  expect(listed()).toBe(100);
});

it("a refusal is said, and what was asked stays as it was", async () => {
  const { http, router } = crowded();
  await waitFor(() => expect(listed()).toBe(100));
  const user = userEvent.setup();
  vi.mocked(http.delete).mockRejectedValueOnce(
    new RequestFailure("last_owner", "You are its last owner. Make somebody else an owner first."),
  );
  await user.click(screen.getByRole("button", { name: "Leave" }));
  await user.click(screen.getAllByRole("button", { name: "Leave" }).at(-1)!);
  expect(await screen.findByText(/You are its last owner/)).toBeTruthy();
  expect(router.state.location.pathname).toBe("/c/channel/details");
  await user.click(screen.getAllByRole("button", { name: "Leave" }).at(-1)!);
  await waitFor(() => expect(router.state.location.pathname).toBe("/chat"));
});
