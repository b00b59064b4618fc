import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { localMasterKey } from "#app/platform.ts";
import { existingCluster } from "#kernel/postgres-files.ts";
import { isPostmasterOf } from "#kernel/postgres-process.ts";
import { removePostgres, startPostgres, stopPostgres, type RunningPostgres } from "#kernel/postgres.ts";

const APP = join(import.meta.dirname, "../src/app");

/** Several real processes on one real database: what production looks like, and what can be killed. */
export interface Cluster {
  readonly folder: string;
  /** Environment that every program of this cluster needs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly apis: readonly ApiProcess[];
  /** Processes that ended though nobody killed them. */
  readonly deaths: readonly string[];
  /** The database's process now. */
  postgres(): RunningPostgres;
  /** kill -9 of the database, postmaster and all its children. */
  killDatabase(): Promise<void>;
  /** The same, then start it again. */
  crashDatabase(): Promise<void>;
  /** One more API process, on a port of its own. */
  startApi(): Promise<ApiProcess>;
  startWorker(): Promise<ChildProcess>;
  close(): Promise<void>;
}

export interface ApiProcess {
  readonly url: string;
  child: ChildProcess;
  /** kill -9, and start it again on the same address. */
  crash(): Promise<void>;
  kill(): void;
}

/** @param options.keep  a folder in which the database server and its key stay when the cluster is closed; default: all of it is temporary */
export async function startCluster(options: { apis: number; keep?: string; sandboxUrl?: string; environment?: Readonly<Record<string, string>>; settings?: Readonly<Record<string, string>> }): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "loanwright-cluster-"));
  const home = options.keep ?? folder;
  const dataDir = join(home, "postgres");
  let server = await startPostgres({ dataDir, settings: options.settings });
  const admin = new pg.Client({ connectionString: server.url("postgres") });
  await admin.connect();
  await admin.query("DROP DATABASE IF EXISTS loanwright WITH (FORCE)");
  await admin.query("CREATE DATABASE loanwright");
  await admin.end();
  const environment = {
    ...process.env as Record<string, string>,
    LOANWRIGHT_DATA: folder, LOANWRIGHT_MASTER_KEY: localMasterKey(home), DATABASE_URL: server.url("loanwright"), LOANWRIGHT_LOG_LEVEL: "error", LOANWRIGHT_RATE_LIMITS: "off",
    ...(options.sandboxUrl === undefined ? {} : { LOANWRIGHT_SANDBOX_URL: options.sandboxUrl }), ...options.environment,
  };
  const children = new Set<ChildProcess>();
  const deaths: string[] = [];
  const start = async (program: string, ready: string, more: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [join(APP, program)], { env: { ...environment, ...more }, stdio: ["ignore", "pipe", "inherit"] });
    children.add(child);
    await new Promise<void>((done, failed) => {
      child.once("exit", (code, signal) => failed(new Error(`${program} ended: ${code ?? signal}`)));
      child.stdout.on("data", (text: Buffer) => void (text.toString().includes(ready) && done()));
    });
    child.removeAllListeners("exit");
    child.once("exit", (code, signal) => void (child.killed || deaths.push(`${program} ended by itself: ${code ?? signal}`)));
    return child;
  };
  const startApi = async (): Promise<ApiProcess> => {
    const api = await apiOn(await freePort(), (port) => start("server.ts", "API ready", { LOANWRIGHT_PORT: String(port) }));
    apis.push(api);
    return api;
  };
  const apis: ApiProcess[] = [];
  for (let i = 0; i < options.apis; i++) await startApi();
  const killDatabase = async () => {
    const backends = await childrenOf(server.pid);
    // The postmaster goes first, or it would tidy up after its children.
    process.kill(server.pid, "SIGKILL");
    for (const backend of backends) tryKill(backend);
    // On a busy machine it lives on for a moment, and whoever starts the server anew would take it for a running one.
    for (const cluster = existingCluster(dataDir); cluster !== undefined && isPostmasterOf(cluster, server.pid);) await wait(5);
  };
  return {
    folder, environment, apis, deaths, killDatabase,
    postgres: () => server,
    crashDatabase: async () => {
      await killDatabase();
      server = await startPostgres({ dataDir, port: server.port, settings: options.settings });
    },
    startApi,
    startWorker: () => start("worker.ts", "Worker ready"),
    close: async () => {
      for (const child of children) child.kill("SIGKILL");
      await (options.keep === undefined ? removePostgres(dataDir) : stopPostgres(dataDir));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function apiOn(port: number, run: (port: number) => Promise<ChildProcess>): Promise<ApiProcess> {
  const api: ApiProcess = {
    url: `http://127.0.0.1:${port}`, child: await run(port),
    kill: () => void api.child.kill("SIGKILL"),
    crash: async () => {
      api.child.kill("SIGKILL");
      api.child = await run(port);
    },
  };
  return api;
}

async function childrenOf(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const parent = Number(/^\d+ \(.*\) \S (\d+)/.exec(stat)?.[1]);
    if (parent === pid) found.push(Number(name));
  }
  return found;
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was gone already.
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}
