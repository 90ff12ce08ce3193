import { describe, expect, it, vi } from "vitest";
import { RequestFailure } from "~/failure";
import { createHttp } from "./client";
import type { Sending } from "./upload";

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const unauthenticated = () =>
  json(401, {
    type: "about:blank",
    title: "Unauthorized",
    status: 401,
    detail: "Authentication failed",
    code: "unauthenticated",
  });

/** A server whose access cookie has run out; `refreshes` is what it answers to refreshing. */
function expiredServer(refreshes: () => Response | Promise<Response>) {
  const paths: string[] = [];
  let fresh = false;
  const fetching = vi.fn(async (input: RequestInfo | URL) => {
    const path = String(input);
    paths.push(path);
    if (path.endsWith("/auth/refresh")) {
      const response = await refreshes();
      fresh = response.ok;
      return response;
    }
    return fresh ? json(200, { path }) : unauthenticated();
  });
  return { http: createHttp({ fetch: fetching, lock: (_name, task) => task() }), paths };
}

describe("a request whose access has run out", () => {
  it("refreshes once for all who ask at the same time, and each gets its answer", async () => {
    const { http, paths } = expiredServer(async () => json(200, {}));
    const answers = await Promise.all([
      http.get("/users/me"),
      http.get("/conversations"),
      http.get("/auth/sessions"),
    ]);
    expect(answers).toEqual([
      { path: "/api/v1/users/me" },
      { path: "/api/v1/conversations" },
      { path: "/api/v1/auth/sessions" },
    ]);
    expect(paths.filter((path) => path.endsWith("/auth/refresh"))).toHaveLength(1);
  });

  it("fails as unauthenticated when refreshing is refused", async () => {
    const { http } = expiredServer(() => unauthenticated());
    await expect(http.get("/users/me")).rejects.toMatchObject({ code: "unauthenticated" });
    expect(await http.refresh()).toBe("expired");
  });

  it("is not taken for a session that ended when the server fails or slows us down", async () => {
    for (const status of [429, 500, 503]) {
      const { http } = expiredServer(() => json(status, {}));
      await expect(http.get("/users/me")).rejects.toMatchObject({ code: "unreachable" });
      expect(await http.refresh()).toBe("unreachable");
    }
  });
});

describe("a failure", () => {
  const failing = (response: () => Response) => createHttp({ fetch: async () => response() });

  it("is the server's problem, with its code and sentence", async () => {
    const problem = {
      type: "about:blank",
      title: "Conflict",
      status: 409,
      detail: "Taken.",
      code: "username_taken",
    };
    const failure = await failing(() => json(409, problem))
      .post("/auth/register", {})
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RequestFailure);
    expect(failure).toMatchObject({ code: "username_taken", message: "Taken." });
  });

  it("does not refresh when the password is what is wrong", async () => {
    const fetching = vi.fn(async () => json(401, { code: "invalid_credentials", detail: "Wrong." }));
    const http = createHttp({ fetch: fetching });
    await expect(http.post("/auth/login", {})).rejects.toMatchObject({ code: "invalid_credentials" });
    expect(fetching).toHaveBeenCalledTimes(1);
  });

  it("has a sentence also when a proxy answers with a page of its own", async () => {
    const page = () => new Response("<h1>Bad gateway</h1>", { status: 502 });
    await expect(failing(page).get("/server")).rejects.toMatchObject({ code: "unavailable" });
  });

  it("is `unreachable` without a network", async () => {
    const http = createHttp({ fetch: () => Promise.reject(new TypeError("Failed to fetch")) });
    await expect(http.get("/server")).rejects.toMatchObject({ code: "unreachable" });
  });
});

describe("a file", () => {
  it("goes again when the session was refreshed in between, and tells how far it has come", async () => {
    const answers = [unauthenticated(), json(200, { id: "x" })];
    const upload = vi.fn(async (_address: string, _file: Blob | FormData, { onProgress }: Sending) => {
      onProgress(0.5);
      return answers.shift() as Response;
    });
    const fetching = vi.fn(async () => json(200, {}));
    const http = createHttp({ upload, fetch: fetching, lock: (_name, task) => task() });
    const told: number[] = [];
    const answer = await http.upload("/users/me/avatar", new Blob(["x"]), (sent) => told.push(sent));
    expect(answer).toEqual({ id: "x" });
    expect(upload.mock.calls.map(([address]) => address)).toEqual(Array(2).fill("/api/v1/users/me/avatar"));
    expect(told).toEqual([0.5, 0.5]);
  });

  it("is refused in the server's words", async () => {
    const problem = { code: "too_large", detail: "The picture is too large." };
    const http = createHttp({ upload: async () => json(413, problem) });
    const refused = http.upload("/users/me/avatar", new Blob(["x"]), () => {});
    await expect(refused).rejects.toEqual(new RequestFailure("too_large", "The picture is too large."));
    await expect(refused).rejects.toMatchObject({ code: "too_large" });
  });
});
