import { decimalText, formatAmount, money, payable, rateFactor, recompute, solveAmount, toDay } from "#engine/index.ts";
import type { ProgressiveBook, ProgressiveRow } from "#engine/index.ts";
import type { GoldenCase, GoldenStep, GoldenTerms } from "./loan-format.ts";
import { dateOf } from "./loan-session.ts";
import { minor, ppb } from "./loan-terms.ts";

type Row = Record<string, unknown>;

/** Runs a case on the progressive calculator alone. @returns the first difference, or null */
export function runCalculatorCase(golden: GoldenCase): string | null {
  const { terms } = golden;
  const book = bookOf(terms);
  for (const [index, step] of golden.steps.entries()) {
    play(book, step, terms);
    const difference = step.expect === undefined ? null : compare(book, step.expect, terms);
    if (difference !== null) return `step ${index} (${step.do}): ${difference}`;
  }
  return null;
}

function bookOf(t: GoldenTerms): ProgressiveBook {
  const rows = (t.installments.periods ?? []).map((p): ProgressiveRow => ({
    from: toDay(dateOf(p.from_date)), due: toDay(dateOf(p.due_date)), amount: 0, credited: 0, paidPrincipal: 0, paidInterest: 0, payments: [], principal: 0, interest: 0, balance: 0, segments: [],
  }));
  const year = t.interest.days_in_year;
  return {
    rows, lent: [], factors: { rates: 0, byRow: new Map() }, rates: [{ fromDay: rows[0]?.from ?? 0, ratePpb: ppb(t.interest.rate_percent) * (t.interest.rate_unit === "month" ? 12 : 1) }],
    overdueUntil: null, every: t.installments.every, unit: t.installments.unit, digits: t.calculation_digits ?? 12, rounding: "half-even",
    multiple: t.installment_rounding_multiple === null ? null : t.installment_rounding_multiple * 100,
    interest: { daysInYear: year === "actual" ? "actual" : (Number(year) as 360), daysInMonth: t.interest.days_in_month === "30" ? 30 : "actual", calculation: "actual_days" },
  };
}

function play(book: ProgressiveBook, step: GoldenStep, t: GoldenTerms): void {
  const day = toDay(dateOf(step.date));
  const amount = minor(step.amount ?? "0.00", t.currency);
  switch (step.do) {
    case "disburse":
      book.lent.push({ day, amount });
      return solveAmount(book, day);
    case "balance_correction":
      book.lent.push({ day, amount });
      return recompute(book);
    case "pay_principal": {
      const row = rowDue(book, step.installment_due_date);
      row.paidPrincipal += amount;
      row.payments.push({ day, amount });
      return recompute(book);
    }
    case "pay_interest":
      rowDue(book, step.installment_due_date).paidInterest += amount;
      return recompute(book);
    default: throw new RangeError(`step ${step.do} is not understood`);
  }
}

function rowDue(book: ProgressiveBook, date: string | undefined): ProgressiveRow {
  const row = book.rows.find((r) => r.due === toDay(dateOf(date)));
  if (!row) throw new RangeError(`no installment is due on ${date ?? "?"}`);
  return row;
}

function compare(book: ProgressiveBook, expect: Record<string, unknown>, t: GoldenTerms): string | null {
  const text = (value: number) => formatAmount(money(value, t.currency));
  for (const [field, expected] of Object.entries(expect)) {
    let difference: string | null = null;
    if (field === "installments") difference = compareRows(book, expected as Row[], text);
    else if (field === "payable") difference = comparePayable(book, expected as Row[], text);
    else if (field === "installment_amount_all_but_last") difference = book.rows.slice(0, -1).every((r) => text(r.amount) === expected) ? null : "an installment differs";
    else return `expectation ${field} is not understood`;
    if (difference !== null) return `${field}: ${difference}`;
  }
  return null;
}

function compareRows(book: ProgressiveBook, expected: readonly Row[], text: (value: number) => string): string | null {
  if (expected.length !== book.rows.length) return `${book.rows.length} rows, expected ${expected.length}`;
  for (const [i, wanted] of expected.entries()) {
    const row = book.rows[i] as ProgressiveRow;
    const actual: Row = { amount: text(row.amount), interest: text(row.interest), principal: text(row.principal), balance: text(row.balance) };
    for (const [field, value] of Object.entries(actual)) if (wanted[field] !== undefined && wanted[field] !== value) return `${field} of row ${i + 1} is ${String(value)}, expected ${String(wanted[field])}`;
    for (const segment of (wanted["interest_segments"] ?? []) as { segment: number; rate_factor: string; interest: string }[]) {
      const found = row.segments[segment.segment - 1];
      if (!found) return `row ${i + 1} has no segment ${segment.segment}`;
      const factor = decimalText(found.factor ?? rateFactor(book, row, found.from, found.to), 12);
      if (Number(factor) !== Number(segment.rate_factor)) return `factor of row ${i + 1} segment ${segment.segment} is ${factor}, expected ${segment.rate_factor}`;
      if (text(found.interest) !== segment.interest) return `interest of row ${i + 1} segment ${segment.segment} is ${text(found.interest)}, expected ${segment.interest}`;
    }
  }
  return null;
}

function comparePayable(book: ProgressiveBook, expected: readonly Row[], text: (value: number) => string): string | null {
  for (const wanted of expected) {
    const p = payable(book, rowDue(book, String(wanted["installment_due_date"])), toDay(dateOf(String(wanted["as_of"]))));
    const actual: Row = { outstanding_principal: text(p.outstanding), principal: text(p.principal), interest: text(p.interest) };
    for (const [field, value] of Object.entries(actual)) if (wanted[field] !== undefined && wanted[field] !== value) return `${field} as of ${String(wanted["as_of"])} is ${String(value)}, expected ${String(wanted[field])}`;
  }
  return null;
}
