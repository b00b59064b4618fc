import { isoDate, loanTerms } from "../index.ts";
import type { LoanTerms, LoanTermsInput } from "../index.ts";
import { newMind, progressiveModel } from "../progressive.ts";
import type { ProgressiveBook } from "../progressive-book.ts";
import { newWork } from "../run.ts";
import { percent } from "./worked.ts";

/** Progressive loans of every kind that terms can ask for: 12,345.67 at 18 % in eight months over a New Year that begins a leap year. */

type More = Partial<Omit<LoanTermsInput, "interest">> & { interest?: Partial<LoanTerms["interest"]> };
type Recalculation = NonNullable<LoanTerms["interest"]["recalculation"]>;

const START = isoDate("2027-11-20");
const count = (rows: number, unit: "days" | "weeks" | "months" | "years" = "months", every = 1) => ({ installments: { count: rows, every, unit } });
const grace = (principalInstallments: number, interestInstallments: number, interest?: "none" | "accrue_to_first" | "capitalise" | "pay") => ({ grace: { principalInstallments, interestInstallments, ...(interest ? { interest } : {}) } }) as More;
const actual = (daysInYear: 360 | 365 | "actual", daysInMonth: 30 | "actual" = "actual") => ({ calculation: "actual_days", daysInYear, daysInMonth }) as const;
const bands = (on: "whole_balance" | "marginal", limit: number) => ({ on, bands: [{ above: 0, upTo: limit, plusPpb: percent(-3) }, { above: limit, upTo: limit * 2, plusPpb: 0 }, { above: limit * 2, upTo: null, plusPpb: percent(4) }] }) as const;
const floating = { index: "BASE", marginPpb: percent(3), capPpb: percent(24), floorPpb: percent(6), maxChangePpb: percent(4), firstReset: isoDate("2028-02-20"), every: 2, unit: "months" } as const;
const seasonal = (unpaidInterest: "none" | "accrue_to_first" | "capitalise" | "pay") => ({ payments: { seasonal: { unpaidInterest, months: [{ month: 1, factorPpb: 0 }, { month: 2, factorPpb: 500_000_000 }] } } }) as const;
const pauses = [{ from: isoDate("2028-01-05"), to: isoDate("2028-01-25") }];
const monthly = { compounding: { every: 1, unit: "months" } } as const;

const DIGITS = { compatibility: { calculationDigits: 10 } } as const;

const LOANS: Readonly<Record<string, More>> = {
  "plain": {}, "ten digits": { compatibility: { calculationDigits: 10 } }, "whole units": { compatibility: { installmentMultiple: 100 } }, "whole units of ten digits": { compatibility: { installmentMultiple: 100, calculationDigits: 10 } },
  "weeks": { ...count(9, "weeks"), interest: actual(365) }, "fortnights": { ...count(7, "weeks", 2) }, "days": { ...count(6, "days", 10), interest: actual(360) }, "years": { ...count(3, "years"), interest: actual(360, 30) }, "quarters": { ...count(5, "months", 3), interest: actual("actual") },
  "actual days of actual years": { interest: actual("actual") }, "thirty days of 360": { interest: actual(360, 30) }, "actual days of 365": { interest: actual(365) },
  "a down payment": { downPayment: { percentPpb: percent(25), autoCollect: false } }, "a given installment": { installmentAmount: 1_700_00 },
  "a given installment that is high": { installmentAmount: 3_000_00 }, "a given installment whose term moves": { installmentAmount: 1_200_00, ratePlan: { onChange: "term" } },
  "moratorium that becomes principal": grace(2, 2, "capitalise"), "moratorium that waits": grace(2, 2, "accrue_to_first"), "moratorium without interest": grace(2, 2, "none"), "grace of principal": grace(3, 0), "grace of interest alone": grace(0, 2), "moratorium that waits under grace of principal": grace(3, 1, "accrue_to_first"),
  "equal principal": { amortization: "equal_principal" }, "equal principal after a moratorium that waits": { amortization: "equal_principal", ...grace(1, 1, "accrue_to_first") }, "equal principal after a moratorium that becomes principal": { amortization: "equal_principal", ...grace(1, 1, "capitalise") },
  "interest alone": { amortization: "interest_only" }, "all at the end": { amortization: "bullet" }, "all at the end, with interest on interest": { amortization: "bullet", interest: monthly }, "all at the end, interest on interest by actual days": { amortization: "bullet", interest: { compounding: { every: 20, unit: "days" }, ...actual(365) } },
  "a balloon": { balloon: 4_000_00 }, "a balloon after a moratorium": { balloon: 4_000_00, ...grace(1, 1, "accrue_to_first") },
  "bands of the whole balance": { ratePlan: { tiers: bands("whole_balance", 4_000_00) } }, "bands by slice": { ratePlan: { tiers: bands("marginal", 4_000_00) } }, "bands of equal principal": { amortization: "equal_principal", principal: 12_000_00, ratePlan: { tiers: bands("whole_balance", 4_500_00) } }, "bands by slice of equal principal by days": { amortization: "equal_principal", principal: 12_000_00, ratePlan: { tiers: bands("marginal", 4_500_00) }, interest: actual("actual") },
  "a rate from a date": { ratePlan: { steps: [{ date: isoDate("2028-02-03"), ratePpb: percent(9) }] } }, "one payment over two rates": { ratePlan: { steps: [{ installment: 4, ratePpb: percent(27) }], onChange: "level" } }, "a rate that moves the term": { ratePlan: { steps: [{ installment: 3, ratePpb: percent(30) }, { installment: 6, ratePpb: percent(12) }], onChange: "term" } },
  "a floating rate": { ratePlan: { floating } }, "a floating rate that moves the term": { ratePlan: { floating, onChange: "term" } }, "a floating rate by bands": { ratePlan: { floating, tiers: bands("marginal", 5_000_00) } },
  "payments that grow": { payments: { graduated: { every: 2, percentPpb: percent(10), times: 2 } } }, "payments that shrink": { payments: { graduated: { every: 3, percentPpb: percent(-15), times: null } } }, "payments by steps of amounts": { payments: { steps: [{ installment: 3, amount: 900_00 }, { installment: 5, amount: 2_500_00 }] } }, "payments by factors": { payments: { steps: [{ installment: 4, factorPpb: 1_400_000_000 }] } },
  "a season without interest": seasonal("none"), "a season whose interest waits": seasonal("accrue_to_first"), "a season whose interest becomes principal": seasonal("capitalise"), "a season that pays interest": seasonal("pay"), "a season of equal principal": { ...seasonal("pay"), amortization: "equal_principal" }, "a season whose interest waits and bears interest": { ...seasonal("accrue_to_first"), interest: monthly },
  "rows by hand": { ...count(4), payments: { custom: [{ dueDate: isoDate("2027-12-31"), principal: 2_000_00 }, { dueDate: isoDate("2028-02-10"), total: 3_000_00 }, { dueDate: isoDate("2028-03-20"), principal: 4_000_00 }, { dueDate: isoDate("2028-07-01") }] }, interest: actual(365) },
  "payments of whole tens": { payments: { multiple: { of: 1_000, rounding: "up" } } }, "payments below their interest": { payments: { steps: [{ installment: 1, amount: 100_00 }, { installment: 4, factorPpb: 1_000_000_000 }], negativeAmortization: "capitalise" } },
  "days without interest": { interest: { pauses } }, "days without interest, by actual days": { interest: { pauses, ...actual("actual") } }, "days without interest at a rate that changes": { interest: { pauses }, ratePlan: { steps: [{ date: isoDate("2028-01-15"), ratePpb: percent(24) }] } },
  "a moratorium that waits and bears interest": { ...grace(2, 2, "accrue_to_first"), interest: monthly }, "interest on interest": { interest: monthly },
  "market days": { interest: { ...actual("actual"), dayCount: "ACT/ACT_ISDA" } }, "thirty days of the bond market": { interest: { ...actual(360), dayCount: "30E/360" } }, "coupon days": { interest: { ...actual("actual"), dayCount: "ACT/ACT_ICMA" } },
  "two days of each month": { ...count(10), dates: { kind: "semi_monthly", days: [5, 31] } }, "two days of each month, by actual days": { ...count(10), dates: { kind: "semi_monthly", days: [15, 31] }, interest: actual(365) }, "month ends": { dates: { kind: "month_end" } }, "last Fridays, by thirty days": { dates: { kind: "nth_weekday", nth: -1, weekday: 5 }, interest: actual(360, 30) },
  "payments that grow at rates by band, with a pause": { payments: { graduated: { every: 3, percentPpb: percent(8), times: null } }, ratePlan: { tiers: bands("marginal", 4_000_00) }, interest: { pauses } },
  "grace of interest alone that never runs": grace(0, 2, "none"), "grace of interest alone that becomes principal": grace(0, 2, "capitalise"), "a balloon of a term that moves": { balloon: 4_000_00, installmentAmount: 1_100_00, ratePlan: { steps: [{ installment: 3, ratePpb: percent(30) }], onChange: "term" } },
  "all at the end, interest becoming principal": { amortization: "bullet", ...grace(0, 0, "capitalise") }, "all at the end after a grace without interest": { amortization: "bullet", ...grace(2, 2, "none") },
  "a payment that grows over a term that moves": { payments: { graduated: { every: 1, percentPpb: percent(6), times: null } }, ratePlan: { steps: [{ installment: 2, ratePpb: percent(36) }], onChange: "term" } }, "a low installment beside days without interest": { installmentAmount: 1_300_00, interest: { pauses } },
  // Time counted by the month a part begins in, as a core that carries digits does.
  "ten digits by actual days of actual years": { interest: actual("actual"), ...DIGITS }, "ten digits by quarters of 365 days": { ...count(5, "months", 3), interest: actual(365), ...DIGITS }, "ten digits by thirty days of actual years": { interest: actual("actual", 30), ...DIGITS },
  "ten digits by weeks": { ...count(9, "weeks"), interest: actual("actual"), ...DIGITS }, "ten digits by equal fortnights": { ...count(7, "weeks", 2), ...DIGITS }, "ten digits by days": { ...count(6, "days", 10), interest: actual(360), ...DIGITS }, "ten digits by years": { ...count(3, "years"), interest: actual(360, 30), ...DIGITS }, "ten digits of a broken first period": { firstDueDate: isoDate("2028-01-05"), interest: actual(365), ...DIGITS },
  "a broken first period": { firstDueDate: isoDate("2028-01-05") }, "a broken first period counted as a whole one": { firstDueDate: isoDate("2028-01-05"), interest: { partialPeriods: false } }, "equal principal of ten digits by bands": { amortization: "equal_principal", ratePlan: { tiers: bands("marginal", 4_000_00) }, interest: actual("actual"), ...DIGITS },
};

/** How interest follows what is paid: with the loans above in turn. */
const FOLLOWS: readonly (Recalculation | null)[] = [
  { rest: "daily", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false }, { rest: "daily", advance: "reduce_installment", payoffInterest: "to_payoff_date", overdueEarnsInterest: true }, null, { rest: "daily", advance: "reduce_count", payoffInterest: "to_next_rest_date", overdueEarnsInterest: true },
];
const PREPAYMENTS = ["next_installments", "reduce_term", "reduce_installment"] as const;

/** Names of the loans. */
export const PROGRESSIVE_LOANS: readonly string[] = Object.keys(LOANS);

/** Terms of a loan by its name; `turn` chooses how interest follows payments. */
export function progressiveLoan(name: string, turn = 0): LoanTerms {
  const { interest, ...more } = LOANS[name] as More;
  return loanTerms({
    currency: "USD", principal: 12_345_67, disbursementDate: START, ...count(8), model: "progressive", tranches: { max: 3, maxOutstanding: null, overApprovalPpb: 200_000_000 },
    prepayment: PREPAYMENTS[turn % PREPAYMENTS.length], ...more, interest: { ratePpb: percent(18), recalculation: FOLLOWS[turn % FOLLOWS.length], ...interest },
  } as LoanTermsInput);
}

/** The book of a progressive loan paid out in whole on its first day. */
export function progressiveBook(terms: LoanTerms): ProgressiveBook {
  const mind = newMind(terms);
  progressiveModel(terms, mind).shape(newWork(terms), { type: "disbursed", id: "e1", sequence: 1, valueDate: terms.disbursementDate, businessDate: terms.disbursementDate, amount: terms.principal });
  return mind.book;
}
