import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import { clientOf } from "./client.ts";
import { closeTogether, differences, GENERATED, startPortfolioWorld, TENANTS, type PortfolioWorld } from "./portfolio-world.ts";
import type { Check } from "./result.ts";

const APIS = 2;
const WORKERS = 3;
const LENDERS = [["tn_bharat", "bharat"], ["tn_prairie", "prairie"]] as const;
const FIRST = "2026-01-01";

/** What production looks like: several API and worker processes on one database. Some are killed while a day is closed; it closes right. */
export const d01: Check = {
  id: "D01",
  title: `${APIS} API and ${WORKERS} worker processes close a day together, an API and a worker are killed: what is left equals a run by one process, row by row`,
  async run({ loans = 20_000, seed, say }) {
    const world = await startPortfolioWorld({ loans, seed, say });
    try {
      await world.copy("alone");
      await closeTogether(await world.start("alone", 1));
      const together = await closeUnderFire(world, say);
      const [many, alone] = [await world.owner(GENERATED), await world.owner("alone")];
      const differing = await differences(many, alone);
      await Promise.all([many.end(), alone.end()]);
      const books = await world.prove(GENERATED);
      const faults = [...differing, ...books.faults, ...(together.most < 2 ? ["never did two processes work on a day at once"] : [])];
      for (const fault of faults.slice(0, 10)) say(fault.slice(0, 400));
      return { pass: faults.length === 0, cases: together.killed, violations: faults.length, seed, detail: { loans, apis: APIS, workers: WORKERS, processesAtOnce: together.most, trialBalance: books.trialBalance, subledgerDifference: books.subledgerDifference, audit: books.audit } };
    } finally {
      await world.close();
    }
  },
};

/** One day of each lender, asked for at one API, which is killed with one of the workers; the other API is asked again until the day is closed. */
async function closeUnderFire(world: PortfolioWorld, say: (line: string) => void): Promise<{ killed: number; most: number }> {
  const apis = await Promise.all(Array.from({ length: APIS }, () => world.cluster.startApi()));
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => world.cluster.startWorker()));
  const watch = await watching(await world.owner(GENERATED));
  for (const [tenantId, lender] of LENDERS) {
    const [first, second] = apis.map((api) => clientOf(api.url));
    if (first === undefined || second === undefined) throw new RangeError("two API processes are needed");
    const token = await second.signInStaff(lender, "operations");
    const ask = (client: typeof first) => client.call("POST", "/v1/end-of-day/runs", { token, lender, body: { date: FIRST } }).catch(() => undefined);
    void ask(first);
    if (tenantId === TENANTS[0]) {
      // Once the day is under way in several processes, two of them go.
      for (let n = 0; n < 200 && watch.most < 2; n++) await wait(10);
      apis[0]?.kill();
      workers[0]?.kill("SIGKILL");
    }
    for (let n = 0; n < 300 && (await ask(second))?.status !== 200; n++) await wait(100);
  }
  const most = await watch.end();
  say(`up to ${most} processes worked on a day at once; an API and a worker were killed`);
  return { killed: 2, most };
}

/** How many connections hold a shard of a day at once, at most. */
async function watching(owner: pg.Client): Promise<{ readonly most: number; end(): Promise<number> }> {
  const seen = { most: 0, stopped: false };
  const loop = (async () => {
    while (!seen.stopped) {
      const { rows: [held] } = await owner.query<{ n: number }>("SELECT count(DISTINCT pid)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE application_name IN ('loanwright-api', 'loanwright-worker'))");
      seen.most = Math.max(seen.most, held?.n ?? 0);
      await wait(10);
    }
  })();
  return {
    get most() { return seen.most; },
    end: async () => {
      seen.stopped = true;
      await loop;
      await owner.end();
      return seen.most;
    },
  };
}
