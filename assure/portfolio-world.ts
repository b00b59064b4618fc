import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import pg from "pg";
import { installKinds, PARTS } from "#app/generate/portfolio.ts";
import { openServices } from "#app/open-services.ts";
import { seedLenders } from "#app/seed.ts";
import { wire } from "#app/wiring.ts";
import { loadConfig } from "#kernel/config.ts";
import { makeContext, type Services } from "#kernel/context.ts";
import { jobActor } from "#kernel/permissions.ts";
import { changeSettings } from "#kernel/tenants.ts";
import { startCluster, type Cluster } from "./cluster.ts";
import { invariants, type Invariants } from "./invariants.ts";
import { keep, keptName, leaveKept, takeKept } from "./kept-portfolio.ts";
import type { Answer, Order } from "./portfolio-process.ts";

/** Processes that share a day. */
export const WORKERS = 2;
export const SHARDS = 64;
export const SETTINGS = { shared_buffers: "4GB", max_wal_size: "8GB" } as const;
/** The lenders of a generated portfolio. */
export const TENANTS = [...new Set(PARTS.map((part) => part.tenantId))];
/** Where the portfolio lies as it was generated. */
export const GENERATED = "loanwright";

export interface StartedAs { readonly program: string; readonly environment: Readonly<Record<string, string>> }

/** A generated portfolio in a database of its own, processes that close its days, and copies of it to compare with. */
export interface PortfolioWorld {
  readonly cluster: Cluster;
  readonly generatedSeconds: number;
  /** A copy of the portfolio with the same ids, for another course of the same days; call it before anybody works on the first. */
  copy(name: string): Promise<void>;
  /** Starts processes on a database; `as` another program than the usual, with more in its environment. */
  start(database: string, count?: number, as?: StartedAs): Promise<PortfolioProcess[]>;
  /** Deletes a copy that nobody works on any more. */
  drop(name: string): Promise<void>;
  owner(database: string): Promise<pg.Client>;
  /** What must hold, for all lenders of a database. */
  prove(database: string): Promise<Invariants>;
  close(): Promise<void>;
}

/**
 * @param options.on    the day the books are on when the portfolio is made; default: that of the seeds
 * @param options.data  a folder in which the portfolio stays once it is made; each run works on a copy of it
 */
export async function startPortfolioWorld(options: { loans: number; seed: number; on?: string; apis?: number; shards?: number; data?: string; settings?: Readonly<Record<string, string>>; environment?: Readonly<Record<string, string>>; say(line: string): void }): Promise<PortfolioWorld> {
  const cluster = await startCluster({ apis: 0, keep: options.data, settings: { ...SETTINGS, ...options.settings }, environment: options.environment });
  const started: PortfolioProcess[] = [];
  const environmentOf = (database: string) => ({ ...cluster.environment, DATABASE_URL: cluster.postgres().url(database) });
  const start = async (database: string, count = WORKERS, as?: StartedAs) => {
    const more = await Promise.all(Array.from({ length: count }, () => startProcess({ ...environmentOf(database), ...as?.environment }, as?.program)));
    started.push(...more);
    return more;
  };
  const stop = async () => {
    for (const p of started) p.child.kill("SIGKILL");
    for (const api of cluster.apis) api.kill();
    if (options.data !== undefined) await leaveKept(cluster.postgres().ownerUrl);
    await cluster.close();
  };
  const owner = async (database: string) => {
    const client = new pg.Client({ connectionString: cluster.postgres().url(database) });
    await client.connect();
    return client;
  };
  const opened = async <T>(database: string, work: (services: Services) => Promise<T>) => {
    const { services, close } = await openServices(loadConfig(environmentOf(database)), { applicationName: "loanwright-check", keepDatabaseRunning: true });
    try {
      return await work(services);
    } finally {
      await close();
    }
  };
  const shards = options.shards ?? SHARDS;
  /** @returns the seconds it took */
  const generate = async () => {
    await opened(GENERATED, async (services) => {
      await seedLenders(services, wire(services));
      if (options.on !== undefined) await beginOn(await owner(GENERATED), options.on);
      await installKinds(services);
      for (const tenantId of TENANTS) await changeSettings(makeContext(services, { tenantId, actor: jobActor("bench"), requestId: "req_bench" }), { endOfDayShards: shards });
    });
    const makers = await start(GENERATED);
    const made = await Promise.all(makers.map((p, nth) => p.order({ kind: "generate", loans: options.loans, seed: options.seed, nth, of: WORKERS })));
    await Promise.all(makers.map((p) => p.end()));
    const seconds = Math.max(...made.map((m) => m.milliseconds)) / 1000;
    options.say(`${made.reduce((sum, m) => sum + (m.loans ?? 0), 0)} loans in ${seconds.toFixed(1)} s`);
    await once(owner(GENERATED), "VACUUM ANALYZE");
    return seconds;
  };
  try {
    const generatedSeconds = options.data === undefined ? await generate() : await kept(cluster.postgres().ownerUrl, keptName({ ...options, shards }), generate, options.say);
    for (let i = 0; i < (options.apis ?? 0); i++) await cluster.startApi();
    return {
      cluster, generatedSeconds, start, owner, close: stop,
      // STRATEGY wal_log would write every page twice.
      copy: (name) => once(owner("postgres"), `CREATE DATABASE ${name} TEMPLATE ${GENERATED} STRATEGY file_copy`),
      drop: (name) => once(owner("postgres"), `DROP DATABASE ${name} WITH (FORCE)`),
      prove: (database) => opened(database, invariants),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Works on a copy of the portfolio that stays under this name, which is made first where there is none. @returns the seconds it took to make */
async function kept(ownerUrl: string, name: string, generate: () => Promise<number>, say: (line: string) => void): Promise<number> {
  const before = await takeKept(ownerUrl, name, GENERATED);
  if (before !== undefined) {
    say(`${name}, made before in ${before.toFixed(1)} s`);
    return before;
  }
  const seconds = await generate();
  await keep(ownerUrl, name, GENERATED, seconds);
  return seconds;
}

async function once(connected: Promise<pg.Client>, statement: string): Promise<void> {
  const client = await connected;
  await client.query(statement);
  await client.end();
}

/** Puts the books of all lenders on a day, before anything is in them. */
async function beginOn(client: pg.Client, date: string): Promise<void> {
  await client.query("UPDATE kernel.business_day SET business_date = $1, closed_through = $1::date - 1", [date]);
  await client.end();
}

export interface PortfolioProcess {
  readonly child: ChildProcess;
  /** @throws Error when the process ends before it has answered */
  order(order: Order): Promise<Answer>;
  end(): Promise<void>;
}

/** Starts a process that makes portfolios and closes days. */
export async function startProcess(environment: Readonly<Record<string, string>>, program = "portfolio-process.ts"): Promise<PortfolioProcess> {
  const child = fork(join(import.meta.dirname, program), { env: environment, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const next = () => new Promise<Answer>((done, failed) => {
    const ended = (code: number | null, signal: string | null) => failed(new Error(`the process ended: ${code ?? signal}`));
    child.once("exit", ended);
    child.once("message", (message: Answer) => {
      child.off("exit", ended);
      done(message);
    });
  });
  await next();
  return {
    child,
    order: (order) => {
      const answer = next();
      child.send(order);
      return answer;
    },
    end: () => new Promise((done) => {
      if (child.exitCode !== null || child.signalCode !== null) return done();
      child.once("exit", () => done());
      child.kill("SIGTERM");
    }),
  };
}

export interface DayTimes { readonly seconds: number; readonly steps: Readonly<Record<string, number>>; readonly rss: readonly number[] }

/** Has all processes close the lenders' next day (or so many) together. */
export async function closeTogether(processes: readonly PortfolioProcess[], order: Order = { kind: "close", tenantIds: TENANTS }): Promise<DayTimes> {
  const began = performance.now();
  const answers = await Promise.all(processes.map((p) => p.order(order)));
  const steps: Record<string, number> = {};
  for (const { steps: spent = {} } of answers) for (const [name, ms] of Object.entries(spent)) if (ms >= 10) steps[name] = (steps[name] ?? 0) + ms;
  return { seconds: Math.round((performance.now() - began) / 10) / 100, steps, rss: answers.map((a) => a.rss) };
}

// What days leave behind, a row a line, without what differs between two courses of the same days: ids made on the way, instants,
// connections, and what subscribers do about it later, where a worker runs.
const KEPT: Readonly<Record<string, string>> = {
  "loan states": "SELECT s.* FROM servicing.loan_state s",
  "accrual rows": "SELECT tenant_id, business_date, loan_account_id, interest_minor FROM servicing.loan_accrual",
  "loan events": "SELECT tenant_id, loan_account_id, sequence, type, value_date, business_date, payload - 'id' FROM servicing.loan_event",
  "bucket entries": "SELECT tenant_id, loan_account_id, business_date, bucket, class, dpd, overdue_minor FROM servicing.bucket_entry",
  reminders: "SELECT * FROM servicing.reminder",
  postings: "SELECT p.tenant_id, p.business_date, p.book, p.account, p.currency, p.debit_minor, p.credit_minor, p.value_date, p.loan_account_id, p.product_code, p.branch_id, p.line, e.cause_kind, e.memo, e.amount_minor FROM ledger.posting p JOIN ledger.journal_entry e ON e.tenant_id = p.tenant_id AND e.business_date = p.business_date AND e.id = p.entry_id",
  "day totals": "SELECT tenant_id, book, account, currency, business_date, sum(debit_minor), sum(credit_minor) FROM ledger.account_day_total GROUP BY 1, 2, 3, 4, 5",
  "published events": "SELECT tenant_id, type, subject, business_date FROM kernel.outbox_event WHERE type NOT LIKE 'collections.%'",
  "audit records": "SELECT tenant_id, action, CASE WHEN action NOT LIKE 'provision.run.%' THEN subject END, business_date FROM kernel.audit_record WHERE business_date > '2026-01-01' AND action NOT LIKE 'kernel.job%' AND action NOT LIKE 'collections.%'",
  "provision lines": "SELECT l.tenant_id, r.policy_code, r.business_date, r.state, r.loans, l.loan_account_id, l.stage, l.dpd, l.exposure_minor, l.rate_ppb, l.loss_minor, l.reason FROM risk.provision_line l JOIN risk.provision_run r ON r.tenant_id = l.tenant_id AND r.id = l.run_id",
  "deferred fees": "SELECT * FROM servicing.deferral",
  checkpoints: "SELECT tenant_id, business_date, step, shard, touched_count, failed_count FROM kernel.eod_checkpoint",
  quarantine: "SELECT tenant_id, business_date, step, subject, reason FROM kernel.eod_quarantine",
};

/** For each kind of row how many there are and the hash of them all. */
export async function fingerprints(owner: pg.Client): Promise<Record<string, string>> {
  const prints: Record<string, string> = {};
  for (const [name, rows] of Object.entries(KEPT)) {
    const { rows: [found] } = await owner.query<{ n: string; hash: string }>(`SELECT count(*)::text AS n, coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C")), '') AS hash FROM (${rows}) t`);
    prints[name] = `${found?.n} rows ${found?.hash}`;
  }
  return prints;
}

/** Kinds of rows in which two courses differ, with some of the rows. */
export async function differences(a: pg.Client, b: pg.Client): Promise<string[]> {
  const [one, other] = [await fingerprints(a), await fingerprints(b)];
  return Object.keys(one).filter((name) => one[name] !== other[name]).map((name) => `${name} differ: ${one[name]}, ${other[name]}`);
}
