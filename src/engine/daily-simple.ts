import { bookPaid, payComponent } from "./allocate-payment.ts";
import { levelPayment } from "./annuity.ts";
import { dayFactor } from "./day-factor.ts";
import { toDay } from "./date.ts";
import type { IsoDate } from "./date.ts";
import type { PaymentReceived, ReAged, ReAmortized } from "./events.ts";
import { drawOpenRows, rowFor } from "./daily-plan.ts";
import { reshapeDaily } from "./daily-reshape.ts";
import { copyMeter, newMeter, noteRate, rateNow, runInterest } from "./meter.ts";
import type { Meter } from "./meter.ts";
import { restingModel } from "./model.ts";
import type { Model } from "./model.ts";
import { dayText, periodsOf, stepDay } from "./periods.ts";
import { rateLine } from "./rate-line.ts";
import { divideRounded, safeNumber } from "./rounding.ts";
import { EngineRefusal, noParts } from "./state.ts";
import type { InstallmentState, TransactionState } from "./state.ts";
import { downPaymentOf, downPaymentRow } from "./structure.ts";
import type { ShapingEvent } from "./structure.ts";
import type { AllocationTerms, Component, LoanTerms, Minor } from "./terms.ts";
import { newRow, newTransaction, noteSettlement, orderRows, owed, planBalances } from "./work.ts";
import type { Work } from "./work.ts";

const MICRO = 1_000_000;

/** Scheduled payment of each row, principal and interest together, and what its interest goes by. */
type Scheduled = Map<InstallmentState, Minor> & { meter: Meter };

/**
 * Daily simple interest: interest accrues on the principal really outstanding, by the day; a payment pays interest accrued to
 * its value date first (by the product's waterfall) and the rest is principal. Early money saves interest, late money costs
 * more, and the last payment takes the difference. Unpaid interest never earns interest.
 *
 * @source Regulation Z, 12 CFR 1026, Appendix J (simple interest obligations); Consumer Financial Protection Bureau, "simple interest"
 */
export function dailySimpleModel(terms: LoanTerms, scheduled: Scheduled = Object.assign(new Map<InstallmentState, Minor>(), { meter: newMeter(terms) })): Model {
  const accrueTo = (work: Work, date: IsoDate) => { accrue(work, scheduled.meter, date); };
  let choice = terms.prepayment;
  const reproject = (work: Work, date: IsoDate) => { project(work, scheduled, date); };
  return {
    ...restingModel,
    advance: accrueTo,
    shape: (work, event) => { shapeRows(terms, work, scheduled, event); reproject(work, event.valueDate); },
    pay: (work, tx, event) => {
      choice = event.prepayment ?? terms.prepayment;
      return pay(work, scheduled, tx, event);
    },
    afterChange: (work, date) => {
      if (work.accrual) work.accrual.principal = work.principal;
      limitCompounded(work);
      if (work.chargedOffDate !== null && work.accrual) work.accrual.ratePpb = 0;
      if (choice === "reduce_installment") lowerPayments(terms, work, scheduled, date);
      choice = terms.prepayment;
      if (work.principal <= 0 || work.writtenOffDate !== null || work.rows.some((r) => r.credited > 0)) reproject(work, date);
    },
    rearrange: (work, event) => {
      const tx = arrange(terms, work, scheduled, event);
      reproject(work, event.valueDate);
      return tx;
    },
    owedNow: (work) => {
      const parts = noParts();
      parts.principal = work.principal;
      parts.interest = work.accrual ? roundAccrued(work) : 0;
      for (const row of work.rows) {
        parts.fee += owed(row, "fee");
        parts.penalty += owed(row, "penalty");
      }
      return parts;
    },
    finish: (work, asOf) => {
      accrueTo(work, asOf);
      reproject(work, asOf);
      if (scheduled.meter.planned && work.accrual && work.chargedOffDate === null) work.ratePpb = work.accrual.ratePpb;
    },
    fork: (copyOf) => dailySimpleModel(terms, Object.assign(new Map([...scheduled].map(([row, payment]) => [copyOf(row), payment])), { meter: copyMeter(scheduled.meter) })),
  };
}

function accrue(work: Work, meter: Meter, date: IsoDate): void {
  const accrual = work.accrual;
  if (!accrual || date <= accrual.fromDate) return;
  const running = { micro: BigInt(accrual.accruedMicro), compounded: accrual.compounded ?? 0 };
  const before = BigInt(accrual.accrued) * BigInt(MICRO);
  running.micro += before;
  runInterest(work.terms, meter, accrual.principal, work.chargedOffDate === null ? accrual.ratePpb : null, accrual.fromDate, date, running);
  accrual.accrued = safeNumber(running.micro / BigInt(MICRO));
  accrual.accruedMicro = Number(running.micro % BigInt(MICRO));
  if (running.compounded > 0 || accrual.compounded !== undefined) accrual.compounded = running.compounded;
  accrual.fromDate = date;
  if (work.chargedOffDate === null) accrual.ratePpb = rateNow(meter, accrual.ratePpb, date);
}

/** Interest that was paid no longer bears interest. */
function limitCompounded(work: Work): void {
  if (work.accrual?.compounded !== undefined) work.accrual.compounded = Math.min(work.accrual.compounded, roundAccrued(work));
}

/** Interest accrued and not paid, rounded to minor units in the product's mode. */
function roundAccrued(work: Work): Minor {
  const { accrued, accruedMicro } = work.accrual ?? { accrued: 0, accruedMicro: 0 };
  return safeNumber(divideRounded(BigInt(accrued) * BigInt(MICRO) + BigInt(accruedMicro), BigInt(MICRO), work.terms.rounding));
}

function shapeRows(terms: LoanTerms, work: Work, scheduled: Scheduled, event: ShapingEvent): void {
  if (event.type === "rescheduled" || event.type === "extended" || event.type === "deferred") {
    for (const row of reshapeDaily(terms, work, scheduled.meter, event)) scheduled.set(row, 0);
    return solve(terms, work, scheduled, event.valueDate);
  }
  if (event.type === "interestCapitalised") {
    if (work.accrual) work.accrual.principal = work.principal;
    return solve(terms, work, scheduled, event.valueDate);
  }
  if (event.type === "rateChanged" || event.type === "indexFixed") {
    noteRate(terms, scheduled.meter, event);
    if (work.accrual && event.type === "rateChanged") work.accrual.ratePpb = event.ratePpb;
    // A plan whose payments stay when its index moves draws them so by itself.
    const keeps = event.type === "rateChanged" && event.keep === "installment";
    if (!keeps) solve(terms, work, scheduled, event.valueDate);
    else if (scheduled.meter.planned) solve(terms, work, scheduled, event.valueDate, 0, scheduled.meter.base ?? undefined);
    return;
  }
  if (event.type === "interestPaused") {
    scheduled.meter.planned = true;
    scheduled.meter.pauses.push({ from: event.from, to: event.to });
    // Equal payments stay, and the last gets smaller; the others are made of their interest.
    if (terms.amortization !== "equal_installments") solve(terms, work, scheduled, event.valueDate);
    return;
  }
  if (work.accrual === null) {
    scheduled.meter.start = toDay(event.valueDate);
    scheduled.meter.periods = periodsOf(terms, scheduled.meter.start);
    scheduled.meter.line = rateLine(terms, scheduled.meter.periods, scheduled.meter.start, scheduled.meter.events);
    work.accrual = { fromDate: event.valueDate, principal: 0, ratePpb: work.ratePpb, accrued: 0, accruedMicro: 0 };
    for (const period of periodsOf(terms, toDay(event.valueDate))) {
      const row = newRow("installment", dayText(period.from), dayText(period.due));
      work.rows.push(row);
      scheduled.set(row, 0);
    }
  }
  const down = downPaymentOf(terms, event.amount);
  if (down > 0) {
    const row = downPaymentRow(event.valueDate, down);
    work.rows.push(row);
    scheduled.set(row, down);
  }
  work.accrual.principal = work.principal;
  solve(terms, work, scheduled, event.valueDate, down, event.installmentAmount);
  orderRows(work);
}

/** Solves the equal payment of the rows still to come from the balance on `date`. */
function solve(terms: LoanTerms, work: Work, scheduled: Scheduled, date: IsoDate, downPayment: Minor = 0, given?: Minor, known?: Minor): void {
  const open = work.rows.filter((row) => row.kind === "installment" && row.dueDate > date && row.settledDate === null);
  const first = open[0];
  if (!first) return;
  const late = work.rows.filter((row) => !open.includes(row));
  if (scheduled.meter.planned) return solvePlanned(terms, work, scheduled, open, date, stillToRepay(work, scheduled, late, date, downPayment, known), given);
  const past = late.reduce((sum, row) => sum + owed(row, "principal"), 0);
  const balance = known ?? work.principal - Math.max(downPayment, past);
  const rate = BigInt(work.accrual?.ratePpb ?? 0);
  let from = toDay(date);
  const factors = open.map((row) => {
    const factor = dayFactor(terms, rate, from, toDay(row.dueDate));
    from = toDay(row.dueDate);
    return factor;
  });
  const agreed = given ?? terms.installmentAmount;
  let payment = agreed;
  if (payment === null) {
    payment = terms.amortization === "equal_installments" ? levelPayment(balance, factors, terms.balloon, terms.rounding) : null;
  }
  const share = terms.amortization === "equal_principal" ? safeNumber(divideRounded(BigInt(balance - terms.balloon), BigInt(open.length), terms.rounding)) : 0;
  let left = balance;
  open.forEach((row, index) => {
    const factor = factors[index] as (typeof factors)[number];
    const interest = safeNumber(divideRounded(BigInt(left) * factor.numerator, factor.denominator, terms.rounding));
    if (payment !== null && payment <= interest && left > 0) {
      if (agreed !== null) throw new EngineRefusal("terms.payment_below_interest", `payment ${payment} does not cover interest ${interest}`);
      // A remainder smaller than its rows rounds to no payment at all: the first rows take a unit each.
      payment = interest + 1;
    }
    const amount = payment ?? (terms.amortization === "bullet" ? 0 : share + interest);
    const principal = Math.min(left, Math.max(0, amount - interest));
    scheduled.set(row, amount + row.paid.principal + row.paid.interest);
    left -= principal;
  });
}

/** What the rows to come repay: rows due by now take the interest accrued first, as they will when they are paid, and of principal the rest of their payment. */
function stillToRepay(work: Work, scheduled: Scheduled, late: readonly InstallmentState[], date: IsoDate, downPayment: Minor, known?: Minor): { balance: Minor; unpaid: Minor } {
  const accrued = date === work.accrual?.fromDate ? roundAccrued(work) : 0;
  if (known !== undefined) return { balance: known, unpaid: accrued };
  const [downRows, others] = [late.filter((row) => row.kind === "down_payment"), late.filter((row) => row.kind !== "down_payment")];
  const need = others.reduce((sum, row) => sum + remaining(row, scheduled), 0);
  const interest = Math.min(accrued, need);
  const down = Math.max(downPayment, downRows.reduce((sum, row) => sum + remaining(row, scheduled), 0));
  return { balance: work.principal - down - (need - interest), unpaid: accrued - interest };
}

/** The same where rate or payments vary: each row pays by its own rule. */
function solvePlanned(terms: LoanTerms, work: Work, scheduled: Scheduled, open: readonly InstallmentState[], date: IsoDate, { balance, unpaid }: { balance: Minor; unpaid: Minor }, given?: Minor): void {
  const all = work.rows.filter((row) => row.kind === "installment");
  const drawn = drawOpenRows(terms, scheduled.meter, open, date, balance, unpaid, all.indexOf(open[0] as InstallmentState), given ?? null);
  drawn.forEach((plan, i) => {
    const row = open[i] ?? rowFor(plan);
    if (!open[i]) work.rows.push(row);
    scheduled.set(row, plan.principal + plan.interest + row.paid.principal + row.paid.interest);
  });
  for (const row of open.slice(drawn.length)) scheduled.set(row, row.paid.principal + row.paid.interest);
  if (drawn.length > open.length) orderRows(work);
}

/**
 * Unpaid installments end where they stand; the principal left is repaid by equal payments on new rows (re-age) or on the rows still
 * to come. Interest accrued so far stays owed and is paid first.
 */
function arrange(terms: LoanTerms, work: Work, scheduled: Scheduled, event: ReAged | ReAmortized): TransactionState {
  const tx = newTransaction(event, event.type === "reAged" ? "re_age" : "re_amortize", 0, work);
  const ends = (row: InstallmentState) => event.type === "reAged" || row.dueDate <= event.valueDate;
  for (const row of work.rows) {
    if (row.settledDate !== null || !ends(row)) continue;
    tx.amount += owed(row, "principal");
    scheduled.set(row, row.paid.principal + row.paid.interest + row.waived.interest - row.credited);
    settle(row, event.valueDate);
    row.settledDate ??= event.valueDate;
  }
  tx.parts.principal = tx.amount;
  if (event.type === "reAged") {
    work.rows = work.rows.filter((row) => row.dueDate < event.startDate || row.due.principal + row.due.interest + row.due.fee + row.due.penalty > 0);
    let from = event.valueDate;
    for (let i = 0; i < event.installments; i++) {
      const due = dayText(stepDay(toDay(event.startDate), i, event.every, event.unit));
      work.rows.push(newRow("installment", from, due));
      from = due;
    }
    orderRows(work);
  }
  solve(terms, work, scheduled, event.valueDate, 0, undefined, work.principal);
  return tx;
}

/** After money beyond the current payment, later payments are solved again from the balance planned after it. */
function lowerPayments(terms: LoanTerms, work: Work, scheduled: Scheduled, date: IsoDate): void {
  const current = work.rows.find((row) => row.kind === "installment" && row.dueDate >= date && (row.paidInAdvance > 0 || row.settledDate !== null));
  if (!current) return;
  project(work, scheduled, date);
  if (current.balanceAfter > 0) solve(terms, work, scheduled, current.dueDate, 0, undefined, current.balanceAfter);
}

/** What each unsettled row will divide into, if money comes on its due date (or now, when that has passed). */
function project(work: Work, scheduled: Scheduled, date: IsoDate): void {
  const accrual = work.accrual;
  if (!accrual) return;
  let balance = work.principal;
  let cursor = date;
  const running = { micro: BigInt(accrual.accrued) * BigInt(MICRO) + BigInt(accrual.accruedMicro), compounded: accrual.compounded ?? 0 };
  let unpaid = roundAccrued(work);
  const rate = work.chargedOffDate === null && work.writtenOffDate === null ? accrual.ratePpb : null;
  const open = work.rows.filter((row) => remaining(row, scheduled) > 0 || row.settledDate === null);
  const last = open.findLast(repaysLoan) ?? open.at(-1);
  for (const row of open) {
    if (row.dueDate > cursor) {
      runInterest(work.terms, scheduled.meter, balance, rate, cursor, row.dueDate, running);
      unpaid = safeNumber(divideRounded(running.micro, BigInt(MICRO), work.terms.rounding));
      cursor = row.dueDate;
    }
    const need = remaining(row, scheduled);
    const interest = row === last ? unpaid : row.kind === "down_payment" ? 0 : Math.min(unpaid, need);
    const principal = row === last ? balance : Math.min(balance, need - interest);
    row.due.interest = row.paid.interest + row.waived.interest + row.writtenOff.interest + interest;
    row.due.principal = row.paid.principal + row.waived.principal + row.writtenOff.principal + principal;
    unpaid -= interest;
    running.micro = unpaid === 0 && need > 0 ? 0n : running.micro - BigInt(interest) * BigInt(MICRO);
    running.compounded = Math.min(running.compounded, unpaid);
    balance -= principal;
    noteSettlement(row, date);
    if (interest + principal === 0 && unpaid === 0 && row.settledDate === null && work.principal === 0 && owed(row, "fee") + owed(row, "penalty") === 0) row.settledDate = date;
  }
  planBalances(work);
}

/** Installments, and rows opened after them for money lent again, take what is left of the loan; rows of charges alone do not. */
function repaysLoan(row: InstallmentState): boolean {
  return row.kind === "installment" || row.credited > 0;
}

/** What is left to pay of a row's scheduled payment. */
function remaining(row: InstallmentState, scheduled: Scheduled): Minor {
  return Math.max(0, (scheduled.get(row) ?? 0) + row.credited - row.paid.principal - row.paid.interest - row.waived.interest - row.writtenOff.principal - row.writtenOff.interest);
}

/** The order in which a waterfall serves components. */
export function componentOrder(rules: AllocationTerms): readonly Component[] {
  switch (rules.strategy) {
    case "by_component": return rules.order;
    case "due_pipf_in_advance_pipf": return ["penalty", "interest", "principal", "fee"];
    case "configurable": return [...new Set(rules.order.map((bucket) => bucket.slice(bucket.lastIndexOf("_") + 1) as Component))];
    default: return ["penalty", "fee", "interest", "principal"];
  }
}

function pay(work: Work, scheduled: Scheduled, tx: TransactionState, event: PaymentReceived): Minor {
  let left = event.amount;
  if (event.principalOnly) return left - prepay(work, scheduled, tx, left);
  const interestDue = roundAccrued(work);
  const lent = work.principal - tx.parts.principal;
  const rows = work.rows.filter((row) => remaining(row, scheduled) > 0);
  const current = rows.findIndex((row) => row.dueDate >= event.valueDate);
  const reach = rows.slice(0, current < 0 ? rows.length : current + 1);
  const need = reach.reduce((sum, row) => sum + remaining(row, scheduled), 0);
  let interest = 0;
  let principal = 0;
  for (const component of componentOrder(event.waterfall ?? work.terms.allocation)) {
    if (component === "interest") {
      interest = Math.min(left, interestDue);
      left -= interest;
    } else if (component === "principal") {
      principal = Math.min(left, lent, Math.max(0, need - interestDue));
      left -= principal;
    } else {
      for (const row of work.rows) left -= payComponent(work, tx, row, component, left, "reached");
    }
  }
  const more = Math.min(left, lent - principal);
  left -= more;
  settleAccrued(work, interest, interestDue);
  bookOnRows(work, scheduled, tx, reach, interest, principal + more, event.prepayment ?? work.terms.prepayment);
  return left > 0 ? allocateCharges(work, tx, left) : 0;
}

/** Money for principal alone, on top of the current scheduled payment. @returns what was taken */
function prepay(work: Work, scheduled: Scheduled, tx: TransactionState, amount: Minor): Minor {
  const extra = Math.min(amount, work.principal);
  const row = work.rows.find((r) => r.settledDate === null && r.dueDate >= tx.date) ?? work.rows.at(-1);
  if (!row || extra <= 0) return 0;
  scheduled.set(row, (scheduled.get(row) ?? 0) + extra);
  row.due.principal += extra;
  bookPaid(tx, row, "principal", extra);
  return extra;
}

/** When all accrued interest is paid, its last fraction is settled by the rounding. */
function settleAccrued(work: Work, paid: Minor, due: Minor): void {
  const accrual = work.accrual;
  if (!accrual) return;
  accrual.accrued = paid === due ? 0 : accrual.accrued - paid;
  if (paid === due) accrual.accruedMicro = 0;
}

/** Charges not yet due take what is left when no principal is; the rest is overpayment. */
function allocateCharges(work: Work, tx: TransactionState, amount: Minor): Minor {
  let left = amount;
  for (const component of ["penalty", "fee"] as const) for (const row of work.rows) left -= payComponent(work, tx, row, component, left);
  return left;
}

/** A row whose scheduled payment has come divides as it was paid. */
function settle(row: InstallmentState, date: IsoDate): void {
  for (const c of ["principal", "interest"] as const) row.due[c] = row.paid[c] + row.waived[c] + row.writtenOff[c];
  noteSettlement(row, date);
}

/** Fills scheduled payments from the oldest; money beyond the current one follows the prepayment rule. */
function bookOnRows(work: Work, scheduled: Scheduled, tx: TransactionState, reach: readonly InstallmentState[], interest: Minor, principal: Minor, beyond: LoanTerms["prepayment"]): void {
  let i = interest;
  let p = principal;
  // The last row takes what is left of the loan, whatever was scheduled for it.
  const final = work.rows.findLast(repaysLoan);
  const fill = (row: InstallmentState) => {
    const need = remaining(row, scheduled);
    const ti = Math.min(i, need);
    const tp = Math.min(p, need - ti);
    row.due.interest = Math.max(row.due.interest, row.paid.interest + ti);
    row.due.principal = Math.max(row.due.principal, row.paid.principal + tp);
    if (ti > 0) bookPaid(tx, row, "interest", ti);
    if (tp > 0) bookPaid(tx, row, "principal", tp);
    i -= ti;
    p -= tp;
    if (row !== final && remaining(row, scheduled) === 0) settle(row, tx.date);
  };
  for (const row of reach) fill(row);
  const rest = work.rows.filter((row) => !reach.includes(row) && remaining(row, scheduled) > 0);
  if (beyond === "next_installments") for (const row of rest) fill(row);
  const taker = reach.at(-1) ?? rest[0] ?? work.rows.at(-1);
  if (taker && i + p > 0) {
    scheduled.set(taker, (scheduled.get(taker) ?? 0) + i + p);
    taker.due.interest += i;
    taker.due.principal += p;
    if (i > 0) bookPaid(tx, taker, "interest", i);
    if (p > 0) bookPaid(tx, taker, "principal", p);
  }
}

