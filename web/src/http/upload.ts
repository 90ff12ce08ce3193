import { RequestFailure } from "~/failure";

/** Called with how much has left, from 0 to 1. */
export type Progress = (sent: number) => void;

export interface Sending {
  method: "PUT" | "POST";
  onProgress: Progress;
  /** Gives it up. */
  signal?: AbortSignal | undefined;
}

/** A file on a slow line takes its time; a line on which nothing has moved for so long is dead. */
const STALLED_MS = 60_000;

/** Sends a file to an address. `fetch` does not tell how much has left. Rejects when there was no answer. */
export function upload(
  address: string,
  body: Blob | FormData,
  { method, onProgress, signal }: Sending,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stalled: ReturnType<typeof setTimeout>;
    const moved = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => fail("timeout"), STALLED_MS);
    };
    const over = () => {
      clearTimeout(stalled);
      signal?.removeEventListener("abort", abort);
    };
    const fail = (code: "unreachable" | "timeout") => {
      over();
      reject(new RequestFailure(code));
      request.abort();
    };
    const abort = () => fail("unreachable");
    request.open(method, address);
    request.setRequestHeader("accept", "application/json");
    // A form names its own type, and where its parts end.
    if (body instanceof Blob)
      request.setRequestHeader("content-type", body.type || "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => {
      moved();
      if (total > 0) onProgress(loaded / total);
    };
    request.onload = () => {
      over();
      const { status, responseText } = request;
      resolve(new Response(status === 204 ? null : responseText, { status }));
    };
    request.onerror = () => fail("unreachable");
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) return abort();
    moved();
    request.send(body);
  });
}
