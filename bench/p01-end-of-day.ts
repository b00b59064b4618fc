import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import pg from "pg";
import { installKinds, PARTS } from "#app/generate/portfolio.ts";
import { openServices } from "#app/open-services.ts";
import { seedLenders } from "#app/seed.ts";
import { wire } from "#app/wiring.ts";
import { loadConfig } from "#kernel/config.ts";
import { makeContext } from "#kernel/context.ts";
import { jobActor } from "#kernel/permissions.ts";
import { changeSettings } from "#kernel/tenants.ts";
import { startCluster } from "../assure/cluster.ts";
import { invariants } from "../assure/invariants.ts";
import type { Check } from "../assure/result.ts";
import { booksOf } from "./measured.ts";
import type { Answer, Order } from "./portfolio-process.ts";

/** Seconds a million loans may take. */
const BAR_SECONDS = 30;
const WORKERS = 2;
const SHARDS = 64;
const SETTINGS = { shared_buffers: "4GB", max_wal_size: "8GB" } as const;
const TENANTS = [...new Set(PARTS.map((part) => part.tenantId))];

/** An ordinary end of day with every step of the product: remind, fall due, charge, age, accrue with a row per loan, post, snapshot, prove. */
export const p01: Check = {
  id: "P01",
  title: `end of day of 1,000,000 loans (--loans N), all steps, ${WORKERS} processes, at most ${BAR_SECONDS} s in proportion`,
  async run({ loans = 20_000, seed, say }) {
    const cluster = await startCluster({ apis: 0, settings: SETTINGS });
    const processes: PortfolioProcess[] = [];
    const opened = await openServices(loadConfig({ ...cluster.environment }), { applicationName: "loanwright-check", keepDatabaseRunning: true });
    try {
      const { services } = opened;
      await seedLenders(services, wire(services));
      await installKinds(services);
      for (const tenantId of TENANTS) await changeSettings(makeContext(services, { tenantId, actor: jobActor("bench"), requestId: "req_bench" }), { endOfDayShards: SHARDS });
      for (let n = 0; n < WORKERS; n++) processes.push(await startProcess(cluster.environment));
      const made = await Promise.all(processes.map((p, nth) => p.order({ kind: "generate", loans, seed, nth, of: WORKERS })));
      const generated = Math.max(...made.map((m) => m.milliseconds)) / 1000;
      say(`${made.reduce((sum, m) => sum + (m.loans ?? 0), 0)} loans in ${generated.toFixed(1)} s`);
      const owner = new pg.Client({ connectionString: cluster.postgres().url("loanwright") });
      await owner.connect();
      await owner.query("VACUUM ANALYZE");
      // The first day has what a boarded portfolio brings with it; the second is a day like all others.
      const first = await closeDay(processes);
      say(`first day ${first.seconds} s ${JSON.stringify(first.steps)}`);
      await owner.query("CHECKPOINT");
      const floorSeconds = await floor(owner);
      const ordinary = await closeDay(processes);
      await owner.end();
      const books = await invariants(services);
      const bar = (BAR_SECONDS * loans) / 1_000_000;
      // Below 100,000 loans the fixed cost of a day (snapshots, proofs, thirty-two checkpoints a step) is most of it.
      const allowed = Math.max(bar, 4);
      say(`ordinary day ${ordinary.seconds} s, ${Math.round(loans / ordinary.seconds)} loans/s; floor ${floorSeconds} s; ${JSON.stringify(ordinary.steps)}; ${books.faults.length} faults`);
      for (const fault of books.faults.slice(0, 5)) say(fault);
      return {
        pass: books.faults.length === 0 && ordinary.seconds <= allowed, value: ordinary.seconds, unit: "s", floor: floorSeconds, efficiency: Math.round((floorSeconds / ordinary.seconds) * 100) / 100, violations: books.faults.length, seed,
        detail: { loans, allowedSeconds: allowed, loansPerSecond: Math.round(loans / ordinary.seconds), firstDaySeconds: first.seconds, generatedSeconds: Math.round(generated), workers: WORKERS, shards: SHARDS, steps: ordinary.steps, rssMegabytes: ordinary.rss, ...SETTINGS, ...booksOf(books) },
      };
    } finally {
      for (const p of processes) p.child.kill("SIGTERM");
      await opened.close().catch(() => undefined);
      await cluster.close();
    }
  },
};

async function closeDay(processes: readonly PortfolioProcess[]): Promise<{ seconds: number; steps: Record<string, number>; rss: number[] }> {
  const began = performance.now();
  const answers = await Promise.all(processes.map((p) => p.order({ kind: "close", tenantIds: TENANTS })));
  const steps: Record<string, number> = {};
  for (const { steps: spent = {} } of answers) for (const [name, ms] of Object.entries(spent)) if (ms >= 10) steps[name] = (steps[name] ?? 0) + ms;
  return { seconds: Math.round((performance.now() - began) / 10) / 100, steps, rss: answers.map((a) => a.rss) };
}

/** The least that such a day can cost here: grouped read and reckoning of all loans, and a narrow row for each, in one statement. */
async function floor(owner: pg.Client): Promise<number> {
  await owner.query("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench; CREATE TABLE bench.accrual (loan text, day date, minor bigint)");
  const began = performance.now();
  // The owner sees the loans of all lenders at once.
  await owner.query(`WITH n AS (SELECT s.loan_account_id, a.product_code, a.branch_id, s.principal_minor * 24 / 36500 AS minor FROM servicing.loan_state s JOIN servicing.loan_account a ON a.tenant_id = s.tenant_id AND a.id = s.loan_account_id WHERE s.status = 'active'),
    w AS (INSERT INTO bench.accrual SELECT loan_account_id, '2026-01-03', minor FROM n) SELECT product_code, branch_id, sum(minor) FROM n GROUP BY 1, 2`);
  const seconds = Math.round((performance.now() - began) / 10) / 100;
  await owner.query("DROP SCHEMA bench CASCADE");
  return seconds;
}

export interface PortfolioProcess { readonly child: ChildProcess; order(order: Order): Promise<Answer> }

/** Starts a process that makes portfolios and closes days. */
export async function startProcess(environment: Readonly<Record<string, string>>): Promise<PortfolioProcess> {
  const child = fork(join(import.meta.dirname, "portfolio-process.ts"), { env: environment, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const next = () => new Promise<Answer>((done, failed) => {
    const ended = (code: number | null) => failed(new Error(`the process ended: ${code}`));
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
  };
}
