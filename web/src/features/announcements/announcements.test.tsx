import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { show } from "~/test/render";
import { Announcements } from "./Announcements";

it("announcements stay until they are put away, the latest three of them, and go with the session", async () => {
  const { socket, store, signIn } = show([{ path: "/", element: <Announcements /> }], "/");
  act(() => void signIn());
  await waitFor(() => expect(store.getState().connection.phase).toBe("connected"));
  const tell = (message: string) =>
    act(() => socket.hear("announcement", { message, timestamp: "2026-05-01T09:00:00.000Z" }));
  for (const message of ["one", "two", "three", "four"]) tell(message);
  expect(screen.queryByText("one")).toBeNull();
  expect(screen.getAllByRole("button", { name: "Put this announcement away" })).toHaveLength(3);
  await userEvent.setup().click(screen.getAllByRole("button")[1]!);
  expect(screen.queryByText("three")).toBeNull();
  expect(screen.getByText("two")).toBeTruthy();
  expect(screen.getByRole("region", { name: "Announcements" }).getAttribute("aria-live")).toBe("polite");
  act(() => socket.hear("sessionEnded", { reason: "revoked" }));
  expect(store.getState().announcements.shown).toEqual([]);
});
