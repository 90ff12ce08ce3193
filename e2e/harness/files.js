// Files as a browser's form sends them, and as anybody asks for them.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Sends one file; gives the status and the answer. */
export async function upload(who, name, bytes, { type = "application/octet-stream", headers = {} } = {}) {
  const form = new FormData();
  form.append("caption", "another field, which counts for nothing");
  form.append("file", new File([bytes], name, { type }));
  const response = await fetch(`${who.linnet.url}/api/v1/files`, {
    method: "POST",
    headers: { ...(who.token ? { authorization: `Bearer ${who.token}` } : {}), ...headers },
    body: form,
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

/** The same, for a file that must be taken. */
export async function uploaded(who, name, bytes, options) {
  const { status, body } = await upload(who, name, bytes, options);
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

export const download = (who, id, headers = {}, method = "GET") => who.linnet.bytes(who, method, `/api/v1/files/${id}`, undefined, headers);

/** Every file in a folder of the program's data, however deep. */
export async function filesIn(linnet, folder) {
  const entries = await readdir(join(linnet.folder, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}
