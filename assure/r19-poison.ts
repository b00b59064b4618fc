import type pg from "pg";
import { closeTogether, GENERATED, startPortfolioWorld, type DayTimes } from "./portfolio-world.ts";
import type { Check } from "./result.ts";

const POISONED = 20;

/** Loans whose history cannot be run are set aside with their reason; the day closes for all others, and once mended they stand where they would have stood. */
export const r19: Check = {
  id: "R19",
  title: `${POISONED} loans among --loans (20,000) that throw at end of day: set aside with their reason, the others as without them, and equal after repair`,
  async run({ loans = 20_000, seed, say }) {
    const world = await startPortfolioWorld({ loans, seed, say });
    try {
      await world.copy("clean");
      const [poisoned, clean] = [await world.owner(GENERATED), await world.owner("clean")];
      const faults: string[] = [];
      const ids = await poison(poisoned);
      const processes = await world.start(GENERATED);
      const cleanProcesses = await world.start("clean");
      const days: DayTimes[] = [await closeTogether(processes), await closeTogether(cleanProcesses)];
      const { rows: aside } = await poisoned.query<{ subject: string; reason: string }>("SELECT subject, min(reason) AS reason FROM kernel.eod_quarantine WHERE cleared_at IS NULL GROUP BY subject");
      const named = new Set(aside.map((item) => item.subject));
      for (const id of ids) if (!named.has(id)) faults.push(`${id} was poisoned and is not set aside`);
      for (const { subject, reason } of aside) if (!ids.includes(subject)) faults.push(`${subject} was set aside though nothing is wrong with it: ${reason}`);
      faults.push(...await differing(poisoned, clean, ids, "the others differ"));
      await heal(poisoned);
      days.push(await closeTogether(processes), await closeTogether(cleanProcesses));
      faults.push(...await differing(poisoned, clean, [], "after repair"));
      await Promise.all([poisoned.end(), clean.end()]);
      const books = await world.prove(GENERATED);
      faults.push(...books.faults);
      for (const fault of faults.slice(0, 10)) say(fault.slice(0, 400));
      say(`${aside.length} set aside (${aside[0]?.reason.slice(0, 80)}); ${faults.length} faults`);
      return { pass: faults.length === 0, cases: ids.length, violations: faults.length, seed, detail: { loans, secondsADay: days.map((d) => d.seconds), trialBalance: books.trialBalance, subledgerDifference: books.subledgerDifference, audit: books.audit } };
    } finally {
      await world.close();
    }
  },
};

/** Makes the payout of some loans that the day will look at unreadable, and remembers how it was. */
async function poison(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>(`SELECT loan_account_id AS id FROM servicing.loan_state WHERE attention_date <= '2026-01-01' AND status = 'active' ORDER BY md5(loan_account_id) LIMIT ${POISONED}`);
  const ids = rows.map((row) => row.id);
  await owner.query("CREATE SCHEMA IF NOT EXISTS bench; CREATE TABLE bench.healthy AS SELECT * FROM servicing.loan_event LIMIT 0");
  await owner.query("INSERT INTO bench.healthy SELECT * FROM servicing.loan_event WHERE loan_account_id = ANY($1) AND sequence = 1", [ids]);
  await owner.query("UPDATE servicing.loan_event SET payload = payload || '{\"type\": \"unknownToAll\"}' WHERE loan_account_id = ANY($1) AND sequence = 1", [ids]);
  return ids;
}

async function heal(owner: pg.Client): Promise<void> {
  await owner.query("UPDATE servicing.loan_event e SET payload = h.payload FROM bench.healthy h WHERE h.tenant_id = e.tenant_id AND h.loan_account_id = e.loan_account_id AND h.sequence = e.sequence");
  await owner.query("DROP SCHEMA bench CASCADE");
}

const STANDING = `SELECT loan_account_id AS id, concat_ws(' ', status, principal_minor, interest_minor, fee_minor, penalty_minor, overpayment_minor, interest_through, next_due_date, next_due_minor, oldest_due_date, overdue_minor, bucket, class) AS standing
  FROM servicing.loan_state WHERE NOT loan_account_id = ANY($1)`;

async function differing(one: pg.Client, other: pg.Client, without: readonly string[], what: string): Promise<string[]> {
  const read = async (owner: pg.Client) => new Map((await owner.query<{ id: string; standing: string }>(STANDING, [without])).rows.map((row) => [row.id, row.standing]));
  const [a, b] = [await read(one), await read(other)];
  return [...b].filter(([id, standing]) => a.get(id) !== standing).map(([id, standing]) => `${what}: ${id} is "${a.get(id)}", without poison "${standing}"`);
}
