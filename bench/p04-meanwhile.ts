import pg from "pg";
import { clientOf } from "../assure/client.ts";
import { commandHeaders, repaymentBody } from "../assure/lending-cluster.ts";
import { fire, type Shot } from "../assure/load.ts";
import type { Check } from "../assure/result.ts";
import { API_PROCESSES, booksOf } from "./measured.ts";
import { closeTogether, GENERATED, startPortfolioWorld, WORKERS } from "../assure/portfolio-world.ts";

/** Longest a write may wait for end of day. */
const BAR_MS = 250;
const LENDER = { id: "tn_bharat", login: "bharat" } as const;
/** So often in all a lock somebody waits for is looked at. */
const LOOK_MS = 10;

/** Payments and reads go on while a business date is closed, and again while nothing is: what end of day adds to their time. */
export const p04: Check = {
  id: "P04",
  title: `repayments and reads at a constant rate (--rate 60) while days are closed: no write refused, none held up more than ${BAR_MS} ms`,
  async run({ loans = 20_000, rate = 60, seconds = 12, seed, data, say }) {
    const world = await startPortfolioWorld({ loans, seed, data, apis: API_PROCESSES, say });
    try {
      const processes = await world.start(GENERATED);
      await closeTogether(processes);
      const alone = await closeTogether(processes);
      const owner = await world.owner(GENERATED);
      const ids = (await owner.query<{ id: string }>("SELECT loan_account_id AS id FROM servicing.loan_state WHERE tenant_id = $1 AND status = 'active' ORDER BY md5(loan_account_id) LIMIT 3000", [LENDER.id])).rows.map((r) => r.id);
      const { business_date: today = "" } = (await owner.query<{ business_date: string }>("SELECT business_date FROM kernel.business_day WHERE tenant_id = $1", [LENDER.id])).rows[0] ?? {};
      const token = await clientOf(world.cluster.apis[0]?.url ?? "").signInStaff(LENDER.login, "servicing");
      const plan = (name: string) => ({ urls: world.cluster.apis.map((api) => api.url), connections: 32, headers: commandHeaders(token), perSecond: rate, shots: shotsOf(ids, today, rate * seconds, name), warmUpMs: 1000 });
      const quiet = await fire(plan("quiet"));
      const locks = watchLocks(owner);
      const load = fire(plan("closing"));
      const days: number[] = [];
      let over = false;
      void load.finally(() => (over = true));
      while (!over) days.push((await closeTogether(processes)).seconds);
      const busy = await load;
      const longestLockMs = await locks.stop();
      await owner.end();
      const books = await world.prove(GENERATED);
      const faults = [...books.faults];
      for (const [name, result] of [["quiet", quiet], ["closing", busy]] as const) {
        const wrong = Object.keys(result.statuses).filter((status) => status !== "200" && status !== "201");
        if (wrong.length > 0) faults.push(`${name}: answers ${JSON.stringify(result.statuses)} ${Object.keys(result.bodies).find((body) => body.includes('"code"')) ?? result.errors[0] ?? ""}`);
      }
      const [write, read] = [busy.kinds["write"], busy.kinds["read"]];
      const slowdown = Math.round((days.reduce((sum, s) => sum + s, 0) / days.length / alone.seconds) * 100) / 100;
      for (const fault of faults.slice(0, 10)) say(fault.slice(0, 400));
      say(`while ${days.length} days were closed: writes p50 ${write?.p50}, p99 ${write?.p99}, max ${write?.max} ms; reads p99 ${read?.p99} ms; longest wait for a lock ${longestLockMs} ms; without: writes p99 ${quiet.kinds["write"]?.p99}, max ${quiet.kinds["write"]?.max} ms; a day took ${slowdown} times as long; ${faults.length} faults`);
      return {
        pass: faults.length === 0 && longestLockMs <= BAR_MS && (write?.max ?? Infinity) <= BAR_MS, value: write?.max ?? 0, unit: "ms, slowest write", cases: busy.count, violations: faults.length, seed,
        detail: { loans, rate, seconds, longestLockMs, closing: busy.kinds, quiet: quiet.kinds, daysClosed: days.length, dayAloneSeconds: alone.seconds, endOfDaySlowdown: slowdown, apiProcesses: API_PROCESSES, workers: WORKERS, ...booksOf(books) },
      };
    } finally {
      await world.close();
    }
  },
};

/** Four reads of a loan for each repayment. */
function shotsOf(ids: readonly string[], today: string, count: number, name: string): Shot[] {
  return Array.from({ length: count }, (_v, n): Shot => {
    const path = `/v1/loan-accounts/${ids[n % ids.length]}`;
    if (n % 5 !== 0) return { method: "GET", path, kind: "read" };
    return { method: "POST", path: `${path}/repayments`, kind: "write", body: repaymentBody(today, "10.00"), headers: { "idempotency-key": `p04-${name}-${n}` } };
  });
}

/** Looks all the time for how long somebody has been waiting for a row or another's transaction. */
function watchLocks(owner: pg.Client): { stop(): Promise<number> } {
  let stopped = false;
  const watching = (async () => {
    let longest = 0;
    while (!stopped) {
      const { rows } = await owner.query<{ ms: number }>("SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart) * 1000), 0)::int AS ms FROM pg_locks WHERE NOT granted AND locktype <> 'advisory'");
      longest = Math.max(longest, rows[0]?.ms ?? 0);
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
    return longest;
  })();
  return { stop: () => { stopped = true; return watching; } };
}
