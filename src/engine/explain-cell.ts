import { buildSchedule } from "./answers.ts";
import type { Schedule, ScheduleRow } from "./answers.ts";
import { chargeParts } from "./charge-rules.ts";
import { drawPlan } from "./composed.ts";
import { rowInterest } from "./drawn.ts";
import { byDays } from "./daily-plan.ts";
import { daysBetween, toDay } from "./date.ts";
import type { IsoDate } from "./date.ts";
import type { Fraction } from "./day-count-ratio.ts";
import type { Carry, DrawInput, DrawnRow, Stretch } from "./drawn.ts";
import { formatAmount, money } from "./money.ts";
import { dayText } from "./periods.ts";
import { progressiveRow } from "./progressive-cell.ts";
import { formatPercent, rate } from "./rate.ts";
import { effectiveRate } from "./rate-line.ts";
import { ruleOf, ruleText } from "./row-rules.ts";
import { EngineRefusal } from "./state.ts";
import { planInput } from "./structure.ts";
import type { LoanTerms, Minor } from "./terms.ts";

/** Columns of a schedule that can be asked about. */
export const SCHEDULE_COLUMNS = ["dueDate", "principal", "interest", "fees", "total", "balance"] as const;
export type ScheduleColumn = (typeof SCHEDULE_COLUMNS)[number];

/** A stretch of days on one balance at one rate. `years` is an exact fraction ("31/360"), `rate` in percent, amounts decimal strings. */
export type CellStretch = { from: IsoDate; to: IsoDate; days: number; balance: string; rate: string; years: string; interest: string };

/**
 * Why a cell of a schedule is what it is. `value` and amounts in `inputs` are decimal strings of the currency, dates and plain counts;
 * `stretches` is what an interest cell sums up (empty for the others, and where a model works by another formula).
 */
export type CellExplanation = {
  row: number; column: ScheduleColumn; value: string; formula: string; inputs: { name: string; value: string }[]; stretches: CellStretch[]; rule: string; sentence: string;
};

type Told = Pick<CellExplanation, "value" | "formula" | "inputs" | "rule" | "sentence"> & { stretches?: CellStretch[] };
type Cell = { terms: LoanTerms; schedule: Schedule; row: ScheduleRow; drawn: DrawnRow | null; text: (minor: Minor) => string };

/**
 * Formula, inputs, rule and one sentence for one cell of the schedule of agreed terms.
 *
 * @param row  number of the row, from 1
 * @throws EngineRefusal  terms that cannot make a schedule
 * @throws RangeError     there is no such row
 * @example  explainCell(terms, 1, "interest").sentence: "Row 1 bears 10.00 of interest: 1000.00 at 12 % for 31 days …"
 */
export function explainCell(terms: LoanTerms, row: number, column: ScheduleColumn): CellExplanation {
  const schedule = buildSchedule(terms);
  const found = schedule.rows[row - 1];
  if (!found) throw new RangeError(`there is no row ${row}`);
  const text = (minor: Minor) => formatAmount(money(minor, terms.currency));
  const cell: Cell = { terms, schedule, row: found, drawn: drawnRow(terms, schedule, found), text };
  return { row, column, stretches: [], ...tell(cell, column) };
}

function tell(cell: Cell, column: ScheduleColumn): Told {
  switch (column) {
    case "dueDate": return tellDate(cell);
    case "principal": return tellPrincipal(cell);
    case "interest": return tellInterest(cell);
    case "fees": return tellFees(cell);
    case "total": return tellTotal(cell);
    case "balance": return tellBalance(cell);
  }
}

/** The row as the drawing by rules makes it, when the schedule has its figures; `null` where a model has its own way. */
function drawnRow(terms: LoanTerms, schedule: Schedule, row: ScheduleRow): DrawnRow | null {
  if (terms.interest.method !== "declining" || row.fromDate === row.dueDate) return null;
  const daily = terms.model === "daily_simple" ? byDays(terms) : terms;
  const payout = { type: "disbursed" as const, id: "preview", sequence: 1, valueDate: terms.disbursementDate, businessDate: terms.disbursementDate, amount: terms.principal };
  if (terms.model === "progressive") return progressiveRow(terms, payout, toDay(row.dueDate));
  try {
    const input = { ...planInput(daily, [payout]), offset: 0 };
    const drawn = drawPlan(daily, input);
    const rows = schedule.rows.filter((r) => r.fromDate !== r.dueDate);
    if (terms.model === "daily_simple") return dailyRow(daily, input, drawn, rows, row);
    const found = drawn.find((r) => dayText(r.due) === row.dueDate);
    if (found && found.principal === row.principal && found.interest === row.interest) return found;
    return terms.grace.interestInstallments > 0 ? graceRow(terms, input, rows, row) : null;
  } catch (error) {
    if (error instanceof EngineRefusal) return null;
    throw error;
  }
}

/** A row of daily simple interest: unpaid interest stays interest, whether or not it bears interest, and is paid before principal. */
function dailyRow(terms: LoanTerms, input: DrawInput, drawn: readonly DrawnRow[], rows: readonly ScheduleRow[], wanted: ScheduleRow): DrawnRow | null {
  const lent = input.lent.reduce((sum, l) => sum + l.amount, 0);
  const carry: Carry = { unit: 1n, balance: BigInt(lent), used: input.lent.length, deferred: 0n, deferredFrom: 0, compounded: 0n };
  for (const [i, row] of rows.entries()) {
    const plan = drawn[i];
    if (!plan) return null;
    const opening = Number(carry.balance);
    const { interest, stretches } = rowInterest(terms, input, carry, { from: plan.from, to: plan.due, due: plan.due }, i, () => false);
    const earned = plan.rule.pays === "nothing" && plan.rule.interest === "none" ? 0 : Number(interest);
    const before = { amount: Number(carry.deferred), from: carry.deferredFrom };
    const left = Math.max(0, before.amount + earned - row.interest);
    if (row.number === wanted.number) return { ...plan, principal: row.principal, interest: row.interest, opening, lent: 0, stretches, putOff: left, brought: before.amount > 0 && row.interest > earned ? { from: before.from, amount: Math.min(before.amount, row.interest - earned) } : null };
    if (before.amount === 0) carry.deferredFrom = plan.from;
    carry.deferred = BigInt(left);
    carry.compounded = plan.principal < 0 || carry.compounded > carry.deferred ? carry.deferred : carry.compounded;
    carry.balance -= BigInt(row.principal);
  }
  return null;
}

/** A row of a plain schedule whose first rows ask for no interest: each bears its own, and what waits is asked for by the first row after them. */
function graceRow(terms: LoanTerms, input: DrawInput, rows: readonly ScheduleRow[], wanted: ScheduleRow): DrawnRow | null {
  let waiting = 0;
  for (const [i, row] of rows.entries()) {
    const period = input.periods[i];
    if (!period) return null;
    const opening = row.balance + row.principal;
    const carry: Carry = { unit: 1n, balance: BigInt(opening), used: input.lent.length, deferred: 0n, deferredFrom: 0, compounded: 0n };
    const { interest, stretches } = rowInterest(terms, input, carry, period, i, () => false);
    const owned = Number(interest) + waiting;
    const waits = input.noInterest(i);
    if (row.interest !== (waits ? 0 : owned)) return null;
    const brought = waits || waiting === 0 ? null : { from: input.start, amount: waiting };
    if (row === wanted) return { from: period.from, due: period.due, principal: row.principal, interest: row.interest, balance: row.balance, rule: ruleOf(terms, input, period, i), opening, lent: 0, base: null, stretches, putOff: waits ? owned : 0, brought };
    waiting = waits ? owned : 0;
  }
  return null;
}

function tellInterest(cell: Cell): Told {
  const { terms, row, drawn, text } = cell;
  const value = text(row.interest);
  if (!drawn) return tellInterestPlainly(cell);
  const stretches = drawn.stretches.map((stretch) => tellStretch(cell, stretch));
  const inputs = [{ name: "opening balance", value: text(drawn.opening + drawn.lent) }, { name: "days", value: String(daysBetween(row.fromDate, row.dueDate)) }, { name: "counted by", value: countText(terms) }];
  if (drawn.brought) inputs.push({ name: `put off since ${dayText(drawn.brought.from)}`, value: text(drawn.brought.amount) });
  if (drawn.putOff > 0) inputs.push({ name: "left for later rows", value: text(drawn.putOff) });
  const own = stretches.map((s) => `${s.balance} at ${s.rate} % from ${s.from} to ${s.to} (${s.days} days, ${s.years} of a year)`).join(", then ");
  const earlier = drawn.brought ? `, and ${text(drawn.brought.amount)} that earlier rows put off` : "";
  const putOff = !isLast(cell) && (drawn.rule.pays === "nothing" || (drawn.rule.pays === "share" && drawn.rule.interest !== "pay"));
  const sentence = putOff ? `Row ${row.number} asks for ${value} of interest: ${ruleText(drawn.rule)}.` : `Row ${row.number} bears ${value} of interest: ${own}${earlier}, rounded ${terms.rounding}.`;
  const formula = terms.model === "progressive" && stretches.length > 1 ? "interest = Σ (balance × rate × years, rounded)" : "interest = Σ balance × rate × years, rounded once";
  return { value, formula, inputs, stretches, rule: ruleSaid(cell), sentence };
}

function isLast({ schedule, row }: Cell): boolean {
  return row.number === schedule.rows.length;
}

/** What the row pays by; the last one pays what is left, whatever rows like it pay. */
function ruleSaid(cell: Cell): string {
  if (!cell.drawn) return cell.terms.amortization.replace("_", " ");
  return isLast(cell) && cell.drawn.rule.pays === "nothing" ? "all that is left is paid" : ruleText(cell.drawn.rule);
}

function tellStretch({ terms, text }: Cell, { from, to, balance, ratePpb, years, paused, interest }: Stretch): CellStretch {
  const shown = paused ? 0 : effectiveRate(terms, Number(balance), ratePpb);
  const exact = Number(interest.numerator) / Number(interest.denominator);
  return { from: dayText(from), to: dayText(to), days: to - from, balance: text(Number(balance)), rate: formatPercent(rate(shown)), years: fractionText(years), interest: text(Math.round(exact)) };
}

/** Interest that no stretches tell: flat, precomputed, and models with a formula of their own. */
function tellInterestPlainly({ terms, schedule, row, text }: Cell): Told {
  const value = text(row.interest);
  const days = daysBetween(row.fromDate, row.dueDate);
  const yearly = `${formatPercent(rate(terms.interest.ratePpb))} %`;
  const inputs = [{ name: "rate", value: yearly }, { name: "days", value: String(days) }, { name: "counted by", value: countText(terms) }];
  const count = schedule.rows.length;
  if (terms.interest.method === "precomputed") {
    const charge = text(schedule.totals.interest);
    const byDigits = terms.interest.rebate !== "actuarial";
    const digits = `${count - row.number + 1}/${(count * (count + 1)) / 2}`;
    return {
      value, inputs: [{ name: "finance charge", value: charge }, ...(byDigits ? [{ name: "digits", value: digits }] : []), ...inputs], rule: byDigits ? "Rule of 78" : "actuarial",
      formula: byDigits ? "interest = charge × (n − k + 1) ÷ (n(n + 1) ÷ 2), rounded on the sum so far" : "interest = balance × the rate the payments yield",
      sentence: byDigits ? `Row ${row.number} earns ${value}: ${digits} of the charge of ${charge}.` : `Row ${row.number} earns ${value} of the charge of ${charge}: what its balance bears at the rate the payments yield.`,
    };
  }
  const base = terms.interest.method === "flat" ? terms.principal : row.balance + row.principal;
  const on = terms.interest.method === "flat" ? "the whole amount lent" : "the balance";
  return {
    value, formula: `interest = ${on} × rate × time, rounded`, inputs: [{ name: on, value: text(base) }, ...inputs], rule: `${terms.interest.method}, ${terms.model}`,
    sentence: row.fromDate === row.dueDate ? `Row ${row.number} is a down payment and bears no interest.` : `Row ${row.number} bears ${value} of interest: ${on} of ${text(base)} at ${yearly} from ${row.fromDate} to ${row.dueDate} (${days} days).`,
  };
}

function tellPrincipal(cell: Cell): Told {
  const { terms, row, drawn, text } = cell;
  const value = text(row.principal);
  const paid = row.principal + row.interest;
  const inputs = [{ name: "payment", value: text(paid) }, { name: "interest", value: text(row.interest) }, { name: "opening balance", value: text(row.balance + row.principal) }];
  if (drawn !== null && drawn.base !== null) inputs.push({ name: terms.amortization === "equal_principal" ? "base share" : "base payment", value: text(drawn.base) });
  const rule = ruleSaid(cell);
  if (row.fromDate === row.dueDate) return { value, formula: "down payment = payout × share", inputs, rule: "down payment", sentence: `${value} of the payout is due the day it is made.` };
  if (isLast(cell)) return { value, formula: "principal = what is left", inputs, rule, sentence: `The last row repays the ${value} that is left.` };
  if (row.principal < 0) return { value, formula: "principal = payment − interest", inputs, rule, sentence: `Row ${row.number} pays ${text(paid)} of ${text(row.interest)} of interest; ${text(-row.principal)} becomes principal.` };
  if (row.principal === 0) return { value, formula: "principal = 0", inputs, rule, sentence: `Row ${row.number} repays no principal: ${rule}.` };
  const given = drawn?.rule.pays === "principal" || terms.amortization === "equal_principal";
  const sentence = given ? `Row ${row.number} repays ${value}, its share of principal; interest comes on top.` : `Row ${row.number} repays ${value}: ${text(paid)} less ${text(row.interest)} of interest.`;
  return { value, formula: given ? "principal = its share" : "principal = payment − interest", inputs, rule, sentence };
}

function tellTotal(cell: Cell): Told {
  const { row, drawn, text, terms } = cell;
  const value = text(row.total);
  const inputs = [{ name: "principal", value: text(row.principal) }, { name: "interest", value: text(row.interest) }, { name: "fees", value: text(row.fees) }];
  if (drawn !== null && drawn.base !== null && terms.amortization === "equal_installments") inputs.push({ name: "base payment", value: text(drawn.base) });
  const last = isLast(cell) ? " The last row takes what rounding left." : "";
  return { value, formula: "total = principal + interest + fees", inputs, rule: ruleSaid(cell), sentence: `${value} is due on ${row.dueDate}: principal ${text(row.principal)}, interest ${text(row.interest)}, fees ${text(row.fees)}.${last}` };
}

function tellBalance({ row, drawn, text }: Cell): Told {
  const value = text(row.balance);
  const opening = drawn ? drawn.opening : row.balance + row.principal;
  const inputs = [{ name: "opening balance", value: text(opening) }, { name: "paid out in the period", value: text(drawn?.lent ?? 0) }, { name: "principal", value: text(row.principal) }];
  return { value, formula: "balance = opening balance + paid out − principal", inputs, rule: "principal outstanding", sentence: `After row ${row.number}, ${value} of principal is left: ${text(opening + (drawn?.lent ?? 0))} less ${text(row.principal)}.` };
}

function tellFees({ terms, schedule, row, text }: Cell): Told {
  const inputs = terms.charges.filter((c) => c.timing === "every_installment" || (c.timing === "at_disbursement" && !c.deducted && row.number === 1)).flatMap((charge) => {
    const [principal, interest] = charge.timing === "every_installment" ? [row.principal, row.interest] : [terms.principal, schedule.totals.interest];
    const { net, tax, code, taxCode } = chargeParts(charge, { principal, interest, disbursed: principal, outstanding: terms.principal }, terms.rounding);
    return [{ name: code, value: text(net) }, ...(charge.taxPpb === undefined ? [] : [{ name: taxCode, value: text(tax) }])];
  });
  const value = text(row.fees);
  return { value, formula: "fees = Σ charges of the row", inputs, rule: "charges of the product", sentence: inputs.length === 0 ? `Row ${row.number} carries no fees.` : `Row ${row.number} carries ${value} of fees: ${inputs.map((i) => `${i.name} ${i.value}`).join(", ")}.` };
}

function tellDate({ terms, row, drawn }: Cell): Told {
  const { every, unit } = terms.installments;
  const { dates, calendar, payments } = terms;
  const rule = payments?.custom ? "given by hand" : dates?.kind === "semi_monthly" ? `days ${dates.days.join(" and ")} of each month` : dates?.kind === "month_end" ? "month end"
    : dates?.kind === "nth_weekday" ? `${dates.nth === -1 ? "last" : `number ${dates.nth} of the`} weekday ${dates.weekday} of the month` : `every ${every} ${unit}`;
  const moved = calendar.roll === "none" ? "" : `, moved to a business day (${calendar.roll.replace("_", " ")})`;
  const inputs = [{ name: "period from", value: row.fromDate }, { name: "days", value: String(drawn ? drawn.due - drawn.from : daysBetween(row.fromDate, row.dueDate)) }];
  return { value: row.dueDate, formula: "due date = date counted from the first, moved by the calendar", inputs, rule: rule + moved, sentence: `Row ${row.number} is due on ${row.dueDate}: ${rule}${moved}.` };
}

/** How time is counted. */
function countText({ interest, installments, model, dates }: LoanTerms): string {
  if (interest.calculation === "equal_periods" && model !== "daily_simple") return dates?.kind === "semi_monthly" ? "24 equal periods a year" : `equal periods of ${installments.every} ${installments.unit}`;
  return interest.dayCount ?? (interest.daysInMonth === 30 ? `30/${interest.daysInYear === "actual" ? 360 : interest.daysInYear}` : `actual/${interest.daysInYear}`);
}

function fractionText({ numerator, denominator }: Fraction): string {
  let [a, b] = [numerator, denominator];
  while (b !== 0n) [a, b] = [b, a % b];
  return `${numerator / a}/${denominator / a}`;
}
