import { bookPaid } from "./allocate-payment.ts";
import { capitalize, lendLess } from "./classic-model.ts";
import { checkCustom, checkOutcome, MAX_ROWS } from "./composed.ts";
import type { Deferred, IndexFixed, PaymentReceived, RateChanged } from "./events.ts";
import { toDay } from "./date.ts";
import type { Day, IsoDate } from "./date.ts";
import type { RowCopies } from "./fork.ts";
import { payByRules, restingModel } from "./model.ts";
import type { Model } from "./model.ts";
import { dayText, periodAfter } from "./periods.ts";
import { copyBook } from "./progressive-book.ts";
import type { ProgressiveBook, ProgressiveRow } from "./progressive-book.ts";
import { amountByRule, holdsInterest, opensAnother, planOf, ruleAt, variesByRow } from "./progressive-plan.ts";
import type { BookPlan } from "./progressive-plan.ts";
import { balanceOn, forget, interestUntil, payable, recompute, solveAmount } from "./progressive-rows.ts";
import { rateLine, rateOn } from "./rate-line.ts";
import { noParts } from "./state.ts";
import type { InstallmentState, TransactionState } from "./state.ts";
import { asReschedule, downPaymentOf, downPaymentRow, planInput, trimFutureInterest } from "./structure.ts";
import type { ShapingEvent } from "./structure.ts";
import type { LoanTerms, Minor } from "./terms.ts";
import { newRow, noteSettlement, orderRows, outstandingOf, owed, owedTotal, planBalances } from "./work.ts";
import type { Work } from "./work.ts";

/** Rows of the run and their counterparts in the book, in the order they were made. */
type Pairs = { all: { row: InstallmentState; counterpart: ProgressiveRow }[]; byRow: Map<InstallmentState, ProgressiveRow> };

/** What the model keeps in mind. */
export type Mind = { readonly book: ProgressiveBook; readonly plan: BookPlan; readonly pairs: Pairs; readonly rateEvents: (RateChanged | IndexFixed)[] };

/**
 * One installment amount for all rows; interest is recomputed in place when money is lent, repaid early or (if agreed) stays
 * unpaid. Saved interest becomes principal inside the same amount, so the last row gets smaller.
 */
export function progressiveModel(terms: LoanTerms, mind: Mind = newMind(terms)): Model {
  const { book, plan, pairs, rateEvents } = mind;
  const follows = terms.interest.recalculation !== null;
  const refreshes = terms.interest.recalculation?.overdueEarnsInterest ?? false;
  const live = (work: Work) => follows && !work.frozen;
  return {
    ...restingModel,
    begin: (work, shaping) => {
      for (const e of shaping) if (e.type === "rescheduled") work.reschedules.push({ ...e, extraInstallments: 0, gracePrincipalInstallments: 0 });
    },
    shape: (work, event) => {
      for (const { row, counterpart } of pairs.all) takePaid(book, counterpart, row, event.valueDate, live(work));
      const isFirst = book.rows.length === 0;
      if (event.type === "indexFixed" || (event.type === "rateChanged" && terms.ratePlan?.floating)) {
        rateEvents.push(event);
        fixRates(terms, work, book, pairs, rateEvents);
      } else shapeBook(terms, work, book, pairs, event);
      if (isFirst) checkPayments(terms, book, plan);
      writeRows(work, pairs, event.valueDate);
    },
    advance: (work, date) => {
      if (!work.frozen && (refreshes || work.refreshedDate !== null)) {
        earnOverdue(work, book, pairs, date, refreshes ? date : (work.refreshedDate ?? date));
      }
      if (plan.agreed) capitalizeTo(work, book, pairs, date);
    },
    pay: (work, tx, event) => {
      if (event.principalOnly && live(work)) return prepay(event.prepayment ?? terms.prepayment, work, book, pairs, tx, event.amount);
      if (event.payoff && !live(work)) {
        trimFutureInterest(work, event.valueDate);
        for (const row of work.rows) if (row.due.principal < 0 && row.dueDate > event.valueDate) lendLess(work, row, -owed(row, "principal"));
      }
      work.beforeAdvance = live(work) ? (row) => showPayable(terms, book, pairs, row, toDay(event.valueDate), event.payoff === true) : null;
      work.afterAdvance = live(work) ? (row) => { if (takePaid(book, pairs.byRow.get(row), row, event.valueDate)) recompute(book); } : null;
      if (event.payoff && live(work)) showRunning(terms, book, pairs, toDay(event.valueDate));
      const left = aheadIsPrepayment(terms, event, live(work)) ? payCurrentFirst(terms, work, book, pairs, tx, event) : payByRules(work, tx, event);
      work.beforeAdvance = null;
      work.afterAdvance = null;
      return left;
    },
    afterChange: (work, date) => {
      if (!live(work)) return;
      let changed = false;
      for (const { row, counterpart } of pairs.all) changed = takePaid(book, counterpart, row, date) || changed;
      if (changed) recompute(book);
      writeRows(work, pairs, date);
    },
    payoffNow: (work, date) => payoffParts(terms, work, book, pairs, toDay(date)),
    finish: (work, asOf) => {
      if (live(work) && refreshes) earnOverdue(work, book, pairs, asOf);
      if (!plan.agreed) return;
      capitalizeTo(work, book, pairs, asOf);
      if (work.writtenOffDate === null && book.rates.length > 0) work.ratePpb = rateOn(book.rates, toDay(asOf));
    },
    fork: (copyOf) => progressiveModel(terms, copyMind(mind, copyOf)),
  };
}

/** Lets overdue principal earn until a day. */
function earnOverdue(work: Work, book: ProgressiveBook, pairs: Pairs, date: IsoDate, until: IsoDate = date): void {
  book.overdueUntil = toDay(until);
  recompute(book);
  writeRows(work, pairs, date);
}

/** A mind before anything is known. */
export function newMind(terms: LoanTerms): Mind {
  const plan: BookPlan = { terms, agreed: variesByRow(terms), start: 0, pauses: [...(terms.interest.pauses ?? [])], skipped: new Set(), base: null, rules: [] };
  const book: ProgressiveBook = {
    rows: [], lent: [], rates: [], factors: { rates: 0, byRow: new Map() }, overdueUntil: null, every: terms.installments.every, unit: terms.installments.unit, interest: terms.interest,
    digits: terms.compatibility.calculationDigits, rounding: terms.rounding, multiple: terms.compatibility.installmentMultiple, plan,
  };
  return { book, plan, pairs: { all: [], byRow: new Map() }, rateEvents: [] };
}

/** Everything as it stands, on copies of the run's rows. */
function copyMind(mind: Mind, copyOf: RowCopies): Mind {
  const { book, counterpartOf } = copyBook(mind.book);
  const all = mind.pairs.all.map(({ row, counterpart }) => ({ row: copyOf(row), counterpart: counterpartOf(counterpart) }));
  const plan = { ...mind.plan, pauses: [...mind.plan.pauses], skipped: new Set(mind.plan.skipped), rules: [...mind.plan.rules] };
  book.plan = plan;
  return {
    book, plan, rateEvents: [...mind.rateEvents],
    pairs: { all, byRow: new Map(all.map(({ row, counterpart }) => [row, counterpart])) },
  };
}

/** Refuses payments that the terms leave below their interest, and rows by hand that do not repay what is lent. */
function checkPayments(terms: LoanTerms, book: ProgressiveBook, plan: BookPlan): void {
  if (!plan.agreed) return;
  book.rows.forEach((row, index) => {
    const rule = ruleAt(plan, index, row.due);
    const own = row.segments.reduce((sum, s) => sum + s.interest, 0);
    if (row !== book.takes && holdsInterest(plan, rule)) checkOutcome(terms, rule, { principal: BigInt(row.amount - own), interest: BigInt(own) }, index);
  });
  checkCustom(terms, book.rows);
}

/** Interest that the terms add to principal is added on its row's due date. */
function capitalizeTo(work: Work, book: ProgressiveBook, pairs: Pairs, date: IsoDate): void {
  if (work.chargedOffDate !== null || work.writtenOffDate !== null || work.frozen) return;
  let found = false;
  for (const { row, counterpart } of pairs.all) {
    const asked = -owed(row, "principal");
    if (row.dueDate > date || asked <= 0 || counterpart.capitalised !== undefined) continue;
    counterpart.capitalised = Math.min(asked, Math.max(0, owed(row, "interest")));
    if (counterpart.capitalised > 0) capitalize(work, row, counterpart.capitalised);
    counterpart.paidPrincipal = row.paid.principal;
    counterpart.paidInterest = row.paid.interest;
    found = true;
  }
  if (!found) return;
  forget(book, () => undefined);
  recompute(book);
  writeRows(work, pairs, date);
}

/** A fixing, or a change by agreement, of a floating rate: what it changes from its first day on. */
function fixRates(terms: LoanTerms, work: Work, book: ProgressiveBook, pairs: Pairs, events: readonly (RateChanged | IndexFixed)[]): void {
  const start = book.plan?.start ?? 0;
  const line = rateLine(terms, book.rows.map(({ from, due }) => ({ from, to: due, due })), start, events);
  const first = line.find((rate, i) => rate.ratePpb !== book.rates[i]?.ratePpb || rate.fromDay !== book.rates[i]?.fromDay);
  forget(book, () => { book.rates = line.map(({ fromDay, ratePpb }) => ({ fromDay, ratePpb })); });
  if (!first || first.keep === "installment" || (first.keep === undefined && terms.ratePlan?.onChange === "term")) return runOn(terms, work, book, pairs);
  solveAlong(terms, book, first.fromDay);
}

/** A payment that stays needs more rows, or fewer. */
function runOn(terms: LoanTerms, work: Work, book: ProgressiveBook, pairs: Pairs): void {
  recompute(book);
  const { plan } = book;
  for (let last = book.rows.at(-1); plan && plan.base !== null && last && book.rows.length < MAX_ROWS; last = book.rows.at(-1)) {
    const payment = amountByRule(plan, ruleAt(plan, book.rows.length - 1, last.due), plan.base);
    if (!opensAnother(terms, last, payment)) break;
    last.amount = payment;
    addRowAfter(work, book, pairs);
    recompute(book);
  }
  orderRows(work);
}

/** The next rows are skipped, and as many follow at the end; without interest, the days of the skipped ones bear none. */
function defer(work: Work, book: ProgressiveBook, pairs: Pairs, event: Deferred): void {
  const { plan } = book;
  const day = toDay(event.valueDate);
  const index = book.rows.findIndex((row) => row.due > day);
  if (!plan || index < 0) return;
  const usual = book.rows.find((row, i) => i >= index && row !== book.rows.at(-1))?.amount ?? 0;
  const end = Math.min(book.rows.length, index + event.installments) - 1;
  const [first, last] = [book.rows[index], book.rows[end]];
  forget(book, () => {
    for (let i = index; i <= end; i++) plan.skipped.add(i);
    plan.rules = [];
    if (event.interest === "none" && first && last) plan.pauses.push({ from: dayText(Math.max(day, first.from)), to: dayText(last.due) });
  });
  for (const row of book.rows.slice(index, end + 1)) row.amount = 0;
  if (end < book.rows.length - 1) (book.rows.at(-1) as ProgressiveRow).amount = usual;
  for (let i = 0; i < event.installments; i++) {
    addRowAfter(work, book, pairs);
    (book.rows.at(-1) as ProgressiveRow).amount = usual;
  }
  recompute(book);
  orderRows(work);
}

function shapeBook(terms: LoanTerms, work: Work, book: ProgressiveBook, pairs: Pairs, event: ShapingEvent): void {
  const day = toDay(event.valueDate);
  if (event.type === "rateChanged") {
    book.rates.push({ fromDay: day, ratePpb: event.ratePpb });
    book.rates.sort((a, b) => a.fromDay - b.fromDay);
    if (event.keep === "term") solveAlong(terms, book, day);
    else recompute(book);
    return;
  }
  if (event.type === "interestPaused") {
    forget(book, () => book.plan?.pauses.push({ from: event.from, to: event.to }));
    return recompute(book);
  }
  if (event.type === "deferred") return defer(work, book, pairs, event);
  if (event.type === "rescheduled") return reshape(work, book, pairs, event);
  if (event.type === "extended") return reshape(work, book, pairs, asReschedule(event, book.rows.map(({ from, due }) => ({ from, to: due, due }))));
  if (event.type === "interestCapitalised") {
    addRowsAfter(work, book, pairs, day);
    book.lent.push({ day, amount: event.amount });
    solveAmount(book, day);
    return orderRows(work);
  }
  if (event.type !== "disbursed") return;
  if (book.rows.length === 0) {
    const plan = planInput(terms, [event, ...work.reschedules]);
    if (book.plan) book.plan.start = day;
    for (const { fromDay, ratePpb } of rateLine(terms, plan.periods, day, [])) book.rates.push({ fromDay, ratePpb });
    for (const period of plan.periods) addRow(work, book, pairs, period.from, period.due);
  }
  const down = downPaymentOf(terms, event.amount);
  if (down > 0) work.rows.push(downPaymentRow(event.valueDate, down));
  addRowsAfter(work, book, pairs, day);
  book.lent.push({ day, amount: event.amount - down });
  const given = event.installmentAmount ?? terms.installmentAmount;
  if (given === null) solveAlong(terms, book, day);
  else giveAmount(book, day, given);
  if (book.plan?.agreed && (given !== null || terms.ratePlan?.onChange === "term")) runOn(terms, work, book, pairs);
  orderRows(work);
}

/** An installment given by the terms or with a payout. */
function giveAmount(book: ProgressiveBook, day: Day, given: Minor): void {
  const plan = planOf(book);
  if (plan) plan.base = given;
  book.rows.forEach((row, index) => { if (row.due > day) row.amount = plan ? amountByRule(plan, ruleAt(plan, index, row.due), given) : given; });
  recompute(book);
}

/** Solves the installment from a day on, and again at each rate agreed for later, unless one installment was agreed over all of them. */
function solveAlong(terms: LoanTerms, book: ProgressiveBook, day: Day): void {
  const later = book.rates.filter((rate) => rate.fromDay > day);
  if (later.length === 0 || terms.ratePlan?.onChange === "level") return solveAmount(book, day);
  book.rates = book.rates.filter((rate) => rate.fromDay <= day);
  solveAmount(book, day);
  for (const rate of later) {
    book.rates.push(rate);
    if (terms.ratePlan?.onChange !== "term") solveAmount(book, rate.fromDay);
  }
  recompute(book);
}

/** Money lent after the last due date is repaid by rows of its own. */
function addRowsAfter(work: Work, book: ProgressiveBook, pairs: Pairs, day: Day): void {
  for (let last = book.rows.at(-1); last && last.due <= day; last = book.rows.at(-1)) addRowAfter(work, book, pairs);
}

function addRowAfter(work: Work, book: ProgressiveBook, pairs: Pairs): void {
  const last = book.rows.at(-1);
  if (last) addRow(work, book, pairs, last.due, periodAfter(work.terms, book.rows).due);
}

function addRow(work: Work, book: ProgressiveBook, pairs: Pairs, from: Day, due: Day): void {
  const row = newRow("installment", dayText(from), dayText(due));
  const counterpart: ProgressiveRow = { from, due, amount: 0, credited: 0, paidPrincipal: 0, paidInterest: 0, payments: [], principal: 0, interest: 0, balance: 0, segments: [] };
  work.rows.push(row);
  book.rows.push(counterpart);
  pairs.all.push({ row, counterpart });
  pairs.byRow.set(row, counterpart);
}

/** Due dates are as rescheduled from the start; more rows and another rate count from the event on. */
function reshape(work: Work, book: ProgressiveBook, pairs: Pairs, event: Extract<ShapingEvent, { type: "rescheduled" }>): void {
  const extra = event.extraInstallments ?? 0;
  for (let i = 0; i < extra; i++) addRowAfter(work, book, pairs);
  if (event.newRatePpb !== undefined) book.rates.push({ fromDay: toDay(event.fromDate), ratePpb: event.newRatePpb });
  if (event.newRatePpb !== undefined || extra > 0) solveAmount(book, Math.max(toDay(event.valueDate), toDay(event.fromDate) - 1));
  orderRows(work);
}

/** Whether money beyond the current installment shortens the loan or lowers its installments, instead of paying later ones in advance. */
function aheadIsPrepayment(terms: LoanTerms, event: PaymentReceived, live: boolean): boolean {
  return live && !event.payoff && (event.prepayment ?? terms.prepayment) !== "next_installments" && terms.allocation.strategy !== "configurable";
}

/** What is due is paid by the waterfall, or, when nothing is, the next installment; the rest is a prepayment of principal. */
function payCurrentFirst(terms: LoanTerms, work: Work, book: ProgressiveBook, pairs: Pairs, tx: TransactionState, event: PaymentReceived): Minor {
  const all = work.rows;
  const due = all.filter((row) => row.dueDate <= event.valueDate);
  const next = all.find((row) => row.dueDate > event.valueDate && owedTotal(row) > 0);
  work.rows = next === undefined || due.some((row) => owedTotal(row) > 0) ? due : [...due, next];
  const left = payByRules(work, tx, event);
  work.rows = all;
  if (left === 0 || !next) return left;
  const rest = prepay(event.prepayment ?? terms.prepayment, work, book, pairs, tx, left);
  return rest > 0 ? payByRules(work, tx, { ...event, amount: rest }) : 0;
}

/** Money for principal alone, on top of the current installment: the last rows fall away, or later installments get smaller. @returns what no principal was left for */
function prepay(beyond: LoanTerms["prepayment"], work: Work, book: ProgressiveBook, pairs: Pairs, tx: TransactionState, amount: Minor): Minor {
  const day = toDay(tx.date);
  const pair = pairs.all.find(({ counterpart }) => counterpart.due > day);
  if (!pair) return payByRules(work, tx, { ...PRINCIPAL_ONLY, amount, id: tx.eventId, sequence: tx.sequence, valueDate: tx.date, businessDate: tx.date });
  const { row, counterpart } = pair;
  const extra = Math.min(amount, balanceOn(book, day), stillLent(book, pairs, day));
  if (planOf(book)) counterpart.ahead = (counterpart.ahead ?? 0) + extra;
  else counterpart.amount += extra;
  row.due.principal += extra;
  bookPaid(tx, row, "principal", extra);
  takePaid(book, counterpart, row, tx.date);
  if (beyond === "reduce_installment") solveAmount(book, counterpart.due);
  else recompute(book);
  return amount - extra;
}

const PRINCIPAL_ONLY = { type: "paymentReceived", kind: "repayment", principalOnly: true } as const;

/** Puts the book's figures on the run's rows. */
function writeRows(work: Work, pairs: Pairs, date: InstallmentState["dueDate"]): void {
  if (work.frozen) return;
  for (const { row, counterpart } of pairs.all) {
    row.due.principal = counterpart.principal;
    row.due.interest = Math.max(counterpart.interest, row.paid.interest + row.waived.interest);
    noteSettlement(row, date);
  }
  planBalances(work);
}

/** What settling a row before its due date would need: interest to the day (or to its end), the rest of the installment as principal. */
function showPayable(terms: LoanTerms, book: ProgressiveBook, pairs: Pairs, row: InstallmentState, day: Day, isPayoff: boolean): void {
  const counterpart = pairs.byRow.get(row);
  if (!counterpart || counterpart.due <= day) return;
  const toEnd = terms.interest.recalculation?.payoffInterest === "to_next_rest_date";
  const shown = payable(book, counterpart, day, toEnd && day > counterpart.from ? counterpart.due : day, isPayoff);
  row.due.interest = Math.max(shown.interest, row.paid.interest + row.waived.interest);
  const left = stillLent(book, pairs, day);
  // What became principal on this very day is lent, though the balance up to the day does not hold it yet.
  const all = planOf(book) ? left : Math.min(shown.outstanding, left);
  row.due.principal = isPayoff && counterpart === book.rows.at(-1) ? all + row.paid.principal : Math.max(row.paid.principal, Math.min(shown.principal, left + row.paid.principal));
}

/** Interest the running row puts off is owed when all is paid: shown before the money is divided, since rows with nothing due are passed over. */
function showRunning(terms: LoanTerms, book: ProgressiveBook, pairs: Pairs, day: Day): void {
  for (const { row, counterpart } of pairs.all) if (counterpart.from <= day) showPayable(terms, book, pairs, row, day, true);
}

/** Principal not repaid. On a due date the book's balance still holds the installment that this very money has just paid. */
function stillLent(book: ProgressiveBook, pairs: Pairs, day: Day): Minor {
  const lent = book.lent.reduce((sum, l) => (l.day <= day ? sum + l.amount : sum), 0);
  return Math.max(0, pairs.all.reduce((left, { row }) => left - row.paid.principal - row.waived.principal, lent));
}

/**
 * Takes over what was paid on a row, and lent again in it, since the book last looked. Where interest does not follow the balance,
 * payments are not dated: they change no interest.
 * @returns whether anything was
 */
function takePaid(book: ProgressiveBook, counterpart: ProgressiveRow | undefined, row: InstallmentState, date: InstallmentState["dueDate"], follows = true): boolean {
  if (!counterpart) return false;
  const principal = row.paid.principal - counterpart.paidPrincipal;
  if (principal !== 0 && follows) counterpart.payments.push({ day: toDay(date), amount: principal });
  const interest = row.paid.interest - counterpart.paidInterest;
  if (interest !== 0 && book.plan?.terms.interest.compounding !== undefined) (counterpart.interestPayments ??= []).push({ day: toDay(date), amount: interest });
  counterpart.paidPrincipal = row.paid.principal;
  counterpart.paidInterest = row.paid.interest;
  const waived = row.waived.interest - (counterpart.waivedInterest ?? 0);
  counterpart.waivedInterest = row.waived.interest;
  if (row.credited !== counterpart.credited) {
    book.lent.push({ day: toDay(date), amount: row.credited - counterpart.credited });
    counterpart.credited = row.credited;
    return true;
  }
  return principal !== 0 || interest !== 0 || waived !== 0;
}

/** What closes the loan on a day: interest of the current row to that day (or its end), none of later rows. */
function payoffParts(terms: LoanTerms, work: Work, book: ProgressiveBook, pairs: Pairs, day: Day) {
  const parts = outstandingOf(work.rows);
  if (terms.interest.recalculation === null || work.frozen) return null;
  parts.interest = 0;
  const toEnd = terms.interest.recalculation.payoffInterest === "to_next_rest_date";
  for (const row of work.rows) {
    const counterpart = pairs.byRow.get(row);
    if (!counterpart) continue;
    if (counterpart.due <= day) parts.interest += Math.max(0, owed(row, "interest"));
    else if (counterpart.from <= day) parts.interest += Math.max(0, interestUntil(book, counterpart, toEnd ? counterpart.due : day) - row.paid.interest - row.waived.interest);
  }
  return { ...noParts(), ...parts };
}

