import nodeTimers from "node:timers/promises";
import { syncBuiltinESMExports } from "node:module";
import type { PgBoss } from "pg-boss";
import { addDays, isoDate } from "#engine/date.ts";
import { decode } from "#kernel/codec.ts";
import { makeContext, type Context, type Services } from "#kernel/context.ts";
import { closeBusinessDay } from "#kernel/end-of-day.ts";
import { databaseAway, isRetryable } from "#kernel/db.ts";
import type { ModuleDefinition, PublishedEvent } from "#kernel/module.ts";
import type { Outbound } from "#kernel/outbound.ts";
import { jobActor } from "#kernel/permissions.ts";
import { readDay } from "#kernel/close-days.ts";
import { relayOutbox, subscriberJobs } from "#kernel/relay.ts";
import { deliverWebhook } from "#kernel/webhooks.ts";
import { handle, type Answer, type Asked } from "./commands.ts";
import type { Connection, Owner, Server } from "./driver.ts";
import { weatherOf, type Fault, type Weather } from "./faults.ts";
import { ENDPOINT, FIRST_DAY, servicesOf, STEPS, TENANT } from "./genesis.ts";
import { startLoop, type Loop } from "./loop.ts";
import type { Statement } from "./statements.ts";
import { copyOf, rowsOf, type Row, type Store } from "./store.ts";

/** Faults planted in the code around the commands, to see them found; those in statements are given as statements. */
export interface Planted {
  readonly statements?: (honest: Readonly<Record<string, Statement>>) => Readonly<Record<string, Statement>>;
  /** A worker that closes "the next day" rather than the one it was told. */
  readonly closesAnyDay?: boolean;
  /** A database that answers COMMIT before it is safe, and forgets the newest when it is killed. */
  readonly losesCommits?: boolean;
  /** A client that takes a new key for each try. */
  readonly newKeyPerTry?: boolean;
}

interface Process extends Owner { readonly kind: "api" | "worker"; readonly services: Services; readonly skew: { ms: number } }

export interface World {
  readonly loop: Loop;
  readonly weather: Weather;
  readonly store: Store;
  /** What should never be seen while the world runs. */
  readonly faults: string[];
  /** Ids of events that the webhook's receiver took, as often as it did. */
  readonly received: string[];
  commands: number;
  /** One request on its way to an API process and back; undefined when no answer came in time. */
  send(asked: Asked): Promise<Answer | undefined>;
  /** Orders days to be closed by the workers, one after another, and tells when the last is. */
  closeDays(dates: readonly string[]): Promise<void>;
  businessDate(): string;
  /** Nothing waits: events handed on, jobs done. */
  idle(): boolean;
  end(): void;
}

const APIS = 2;
const WORKERS = 2;
const TIMEOUT_MS = 4_000;

/** Two API and two worker processes on one model database, clients' requests on their way, and weather. */
export function startWorld(begin: Store, statements: Readonly<Record<string, Statement>>, seed: number, planted: Planted): World {
  return new Simulated(begin, statements, seed, planted);
}

interface Order { readonly date: string; done: boolean; readonly workers: Set<number> }

class Simulated implements World {
  readonly loop: Loop;
  readonly weather: Weather;
  readonly store: Store;
  readonly faults: string[] = [];
  readonly received: string[] = [];
  commands = 0;
  readonly #planted: Planted;
  readonly #processes: Process[] = [];
  readonly #orders: Order[] = [];
  readonly #server: Server;
  readonly #modules: readonly ModuleDefinition[] = [{ name: "check", subscribers: [{ name: "check.webhook", eventTypes: DELIVERED, handle: deliver }] }];
  readonly #boss = { send: (name: string, data: unknown, { db }: { db: { executeSql(text: string, values: unknown[]): Promise<unknown> } }) => db.executeSql("check.queue.send", [name, data]) } as unknown as PgBoss;
  readonly #honestWait = nodeTimers.setTimeout;
  #before: Store | undefined;
  #requests = 0;

  constructor(begin: Store, statements: Readonly<Record<string, Statement>>, seed: number, planted: Planted) {
    this.loop = startLoop(seed);
    this.weather = weatherOf(this.loop);
    this.store = copyOf(begin);
    this.#planted = planted;
    this.#server = this.#makeServer(planted.statements?.(statements) ?? statements);
    this.#brewStorms();
    for (let n = 0; n < APIS; n++) this.#start(n, "api");
    for (let n = APIS; n < APIS + WORKERS; n++) this.#start(n, "worker");
    nodeTimers.setTimeout = ((ms: number) => this.loop.wait(ms)) as typeof nodeTimers.setTimeout;
    syncBuiltinESMExports();
  }

  #makeServer(statements: Readonly<Record<string, Statement>>): Server {
    return {
      loop: this.loop, store: this.store, up: true, connections: new Set<Connection>(), statements,
      disturb: (_name, owner) => {
        if (this.weather.hits("process killed before a statement")) this.loop.after(0, () => this.#kill(owner as Process));
        if (this.weather.hits("serialization failure")) return "40001";
        return this.weather.hits("deadlock told") ? "40P01" : undefined;
      },
      committed: (owner) => {
        if (this.weather.hits("process killed after a commit")) this.#kill(owner as Process);
      },
    };
  }

  #kill(process: Process): void {
    if (!process.alive) return;
    process.alive = false;
    const { loop } = this;
    // A connection that is cut leaves the set while it is gone through.
    for (const connection of Array.from(this.#server.connections)) if (connection.isOf(process)) connection.abandon(this.weather.hits("connection left half open"));
    const nth = this.#processes.indexOf(process);
    loop.after(loop.between(100, 3_000), () => this.#start(nth, process.kind));
  }

  readonly #outbound: Outbound = {
    mayCall: () => true,
    call: async (request) => {
      await this.loop.wait(this.loop.between(5, 200));
      const id = String(request.headers?.["webhook-id"]);
      if (this.weather.hits("receiver unreachable")) return { kind: "outage", why: "ECONNREFUSED" };
      if (this.weather.hits("receiver answers 500")) return { kind: "answer", status: 500, contentType: "", body: Buffer.alloc(0) };
      this.received.push(id);
      if (this.weather.hits("receiver took it and did not answer")) return { kind: "doubt", why: "ECONNRESET" };
      return { kind: "answer", status: 204, contentType: "", body: Buffer.alloc(0) };
    },
  };

  #start(nth: number, kind: Process["kind"]): void {
    const skew = { ms: 0 };
    const owner = { alive: true, frozenUntilMs: 0 };
    const process: Process = Object.assign(owner, { kind, skew, services: servicesOf(this.#server, owner, skew, this.#outbound) });
    this.#processes[nth] = process;
    if (kind === "api") return;
    void this.#forever(process, 300, () => relayOutbox(process.services, this.#boss, this.#modules, TENANT));
    void this.#forever(process, 200, () => this.#takeJob(process));
    void this.#forever(process, 250, () => this.#takeOrder(process, nth));
  }

  /** Work that a process does again and again; trouble with the database is left to the next time, anything else is a fault. */
  async #forever(process: Process, everyMs: number, work: () => Promise<unknown>): Promise<void> {
    for (;;) {
      await this.loop.wait(this.loop.between(everyMs >> 1, everyMs * 2));
      if (!process.alive) return;
      try {
        await work();
      } catch (error) {
        if (!databaseAway(error) && !isRetryable(error)) this.faults.push(`a worker: ${(error as Error).stack ?? ""}`);
      }
    }
  }

  async #takeJob(process: Process): Promise<void> {
    const jobs = () => this.store.tables.get("job") ?? new Map<string, Row>();
    const now = this.loop.nowMs();
    const job = rowsOf(this.store, "job").find((j) => (j["state"] === "created" || j["state"] === "active") && Number(j["notBefore"]) <= now);
    if (job === undefined) return;
    const id = String(job["id"]);
    // The queue's own promise: a job is another's again when its worker was not heard of.
    jobs().set(id, { ...job, state: "active", attempt: Number(job["attempt"]) + 1, notBefore: now + (this.weather.hits("queue hands a job out again") ? 50 : 10_000) });
    const handler = subscriberJobs(this.#modules).find((j) => j.name === job["name"]);
    const data = job["data"] as { payload: string };
    try {
      await handler?.handle(makeContext(process.services, { tenantId: TENANT, actor: jobActor(String(job["name"])), requestId: id }), decode(data.payload) as never);
      if (process.alive) jobs().set(id, { ...job, state: "done" });
    } catch {
      if (process.alive && jobs().get(id)?.["state"] !== "done") jobs().set(id, { ...job, state: "created", attempt: Number(job["attempt"]) + 1, notBefore: this.loop.nowMs() + 500 });
    }
  }

  async #takeOrder(process: Process, nth: number): Promise<void> {
    const order = this.#orders.find((o) => !o.done && o.workers.has(nth));
    if (order === undefined) return;
    const ctx = makeContext(process.services, { tenantId: TENANT, actor: jobActor("end_of_day"), requestId: `order_${order.date}` });
    const { closedThrough } = await readDay(ctx);
    if (this.weather.hits("leader paused")) process.frozenUntilMs = this.loop.nowMs() + this.loop.between(50, 3_000);
    if (closedThrough < order.date) await closeBusinessDay(process.services, TENANT, STEPS, undefined, this.#planted.closesAnyDay === true ? undefined : order.date);
    order.done = true;
  }

  #storm(fault: Fault, everyMs: number, act: () => void): void {
    this.loop.after(this.loop.between(everyMs >> 1, everyMs * 2), () => {
      if (this.weather.hits(fault)) act();
      this.#storm(fault, everyMs, act);
    });
  }

  #brewStorms(): void {
    const { loop } = this;
    const server = this.#server;
    const anyProcess = () => this.#processes[loop.random.integer(this.#processes.length)] as Process;
    this.#storm("database killed", 1_000, () => {
      server.up = false;
      for (const connection of Array.from(server.connections)) connection.cut();
      if (this.#planted.losesCommits === true && this.#before !== undefined) restore(this.store, this.#before);
      loop.after(loop.between(100, 2_000), () => {
        server.up = true;
      });
    });
    this.#storm("connection cut", 300, () => Array.from(server.connections)[loop.random.integer(Math.max(1, server.connections.size))]?.cut());
    this.#storm("clock forward", 1_000, () => {
      anyProcess().skew.ms += loop.between(1, 3 * 86_400_000);
    });
    this.#storm("clock back", 1_000, () => {
      anyProcess().skew.ms -= loop.between(1, 3 * 86_400_000);
    });
    if (this.#planted.losesCommits !== true) return;
    const remember = (): void => {
      this.#before = copyOf(this.store);
      loop.after(50, remember);
    };
    remember();
  }

  businessDate(): string {
    return String(this.store.tables.get("business_day")?.get("")?.["business_date"]);
  }

  send(asked: Asked): Promise<Answer | undefined> {
    const { loop, weather } = this;
    return new Promise((answered) => {
      loop.after(TIMEOUT_MS, () => answered(undefined));
      const arrive = () => {
        const process = this.#processes[loop.random.integer(APIS)] as Process;
        if (!process.alive) return void loop.after(2, () => answered({ status: 503, body: "" }));
        this.commands++;
        const id = `req_${++this.#requests}`;
        void handle(process.services, asked, id).then((answer) => {
          if (!process.alive || weather.hits("answer lost")) return;
          if (answer.status >= 500 && answer.status !== 503) this.faults.push(`${asked.command} answered ${answer.status}: ${answer.body}`);
          loop.after(loop.between(0, 30), () => answered(answer));
        });
      };
      if (weather.hits("request lost")) return;
      loop.after(weather.hits("request late") ? loop.between(500, 6_000) : loop.between(0, 30), arrive);
      if (weather.hits("request doubled")) loop.after(loop.between(0, 200), arrive);
    });
  }

  async closeDays(dates: readonly string[]): Promise<void> {
    for (const date of dates) {
      await this.loop.wait(this.loop.between(200, 3_000));
      const both = this.weather.hits("two leaders for one day");
      const leaders = both ? [[APIS], [APIS + 1]] : [[APIS + this.loop.random.integer(WORKERS)]];
      this.#orders.push(...leaders.map((workers): Order => ({ date, done: false, workers: new Set(workers) })));
      while (this.#orders.some((order) => !order.done)) await this.loop.wait(100);
    }
  }

  idle(): boolean {
    return rowsOf(this.store, "outbox").every((e) => e["relayed"] === true) && rowsOf(this.store, "job").every((j) => j["state"] === "done") && this.store.locks.size === 0;
  }

  end(): void {
    nodeTimers.setTimeout = this.#honestWait;
    syncBuiltinESMExports();
  }
}

const DELIVERED = ["servicing.loan_booked", "servicing.repayment_recorded", "servicing.charge_added", "servicing.repayment_reversed", "servicing.closed", "kernel.business_day_closed", "payments.receipt_returned"];

async function deliver(ctx: Context, event: PublishedEvent): Promise<void> {
  if (await deliverWebhook(ctx, { endpointId: ENDPOINT, eventId: event.id, attempt: 1 }) === "failed") throw new Error("try again");
}

function restore(store: Store, to: Store): void {
  store.tables.clear();
  for (const [name, rows] of to.tables) store.tables.set(name, new Map(rows));
}

/** The days that a world closes. */
export function daysOf(count: number): string[] {
  return Array.from({ length: count }, (_v, n) => addDays(isoDate(FIRST_DAY), n));
}
