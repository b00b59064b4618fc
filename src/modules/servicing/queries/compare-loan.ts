import { differenceBetween, formatRate, rate, type Parts } from "#engine/index.ts";
import type { Tx } from "#kernel/db.ts";
import type { ComparisonJson } from "../contract.ts";
import { total } from "../domain/position.ts";
import { productOf } from "../store.ts";
import { figuresOf, viewLoan, type LoanView, type ReadAt } from "./get-loan-account.ts";
import { amountAndReason, eventRows, type EventRow } from "./loan-parts.ts";
import { moneyOf, partsJson, type ToJson } from "./present.ts";

/**
 * A loan by two pairs of dates side by side, and the facts that one view counts and the other does not, with who and why.
 * Both views come from the engine, so that what is shown as different is what a change of the past would post.
 * May raise loan.not_found, loan.date_out_of_range, loan.not_yet_known.
 *
 * @example  a payment of 1 March recorded on 20 March: { asOf: 10 March, knownOn: 10 March } against { asOf: 10 March } differ by it
 */
export async function compareLoan(tx: Tx, loanAccountId: string, then: ReadAt, now: ReadAt): Promise<ComparisonJson> {
  const [before, after] = [await viewLoan(tx, loanAccountId, then), await viewLoan(tx, loanAccountId, now)];
  const { loan } = after;
  const m = moneyOf(loan.currency);
  const difference = differenceBetween(before.state, after.state);
  const sum = (parts: Parts) => m(total(parts));
  const row = (r: { dueDate: string; due: Parts; paid: Parts } | null) => (r === null ? null : { dueDate: r.dueDate, due: sum(r.due), paid: sum(r.paid) });
  return {
    id: loan.id, number: loan.number, borrowerName: loan.borrower_name, currency: loan.currency, bookedDate: loan.booked_date, before: await standingOf(tx, before), after: await standingOf(tx, after),
    rows: difference.installments.map((r) => ({ number: r.number, before: row(r.before), after: row(r.after) })),
    transactions: difference.transactions.filter((t) => t.type !== "accrual").map((t) => ({ eventId: t.eventId, type: t.type, before: t.before === null ? null : partsJson(t.before.parts, m), after: t.after === null ? null : partsJson(t.after.parts, m) })),
    events: await between(tx, before, after, m),
  };
}

async function standingOf(tx: Tx, view: LoanView): Promise<ComparisonJson["before"]> {
  const { balances, nextDue, payoff, status, overdue, daysPastDue, bucket, class: code } = figuresOf(view, await productOf(tx, view.loan.product_version_id));
  return {
    asOf: view.asOf, knownOn: view.knownOn, status, ...balances, overdue, daysPastDue, bucket, class: code, nextDueDate: nextDue?.dueDate ?? null, nextDue: nextDue?.total ?? null, payoff: payoff.total, annualRate: formatRate(rate(view.state.ratePpb)),
  };
}

/** Facts that one of two views counts and the other does not, newest first. */
async function between(tx: Tx, before: LoanView, after: LoanView, m: ToJson): Promise<ComparisonJson["events"]> {
  const counted = async (view: LoanView) => new Map((await eventRows(tx, { ...view, dated: true })).filter(movesFigures).map((e) => [e.id, e]));
  const [old, now] = [await counted(before), await counted(after)];
  const only = (here: ReadonlyMap<string, EventRow>, there: ReadonlyMap<string, EventRow>, seenIn: "before" | "after") => [...here.values()].filter((e) => !there.has(e.id)).map((e) => ({
    seenIn, id: e.id, type: e.type, valueDate: e.value_date, businessDate: e.business_date, recordedAt: e.recorded_at, actorId: e.actor_id, cause: e.cause, ...amountAndReason(e.payload, m), late: e.business_date > e.value_date,
  }));
  return [...only(old, now, "before"), ...only(now, old, "after")].toSorted((a, b) => (a.recordedAt < b.recordedAt ? 1 : -1));
}

/** Notes of what end of day found or posted say nothing that the other facts do not. */
function movesFigures(e: EventRow): boolean {
  return e.type !== "accrualPosted" && e.type !== "delinquencyClassified";
}
