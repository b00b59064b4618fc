import { classicPlan } from "./classic.ts";
import { checkTerms } from "./check.ts";
import { addDays, daysBetween, toDay } from "./date.ts";
import type { IsoDate } from "./date.ts";
import type { Disbursed } from "./events.ts";
import { money } from "./money.ts";
import type { Money } from "./money.ts";
import { dayText, periodsOf } from "./periods.ts";
import { payoffParts, run } from "./course.ts";
import { modelOf } from "./run.ts";
import { noParts, totalOf } from "./state.ts";
import type { InstallmentState, LoanState, Payoff } from "./state.ts";
import { earnedInterest, planInput } from "./structure.ts";
import type { LoanTerms, Minor, Parts } from "./terms.ts";
import { chargeParts, chargesAtApplication } from "./charge-rules.ts";
import { futureShare, trimFutureCharges } from "./charges.ts";
import { owedTotal } from "./work.ts";

/** A row of a schedule that is only planned. Amounts are minor units; `balance` is the principal left after it. */
export type ScheduleRow = {
  number: number; fromDate: IsoDate; dueDate: IsoDate; principal: Minor; interest: Minor; fees: Minor; total: Minor; balance: Minor;
};

/** A previewed schedule. `installmentAmount` is that of the first row that repays principal. */
export type Schedule = {
  currency: string; installmentAmount: Minor; rows: ScheduleRow[]; feesAtDisbursement: Minor;
  /** Paid before there is a loan; part of `totals.fees`. */
  feesAtApplication: Minor;
  totals: { principal: Minor; interest: Minor; fees: Minor; total: Minor };
};

/**
 * The schedule of agreed terms, as if all were paid out on the disbursement date: what a quote, a key facts statement and the
 * contract show, and what the booked loan then has.
 *
 * @throws EngineRefusal  terms that cannot make a schedule
 * @example  10,000.00 at 12 % in 12 months: 888.49 a month
 */
export function buildSchedule(terms: LoanTerms): Schedule {
  checkTerms(terms);
  const payout: Disbursed = { type: "disbursed", id: "preview", sequence: 1, valueDate: terms.disbursementDate, businessDate: terms.disbursementDate, amount: terms.principal };
  if (terms.model !== "classic" || terms.downPayment !== null) return previewByRun(terms, payout);
  const plan = classicPlan(terms, planInput(terms, [payout]));
  const rows: ScheduleRow[] = [];
  let interest = 0;
  for (let i = 0; i < plan.length; i++) {
    const p = plan[i] as (typeof plan)[number];
    interest += p.interest;
    rows.push({
      number: i + 1, fromDate: dayText(p.from), dueDate: dayText(p.due), principal: p.principal, interest: p.interest, fees: 0, total: p.principal + p.interest, balance: p.balance,
    });
  }
  return finishSchedule(terms, rows, interest);
}

function previewByRun(terms: LoanTerms, payout: Disbursed): Schedule {
  const work = run(terms, [payout], terms.disbursementDate);
  const rows = work.rows.map((row) => ({
    number: row.number, fromDate: row.fromDate, dueDate: row.dueDate, principal: row.due.principal, interest: row.due.interest, fees: 0,
    total: row.due.principal + row.due.interest, balance: row.balanceAfter,
  }));
  return finishSchedule(terms, rows, rows.reduce((sum, r) => sum + r.interest, 0));
}

function finishSchedule(terms: LoanTerms, rows: ScheduleRow[], interest: Minor): Schedule {
  let fees = 0;
  let atDisbursement = 0;
  for (const charge of terms.charges) {
    if (charge.timing === "at_disbursement") {
      const { total } = chargeParts(charge, { principal: terms.principal, interest, disbursed: terms.principal, outstanding: terms.principal }, terms.rounding);
      if (charge.deducted) atDisbursement += total;
      else fees += addFee(rows.find((r) => r.fromDate !== r.dueDate), total);
    }
    if (charge.timing !== "every_installment") continue;
    for (const row of rows) {
      if (row.fromDate !== row.dueDate) fees += addFee(row, chargeParts(charge, { principal: row.principal, interest: row.interest, disbursed: row.principal, outstanding: terms.principal }, terms.rounding).total);
    }
  }
  const atApplication = chargesAtApplication(terms).reduce((sum, charge) => sum + charge.total, 0);
  const first = rows.find((r) => r.principal > 0 && r.number < rows.length) ?? rows[0];
  return {
    currency: terms.currency, installmentAmount: first ? first.principal + first.interest : 0, rows, feesAtApplication: atApplication, feesAtDisbursement: atDisbursement,
    totals: { principal: terms.principal, interest, fees: fees + atDisbursement + atApplication, total: terms.principal + interest + fees + atDisbursement + atApplication },
  };
}

function addFee(row: ScheduleRow | undefined, fee: Minor): Minor {
  if (!row) return 0;
  row.fees += fee;
  row.total += fee;
  return fee;
}

/**
 * Interest earned by the lender up to `asOf` (that day not counted) and not paid, waived or written off.
 * @returns minor units
 */
export function accruedInterest(state: LoanState, asOf: IsoDate): Minor {
  return owedOn(state, asOf).interest;
}

/** Everything that must be paid to close the loan on a day, by component. Money received after `date` is not seen. */
function owedOn(state: LoanState, date: IsoDate): Parts {
  if (state.terms.model === "daily_simple") {
    const work = run(state.terms, state.events, date);
    trimFutureCharges(work, date);
    return work.writtenOffDate === null ? modelOf(state.terms).owedNow(work, date) : noParts();
  }
  if (state.terms.model !== "classic" || state.terms.interest.recalculation !== null) {
    const parts = payoffParts(state.terms, state.events, date);
    if (parts !== null) return parts;
  }
  // Interest may have become principal since the loan was last looked at.
  const isStale = date < state.asOf || state.installments.some((row) => row.dueDate <= date && row.due.principal < row.paid.principal);
  const rows = isStale ? run(state.terms, state.events, date).rows : state.installments;
  const parts = noParts();
  for (const row of rows) {
    parts.principal += open(row, "principal");
    parts.fee += open(row, "fee");
    parts.penalty += open(row, "penalty");
    for (const later of futureShare(row, state.charges, date)) parts[later.component] -= later.open;
    parts.interest += Math.max(0, earnedInterest(state.terms, row, date) - row.paid.interest - row.waived.interest - row.writtenOff.interest);
  }
  return parts;
}

function open(row: InstallmentState, c: keyof Parts): Minor {
  return row.due[c] - row.paid[c] - row.waived[c] - row.writtenOff[c];
}

/**
 * The sum that closes the loan on `date`, and what one more day adds.
 *
 * @returns minor units; interest is counted to `date`, that day not included
 * @example  a daily simple interest loan of 10,000.00 at 10.95 % paid off after 30 days: 10,090.00, per diem 3.00
 */
export function payoff(state: LoanState, date: IsoDate): Payoff {
  const parts = owedOn(state, date);
  const tomorrow = owedOn(state, addDays(date, 1));
  return {
    date, principal: parts.principal, interest: parts.interest, fees: parts.fee, penalties: parts.penalty, total: totalOf(parts),
    perDiem: Math.max(0, tomorrow.interest - parts.interest), currency: state.terms.currency,
  };
}

/** The first row not settled (`upcoming`: of those not yet past), with what is still owed of it; `null` when there is none. */
export function nextDue(state: LoanState, asOf: IsoDate = state.asOf, which: "oldest" | "upcoming" = "oldest"): { number: number; dueDate: IsoDate; parts: Parts; total: Minor; overdue: boolean } | null {
  for (const row of state.installments) {
    const total = owedTotal(row);
    if (total <= 0 || (which === "upcoming" && row.dueDate < asOf)) continue;
    const parts = { principal: open(row, "principal"), interest: open(row, "interest"), fee: open(row, "fee"), penalty: open(row, "penalty") };
    return { number: row.number, dueDate: row.dueDate, parts, total, overdue: row.dueDate < asOf };
  }
  return null;
}

/** Owed and past its due date on a day. Minor units by component. */
export function overdueOf(state: LoanState, asOf: IsoDate): Parts {
  const parts = noParts();
  for (const row of state.installments) {
    if (row.dueDate >= asOf) continue;
    for (const c of ["principal", "interest", "fee", "penalty"] as const) parts[c] += open(row, c);
  }
  return parts;
}

/** Days since the oldest unpaid due date; 0 when nothing is past due. */
export function daysPastDue(state: LoanState, asOf: IsoDate): number {
  for (const row of state.installments) {
    if (row.dueDate >= asOf) return 0;
    if (owedTotal(row) > 0) return daysBetween(row.dueDate, asOf);
  }
  return 0;
}

/** A loan's delinquency on a day. `bucket` is `null` when the loan is not delinquent. */
export type Delinquency = { pastDueDays: number; delinquentDays: number; pausedDays: number; since: IsoDate | null; amount: Minor; bucket: string | null };

/**
 * Days past due, days delinquent (after grace, without days paused since the oldest unpaid due date), since when, how much, and
 * the bucket.
 */
export function delinquencyOf(state: LoanState, asOf: IsoDate): Delinquency {
  const pastDueDays = daysPastDue(state, asOf);
  const { graceDays } = state.terms.delinquency;
  if (pastDueDays === 0) return { pastDueDays: 0, delinquentDays: 0, pausedDays: 0, since: null, amount: 0, bucket: null };
  const due = addDays(asOf, -pastDueDays);
  const pausedDays = pausedWithin(state, due, asOf);
  const delinquentDays = Math.max(0, pastDueDays - graceDays - pausedDays);
  return { pastDueDays, delinquentDays, pausedDays, since: addDays(due, graceDays), amount: totalOf(overdueOf(state, asOf)), bucket: bucketFor(state.terms, delinquentDays) };
}

/** Days of pauses by `to`, of those that last into the time after `from`; such a pause counts whole. */
function pausedWithin(state: LoanState, from: IsoDate, to: IsoDate): number {
  let days = 0;
  for (const pause of state.pauses) {
    const end = pause.endDate < to ? pause.endDate : to;
    if (end > from && toDay(end) > toDay(pause.startDate)) days += toDay(end) - toDay(pause.startDate);
  }
  return days;
}

/** Whether a pause holds on a day; its last day is part of it. */
export function isPaused(state: LoanState, asOf: IsoDate): boolean {
  return state.pauses.some((p) => p.startDate <= asOf && asOf <= p.endDate);
}

/** The code of the bucket a number of days falls in; `null` below the first. */
export function bucketFor(terms: LoanTerms, days: number): string | null {
  return terms.delinquency.buckets.find((b) => days >= b.from && (b.to === null || days <= b.to))?.code ?? null;
}

/** The bucket a loan is in on a day; `null` is current. */
export function bucketOf(state: LoanState, asOf: IsoDate): string | null {
  return delinquencyOf(state, asOf).bucket;
}

/** A minor-unit figure of a loan as Money. */
export function toMoney(state: { terms: { currency: string } }, minor: Minor): Money {
  return money(minor, state.terms.currency);
}

/**
 * Overdue amounts by bucket, each installment by its own days past due less the loan's paused days; without grace. Empty when the
 * loan itself is not delinquent. Youngest bucket first; minor units.
 */
export function installmentDelinquency(state: LoanState, asOf: IsoDate): { bucket: string; amount: Minor }[] {
  const loan = delinquencyOf(state, asOf);
  if (loan.bucket === null) return [];
  const found = new Map<string, Minor>();
  for (const row of state.installments) {
    const total = owedTotal(row);
    if (row.dueDate >= asOf || total <= 0) continue;
    const bucket = bucketFor(state.terms, daysBetween(row.dueDate, asOf) - loan.pausedDays);
    if (bucket !== null) found.set(bucket, (found.get(bucket) ?? 0) + total);
  }
  return state.terms.delinquency.buckets.flatMap((b) => (found.has(b.code) ? [{ bucket: b.code, amount: found.get(b.code) ?? 0 }] : []));
}

/** The first due date as agreed, before anything moved it. */
export function agreedFirstDueDate(terms: LoanTerms, start: IsoDate): IsoDate {
  return dayText(periodsOf(terms, toDay(start))[0]?.due ?? toDay(start));
}
