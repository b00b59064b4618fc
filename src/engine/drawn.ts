import type { PlanInput, PlanRow } from "./classic.ts";
import type { Day } from "./date.ts";
import type { Fraction } from "./day-count-ratio.ts";
import type { Period } from "./periods.ts";
import type { InterestPause } from "./plan-terms.ts";
import { addFractions, compoundingDays, cutsBetween, isInterestPaused, rateOn, yearlyInterest, yearsOf } from "./rate-line.ts";
import type { RateFrom } from "./rate-line.ts";
import { divideRounded } from "./rounding.ts";
import type { RowRule } from "./row-rules.ts";
import type { LoanTerms, Minor } from "./terms.ts";

/** What a schedule by row rules is drawn from. `rates` is in order of day. */
export type DrawInput = Omit<PlanInput, "rates"> & {
  rates: readonly RateFrom[];
  pauses: readonly InterestPause[];
  /** Rows drawn before: the rules of a row go by its place in the whole schedule. */
  offset: number;
  /** Interest unpaid when the drawing begins. */
  unpaid?: Minor;
};

/** A stretch of a row on one balance (interest that bears interest is in it) at one rate: what its interest is made of. `interest` is exact, before the row's one rounding. */
export type Stretch = { from: Day; to: Day; balance: bigint; ratePpb: number; years: Fraction; interest: Fraction; paused: boolean };

/** A row with what it was computed from. Amounts in minor units. */
export type DrawnRow = PlanRow & {
  rule: RowRule;
  opening: Minor;
  lent: Minor;
  /** The base payment (or share of principal) in force; `null` where the row does not use it. */
  base: Minor | null;
  /** Interest of earlier rows that this row holds, and since when. */
  brought: { from: Day; amount: Minor } | null;
  /** Interest of this row put off to a later one, or given up. */
  putOff: Minor;
  stretches: Stretch[];
};

/** Where a drawing has got to. Amounts are in `unit`-ths of a minor unit. */
export type Carry = {
  unit: bigint;
  balance: bigint;
  /** Payouts used. */
  used: number;
  /** Interest of earlier rows not yet asked for, since when, and how much of it bears interest. */
  deferred: bigint;
  deferredFrom: Day;
  compounded: bigint;
};

/** What really came in or stays overdue inside a row: changes of its balance beside its payouts, after each of which interest is rounded. */
export type RealChanges = readonly { day: Day; amount: Minor }[];

/**
 * Interest of one row by stretches, rounded once in the product's mode (with `real`: once for each balance there was); moves `carry` past
 * the payouts inside the row, and past what is in `real`.
 */
export function rowInterest(terms: LoanTerms, input: DrawInput, carry: Carry, period: Period, index: number, takes: (day: Day) => boolean, real?: RealChanges): { interest: bigint; lent: bigint; stretches: Stretch[] } {
  const { unit } = carry;
  let lent = 0n;
  const inside: { day: Day; amount: bigint }[] = (real ?? []).map(({ day, amount }) => ({ day: Math.min(day, period.to), amount: BigInt(amount) * unit }));
  for (let next = input.lent[carry.used]; next && takes(next.day); next = input.lent[carry.used]) {
    carry.used++;
    const amount = BigInt(next.amount) * unit;
    lent += amount;
    const whole = terms.interest.calculation === "equal_periods" && !terms.interest.partialPeriods;
    if (next.day <= period.from || whole) carry.balance += amount;
    else inside.push({ day: Math.min(next.day, period.to), amount });
  }
  const cuts = new Set(cutsBetween(terms, input.rates, input.pauses, input.start, period.from, period.to));
  for (const payout of inside) cuts.add(payout.day);
  const days = [...cuts].sort((a, b) => a - b);
  const compounds = new Set(compoundingDays(terms, input.start, period.from - 1, period.to));
  let sum: Fraction = { numerator: 0n, denominator: 1n };
  let before = 0n;
  const stretches: Stretch[] = [];
  for (let k = 0; k < days.length; k++) {
    const [from, to] = [days[k] as Day, days[k + 1]];
    const changes = inside.filter((change) => change.day === from);
    for (const { amount } of changes) carry.balance += amount;
    if (real !== undefined && changes.length > 0) {
      before += divideRounded(sum.numerator, sum.denominator, terms.rounding);
      sum = { numerator: 0n, denominator: 1n };
    }
    if (to === undefined) break;
    if (compounds.has(from)) carry.compounded = carry.deferred + before + divideRounded(sum.numerator, sum.denominator, terms.rounding);
    const stretch = stretchOf(terms, input, carry, period, index, from, to);
    stretches.push(stretch);
    sum = addFractions(sum, stretch.interest);
  }
  return { interest: before + divideRounded(sum.numerator, sum.denominator, terms.rounding), lent, stretches };
}

function stretchOf(terms: LoanTerms, input: DrawInput, carry: Carry, period: Period, index: number, from: Day, to: Day): Stretch {
  const ratePpb = rateOn(input.rates, from);
  const paused = isInterestPaused(input.pauses, from);
  const years = yearsOf(terms, period, index, from, to);
  const balance = carry.balance + carry.compounded;
  const yearly = paused ? 0n : yearlyInterest(terms, balance, ratePpb, carry.unit);
  return { from, to, balance, ratePpb, years, paused, interest: { numerator: yearly * years.numerator, denominator: 1_000_000_000n * years.denominator } };
}

/** What a row asks for. `interest` is all that is due of it, that of earlier rows included. */
export type Outcome = { principal: bigint; interest: bigint; putOff: bigint };

/**
 * Divides a row by its rule. `payment` is its payment (or, for equal principal, its principal); the last row of a loan repays what is left.
 *
 * @param earned   interest of this row
 * @param counted  interest the payment holds: that of a regular period, where a broken one comes on top
 */
export function divideRow(terms: LoanTerms, rule: RowRule, carry: Carry, payment: bigint, earned: bigint, counted: bigint, isLast: boolean): Outcome {
  const runs = !("interest" in rule && rule.interest === "none");
  const due = (runs ? earned : 0n) + carry.deferred;
  if (isLast) return { principal: carry.balance, interest: due, putOff: 0n };
  switch (rule.pays) {
    case "interest_only": return { principal: 0n, interest: due, putOff: 0n };
    case "principal": return { principal: payment, interest: due, putOff: 0n };
    case "amount": return within(carry, payment, earned, earned);
    case "nothing": return unpaid(rule.interest, carry, earned, 0n);
    case "share": {
      if (terms.amortization === "equal_principal") return { principal: payment, interest: due, putOff: 0n };
      if (rule.interest !== "pay") return unpaid(rule.interest, carry, earned, payment - (rule.interest === "none" ? 0n : earned));
      return within(carry, payment, earned, counted);
    }
  }
}

/** A payment that holds its interest; interest of earlier rows that does not fit waits on. Below zero when even its own does not. */
function within(carry: Carry, payment: bigint, earned: bigint, counted: bigint): Outcome {
  const principal = payment - counted - carry.deferred;
  if (principal >= 0n || carry.deferred === 0n || payment < earned) return { principal, interest: earned + carry.deferred, putOff: 0n };
  return { principal: 0n, interest: payment, putOff: earned + carry.deferred - payment };
}

/** A row whose interest is not asked for: given up, kept for later, or added to principal (principal lent again, below zero). */
function unpaid(where: "none" | "accrue_to_first" | "capitalise", carry: Carry, earned: bigint, principal: bigint): Outcome {
  switch (where) {
    case "none": return { principal, interest: 0n, putOff: carry.deferred };
    case "accrue_to_first": return { principal, interest: 0n, putOff: carry.deferred + earned };
    case "capitalise": return { principal: principal - earned - carry.deferred, interest: earned + carry.deferred, putOff: 0n };
  }
}
