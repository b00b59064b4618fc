import assert from "node:assert/strict";
import { test } from "node:test";
import { replay } from "./index.ts";
import type { EventDraft, LoanState, LoanTermsInput } from "./index.ts";
import { paidOut, onwards } from "./testing/one-loan.ts";
import { day, percent, plainTerms, refused, rowsOf } from "./testing/worked.ts";

/** Plain schedules of 1,200.00 at 1 % a month: each interest is a hundredth of the balance before it, or what the days say. */

type Row = [principal: number, interest: number, balance: number];
const drawn = (more: Partial<LoanTermsInput>) => rowsOf(more).map((row) => row.slice(1));
const due = (state: LoanState) => state.installments.map((r) => [r.due.principal, r.due.interest]);

function draws(name: string, cases: [Partial<LoanTermsInput>, Row[], string?][]): void {
  test(name, () => { for (const [more, rows, why] of cases) assert.deepEqual(drawn(more), rows, why ?? JSON.stringify(more)); });
}

const none = { principalInstallments: 0, interestInstallments: 0 };
const PLAIN: Row[] = [[396_03, 12_00, 803_97], [399_99, 8_04, 403_98], [403_98, 4_04, 0]];
const TENS: Row[] = [[398_00, 12_00, 802_00], [401_98, 8_02, 400_02], [400_02, 4_00, 0]];
const by360 = { ratePpb: percent(12), calculation: "actual_days" as const, daysInYear: 360 as const };
const flat = { ratePpb: percent(12), method: "flat" as const };

draws("a given payment: the last row takes what is left, a rest below half a row's principal joins the row before", [
  [{ installmentAmount: 300_00 }, [[288_00, 12_00, 912_00], [290_88, 9_12, 621_12], [621_12, 6_21, 0]]],
  [{ installmentAmount: 700_00 }, [[688_00, 12_00, 512_00], [512_00, 5_12, 0]]],
  [{ installmentAmount: 812_00 }, [[800_00, 12_00, 400_00], [400_00, 4_00, 0]], "400.00 is half of 800.00"],
  [{ installmentAmount: 812_01 }, [[1_200_00, 12_00, 0]], "399.99 is less"],
  [{ installmentAmount: 12_00 }, [[0, 12_00, 1_200_00], [0, 12_00, 1_200_00], [1_200_00, 12_00, 0]]],
  [{ installmentAmount: 700_00, grace: { ...none, interestInstallments: 2 } }, [[688_00, 0, 512_00], [512_00, 17_12, 0]], "12.00 and 5.12 waited"],
]);

test("a given payment below its interest is refused", () => refused(() => drawn({ installmentAmount: 11_99 }), "terms.payment_below_interest"));

draws("a broken first period comes on top, stays inside, counts by days, or as a whole one", [
  [{}, PLAIN], [{ firstDueDate: day("2026-02-15") }, PLAIN],
  [{ firstDueDate: day("2026-02-25") }, [[396_03, 15_87, 803_97], ...PLAIN.slice(1)], "41 days of 31"],
  [{ firstDueDate: day("2026-02-25"), stub: "within_installment" }, [[392_16, 15_87, 807_84], [399_95, 8_08, 407_89], [407_89, 4_08, 0]]],
  [{ firstDueDate: day("2026-02-25"), interest: { ratePpb: percent(12), partialPeriods: false } }, PLAIN],
  [{ firstDueDate: day("2026-02-25"), interest: { ratePpb: percent(12), calculation: "actual_days" } }, [[393_06, 16_18, 806_94], [401_81, 7_43, 405_13], [405_13, 4_13, 0]]],
  [{ firstDueDate: day("2026-02-25"), grace: { ...none, interestInstallments: 1 } }, [[392_16, 0, 807_84], [384_08, 23_95, 423_76], [423_76, 4_24, 0]]],
]);

draws("grace, equal principal, a balloon, interest alone, all at the end", [
  [{ grace: { ...none, interestInstallments: 1 } }, [[396_03, 0, 803_97], [387_99, 20_04, 415_98], [415_98, 4_16, 0]]],
  [{ amortization: "equal_principal", balloon: 300_00 }, [[300_00, 12_00, 900_00], [300_00, 9_00, 600_00], [600_00, 6_00, 0]]],
  [{ amortization: "interest_only" }, [[0, 12_00, 1_200_00], [0, 12_00, 1_200_00], [1_200_00, 12_00, 0]]],
  [{ amortization: "bullet" }, [[0, 0, 1_200_00], [0, 0, 1_200_00], [1_200_00, 36_00, 0]]],
]);

draws("payments in whole tens", [[{ payments: { multiple: { of: 10_00, rounding: "up" } } }, TENS], [{ payments: { multiple: { of: 10_00 } } }, TENS], [{ compatibility: { installmentMultiple: 10_00 } }, TENS], [{ compatibility: { annuity: "float64", installmentMultiple: 10_00 } }, TENS]]);

const every = (count: number, unit: "days" | "weeks" | "months" | "years") => ({ count: 3, every: count, unit });
const asFloat = { compatibility: { annuity: "float64" as const } };

draws("a payment as another system found it: periods of the year, or 30-day months and 360-day years whatever the calendar", [
  [{ ...asFloat, installments: every(2, "days") }, [[399_74, 79, 800_26], [400_00, 53, 400_26], [400_26, 26, 0]]],
  [{ ...asFloat, installments: every(2, "weeks") }, [[398_16, 5_54, 801_84], [400_00, 3_70, 401_84], [401_84, 1_85, 0]]],
  [{ ...asFloat, installments: every(2, "months") }, [[392_11, 24_00, 807_89], [399_95, 16_16, 407_94], [407_94, 8_16, 0]]],
  [{ ...asFloat, installments: every(2, "years") }, [[317_66, 288_00, 882_34], [393_90, 211_76, 488_44], [488_44, 117_23, 0]]],
  ...([["days", [[399_74, 79, 800_26], [400_00, 53, 400_26], [400_26, 26, 0]]], ["weeks", [[398_17, 5_52, 801_83], [400_00, 3_69, 401_83], [401_83, 1_85, 0]]], ["months", [[392_60, 23_28, 807_40], [399_69, 16_19, 407_71], [407_71, 8_18, 0]]], ["years", [[314_68, 288_00, 885_32], [389_91, 212_77, 495_41], [495_41, 118_90, 0]]]] as const)
    .map(([unit, rows]): [Partial<LoanTermsInput>, Row[]] => [{ ...asFloat, installments: every(2, unit), interest: { ratePpb: percent(12), calculation: "actual_days" } }, rows.map((r): Row => [...r])]),
  [{ installments: every(2, "weeks"), interest: { ratePpb: percent(12), daysInYear: 364 } }, [[398_16, 5_54, 801_84], [400_00, 3_70, 401_84], [401_84, 1_85, 0]]],
  [{ installments: every(10, "days"), interest: { ratePpb: percent(12), daysInYear: "actual" } }, [[398_68, 3_95, 801_32], [400_00, 2_63, 401_32], [401_32, 1_32, 0]]],
]);

draws("flat: interest on the amount lent in each row; a multiple rounds payment and interest; grace moves the interest on", [
  [{ interest: flat }, [[400_00, 12_00, 800_00], [400_00, 12_00, 400_00], [400_00, 12_00, 0]]],
  [{ interest: flat, balloon: 300_00 }, [[300_00, 12_00, 900_00], [300_00, 12_00, 600_00], [600_00, 12_00, 0]]],
  [{ interest: flat, payments: { multiple: { of: 10_00 } } }, [[398_00, 12_00, 802_00], [398_00, 12_00, 404_00], [404_00, 12_00, 0]]],
  [{ interest: flat, grace: { ...none, interestInstallments: 1 } }, [[400_00, 0, 800_00], [400_00, 24_00, 400_00], [400_00, 12_00, 0]]],
  [{ interest: flat, grace: { principalInstallments: 1, interestInstallments: 2 } }, [[0, 0, 1_200_00], [600_00, 0, 600_00], [600_00, 36_00, 0]]],
  [{ interest: flat, compatibility: { installmentMultiple: 7_00 }, grace: { ...none, interestInstallments: 1 } }, [[399_00, 0, 801_00], [396_00, 24_00, 405_00], [405_00, 12_00, 0]]],
]);

const partly = (more: Partial<LoanTermsInput>) => onwards(replay(plainTerms({ tranches: { max: 3, maxOutstanding: null, overApprovalPpb: 0 }, ...more }), [], day("2026-01-15")), { type: "disbursed", amount: 600_00, valueDate: day("2026-01-15") });
const lent = (date: string, installmentAmount?: number): EventDraft => ({ type: "disbursed", amount: 600_00, valueDate: day(date), ...(installmentAmount === undefined ? {} : { installmentAmount }) });

test("a second payout of 600.00 bears interest from its day, solves the payment again, and one on a due date belongs to the next row", () => {
  const whole = { ratePpb: percent(12), partialPeriods: false };
  const cases: [string, Partial<LoanTermsInput>, number[][]][] = [
    ["2026-01-30", {}, [[398_93, 9_10], [400_02, 8_01], [401_05, 4_01]]], ["2026-02-15", {}, [[198_01, 6_00], [498_50, 10_02], [503_49, 5_03]]], ["2026-02-25", {}, [[198_01, 6_00], [500_64, 7_88], [501_35, 5_01]]],
    ["2026-04-01", {}, [[198_01, 6_00], [199_99, 4_02], [802_00, 4_73]]], ["2026-04-15", {}, [[198_01, 6_00], [199_99, 4_02], [802_00, 2_02]]],
    ["2026-01-30", { interest: by360 }, [[398_63, 9_40], [400_55, 7_48], [400_82, 4_14]]], ["2026-02-25", { interest: by360 }, [[197_81, 6_20], [501_02, 7_35], [501_17, 5_18]]],
    ["2026-01-30", { interest: whole }, [[396_03, 12_00], [399_99, 8_04], [403_98, 4_04]]], ["2026-04-15", { interest: whole }, [[198_01, 6_00], [199_99, 4_02], [802_00, 8_02]]],
    ["2026-02-15", { interest: flat }, [[400_00, 12_00], [400_00, 12_00], [400_00, 12_00]]], ["2026-02-25", { interest: flat }, [[200_00, 6_00], [400_00, 12_00], [600_00, 12_00]]], ["2026-04-15", { interest: flat }, [[200_00, 6_00], [200_00, 6_00], [800_00, 12_00]]],
    ["2026-02-15", { installmentAmount: 620_00 }, [[600_00, 6_00], [600_00, 6_00]]], ["2026-02-25", { installmentAmount: 620_00 }, [[600_00, 6_00], [600_00, 3_86]]], ["2026-04-01", { installmentAmount: 620_00 }, [[600_00, 6_00], [0, 0], [600_00, 2_71]]],
    ["2026-02-25", { amortization: "interest_only" }, [[0, 6_00], [0, 9_86], [1_200_00, 12_00]]],
  ];
  for (const [date, more, rows] of cases) assert.deepEqual(due(onwards(partly(more), lent(date))), rows, `${date} ${JSON.stringify(more)}`);
  assert.deepEqual(due(onwards(partly({}), lent("2026-02-25", 500_00))), [[198_01, 6_00], [492_12, 7_88], [509_87, 5_10]], "a payment given with the payout");
  assert.deepEqual(due(onwards(partly({}), lent("2026-02-15", 500_00))), [[494_00, 6_00], [706_00, 7_06]]);
});

test("a new rate holds from the next row on; flat interest takes the last of several", () => {
  const rate = (percentage: number, date: string): EventDraft => ({ type: "rateChanged", ratePpb: percent(percentage), keep: "term", valueDate: day(date) });
  assert.deepEqual(due(onwards(paidOut(), rate(24, "2026-02-15"))), [[396_03, 12_00], [398_00, 16_08], [405_97, 8_12]]);
  assert.deepEqual(due(onwards(paidOut({ interest: flat }), rate(24, "2026-02-15"))), [[400_00, 12_00], [400_00, 24_00], [400_00, 24_00]]);
  assert.deepEqual(due(onwards(onwards(paidOut({ interest: flat }), rate(24, "2026-02-20")), rate(36, "2026-02-25"))), [[400_00, 12_00], [400_00, 12_00], [400_00, 36_00]]);
});

test("rows added spread what is left from the next row on; those before stay", () => {
  const added: [Partial<LoanTermsInput>, number[][]][] = [
    [{}, [[396_03, 12_00], [265_33, 8_04], [267_98, 5_39], [270_66, 2_71]]], [{ interest: by360 }, [[395_63, 12_40], [265_87, 7_51], [267_82, 5_56], [270_68, 2_71]]],
    [{ interest: flat }, [[400_00, 12_00], [266_67, 12_00], [266_67, 12_00], [266_66, 12_00]]], [{ amortization: "equal_principal" }, [[400_00, 12_00], [266_67, 8_00], [266_67, 5_33], [266_66, 2_67]]],
  ];
  for (const [more, rows] of added) assert.deepEqual(due(onwards(paidOut(more), { type: "extended", installments: 1, valueDate: day("2026-02-20") })), rows, JSON.stringify(more));
  assert.deepEqual(due(onwards(paidOut({ interest: by360 }), { type: "deferred", installments: 1, interest: "accrues", valueDate: day("2026-02-20") })), [[395_63, 12_40], [0, 0], [392_21, 15_82], [412_16, 4_12]]);
});

draws("a payment given repays nothing of a loan repaid at its end; an agreement of no payments in particular is a plain one; a year of 360 has twelve periods of thirty days", [
  [{ amortization: "bullet", installmentAmount: 400_00 }, [[0, 0, 1_200_00], [0, 0, 1_200_00], [1_200_00, 36_00, 0]]],
  [{ amortization: "interest_only", installmentAmount: 400_00 }, [[0, 12_00, 1_200_00], [0, 12_00, 1_200_00], [1_200_00, 12_00, 0]]],
  [{ payments: {} }, [[396_03, 12_00, 803_97], [399_99, 8_04, 403_98], [403_98, 4_04, 0]]],
  [{ installments: { count: 2, every: 30, unit: "days" }, interest: { ratePpb: percent(12), daysInYear: 360 } }, [[597_01, 12_00, 602_99], [602_99, 6_03, 0]]],
]);

draws("a broken first period bears the share of a whole one that its days are; a whole one is whole, however short its month; weeks are counted in the year agreed", [
  // 41 of 31 days of 7.00: 9.26.
  [{ interest: { ratePpb: percent(7) }, firstDueDate: day("2026-02-25") }, [[397_68, 9_26, 802_32], [400_00, 4_68, 402_32], [402_32, 2_35, 0]]],
  [{ disbursementDate: day("2026-01-31") }, [[396_03, 12_00, 803_97], [399_99, 8_04, 403_98], [403_98, 4_04, 0]]],
  // 1,200.00 × 12 % × 7 / 365 would be 2.76; equal weeks are fifty-two.
  [{ interest: { ratePpb: percent(12), daysInYear: 360 }, installments: { count: 3, every: 1, unit: "weeks" } }, [[399_08, 2_77, 800_92], [400_00, 1_85, 400_92], [400_92, 93, 0]]],
  // What is left after two rows is a small rest, and stays a row of its own: no payment was agreed.
  [{ interest: { ratePpb: 0 }, principal: 1_000_00, payments: { multiple: { of: 450_00, rounding: "up" } } }, [[450_00, 0, 550_00], [450_00, 0, 100_00], [100_00, 0, 0]]],
]);

test("a row moved after a broken first period still bears a whole period's interest", () => {
  const moved = onwards(paidOut({ firstDueDate: day("2026-02-25") }), { type: "rescheduled", fromDate: day("2026-03-25"), newDueDate: day("2026-04-03"), valueDate: day("2026-02-01") });
  assert.deepEqual(due(moved), [[396_03, 15_87], [399_99, 8_04], [403_98, 4_04]]);
});

test("only the first row's broken days come on top of the payment: money lent inside a later row bears its interest within it", () => {
  const terms: Partial<LoanTermsInput> = { tranches: { max: 2, maxOutstanding: null, overApprovalPpb: 1_000_000_000 }, firstDueDate: day("2026-02-25"), stub: "added_to_first", installments: { count: 4, every: 1, unit: "months" } };
  const loan = onwards(paidOut(terms), { type: "disbursed", amount: 400_00, valueDate: day("2026-03-10") });
  // 904.46 and half of 400.00: 9.04 and 15 of 28 days of 4.00.
  assert.deepEqual(due(loan), [[295_54, 15_87], [432_37, 11_18], [434_83, 8_72], [437_26, 4_37]]);
});
