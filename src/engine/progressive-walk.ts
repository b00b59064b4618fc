import type { Day } from "./date.ts";
import { interestOn, isExact, rateFactor } from "./progressive-book.ts";
import type { BalanceChange, ProgressiveBook, ProgressiveRow } from "./progressive-book.ts";
import { divideByRule, interestPaidBy, planCuts, plannedInterest, planOf, ruleAt } from "./progressive-plan.ts";
import type { BookPlan } from "./progressive-plan.ts";
import type { RowRule } from "./row-rules.ts";
import type { Minor } from "./terms.ts";

/** What a row was worked out from, and what the rows after it start with: while it is the same, the row need not be walked again. */
type Step = {
  amount: Minor; credited: Minor; paidPrincipal: Minor; paidInterest: Minor; payments: number;
  /** By rules: principal paid on top, interest given up, whether this row takes what is left, and how much of the interest carried in bears interest. */
  ahead: Minor; waived: Minor; takes: boolean; compounded: Minor;
  /** How what is overdue counts: see {@link overdueKey}. */
  overdue: Day;
  /** Before the row: balance, interest carried into it, how many changes were used, overdue principal still earning. */
  balance: Minor; carried: Minor; used: number; waiting: readonly BalanceChange[];
  /** After it. */
  balanceOut: Minor; carriedOut: Minor; usedOut: number; waitingOut: readonly BalanceChange[]; compoundedOut: Minor;
};

/** The last walk over a book's rows. `changes` are in order of day; what is overdue is not among them. */
export type Walk = { lent: number; rates: number; changes: BalanceChange[]; steps: Step[] };

const NONE: readonly BalanceChange[] = [];

/**
 * Works out interest, principal and balance of every row once, from their amounts and from what was lent and repaid when. Rows before
 * the first one that anything new touches keep what they have.
 */
export function walkRows(book: ProgressiveBook): void {
  let walk = book.memo;
  if (!walk || walk.rates !== book.rates.length || walk.lent > book.lent.length || walk.steps.length > book.rows.length) book.memo = walk = { lent: 0, rates: book.rates.length, changes: ratesAsChanges(book), steps: [] };
  const newFrom = takeChanges(book, walk);
  let balance = 0;
  let carried = 0;
  let used = 0;
  let compounded = 0;
  let waiting = NONE;
  const plan = planOf(book);
  const takes = book.takes === undefined ? book.rows.at(-1) : book.takes;
  const count = book.rows.length;
  for (let index = 0; index < count; index++) {
    const row = book.rows[index] as ProgressiveRow;
    let step = walk.steps[index];
    if (step === undefined || row.due >= newFrom || !isSame(step, row, balance, carried, used, waiting) || step.overdue !== overdueKey(book, row)
      || (plan !== null && (step.compounded !== compounded || step.ahead !== (row.ahead ?? 0) || step.waived !== (row.waivedInterest ?? 0) || step.takes !== (row === takes)))) {
      if (step === undefined) walk.steps[index] = step = { amount: 0, credited: 0, paidPrincipal: 0, paidInterest: 0, payments: 0, ahead: 0, waived: 0, takes: false, compounded, overdue: 0, balance, carried, used, waiting, balanceOut: 0, carriedOut: 0, usedOut: 0, waitingOut: NONE, compoundedOut: 0 };
      step.balance = balance;
      step.carried = carried;
      step.used = used;
      step.waiting = waiting;
      step.compounded = compounded;
      step.takes = row === takes;
      walkRow(book, walk.changes, row, index, step, plan);
    }
    balance = step.balanceOut;
    carried = step.carriedOut;
    used = step.usedOut;
    waiting = step.waitingOut;
    compounded = step.compoundedOut;
  }
}

function isSame(step: Step, row: ProgressiveRow, balance: Minor, carried: Minor, used: number, waiting: readonly BalanceChange[]): boolean {
  return step.balance === balance && step.carried === carried && step.used === used && step.amount === row.amount && step.credited === row.credited
    && step.paidPrincipal === row.paidPrincipal && step.paidInterest === row.paidInterest && step.payments === row.payments.length && sameChanges(step.waiting, waiting);
}

function sameChanges(a: readonly BalanceChange[], b: readonly BalanceChange[]): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((change, i) => change.day === b[i]?.day && change.amount === b[i]?.amount);
}

/** A new rate cuts a period, as a change of nothing. */
function ratesAsChanges(book: ProgressiveBook): BalanceChange[] {
  return book.rates.slice(1).map((rate) => ({ day: rate.fromDay, amount: 0 })).sort((a, b) => a.day - b.day);
}

/** Takes over what was lent and repaid ahead since the last walk. @returns the first day of it; rows due before then are as they were */
function takeChanges(book: ProgressiveBook, walk: Walk): Day {
  let first = Number.POSITIVE_INFINITY;
  const take = (change: BalanceChange) => {
    insert(walk.changes, change);
    if (change.day < first) first = change.day;
  };
  for (; walk.lent < book.lent.length; walk.lent++) take({ ...book.lent[walk.lent] as BalanceChange });
  for (let index = 0; index < book.rows.length; index++) {
    const row = book.rows[index] as ProgressiveRow;
    for (let i = walk.steps[index]?.payments ?? 0; i < row.payments.length; i++) {
      const { day, amount } = row.payments[i] as BalanceChange;
      if (day < row.due) take({ day, amount: -amount });
    }
  }
  return first;
}

/** Puts a change among others, after those of its day. */
function insert(changes: BalanceChange[], change: BalanceChange): void {
  let at = changes.length;
  if (at === 0 || (changes[at - 1] as BalanceChange).day <= change.day) {
    changes.push(change);
    return;
  }
  while (at > 0 && (changes[at - 1] as BalanceChange).day > change.day) at--;
  changes.splice(at, 0, change);
}

/**
 * Until when a row's overdue principal earns, as far as that matters: −1 when the row leaves the balance on its due date, 0 when all
 * of it was paid by then, so that a later day changes nothing.
 */
function overdueKey(book: ProgressiveBook, row: ProgressiveRow): Day {
  const until = book.overdueUntil;
  if (until === null || until <= row.due) return -1;
  if (row.principal > row.paidPrincipal) return until;
  for (const p of row.payments) if (p.day > until) return until;
  return 0;
}

/** Works out a row from what its step says was before it, and notes in the step what comes after. */
function walkRow(book: ProgressiveBook, changes: readonly BalanceChange[], row: ProgressiveRow, index: number, step: Step, plan: BookPlan | null): void {
  const waiting = step.waiting.length > 0 ? [...step.waiting] : [];
  const rule = plan && ruleAt(plan, index, row.due);
  const compounded = cutRow(book, changes, row, index === 0, step, waiting, plan && rule ? { plan, rule } : null);
  let earned = step.carried;
  for (const segment of row.segments) earned += segment.interest;
  earned = Math.max(0, earned);
  const ruled = plan && rule && !step.takes ? divideByRule(plan, row, rule, step.balanceOut, earned - step.carried, step.carried) : null;
  if (ruled) [row.principal, row.interest] = [ruled.principal, ruled.interest];
  else {
    const wanted = row.amount + row.credited + (row.ahead ?? 0);
    const planned = Math.max(0, wanted - earned);
    row.interest = row.paidPrincipal > planned ? row.paidInterest : Math.max(Math.min(earned, wanted), row.paidInterest);
    row.principal = Math.max(Math.max(0, wanted - row.interest), row.paidPrincipal);
  }
  row.balance = step.balanceOut - leaveAtDue(book, row, waiting);
  step.amount = row.amount;
  step.credited = row.credited;
  step.paidPrincipal = row.paidPrincipal;
  step.paidInterest = row.paidInterest;
  step.payments = row.payments.length;
  step.overdue = overdueKey(book, row);
  step.balanceOut = row.balance;
  step.carriedOut = ruled ? ruled.carriedOut : earned - row.interest;
  step.compoundedOut = Math.min(compounded, Math.max(0, step.carriedOut));
  step.ahead = row.ahead ?? 0;
  step.waived = row.waivedInterest ?? 0;
  step.waitingOut = waiting.length > 0 ? waiting : NONE;
}

/**
 * Cuts a period at each change of balance; changes on the due date count for the next period. Notes balance and changes used at its end.
 * @returns how much unpaid interest bears interest at its end
 */
function cutRow(book: ProgressiveBook, changes: readonly BalanceChange[], row: ProgressiveRow, isFirst: boolean, step: Step, waiting: BalanceChange[], ruled: Ruled): Minor {
  row.segments = [];
  const cutting: Cutting = { ruled, cuts: ruled ? planCuts(ruled.plan, row) : [], compounded: Math.min(step.compounded, Math.max(0, step.carried - interestPaidBy(row, row.from))), carried: step.carried };
  let { balance, used } = step;
  let cursor = row.from;
  const exact = isExact(book);
  for (;;) {
    const known = changes[used];
    const overdue = waiting[0];
    const next = overdue === undefined || (known !== undefined && known.day <= overdue.day) ? known : overdue;
    if (next === undefined || next.day > row.due) break;
    if (next.day < row.due && (next.day > cursor || (isFirst && row.segments.length === 0))) cursor = cut(book, row, exact, balance, cursor, Math.max(next.day, row.from), cutting);
    if (next.day >= row.due && cursor < row.due) cursor = cut(book, row, exact, balance, cursor, row.due, cutting);
    balance += next.amount;
    if (next === known) used++;
    else waiting.shift();
  }
  if (cursor < row.due) cut(book, row, exact, balance, cursor, row.due, cutting);
  step.balanceOut = balance;
  step.usedOut = used;
  return cutting.compounded;
}

/** The plan and rule of a row that goes by one. */
type Ruled = { plan: BookPlan; rule: RowRule } | null;
type Cutting = { ruled: Ruled; cuts: { day: Day; compounds: boolean }[]; compounded: Minor; carried: Minor };

/** One stretch on one balance; by rules it is cut again at pauses and where unpaid interest begins to bear interest. */
function cut(book: ProgressiveBook, row: ProgressiveRow, exact: boolean, balance: Minor, from: Day, to: Day, cutting: Cutting): Day {
  const { ruled } = cutting;
  if (ruled) {
    let cursor = from;
    for (const { day, compounds } of cutting.cuts) {
      if (day >= to || day < cursor) continue;
      if (day > cursor) planned(book, row, ruled, balance, cursor, day, cutting);
      cursor = day;
      const unpaid = Math.max(0, cutting.carried + row.segments.reduce((sum, s) => sum + s.interest, 0) - interestPaidBy(row, day));
      cutting.compounded = compounds ? unpaid : Math.min(cutting.compounded, unpaid);
    }
    planned(book, row, ruled, balance, cursor, to, cutting);
    return to;
  }
  row.segments.push({ from, to, balance, factor: exact ? null : rateFactor(book, row, from, to), interest: interestOn(book, row, balance, from, to) });
  return to;
}

function planned(book: ProgressiveBook, row: ProgressiveRow, { plan, rule }: NonNullable<Ruled>, balance: Minor, from: Day, to: Day, { compounded }: Cutting): void {
  row.segments.push({ from, to, balance, compounded, factor: isExact(book) ? null : rateFactor(book, row, from, to), interest: plannedInterest(book, plan, row, rule, balance + compounded, from, to) });
}

/** What a row takes off the balance as it falls due; what is overdue and still earning leaves later. */
function leaveAtDue(book: ProgressiveBook, row: ProgressiveRow, waiting: BalanceChange[]): Minor {
  let early = 0;
  let late = 0;
  const until = book.overdueUntil;
  for (const p of row.payments) {
    if (p.day < row.due) early += p.amount;
    else if (until !== null && p.day > row.due && until > row.due) {
      insert(waiting, { day: Math.min(p.day, until), amount: -p.amount });
      late += p.amount;
    }
  }
  const rest = row.principal - early - late;
  if (until === null || until <= row.due) return row.principal - early;
  const unpaid = row.principal - row.paidPrincipal;
  if (unpaid > 0) insert(waiting, { day: until, amount: -unpaid });
  return rest - Math.max(0, unpaid);
}

/** Interest that the rows before one could not take, as the last walk found it. */
export function carriedInto(book: ProgressiveBook, index: number): Minor {
  const steps = book.memo?.steps;
  return (index === book.rows.length ? steps?.[index - 1]?.carriedOut : steps?.[index]?.carried) ?? 0;
}
