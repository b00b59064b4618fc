import type { Check } from "../assure/result.ts";
import { closeTogether, GENERATED, SETTINGS, SHARDS, startPortfolioWorld, WORKERS } from "../assure/portfolio-world.ts";
import { booksOf } from "./measured.ts";

/** Seconds a million loans may take. */
const BAR_SECONDS = 90;
/** Below 100,000 loans the fixed cost of a day is most of it. */
const LEAST_SECONDS = 6;

/** The end of a month: an ordinary day, and a run of each provision policy over every loan, with a line and its reason for each. */
export const p03: Check = {
  id: "P03",
  title: `end of a month of 1,000,000 loans (--loans N): the day's steps, and provisions of each policy drafted loan by loan; ${WORKERS} processes, at most ${BAR_SECONDS} s in proportion`,
  async run({ loans = 20_000, seed, data, say }) {
    const world = await startPortfolioWorld({ loans, seed, data, on: "2026-01-30", say });
    try {
      const processes = await world.start(GENERATED);
      const first = await closeTogether(processes);
      const owner = await world.owner(GENERATED);
      await owner.query("CHECKPOINT");
      const end = await closeTogether(processes);
      const { rows: runs } = await owner.query<{ policy: string; loans: number; missing: number }>(`SELECT r.policy_code AS policy, sum(r.loans)::int AS loans,
        sum((SELECT count(*) FROM servicing.loan_state s WHERE s.tenant_id = r.tenant_id AND s.status = 'active' AND s.principal_minor + s.interest_minor > 0) - r.loans)::int AS missing
        FROM risk.provision_run r WHERE r.state = 'draft' AND r.business_date = '2026-01-31' GROUP BY 1 ORDER BY 1`);
      await owner.end();
      const books = await world.prove(GENERATED);
      const faults = [...books.faults, ...runs.filter((run) => run.missing !== 0).map((run) => `${run.policy}: ${run.missing} loans without a line`), ...(runs.length === 0 ? ["no run was drafted"] : [])];
      const allowed = Math.max((BAR_SECONDS * loans) / 1_000_000, LEAST_SECONDS);
      say(`first day ${first.seconds} s, end of the month ${end.seconds} s: ${JSON.stringify(end.steps)}; ${JSON.stringify(runs)}; ${faults.length} faults`);
      for (const fault of faults.slice(0, 5)) say(fault);
      return {
        pass: faults.length === 0 && end.seconds <= allowed, value: end.seconds, unit: "s", cases: loans, violations: faults.length, seed,
        detail: { loans, allowedSeconds: allowed, dayBeforeSeconds: first.seconds, lines: runs.reduce((sum, run) => sum + run.loans, 0), workers: WORKERS, shards: SHARDS, steps: end.steps, rssMegabytes: end.rss, ...SETTINGS, ...booksOf(books) },
      };
    } finally {
      await world.close();
    }
  },
};
