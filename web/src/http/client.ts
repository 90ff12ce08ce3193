//! The HTTP API. Cookies carry the session; a 401 is answered by refreshing once, whoever asks and however many ask.
import { acrossTabs } from "~/across-tabs";
import type { Problem } from "~/contract";
import { RequestFailure } from "~/failure";
import { type Progress, type Sending, upload } from "./upload";

const BASE = "/api/v1";
const TIMEOUT_MS = 20_000;

export type Refreshed = "refreshed" | "expired" | "unreachable";

export interface Http {
  /** `signal` takes the question back; it then fails as if the server could not be reached. */
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body?: object): Promise<T>;
  put(path: string, body?: object): Promise<void>;
  /** Puts a file there, and tells how far it has come. */
  upload<T>(path: string, file: Blob, onProgress: Progress): Promise<T>;
  /** Sends a file as a form does, under a name. */
  postFile<T>(path: string, file: Blob, name: string, sending: Omit<Sending, "method">): Promise<T>;
  patch<T>(path: string, body: object): Promise<T>;
  delete<T = void>(path: string): Promise<T>;
  /** Gets a new access cookie. Calls that overlap share one request. */
  refresh(): Promise<Refreshed>;
}

/** `lock` runs one task at a time over all tabs: a refresh token works once, and its second use ends the session. */
export interface HttpOptions {
  /** Refreshing was refused: the session is over. */
  onExpired?: () => void;
  fetch?: typeof fetch;
  upload?: typeof upload;
  lock?: <T>(name: string, task: () => Promise<T>) => Promise<T>;
}

export function createHttp(options: HttpOptions = {}): Http {
  const fetching = options.fetch ?? ((...args: Parameters<typeof fetch>) => fetch(...args));
  const uploading = options.upload ?? upload;
  const lock = options.lock ?? acrossTabs;
  let refreshing: Promise<Refreshed> | null = null;

  async function once(method: string, path: string, body?: object, unless?: AbortSignal): Promise<Response> {
    const patience = AbortSignal.timeout(TIMEOUT_MS);
    const init: RequestInit = {
      method,
      credentials: "same-origin",
      headers: { accept: "application/json" },
      signal: unless ? AbortSignal.any([patience, unless]) : patience,
    };
    if (body !== undefined) {
      init.headers = { accept: "application/json", "content-type": "application/json" };
      init.body = JSON.stringify(body);
    }
    try {
      return await fetching(BASE + path, init);
    } catch {
      throw new RequestFailure("unreachable");
    }
  }

  function refresh(): Promise<Refreshed> {
    refreshing ??= lock("linnet-refresh", async (): Promise<Refreshed> => {
      try {
        const response = await once("POST", "/auth/refresh", {});
        if (response.ok) return "refreshed";
        // Only a clear refusal ends the session: a server that fails or slows us down may still know it later.
        return response.status === 401 || response.status === 403 ? "expired" : "unreachable";
      } catch {
        return "unreachable";
      }
    }).finally(() => {
      refreshing = null;
    });
    return refreshing;
  }

  function send<T>(method: string, path: string, body?: object, unless?: AbortSignal): Promise<T> {
    return authorized(path, () => once(method, path, body, unless));
  }

  async function authorized<T>(path: string, request: () => Promise<Response>): Promise<T> {
    let response = await request();
    if (response.status === 401 && !path.startsWith("/auth/log") && path !== "/auth/register") {
      const refreshed = await refresh();
      if (refreshed === "refreshed") response = await request();
      else if (refreshed === "expired") options.onExpired?.();
      else throw new RequestFailure("unreachable");
    }
    if (!response.ok) throw await failureOf(response);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  return {
    get: (path, signal) => send("GET", path, undefined, signal),
    post: (path, body = {}) => send("POST", path, body),
    put: (path, body = {}) => send("PUT", path, body),
    upload: (path, file, onProgress) =>
      authorized(path, () => uploading(BASE + path, file, { method: "PUT", onProgress })),
    postFile: (path, file, name, sending) => {
      const form = new FormData();
      form.append("file", file, name);
      return authorized(path, () => uploading(BASE + path, form, { ...sending, method: "POST" }));
    },
    patch: (path, body) => send("PATCH", path, body),
    delete: (path) => send("DELETE", path, {}),
    refresh,
  };
}

async function failureOf(response: Response): Promise<RequestFailure> {
  try {
    const problem = (await response.json()) as Partial<Problem>;
    if (typeof problem.code === "string" && typeof problem.detail === "string") {
      return new RequestFailure(problem.code, problem.detail, problem.retryAfterMs);
    }
  } catch {
    // A proxy in between may answer with a page of its own.
  }
  const code =
    response.status === 401 ? "unauthenticated" : response.status === 404 ? "not_found" : "unavailable";
  return new RequestFailure(code);
}
