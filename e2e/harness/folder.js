// Folders that one test has to itself. They go with it, also when its process is ended half-way.

import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const kept = new Set();
// Whatever still writes there may put back what was just removed.
const thoroughly = { recursive: true, force: true, maxRetries: 5 };

process.on("exit", () => {
  for (const folder of kept) rmSync(folder, thoroughly);
});

/** A new, empty folder. */
export async function newFolder(prefix) {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  kept.add(folder);
  return folder;
}

export async function removeFolder(folder) {
  await rm(folder, thoroughly);
  kept.delete(folder);
}
