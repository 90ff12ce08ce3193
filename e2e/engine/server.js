// The engine's two example servers, as cargo builds them.

import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, listening, Program } from "../harness/process.js";

const folder = process.env.ENGINE_EXAMPLES ?? resolve(dirname(fileURLToPath(import.meta.url)), "../../target/debug/examples");

/** Starts an example; `again` starts it once more on the same port after it was killed. */
export async function startExample(name) {
  const port = await freePort();
  const server = { port, http: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}`, program: null };
  server.again = async () => {
    server.program = new Program(join(folder, name), [], { PORT: String(port) });
    await listening(port, server.program);
  };
  server.stop = () => server.program.kill();
  await server.again();
  return server;
}
