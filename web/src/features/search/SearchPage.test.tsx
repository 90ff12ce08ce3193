import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { SearchHit, SearchHits } from "~/contract";
import { RequestFailure } from "~/failure";
import { connected } from "~/socket/actions";
import { client } from "~/test/client";
import { bob } from "~/test/model-server";
import { show } from "~/test/render";
import SearchPage from "./SearchPage";

const CONVERSATION = "0190a8b4-0000-7000-8000-00000000000c";

function hit(msg: string, sequence: number): SearchHit {
  return {
    message: {
      id: `message ${sequence}`,
      conversationId: CONVERSATION,
      roomId: CONVERSATION,
      sequence,
      version: sequence,
      name: bob.displayName,
      fromUserId: bob.id,
      msg,
      timestamp: "2026-05-01T10:00:00.000Z",
      kind: "text",
    },
    conversation: { kind: "group", title: "Garden" },
    highlights: [],
  };
}

const answer = (over: Partial<SearchHits> = {}): SearchHits => ({ hits: [], complete: true, ...over });

/** A search page, and a server that answers when it is told to. */
function setUp(at = "/search") {
  const here = client();
  here.socket.reachable = false;
  const asked: {
    query: URLSearchParams;
    signal?: AbortSignal;
    answer: (it: SearchHits | Error) => Promise<void>;
  }[] = [];
  vi.mocked(here.http.get).mockImplementation((path, signal) => {
    if (!path.startsWith("/search?")) return Promise.resolve({ conversations: [] } as never);
    return new Promise((resolve, reject) => {
      asked.push({
        query: new URLSearchParams(path.slice("/search?".length)),
        ...(signal ? { signal } : {}),
        answer: (it) => act(async () => (it instanceof Error ? reject(it) : resolve(it as never))),
      });
    });
  });
  here.signIn();
  const page = show(
    [
      { path: "/search", element: <SearchPage /> },
      { path: "/c/:id", element: <p>the conversation</p> },
    ],
    at,
    here,
  );
  const questions = async (count: number) => {
    await waitFor(() => expect(asked.length).toBe(count));
    return asked[count - 1] as (typeof asked)[number];
  };
  return { ...page, asked, questions, user: userEvent.setup() };
}

const box = () => screen.getByRole("searchbox");
const hits = () => within(screen.getByRole("region", { name: "What was found" })).queryAllByRole("link");
function selected(): string {
  const { value, selectionStart, selectionEnd } = box() as HTMLInputElement;
  return value.slice(selectionStart ?? 0, selectionEnd ?? 0);
}
const status = () => screen.getAllByRole("status").map((it) => it.textContent);

it("asks for what the address says, and shows what was found as links to it", async () => {
  const { questions } = setUp(`/search?q=old+mill&in=${CONVERSATION}`);
  const { query, answer: give } = await questions(1);
  expect([query.get("q"), query.get("conversationId")]).toEqual(["old mill", CONVERSATION]);
  expect(box()).toHaveProperty("value", "old mill");
  const found = {
    ...hit("the old mill", 7),
    highlights: [
      { from: 4, to: 7 },
      { from: 8, to: 12 },
    ],
  };
  await give(answer({ hits: [found] }));
  const [link] = hits() as [HTMLElement];
  expect(link.getAttribute("href")).toBe(`/c/${CONVERSATION}?m=7`);
  expect([...link.querySelectorAll("mark")].map((it) => it.textContent)).toEqual(["old", "mill"]);
  expect(link.textContent).toContain("Garden");
  expect(status()).toEqual(["1 message found"]);
});

it("takes a question back when another one is typed, and never shows its answer", async () => {
  const { questions, asked, user, router } = setUp();
  await user.type(box(), "mill");
  const first = await questions(1);
  await user.type(box(), "stone");
  const second = await questions(2);
  expect(second.query.get("q")).toBe("millstone");
  expect(first.signal?.aborted).toBe(true);
  await second.answer(answer({ hits: [hit("the millstone", 2)] }));
  await first.answer(answer({ hits: [hit("the mill", 1)] }));
  expect(hits().map((it) => it.getAttribute("href"))).toEqual([`/c/${CONVERSATION}?m=2`]);
  expect(router.state.location.search).toBe("?q=millstone");
  expect(asked.length).toBe(2);
});

it("gets page after page, and the keyboard goes on with the new ones", async () => {
  const { questions, user } = setUp("/search?q=mill");
  await (await questions(1)).answer(answer({ hits: [hit("one", 9)], nextCursor: "c" }));
  expect(status()).toEqual(["The newest message found"]);
  await user.click(screen.getByRole("button", { name: "Show more" }));
  const second = await questions(2);
  expect(second.query.get("cursor")).toBe("c");
  await second.answer(answer({ hits: [hit("two", 8)] }));
  expect(hits().length).toBe(2);
  expect(document.activeElement?.textContent).toContain("two");
  expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
});

it("goes on by itself where the server answers in parts, and asks after some", async () => {
  const { questions } = setUp("/search?q=mill");
  for (let part = 1; part <= 5; part += 1) {
    await (await questions(part)).answer(answer({ nextCursor: `c${part}` }));
  }
  expect(status()).toEqual(["Nothing among the newer messages."]);
  expect(screen.getByRole("button", { name: "Search older messages" })).toBeTruthy();
});

it("says that nothing was found, and that not everything is searched yet", async () => {
  const { questions } = setUp("/search?q=mill");
  await (await questions(1)).answer(answer({ complete: false }));
  expect(status()[0]).toContain("Nothing found.");
  expect(status()[1]).toContain("still going through older messages");
});

it("says quietly what is no search yet", async () => {
  const { questions } = setUp("/search?q=%22old");
  await (await questions(1)).answer(new RequestFailure("malformed", "A quotation mark is not closed."));
  expect(status()).toContain("A quotation mark is not closed.");
  expect(screen.queryByRole("alert")).toBeNull();
});

it("asks again when the server takes questions again, and when there is a connection again", async () => {
  const { questions, store, user } = setUp("/search?q=mill");
  await (await questions(1)).answer(new RequestFailure("rate_limited", "Too many.", 1));
  await (await questions(2)).answer(new RequestFailure("unreachable"));
  expect(screen.getByRole("alert").textContent).toContain("cannot be reached");
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await (await questions(3)).answer(new RequestFailure("unreachable"));
  act(() => void store.dispatch(connected()));
  await (await questions(4)).answer(answer({ hits: [hit("the mill", 1)] }));
  expect(screen.queryByRole("alert")).toBeNull();
  expect(hits().length).toBe(1);
});

it("puts filters into the box, with what is to be typed instead selected", async () => {
  const { user } = setUp();
  await user.type(box(), "mill");
  await user.click(screen.getByRole("button", { name: /from:/ }));
  expect(box()).toHaveProperty("value", "mill from:me");
  await waitFor(() => expect(selected()).toBe("me"));
});

it("shows whoever comes back what they left, as it is now", async () => {
  const { questions, user, router } = setUp("/search?q=mill");
  await (await questions(1)).answer(answer({ hits: [hit("one", 9)], nextCursor: "c" }));
  await user.click(screen.getByRole("button", { name: "Show more" }));
  await (await questions(2)).answer(answer({ hits: [hit("two", 8), hit("three", 7)], nextCursor: "d" }));
  await user.click(screen.getByRole("link", { name: /two/ }));
  await screen.findByText("the conversation");
  await act(() => router.navigate(-1));
  expect(hits().length).toBe(3);
  expect(document.activeElement?.textContent).toContain("two");
  // One of them was deleted meanwhile.
  await (await questions(3)).answer(answer({ hits: [hit("two", 8)], nextCursor: "e" }));
  expect(hits().length).toBe(3);
  const more = await questions(4);
  expect(more.query.get("cursor")).toBe("e");
  await more.answer(answer({ hits: [hit("three", 7)] }));
  expect(hits().map((it) => it.getAttribute("href")?.slice(-1))).toEqual(["8", "7"]);
  expect(document.activeElement?.textContent).toContain("two");
});
