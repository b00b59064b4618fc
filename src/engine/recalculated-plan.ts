import { changeWithin, checkOutcome, earnedBy, givenPayment, heldInterest, joins, knownAt, MAX_ROWS, paymentOf, refuseEndless, runsOn, settle, solveBase } from "./composed.ts";
import { divideRow, rowInterest } from "./drawn.ts";
import type { Carry, DrawInput, Outcome, Stretch } from "./drawn.ts";
import { dayText, periodAfter } from "./periods.ts";
import type { Period } from "./periods.ts";
import type { RateFrom } from "./rate-line.ts";
import { realChanges, rowOf } from "./recalculated-book.ts";
import type { Book, Row } from "./recalculated-book.ts";
import { safeNumber } from "./rounding.ts";
import { rowsAddedLater, ruleOf } from "./row-rules.ts";
import type { RowRule } from "./row-rules.ts";
import type { LoanTerms, Minor } from "./terms.ts";

/** Where a drawing over the real balance has got to. */
type Course = {
  carry: Carry;
  /** The base payment last solved, whether it stays although the rate changes, and whether the next row that pays a share of it solves it again. */
  base: Minor | null; stays: boolean; resolve: boolean;
  /** Principal of rows to come that money ahead has paid. */
  covered: Minor;
  known: readonly RateFrom[];
  /** Whether anything came ahead or stayed overdue so far: a payment may then be below its interest without anyone having agreed to it. */
  real: boolean;
};

/** What a row is drawn from. */
type Drawn = { row: Row; index: number; rule: RowRule; input: DrawInput; before: Carry; interest: bigint; payment: Minor | null;
  /** The part of `interest` that overdue principal earned: asked for in cash, for the day it ends is not known when interest becomes principal. */
  overdue: Minor;
  atEnd: boolean; isEnd: boolean; stretches: Stretch[] };

/**
 * Draws all rows by their rules from what was lent and really paid: the parts of {@link import("./composed.ts").drawPlan}, over money that came
 * ahead and principal that stays overdue. Before any of that the rows are those of the agreed plan.
 *
 * @returns how many rows the loan needs: a payment that stays needs more or fewer than agreed
 * @throws EngineRefusal  as the drawing of the agreed plan does
 */
export function redrawByRules(agreed: LoanTerms, book: Book): number {
  const { input, rows } = book;
  const terms = book.planned ? agreed : plainly(agreed);
  const plan: DrawInput = { ...input, offset: 0 };
  const course: Course = {
    carry: { unit: 1n, balance: 0n, used: 0, deferred: 0n, deferredFrom: rows[0]?.period.from ?? 0, compounded: 0n },
    base: null, stays: book.planned && terms.installmentAmount !== null, resolve: true, covered: 0, known: [], real: false,
  };
  let used = 0;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as Row;
    const atEnd = index >= input.periods.length - 1;
    const first = used;
    while (used < input.lent.length && ((input.lent[used]?.day ?? 0) < row.period.due || atEnd)) used++;
    const drawn = drawRow(terms, book, course, row, index, { ...plan, lent: input.lent.slice(first, used) }, used === input.lent.length);
    if (drawn.atEnd && !drawn.isEnd && index === rows.length - 1) rows.push(rowAfter(terms, rows.map(({ period }) => period)));
    const out = divide(terms, course, drawn);
    refuseEndless(course.carry.balance, out, index);
    keepRow(terms, book, course, drawn, out, used === input.lent.length);
    if (course.stays && course.carry.balance === 0n && used === input.lent.length && course.carry.deferred === 0n) return clearAfter(rows, index);
  }
  return rows.length;
}

/** A plain loan that events let rest: its first period is a whole one, as it is without them. */
function plainly(terms: LoanTerms): LoanTerms {
  return { ...terms, firstDueDate: null, interest: { ...terms.interest, partialPeriods: true } };
}

function rowAfter(terms: LoanTerms, periods: readonly Period[]): Row {
  return rowOf({ from: periods.at(-1)?.to ?? 0, ...periodAfter(terms, periods) }, false);
}

/** Rows after the last one needed ask for nothing more. @returns how many rows are needed */
function clearAfter(rows: readonly Row[], index: number): number {
  for (const { state } of rows.slice(index + 1)) {
    state.due.principal = state.paid.principal;
    state.due.interest = state.paid.interest + state.waived.interest;
  }
  return index + 1;
}

/** Interest and payment of a row; `course.carry` then holds the balance with all that was lent inside it. */
function drawRow(terms: LoanTerms, book: Book, course: Course, row: Row, index: number, input: DrawInput, allLent: boolean): Drawn {
  const { carry } = course;
  const rule = ruleOf(terms, input, row.period, index);
  const before: Carry = { ...carry, used: 0 };
  const changes = realChanges(book, row);
  course.real ||= row.extra > 0 || changes.some((change) => change.amount !== 0);
  carry.used = 0;
  const { interest, lent, stretches } = rowInterest(terms, input, carry, row.period, index, () => true, changes);
  carry.balance = before.balance + lent;
  const own = capitalises(terms, rule) && book.rule.overdueEarnsInterest ? rowInterest(terms, input, { ...before }, row.period, index, () => true, realChanges(book, row, false)).interest : interest;
  const change = changeWithin(terms, input.rates, course.known, row.period);
  if (change === "stay" && book.planned) course.stays = true;
  if (change === "solve" || (change === "stay" && !book.planned) || lent > 0n || input.respread.has(index)) course.resolve = true;
  course.known = input.rates.filter((r) => r.fromDay < row.period.to);
  const given = givenPayment(terms, input, row.period);
  const count = input.periods.length;
  if (given !== null) [course.base, course.stays] = [given, book.planned];
  else if (course.resolve && rule.pays === "share" && index < count) {
    course.base = solveAt(terms, course, row, index, input, before);
    course.resolve = false;
  }
  const payment = paymentOf(terms, rule, course.base);
  // Once nothing is left to repay, interest that waits is due at once.
  const repaid = carry.balance === 0n && allLent;
  const atEnd = index >= count - 1 || repaid;
  const goesOn = atEnd && !repaid && course.stays && rule.pays === "share" && runsOn(terms, carry, interest, payment ?? 0) && index + 1 < MAX_ROWS;
  return { row, index, rule, input, before, interest, payment, overdue: safeNumber(interest - own), atEnd, isEnd: atEnd && !goesOn, stretches };
}

/** The base payment from a row on, remembered while what it is solved from is the same. */
function solveAt(terms: LoanTerms, course: Course, row: Row, index: number, input: DrawInput, before: Carry): Minor {
  const rates = terms.ratePlan?.onChange === "level" ? input.rates : course.known;
  const key = [before.balance, before.deferred, before.compounded, input.periods.length, rates.length, ...input.lent.map((l) => `${l.day}:${l.amount}`)].join(" ");
  if (row.solved?.key === key) return row.solved.base;
  const periods = input.periods.slice(0, input.periods.length - rowsAddedLater(input, index));
  // Below the balloon nothing but interest is asked for.
  const base = Math.max(0, solveBase(terms, { ...knownAt(input, index), periods, rates }, before, index));
  row.solved = { key, base };
  return base;
}

function divide(terms: LoanTerms, { carry, real }: Course, { rule, input, before, row, index, interest, payment, isEnd }: Drawn): Outcome {
  const counted = heldInterest(terms, input, rule, before, row.period, index, interest);
  const out = divideRow(terms, rule, carry, BigInt(payment ?? 0), interest, counted, isEnd);
  if (out.principal < 0n && real && !capitalises(terms, rule)) return { ...out, principal: 0n };
  checkOutcome(terms, rule, out, index);
  return out;
}

/** Whether interest a row's payment does not cover becomes principal. */
function capitalises(terms: LoanTerms, rule: RowRule): boolean {
  const byRule = (rule.pays === "nothing" || rule.pays === "share") && rule.interest === "capitalise";
  return byRule || terms.payments?.negativeAmortization === "capitalise";
}

/** Puts a row's figures on it: what is planned, or what money ahead already repaid of it. */
function keepRow(terms: LoanTerms, book: Book, course: Course, drawn: Drawn, out: Outcome, allLent: boolean): void {
  const { carry } = course;
  const { row, isEnd } = drawn;
  const balance = safeNumber(carry.balance);
  const interest = safeNumber(out.interest);
  const { state } = row;
  const settled = state.paid.interest + state.waived.interest;
  const ahead = row.advances.reduce((sum, advance) => sum + advance.amount, 0);
  let principal: Minor;
  if (out.principal < 0n) {
    // Interest paid in cash or given up before its due date does not become principal.
    const becomes = row.capitalised ?? Math.max(0, Math.min(safeNumber(-out.principal), interest - settled) - drawn.overdue);
    principal = ahead + row.extra - becomes;
    state.due.principal = principal + state.credited;
  } else {
    principal = paidDown(book, course, row, balance, Math.min(safeNumber(out.principal), balance), ahead, isEnd);
    if (course.stays && allLent && joins(terms, BigInt(principal), BigInt(balance - principal))) principal = balance;
    state.due.principal = Math.max(principal + state.credited, state.paid.principal);
  }
  state.due.interest = Math.max(interest, settled);
  noteStretches(terms, drawn, interest);
  settle(carry, { principal: BigInt(principal), putOff: out.putOff }, row.period);
}

/** Principal of a row that repays some: the planned part, or what came ahead, and what came beyond it. */
function paidDown(book: Book, course: Course, row: Row, balance: Minor, full: Minor, ahead: Minor, isEnd: boolean): Minor {
  const planned = isEnd ? full : Math.max(0, full - course.covered);
  if (!isEnd) course.covered = Math.max(0, course.covered - full);
  const principal = Math.min(balance, Math.max(planned, ahead) + row.extra);
  const does = row.choice ?? book.rule.advance;
  if (principal > planned && does === "reduce_installment") course.resolve = true;
  if (principal > planned && does === "reschedule_next") course.covered += principal - planned;
  return principal;
}

/** What accrual by days goes by: interest by the end of each stretch, and interest that earlier rows put off. */
function noteStretches(terms: LoanTerms, { row: { state }, before, interest, stretches }: Drawn, shown: Minor): void {
  delete state.earned;
  delete state.brought;
  if (stretches.length > 1) state.earned = earnedBy(terms, stretches).map(({ day, amount }) => ({ date: dayText(day), amount }));
  if (before.deferred > 0n && shown > interest) state.brought = { fromDate: dayText(before.deferredFrom), amount: shown - safeNumber(interest) };
}
