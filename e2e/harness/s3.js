// An S3-speaking server of the test's own: SeaweedFS, on free ports of this machine, with one bucket.

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "./deadline.js";
import { newFolder, removeFolder } from "./folder.js";
import { Program } from "./process.js";

const WEED = resolve(dirname(fileURLToPath(import.meta.url)), "../../.tools/bin/weed");
const BUCKET = "files";
const KEY = { id: "linnet", secret: "a secret of one test" };

/** Ports that are free now, all held until the last one is known, so that no two are the same. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () => new Promise((resolve, reject) => {
        const server = createServer();
        server.once("error", reject).listen(0, "127.0.0.1", () => resolve(server));
      }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** What somebody types into SeaweedFS' own shell; gives what it answers. */
function shell(master, filer, command) {
  return new Promise((resolve, reject) => {
    const child = spawn(WEED, ["shell", `-master=127.0.0.1:${master}`, `-filer=127.0.0.1:${filer}`], { stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => { said += text; });
    child.once("error", reject).once("exit", () => resolve(said));
    child.stdin.end(`${command}\nexit\n`);
  });
}

/** Starts it; `again` starts it once more with the same data after it was killed. */
export async function startS3() {
  const [master, masterGrpc, volume, volumeGrpc, filer, filerGrpc, s3, s3Grpc] = await freePorts(8);
  const folder = await newFolder("linnet-s3-");
  const ports = {
    "master.port": master, "master.port.grpc": masterGrpc, "volume.port": volume, "volume.port.grpc": volumeGrpc,
    "filer.port": filer, "filer.port.grpc": filerGrpc, "s3.port": s3, "s3.port.grpc": s3Grpc, "s3.port.iceberg": 0, "s3.port.lance": 0,
  };
  const server = {
    env: {
      S3_BUCKET: BUCKET,
      S3_ENDPOINT: `http://127.0.0.1:${s3}`,
      S3_ACCESS_KEY_ID: KEY.id,
      S3_SECRET_ACCESS_KEY: KEY.secret,
    },
  };
  server.again = async () => {
    const flags = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", "-master.telemetry=false", `-dir=${folder}`];
    server.program = new Program(WEED, ["server", ...flags, ...Object.entries(ports).map(([name, port]) => `-${name}=${port}`)], {
      AWS_ACCESS_KEY_ID: KEY.id,
      AWS_SECRET_ACCESS_KEY: KEY.secret,
    });
    // It answers a stranger as soon as it knows whom it would answer.
    await eventually("S3 answers", async () => (await fetch(`http://127.0.0.1:${s3}/${BUCKET}`)).status === 403, 60_000);
  };
  server.kill = () => server.program.kill();
  server.stop = async () => {
    await server.program.kill();
    await removeFolder(folder);
  };
  /** The keys of what is in the bucket. */
  server.objects = async () => {
    const said = await shell(`${master}.${masterGrpc}`, `${filer}.${filerGrpc}`, `fs.tree /buckets/${BUCKET}`);
    return [...said.matchAll(/[0-9a-f]{8}-[0-9a-f-]{27}(?:\.thumbnail)?/g)].map(([key]) => key);
  };
  try {
    await server.again();
    await eventually("there is a bucket", async () => {
      await shell(`${master}.${masterGrpc}`, `${filer}.${filerGrpc}`, `s3.bucket.create -name ${BUCKET}`);
      return (await shell(`${master}.${masterGrpc}`, `${filer}.${filerGrpc}`, "s3.bucket.list")).includes(BUCKET);
    }, 60_000);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}
