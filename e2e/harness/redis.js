// A Redis of the test's own, on a free port of this machine.

import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { Program } from "./process.js";

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts it; `again` starts it once more on the same port after it was killed. */
export async function startRedis() {
  const port = await freePort();
  const redis = { port, url: `redis://127.0.0.1:${port}` };
  redis.again = async () => {
    const settings = { port, bind: "127.0.0.1", save: "", appendonly: "no", daemonize: "no", dir: tmpdir() };
    redis.program = new Program("redis-server", Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]));
    await redis.program.says(/Ready to accept connections/);
  };
  redis.kill = () => redis.program.kill();
  await redis.again();
  return redis;
}
