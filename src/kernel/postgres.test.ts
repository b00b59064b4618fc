import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import pg from "pg";
import { serverUser } from "./postgres-files.ts";
import { livePostmaster } from "./postgres-process.ts";
import { removeAbandoned, removePostgres, startPostgres, stopPostgres } from "./postgres.ts";

const home = mkdtempSync(join(tmpdir(), "loanwright-launcher-"));
const small = { shared_buffers: "16MB", max_connections: "20" };
const folders = ["life", "left", "right", "refused", "crash"].map((name) => join(home, name));
const [life, left, right, refused, crash] = folders as [string, string, string, string, string];

after(async () => {
  for (const folder of folders) await removePostgres(folder);
  rmSync(home, { recursive: true });
});

/** What one statement answers, on a connection of its own. */
async function ask(url: string, sql: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows;
  } finally {
    await client.end();
  }
}

/** Starts the server from a process of its own, which then waits; returns once the server is up. */
async function startedByAnother(dataDir: string): Promise<{ kill9(): Promise<void> }> {
  const program = `
    const { startPostgres } = await import(${JSON.stringify(join(import.meta.dirname, "postgres.ts"))});
    await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, settings: ${JSON.stringify(small)} });
    console.log("up");
    setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return {
    kill9: async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

test("a cold start makes a durable cluster with checksums, whose owner signs in by a password kept from others", async () => {
  const server = await startPostgres({ dataDir: life, settings: small });

  assert.equal(server.reused, false);
  const settings = "SELECT current_setting('data_checksums'), current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes')";
  assert.deepEqual(await ask(server.ownerUrl, settings), [["on", "on", "on", "on"]]);
  assert.equal(statSync(join(life, "owner-password")).mode & 0o777, 0o600);
  await assert.rejects(ask(server.ownerUrl.replace(/:[^:@/]+@/, ":wrong@"), "SELECT 1"), /password authentication failed/);
});

test("a second start takes up the server that runs, and several starts at once make one server", async () => {
  const servers = await Promise.all([1, 2, 3].map(() => startPostgres({ dataDir: life, settings: small })));

  assert.deepEqual(servers.map((s) => s.reused), [true, true, true]);
  assert.equal(new Set(servers.map((s) => s.pid)).size, 1);
});

test("what killed programs left is swept away: a cluster whose link is gone, and a temporary installation that is old", { skip: serverUser() === undefined ? "only where the server runs as another user do clusters lie elsewhere" : false }, async () => {
  const left = mkdtempSync(join(tmpdir(), "loanwright-sweep-"));
  const maker = spawn(process.execPath, ["--input-type=module", "-e", `
    import { clusterFolder, serverUser } from ${JSON.stringify(join(import.meta.dirname, "postgres-files.ts"))};
    for (const folder of ${JSON.stringify(["gone", "young"].map((name) => join(left, name)))}) clusterFolder(folder, serverUser());
  `], { stdio: "inherit" });
  await once(maker, "exit");
  rmSync(join(left, "gone"), { recursive: true });
  const swept = async () => (await removeAbandoned()).filter((folder) => folder.startsWith(left));
  assert.deepEqual(await swept(), [join(left, "gone")], "a young one may still be in use by a test");
  assert.deepEqual(await swept(), []);
  utimesSync(left, 0, 0);
  assert.deepEqual(await swept(), [join(left, "young")]);
  assert.equal(existsSync(left), false, "the folder goes with it");
  assert.equal((await startPostgres({ dataDir: life, settings: small })).reused, true, "those of living programs stay");
});

test("stopping is asked for once or twice, and the rows are there after the next start", async () => {
  const first = await startPostgres({ dataDir: life, settings: small });
  await ask(first.ownerUrl, "CREATE TABLE kept (word text)");
  await ask(first.ownerUrl, "INSERT INTO kept VALUES ('before the stop')");
  await first.stop();
  await first.stop();
  assert.equal(await stopPostgres(life), false, "nothing runs any more");

  const second = await startPostgres({ dataDir: life, settings: small });
  assert.equal(second.reused, false);
  assert.equal(second.port, first.port, "the address stays");
  assert.deepEqual(await ask(second.ownerUrl, "SELECT word FROM kept"), [["before the stop"]]);
});

test("when the launching process is killed the server lives on, and the next start takes it up with its rows", async () => {
  const another = await startedByAnother(crash);
  const url = (await startPostgres({ dataDir: crash })).ownerUrl;
  await ask(url, "CREATE TABLE kept (word text)");
  await ask(url, "INSERT INTO kept VALUES ('before the kill')");
  await another.kill9();

  const server = await startPostgres({ dataDir: crash, settings: small });
  assert.equal(server.reused, true);
  assert.deepEqual(await ask(server.ownerUrl, "SELECT word FROM kept"), [["before the kill"]]);
});

test("when the server itself is killed the next start recovers what was committed", async () => {
  const server = await startPostgres({ dataDir: crash, settings: small });
  await ask(server.ownerUrl, "INSERT INTO kept VALUES ('before the crash')");
  process.kill(server.pid, "SIGKILL");
  while (livePostmaster(realpathSync(join(crash, "cluster"))) !== undefined) await setImmediate();

  const next = await startPostgres({ dataDir: crash, settings: small });
  assert.notEqual(next.pid, server.pid);
  assert.deepEqual(await ask(next.ownerUrl, "SELECT word FROM kept ORDER BY word"), [["before the crash"], ["before the kill"]]);
});

test("a stale pid file that names an innocent process neither hurts that process nor hinders the start", async () => {
  const server = await startPostgres({ dataDir: crash, settings: small });
  const pidFile = join(crash, "cluster", "postmaster.pid");
  const stale = readFileSync(pidFile, "utf8");
  await server.stop();
  const innocent = spawn("sleep", ["60"], serverUser() ?? {});
  writeFileSync(pidFile, stale.replace(/^\d+/, String(innocent.pid)));

  const next = await startPostgres({ dataDir: crash, settings: small });
  assert.equal(next.reused, false);
  assert.equal(innocent.exitCode ?? innocent.signalCode, null, "still running");
  innocent.kill();
});

test("two folders have two servers side by side", async () => {
  const [a, b] = await Promise.all([startPostgres({ dataDir: left, settings: small }), startPostgres({ dataDir: right, settings: small })]);

  assert.notEqual(a.port, b.port);
  await ask(a.ownerUrl, "CREATE DATABASE only_left");
  assert.deepEqual(await ask(a.url("only_left"), "SELECT current_database()"), [["only_left"]]);
  await assert.rejects(ask(b.url("only_left"), "SELECT 1"), /does not exist/);
});

test("a cluster whose making was cut short is made again", async () => {
  const before = await startPostgres({ dataDir: right, settings: small });
  await ask(before.ownerUrl, "CREATE TABLE half_made (word text)");
  await before.stop();
  writeFileSync(join(right, "initializing"), "");

  const after = await startPostgres({ dataDir: right, settings: small });
  assert.deepEqual(await ask(after.ownerUrl, "SELECT to_regclass('half_made')"), [[null]]);
});

test("a start that fails says why in the server's own words", async () => {
  await assert.rejects(startPostgres({ dataDir: refused, settings: { ...small, work_mem: "plenty" } }), /invalid value for parameter "work_mem": "plenty"/);
});
