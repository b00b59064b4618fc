import { accruedInterest, isoDate } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { quarantine } from "#kernel/end-of-day.ts";
import type { EndOfDayStep } from "#kernel/module.ts";
import { postAll, type JournalEntry } from "#modules/ledger/index.ts";
import { throughEndOf } from "../domain/position.ts";
import { linesOf } from "../domain/posting.ts";
import { interestOf, type Segment } from "../domain/segment.ts";
import { productOf, readLoan } from "../store.ts";

interface Row { loan_account_id: string; product_version_id: string; product_code: string; branch_id: string | null; currency: string; interest_minor: bigint; segment: Segment | null }

/**
 * Takes the day's interest into income: per product × branch × currency one entry, and on each loan what is its own. The closed
 * formula of the loan's segment gives interest to date, so a day's part is a difference of two exact figures, and days that
 * were missed are caught up by themselves.
 */
export const accrueStep: EndOfDayStep = {
  name: "servicing.accrue",
  order: 500,
  per: "shard",
  run: async (tx, ctx, day) => {
    const through = throughEndOf(isoDate(day.date));
    // All loans of a shard are read and written by hashing. Where statistics lag behind (a portfolio just boarded, a new lender), the
    // planner would take them for a few rows and compare each with each.
    await tx.run("servicing.accrue.plan", "SELECT set_config('enable_nestloop', 'off', true)");
    const rows = await tx.rows<Row>("servicing.accrue.read",
      `SELECT s.loan_account_id, a.product_version_id, a.product_code, a.branch_id, a.currency, s.interest_minor, s.segment
       FROM servicing.loan_state s JOIN servicing.loan_account a ON a.tenant_id = s.tenant_id AND a.id = s.loan_account_id
       WHERE s.status = 'active' AND s.interest_through < $1 AND s.shard % $2 = $3 ORDER BY s.loan_account_id FOR UPDATE OF s`, [through, day.shards, day.shard]);
    const sums = new Map<string, { row: Row; minor: number }>();
    const ids: string[] = [];
    const interest: number[] = [];
    const part: number[] = [];
    let failed = 0;
    for (const row of rows) {
      const now = (row.segment === null ? undefined : interestOf(row.segment, through)) ?? await askEngine(tx, ctx, row, through, day.date);
      if (now === undefined) {
        failed++;
        continue;
      }
      ids.push(row.loan_account_id);
      interest.push(now);
      part.push(now - Number(row.interest_minor));
      const key = `${row.product_version_id}|${row.branch_id ?? ""}|${row.currency}`;
      const sum = sums.get(key) ?? { row, minor: 0 };
      sum.minor += now - Number(row.interest_minor);
      sums.set(key, sum);
    }
    if (ids.length === 0) return { touched: 0, failed };
    await Promise.all([
      tx.run("servicing.accrue.save",
        `WITH earned AS (
           UPDATE servicing.loan_state s SET interest_minor = n.interest, interest_through = $1
           FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS n (id, interest, day) WHERE s.loan_account_id = n.id RETURNING s.loan_account_id, n.day)
         INSERT INTO servicing.loan_accrual (business_date, loan_account_id, interest_minor) SELECT $5, loan_account_id, day FROM earned WHERE day <> 0`, [through, ids, interest, part, day.date]),
      postAll(tx, ctx, await entriesOf(tx, [...sums.values()], day.date)),
    ]);
    return { touched: ids.length, failed };
  },
};

/** A loan whose interest follows no closed formula is asked of its history. */
async function askEngine(tx: Tx, ctx: Context, row: Row, through: string, date: string): Promise<number | undefined> {
  try {
    return accruedInterest((await readLoan(tx, row.loan_account_id)).state, isoDate(through));
  } catch (error) {
    await quarantine(tx, ctx, { date, step: "servicing.accrue", subject: row.loan_account_id, reason: (error as Error).message });
    return undefined;
  }
}

async function entriesOf(tx: Tx, sums: readonly { row: Row; minor: number }[], date: string): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for (const { row, minor } of sums) {
    if (minor === 0) continue;
    const { definition } = await productOf(tx, row.product_version_id);
    entries.push({
      cause: { kind: "end_of_day", id: date }, businessDate: date, valueDate: date, currency: row.currency, memo: `Interest earned on ${date}, ${row.product_code}`,
      lines: linesOf(definition.postingRules, [{ fact: "interest_earned", amounts: { total: minor, interest: minor } }], { productCode: row.product_code, branchId: row.branch_id ?? undefined }),
    });
  }
  return entries;
}
