import * as fc from "fast-check";
import { addDays, isoDate, loanTerms } from "../index.ts";
import type { IsoDate, LoanTerms, LoanTermsInput } from "../index.ts";
import { START } from "./histories.ts";

/** Random terms of every kind: plain ones, with one thing or several that vary. Those that cannot go together the engine refuses by name. */

const ppb = (percent: number) => Math.round(percent * 10_000_000);
const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 2) => fc.option(arbitrary, { nil: undefined, freq });

const ratePlan = fc.record({
  steps: maybe(fc.integer({ min: 1, max: 6 }).map((installment) => [{ installment, ratePpb: ppb(15) }, { installment: installment + 3, ratePpb: ppb(9) }])),
  tiers: maybe(fc.record({ on: fc.constantFrom("whole_balance" as const, "marginal" as const), limit: fc.integer({ min: 10_000, max: 40_000_00 }) }).map(({ on, limit }) => (
    { on, bands: [{ above: 0, upTo: limit, plusPpb: 0 }, { above: limit, upTo: null, plusPpb: ppb(3) }] }
  ))),
  onChange: fc.constantFrom("payment" as const, "level" as const, "term" as const),
});

const payments = fc.record({
  graduated: maybe(fc.record({ every: fc.integer({ min: 1, max: 6 }), percentPpb: fc.integer({ min: ppb(-20), max: ppb(20) }), times: fc.constantFrom(null, 2) })),
  seasonal: maybe(fc.constantFrom("none" as const, "accrue_to_first" as const, "capitalise" as const, "pay" as const).map((unpaidInterest) => ({ unpaidInterest, months: [{ month: 6, factorPpb: 0 }, { month: 10, factorPpb: 500_000_000 }] }))),
  multiple: maybe(fc.constantFrom({ of: 100 }, { of: 50_00, rounding: "up" as const })),
  negativeAmortization: fc.constant("capitalise" as const),
});

const dates = fc.constantFrom({ kind: "month_end" as const }, { kind: "semi_monthly" as const, days: [15, 31] as const }, { kind: "nth_weekday" as const, nth: -1, weekday: 5 });

const calendars = fc.constantFrom("following" as const, "modified_following" as const, "preceding" as const).map((roll) => ({ weekend: [6, 7], holidays: [isoDate("2025-05-01"), isoDate("2025-12-25")], roll, movesInterest: false }));

/** Loans whose payments are equal and whose rate stays: those of which most can be said. */
export const anyPlain: fc.Arbitrary<LoanTerms> = fc.record({
  principal: fc.oneof(fc.integer({ min: 100_000, max: 500_000_000 }), fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 1_000_000_000, max: 1_000_000_000_000 })),
  ratePpb: fc.oneof(fc.constant(0), fc.integer({ min: 1_000_000, max: ppb(48) })), count: fc.integer({ min: 1, max: 60 }), every: fc.constantFrom(1, 1, 1, 2, 3), unit: fc.constantFrom("months" as const, "months" as const, "weeks" as const, "days" as const, "years" as const),
  rounding: fc.constantFrom("half-even" as const, "half-up" as const, "half-down" as const), currency: fc.constantFrom("USD", "INR", "JPY", "KWD"),
}).map((r) => loanTerms({
  currency: r.currency, principal: r.principal, disbursementDate: START, rounding: r.rounding, interest: { ratePpb: r.ratePpb },
  installments: { count: r.unit === "years" ? Math.min(20, r.count) : r.count, every: r.unit === "days" ? r.every * 7 : r.every, unit: r.unit },
}));

/** Loans of every kind. */
export const anyLoan: fc.Arbitrary<LoanTerms> = fc.record({
  plain: anyPlain, model: fc.constantFrom("classic" as const, "classic" as const, "progressive" as const, "daily_simple" as const),
  amortization: fc.constantFrom("equal_installments" as const, "equal_installments" as const, "equal_principal" as const, "interest_only" as const, "bullet" as const),
  calculation: fc.constantFrom("equal_periods" as const, "actual_days" as const), method: fc.constantFrom("declining" as const, "declining" as const, "declining" as const, "flat" as const, "precomputed" as const),
  recalculates: fc.boolean(), overdue: fc.boolean(), prepayment: fc.constantFrom("next_installments" as const, "reduce_term" as const, "reduce_installment" as const), first: maybe(fc.integer({ min: 5, max: 75 }), 3),
  grace: fc.record({ rows: fc.integer({ min: 0, max: 3 }), interest: fc.constantFrom("none" as const, "accrue_to_first" as const, "capitalise" as const) }),
  balloonShare: fc.constantFrom(0, 0, 0, 0.2), down: fc.constantFrom(null, null, null, 250_000_000), ratePlan: maybe(ratePlan, 4), payments: maybe(payments, 4), dates: maybe(dates, 5), calendar: maybe(calendars, 4), compounds: fc.boolean(),
  fee: maybe(fc.constantFrom({ timing: "at_disbursement" as const, deducted: true }, { timing: "at_disbursement" as const, deducted: false }, { timing: "every_installment" as const }), 4),
}).map((r) => {
  const plain = r.plain;
  const classic = r.model === "classic";
  const input = {
    ...plain, model: r.model, amortization: r.amortization, prepayment: r.prepayment,
    interest: {
      ...plain.interest, calculation: r.calculation, method: classic && !r.recalculates ? r.method : "declining",
      recalculation: r.recalculates ? { rest: "daily", advance: "reduce_installment", payoffInterest: "to_payoff_date", overdueEarnsInterest: r.overdue } : null,
      ...(!classic && r.compounds ? { compounding: { every: 1, unit: "months" } } : {}),
    },
    firstDueDate: r.first === undefined || r.dates ? null : addDays(START, r.first),
    grace: r.model !== "daily_simple" ? { principalInstallments: Math.min(r.grace.rows, plain.installments.count - 1), interestInstallments: Math.min(r.grace.rows, plain.installments.count - 1), interest: r.grace.interest } : plain.grace,
    balloon: r.model !== "daily_simple" ? Math.floor(plain.principal * r.balloonShare) : 0, downPayment: r.down === null ? null : { percentPpb: r.down, autoCollect: false },
    ...(r.ratePlan ? { ratePlan: r.ratePlan } : {}), ...(r.payments ? { payments: r.payments } : {}),
    ...(r.dates && plain.installments.unit === "months" ? { dates: r.dates } : {}), ...(r.calendar ? { calendar: r.calendar } : {}),
    charges: r.fee ? [{ code: "fee", component: "fee", ...r.fee, basis: "percent_of_principal", percentPpb: 10_000_000 }] : [],
  };
  return loanTerms(input as unknown as LoanTermsInput);
});

/** A day within five years of the start. */
export const anyDay: fc.Arbitrary<IsoDate> = fc.integer({ min: 0, max: 1800 }).map((days) => addDays(START, days));
