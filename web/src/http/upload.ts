import { RequestFailure } from "~/failure";

/** Called with how much has left, from 0 to 1. */
export type Progress = (sent: number) => void;

/** A file on a slow line takes its time; a line that is dead is given up. */
const TIMEOUT_MS = 120_000;

/** Puts a file at an address. `fetch` does not tell how much has left. Rejects when there was no answer. */
export function upload(address: string, file: Blob, onProgress: Progress): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address);
    request.timeout = TIMEOUT_MS;
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => total > 0 && onProgress(loaded / total);
    request.onload = () => {
      const { status, responseText } = request;
      resolve(new Response(status === 204 ? null : responseText, { status }));
    };
    request.onerror = () => reject(new RequestFailure("unreachable"));
    request.ontimeout = () => reject(new RequestFailure("timeout"));
    request.send(file);
  });
}
