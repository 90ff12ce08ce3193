import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { ServerInfo } from "~/contract";
import { RequestFailure } from "~/failure";
import { server, sessionRefused } from "~/socket/actions";
import { client } from "~/test/client";
import { alice } from "~/test/model-server";
import { show } from "~/test/render";
import SessionForm from "./SessionForm";
import { loadServer, signedOut } from "./slice";

const routes = [
  { path: "/login", element: <SessionForm key="in" mode="signIn" /> },
  { path: "/signup", element: <SessionForm key="up" mode="signUp" /> },
];
const info: ServerInfo = {
  version: "1",
  registration: "open",
  directMessages: "anyone",
  messageMaxChars: 1_000,
  fileMaxBytes: 26_214_400,
  empty: false,
};

async function setUp(at: string, server: Partial<ServerInfo> = {}) {
  const here = client();
  vi.mocked(here.http.get).mockImplementation(async () => ({ ...info, ...server }) as never);
  await here.store.dispatch(loadServer());
  const page = show(routes, at, here);
  return { ...page, post: vi.mocked(here.http.post), user: userEvent.setup() };
}

it("signs in, and says which way it went wrong in the server's words", async () => {
  const { user, post, store } = await setUp("/login");
  post.mockRejectedValueOnce(
    new RequestFailure("invalid_credentials", "The username or the password is wrong."),
  );
  await user.type(screen.getByLabelText("Username"), "alice");
  await user.type(screen.getByLabelText("Password"), "correct horse{Enter}");
  expect((await screen.findByRole("alert")).textContent).toContain("The username or the password is wrong.");
  post.mockResolvedValueOnce({ user: alice } as never);
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  await waitFor(() => expect(store.getState().session.user?.id).toBe(alice.id));
  expect(post).toHaveBeenLastCalledWith("/auth/login", { username: "alice", password: "correct horse" });
});

it("says what is wrong with a field beside it, before anything is sent", async () => {
  const { user, post } = await setUp("/signup");
  await user.type(screen.getByLabelText("Username"), "a b");
  await user.type(screen.getByLabelText("Password"), "short");
  await user.click(screen.getByRole("button", { name: "Create account" }));
  const username = await screen.findByLabelText("Username");
  await waitFor(() => expect(username.getAttribute("aria-invalid")).toBe("true"));
  expect(screen.getByText(/Only letters/)).toBeTruthy();
  expect(post).not.toHaveBeenCalled();
});

it("shows a taken username at the field", async () => {
  const { user, post } = await setUp("/signup");
  post.mockRejectedValueOnce(new RequestFailure("username_taken", "This username is taken."));
  await user.type(screen.getByLabelText("Your name"), "Alice");
  await user.type(screen.getByLabelText("Username"), "alice");
  await user.type(screen.getByLabelText("Password"), "correct horse{Enter}");
  await screen.findByText("This username is taken.");
  expect(document.activeElement).toBe(screen.getByLabelText("Username"));
  expect(post).toHaveBeenCalledWith("/auth/register", {
    username: "alice",
    displayName: "Alice",
    password: "correct horse",
  });
});

it("tells the first person that they become the admin", async () => {
  await setUp("/signup", { empty: true });
  expect(screen.getByRole("status").textContent).toContain("you become the admin");
});

it("asks the first person to sign up, and to sign in once there is an account", async () => {
  const { store, post, user, router } = await setUp("/login", { empty: true });
  expect(router.state.location.pathname).toBe("/signup");
  post.mockResolvedValueOnce({ user: alice } as never);
  await user.type(screen.getByLabelText("Username"), "alice");
  await user.type(screen.getByLabelText("Password"), "correct horse{Enter}");
  await waitFor(() => expect(store.getState().session.user?.id).toBe(alice.id));
  store.dispatch(signedOut());
  await act(() => router.navigate("/login"));
  expect(screen.getByRole("button", { name: "Sign in" })).toBeTruthy();
});

it("takes no account where registration is closed, except the first", async () => {
  const { unmount } = await setUp("/signup", { registration: "closed" });
  expect(screen.queryByLabelText("Username")).toBeNull();
  expect(screen.getByRole("status").textContent).toContain("does not take new accounts");
  unmount();
  await setUp("/signup", { registration: "closed", empty: true });
  expect(screen.getByLabelText("Username")).toBeTruthy();
});

it("says why one is here after a session has ended", async () => {
  const { store } = await setUp("/login");
  store.dispatch(sessionRefused());
  expect((await screen.findByRole("status")).textContent).toContain("Your session has ended");
  for (const [reason, sentence] of [
    ["revoked", "This device was signed out."],
    ["too_many_devices", "Too many devices"],
    ["token_reused", "for safety"],
    ["of a newer server", "This device was signed out."],
  ] as const) {
    act(() => void store.dispatch(server.sessionEnded({ reason: reason as "revoked" })));
    expect(screen.getByRole("status").textContent).toContain(sentence);
  }
});
