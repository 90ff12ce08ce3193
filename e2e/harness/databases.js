// Where a server under test keeps its data: a file of its own, or a database of its own in the run's PostgreSQL.

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { describe } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Both databases, for the suites that run on each. */
export const DATABASES = ["sqlite", "postgres"];

/** A new, empty database: its `DATABASE_URL` (none for SQLite, which is a file in the data folder), and its removal. */
export async function newDatabase(kind) {
  if (kind === "sqlite") return { url: undefined, drop: async () => {} };
  const base = process.env.LINNET_TEST_POSTGRES;
  if (!base) throw new Error("LINNET_TEST_POSTGRES is not set: run the tests by `make test`, or under dev/with-postgres");
  const name = `linnet_${randomBytes(8).toString("hex")}`;
  const psql = (sql) => run("psql", [base, "-qAt", "-v", "ON_ERROR_STOP=1", "-c", sql]);
  await psql(`CREATE DATABASE ${name}`);
  const url = new URL(base);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => psql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** Describes the same on each database, side by side: for what mostly waits. */
export function onEachDatabase(what, tests) {
  describe(what, { concurrency: DATABASES.length }, () => {
    for (const database of DATABASES) describe(`${what} on ${database}`, { concurrency: 1 }, () => tests(database));
  });
}
