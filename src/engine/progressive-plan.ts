import { joins, paymentOf, rounded } from "./composed.ts";
import { addDecimal, decimal, multiplyDecimal, timesMinor, ZERO } from "./decimal.ts";
import { toDay } from "./date.ts";
import type { Day } from "./date.ts";
import { divideRow } from "./drawn.ts";
import type { Outcome } from "./drawn.ts";
import type { InterestPause } from "./plan-terms.ts";
import { factorAt, interestOn, rateOn } from "./progressive-book.ts";
import type { ProgressiveBook, ProgressiveRow } from "./progressive-book.ts";
import { compoundingDays, isInterestPaused } from "./rate-line.ts";
import { safeNumber } from "./rounding.ts";
import { ruleOf } from "./row-rules.ts";
import type { RowRule } from "./row-rules.ts";
import type { LoanTerms, Minor } from "./terms.ts";

/** What a progressive schedule goes by beyond one rate at a time and equal payments. */
export type BookPlan = {
  readonly terms: LoanTerms;
  /** Whether the terms themselves ask for rules; otherwise only pauses and skipped rows told later do. */
  readonly agreed: boolean;
  /** First day of the loan. */
  start: Day;
  pauses: InterestPause[];
  /** Rows (by index) that an event skips. */
  skipped: Set<number>;
  /** The payment solved last, before each row's share of it. */
  base: Minor | null;
  /** Rules found so far, by row; made anew when rows are skipped. */
  rules: RowRule[];
};

/** Whether terms vary more than a progressive schedule with one installment at a time can follow. */
export function variesByRow({ ratePlan, payments, interest, grace, amortization, balloon, dates }: LoanTerms): boolean {
  const pays = payments && (payments.graduated ?? payments.steps ?? payments.seasonal ?? payments.custom ?? payments.negativeAmortization ?? payments.multiple);
  return ratePlan?.tiers !== undefined || ratePlan?.floating !== undefined || ratePlan?.onChange === "term" || pays !== undefined || (interest.pauses?.length ?? 0) > 0 || interest.compounding !== undefined
    || interest.dayCount !== undefined || grace.principalInstallments + grace.interestInstallments > 0 || amortization !== "equal_installments" || balloon > 0 || (dates !== undefined && interest.calculation === "equal_periods");
}

/** The plan of a book whose rows go by rules; `null` for plain ones. */
export function planOf(book: ProgressiveBook): BookPlan | null {
  const { plan } = book;
  return plan && (plan.agreed || plan.pauses.length > 0 || plan.skipped.size > 0) ? plan : null;
}

/** What the row at `index` pays. */
export function ruleAt(plan: BookPlan, index: number, due: Day): RowRule {
  const known = plan.rules[index];
  if (known) return known;
  const { terms } = plan;
  const rule: RowRule = plan.skipped.has(index) ? { pays: "nothing", interest: "accrue_to_first" } : ruleOf(terms, {
    noPrincipal: (i) => i < terms.grace.principalInstallments, noInterest: (i) => i < terms.grace.interestInstallments,
  }, { from: due, to: due, due }, index);
  return (plan.rules[index] = rule);
}

/** Whether interest of a row never runs. */
export function isFree(rule: RowRule): boolean {
  return "interest" in rule && rule.interest === "none";
}

/**
 * Days of a row on which something about its interest changes besides its balance and rate: pauses, unpaid interest that begins to bear
 * interest, and interest that is paid and bears none any more. Days beyond the row part nothing: whoever cuts passes over them.
 */
export function planCuts(plan: BookPlan, row: ProgressiveRow): { day: Day; compounds: boolean }[] {
  const compounds = new Set(compoundingDays(plan.terms, plan.start, row.from - 1, row.due - 1));
  const days = new Set(compounds);
  for (const pause of plan.pauses) for (const day of [toDay(pause.from), toDay(pause.to)]) days.add(day);
  for (const { day } of row.interestPayments ?? []) days.add(day);
  return [...days].sort((a, b) => a - b).map((day) => ({ day, compounds: compounds.has(day) }));
}

/** Interest of a row paid by the beginning of a day. */
export function interestPaidBy(row: ProgressiveRow, day: Day): Minor {
  return (row.interestPayments ?? []).reduce((sum, p) => (p.day <= day ? sum + p.amount : sum), 0);
}

/** Interest of part of a row on a balance, by bands where agreed; none in a pause, or in a row without interest. */
export function plannedInterest(book: ProgressiveBook, plan: BookPlan, row: ProgressiveRow, rule: RowRule, balance: Minor, from: Day, to: Day): Minor {
  if (isFree(rule) || isInterestPaused(plan.pauses, from)) return 0;
  const tiers = plan.terms.ratePlan?.tiers;
  if (!tiers || balance <= 0) return interestOn(book, row, balance, from, to);
  const ratePpb = rateOn(book, from);
  let sum = ZERO;
  for (const band of tiers.bands) {
    if (balance <= band.above) break;
    const reaches = band.upTo === null || balance <= band.upTo;
    if (tiers.on === "whole_balance" && !reaches) continue;
    const slice = tiers.on === "whole_balance" ? balance : (reaches ? balance : (band.upTo ?? balance)) - band.above;
    sum = addDecimal(sum, multiplyDecimal(decimal(slice), factorAt(book, row, from, to, Math.max(0, ratePpb + band.plusPpb)), null));
  }
  return timesMinor(1, sum, book.digits, book.rounding);
}

/** Whether interest a row's payment does not cover becomes principal. */
function capitalises(plan: BookPlan, rule: RowRule): boolean {
  return ("interest" in rule && rule.interest === "capitalise") || plan.terms.payments?.negativeAmortization === "capitalise";
}

/** Whether a row holds its interest within its amount, as every row of a plain progressive schedule does; else interest comes on top or is put off. */
export function holdsInterest(plan: BookPlan, rule: RowRule): boolean {
  return rule.pays === "amount" || ("interest" in rule && rule.interest === "pay" && plan.terms.amortization !== "equal_principal");
}

/**
 * Principal and interest of a row by its rule, or `null` where it is divided as a plain one: interest first, what does not fit waits.
 *
 * @param own      interest of this row
 * @param carried  interest earlier rows could not take
 */
export function divideByRule(plan: BookPlan, row: ProgressiveRow, rule: RowRule, balance: Minor, own: Minor, carried: Minor): { principal: Minor; interest: Minor; carriedOut: Minor } | null {
  const out: Outcome = divideRow(plan.terms, rule, { unit: 1n, balance: BigInt(balance), used: 0, deferred: BigInt(carried), deferredFrom: 0, compounded: 0n }, BigInt(row.amount), BigInt(own), BigInt(own), false);
  const [principal, interest] = [safeNumber(out.principal), safeNumber(out.interest)];
  const met = row.paidInterest + (row.waivedInterest ?? 0);
  const shown = Math.max(interest, met);
  if (principal < 0 && capitalises(plan, rule)) {
    const becomes = row.capitalised ?? Math.max(0, Math.min(-principal, interest - met));
    return { principal: row.credited + (row.ahead ?? 0) - becomes, interest: shown, carriedOut: 0 };
  }
  if (holdsInterest(plan, rule)) return null;
  const planned = Math.min(principal, Math.max(0, balance)) + row.credited + (row.ahead ?? 0);
  const earned = isFree(rule) ? carried : own + carried;
  // Settled before its due date: what the rest of its days earn is asked for later.
  const isSettled = principal > 0 && row.paidPrincipal >= planned && met > 0;
  const asked = isSettled ? met : shown;
  return { principal: Math.max(planned, row.paidPrincipal), interest: asked, carriedOut: Math.max(0, earned - asked) };
}

/** What a row asks for before its due date: interest to the day, unless its rule puts it off, and the principal its rule repays. `null`: as a plain row. */
export function payableByRule(plan: BookPlan, row: ProgressiveRow, rule: RowRule): { principal: Minor; asksInterest: boolean } | null {
  if (holdsInterest(plan, rule)) return null;
  const asksInterest = !("interest" in rule) || rule.interest === "pay" || rule.interest === "capitalise";
  return { principal: Math.max(0, row.principal, row.paidPrincipal), asksInterest };
}

/** The amount a row gets by its rule: its share of the payment, what is given, or nothing (interest comes on top). */
export function amountByRule(plan: BookPlan, rule: RowRule, base: Minor): Minor {
  return paymentOf(plan.terms, rule, base) ?? 0;
}

/** The payment at which `left` is nearest to zero: `left` falls as the payment grows. Minor units, in the multiple agreed. */
export function nearestPayment(terms: LoanTerms, guess: Minor, left: (payment: Minor) => Minor): Minor {
  let [low, atLow] = [0, left(0)];
  if (atLow <= 0) return 0;
  let high = Math.max(1, guess);
  let atHigh = left(high);
  // No row pays a share of it. Beyond all counting, one debt is like another: more may still repay it.
  if (atHigh >= atLow && atHigh < Number.MAX_SAFE_INTEGER) return 0;
  for (let most = 2 ** 50; atHigh > 0 && high < most; ) [low, atLow, high, atHigh] = [high, atHigh, high * 2, left(high * 2)];
  for (let turn = 0; high - low > 1; turn++) {
    const onLine = low + Math.floor((atLow * (high - low)) / (atLow - atHigh));
    const at = turn % 3 === 2 ? Math.floor((low + high) / 2) : Math.min(high - 1, Math.max(low + 1, onLine + (turn % 3)));
    const value = left(at);
    if (value > 0) [low, atLow] = [at, value];
    else [high, atHigh] = [at, value];
  }
  return rounded(terms, -atHigh < atLow ? high : low);
}

/** Whether what a payment leaves after the last row opens another one. */
export function opensAnother(terms: LoanTerms, last: ProgressiveRow, payment: Minor): boolean {
  const principal = payment - last.interest;
  const rest = last.principal - principal;
  return principal > 0 && rest > terms.balloon && !joins(terms, BigInt(principal), BigInt(rest));
}
