import { test } from "node:test";
import { checkPlan } from "./check-plan.ts";
import type { RatePlan } from "./plan-terms.ts";
import type { RefusalCode } from "./state.ts";
import type { LoanTermsInput } from "./terms.ts";
import { day, months, percent, plainTerms, refused } from "./testing/worked.ts";

/** Rates, payments and dates that cannot make a schedule are refused by name; what lies on the limit is allowed. */

type More = Partial<LoanTermsInput>;

const allowed = (...all: More[]) => { for (const more of all) checkPlan(plainTerms(more)); };
const not = (code: RefusalCode, ...all: More[]) => { for (const more of all) refused(() => checkPlan(plainTerms(more)), code, JSON.stringify(more)); };

const MOST = 10_000_000_000;
const rates = (...steps: NonNullable<RatePlan["steps"]>) => ({ ratePlan: { steps } });
const FLOATING = { index: "SOFR", marginPpb: 0, capPpb: null, floorPpb: null, firstReset: day("2026-02-15"), every: 1, unit: "months" as const };
const floats = (more: Partial<NonNullable<RatePlan["floating"]>>, plan: RatePlan = {}): More => ({ ratePlan: { ...plan, floating: { ...FLOATING, ...more } } });
const never = "2026-02-30" as ReturnType<typeof day>;

test("rate steps come in order, at installments there are or on days of the calendar, within the range of rates", () => {
  allowed(rates({ installment: 1, ratePpb: 0 }, { installment: 3, ratePpb: MOST }), rates({ date: day("2026-02-01"), ratePpb: 1 }, { date: day("2026-02-02"), ratePpb: 1 }), rates({ date: day("2026-02-01"), ratePpb: 1 }, { installment: 2, ratePpb: 1 }), {});
  not("terms.rate_out_of_range", rates({ installment: 1, ratePpb: MOST + 1 }), rates({ installment: 1, ratePpb: -1 }), rates({ installment: 1, ratePpb: 0.5 }));
  not("terms.date_out_of_range", rates({ date: never, ratePpb: 1 }));
  not("terms.malformed", ...[0, 4, 1.5].map((installment) => rates({ installment, ratePpb: 1 })), rates({ installment: 2, ratePpb: 1 }, { installment: 2, ratePpb: 1 }), rates({ installment: 2, ratePpb: 1 }, { installment: 1, ratePpb: 1 }), rates({ date: day("2026-02-01"), ratePpb: 1 }, { date: day("2026-02-01"), ratePpb: 1 }));
});

test("a floating rate names its index, margin and reset periods; cap, floor and largest change are rates, and no agreed rate is above the cap", () => {
  const twelve = percent(12);
  allowed(floats({}), floats({ every: 10_000, marginPpb: -5 }), floats({ capPpb: twelve, floorPpb: twelve }), floats({ capPpb: MOST, floorPpb: 0, maxChangePpb: MOST }), floats({ floorPpb: MOST }), floats({ capPpb: twelve }, rates({ installment: 2, ratePpb: twelve }).ratePlan));
  not("terms.malformed", floats({ index: "" }), floats({ every: 0 }), floats({ every: 1.5 }), floats({ every: 10_001 }), floats({ marginPpb: 0.5 }));
  not("terms.date_out_of_range", floats({ firstReset: never }));
  not("terms.rate_out_of_range", floats({ capPpb: MOST + 1 }), floats({ floorPpb: -1 }), floats({ maxChangePpb: -1 }), floats({ capPpb: 0.5, floorPpb: 0 }));
  not("terms.rate_above_cap", floats({ capPpb: twelve, floorPpb: twelve + 1 }), floats({ capPpb: twelve - 1 }), floats({ capPpb: twelve }, rates({ installment: 2, ratePpb: twelve + 1 }).ratePlan));
});

test("bands of a balance join without a gap, and the last is open", () => {
  const bands = (...ends: [number, number | null, number?][]): More => ({ ratePlan: { tiers: { on: "marginal", bands: ends.map(([above, upTo, plusPpb = 0]) => ({ above, upTo, plusPpb })) } } });
  allowed(bands([0, null]), bands([0, 100, MOST], [100, null, -MOST]));
  not("terms.rate_out_of_range", bands([0, null, MOST + 1]), bands([0, null, -MOST - 1]), bands([0, null, 0.5]));
  not("terms.tiers_with_gap", bands(), bands([1, null]), bands([0, 100]), bands([0, 0], [0, null]), bands([0, 100], [101, null]), bands([0, 100], [99, null]), bands([0, null], [100, null]), bands([0, 100], [100, 50], [50, null]));
});

test("payments that grow, step or rest do so within limits, at installments and months there are", () => {
  const grows = (percentPpb: number, every = 1): More => ({ payments: { graduated: { every, percentPpb, times: null } } });
  allowed(grows(1_000_000_000), grows(-999_999_999), grows(0, 10_000));
  not("terms.malformed", grows(1_000_000_001), grows(-1_000_000_000), grows(0.5), grows(0, 0), grows(0, 10_001), grows(0, 1.5));
  const steps = (...all: ({ installment: number; amount: number } | { installment: number; factorPpb: number })[]): More => ({ payments: { steps: all } });
  allowed(steps({ installment: 1, amount: 1 }, { installment: 3, factorPpb: 1_000_000_000_000 }), steps({ installment: 3, factorPpb: 0 }));
  not("terms.malformed", ...[0, 4, 1.5].map((installment) => steps({ installment, amount: 1 })), steps({ installment: 2, amount: 1 }, { installment: 2, amount: 1 }), ...[0, -1, 0.5].map((amount) => steps({ installment: 1, amount })), ...[-1, 0.5, 1_000_000_000_001].map((factorPpb) => steps({ installment: 1, factorPpb })));
  const season = (...all: [number, number?][]): More => ({ payments: { seasonal: { months: all.map(([month, factorPpb = 0]) => ({ month, factorPpb })), unpaidInterest: "pay" } } });
  const year = (from = 1) => Array.from({ length: 13 - from }, (_, i): [number, number?] => [i + from]);
  allowed(season([1], [12]), season(...year(2)), season([1, 1], ...year(2)));
  not("terms.malformed", season([0]), season([13]), season([1.5]), season([3], [3, 1]), season([3, -1]), season([3], [4, 1_000_000_000_001]), season(...year()));
  const multiple = (of: number): More => ({ payments: { multiple: { of } } });
  allowed(multiple(1), multiple(100));
  not("terms.malformed", multiple(0), multiple(0.5), multiple(1.5));
});

test("rows given by hand are as many as agreed, in order, and repay what was lent", () => {
  type Row = { principal?: number; total?: number; dueDate?: string };
  const byDays = { ratePpb: percent(12), calculation: "actual_days" as const };
  const rows = (all: Row[], more: More = {}): More => ({ interest: byDays, ...more, payments: { custom: all.map((row, i) => ({ dueDate: day(`2026-0${i + 2}-15`), ...row })), ...more.payments } as NonNullable<More["payments"]> });
  const thirds: Row[] = [{ principal: 400_00 }, { principal: 400_00 }, { principal: 400_00 }];
  allowed(rows(thirds), rows([{ total: 500_00 }, { principal: 0 }, {}]), rows([{ principal: 1_200_00 }, { total: 0 }, {}]));
  not("terms.rows_not_adding_up", rows(thirds.slice(1)), rows([{ principal: 600_00 }, { principal: 600_00 }]), rows([...thirds.slice(1), { principal: 200_00 }, { principal: 200_00 }]), rows([...thirds.slice(1), { principal: 399_99 }]), rows([...thirds.slice(1), { principal: 400_01 }]), rows([{ principal: 1_200_01 }, { total: 0 }, {}]));
  not("terms.date_out_of_range", rows([{ principal: 400_00, dueDate: never }, ...thirds.slice(1)]));
  not("terms.maturity_before_first_due", rows([{ principal: 400_00, dueDate: "2026-01-15" }, ...thirds.slice(1)]), rows([{ principal: 400_00 }, { principal: 400_00, dueDate: "2026-02-15" }, { principal: 400_00 }]));
  not("terms.malformed", rows([{}, ...thirds.slice(1)]), rows([{ principal: 400_00, total: 410_00 }, ...thirds.slice(1)]), ...[-1, 0.5].map((total) => rows([{ total }, { principal: 1 }, {}])));
  not("terms.malformed", rows(thirds, { installmentAmount: 1 }), rows(thirds, { dates: { kind: "month_end" } }), rows(thirds, { payments: { graduated: { every: 1, percentPpb: 0, times: null } } }), rows(thirds, { payments: { steps: [{ installment: 1, amount: 1 }] } }), rows(thirds, { payments: { seasonal: { months: [{ month: 3, factorPpb: 1 }], unpaidInterest: "pay" } } }));
  const periods = { calculation: "equal_periods" as const };
  not("terms.malformed", rows(thirds, { interest: { ...byDays, ...periods } }), rows(thirds, { interest: { ratePpb: 1, ...periods } }));
  allowed(rows(thirds, { interest: { ratePpb: 0, ...periods } }), rows(thirds, { interest: { ...byDays, ...periods }, model: "daily_simple" }));
});

test("days of the month are of the month, and need installments in months", () => {
  const twice = (...days: [number, number]): More => ({ dates: { kind: "semi_monthly", days } });
  allowed(twice(1, 31), twice(28, 31), twice(15, 1));
  not("terms.malformed", twice(15, 15), twice(29, 31), twice(0, 15), twice(15, 32), twice(15, 1.5), { dates: { kind: "month_end" }, installments: { count: 3, every: 4, unit: "weeks" } });
  const nth = (number: number, weekday: number): More => ({ dates: { kind: "nth_weekday", nth: number, weekday } });
  allowed(nth(1, 1), nth(4, 7), nth(-1, 5), nth(2, 3), nth(3, 3));
  not("terms.malformed", nth(5, 1), nth(0, 1), nth(-2, 1), nth(1, 0), nth(1, 8), nth(1, 1.5));
});

test("a day count needs interest by days; pauses last a day at least; compounding has whole steps", () => {
  const interest = (more: Partial<LoanTermsInput["interest"]>): More => ({ interest: { ratePpb: percent(12), ...more } });
  const counted = { dayCount: "ACT/360" as const };
  allowed(interest({ ...counted, calculation: "actual_days" }), { ...interest(counted), model: "daily_simple" });
  not("terms.malformed", interest(counted), interest({ calculation: "actual_days", dayCount: "1/1" }));
  const coupons = interest({ calculation: "actual_days", dayCount: "ACT/ACT_ICMA" });
  allowed(coupons, interest({ calculation: "actual_days", dayCount: "ACT/365L" }), { ...coupons, installments: { count: 3, every: 1, unit: "years" } }, { ...coupons, dates: { kind: "month_end" } });
  not("terms.malformed", { ...coupons, installments: { count: 3, every: 1, unit: "weeks" } }, { ...coupons, installments: { count: 3, every: 30, unit: "days" } }, { ...coupons, dates: { kind: "semi_monthly", days: [1, 15] } }, { ...coupons, dates: { kind: "nth_weekday", nth: 1, weekday: 1 } },
    { ...coupons, payments: { custom: [{ dueDate: day("2026-02-15") }, { dueDate: day("2026-03-15") }, { dueDate: day("2026-04-15") }] } });
  allowed({ ...interest({ ...counted, calculation: "actual_days" }), model: "progressive" });
  const pause = (from: string, to: string) => interest({ pauses: [{ from: from as typeof never, to: to as typeof never }] });
  allowed(pause("2026-02-01", "2026-02-02"));
  not("terms.date_out_of_range", pause(never, "2026-03-05"), pause("2026-02-01", never));
  not("terms.malformed", pause("2026-02-01", "2026-02-01"), pause("2026-02-02", "2026-02-01"));
  const compounds = (every: number): More => ({ ...interest({ compounding: { every, unit: "months" } }), model: "daily_simple" });
  allowed(compounds(1));
  not("terms.malformed", compounds(0));
});

test("flat and precomputed interest go with one rate and equal payments, precomputed with little else", () => {
  const by = (method: "flat" | "precomputed", more: More = {}): More => ({ ...more, interest: { ratePpb: percent(12), method, ...more.interest } });
  const other = "terms.not_for_this_model";
  const waits = { principalInstallments: 0, interestInstallments: 0 };
  allowed(by("flat"), by("precomputed"), by("flat", { grace: { ...waits, interest: "accrue_to_first" } }), by("flat", { balloon: 1 }), by("precomputed", { tranches: { max: 1, maxOutstanding: null, overApprovalPpb: 0 } }));
  not(other, by("flat", rates({ installment: 1, ratePpb: 1 })), by("flat", { grace: { ...waits, interest: "capitalise" } }), by("flat", { grace: { ...waits, interest: "none" } }));
  not(other, by("precomputed", { model: "daily_simple" }), by("precomputed", { amortization: "equal_principal" }), by("precomputed", { balloon: 1 }), by("precomputed", { installmentAmount: 1 }), by("precomputed", { tranches: { max: 2, maxOutstanding: null, overApprovalPpb: 0 } }), by("precomputed", { grace: { ...waits, principalInstallments: 1 } }), by("precomputed", { grace: { principalInstallments: 1, interestInstallments: 1 } }));
  not(other, by("precomputed", { interest: { ratePpb: 1, recalculation: { rest: "daily", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } } }));
});

test("a progressive loan takes what others take", () => {
  const progressive = (more: More): More => ({ model: "progressive", installments: months(3), ...more });
  const waits = { principalInstallments: 1, interestInstallments: 1 };
  allowed(progressive({}), progressive(rates({ installment: 2, ratePpb: 1 })), progressive({ ratePlan: { steps: [{ installment: 2, ratePpb: 1 }], onChange: "term" } }), progressive({ dates: { kind: "month_end" }, interest: { ratePpb: 1, calculation: "equal_periods" } }), progressive({ payments: { graduated: { every: 1, percentPpb: 1, times: null } } }));
  allowed(progressive({ interest: { ratePpb: 1, pauses: [{ from: day("2026-02-01"), to: day("2026-02-02") }], compounding: { every: 1, unit: "months" } } }), progressive({ ratePlan: { tiers: { on: "marginal", bands: [{ above: 0, upTo: null, plusPpb: 0 }] } } }), progressive({ grace: { ...waits, interest: "capitalise" } }), progressive({ amortization: "equal_principal", balloon: 1 }), progressive({ payments: { negativeAmortization: "capitalise" } }));
});
