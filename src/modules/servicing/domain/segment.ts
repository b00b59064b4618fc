import { accruedInterest, addDays, divideRounded, fromDay, MAX_DAY, safeNumber, toDay, wholeDays, type IsoDate, type LoanState, type Rounding } from "#engine/index.ts";

/**
 * How a loan's interest grows until its next event, as whole numbers: end of day reckons it in SQL over narrow rows and reads no
 * history (`servicing.interest_of`). It equals the engine's `accruedInterest` on every day from `from` to `until`; tests hold all
 * three equal. With `days` counted from `from`:
 * - `once`: base + max(0, round(slope × days ÷ divisor) − carry), where `carry` is what was paid of this period already;
 * - `carried`: base + round((carry + round(slope × days ÷ divisor)) ÷ 1,000,000), `carry` in millionths of a minor unit.
 */
export interface Segment {
  readonly kind: "once" | "carried";
  readonly from: IsoDate;
  readonly until: IsoDate;
  readonly slope: bigint;
  readonly divisor: bigint;
  readonly carry: bigint;
  readonly base: bigint;
  readonly rounding: Rounding;
}

/** The segment a loan is in on a day; null when its interest must be asked of the engine, or when none grows. */
export function segmentOf(state: LoanState, on: IsoDate): Segment | null {
  if (state.chargedOffDate !== null || state.status !== "active" || varies(state)) return null;
  const segment = state.terms.model === "daily_simple" ? dailySegment(state) : state.terms.model === "progressive" ? balanceSegment(state, on) : rowSegment(state, on);
  return segment === null || (state.terms.model === "progressive" && !followed(state, segment)) ? null : reduced(segment);
}

/** Whether the engine grows by the formula: money ahead of its rows may leave a row without interest, which no formula foresees. */
function followed(state: LoanState, segment: Segment): boolean {
  return [addDays(segment.from, 1), segment.until].every((day) => day > segment.until || interestOf(segment, day) === accruedInterest(state, day));
}

/** Interest that does not grow by one rate from day to day is left to the engine. */
function varies({ terms, events }: LoanState): boolean {
  const { method, pauses = [], compounding, dayCount } = terms.interest;
  return terms.ratePlan !== undefined || method === "precomputed" || pauses.length > 0 || compounding !== undefined || dayCount !== undefined || events.some((e) => e.type === "interestPaused" || e.type === "indexFixed" || (e.type === "deferred" && e.interest === "none"));
}

/** Principal × rate by the day, carried in millionths. */
function dailySegment({ terms, accrual }: LoanState): Segment | null {
  const { daysInYear, daysInMonth } = terms.interest;
  if (accrual === null || daysInYear === "actual" || daysInMonth !== "actual") return null;
  return {
    kind: "carried", from: accrual.fromDate, until: LAST_DAY, slope: BigInt(accrual.principal) * BigInt(accrual.ratePpb) * 1_000_000n, divisor: BigInt(daysInYear) * 1_000_000_000n,
    carry: BigInt(accrual.accrued) * 1_000_000n + BigInt(accrual.accruedMicro), base: 0n, rounding: terms.rounding,
  };
}

/** Fixed rows: the current row's interest by days of its period, less what was paid of it, plus what earlier rows owe. */
function rowSegment(state: LoanState, on: IsoDate): Segment | null {
  const { terms } = state;
  if (terms.model !== "classic" || terms.interest.recalculation !== null) return null;
  let base = 0;
  for (const row of state.installments) {
    const settled = row.paid.interest + row.waived.interest + row.writtenOff.interest;
    if (row.dueDate <= on) {
      base += Math.max(0, row.due.interest - settled);
      continue;
    }
    if (row.fromDate > on) return null;
    return { kind: "once", from: row.fromDate, until: row.dueDate, slope: BigInt(row.due.interest), divisor: BigInt(toDay(row.dueDate) - toDay(row.fromDate)), carry: BigInt(settled), base: BigInt(base), rounding: terms.rounding };
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
  // Asked for the latest of them only, however many came on one day.
  let from = row.fromDate;
  for (const t of state.transactions) if (t.date > from && t.date <= on && !t.reversed && t.lines.some((l) => l.dueDate >= row.dueDate && l.parts.principal !== 0)) from = t.date;
  let principal = 0;
  for (const d of state.disbursements) principal += d.amount;
  for (const r of state.installments) principal -= r.dueDate <= on ? r.due.principal : r.paid.principal;
  const growing = {
    kind: "once", from, until: row.dueDate, slope: BigInt(principal) * BigInt(interest.ratePpb) * BigInt(installments.every), divisor: 12_000_000_000n * BigInt(wholeDays(state.terms, toDay(row.fromDate), toDay(row.dueDate), row.fromDate === state.disbursements[0]?.date)), carry: 0n, rounding,
  } as const;
  const grown = divideRounded(growing.slope * BigInt(toDay(on) - toDay(from)), growing.divisor, rounding);
  return { ...growing, base: BigInt(accruedInterest(state, on)) - grown };
}

/** Events after which a loan's balance still follows its rows and payments; others are left to the engine. */
const QUIET_EVENTS: ReadonlySet<string> = new Set(["disbursed", "paymentReceived", "chargeAdded", "chargeWaived", "accrualPosted", "delinquencyClassified"]);

/** Daily interest goes on for ever. */
const LAST_DAY = fromDay(MAX_DAY);
/** As far as a segment is reckoned ahead: a hundred years. */
const MOST_DAYS = 36_600n;
/** What PostgreSQL's whole numbers hold. */
const MOST = 2n ** 63n - 1n;

/** The fraction in lowest terms, until the day up to which SQL's whole numbers hold what it grows to; null when that is no day at all. */
function reduced(segment: Segment): Segment | null {
  let [a, b] = [segment.slope, segment.divisor];
  while (b > 0n) [a, b] = [b, a % b];
  const [slope, divisor] = a === 0n ? [segment.slope, segment.divisor] : [segment.slope / a, segment.divisor / a];
  if (slope < 0n || segment.carry < 0n || segment.carry > MOST / 2n) return null;
  const days = slope === 0n ? MOST_DAYS : MOST / 2n / slope;
  if (days < 1n) return null;
  const held = addDays(segment.from, Number(days < MOST_DAYS ? days : MOST_DAYS));
  return { ...segment, slope, divisor, until: segment.until < held ? segment.until : held };
}

/**
 * Interest earned and unpaid up to a day, that day not counted. Minor units; undefined outside the segment's days.
 * @example a row of 31.00 over 31 days, ten days in: 10.00
 */
export function interestOf(segment: Segment, through: IsoDate): number | undefined {
  if (through < segment.from || through > segment.until) return undefined;
  const { kind, slope, divisor, carry, base, rounding } = segment;
  const grown = slope * BigInt(toDay(through) - toDay(segment.from));
  if (kind === "carried") return safeNumber(base + divideRounded(carry + divideRounded(grown, divisor, "half-even"), 1_000_000n, rounding));
  const earned = divideRounded(grown, divisor, rounding) - carry;
  return safeNumber(base + (earned > 0n ? earned : 0n));
}
