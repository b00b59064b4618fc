import { isoDate } from "#engine/index.ts";
import type { Tx } from "#kernel/db.ts";
import type { EndOfDayStep } from "#kernel/module.ts";
import { postAll, type JournalEntry } from "#modules/ledger/index.ts";
import { entryOf } from "../domain/books.ts";
import { monthOf } from "../domain/deferral.ts";
import { shardsOf } from "../domain/shard.ts";
import { productOf } from "../store.ts";

interface Sum { product_version_id: string; branch_id: string | null; currency: string; loans: bigint; fee: bigint; cost: bigint }

/**
 * On the last day of a month, takes into income what each loan's plan says of its deferred fees and costs: what should be taken by now less what was,
 * so that months that were missed, or in which the loan's interest was no income, are made good. One statement reckons and saves a shard.
 */
export const amortiseStep: EndOfDayStep = {
  name: "servicing.amortise",
  order: 505,
  per: "shard",
  on: "month_end",
  run: async (tx, ctx, day) => {
    if (day.shard === 0) await tx.run("servicing.deferral.months", "SELECT kernel.make_months(ARRAY['servicing.deferral_move']::regclass[], $1::date, 3)", [day.date]);
    // As with accruals: where statistics lag behind, the planner would compare each loan with each.
    await tx.run("servicing.amortise.plan", "SELECT set_config('enable_nestloop', 'off', true)");
    const sums = await tx.rows<Sum & object>("servicing.amortise.shard", AMORTISE, [monthOf(isoDate(day.date)), ...shardsOf(day.shard, day.shards), day.date]);
    await postAll(tx, ctx, await entriesOf(tx, sums, day.date));
    return { touched: sums.reduce((n, sum) => n + Number(sum.loans), 0), failed: 0 };
  },
};

// The loan is locked as whoever changes it does, and its amounts and plan with it: so a change under way is waited for, and then all three are the new ones.
const AMORTISE = `
WITH due AS MATERIALIZED (
  SELECT d.loan_account_id, d.product_version_id, d.branch_id, d.currency, d.fee_minor, d.cost_minor, d.fee_amortised_minor, d.cost_amortised_minor, coalesce(p.left_share[greatest($1::int - p.from_month, 0) + 1], 0) AS share
  FROM servicing.deferral d JOIN servicing.deferral_plan p ON p.tenant_id = d.tenant_id AND p.loan_account_id = d.loan_account_id JOIN servicing.loan_state s ON s.tenant_id = d.tenant_id AND s.loan_account_id = d.loan_account_id
  WHERE d.shard BETWEEN $2 AND $3 AND (d.fee_minor <> d.fee_amortised_minor + d.fee_lost_minor OR d.cost_minor <> d.cost_amortised_minor + d.cost_lost_minor) AND s.status = 'active' AND s.non_accrual IS NULL
  ORDER BY d.loan_account_id FOR UPDATE OF s, d, p
), now AS MATERIALIZED (
  SELECT *, fee_minor - round(fee_minor * share / 1000000000.0)::bigint - fee_amortised_minor AS fee, cost_minor - round(cost_minor * share / 1000000000.0)::bigint - cost_amortised_minor AS cost FROM due
), saved AS (
  UPDATE servicing.deferral d SET fee_amortised_minor = d.fee_amortised_minor + now.fee, cost_amortised_minor = d.cost_amortised_minor + now.cost FROM now WHERE d.loan_account_id = now.loan_account_id AND d.shard BETWEEN $2 AND $3 AND (now.fee <> 0 OR now.cost <> 0)
), moved AS (
  INSERT INTO servicing.deferral_move (business_date, loan_account_id, fee_amortised_minor, cost_amortised_minor) SELECT $4::date, loan_account_id, fee, cost FROM now WHERE fee <> 0 OR cost <> 0
)
SELECT product_version_id, branch_id, currency, count(*) AS loans, sum(fee)::bigint AS fee, sum(cost)::bigint AS cost FROM now WHERE fee <> 0 OR cost <> 0 GROUP BY product_version_id, branch_id, currency ORDER BY product_version_id, branch_id, currency`;

async function entriesOf(tx: Tx, sums: readonly Sum[], date: string): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for (const { product_version_id: id, branch_id: branchId, currency, fee, cost } of sums) {
    const { definition, code } = await productOf(tx, id);
    const facts = ([["fee_amortised", fee], ["cost_amortised", cost]] as const).flatMap(([fact, minor]) => (minor === 0n ? [] : [{ fact, amounts: { total: Number(minor) } }]));
    const entry = entryOf(definition, facts, { productCode: code, branchId: branchId ?? undefined }, {
      cause: { kind: "end_of_day", id: date }, businessDate: date, valueDate: date, currency, memo: `Fees and costs by effective interest, month to ${date}, ${code}`,
    });
    if (entry !== null) entries.push(entry);
  }
  return entries;
}
