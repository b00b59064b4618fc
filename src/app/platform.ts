import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { loadConfig, type Config, type Mode } from "#kernel/config.ts";
import type { Services } from "#kernel/context.ts";
import type { App } from "#kernel/http/app.ts";
import { openServices, type OpenServices } from "./open-services.ts";
import { seedLenders } from "./seed.ts";
import { makeServer } from "./server.ts";
import { startWorker } from "./worker.ts";
import { wire, type Wiring } from "./wiring.ts";

const ROOT = join(import.meta.dirname, "../..");

export interface PlatformOptions {
  /** Folder for everything this installation keeps. */
  readonly dataDir: string;
  readonly port?: number;
  readonly mode?: Mode;
  readonly logLevel?: Config["logLevel"];
  /** Stand-in providers at this address instead of starting them. */
  readonly sandboxUrl?: string;
  readonly sandboxPort?: number;
  readonly sanctionsFile?: string;
  readonly seed?: string;
  /** true (default): take work from the queue; false: only send it; "none": no queue at all, for runs that deliver everything themselves. */
  readonly worker?: boolean | "none";
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** A whole installation in this process: database, stand-in providers (a process of their own), API, worker. */
export interface Platform {
  readonly url: string;
  readonly sandboxUrl: string;
  readonly services: Services;
  readonly wiring: Wiring;
  readonly app: App;
  readonly open: OpenServices;
  /** True when the demo lenders were made now. */
  readonly seeded: boolean;
  close(): Promise<void>;
}

/** Starts everything on one folder and makes the two demo lenders when there are none. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const sandbox = options.sandboxUrl === undefined ? await startSandboxProcess(dataDir, options) : undefined;
  const sandboxUrl = options.sandboxUrl ?? sandbox?.url ?? "";
  const config = loadConfig({
    // Programs drive a platform faster than any person; who starts one for people (start.ts) hands its environment on.
    LOANWRIGHT_MASTER_KEY: localMasterKey(dataDir), ...(options.environment ?? { LOANWRIGHT_RATE_LIMITS: "off" }),
    LOANWRIGHT_DATA: dataDir, LOANWRIGHT_SANDBOX_URL: sandboxUrl, LOANWRIGHT_PORT: String(await openPort(options.port ?? 0)), LOANWRIGHT_MODULES: options.mode, LOANWRIGHT_LOG_LEVEL: options.logLevel ?? "warn",
  });
  const open = await openServices(config, { applicationName: "loanwright" });
  const wiring = wire(open.services);
  const seeded = await seedLenders(open.services, wiring);
  const worker = options.worker === "none" ? { stop: async () => undefined } : await startWorker(open.services, wiring.modules, open, options.worker !== false);
  const app = await makeServer(open.services, wiring);
  const url = await app.listen({ host: config.host, port: config.port });
  return {
    url, sandboxUrl, services: open.services, wiring, app, open, seeded,
    close: async () => {
      await app.close();
      await worker.stop();
      await open.close();
      sandbox?.child.kill("SIGTERM");
    },
  };
}

/** A port that can be named in addresses before the server listens: the one asked for, or a free one. */
async function openPort(wanted: number): Promise<number> {
  if (wanted !== 0) return wanted;
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

/** A key for a local installation, made on first start and kept beside its data; production names its own. */
export function localMasterKey(dataDir: string): string {
  const file = join(dataDir, "master.key");
  mkdirSync(dataDir, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("base64"), { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}

/** The outside world's stand-ins, as the program of their own that they are. */
export async function startSandboxProcess(dataDir: string, options: Pick<PlatformOptions, "sandboxPort" | "seed" | "sanctionsFile">): Promise<{ url: string; child: ChildProcess }> {
  const args = [join(ROOT, "sandbox/main.ts"), "--port", String(options.sandboxPort ?? 0), "--seed", options.seed ?? "demo", "--data", join(dataDir, "sandbox"), "--with-parent"];
  if (options.sanctionsFile !== undefined) args.push("--sanctions", options.sanctionsFile);
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  process.once("exit", () => child.kill("SIGTERM"));
  return new Promise((done, failed) => {
    let said = "";
    child.once("exit", (code) => failed(new Error(`the sandbox ended with code ${code}`)));
    child.stdout.on("data", (text: Buffer) => {
      said += text.toString();
      const line = said.split("\n").find((l) => l.startsWith("{"));
      if (line !== undefined) done({ url: (JSON.parse(line) as { url: string }).url, child });
    });
  });
}
