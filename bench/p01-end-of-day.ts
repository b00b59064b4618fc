import type pg from "pg";
import type { Check } from "../assure/result.ts";
import { booksOf } from "./measured.ts";
import { closeTogether, GENERATED, SETTINGS, SHARDS, startPortfolioWorld, WORKERS } from "../assure/portfolio-world.ts";

/** Seconds a million loans may take. */
const BAR_SECONDS = 30;

/** An ordinary end of day with every step of the product: remind, fall due, charge, age, accrue with a row per loan, post, snapshot, prove. */
export const p01: Check = {
  id: "P01",
  title: `end of day of 1,000,000 loans (--loans N), all steps, ${WORKERS} processes, at most ${BAR_SECONDS} s in proportion`,
  async run({ loans = 20_000, seed, data, say }) {
    const world = await startPortfolioWorld({ loans, seed, data, say });
    try {
      const processes = await world.start(GENERATED);
      const owner = await world.owner(GENERATED);
      // The first day has what a boarded portfolio brings with it; the second is a day like all others.
      const first = await closeTogether(processes);
      say(`first day ${first.seconds} s ${JSON.stringify(first.steps)}`);
      await owner.query("CHECKPOINT");
      const floorSeconds = await floor(owner);
      const ordinary = await closeTogether(processes);
      await owner.end();
      const books = await world.prove(GENERATED);
      const bar = (BAR_SECONDS * loans) / 1_000_000;
      // Below 100,000 loans the fixed cost of a day (snapshots, proofs, thirty-two checkpoints a step) is most of it.
      const allowed = Math.max(bar, 4);
      say(`ordinary day ${ordinary.seconds} s, ${Math.round(loans / ordinary.seconds)} loans/s; floor ${floorSeconds} s; ${JSON.stringify(ordinary.steps)}; ${books.faults.length} faults`);
      for (const fault of books.faults.slice(0, 5)) say(fault);
      return {
        pass: books.faults.length === 0 && ordinary.seconds <= allowed, value: ordinary.seconds, unit: "s", floor: floorSeconds, efficiency: Math.round((floorSeconds / ordinary.seconds) * 100) / 100, violations: books.faults.length, seed,
        detail: { loans, allowedSeconds: allowed, loansPerSecond: Math.round(loans / ordinary.seconds), firstDaySeconds: first.seconds, generatedSeconds: Math.round(world.generatedSeconds), workers: WORKERS, shards: SHARDS, steps: ordinary.steps, rssMegabytes: ordinary.rss, ...SETTINGS, ...booksOf(books) },
      };
    } finally {
      await world.close();
    }
  },
};

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
