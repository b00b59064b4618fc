import { Agent, request as httpRequest } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { parentPort, Worker, workerData } from "node:worker_threads";

/** One request of a load, made by the caller's plan. */
export interface Shot {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Times are told apart by it: "read", "write" … */
  readonly kind?: string;
}

export interface LoadPlan {
  /** Servers; connections are spread over them evenly. */
  readonly urls: readonly string[];
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The shots, taken in order by whichever connection is free. */
  readonly shots: readonly Shot[];
  /** Open loop: shots a second, sent at their time whether or not earlier ones were answered. Absent: closed loop. */
  readonly perSecond?: number;
  /** Closed loop: stop after this long. */
  readonly forMs?: number;
  /** Leave the times of this first part out. */
  readonly warmUpMs?: number;
  /** How often a shot is sent again, to the next server, after a broken connection or an answer that says to. Default 0. */
  readonly retries?: number;
  /** Distinct final bodies that are kept. Default 20. */
  readonly keepBodies?: number;
  /** Tell when this many shots were answered. */
  readonly tellAt?: number;
}

export interface Times { readonly count: number; readonly p50: number; readonly p99: number; readonly max: number }

export interface LoadResult extends Times {
  /** Shots that got a final answer, after the warm-up. */
  readonly perSecond: number;
  /** Final answers by status; "error": none came. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What was answered before another try, by status and problem code. */
  readonly retried: Readonly<Record<string, number>>;
  /** Distinct final bodies, at most `keepBodies`, with how often each came. */
  readonly bodies: Readonly<Record<string, number>>;
  readonly errors: readonly string[];
  /** Milliseconds by kind of shot; in open loop from the time the shot was due, so that waiting is not left out. */
  readonly kinds: Readonly<Record<string, Times>>;
}

/** Fires a plan from a thread of its own, so that the load does not sit in anybody's event loop. */
export function fire(plan: LoadPlan, onTold?: () => void): Promise<LoadResult> {
  return new Promise((done, failed) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: plan });
    worker.on("message", (message: LoadResult | "told") => (message === "told" ? onTold?.() : done(message)));
    worker.once("error", failed);
  });
}

interface Reply { readonly status: string; readonly text: string }

async function run(plan: LoadPlan): Promise<LoadResult> {
  const began = performance.now();
  const tally = new Tally(plan, began);
  const servers = plan.urls.map((url) => ({ ...address(url), agent: new Agent({ keepAlive: true, maxSockets: Math.ceil(plan.connections / plan.urls.length) }) }));
  const send = (shot: Shot, server: number) => new Promise<Reply>((done) => {
    const target = servers[server % servers.length] as (typeof servers)[number];
    const headers = { ...plan.headers, ...shot.headers, ...(shot.body === undefined ? {} : { "content-length": Buffer.byteLength(shot.body) }) };
    const req = httpRequest({ agent: target.agent, hostname: target.hostname, port: target.port, method: shot.method, path: shot.path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => done({ status: String(response.statusCode), text }));
      response.on("error", (error) => done({ status: "error", text: error.message }));
    });
    req.on("error", (error) => done({ status: "error", text: error.message }));
    req.end(shot.body);
  });
  const shoot = async (shot: Shot, server: number, due: number) => {
    for (let attempt = 0; ; attempt++) {
      const reply = await send(shot, server + attempt);
      const again = reply.status === "error" || reply.status === "503" || reply.text.includes('"retryable":true');
      if (again && attempt < (plan.retries ?? 0)) {
        tally.retry(reply);
        await wait(20);
      } else return tally.final(shot, reply, due);
    }
  };
  let next = 0;
  if (plan.perSecond === undefined) {
    const end = began + (plan.forMs ?? Number.POSITIVE_INFINITY);
    await Promise.all(Array.from({ length: plan.connections }, async (_v, connection) => {
      while (next < plan.shots.length && performance.now() < end) await shoot(plan.shots[next++] as Shot, connection, performance.now());
    }));
  } else {
    const open: Promise<void>[] = [];
    while (next < plan.shots.length) {
      const due = began + (next * 1000) / plan.perSecond;
      const ahead = due - performance.now();
      if (ahead > 1) await wait(ahead);
      open.push(shoot(plan.shots[next] as Shot, next, due));
      next++;
    }
    await Promise.all(open);
  }
  for (const { agent } of servers) agent.destroy();
  return tally.result();
}

function address(url: string): { hostname: string; port: string } {
  const { hostname, port } = new URL(url);
  return { hostname, port };
}

class Tally {
  readonly #plan: LoadPlan;
  readonly #began: number;
  readonly #times = new Map<string, number[]>();
  readonly #statuses: Record<string, number> = {};
  readonly #retried: Record<string, number> = {};
  readonly #bodies = new Map<string, number>();
  readonly #errors = new Set<string>();
  #answered = 0;

  constructor(plan: LoadPlan, began: number) {
    this.#plan = plan;
    this.#began = began;
  }

  retry({ status, text }: Reply): void {
    const what = status === "error" ? text : `${status} ${/"code":"([a-z_.]+)"/.exec(text)?.[1] ?? ""}`;
    this.#retried[what] = (this.#retried[what] ?? 0) + 1;
  }

  final(shot: Shot, { status, text }: Reply, due: number): void {
    const now = performance.now();
    if (now - this.#began >= (this.#plan.warmUpMs ?? 0)) {
      const kind = shot.kind ?? "shot";
      if (!this.#times.has(kind)) this.#times.set(kind, []);
      this.#times.get(kind)?.push(now - due);
    }
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    if (status === "error") this.#errors.add(text);
    else if (this.#bodies.has(text) || this.#bodies.size < (this.#plan.keepBodies ?? 20)) this.#bodies.set(text, (this.#bodies.get(text) ?? 0) + 1);
    if (++this.#answered === this.#plan.tellAt) parentPort?.postMessage("told");
  }

  result(): LoadResult {
    const seconds = (performance.now() - this.#began - (this.#plan.warmUpMs ?? 0)) / 1000;
    const all = timesOf([...this.#times.values()].flat());
    return {
      ...all, perSecond: Math.round(all.count / seconds), statuses: this.#statuses, retried: this.#retried, bodies: Object.fromEntries(this.#bodies), errors: [...this.#errors],
      kinds: Object.fromEntries([...this.#times].map(([kind, times]) => [kind, timesOf(times)])),
    };
  }
}

function timesOf(unsorted: readonly number[]): Times {
  const times = Float64Array.from(unsorted).sort();
  const at = (share: number) => Math.round((times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0) * 10) / 10;
  return { count: times.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

if (parentPort !== null) parentPort.postMessage(await run(workerData as LoadPlan));
