// The engine's two example servers, as cargo builds them.

import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Program } from "../harness/process.js";

const folder = process.env.ENGINE_EXAMPLES ?? resolve(dirname(fileURLToPath(import.meta.url)), "../../target/debug/examples");

/** A heartbeat that no busy machine misses, and no ping between the packets of a short test. Some tests need less of either. */
const PATIENT = { pingInterval: 25_000, pingTimeout: 20_000 };

/** Starts an example on a free port; `again` starts it once more on the same port after it was killed. */
export async function startExample(name, { env, ...heartbeat } = {}) {
  const { pingInterval, pingTimeout } = { ...PATIENT, ...heartbeat };
  const server = { program: null, pingInterval, pingTimeout };
  let port = "0";
  server.again = async () => {
    server.program = new Program(join(folder, name), [], {
      PORT: port,
      PING_INTERVAL: String(pingInterval),
      PING_TIMEOUT: String(pingTimeout),
      ...env,
    });
    [, port] = await server.program.says(/listening on port (\d+)/);
    Object.assign(server, { http: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}` });
  };
  server.stop = () => server.program.kill();
  await server.again();
  return server;
}
