import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { Block, Device } from "~/contract";
import { RequestFailure } from "~/failure";
import { send } from "~/features/outbox/slice";
import { client } from "~/test/client";
import { alice, bob } from "~/test/model-server";
import { show } from "~/test/render";
import { deviceName } from "./Devices";
import SettingsPage from "./SettingsPage";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const device = (id: string, current: boolean): Device => ({
  id,
  name: firefox,
  createdAt: "2026-05-01T00:00:00.000Z",
  lastUsedAt: "2026-05-03T00:00:00.000Z",
  current,
});

function setUp(blocked: Block[] = []) {
  const here = client();
  here.socket.reachable = false;
  vi.mocked(here.http.get).mockImplementation(
    async (path) =>
      (path === "/auth/sessions"
        ? { sessions: [device("here", true), device("there", false)] }
        : path.startsWith("/blocks")
          ? { blocks: blocked }
          : { conversations: [] }) as never,
  );
  here.signIn();
  const page = show([{ path: "/settings", element: <SettingsPage /> }], "/settings", here);
  return { ...page, user: userEvent.setup() };
}

it("signs out, and leaves nothing of the account in this browser", async () => {
  const { user, store, database, http } = setUp();
  await database.drafts.put({ id: `${alice.id} x`, userId: alice.id, key: "x", text: "half a thought" });
  await database.drafts.put({ id: `${bob.id} x`, userId: bob.id, key: "x", text: "somebody else's" });
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  await waitFor(() => expect(store.getState().session.status).toBe("signedOut"));
  expect(http.post).toHaveBeenCalledWith("/auth/logout");
  await waitFor(async () =>
    expect((await database.drafts.toArray()).map((row) => row.userId)).toEqual([bob.id]),
  );
});

it("asks before unsent messages are lost", async () => {
  const { user, store, database } = setUp();
  await act(() => store.dispatch(send(`user:${bob.id}`, "not sent yet")));
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  const dialog = within(screen.getByRole("dialog"));
  expect(dialog.getByText(/One message has not been sent/)).toBeTruthy();
  await user.click(dialog.getByRole("button", { name: "Stay" }));
  expect(store.getState().session.status).toBe("signedIn");
  expect(await database.outbox.count()).toBe(1);
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Sign out" }));
  await waitFor(() => expect(store.getState().session.status).toBe("signedOut"));
  await waitFor(async () => expect(await database.outbox.count()).toBe(0));
});

it("stays signed in, and says so, when the server did not hear of it", async () => {
  const { user, store, http } = setUp();
  vi.mocked(http.post).mockRejectedValueOnce(
    new RequestFailure("unreachable", "The server cannot be reached."),
  );
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  expect((await screen.findByRole("alert")).textContent).toContain("cannot be reached");
  expect(store.getState().session.status).toBe("signedIn");
});

it("lists the devices, and signs out another one", async () => {
  const { user, http } = setUp();
  expect(await screen.findByText("This device")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Sign out Firefox on Linux" }));
  await waitFor(() => expect(http.delete).toHaveBeenCalledWith("/auth/sessions/there"));
  await waitFor(() => expect(screen.queryByRole("button", { name: /^Sign out Firefox/ })).toBeNull());
});

it("lists those who are blocked, and lifts a block", async () => {
  const { deviceId: _device, admin: _admin, ...user } = bob;
  const { user: person, http } = setUp([{ user, since: "2026-05-01T00:00:00.000Z" }]);
  await person.click(await screen.findByRole("button", { name: "Unblock Bob" }));
  expect(http.delete).toHaveBeenCalledWith(`/blocks/${bob.id}`);
  expect(await screen.findByText("You have blocked nobody.")).toBeTruthy();
});

it("changes the theme at once and remembers it", async () => {
  const { user } = setUp();
  await user.click(screen.getByRole("radio", { name: "Dark" }));
  expect(document.documentElement.dataset.theme).toBe("linnet-dark");
  expect(JSON.parse(localStorage.getItem("linnet.preferences") ?? "{}")).toEqual({ theme: "dark" });
  await user.click(screen.getByRole("radio", { name: "System" }));
  expect(document.documentElement.dataset.theme).toBeUndefined();
});

it("names devices as people do", () => {
  expect(deviceName(firefox)).toBe("Firefox on Linux");
  expect(deviceName("linnet-cli/1")).toBe("linnet-cli/1");
  expect(deviceName("")).toBe("Unknown device");
});

it("leads to each of its parts, the keyboard along with the eye", async () => {
  const { user } = setUp();
  const parts = within(screen.getByRole("navigation", { name: "Parts of the settings" })).getAllByRole(
    "link",
  );
  const titles = screen.getAllByRole("heading", { level: 2 }).map((it) => it.textContent);
  expect(parts.map((it) => it.textContent)).toEqual(titles);
  await user.click(parts.at(-1) as HTMLElement);
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole("region", { name: "Blocked people" })),
  );
  expect(parts.at(-1)?.getAttribute("aria-current")).toBe("location");
});
