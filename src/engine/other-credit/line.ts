import { addDays, addMonths, daysBetween } from "../date.ts";
import type { IsoDate } from "../date.ts";
import { divideRounded, mulDiv, safeNumber } from "../rounding.ts";
import { EngineRefusal } from "../state.ts";
import type { Minor } from "../terms.ts";
import { checkLogged, inSequence, standingEvents } from "./event-log.ts";
import { checkLineTerms } from "./line-terms.ts";
import type { LineComponent, LineEvent, LineSegment, LineState, LineStatement, LineTerms } from "./line-terms.ts";

/**
 * A revolving line after its events up to `asOf`, from nothing. Days are walked from one thing that happens to the next: a cycle closes at
 * the opening of its day, late fees follow, then the day's events in order.
 *
 * @throws EngineRefusal  terms no line can have
 * @example  a line at 36.5 % a year, 1,000.00 drawn on 2026-01-01, cycle on the 1st: 31.00 billed on 2026-02-01
 */
export function replayLine(terms: LineTerms, events: readonly LineEvent[], asOf: IsoDate): LineState {
  checkLineTerms(terms);
  const state: LineState = {
    terms, events: inSequence(events), asOf, limit: terms.limit, ratePpb: terms.ratePpb, principal: 0, interest: 0, fee: 0, credit: 0, accruedMicro: 0, segments: [], statements: [], transactions: [],
  };
  const live = standingEvents(events, asOf);
  let [day, cycleFrom, next] = [terms.openedDate, terms.openedDate, 0];
  let totals = nothingYet(0);
  for (;;) {
    const closes = cycleEnd(terms, cycleFrom);
    const late = nextLate(state, day);
    const event = live[next];
    const until = [closes, late?.date, event?.valueDate, asOf].reduce<IsoDate>((first, date) => (date !== undefined && date < first ? date : first), asOf);
    accrue(state, day, until);
    day = until;
    if (closes === day && closes <= asOf) {
      closeCycle(state, cycleFrom, closes, totals);
      cycleFrom = closes;
      totals = nothingYet(state.principal + state.interest + state.fee - state.credit);
    } else if (late?.date === day) raiseLateFee(state, late, totals);
    else if (event !== undefined) {
      takeEvent(state, event, totals);
      next++;
    } else return state;
  }
}

type Totals = { readonly opening: Minor; draws: Minor; payments: Minor; fees: Minor };

function nothingYet(opening: Minor): Totals {
  return { opening, draws: 0, payments: 0, fees: 0 };
}

/** The day on which the cycle that began on `from` closes. */
function cycleEnd(terms: LineTerms, from: IsoDate): IsoDate {
  const here = `${from.slice(0, 8)}${String(terms.cycleDay).padStart(2, "0")}` as IsoDate;
  return here > from ? here : addMonths(here, 1);
}

/** Interest of days on one balance, in millionths of a minor unit: exact before it is rounded to them. */
function accrue(state: LineState, from: IsoDate, to: IsoDate): void {
  const days = daysBetween(from, to);
  if (days <= 0 || state.principal === 0) return;
  const micro = safeNumber(divideRounded(BigInt(state.principal) * BigInt(state.ratePpb) * BigInt(days) * 1_000_000n, BigInt(state.terms.daysInYear) * 1_000_000_000n, "half-even"));
  state.accruedMicro += micro;
  state.segments.push({ from, to, days, balance: state.principal, ratePpb: state.ratePpb, micro });
}

/** Bills the cycle: interest rounded once, what is left of it carried on; the minimum that must be paid. */
function closeCycle(state: LineState, from: IsoDate, to: IsoDate, totals: Totals): void {
  const { terms, statements } = state;
  if (terms.method === "average_daily_balance") state.accruedMicro += averageMicro(terms, state.segments, daysBetween(from, to)) - state.segments.reduce((sum, s) => sum + s.micro, 0);
  const whole = safeNumber(divideRounded(BigInt(state.accruedMicro), 1_000_000n, terms.rounding));
  const free = terms.graceForFullPayers && paidInFull(statements.at(-1));
  const interest = free ? 0 : whole;
  state.accruedMicro = free ? 0 : state.accruedMicro - whole * 1_000_000;
  state.interest += interest;
  if (state.credit > 0 && interest > 0) useCredit(state);
  const closing = state.principal + state.interest + state.fee - state.credit;
  const open = statements.reduce((sum, s) => sum + s.minimumOpen, 0);
  const share = Math.max(terms.minimumDue.flat, mulDiv(state.principal, terms.minimumDue.principalPpb, 1_000_000_000, "up"));
  const owed = state.principal + state.interest + state.fee;
  const ownMinimum = Math.max(0, Math.min(owed, share + state.interest + state.fee) - open);
  const statement: LineStatement = {
    number: statements.length + 1, from, to, dueDate: addDays(to, terms.dueAfterDays), ...totals, interest, closing, interestForgone: free ? whole : 0,
    minimumDue: open + ownMinimum, ownMinimum, minimumOpen: ownMinimum, paidByDue: 0, lateFeeRaised: false, segments: state.segments,
  };
  statements.push(statement);
  state.segments = [];
}

/** Interest of a cycle on its average daily balance, in millionths of a minor unit; rates of their own days apart. */
function averageMicro(terms: LineTerms, segments: readonly LineSegment[], cycleDays: number): number {
  const rates = new Map<number, { days: number; sum: bigint }>();
  for (const { ratePpb, days, balance } of segments) {
    const known = rates.get(ratePpb) ?? { days: 0, sum: 0n };
    rates.set(ratePpb, { days: known.days + days, sum: known.sum + BigInt(balance) * BigInt(days) });
  }
  let micro = 0n;
  for (const [ratePpb, { days, sum }] of rates) {
    // With one rate the average is over the whole cycle, days on which nothing was owed included.
    const over = BigInt(rates.size === 1 ? cycleDays : days);
    const average = divideRounded(sum, over, terms.rounding);
    micro += divideRounded(average * BigInt(ratePpb) * over * 1_000_000n, BigInt(terms.daysInYear) * 1_000_000_000n, "half-even");
  }
  return safeNumber(micro);
}

function paidInFull(last: LineStatement | undefined): boolean {
  return last === undefined || last.paidByDue >= last.closing;
}

type Late = { readonly statement: LineStatement; readonly date: IsoDate; readonly fee: Minor };

/** The next minimum that turns out to be unpaid, from a day on. Statements come in order of day, so the first is the next. */
function nextLate({ terms, statements }: LineState, day: IsoDate): Late | undefined {
  const rule = terms.lateFee;
  if (rule === null) return undefined;
  const open = statements.filter((s) => !s.lateFeeRaised && s.minimumOpen > 0);
  return open.map((statement) => ({ statement, date: addDays(statement.dueDate, rule.graceDays + 1), fee: rule.amount })).find(({ date }) => date >= day);
}

function raiseLateFee(state: LineState, { statement, date, fee }: Late, totals: Totals): void {
  statement.lateFeeRaised = true;
  state.fee += fee;
  totals.fees += fee;
  state.transactions.push({ eventId: `late_fee:${statement.dueDate}`, date, type: "late_fee", amount: fee, parts: { fee, interest: 0, principal: 0 }, credit: 0 });
}

function takeEvent(state: LineState, event: LineEvent, totals: Totals): void {
  switch (event.type) {
    case "drawn": {
      const fromCredit = Math.min(state.credit, event.amount);
      state.credit -= fromCredit;
      state.principal += event.amount - fromCredit;
      totals.draws += event.amount;
      state.transactions.push({ eventId: event.id, date: event.valueDate, type: "draw", amount: event.amount, parts: { fee: 0, interest: 0, principal: event.amount - fromCredit }, credit: 0 - fromCredit });
      return;
    }
    case "repaid": return pay(state, event, totals);
    case "feeCharged":
      state.fee += event.amount;
      totals.fees += event.amount;
      state.transactions.push({ eventId: event.id, date: event.valueDate, type: "fee", amount: event.amount, parts: { fee: event.amount, interest: 0, principal: 0 }, credit: 0 });
      return;
    case "limitChanged": state.limit = event.limit; return;
    case "lineRateChanged": state.ratePpb = event.ratePpb; return;
    case "reversed": return;
  }
}

/** Money by the order agreed; minimums are met from the oldest; what nothing is owed for becomes credit. */
function pay(state: LineState, event: Extract<LineEvent, { type: "repaid" }>, totals: Totals): void {
  const parts: Record<LineComponent, Minor> = { fee: 0, interest: 0, principal: 0 };
  let left = event.amount;
  for (const component of state.terms.allocation) {
    const paid = Math.min(left, state[component]);
    state[component] -= paid;
    parts[component] = paid;
    left -= paid;
  }
  state.credit += left;
  totals.payments += event.amount;
  const last = state.statements.at(-1);
  if (last && event.valueDate <= last.dueDate) last.paidByDue += event.amount;
  let meets = event.amount;
  for (const statement of state.statements) {
    const met = Math.min(meets, statement.minimumOpen);
    statement.minimumOpen -= met;
    meets -= met;
  }
  state.transactions.push({ eventId: event.id, date: event.valueDate, type: "payment", amount: event.amount, parts, credit: left });
}

/** Interest billed while there is credit is paid from it. */
function useCredit(state: LineState): void {
  const used = Math.min(state.credit, state.interest);
  state.credit -= used;
  state.interest -= used;
}

/**
 * The line after one more event, which may lie in the past; equal to {@link replayLine} of all of them. The state handed in is not touched.
 *
 * @throws EngineRefusal  `loan.amount_above_limit` for a draw beyond what is free on its day, `event.…` for one that cannot be
 */
export function applyLine(state: LineState, event: LineEvent): LineState {
  checkLogged(state.events, event, state.terms.openedDate);
  if (event.type === "drawn") {
    const then = replayLine(state.terms, state.events, event.valueDate);
    if (event.amount > availableOn(then)) throw new EngineRefusal("loan.amount_above_limit", `${event.amount} is more than the ${availableOn(then)} that are free`);
  }
  return replayLine(state.terms, [...state.events, event], event.valueDate > state.asOf ? event.valueDate : state.asOf);
}

/** What may still be drawn, minor units: the limit and any credit, less principal. */
export function availableOn(state: LineState): Minor {
  return Math.max(0, state.limit - state.principal + state.credit);
}

/**
 * What closes the line on a day: principal, fees, interest billed and interest of the running cycle, rounded once; less any credit.
 * @returns minor units; `perDiem` is a day's interest on today's principal
 */
export function payoffLine(state: LineState, date: IsoDate): { principal: Minor; interest: Minor; fee: Minor; credit: Minor; total: Minor; perDiem: Minor } {
  const then = date === state.asOf ? state : replayLine(state.terms, state.events, date);
  const running = safeNumber(divideRounded(BigInt(then.accruedMicro), 1_000_000n, then.terms.rounding));
  const interest = then.interest + Math.max(0, running);
  const perDiem = safeNumber(divideRounded(BigInt(then.principal) * BigInt(then.ratePpb), BigInt(then.terms.daysInYear) * 1_000_000_000n, then.terms.rounding));
  return { principal: then.principal, interest, fee: then.fee, credit: then.credit, total: Math.max(0, then.principal + interest + then.fee - then.credit), perDiem };
}

/** Days since the oldest minimum that was due before the day and is still open; 0 when none is. */
export function lineDaysPastDue(state: LineState): number {
  const oldest = state.statements.find((s) => s.minimumOpen > 0 && s.dueDate < state.asOf);
  return oldest === undefined ? 0 : daysBetween(oldest.dueDate, state.asOf);
}

/** How a statement's interest came about: balance × rate × days ÷ days of the year for each of its parts, rounded once. */
export function explainLineInterest(statement: LineStatement): { sentence: string; segments: readonly LineSegment[] } {
  const parts = statement.segments.map((s) => `${s.balance} for ${s.days} days`).join(", ");
  const billed = statement.interestForgone > 0 ? `${statement.interestForgone} was not billed, because the statement before was paid in full` : `${statement.interest} was billed`;
  return { sentence: `From ${statement.from} up to ${statement.to}, minor units: ${parts === "" ? "nothing was owed" : parts}; ${billed}.`, segments: statement.segments };
}
