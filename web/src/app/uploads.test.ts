import { describe, expect, it, vi } from "vitest";
import { LIMITS } from "~/contract";
import { RequestFailure } from "~/failure";
import { discard, retry, send } from "~/features/outbox/slice";
import { signedOut } from "~/features/session/slice";
import { chooseFiles, mayRetry, removed, retried, selectTray, taken } from "~/features/uploads/slice";
import { rememberMe } from "~/storage/remembered";
import { attachment, client } from "~/test/client";
import { alice, bob, ModelConversation } from "~/test/model-server";

const toBob = `user:${bob.id}`;
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000, interval: 5 });
const file = (name: string, text = name) => new File([text], name, { type: "text/plain" });

type Sending = { onProgress: (sent: number) => void; signal: AbortSignal };

/** Alice's client, whose uploads end when the test says so. */
function setUp(options: Parameters<typeof client>[0] = {}) {
  const here = client(options);
  const running: { name: string; sending: Sending; end: (how?: RequestFailure) => void }[] = [];
  vi.mocked(here.http.postFile).mockImplementation(
    (_path, _file, name, sending) =>
      new Promise((resolve, reject) => {
        const end = (how?: RequestFailure) =>
          how ? reject(how) : resolve(attachment({ id: `id of ${name}`, name }) as never);
        running.push({ name, sending: sending as Sending, end });
      }),
  );
  rememberMe(alice);
  here.signIn();
  const tray = () => selectTray(here.store.getState(), toBob);
  const states = () => tray().map(({ name, state }) => `${name} ${state}`);
  const runningOf = (name: string) => {
    const found = running.findLast((it) => it.name === name);
    if (!found) throw new Error(`${name} is not on its way`);
    return found;
  };
  const choose = (...names: string[]) =>
    here.store.dispatch(
      chooseFiles(
        toBob,
        names.map((name) => file(name)),
      ),
    );
  return { ...here, running, of: runningOf, tray, states, choose };
}

describe("files that are chosen", () => {
  it("go two at a time, tell how far they have come, and are there", async () => {
    const { choose, states, of, tray, running } = setUp();
    choose("a", "b", "c");
    expect(states()).toEqual(["a sending", "b sending", "c waiting"]);
    of("a").sending.onProgress(0.5);
    expect(tray()[0]?.sent).toBe(0.5);
    of("a").end();
    await until(() => expect(states()).toEqual(["a done", "b sending", "c sending"]));
    expect(tray()[0]?.file?.id).toBe("id of a");
    expect(running).toHaveLength(3);
  });

  it("are as many as a message may have, and not empty or larger than the server takes", () => {
    const { choose, tray, store } = setUp();
    choose(...Array.from({ length: LIMITS.files + 2 }, (_, at) => `${at}`));
    expect(tray()).toHaveLength(LIMITS.files);
    expect(store.getState().uploads.leftOut[toBob]).toEqual({ files: 2, folders: 0 });
    store.dispatch(taken(toBob));
    expect(store.getState().uploads.leftOut).toEqual({});
    store.dispatch({
      type: "session/serverDescribed",
      payload: {
        version: "",
        registration: "open",
        directMessages: "anyone",
        messageMaxChars: 1000,
        fileMaxBytes: 4,
        empty: false,
      },
    });
    store.dispatch(chooseFiles(toBob, [file("empty", ""), file("large", "12345"), file("right", "1234")]));
    expect(tray().map(({ state, reason }) => [state, reason?.code])).toEqual([
      ["failed", "empty_file"],
      ["failed", "too_large"],
      ["sending", undefined],
    ]);
    expect(tray().map(mayRetry)).toEqual([false, false, false]);
  });

  it("are taken back in the middle: the server is not sent the rest, and keeps nothing of what is there", async () => {
    const { choose, states, of, tray, store, http, database } = setUp();
    choose("a", "b");
    of("a").end();
    await until(() => expect(states()).toEqual(["a done", "b sending"]));
    await until(() => expect(tray().every(({ kept }) => kept)).toBe(true));
    for (const { id } of tray()) store.dispatch(removed(id));
    expect(of("b").sending.signal.aborted).toBe(true);
    expect(vi.mocked(http.delete).mock.calls).toEqual([["/files/id of a"]]);
    await until(async () => expect(await database.uploads.count()).toBe(0));
    // It came through all the same.
    of("b").end();
    await until(() => expect(vi.mocked(http.delete).mock.calls).toHaveLength(2));
    expect(tray()).toEqual([]);
  });

  it("are refused with a reason, and go when they are tried again", async () => {
    const { choose, states, of, tray, store } = setUp();
    choose("a");
    of("a").end(new RequestFailure("limit_reached", "No room."));
    await until(() => expect(states()).toEqual(["a failed"]));
    expect(tray()[0]?.reason).toEqual({ code: "limit_reached", message: "No room." });
    store.dispatch(retried(tray()[0]?.id ?? ""));
    expect(states()).toEqual(["a sending"]);
    of("a").end();
    await until(() => expect(states()).toEqual(["a done"]));
  });

  it("go on by themselves when the server is back, and when it has taken its breath", async () => {
    const { choose, states, of, socket, running, store } = setUp();
    await until(() => expect(store.getState().connection.phase).toBe("connected"));
    choose("a");
    of("a").end(new RequestFailure("unreachable"));
    await until(() => expect(states()).toEqual(["a failed"]));
    socket.lose();
    socket.accept();
    await until(() => expect(states()).toEqual(["a sending"]));
    of("a").end(new RequestFailure("rate_limited", "", 10));
    await until(() => expect(running).toHaveLength(3));
    of("a").end();
    await until(() => expect(states()).toEqual(["a done"]));
  });
});

describe("a page that is left", () => {
  const asked = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));

  it("leaves what is there and what is on its way to the next one", async () => {
    const before = setUp();
    before.choose("a", "b");
    before.of("a").end();
    await until(() => expect(before.states()).toEqual(["a done", "b sending"]));
    await until(() => expect(before.tray().every(({ kept }) => kept)).toBe(true));
    await until(async () =>
      expect((await before.database.uploads.toArray()).some((row) => row.file)).toBe(true),
    );

    const after = setUp({ database: before.database });
    await until(() => expect(after.states()).toEqual(["a done", "b sending"]));
    expect(after.tray()[0]?.file?.id).toBe("id of a");
    expect(after.running.map(({ name }) => name)).toEqual(["b"]);
  });

  it("leaves nothing that another tab has in hand, nor of somebody who signed out", async () => {
    const { choose, tray, database, store } = setUp();
    choose("a");
    await until(() => expect(tray()[0]?.kept).toBe(true));
    expect(await database.claimUploads(alice.id, "another", () => true)).toEqual([]);
    expect(await database.claimUploads(bob.id, "another", () => false)).toEqual([]);
    store.dispatch(signedOut());
    await database.forget(alice.id);
    expect(await database.claimUploads(alice.id, "another", () => false)).toEqual([]);
  });

  it("is left with a question only while something would be lost", async () => {
    const { choose, states, of, database } = setUp();
    vi.spyOn(database, "keepUpload").mockResolvedValue(false);
    expect(asked()).toBe(false);
    choose("a");
    expect(asked()).toBe(true);
    of("a").end();
    await until(() => expect(states()).toEqual(["a done"]));
    expect(asked()).toBe(false);
  });
});

describe("a message with files", () => {
  it("shows them at once, is sent with their ids, with or without words, and the tray is forgotten with it", async () => {
    const { choose, states, of, tray, store, sent, database, rooms } = setUp({
      rooms: [new ModelConversation("room")],
    });
    choose("a");
    of("a").end();
    await until(() => expect(states()).toEqual(["a done"]));
    const files = tray().flatMap((it) => it.file ?? []);
    void store.dispatch(send(toBob, "", undefined, files));
    store.dispatch(taken(toBob));
    expect(store.getState().outbox.items[0]?.files).toEqual(files);
    await until(() => expect(sent()).toHaveLength(1));
    expect(sent()[0]).toMatchObject({ msg: "", files: ["id of a"] });
    await until(() => expect(store.getState().outbox.items).toEqual([]));
    expect(rooms[0]?.messages[0]?.files?.[0]?.id).toBe("id of a");
    expect(store.getState().messages.chats.room?.lastMessage?.files).toEqual(files);
    await until(async () => expect(await database.uploads.count()).toBe(0));
  });

  it("waits with them for a connection, over a reload", async () => {
    const before = setUp();
    before.socket.lose();
    before.socket.reachable = false;
    await before.store.dispatch(send(toBob, "look", undefined, [attachment()]));
    const after = setUp({ database: before.database });
    await until(() => expect(after.sent()[0]?.files).toEqual([attachment().id]));
  });

  it("says so when the server has them no more; giving it up gives up the files", async () => {
    const { store, socket, answer, http } = setUp();
    socket.answer = (event, payload) =>
      event === "sendMsg"
        ? { success: false, code: "malformed", error: "No such file." }
        : answer(event, payload);
    const item = () => store.getState().outbox.items[0];
    await store.dispatch(send(toBob, "look", undefined, [attachment()]));
    await until(() => expect(item()?.reason).toEqual({ code: "files_gone", message: "" }));
    await store.dispatch(retry(item()?.tempId ?? ""));
    await until(() => expect(item()?.state).toBe("failed"));
    expect(item()?.files).toEqual([attachment()]);
    await store.dispatch(discard(item()?.tempId ?? ""));
    expect(http.delete).toHaveBeenCalledWith(`/files/${attachment().id}`);
  });
});
