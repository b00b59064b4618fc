import * as fc from "fast-check";
import { START } from "./histories.ts";
import { addDays, loanTerms } from "../index.ts";
import type { LoanTerms, LoanTermsInput } from "../index.ts";

/** Random loans whose rates, payments and dates vary together: for property tests. */

export const ppb = (percent: number) => Math.round(percent * 10_000_000);
const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 2) => fc.option(arbitrary, { nil: undefined, freq });

const ratePlan = fc.record({
  steps: maybe(fc.integer({ min: 2, max: 6 }).map((installment) => [{ installment, ratePpb: ppb(15) }, { installment: installment + 3, ratePpb: ppb(9) }])),
  tiers: maybe(fc.record({ on: fc.constantFrom("whole_balance" as const, "marginal" as const), limit: fc.integer({ min: 10_000, max: 40_000_00 }) }).map(({ on, limit }) => (
    { on, bands: [{ above: 0, upTo: limit, plusPpb: 0 }, { above: limit, upTo: limit * 3, plusPpb: ppb(3) }, { above: limit * 3, upTo: null, plusPpb: ppb(-2) }] }
  ))),
  onChange: fc.constantFrom("payment" as const, "level" as const, "term" as const),
});

const payments = fc.record({
  graduated: maybe(fc.record({ every: fc.integer({ min: 1, max: 6 }), percentPpb: fc.integer({ min: ppb(-20), max: ppb(20) }), times: fc.constantFrom(null, 2) })),
  steps: maybe(fc.integer({ min: 2, max: 8 }).map((installment) => [{ installment, factorPpb: 1_250_000_000 }])),
  seasonal: maybe(fc.record({ unpaidInterest: fc.constantFrom("none" as const, "accrue_to_first" as const, "capitalise" as const, "pay" as const), factor: fc.constantFrom(0, 500_000_000) })
    .map(({ unpaidInterest, factor }) => ({ unpaidInterest, months: [{ month: 6, factorPpb: factor }, { month: 7, factorPpb: 0 }] }))),
  multiple: maybe(fc.constantFrom({ of: 100 }, { of: 50_00, rounding: "up" as const })),
  negativeAmortization: fc.constantFrom("capitalise" as const, "refused" as const),
});

export const anyPlan: fc.Arbitrary<LoanTerms> = fc.record({
  principal: fc.integer({ min: 100_000, max: 100_000_000 }), ratePpb: fc.integer({ min: 0, max: ppb(30) }), count: fc.integer({ min: 10, max: 36 }),
  model: fc.constantFrom("classic" as const, "daily_simple" as const, "classic" as const, "daily_simple" as const, "progressive" as const), calculation: fc.constantFrom("equal_periods" as const, "actual_days" as const),
  amortization: fc.constantFrom("equal_installments" as const, "equal_installments" as const, "equal_principal" as const, "interest_only" as const, "bullet" as const),
  dayCount: maybe(fc.constantFrom("30/360_US" as const, "30E/360" as const, "ACT/360" as const, "ACT/ACT_ISDA" as const, "ACT/365F" as const, "ACT/ACT_ICMA" as const, "ACT/365L" as const)),
  grace: fc.record({ rows: fc.integer({ min: 0, max: 5 }), interest: fc.constantFrom("none" as const, "accrue_to_first" as const, "capitalise" as const) }),
  balloon: fc.constantFrom(0, 0, 20_000), currency: fc.constantFrom("USD", "JPY", "KWD"),
  dates: maybe(fc.constantFrom({ kind: "month_end" as const }, { kind: "semi_monthly" as const, days: [15, 31] as const }, { kind: "nth_weekday" as const, nth: -1, weekday: 5 })),
  recalculation: maybe(fc.record({
    rest: fc.constantFrom("daily" as const, "daily" as const, "same_as_installment" as const), advance: fc.constantFrom("reduce_installment" as const, "reduce_count" as const, "reschedule_next" as const),
    payoffInterest: fc.constant("to_payoff_date" as const), overdueEarnsInterest: fc.boolean(),
  })),
  pause: fc.boolean(), compounds: fc.boolean(), ratePlan: maybe(ratePlan), payments: maybe(payments),
}).map((r) => loanTerms({
  currency: r.currency, principal: r.principal, disbursementDate: START, installments: { count: r.count, every: 1, unit: "months" }, model: r.model, amortization: r.amortization, balloon: r.balloon,
  interest: {
    ratePpb: r.ratePpb, calculation: r.calculation, recalculation: r.recalculation ?? null, ...(r.dayCount && r.calculation === "actual_days" ? { dayCount: r.dayCount } : {}),
    ...(r.pause ? { pauses: [{ from: addDays(START, 50), to: addDays(START, 75) }] } : {}), ...(r.compounds ? { compounding: { every: 1, unit: "months" as const } } : {}),
  },
  grace: { principalInstallments: r.grace.rows, interestInstallments: r.grace.rows, interest: r.grace.interest },
  ...(r.dates ? { dates: r.dates } : {}), ...(r.ratePlan ? { ratePlan: r.ratePlan } : {}), ...(r.payments ? { payments: r.payments } : {}),
  allocation: { strategy: "penalty_fee_interest_principal" },
} as LoanTermsInput));
