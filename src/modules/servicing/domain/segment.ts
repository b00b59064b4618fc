import { accruedInterest, divideRounded, partOfPeriodInterest, safeNumber, toDay, type IsoDate, type LoanState, type Rounding } from "#engine/index.ts";

/**
 * How a loan's interest grows until its next event: the closed formula of one day's accrual, so that end of day reads one
 * narrow row per loan and no history. It equals the engine's `accruedInterest` on every day from `from` to `until`; a test
 * holds them equal.
 * - `row`: the current row's interest by days of its period, rounded once, less what was paid of it, plus what earlier rows owe;
 * - `balance`: interest of the running period on one balance, each month a twelfth of the year, plus what was owed when it began;
 * - `daily`: principal × rate × days, carried in millionths of a minor unit, plus what was accrued before.
 */
export type Segment =
  | { readonly kind: "row"; readonly from: IsoDate; readonly until: IsoDate; readonly interest: number; readonly days: number; readonly paid: number; readonly base: number; readonly rounding: Rounding }
  | { readonly kind: "balance"; readonly from: IsoDate; readonly until: IsoDate; readonly principal: number; readonly ratePpb: number; readonly months: number; readonly days: number; readonly base: number; readonly rounding: Rounding }
  | { readonly kind: "daily"; readonly from: IsoDate; readonly until: null; readonly principal: number; readonly ratePpb: number; readonly yearDays: number; readonly accruedMicro: string; readonly rounding: Rounding };

/** The segment a loan is in on a day; null when its interest must be asked of the engine, or when none grows. */
export function segmentOf(state: LoanState, on: IsoDate): Segment | null {
  const { terms } = state;
  if (state.chargedOffDate !== null || state.status !== "active") return null;
  if (terms.model === "daily_simple") {
    const { accrual } = state;
    if (accrual === null || terms.interest.daysInYear === "actual" || terms.interest.daysInMonth !== "actual") return null;
    return {
      kind: "daily", from: accrual.fromDate, until: null, principal: accrual.principal, ratePpb: accrual.ratePpb, yearDays: terms.interest.daysInYear,
      accruedMicro: (BigInt(accrual.accrued) * 1_000_000n + BigInt(accrual.accruedMicro)).toString(), rounding: terms.rounding,
    };
  }
  if (terms.model === "progressive") return balanceSegment(state, on);
  if (terms.model !== "classic" || terms.interest.recalculation !== null) return null;
  let base = 0;
  for (const row of state.installments) {
    const settled = row.paid.interest + row.waived.interest + row.writtenOff.interest;
    if (row.dueDate <= on) {
      base += Math.max(0, row.due.interest - settled);
      continue;
    }
    if (row.fromDate > on) return null;
    return { kind: "row", from: row.fromDate, until: row.dueDate, interest: row.due.interest, days: toDay(row.dueDate) - toDay(row.fromDate), paid: settled, base, rounding: terms.rounding };
  }
  return null;
}

/** A loan of one installment amount whose overdue principal earns nothing further: its balance moves with money and due dates alone. */
function balanceSegment(state: LoanState, on: IsoDate): Segment | null {
  const { interest, installments, rounding, compatibility } = state.terms;
  if (interest.recalculation === null || interest.recalculation.overdueEarnsInterest || interest.recalculation.payoffInterest !== "to_payoff_date") return null;
  if (interest.calculation !== "equal_periods" || installments.unit !== "months" || compatibility.calculationDigits !== null) return null;
  if (state.events.some((e) => !QUIET_EVENTS.has(e.type))) return null;
  const row = state.installments.find((r) => r.fromDate <= on && on < r.dueDate);
  if (row === undefined) return null;
  // Money for rows already due changes no balance that earns: they left it on their due dates.
  const moved = state.transactions.filter((t) => !t.reversed && t.date <= on && t.lines.some((l) => l.dueDate >= row.dueDate && l.parts.principal !== 0)).map((t) => t.date);
  const from = moved.reduce((last, date) => (date > last ? date : last), row.fromDate);
  let principal = 0;
  for (const d of state.disbursements) principal += d.amount;
  for (const r of state.installments) principal -= r.dueDate <= on ? r.due.principal : r.paid.principal;
  const days = toDay(row.dueDate) - toDay(row.fromDate);
  const grown = partOfPeriodInterest(principal, interest.ratePpb, installments.every, toDay(on) - toDay(from), days, rounding);
  return { kind: "balance", from, until: row.dueDate, principal, ratePpb: interest.ratePpb, months: installments.every, days, base: accruedInterest(state, on) - grown, rounding };
}

/** Events after which a loan's balance still follows its rows and payments; others are left to the engine. */
const QUIET_EVENTS: ReadonlySet<string> = new Set(["disbursed", "paymentReceived", "chargeAdded", "chargeWaived", "accrualPosted", "delinquencyClassified"]);

/**
 * Interest earned and unpaid up to a day, that day not counted. Minor units; undefined outside the segment's days.
 * @example a row of 31.00 over 31 days, ten days in: 10.00
 */
export function interestOf(segment: Segment, through: IsoDate): number | undefined {
  if (through < segment.from || (segment.until !== null && through > segment.until)) return undefined;
  const days = toDay(through) - toDay(segment.from);
  if (segment.kind === "row") {
    const earned = segment.interest === 0 ? 0 : safeNumber(divideRounded(BigInt(segment.interest) * BigInt(days), BigInt(segment.days), segment.rounding));
    return segment.base + Math.max(0, earned - segment.paid);
  }
  if (segment.kind === "balance") return segment.base + partOfPeriodInterest(segment.principal, segment.ratePpb, segment.months, days, segment.days, segment.rounding);
  const micro = divideRounded(BigInt(segment.principal) * BigInt(segment.ratePpb) * BigInt(days) * 1_000_000n, BigInt(segment.yearDays) * 1_000_000_000n, "half-even");
  return safeNumber(divideRounded(BigInt(segment.accruedMicro) + micro, 1_000_000n, segment.rounding));
}
