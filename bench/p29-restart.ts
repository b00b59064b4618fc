import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { seededRandom } from "#kernel/ids.ts";
import type { ApiProcess } from "../assure/cluster.ts";
import { invariants } from "../assure/invariants.ts";
import { commandHeaders, startLendingCluster } from "../assure/lending-cluster.ts";
import type { Shot } from "../assure/load.ts";
import type { Check } from "../assure/result.ts";
import { API_PROCESSES, booksOf } from "./measured.ts";
import { mixedShot } from "./p13-mixed.ts";

/** Milliseconds from the start of the process to its first answer that it is ready. */
const BAR_MS = 2_500;
/** Between a process leaving the rotation and its being told to stop, as the pause before a stop of the chart gives it. */
const OUT_OF_ROTATION_MS = 300;
const MOST_CYCLES = 20;

/** How long an API process takes to be ready, and whether replacing each in turn under load costs a caller anything. */
export const p29: Check = {
  id: "P29",
  title: `start of an API process to ready (--cycles 5), median at most ${BAR_MS} ms; each of ${API_PROCESSES} replaced in turn under a mixed load (--rate 60), no failed request and no retry`,
  async run({ cycles = 5, rate = 60, seed, say }) {
    const c = await startLendingCluster({ apis: API_PROCESSES, loans: 200, seed });
    try {
      const floor = floorMs(c.cluster.postgres().url("loanwright"));
      const { apis } = c.cluster;
      const starts: number[] = [];
      for (let n = 0; n < Math.min(cycles, MOST_CYCLES); n++) starts.push(await replace(apis[n % apis.length] as ApiProcess, async () => undefined));
      const inRotation = new Set(apis);
      const random = seededRandom(seed);
      const load = startLoad(inRotation, rate, { ...commandHeaders(c.token), "x-lender": "bharat" }, (n) => mixedShot(random.float(), random.pick(c.loans).id, c.businessDate, `p29-${seed}-${n}`));
      await wait(1_000);
      const underLoad: number[] = [];
      for (const api of apis) {
        underLoad.push(await replace(api, async () => {
          inRotation.delete(api);
          await wait(OUT_OF_ROTATION_MS);
        }));
        inRotation.add(api);
        await wait(500);
      }
      const { sent, failed } = await load.stop();
      const books = await invariants(c.services());
      const faults = [...books.faults, ...failed.slice(0, 10), ...c.cluster.deaths, ...(sent < rate ? [`only ${sent} requests were sent`] : [])];
      const value = starts.sort((a, b) => a - b)[Math.floor(starts.length / 2)] ?? Number.NaN;
      for (const fault of faults.slice(0, 5)) say(fault.slice(0, 400));
      say(`ready in ${value} ms (median of ${starts.join(", ")}), under load ${underLoad.join(", ")} ms; a bare server with a database connection ${floor} ms; ${sent} requests at ${rate}/s while each process was replaced, ${failed.length} failed`);
      return {
        pass: faults.length === 0 && value <= BAR_MS, value, unit: "ms to ready", floor, efficiency: Math.round((floor / value) * 100) / 100, cases: sent, violations: faults.length, seed,
        detail: { starts, underLoadMs: underLoad, requests: sent, failed: failed.length, rate, apiProcesses: API_PROCESSES, ...booksOf(books) },
      };
    } finally {
      await c.close();
    }
  },
};

/** Stops a process as a deployment does and starts it again on its address. @returns milliseconds from start to ready */
async function replace(api: ApiProcess, before: () => Promise<void>): Promise<number> {
  await before();
  const ended = once(api.child, "exit");
  api.child.kill("SIGTERM");
  const [code] = await ended as [number | null];
  if (code !== 0) throw new Error(`the process ended with ${code} when it was asked to stop`);
  const began = performance.now();
  await api.crash();
  while ((await fetch(`${api.url}/readyz`).then((answer) => answer.status, () => 0)) !== 200) await wait(5);
  return Math.round(performance.now() - began);
}

interface Load { stop(): Promise<{ sent: number; failed: string[] }> }

/** Requests at a constant rate, each to the next process in the rotation, as a balancer sends them; none is sent twice. */
function startLoad(inRotation: ReadonlySet<ApiProcess>, perSecond: number, headers: Readonly<Record<string, string>>, shotOf: (n: number) => Shot): Load {
  const agent = new Agent({ keepAlive: true });
  const failed: string[] = [];
  const open: Promise<void>[] = [];
  const began = performance.now();
  let stopped = false;
  const send = (shot: Shot, { url }: ApiProcess) => new Promise<void>((done) => {
    const fail = (what: string) => {
      failed.push(`${shot.method} ${shot.path}: ${what}`);
      done();
    };
    const req = request(`${url}${shot.path}`, { agent, method: shot.method, headers: { ...headers, ...shot.headers, ...(shot.body === undefined ? {} : { "content-length": Buffer.byteLength(shot.body) }) } }, (answer) => {
      answer.on("error", (error) => fail(error.message)).on("end", () => (String(answer.statusCode).startsWith("2") ? done() : fail(String(answer.statusCode)))).resume();
    });
    req.on("error", (error) => fail(error.message)).end(shot.body);
  });
  const loop = (async () => {
    for (let n = 0; !stopped; n++) {
      const ahead = began + (n * 1000) / perSecond - performance.now();
      if (ahead > 1) await wait(ahead);
      const servers = [...inRotation];
      open.push(send(shotOf(n), servers[n % servers.length] as ApiProcess));
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await loop;
      await Promise.all(open);
      agent.destroy();
      return { sent: open.length, failed };
    },
  };
}

/** The least a server can take here: Node, the two libraries, one connection and one query, and a port that listens. Median of five. */
function floorMs(database: string): number {
  const program = `const { default: fastify } = await import("fastify"); const { default: pg } = await import("pg"); const c = new pg.Client({ connectionString: process.env.FLOOR_DATABASE }); await c.connect(); await c.query("SELECT 1"); await fastify().listen({ port: 0, host: "127.0.0.1" }); process.exit(0);`;
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now();
    const done = spawnSync(process.execPath, ["--input-type=module", "-e", program], { cwd: import.meta.dirname, env: { ...process.env, FLOOR_DATABASE: database }, encoding: "utf8" });
    if (done.status !== 0) throw new Error(done.stderr);
    return performance.now() - began;
  });
  return Math.round(times.sort((a, b) => a - b)[2] ?? Number.NaN);
}
