import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { abandonedClusters, clusterFolder, existingCluster, nativePostgres, removeAbandonedCluster, removeClusterFiles, serverUser, type Native, type ServerUser } from "./postgres-files.ts";
import { disownForeignPid, isPostmasterOf, livePostmaster, pidFile, withLock } from "./postgres-process.ts";

export interface PostgresOptions {
  /** A folder of the launcher's own: the cluster, the owner's password, the log. Made when missing. */
  readonly dataDir: string;
  /** Port on loopback; without it the one used last time if it is free, else any free one. */
  readonly port?: number;
  /** Server settings over the defaults below, for instance `{ shared_buffers: "2GB" }`. A live server keeps its own. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningPostgres {
  /** Address of a database of this server, signed in as the owner. The database need not exist yet. */
  url(database: string): string;
  /** Address of the maintenance database, signed in as the owner. */
  readonly ownerUrl: string;
  readonly port: number;
  /** The server's process, which outlives ours unless it is stopped. */
  readonly pid: number;
  /** True when a server was already running on this folder. */
  readonly reused: boolean;
  /** Fast shutdown: open transactions are rolled back, what was committed stays. Harmless when it is stopped already. */
  stop(): Promise<void>;
}

const OWNER = "loanwright_owner";
const READY_WITHIN_MS = 180_000;
const STOP_WITHIN_MS = 60_000;

/** Durable, and sized for a machine of two cores; fsync, full pages and synchronous commit are PostgreSQL's defaults. */
const SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: "512MB",
  max_wal_size: "2GB",
  min_wal_size: "256MB",
  checkpoint_timeout: "15min",
  max_connections: "200",
  work_mem: "16MB",
  maintenance_work_mem: "128MB",
  random_page_cost: "1.1",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
};

/**
 * Starts the packaged PostgreSQL on `dataDir`, or takes up the server that already runs there: one that outlived a
 * killed process, or one that another process of ours started. Safe to call from several processes at once.
 *
 * @throws Error when the server does not come up; the message ends with its own last words
 * @example const db = await startPostgres({ dataDir: ".data/postgres" }); connect(db.url("loanwright"));
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const dataDir = resolve(options.dataDir);
  const user = serverUser();
  mkdirSync(dataDir, { recursive: true });
  return withLock(dataDir, async () => {
    const cluster = clusterFolder(dataDir, user);
    const live = livePostmaster(cluster);
    if (live !== undefined) {
      await untilReady(cluster, live, () => (isPostmasterOf(cluster, live) ? undefined : "the server that ran here has just ended"));
      return running(dataDir, cluster, live, true);
    }
    const native = nativePostgres(user);
    const version = join(cluster, "PG_VERSION");
    if (!existsSync(version) || existsSync(join(dataDir, "initializing"))) initialize(native, dataDir, cluster, user);
    const found = readFileSync(version, "utf8").trim();
    if (found !== native.major) throw new Error(`${dataDir} was made by PostgreSQL ${found}, this is ${native.major}: dump it there and restore it here`);
    return running(dataDir, cluster, await launch(native, dataDir, cluster, user, options), false);
  });
}

/** Stops the server of `dataDir`, whoever started it. @returns false when none was running */
export async function stopPostgres(dataDir: string): Promise<boolean> {
  const cluster = existingCluster(resolve(dataDir));
  const pid = cluster === undefined ? undefined : livePostmaster(cluster);
  if (cluster === undefined || pid === undefined) return false;
  await stop(cluster, pid);
  return true;
}

/** Stops the server of `dataDir` and deletes everything in it. */
export async function removePostgres(dataDir: string): Promise<void> {
  await stopPostgres(dataDir);
  removeClusterFiles(resolve(dataDir));
}

/** Whether a server runs on `dataDir`, whoever started it. */
export async function postgresRuns(dataDir: string): Promise<boolean> {
  const cluster = existingCluster(resolve(dataDir));
  return cluster !== undefined && livePostmaster(cluster) !== undefined;
}

/** Stops and deletes the clusters of programs that made one in a temporary folder and were killed before they could. @returns their data folders */
export async function removeAbandoned(): Promise<string[]> {
  const removed: string[] = [];
  for (const { cluster, dataDir } of abandonedClusters()) {
    const pid = livePostmaster(cluster);
    if (pid !== undefined) await stop(cluster, pid);
    removeAbandonedCluster(cluster, dataDir);
    removed.push(dataDir);
  }
  return removed;
}

function running(dataDir: string, cluster: string, pid: number, reused: boolean): RunningPostgres {
  const port = Number(pidFile(cluster)[3]);
  const password = readFileSync(passwordFile(dataDir), "utf8").trim();
  const url = (database: string) => `postgres://${OWNER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  return { url, ownerUrl: url("postgres"), port, pid, reused, stop: () => stop(cluster, pid) };
}

const passwordFile = (dataDir: string) => join(dataDir, "owner-password");
const logFile = (dataDir: string) => join(dataDir, "postgres.log");

/** Makes an empty cluster with checksums. A folder left by an attempt that was cut short is emptied first. */
function initialize(native: Native, dataDir: string, cluster: string, user: ServerUser | undefined): void {
  const unfinished = join(dataDir, "initializing");
  writeFileSync(unfinished, "this cluster is not whole yet; the next start makes it again\n");
  for (const leftover of readdirSync(cluster)) rmSync(join(cluster, leftover), { recursive: true });
  const password = randomBytes(24).toString("base64url");
  // Kept before the cluster exists: a cluster whose password nobody knows would be lost.
  writeFileSync(passwordFile(dataDir), `${password}\n`, { mode: 0o600 });
  // initdb reads it from a file that the server's user may open, and wants its own folder empty: so a copy beside that.
  const once = `${cluster}-password`;
  writeFileSync(once, password, { mode: 0o600 });
  if (user !== undefined) chownSync(once, user.uid, user.gid);
  try {
    const made = spawnSync(join(native.folder, "bin/initdb"), [
      "-D", cluster, "-U", OWNER, `--pwfile=${once}`, "--auth=scram-sha-256", "--encoding=UTF8",
      "--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums",
    ], { ...user, cwd: cluster, env: serverEnvironment(), encoding: "utf8" });
    if (made.status !== 0) {
      throw new Error(`initdb failed: ${(made.error?.message ?? `${made.stdout}\n${made.stderr}`).trim()}`);
    }
  } finally {
    rmSync(once, { force: true });
  }
  rmSync(unfinished);
}

async function launch(native: Native, dataDir: string, cluster: string, user: ServerUser | undefined, options: PostgresOptions): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    disownForeignPid(cluster);
    const port = options.port ?? await freePort(attempt === 1 ? lastPort(dataDir) : undefined);
    writeFileSync(join(dataDir, "port"), `${port}\n`);
    try {
      return await spawnServer(native, dataDir, cluster, user, { ...SETTINGS, ...options.settings, port: String(port) });
    } catch (error) {
      // The port was taken in between, or backends of a killed server are still letting go of its memory.
      const passing = /could not bind|Address already in use|shared memory block/i.test((error as Error).message);
      if (!passing || attempt === 20) throw error;
      await pause(500);
    }
  }
}

async function spawnServer(native: Native, dataDir: string, cluster: string, user: ServerUser | undefined, settings: Readonly<Record<string, string>>): Promise<number> {
  if (existsSync(logFile(dataDir)) && statSync(logFile(dataDir)).size > 20_000_000) truncateSync(logFile(dataDir), 0);
  const log = openSync(logFile(dataDir), "a", 0o600);
  const before = statSync(logFile(dataDir)).size;
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  // Detached: Ctrl-C reaches our process group only, so we decide when and how the server stops.
  const server = spawn(join(native.folder, "bin/postgres"), ["-D", cluster, ...args], {
    ...user, cwd: cluster, env: serverEnvironment(), detached: true, stdio: ["ignore", log, log],
  });
  closeSync(log);
  let ended: string | undefined;
  server.on("error", (error) => { ended = error.message; });
  server.on("exit", (code, signal) => { ended ??= `the server ended with ${signal ?? code}`; });
  const pid = server.pid ?? -1;
  await untilReady(cluster, pid, () => ended && `${ended}\n${readFileSync(logFile(dataDir)).subarray(before).toString().trim()}`);
  server.unref();
  return pid;
}

async function untilReady(cluster: string, pid: number, ended: () => string | undefined): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const lines = pidFile(cluster);
    if (Number(lines[0]) === pid && lines[7]?.trim() === "ready") return;
    const why = ended() ?? (performance.now() > deadline ? `PostgreSQL was not ready within ${READY_WITHIN_MS / 1000} s` : undefined);
    if (why !== undefined) throw new Error(`PostgreSQL did not start: ${why}`);
    await pause(10);
  }
}

async function stop(cluster: string, pid: number): Promise<void> {
  if (livePostmaster(cluster) !== pid) return;
  if (process.platform === "win32") {
    // Signals end a process at once there; pg_ctl asks it to stop.
    spawnSync(join(nativePostgres(undefined).folder, "bin/pg_ctl"), ["stop", "-D", cluster, "-m", "fast", "-w"]);
    return;
  }
  process.kill(pid, "SIGINT");
  const deadline = performance.now() + STOP_WITHIN_MS;
  while (isPostmasterOf(cluster, pid)) {
    // An immediate shutdown loses nothing that was committed; the next start recovers it from the log.
    if (performance.now() > deadline) process.kill(pid, "SIGQUIT");
    await pause(10);
  }
}

function lastPort(dataDir: string): number | undefined {
  const file = join(dataDir, "port");
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
}

/** `wanted` if nobody listens there, else a port the system picks. */
function freePort(wanted = 0): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", () => (wanted === 0 ? fail(new Error("no free port on 127.0.0.1")) : done(freePort())));
    probe.listen(wanted, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}

/** Nothing of our own environment reaches the server: neither secrets nor PG* variables that would change it. */
function serverEnvironment(): Record<string, string> {
  return { LC_ALL: "C", TZ: "UTC", PATH: process.env["PATH"] ?? "/usr/bin:/bin" };
}
