import { civilToDay, dayToCivil, daysInMonth, daysInYear } from "./date.ts";
import type { Day } from "./date.ts";
import type { Fraction } from "./day-count-ratio.ts";
import type { DrawnRow, Stretch } from "./drawn.ts";
import type { Disbursed } from "./events.ts";
import { newMind, progressiveModel } from "./progressive.ts";
import { yearsOfPart } from "./progressive-book.ts";
import type { ProgressiveBook, ProgressiveRow } from "./progressive-book.ts";
import { isFree, ruleAt } from "./progressive-plan.ts";
import type { BookPlan } from "./progressive-plan.ts";
import { carriedInto } from "./progressive-walk.ts";
import { addFractions, isInterestPaused, rateOn } from "./rate-line.ts";
import { newWork } from "./run.ts";
import type { LoanTerms } from "./terms.ts";

type Part = ProgressiveRow["segments"][number];

/**
 * A row of a progressive schedule with what it was worked out from.
 *
 * @param due  the due date of one of its rows, as a day
 */
export function progressiveRow(terms: LoanTerms, payout: Disbursed, due: Day): DrawnRow {
  const mind = newMind(terms);
  const model = progressiveModel(terms, mind);
  const work = newWork(terms);
  model.shape(work, payout);
  const { book, plan } = mind;
  const index = book.rows.findIndex((r) => r.due === due);
  const row = book.rows[index] as ProgressiveRow;
  const rule = ruleAt(plan, index, row.due);
  // A payout on the first day cuts off a part without days; each row has a part with some.
  const segments = row.segments.filter((segment) => segment.to > segment.from);
  const stretches = segments.map((segment) => stretchOf(book, plan, row, segment, isFree(rule)));
  const own = row.segments.reduce((sum, s) => sum + s.interest, 0);
  const carried = carriedInto(book, index);
  const amount = Math.min(carried, Math.max(0, row.interest - own));
  return {
    from: row.from, due: row.due, principal: row.principal, interest: row.interest, balance: row.balance, rule, stretches, lent: 0,
    opening: (segments[0] as Part).balance, base: rule.pays === "share" ? plan.base : null,
    brought: amount > 0 ? { from: carriedSince(book, index), amount } : null, putOff: Math.max(0, carriedInto(book, index + 1)),
  };
}

/** Since when interest has been waiting that is carried into a row. */
function carriedSince(book: ProgressiveBook, index: number): Day {
  let first = index;
  while (carriedInto(book, first) > 0) first--;
  return (book.rows[first] as ProgressiveRow).from;
}

function stretchOf(book: ProgressiveBook, plan: BookPlan, row: ProgressiveRow, { from, to, balance, compounded, interest }: Part, free: boolean): Stretch {
  return {
    from, to, balance: BigInt(balance + (compounded ?? 0)), ratePpb: rateOn(book.rates, from), years: yearsOfPart(book, row, from, to) ?? yearsByMonth(book, plan.terms, row, from, to),
    interest: { numerator: BigInt(interest), denominator: 1n }, paused: free || isInterestPaused(plan.pauses, from),
  };
}

/** Years of part of a row as its rate factor counts them (`rateFactor`), as an exact fraction. */
function yearsByMonth(book: ProgressiveBook, terms: LoanTerms, row: ProgressiveRow, from: Day, to: Day): Fraction {
  const { every, unit, interest: { calculation, daysInYear: basis } } = book;
  const share = (span: number, days: number, yearDays: number): Fraction => ({ numerator: BigInt(days * every * span), denominator: BigInt(yearDays * (row.due - row.from)) });
  if (calculation === "equal_periods" && unit === "months") return share(to - from, 1, 12);
  const civil = dayToCivil(from);
  const days = unit === "months" ? (terms.interest.daysInMonth === 30 ? 30 : daysInMonth(civil.year, civil.month)) : unit === "weeks" ? 7 : unit === "years" ? 360 : 1;
  if (basis !== "actual") return share(to - from, days, basis);
  const endYear = dayToCivil(to).year;
  if (civil.year === endYear) return share(to - from, days, daysInYear(civil.year));
  const newYearsEve = civilToDay(civil.year, 12, 31);
  return addFractions(share(newYearsEve - from, days, daysInYear(civil.year)), share(to - newYearsEve, days, daysInYear(endYear)));
}
