import { capitalize, lendLess } from "./classic-model.ts";
import { checkCustom, checkOutcome } from "./composed.ts";
import type { IndexFixed, RateChanged } from "./events.ts";
import { toDay } from "./date.ts";
import type { IsoDate } from "./date.ts";
import type { RowCopies } from "./fork.ts";
import { payByRules, restingModel } from "./model.ts";
import type { Model } from "./model.ts";
import { copyBook } from "./progressive-book.ts";
import type { ProgressiveBook } from "./progressive-book.ts";
import { aheadIsPrepayment, payCurrentFirst, payoffParts, prepay, showPayable, showRunning, takePaid } from "./progressive-pay.ts";
import type { Pairs } from "./progressive-pay.ts";
import { holdsInterest, ruleAt, variesByRow } from "./progressive-plan.ts";
import type { BookPlan } from "./progressive-plan.ts";
import { forget, recompute } from "./progressive-rows.ts";
import { fixRates, shapeBook } from "./progressive-shape.ts";
import { rateOn } from "./rate-line.ts";
import type { InstallmentState } from "./state.ts";
import { trimFutureInterest } from "./structure.ts";
import type { LoanTerms } from "./terms.ts";
import { noteSettlement, owed, planBalances } from "./work.ts";
import type { Work } from "./work.ts";

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
      if (event.type === "indexFixed" || (event.type === "rateChanged" && (isFirst || terms.ratePlan?.floating))) {
        rateEvents.push(event);
        if (!isFirst) fixRates(terms, work, book, pairs, rateEvents);
      } else shapeBook(terms, work, book, pairs, event, rateEvents);
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
      if (plan.agreed) capitalizeTo(work, book, pairs, asOf);
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

