import { roundToMultiple } from "./annuity.ts";
import type { Day } from "./date.ts";
import { divideRow, rowInterest } from "./drawn.ts";
import type { Carry, DrawInput, DrawnRow, Stretch } from "./drawn.ts";
import type { Fraction } from "./day-count-ratio.ts";
import { periodAfter } from "./periods.ts";
import type { Period } from "./periods.ts";
import { addFractions, yearlyInterest, yearsOf } from "./rate-line.ts";
import type { RateFrom } from "./rate-line.ts";
import { divideRounded, mulDiv, safeNumber } from "./rounding.ts";
import { rowsAddedLater, ruleOf } from "./row-rules.ts";
import type { RowRule } from "./row-rules.ts";
import { EngineRefusal } from "./state.ts";
import type { LoanTerms, Minor } from "./terms.ts";

/** Most a row may come to, in minor units: half of what a plain integer holds. */
const MOST = BigInt(Number.MAX_SAFE_INTEGER) / 2n;

const BILLION = 1_000_000_000n;
/** Most rows a payment that stays may need. */
export const MAX_ROWS = 600;
/** The base payment is solved on balances this much finer than a minor unit. */
const FINE = 1n << 48n;

/**
 * Draws up a schedule by row rules: any rates, payments, moratorium, pauses and payouts together. Interest of a row is the sum of its
 * stretches, rounded once; the payment is solved so that the last row takes only what rounding left; interest that becomes principal is
 * principal below zero in its row, so that all rows together still repay the amount lent.
 *
 * @throws EngineRefusal  terms.payment_below_interest, or terms.negative_amortization when a row would leave part of its interest unpaid
 *                        and the terms do not agree to that; terms.rows_not_adding_up for rows given by hand
 * @source  equation of value: payments discounted at the rates in force equal the amount lent (Kellison, section 2.3)
 * @example 1,000.00 at 12 %, three months, the first without payment and its interest capitalised: 0.00, 512.61, 512.60
 */
export function drawPlan(terms: LoanTerms, input: DrawInput): DrawnRow[] {
  const periods = [...input.periods];
  const rows: DrawnRow[] = [];
  const carry: Carry = { unit: 1n, balance: 0n, used: 0, deferred: BigInt(input.unpaid ?? 0), deferredFrom: periods[0]?.from ?? 0, compounded: 0n };
  let base: Minor | null = null;
  let stays = terms.installmentAmount !== null;
  let known: readonly RateFrom[] = [];
  // Held until a row pays a share: rows between may ask for no payment that could be solved.
  let solves = true;
  for (let i = 0; i < periods.length; i++) {
    const period = periods[i] as Period;
    const rule = ruleOf(terms, input, period, input.offset + i);
    const before = { ...carry };
    const isEnd = i === periods.length - 1;
    const { interest, lent, stretches } = rowInterest(terms, input, carry, period, input.offset + i, (day) => day < period.due || isEnd);
    const change = changeWithin(terms, input.rates, known, period);
    if (lent > 0n || input.respread.has(i) || change === "solve") solves = true;
    if (change === "stay") stays = true;
    known = input.rates.filter((r) => r.fromDay < period.to);
    const givenBase = givenPayment(terms, input, period);
    if (givenBase !== null) [base, stays] = [givenBase, true];
    else if (solves && rule.pays === "share") {
      base = solveBase(terms, { ...knownAt(input, i), periods: periods.slice(0, periods.length - rowsAddedLater(input, i)), rates: terms.ratePlan?.onChange === "level" ? foreseen(input.rates, period) : known }, before, i);
      solves = false;
    }
    const payment = paymentOf(terms, rule, base);
    const counted = heldInterest(terms, input, rule, before, period, i, interest);
    let out = divideRow(terms, rule, carry, BigInt(payment ?? 0), interest, counted, isEnd);
    const all = carry.used === input.lent.length;
    if (isEnd && stays && rule.pays === "share" && runsOn(terms, carry, interest, payment ?? 0) && input.offset + periods.length < MAX_ROWS) {
      periods.push({ from: period.to, ...periodAfter(terms, periods) });
      out = divideRow(terms, rule, carry, BigInt(payment ?? 0), interest, counted, false);
    }
    checkOutcome(terms, rule, out, i);
    refuseEndless(carry.balance, out, i);
    if (out.principal > carry.balance) out.principal = carry.balance;
    if (stays && all && joins(terms, out.principal, carry.balance - out.principal)) out.principal = carry.balance;
    rows.push({
      from: period.from, due: period.due, principal: safeNumber(out.principal), interest: safeNumber(out.interest), balance: safeNumber(carry.balance - out.principal), rule,
      opening: safeNumber(before.balance), lent: safeNumber(lent), base: rule.pays === "share" ? base : null, stretches, putOff: safeNumber(out.putOff),
      ...(stretches.length > 1 ? { earned: earnedBy(terms, stretches) } : {}),
      brought: out.interest > interest ? { from: before.deferredFrom, amount: safeNumber(out.interest - interest) } : null,
    });
    settle(carry, out, period);
    if (stays && carry.balance === 0n && all) break;
  }
  const last = rows.at(-1);
  if (last) last.interest += safeNumber(carry.deferred);
  checkCustom(terms, rows);
  return rows;
}

/** Interest earned by the end of each stretch but the last, rounded on the sum so far. */
export function earnedBy(terms: LoanTerms, stretches: readonly Stretch[]): { day: Day; amount: Minor }[] {
  let sum: Fraction = { numerator: 0n, denominator: 1n };
  return stretches.slice(0, -1).map((stretch) => {
    sum = addFractions(sum, stretch.interest);
    return { day: stretch.to, amount: safeNumber(divideRounded(sum.numerator, sum.denominator, terms.rounding)) };
  });
}

/** After a row: its principal is repaid, and interest not asked for is remembered. */
export function settle(carry: Carry, out: { principal: bigint; putOff: bigint }, period: Period): void {
  carry.balance -= out.principal;
  if (carry.deferred === 0n) carry.deferredFrom = period.from;
  carry.deferred = out.putOff;
  if (carry.compounded > carry.deferred) carry.compounded = carry.deferred;
}

/** Whether the rate changes where this row begins or inside it, and what that does to the payment. */
export function changeWithin(terms: LoanTerms, rates: readonly RateFrom[], known: readonly RateFrom[], period: Period): "solve" | "stay" | null {
  const found = rates.filter((r) => r.fromDay < period.to && !known.includes(r));
  if (known.length === 0 || found.length === 0) return null;
  const rule = terms.ratePlan?.onChange;
  const keeps = found.some((r) => (r.keep === undefined ? rule === "term" : r.keep === "installment"));
  if (keeps) return "stay";
  return rule === "level" && found.every((r) => r.keep === undefined) ? null : "solve";
}

/** Rates a level payment is solved over: those agreed in advance, and of those that came later only what holds by this row. */
function foreseen(rates: readonly RateFrom[], period: Period): readonly RateFrom[] {
  return rates.filter((r) => r.keep === undefined || r.fromDay < period.to);
}

/** What a payment is solved with at a row: nothing that only a later change of terms says. */
export function knownAt(input: DrawInput, index: number): DrawInput {
  const at = input.offset + index;
  return { ...input, pauses: input.foreseen, noPrincipal: (k) => input.noPrincipal(k, at), noInterest: (k) => input.noInterest(k, at) };
}

/** A payment given by the terms or with a payout. */
export function givenPayment(terms: LoanTerms, input: DrawInput, period: Period): Minor | null {
  let given = terms.installmentAmount;
  for (const amount of input.amounts) if (amount.fromDay <= period.due) given = amount.amount;
  return given;
}

export function paymentOf(terms: LoanTerms, rule: RowRule, base: Minor | null): Minor | null {
  switch (rule.pays) {
    case "share": return base === null ? null : rule.factorPpb === 1_000_000_000 ? base : rounded(terms, mulDiv(base, rule.factorPpb, 1_000_000_000, terms.rounding));
    case "amount": return rule.amount;
    case "principal": return rule.principal;
    default: return null;
  }
}

/** A payment rounded to the multiple agreed. */
export function rounded(terms: LoanTerms, amount: Minor): Minor {
  const multiple = terms.payments?.multiple;
  return roundToMultiple(amount, multiple?.of ?? terms.compatibility.installmentMultiple, multiple?.rounding ?? terms.rounding);
}

/** Interest inside the payment: a broken first period's difference from a whole one comes on top where agreed. */
export function heldInterest(terms: LoanTerms, input: DrawInput, rule: RowRule, before: Carry, period: Period, index: number, earned: bigint): bigint {
  if (input.offset + index > 0 || rule.pays !== "share" || terms.stub !== "added_to_first" || terms.firstDueDate === null || terms.interest.calculation !== "equal_periods") return earned;
  const balance = before.balance + input.lent.reduce((sum, l) => (l.day <= period.from ? sum + BigInt(l.amount) * before.unit : sum), 0n);
  // One whole period is the second one's length of the year: equal periods are all alike.
  const years = yearsOf(terms, period, 1, period.from, period.to);
  return divideRounded(yearlyInterest(terms, balance, input.rates[0]?.ratePpb ?? 0, before.unit) * years.numerator, BILLION * years.denominator, terms.rounding);
}

/** Whether a payment that stays leaves more than a small rest after the planned end. */
export function runsOn(terms: LoanTerms, carry: Carry, interest: bigint, payment: Minor): boolean {
  const principal = BigInt(payment) - interest - carry.deferred;
  const rest = carry.balance - principal;
  return rest > BigInt(terms.balloon) && !joins(terms, principal, rest);
}

/** A small remainder joins the row instead of opening another one. */
export function joins(terms: LoanTerms, principal: bigint, rest: bigint): boolean {
  return rest * BILLION < principal * BigInt(terms.compatibility.lastRowThresholdPpb);
}

/** A payment below its interest, row after row, makes a debt that no number holds. @throws EngineRefusal terms.negative_amortization */
export function refuseEndless(balance: bigint, out: { principal: bigint; interest: bigint; putOff: bigint }, index: number): void {
  if (balance - out.principal + out.interest + out.putOff > MOST) throw new EngineRefusal("terms.negative_amortization", `the debt grows without end: row ${index + 1} owes more than can be counted`);
}

export function checkOutcome(terms: LoanTerms, rule: RowRule, out: { principal: bigint; interest: bigint }, index: number): void {
  if (out.principal >= 0n || ("interest" in rule && rule.interest === "capitalise")) return;
  if (terms.payments?.negativeAmortization === "capitalise") return;
  const text = `the payment of row ${index + 1}, ${out.principal + out.interest}, is below its interest ${out.interest}`;
  const plain = terms.installmentAmount !== null || rule.pays === "amount";
  throw new EngineRefusal(plain ? "terms.payment_below_interest" : "terms.negative_amortization", text);
}

/** A last row given by hand must be what is left. */
export function checkCustom(terms: LoanTerms, rows: readonly { principal: Minor; interest: Minor }[]): void {
  const last = terms.payments?.custom?.at(-1);
  const row = rows.at(-1);
  if (!last || !row) return;
  const [given, found] = last.total !== undefined ? [last.total, row.principal + row.interest] : last.principal !== undefined ? [last.principal, row.principal] : [0, 0];
  if (given !== found) throw new EngineRefusal("terms.rows_not_adding_up", `the last row is given as ${given}, but ${found} is left for it`);
}

/**
 * The base payment: what `index` and the rows after it must pay, each its own share of it, so that the balloon is left at the end. For
 * equal principal it is the base share of principal.
 */
export function solveBase(terms: LoanTerms, input: DrawInput, before: Carry, index: number): Minor {
  if (terms.amortization === "equal_principal") return equalShare(terms, input, before, index);
  const balloon = BigInt(terms.balloon) * FINE;
  const left = (payment: bigint): bigint => endBalance(terms, input, before, index, payment) - balloon;
  const none = left(0n);
  if (none <= 0n) return 0;
  const guess = (before.balance + lentLater(input, before)) * FINE;
  const slope = none - left(guess);
  if (slope <= 0n) return 0;
  const [low, high] = bracket(left, none, guess, slope);
  // The payment lies between the two; where they round apart, it is above the lower and, unless it is the higher itself, below that.
  const [below, above] = [divideRounded(low, FINE, terms.rounding), divideRounded(high, FINE, terms.rounding)];
  const isAbove = below === above || left(high) === 0n || low % (FINE / 2n) === 0n;
  return rounded(terms, safeNumber(isAbove ? above : below));
}

/**
 * The two neighbouring payments between which nothing is left. Two points give the line; bands bend it, so the line is drawn again
 * through the nearest points on both sides (regula falsi, halving now and then so that it ends).
 */
function bracket(left: (payment: bigint) => bigint, none: bigint, guess: bigint, slope: bigint): [bigint, bigint] {
  let [low, atLow] = [0n, none];
  let high = (none * guess) / slope + 1n;
  let atHigh = left(high);
  for (; atHigh > 0n; atHigh = left(high)) [low, atLow, high] = [high, atHigh, high * 2n];
  for (let turn = 0; high - low > 1n; turn++) {
    const onLine = low + (atLow * (high - low)) / (atLow - atHigh);
    // A step beside the line closes the bracket when the point on it keeps falling on one side.
    const beside = turn % 3 === 0 ? onLine : turn % 3 === 1 ? onLine - (high - low) / 1024n - 1n : (low + high) / 2n;
    const at = beside <= low ? low + 1n : beside >= high ? high - 1n : beside;
    const value = left(at);
    if (value > 0n) [low, atLow] = [at, value];
    else [high, atHigh] = [at, value];
  }
  return [low, high];
}

function lentLater(input: DrawInput, before: Carry): bigint {
  return input.lent.slice(before.used).reduce((sum, l) => sum + BigInt(l.amount), 0n) * before.unit;
}

function equalShare(terms: LoanTerms, input: DrawInput, before: Carry, index: number): Minor {
  const period = input.periods[index] as Period;
  const isEnd = index === input.periods.length - 1;
  const now = input.lent.slice(before.used).reduce((sum, l) => (l.day < period.due || isEnd ? sum + l.amount : sum), 0);
  let weights = 0n;
  for (let i = index; i < input.periods.length; i++) {
    const rule = ruleOf(terms, input, input.periods[i] as Period, input.offset + i);
    if (rule.pays === "share") weights += BigInt(rule.factorPpb);
  }
  return weights === 0n ? 0 : rounded(terms, safeNumber(divideRounded((before.balance + BigInt(now - terms.balloon)) * BILLION, weights, terms.rounding)));
}

/** What is left after the last row when each row pays its share of `payment`, payouts known by the first of them. In fine units. */
function endBalance(terms: LoanTerms, input: DrawInput, before: Carry, index: number, payment: bigint): bigint {
  const carry: Carry = { ...before, unit: FINE, balance: before.balance * FINE, deferred: before.deferred * FINE, compounded: before.compounded * FINE };
  const first = input.periods[index] as Period;
  for (let i = index; i < input.periods.length; i++) {
    const period = input.periods[i] as Period;
    const rule = ruleOf(terms, input, period, input.offset + i);
    const stands = { ...carry };
    const isEnd = index === input.periods.length - 1;
    // A payout still to come is not foreseen: the payment is solved again when it comes.
    const { interest } = rowInterest(terms, input, carry, period, input.offset + i, (day: Day) => i === index && (day < first.due || isEnd));
    const own = rule.pays === "share" ? (payment * BigInt(rule.factorPpb)) / BILLION : rule.pays === "amount" ? BigInt(rule.amount) * FINE : 0n;
    const counted = i === 0 ? heldInterest(terms, input, rule, stands, period, i, interest) : interest;
    const isOpen = i === input.periods.length - 1 && rule.pays !== "share" && rule.pays !== "amount";
    const out = divideRow(terms, isOpen ? { pays: "interest_only" } : rule, carry, own, interest, counted, false);
    settle(carry, out, period);
  }
  return carry.balance + carry.deferred;
}
