//! What people change about their own account, and what they see when it cannot be done.
import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Me } from "~/contract";
import { RequestFailure } from "~/failure";
import { client } from "~/test/client";
import { alice } from "~/test/model-server";
import { show } from "~/test/render";
import SettingsPage from "./SettingsPage";

vi.mock("~/ui/square", async (original) => ({
  ...(await original<typeof import("~/ui/square")>()),
  // jsdom decodes no pictures; the browser tests do.
  squareOf: vi.fn(async (file: Blob) => new Blob([file], { type: "image/webp" })),
}));
URL.createObjectURL = () => "blob:picture";
URL.revokeObjectURL = () => {};

const devices = [true, false].map((current) => ({
  id: current ? "here" : "there",
  name: "",
  createdAt: "2026-05-01T00:00:00.000Z",
  lastUsedAt: "2026-05-03T00:00:00.000Z",
  current,
}));

async function setUp(me: Me = alice) {
  const here = client({ me });
  let listed = devices;
  vi.mocked(here.http.get).mockImplementation(
    async (path) =>
      (path === "/auth/sessions"
        ? { sessions: listed }
        : { blocks: [], conversations: [], connections: [] }) as never,
  );
  here.signIn();
  const page = show([{ path: "/settings", element: <SettingsPage /> }], "/settings", here);
  await screen.findByText("This device");
  const others = () => screen.queryByRole("button", { name: "Sign out all other devices" });
  const nobodyElse = () => {
    listed = devices.slice(0, 1);
  };
  return { ...page, user: userEvent.setup(), others, nobodyElse };
}

afterEach(() => vi.restoreAllMocks());

it("changes the name, and shows a name that was changed elsewhere", async () => {
  const { user, http, socket, store } = await setUp();
  vi.mocked(http.patch).mockResolvedValueOnce({ ...alice, displayName: "Alicia" } as never);
  const name = screen.getByLabelText<HTMLInputElement>("Display name");
  await user.clear(name);
  await user.type(name, " Alicia ");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(http.patch).toHaveBeenCalledWith("/users/me", { displayName: "Alicia" });
  expect(await screen.findByText("Saved")).toBeTruthy();
  const { id, username, avatarUrl } = alice;
  act(() => socket.hear("userUpdated", { user: { id, username, avatarUrl, displayName: "Alice B." } }));
  expect(name.value).toBe("Alice B.");
  expect(store.getState().session.user?.displayName).toBe("Alice B.");
});

it("shows a picture before it is used, how far it has come, and why it was refused", async () => {
  const { user, http, container } = await setUp();
  let told: (sent: number) => void = () => {};
  let answer: (me: Me) => void = () => {};
  vi.mocked(http.upload)
    .mockRejectedValueOnce(new RequestFailure("rate_limited", "Too many pictures."))
    .mockImplementationOnce((_path, _file, onProgress) => {
      told = onProgress;
      return new Promise((resolve) => {
        answer = resolve as never;
      });
    });
  const input = container.querySelector<HTMLInputElement>('input[type="file"]')!;
  await user.upload(input, new File(["x"], "me.png", { type: "image/png" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(http.upload).not.toHaveBeenCalled();
  await user.click(dialog.getByRole("button", { name: "Use this picture" }));
  expect((await dialog.findByRole("alert")).textContent).toContain("Too many pictures.");
  await user.click(dialog.getByRole("button", { name: "Use this picture" }));
  act(() => told(0.4));
  const progress = dialog.getByRole<HTMLProgressElement>("progressbar", { name: "Uploading" });
  expect(progress.value).toBe(0.4);
  await act(async () => answer({ ...alice, avatarUrl: "/api/v1/avatars/1" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(container.querySelector('img[src="/api/v1/avatars/1"]')).toBeTruthy();
  vi.mocked(http.delete).mockResolvedValueOnce(alice as never);
  await user.click(screen.getByRole("button", { name: "Remove picture" }));
  expect(http.delete).toHaveBeenCalledWith("/users/me/avatar");
  await waitFor(() => expect(container.querySelector('img[src^="/api"]')).toBeNull());
  expect(screen.queryByRole("button", { name: "Remove picture" })).toBeNull();
});

it("changes the password: a wrong current one is said beside it, and the other devices are gone", async () => {
  const { user, http, others, nobodyElse } = await setUp();
  expect(others()).toBeTruthy();
  vi.mocked(http.patch).mockRejectedValueOnce(new RequestFailure("invalid_credentials", "No."));
  const [current, next] = [screen.getByLabelText("Current password"), screen.getByLabelText("New password")];
  const button = screen.getByRole<HTMLButtonElement>("button", { name: "Change password" });
  await user.type(current, "old password");
  await user.type(next, "short");
  expect(button.disabled).toBe(true);
  await user.type(next, " no more");
  await user.click(button);
  expect(await screen.findByText("The current password is wrong.")).toBeTruthy();
  expect(current.getAttribute("aria-invalid")).toBe("true");
  nobodyElse();
  vi.mocked(http.patch).mockResolvedValueOnce(undefined as never);
  await user.click(button);
  expect(http.patch).toHaveBeenLastCalledWith("/users/me/password", {
    currentPassword: "old password",
    newPassword: "short no more",
  });
  expect(await screen.findByText(/your other devices are signed out/)).toBeTruthy();
  expect((next as HTMLInputElement).value).toBe("");
  await waitFor(() => expect(others()).toBeNull());
});

it("signs out all other devices", async () => {
  const { user, http, others } = await setUp();
  await user.click(others()!);
  expect(http.delete).toHaveBeenCalledWith("/auth/sessions");
  expect(await screen.findByText("All other devices are signed out.")).toBeTruthy();
  expect(others()).toBeNull();
});

it("shows the privacy that the server knows, also when it is changed elsewhere or refused", async () => {
  const { user, http, socket } = await setUp();
  const receipts = screen.getByRole<HTMLInputElement>("switch", { name: /when I have read/ });
  const lastSeen = screen.getByRole<HTMLInputElement>("switch", { name: /when I was last here/ });
  vi.mocked(http.patch).mockResolvedValueOnce({
    ...alice,
    privacy: { receipts: false, lastSeen: true },
  } as never);
  await user.click(receipts);
  expect(http.patch).toHaveBeenCalledWith("/users/me", { privacy: { receipts: false } });
  await waitFor(() => expect(receipts.checked).toBe(false));
  act(() =>
    socket.hear("notification", { type: "privacyChanged", privacy: { receipts: false, lastSeen: false } }),
  );
  expect(lastSeen.checked).toBe(false);
  vi.mocked(http.patch).mockRejectedValueOnce(new RequestFailure("unreachable", "Not there."));
  await user.click(receipts);
  expect((await screen.findByRole("alert")).textContent).toContain("Not there.");
  expect(receipts.checked).toBe(false);
});
