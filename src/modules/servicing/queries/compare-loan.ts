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

/** Facts that one of two views knows of and the other does not, newest first. */
async function between(tx: Tx, before: LoanView, after: LoanView, m: ToJson): Promise<ComparisonJson["events"]> {
  const [old, now] = [await factsOf(tx, before), await factsOf(tx, after)];
  const only = (here: Known, there: Known, seenIn: "before" | "after") => [...here.facts.values()].filter((e) => !there.facts.has(e.id)).map((e) => ({
    seenIn, id: e.id, type: e.type, valueDate: e.value_date, businessDate: e.business_date, recordedAt: e.recorded_at, actorId: e.actor_id, cause: e.cause,
    ...amountAndReason(e.payload, m), amount: amountAndReason((targetOf(e, here) ?? e).payload, m).amount, late: e.business_date > e.value_date, undone: here.undone.has(e.id),
  }));
  return [...only(old, now, "before"), ...only(now, old, "after")].toSorted((a, b) => (a.recordedAt < b.recordedAt ? 1 : -1));
}

interface Known { readonly facts: ReadonlyMap<string, EventRow>; readonly undone: ReadonlySet<string> }

/**
 * What a view knows that bears on its day. A reversal undoes its fact from the first, whenever it was made, as the engine has it;
 * so it bears on every day from the value date of what it undoes. Notes of what end of day found or posted say nothing besides.
 */
async function factsOf(tx: Tx, view: LoanView): Promise<Known> {
  const rows = (await eventRows(tx, { ...view, dated: false })).filter((e) => e.type !== "accrualPosted" && e.type !== "delinquencyClassified");
  const all = { facts: new Map(rows.map((e) => [e.id, e])), undone: new Set<string>() };
  // A reversal that was itself reversed undoes nothing.
  for (const { payload } of rows.toReversed()) if (payload.type === "reversed" && !all.undone.has(payload.id)) all.undone.add(payload.eventId);
  return { facts: new Map(rows.filter((e) => (targetOf(e, all) ?? e).value_date <= view.asOf).map((e) => [e.id, e])), undone: all.undone };
}

/** What a reversal undoes. */
function targetOf({ payload }: EventRow, known: Known): EventRow | undefined {
  return payload.type === "reversed" ? known.facts.get(payload.eventId) : undefined;
}
