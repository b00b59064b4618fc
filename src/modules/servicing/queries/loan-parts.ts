import { accruedInterest, explain, isIsoDate, isoDate, replay, type Component, type Figure, type LoanEvent, type LoanState, type MoneyJson } from "#engine/index.ts";
import type { Static } from "typebox";
import type { Tx } from "#kernel/db.ts";
import { entriesOfLoan } from "#modules/ledger/index.ts";
import type { AccrualJson, ExplanationJson, JournalJson, TimelineJson, TransactionJson } from "../contract.ts";
import { closingState } from "../domain/payoff.ts";
import { positionOf } from "../domain/position.ts";
import type { LoanView } from "./get-loan-account.ts";
import { lastDay, moneyOf, monthsOf, partsJson, type ToJson } from "./present.ts";
import { problem } from "./problems.ts";

/** A fact of the loan as the log keeps it. */
export interface EventRow { id: string; type: string; value_date: string; business_date: string; recorded_at: string; actor_id: string; cause: string; payload: LoanEvent }

/** The facts a view knows of, in order of recording. */
export async function eventRows(tx: Tx, view: LoanView): Promise<EventRow[]> {
  return tx.rows<EventRow>("servicing.event.list", `SELECT id, type, value_date, business_date, recorded_at, actor_id, cause, payload FROM servicing.loan_event
    WHERE loan_account_id = $1 AND recorded_at <= $2 AND business_date <= coalesce($3::date, 'infinity') AND value_date <= coalesce($4::date, 'infinity') ORDER BY sequence`,
    [view.loan.id, view.knownAt, view.knownOn, view.dated ? view.asOf : null]);
}

/** Whether a view shows something of a business date and, where it has one, a value date. */
function shows(view: LoanView, businessDate: string, valueDate: string): boolean {
  return businessDate <= (view.knownOn ?? businessDate) && (!view.dated || valueDate <= view.asOf);
}

/** Transactions with their division, newest first; what was reversed stays visible. */
export async function transactionsOf(tx: Tx, view: LoanView): Promise<Static<typeof TransactionJson>[]> {
  const m = moneyOf(view.loan.currency);
  const events = new Map((await eventRows(tx, view)).map((row) => [row.id, row]));
  return view.state.transactions.filter((t) => t.type !== "accrual").toReversed().map((t) => {
    const event = events.get(t.eventId);
    const payload = event?.payload;
    return {
      eventId: t.eventId, type: t.type, valueDate: t.date, businessDate: event?.business_date ?? null, recordedAt: event?.recorded_at ?? null, actorId: event?.actor_id ?? null,
      channel: payload?.type === "paymentReceived" ? (payload.channel ?? null) : null, amount: m(t.amount), parts: partsJson(t.parts, m), overpayment: m(t.overpayment), balanceAfter: m(t.balanceAfter),
      reversed: t.reversed, reversedDate: t.reversedDate, afterChargeOff: t.afterChargeOff, reversible: !t.reversed && payload?.type !== "disbursed",
    };
  });
}

/** Interest earned month by month, as the facts known now make it. */
export function accrualsOf({ state, loan, asOf }: LoanView): Static<typeof AccrualJson>[] {
  const m = moneyOf(loan.currency);
  const start = state.disbursements[0]?.date;
  if (start === undefined) return [];
  let before = 0;
  return monthsOf(start, asOf).map(({ from, until }) => {
    const then = replay(state.terms, state.events, until);
    const position = positionOf(then, until);
    const earnedToDate = position.interest + position.totals.paid.interest + position.totals.waived.interest + position.totals.lost.interest;
    const earned = earnedToDate - before;
    before = earnedToDate;
    return { fromDate: from, throughDate: lastDay(until), principal: m(position.principal), earned: m(earned), earnedToDate: m(earnedToDate), unpaid: m(accruedInterest(then, until)) };
  });
}

/** Journal entries that touch the loan, with its own lines. */
export async function journalOf(tx: Tx, view: LoanView): Promise<Static<typeof JournalJson>[]> {
  const m = moneyOf(view.loan.currency);
  return (await entriesOfLoan(tx, view.loan.id)).filter((e) => e.recordedAt <= view.knownAt && shows(view, e.businessDate, e.valueDate)).map((e) => ({
    id: e.id, book: e.book, businessDate: e.businessDate, valueDate: e.valueDate, memo: e.memo, causeKind: e.causeKind, causeId: e.causeId, actorId: e.actorId, recordedAt: e.recordedAt,
    lines: e.lines.map((l) => ({ account: l.account, debit: l.debit === undefined ? null : m(l.debit), credit: l.credit === undefined ? null : m(l.credit) })),
  }));
}

/** What happened to the loan, newest first: its facts, the buckets it entered and left, payoffs quoted. */
export async function timelineOf(tx: Tx, view: LoanView): Promise<Static<typeof TimelineJson>[]> {
  const m = moneyOf(view.loan.currency);
  const facts = (await eventRows(tx, view)).map((row) => ({
    at: row.recorded_at, businessDate: row.business_date, valueDate: row.value_date, kind: row.type, id: row.id, actorId: row.actor_id as string | null, cause: row.cause as string | null,
    ...amountAndReason(row.payload, m),
  }));
  const buckets = await tx.rows<{ id: string; business_date: string; bucket: string | null; dpd: number; overdue_minor: bigint }>("servicing.bucket.of_loan", "SELECT id, business_date, bucket, dpd, overdue_minor FROM servicing.bucket_entry WHERE loan_account_id = $1", [view.loan.id]);
  const quotes = await tx.rows<{ id: string; payoff_date: string; total_minor: bigint; made_by: string; made_at: string; business_date: string }>("servicing.quote.of_loan", "SELECT id, payoff_date, total_minor, made_by, made_at, coalesce(business_date, payoff_date) AS business_date FROM servicing.payoff_quote WHERE loan_account_id = $1", [view.loan.id]);
  // A bucket is found by the end of its business date: it stands after everything of that day.
  const aging = buckets.filter((b) => shows(view, b.business_date, b.business_date)).map((b) => ({
    at: `${b.business_date}T23:59:59.999Z`, businessDate: b.business_date, valueDate: b.business_date, kind: b.bucket === null ? "bucketLeft" : "bucketEntered", id: b.id, actorId: null, cause: null,
    amount: m(b.overdue_minor), note: b.bucket === null ? "current" : `${b.bucket}, ${b.dpd} ${b.dpd === 1 ? "day" : "days"} past due`,
  }));
  const quoted = quotes.filter((q) => q.made_at <= view.knownAt && shows(view, q.business_date, q.business_date)).map((q) => ({ at: q.made_at, businessDate: q.business_date, valueDate: q.payoff_date, kind: "payoffQuoted", id: q.id, actorId: q.made_by, cause: null, amount: m(q.total_minor), note: null }));
  return [...quoted, ...facts.toReversed(), ...aging].toSorted((a, b) => (a.businessDate < b.businessDate ? 1 : a.businessDate > b.businessDate ? -1 : 0));
}

/** What a fact says of money and why, where it does. */
export function amountAndReason(event: LoanEvent, m: ToJson): { amount: MoneyJson | null; note: string | null } {
  return { amount: "amount" in event && typeof event.amount === "number" ? m(event.amount) : null, note: "reason" in event ? (event.reason ?? null) : null };
}

/** How a figure came about. May raise loan.figure_unknown. */
export function explainFigure(state: LoanState, figure: string): Static<typeof ExplanationJson> {
  const asked = figureOf(figure);
  try {
    return { ...explain(asked.kind === "payoff" ? closingState(state, asked.date) : state, asked), figure };
  } catch (error) {
    // The engine's answer to a row or an event that is not there.
    if (error instanceof RangeError) throw problem("loan.figure_unknown", error.message);
    throw error;
  }
}

const COMPONENTS: readonly string[] = ["principal", "interest", "fee", "penalty"];
const ROW_PARTS: readonly string[] = ["principal", "interest", "total", "balance"];

function figureOf(text: string): Figure {
  const [kind, a = "", b = ""] = text.split(":");
  if (kind === "outstanding" && COMPONENTS.includes(a)) return { kind, component: a as Component };
  if ((kind === "accrued_interest" || kind === "days_past_due") && isIsoDate(a)) return { kind, asOf: isoDate(a) };
  if (kind === "payoff" && isIsoDate(a)) return { kind, date: isoDate(a) };
  if (kind === "installment" && /^[1-9]\d{0,3}$/.test(a) && ROW_PARTS.includes(b)) return { kind, number: Number(a), part: b as "total" };
  if (kind === "allocation" && a !== "") return { kind, eventId: a };
  throw problem("loan.figure_unknown");
}
