import { Agent, request as httpRequest } from "node:http";
import { parentPort, Worker, workerData } from "node:worker_threads";

/** One request of a load, made by the caller's plan. */
export interface Shot {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LoadPlan {
  readonly url: string;
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The shots, taken in order by whichever connection is free. */
  readonly shots: readonly Shot[];
  /** Open loop: shots a second, sent at their time whether or not earlier ones were answered. Absent: closed loop. */
  readonly perSecond?: number;
  /** Closed loop: stop after this long. */
  readonly forMs?: number;
}

export interface LoadResult {
  readonly sent: number;
  readonly perSecond: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Milliseconds by percentile; in open loop measured from the time the shot was due, so that waiting is not left out. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Distinct answer bodies, at most 20. */
  readonly bodies: readonly string[];
  readonly errors: readonly string[];
}

/** Fires a plan from a thread of its own, so that the load does not sit in the server's event loop. */
export function fire(plan: LoadPlan): Promise<LoadResult> {
  return new Promise((done, failed) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: plan });
    worker.once("message", (result: LoadResult) => done(result));
    worker.once("error", failed);
  });
}

async function run(plan: LoadPlan): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.connections });
  const { hostname, port } = new URL(plan.url);
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  const bodies = new Set<string>();
  const errors = new Set<string>();
  const shoot = (shot: Shot, due: number) => new Promise<void>((done) => {
    const req = httpRequest({ agent, hostname, port, method: shot.method, path: shot.path, headers: { ...plan.headers, ...shot.headers, ...(shot.body === undefined ? {} : { "content-length": Buffer.byteLength(shot.body) }) } }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => {
        times.push(performance.now() - due);
        statuses[String(response.statusCode)] = (statuses[String(response.statusCode)] ?? 0) + 1;
        if (bodies.size < 20) bodies.add(text);
        done();
      });
    });
    req.on("error", (error) => {
      statuses["error"] = (statuses["error"] ?? 0) + 1;
      errors.add(error.message);
      done();
    });
    req.end(shot.body);
  });
  const began = performance.now();
  let next = 0;
  if (plan.perSecond === undefined) {
    const end = began + (plan.forMs ?? Number.POSITIVE_INFINITY);
    await Promise.all(Array.from({ length: plan.connections }, async () => {
      while (next < plan.shots.length && performance.now() < end) await shoot(plan.shots[next++] as Shot, performance.now());
    }));
  } else {
    const open: Promise<void>[] = [];
    while (next < plan.shots.length) {
      const due = began + (next * 1000) / plan.perSecond;
      const ahead = due - performance.now();
      if (ahead > 1) await new Promise((wake) => setTimeout(wake, ahead));
      open.push(shoot(plan.shots[next++] as Shot, due));
    }
    await Promise.all(open);
  }
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round((times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0) * 10) / 10;
  return { sent: times.length, perSecond: Math.round(times.length / seconds), statuses, p50: at(0.5), p99: at(0.99), max: at(1), bodies: [...bodies], errors: [...errors] };
}

if (parentPort !== null) parentPort.postMessage(await run(workerData as LoadPlan));
