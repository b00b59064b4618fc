import { daysBetween, formatAmount, formatRate, money, rate, type IsoDate } from "#engine/index.ts";
import type { Static } from "typebox";
import type { Tx } from "#kernel/db.ts";
import type { LoanDeferralJson } from "../contract.ts";
import { amortisedAt, monthOf, plannedAt, stretchesOf, type Deferral, type FeeAndCost, type Stretch } from "../domain/deferral.ts";
import { isGivenUp } from "../domain/status.ts";
import type { LockedLoan } from "../store.ts";
import { moneyOf, type ToJson } from "./present.ts";

type Months = Static<typeof LoanDeferralJson>["months"];

/** How a loan's fees and costs become income, as the books hold it: what each month took, what each to come will take, and why. */
export async function deferralOf(tx: Tx, loan: LockedLoan): Promise<Static<typeof LoanDeferralJson>> {
  const m = moneyOf(loan.currency);
  const [contractRate, none] = [rateText(loan.terms.interest.ratePpb / 1e9), { fee: m(0), cost: m(0) }];
  if (loan.deferral === null) return { state: "none", contractRate, effectiveRate: null, deferred: none, amortised: none, lost: none, left: none, why: "This loan's fees were income when they arose.", stretches: [], months: [] };
  const { deferral } = loan;
  const { deferred, amortised, lost, effectiveRate } = deferral;
  const left = { fee: deferred.fee - amortised.fee - lost.fee, cost: deferred.cost - amortised.cost - lost.cost };
  const both = ({ fee, cost }: FeeAndCost) => ({ fee: m(fee), cost: m(cost) });
  const running = loan.status === "active";
  const stretches = running ? stretchesOf(deferral, loan.state, tx.businessDate as IsoDate) : [];
  const state = loan.state.chargedOffDate !== null || isGivenUp(loan.status) ? "lost" : left.fee === 0 && left.cost === 0 ? "over" : loan.non_accrual === null ? "running" : "held";
  return {
    state, contractRate, effectiveRate: effectiveRate === null ? null : rateText(effectiveRate), deferred: both(deferred), amortised: both(amortised), lost: both(lost), left: both(left), why: whyOf(state, loan, stretches),
    stretches: stretches.map((each) => ({ fromDate: each.from, throughDate: each.through, carrying: m(whole(each.carrying)), rate: rateText(each.rate), income: m(whole(each.income)), interest: m(whole(each.interest)), net: m(whole(each.net)) })),
    months: await monthsOf(tx, loan.id, deferral, state === "running", m),
  };
}

const whole = (minor: number): number => Math.round(minor);
const rateText = (share: number): string => formatRate(rate(Math.round(share * 1e9)));

/** Months that took something, by what moved on their days; then those to come, by the plan. */
async function monthsOf(tx: Tx, loanAccountId: string, { deferred, plan }: Deferral, running: boolean, m: ToJson): Promise<Months> {
  const rows = await tx.rows<{ month: string; fee: bigint; cost: bigint; fee_left: bigint; cost_left: bigint }>("servicing.deferral.months_of", `
    SELECT to_char(month, 'YYYY-MM') AS month, fee, cost, sum(fee_moved) OVER w AS fee_left, sum(cost_moved) OVER w AS cost_left FROM (
      SELECT date_trunc('month', business_date) AS month, sum(fee_amortised_minor)::bigint AS fee, sum(cost_amortised_minor)::bigint AS cost, sum(fee_minor - fee_amortised_minor - fee_lost_minor)::bigint AS fee_moved, sum(cost_minor - cost_amortised_minor - cost_lost_minor)::bigint AS cost_moved
      FROM servicing.deferral_move WHERE loan_account_id = $1 GROUP BY 1) v WINDOW w AS (ORDER BY month) ORDER BY v.month`, [loanAccountId]);
  const months: Months = rows.map((row) => ({ month: row.month, taken: true, fee: m(row.fee), cost: m(row.cost), feeLeft: m(BigInt(row.fee_left)), costLeft: m(BigInt(row.cost_left)) }));
  const last = rows.at(-1);
  if (!running || last === undefined) return months;
  let left = { fee: Number(last.fee_left), cost: Number(last.cost_left) };
  const end = plan.fromMonth + plan.left.length - 1;
  for (let month = Math.max(plan.fromMonth, monthOf(tx.businessDate as IsoDate)); month <= end; month++) {
    const taken = amortisedAt(deferred, plannedAt(plan, month));
    const then = { fee: deferred.fee - taken.fee, cost: deferred.cost - taken.cost };
    months.push({ month: nameOf(month), taken: false, fee: m(left.fee - then.fee), cost: m(left.cost - then.cost), feeLeft: m(then.fee), costLeft: m(then.cost) });
    left = then;
  }
  return months;
}

/** @example nameOf(24313) is "2026-01" */
function nameOf(month: number): string {
  return `${Math.floor((month - 1) / 12)}-${String(((month - 1) % 12) + 1).padStart(2, "0")}`;
}

/** What the stretch under way earns, in a sentence that a pencil can follow. */
function whyOf(state: Static<typeof LoanDeferralJson>["state"], loan: LockedLoan, [now]: readonly Stretch[]): string {
  if (state === "over") return "All of it has been taken.";
  if (state === "lost") return "What was left when the loan was lost lowered the loss: it was never income.";
  if (state === "held") return "Nothing is taken while the loan's interest is not income; what its months would have taken follows at the end of the month in which it is again.";
  if (now === undefined) return "No payments are to come: the end of the month takes the rest.";
  const text = (minor: number) => formatAmount(money(whole(minor), loan.currency));
  const days = daysBetween(now.from, now.through);
  return `From ${now.from} to ${now.through}, ${days} days, the carrying amount of ${text(now.carrying)} earns ${text(now.income)}, ${percent(now.rate)} of it; ${text(now.interest)} of that is interest by the contract, and ${text(now.net)} is what of the fees less costs is taken. A month takes its days' part.`;
}

function percent(share: number): string {
  const tenThousandths = Math.round(share * 1e6);
  return `${Math.floor(tenThousandths / 1e4)}.${String(tenThousandths % 1e4).padStart(4, "0")} %`;
}
