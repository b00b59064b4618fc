import { isoDate, type EventDraft } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import { statementFailed, type Tx } from "#kernel/db.ts";
import { quarantine } from "#kernel/end-of-day.ts";
import type { ClosingDay, EndOfDayStep } from "#kernel/module.ts";
import * as outbox from "#kernel/outbox.ts";
import { postAll } from "#modules/ledger/index.ts";
import { changeLoan, type LoanChange } from "../change.ts";
import { shardsOf } from "../domain/shard.ts";
import { rateFixed } from "../events.ts";
import { factOf, lockLoans, productOf, saveStates } from "../store.ts";

interface Due { readonly id: string; readonly index_code: string; readonly value_date: string; readonly rate_ppb: bigint }

const TOGETHER = 512;

/** Fixings and loans of so many days are looked at again: a loan that was set aside gets its fixing when it can take it. */
const LOOK_BACK_DAYS = 31;

/**
 * Makes a fixing a fact of every loan that follows its index; the engine moves the rate at the loan's next reset. A fixing of the past runs
 * the history again and posts the difference. Loans that follow no index cost nothing; of the others only those with a new fixing are read.
 */
export const fixRatesStep: EndOfDayStep = {
  name: "servicing.fix_rates",
  order: 295,
  per: "shard",
  run: async (tx, ctx, day) => {
    const due = await tx.rows<Due>("servicing.fixings.due", DUE, [day.date, ...shardsOf(day.shard, day.shards), LOOK_BACK_DAYS]);
    const byLoan = Map.groupBy(due, (fixing) => fixing.id);
    const ids = [...byLoan.keys()];
    let failed = 0;
    for (let from = 0; from < ids.length; from += TOGETHER) failed += await fixAll(tx, ctx, ids.slice(from, from + TOGETHER), byLoan, day);
    return { touched: ids.length - failed, failed };
  },
};

// A loan knows the newest fixing of the day it was paid out, and each one after it; the first stands on that day, the others on their own.
// Those that follow an index are found first: the planner would look into what was agreed with every loan of the shard.
const DUE = `
WITH a AS MATERIALIZED (
  SELECT tenant_id, id, booked_date, terms #>> '{ratePlan,floating,index}' AS index_code FROM servicing.loan_account
  WHERE terms #>> '{ratePlan,floating,index}' IS NOT NULL AND shard BETWEEN $2 AND $3
)
SELECT s.loan_account_id AS id, f.index_code, greatest(f.fixing_date, s.disbursed_date)::text AS value_date, f.rate_ppb
FROM a
JOIN servicing.loan_state s ON s.tenant_id = a.tenant_id AND s.loan_account_id = a.id
JOIN servicing.index_fixing f ON f.tenant_id = a.tenant_id AND f.index_code = a.index_code
WHERE s.status = 'active' AND s.disbursed_date IS NOT NULL
  AND f.fixing_date <= $1::date AND (f.recorded_date >= $1::date - $4::int OR a.booked_date >= $1::date - $4::int)
  AND NOT EXISTS (SELECT 1 FROM servicing.index_fixing n WHERE n.tenant_id = f.tenant_id AND n.index_code = f.index_code AND n.fixing_date > f.fixing_date AND n.fixing_date <= s.disbursed_date)
  AND NOT EXISTS (SELECT 1 FROM servicing.loan_event e WHERE e.tenant_id = s.tenant_id AND e.loan_account_id = s.loan_account_id AND e.type = 'indexFixed' AND e.value_date = greatest(f.fixing_date, s.disbursed_date))
ORDER BY s.loan_account_id, f.fixing_date`;

/** Returns how many were set aside. */
async function fixAll(tx: Tx, ctx: Context, ids: readonly string[], byLoan: ReadonlyMap<string, readonly Due[]>, day: ClosingDay): Promise<number> {
  const { loans } = await lockLoans(tx, ids);
  const changes: LoanChange[] = [];
  let failed = 0;
  for (const loan of loans.values()) {
    try {
      const drafts = (byLoan.get(loan.id) ?? []).map((f): EventDraft => ({ type: "indexFixed", index: f.index_code, ratePpb: Number(f.rate_ppb), valueDate: isoDate(f.value_date) }));
      changes.push(changeLoan(tx, ctx, loan, drafts, { version: await productOf(tx, loan.product_version_id), cause: { kind: "end_of_day", id: day.date }, memo: `Fixing of the rate of loan ${loan.number}` }));
    } catch (error) {
      if (statementFailed(error)) throw error;
      failed++;
      await quarantine(tx, ctx, { date: day.date, step: "servicing.fix_rates", subject: loan.id, reason: (error as Error).message });
    }
  }
  if (changes.length === 0) return failed;
  await postAll(tx, ctx, changes.flatMap((change) => (change.entry === null ? [] : [change.entry])));
  await saveStates(tx, ctx, changes.map((change) => change.next), `end_of_day:${day.date}`);
  await audit.recordAll(tx, ctx, changes.map((change) => ({ action: "loan.rate.fixed", subject: change.loan.id, after: { fixings: byLoan.get(change.loan.id)?.map((f) => `${f.index_code} ${f.value_date} ${f.rate_ppb}`) } })));
  await outbox.add(tx, ctx, ...changes.flatMap((change) => change.events.flatMap((e) => (e.type === "indexFixed" ? [rateFixed({ ...factOf(change.loan), eventId: e.id, index: e.index, date: e.valueDate, indexPpb: e.ratePpb })] : []))));
  return failed;
}
