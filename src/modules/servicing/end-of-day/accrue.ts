import { accruedInterest, isoDate, type IsoDate } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import { statementFailed, type Tx } from "#kernel/db.ts";
import { quarantine } from "#kernel/end-of-day.ts";
import type { ClosingDay, EndOfDayStep } from "#kernel/module.ts";
import { postAll, type JournalEntry } from "#modules/ledger/index.ts";
import { entryOf } from "../domain/books.ts";
import { shardsOf } from "../domain/shard.ts";
import { throughEndOf } from "../domain/position.ts";
import { productOf, readLoan } from "../store.ts";

interface Kind { product_version_id: string; branch_id: string | null; currency: string }
interface Sum extends Kind { loans: bigint; minor: bigint; suspended: bigint }
interface Asked extends Kind { loan_account_id: string; interest_minor: bigint; interest_through: string; non_accrual: string | null }

/**
 * Takes the day's interest into income: per product × branch × currency one entry, and for each loan what is its own in a row. The
 * closed formula of the loan's segment gives interest to date, so a day's part is a difference of two exact figures, and days that
 * were missed are caught up by themselves. One statement reckons and saves a whole shard.
 */
export const accrueStep: EndOfDayStep = {
  name: "servicing.accrue",
  order: 500,
  per: "shard",
  run: async (tx, ctx, day) => {
    const through = throughEndOf(isoDate(day.date));
    if (day.shard === 0) await tx.run("servicing.months.ahead", "SELECT kernel.make_months(ARRAY['servicing.loan_accrual']::regclass[], $1::date, 3)", [day.date]);
    // All loans of a shard are read and written by hashing. Where statistics lag behind (a portfolio just boarded, a new lender), the
    // planner would take them for a few rows and compare each with each.
    await tx.run("servicing.accrue.plan", "SELECT set_config('enable_nestloop', 'off', true)");
    const sums = await tx.rows<Sum>("servicing.accrue.shard", ACCRUE, [through, ...shardsOf(day.shard, day.shards), day.date]);
    const rest = await askEngine(tx, ctx, through, day);
    const byKind = new Map(sums.map((sum) => [kindOf(sum), { kind: sum as Kind, minor: Number(sum.minor), suspended: Number(sum.suspended) }]));
    for (const { loan, earned } of rest.done) {
      const sum = byKind.get(kindOf(loan)) ?? { kind: loan as Kind, minor: 0, suspended: 0 };
      byKind.set(kindOf(loan), { ...sum, minor: sum.minor + earned, suspended: sum.suspended + (loan.non_accrual === null ? 0 : earned) });
    }
    await postAll(tx, ctx, await entriesOf(tx, [...byKind.values()], day.date));
    return { touched: sums.reduce((n, s) => n + Number(s.loans), 0) + rest.done.length, failed: rest.failed };
  },
};

const kindOf = (k: Kind): string => `${k.product_version_id}|${k.branch_id ?? ""}|${k.currency}`;

const ACCRUE = `
WITH now AS MATERIALIZED (
  SELECT loan_account_id, product_version_id, branch_id, currency, interest_minor AS before, non_accrual,
    servicing.interest_of(segment_kind, $1::date - segment_from, segment_slope, segment_divisor, segment_carry, segment_base, segment_rounding) AS after
  FROM servicing.loan_state
  WHERE status = 'active' AND interest_through < $1 AND shard BETWEEN $2 AND $3 AND segment_from <= $1 AND segment_until >= $1
  ORDER BY loan_account_id FOR UPDATE
), saved AS (
  UPDATE servicing.loan_state s SET interest_minor = now.after, interest_through = $1, suspense_minor = CASE WHEN now.non_accrual IS NULL THEN 0 ELSE now.after END FROM now WHERE s.loan_account_id = now.loan_account_id AND s.shard BETWEEN $2 AND $3
), accrual AS (
  INSERT INTO servicing.loan_accrual (business_date, loan_account_id, interest_minor) SELECT $4::date, loan_account_id, after - before FROM now WHERE after <> before
)
SELECT product_version_id, branch_id, currency, count(*) AS loans, sum(after - before)::bigint AS minor, coalesce(sum(after - before) FILTER (WHERE non_accrual IS NOT NULL), 0)::bigint AS suspended
FROM now GROUP BY product_version_id, branch_id, currency ORDER BY product_version_id, branch_id, currency`;

/** Loans whose interest follows no closed formula are asked of their histories. */
async function askEngine(tx: Tx, ctx: Context, through: IsoDate, day: ClosingDay): Promise<{ done: { loan: Asked; earned: number }[]; failed: number }> {
  const loans = await tx.rows<Asked>("servicing.accrue.rest",
    `SELECT loan_account_id, product_version_id, branch_id, currency, interest_minor, interest_through, non_accrual FROM servicing.loan_state
     WHERE status = 'active' AND interest_through < $1 AND shard BETWEEN $2 AND $3 ORDER BY loan_account_id FOR UPDATE`, [through, ...shardsOf(day.shard, day.shards)]);
  const done: { loan: Asked; earned: number; now: number }[] = [];
  for (const loan of loans) {
    try {
      const { state } = await readLoan(tx, loan.loan_account_id);
      const before = accruedInterest(state, isoDate(loan.interest_through));
      // As with every event: books and history agree before anything is added to either.
      if (BigInt(before) !== loan.interest_minor) throw new RangeError(`the books hold ${loan.interest_minor} of interest, the history makes ${before} up to ${loan.interest_through}`);
      const now = accruedInterest(state, through);
      done.push({ loan, now, earned: now - Number(loan.interest_minor) });
    } catch (error) {
      if (statementFailed(error)) throw error;
      await quarantine(tx, ctx, { date: day.date, step: "servicing.accrue", subject: loan.loan_account_id, reason: (error as Error).message });
    }
  }
  if (done.length > 0) {
    await tx.run("servicing.accrue.save",
      `WITH earned AS (
         UPDATE servicing.loan_state s SET interest_minor = n.interest, interest_through = $1, suspense_minor = CASE WHEN s.non_accrual IS NULL THEN 0 ELSE n.interest END
         FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS n (id, interest, day) WHERE s.loan_account_id = n.id RETURNING s.loan_account_id, n.day)
       INSERT INTO servicing.loan_accrual (business_date, loan_account_id, interest_minor) SELECT $5, loan_account_id, day FROM earned WHERE day <> 0`,
      [through, done.map((d) => d.loan.loan_account_id), done.map((d) => d.now), done.map((d) => d.earned), day.date]);
  }
  return { done, failed: loans.length - done.length };
}

async function entriesOf(tx: Tx, sums: readonly { kind: Kind; minor: number; suspended: number }[], date: string): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for (const { kind, minor, suspended } of sums) {
    if (minor === 0) continue;
    const { definition, code } = await productOf(tx, kind.product_version_id);
    const entry = entryOf(definition, [{ fact: "interest_earned", amounts: { total: minor, interest: minor } }, ...(suspended === 0 ? [] : [{ fact: "interest_suspended" as const, amounts: { total: suspended } }])], { productCode: code, branchId: kind.branch_id ?? undefined }, {
      cause: { kind: "end_of_day", id: date }, businessDate: date, valueDate: date, currency: kind.currency, memo: `Interest earned on ${date}, ${code}`,
    });
    if (entry !== null) entries.push(entry);
  }
  return entries;
}
