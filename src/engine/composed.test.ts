import assert from "node:assert/strict";
import { test } from "node:test";
import { accruedInterest, explainCell, replay } from "./index.ts";
import type { EventDraft, LoanState, LoanTermsInput } from "./index.ts";
import { paidOut, onwards } from "./testing/one-loan.ts";
import { day, months, percent, plainTerms, refused, rowsOf, totals } from "./testing/worked.ts";

/** Schedules by row rules, of 1,200.00 at 1 % a month: each interest is a hundredth (or what the rate says) of the balance before it. */

type Row = [principal: number, interest: number, balance: number];
const drawn = (more: Partial<LoanTermsInput>) => rowsOf(more).map((row) => row.slice(1));
const SAME = { steps: [{ installment: 1, ratePpb: percent(12) }] };
const DOUBLED = { steps: [{ installment: 2, ratePpb: percent(24) }] };
const by360 = { ratePpb: percent(12), calculation: "actual_days" as const, dayCount: "30E/360" as const };

function draws(name: string, cases: [Partial<LoanTermsInput>, Row[], string?][]): void {
  test(name, () => { for (const [more, rows, why] of cases) assert.deepEqual(drawn(more), rows, why ?? JSON.stringify(more)); });
}

draws("a given payment stays: the last row takes a small rest, a larger one opens another row", [
  [{ installmentAmount: 410_00, ratePlan: DOUBLED }, [[398_00, 12_00, 802_00], [393_96, 16_04, 408_04], [408_04, 8_16, 0]]],
  [{ installmentAmount: 300_00, ratePlan: SAME }, [[288_00, 12_00, 912_00], [290_88, 9_12, 621_12], [293_79, 6_21, 327_33], [327_33, 3_27, 0]], "327.33 is left: 297.06 of principal and 30.27 that joins it"],
  [{ installmentAmount: 700_00, ratePlan: SAME }, [[688_00, 12_00, 512_00], [512_00, 5_12, 0]], "paid before its time"],
  [{ installmentAmount: 812_00, ratePlan: SAME }, [[800_00, 12_00, 400_00], [400_00, 4_00, 0]], "half of a row's principal opens a row"],
  [{ installmentAmount: 812_01, ratePlan: SAME }, [[1_200_00, 12_00, 0]], "399.99 is less than half of 800.01: it joins"],
  [{ installmentAmount: 310_00, balloon: 300_00, ratePlan: SAME }, [[298_00, 12_00, 902_00], [300_98, 9_02, 601_02], [601_02, 6_01, 0]], "300.00 of it is the balloon"],
  [{ installmentAmount: 300_00, balloon: 300_00, ratePlan: SAME }, [[288_00, 12_00, 912_00], [290_88, 9_12, 621_12], [293_79, 6_21, 327_33], [327_33, 3_27, 0]]],
  [{ installmentAmount: 700_00, grace: { principalInstallments: 0, interestInstallments: 2, interest: "accrue_to_first" } }, [[688_00, 0, 512_00], [512_00, 17_12, 0]], "12.00 and 5.12 waited when it was repaid"],
]);

test("a payment that stays runs on to 600 rows at the most", () => {
  const rows = drawn({ installmentAmount: 12_00, ratePlan: SAME });
  assert.equal(rows.length, 600);
  assert.deepEqual(rows.slice(-2), [[0, 12_00, 1_200_00], [1_200_00, 12_00, 0]]);
});

draws("a broken first period's difference comes on top, or inside the payment, or the days are simply counted", [
  [{ firstDueDate: day("2026-02-25"), ratePlan: SAME }, [[396_03, 15_87, 803_97], [399_99, 8_04, 403_98], [403_98, 4_04, 0]], "408.03 and 3.87 for ten days more"],
  [{ firstDueDate: day("2026-02-05"), ratePlan: SAME }, [[396_03, 8_13, 803_97], [399_99, 8_04, 403_98], [403_98, 4_04, 0]]],
  [{ firstDueDate: day("2026-02-25"), stub: "within_installment", ratePlan: SAME }, [[393_46, 15_87, 806_54], [401_26, 8_07, 405_28], [405_28, 4_05, 0]]],
  [{ firstDueDate: day("2026-02-25"), ratePlan: SAME, interest: { ratePpb: percent(12), calculation: "actual_days" } }, [[393_06, 16_18, 806_94], [401_81, 7_43, 405_13], [405_13, 4_13, 0]]],
  [{ firstDueDate: day("2026-02-25"), payments: { seasonal: { months: [{ month: 2, factorPpb: 0 }], unpaidInterest: "capitalise" } } }, [[-15_87, 15_87, 1_215_87], [604_91, 12_16, 610_96], [610_96, 6_11, 0]]],
]);

draws("equal principal: shares of what is lent, less a balloon, by season, or as rows are given", [
  [{ amortization: "equal_principal", ratePlan: DOUBLED }, [[400_00, 12_00, 800_00], [400_00, 16_00, 400_00], [400_00, 8_00, 0]]],
  [{ amortization: "equal_principal", balloon: 300_00, ratePlan: DOUBLED }, [[300_00, 12_00, 900_00], [300_00, 18_00, 600_00], [600_00, 12_00, 0]]],
  [{ amortization: "equal_principal", payments: { seasonal: { months: [{ month: 3, factorPpb: 500_000_000 }], unpaidInterest: "pay" } } }, [[480_00, 12_00, 720_00], [240_00, 7_20, 480_00], [480_00, 4_80, 0]]],
]);

const rowsGiven = (third: { principal?: number; total?: number }, more: Partial<LoanTermsInput> = {}): Partial<LoanTermsInput> => ({
  ...more, interest: by360, payments: { custom: [{ dueDate: day("2026-02-15"), principal: 600_00 }, { dueDate: day("2026-03-15"), total: 306_00 }, { dueDate: day("2026-04-15"), ...third }] },
});

draws("rows given by hand: principal, totals, or what is left", [{}, { total: 303_00 }, { principal: 300_00 }].map((third) => [rowsGiven(third), [[600_00, 12_00, 600_00], [300_00, 6_00, 300_00], [300_00, 3_00, 0]]]));

test("a last row that is not what is left is refused", () => {
  for (const third of [{ total: 303_01 }, { total: 302_99 }, { total: 0 }, { principal: 300_01 }, { principal: 299_99 }]) refused(() => drawn(rowsGiven(third)), "terms.rows_not_adding_up", JSON.stringify(third));
});

draws("payments that are given, multiplied or rounded: the others are solved around them", [
  [{ payments: { steps: [{ installment: 1, amount: 500_00 }, { installment: 2, factorPpb: 1_000_000_000 }] } }, [[488_00, 12_00, 712_00], [354_23, 7_12, 357_77], [357_77, 3_58, 0]]],
  [{ payments: { steps: [{ installment: 2, amount: 500_00 }, { installment: 3, factorPpb: 1_000_000_000 }] } }, [[350_04, 12_00, 849_96], [491_50, 8_50, 358_46], [358_46, 3_58, 0]]],
  [{ payments: { steps: [{ installment: 3, amount: 500_00 }] } }, [[350_72, 12_00, 849_28], [354_23, 8_49, 495_05], [495_05, 4_95, 0]]],
  [{ payments: { steps: [{ installment: 2, factorPpb: 2_000_000_000 }] } }, [[233_30, 12_00, 966_70], [480_93, 9_67, 485_77], [485_77, 4_86, 0]], "245.30, twice 490.60"],
  [{ payments: { steps: [{ installment: 2, factorPpb: 1_500_000_000 }], multiple: { of: 10_00, rounding: "up" } } }, [[298_00, 12_00, 902_00], [460_98, 9_02, 441_02], [441_02, 4_41, 0]], "310.00, and 465.00 is 470.00"],
  [{ payments: { steps: [{ installment: 2, factorPpb: 1_500_000_000 }], multiple: { of: 10_00 } } }, [[298_00, 12_00, 902_00], [450_98, 9_02, 451_02], [451_02, 4_51, 0]], "465.00 is halfway: 460.00, the even one"],
  [{ payments: { steps: [{ installment: 2, factorPpb: 1_500_000_000 }] }, compatibility: { installmentMultiple: 10_00 } }, [[298_00, 12_00, 902_00], [450_98, 9_02, 451_02], [451_02, 4_51, 0]]],
]);

draws("months without a payment: their interest does not run, waits, becomes principal or is paid alone", [
  ...([["none", [[597_01, 12_00, 602_99], [0, 0, 602_99], [602_99, 6_03, 0]]], ["capitalise", [[600_03, 12_00, 599_97], [-6_00, 6_00, 605_97], [605_97, 6_06, 0]]], ["pay", [[597_01, 12_00, 602_99], [0, 6_03, 602_99], [602_99, 6_03, 0]]]] as const).map(([unpaidInterest, rows]): [Partial<LoanTermsInput>, Row[]] => (
    [{ payments: { seasonal: { months: [{ month: 3, factorPpb: 0 }], unpaidInterest } } }, rows.map((r): Row => [...r])]
  )),
  [{ payments: { seasonal: { months: [{ month: 4, factorPpb: 0 }], unpaidInterest: "pay" } } }, [[597_01, 12_00, 602_99], [602_98, 6_03, 1], [1, 0, 0]], "two payments of 609.01 leave a cent"],
  [{ installments: months(4), payments: { seasonal: { months: [{ month: 2, factorPpb: 0 }, { month: 3, factorPpb: 40_000_000 }], unpaidInterest: "accrue_to_first" } } }, [[0, 0, 1_200_00], [35, 24_00, 1_199_65], [596_84, 12_00, 602_81], [602_81, 6_03, 0]], "24.35 of 608.84 pays both months"],
  [{ grace: { principalInstallments: 0, interestInstallments: 2, interest: "accrue_to_first" } }, [[402_62, 0, 797_38], [406_65, 0, 390_73], [390_73, 23_88, 0]], "12.00, 7.97 and 3.91 in the last"],
  [{ grace: { principalInstallments: 0, interestInstallments: 2, interest: "none" } }, [[401_32, 0, 798_68], [401_32, 0, 397_36], [397_36, 3_97, 0]]],
  [{ grace: { principalInstallments: 1, interestInstallments: 1, interest: "accrue_to_first" } }, [[0, 0, 1_200_00], [591_04, 24_00, 608_96], [608_96, 6_09, 0]]],
]);

draws("rates: each change solves the payment again unless one was foreseen, or the payment stays", [
  [{ ratePlan: { ...DOUBLED, onChange: "level" } }, [[400_03, 12_00, 799_97], [396_03, 16_00, 403_94], [403_94, 8_08, 0]]],
  [{ ratePlan: { ...DOUBLED, onChange: "term" } }, [[396_03, 12_00, 803_97], [391_95, 16_08, 412_02], [412_02, 8_24, 0]]],
  [{ ratePlan: { steps: [{ date: day("2026-01-15"), ratePpb: percent(24) }] } }, [[392_11, 24_00, 807_89], [399_95, 16_16, 407_94], [407_94, 8_16, 0]], "from the first day on it is the rate"],
  [{ ratePlan: { steps: [{ date: day("2026-02-25"), ratePpb: percent(24) }] } }, [[396_03, 12_00, 803_97], [399_42, 13_21, 404_55], [404_55, 8_09, 0]], "8.04 × 10 of 28 days, and twice that on the others"],
  [{ ratePlan: { steps: [{ date: day("2026-03-15"), ratePpb: percent(24) }] } }, [[396_03, 12_00, 803_97], [399_99, 8_04, 403_98], [403_98, 8_08, 0]], "a change on a due date belongs to the next row"],
  [{ ratePlan: { tiers: { on: "marginal", bands: [{ above: 0, upTo: 500_00, plusPpb: 0 }, { above: 500_00, upTo: null, plusPpb: percent(12) }] } } }, [[392_41, 19_00, 807_59], [400_26, 11_15, 407_33], [407_33, 4_07, 0]], "5.00 and 14.00 on 700.00"],
  [{ ratePlan: { tiers: { on: "whole_balance", bands: [{ above: 0, upTo: 500_00, plusPpb: 0 }, { above: 500_00, upTo: null, plusPpb: percent(12) }] } } }, [[390_76, 24_00, 809_24], [398_58, 16_18, 410_66], [410_66, 4_11, 0]]],
  [{ interest: { ratePpb: 0 }, ratePlan: { steps: [{ installment: 2, ratePpb: 0 }] } }, [[400_00, 0, 800_00], [400_00, 0, 400_00], [400_00, 0, 0]]],
  [{ amortization: "bullet", ratePlan: DOUBLED }, [[0, 0, 1_200_00], [0, 0, 1_200_00], [1_200_00, 60_00, 0]]],
  [{ balloon: 600_00, ratePlan: DOUBLED }, [[198_01, 12_00, 1_001_99], [199_00, 20_04, 802_99], [802_99, 16_06, 0]]],
  [{ balloon: 1_200_00, ratePlan: DOUBLED }, [[0, 12_00, 1_200_00], [0, 24_00, 1_200_00], [1_200_00, 24_00, 0]]],
]);

test("a lower rate with a payment that stays ends early, with the small rest in its last row", () => {
  assert.deepEqual(totals({ installments: months(12), ratePlan: { steps: [{ installment: 2, ratePpb: 0 }], onChange: "term" } }), [106_62, ...Array.from({ length: 9 }, () => 106_62), 145_80]);
});

test("a payment below its interest is refused unless the interest may become principal; a debt without end is refused always", () => {
  const message = (more: Partial<LoanTermsInput>) => { try { drawn(more); return ""; } catch (error) { return (error as Error).message; } };
  const doubling = { payments: { graduated: { every: 1, percentPpb: percent(100), times: null } }, installments: months(10) };
  refused(() => drawn({ installmentAmount: 11_00, ratePlan: SAME }), "terms.payment_below_interest");
  refused(() => drawn({ payments: { steps: [{ installment: 1, amount: 11_99 }, { installment: 2, factorPpb: 1_000_000_000 }] } }), "terms.payment_below_interest");
  refused(() => drawn(doubling), "terms.negative_amortization");
  assert.equal(message(doubling), "the payment of row 1, 128, is below its interest 1200");
  const grown = drawn({ ...doubling, payments: { ...doubling.payments, negativeAmortization: "capitalise" } });
  assert.deepEqual([grown[0], grown[4], grown[9]], [[-10_72, 12_00, 1_210_72], [8_19, 12_29, 1_221_19], [651_84, 6_52, 0]], "1.28 doubles to 655.36");
  const endless: Partial<LoanTermsInput> = { installmentAmount: 1, interest: { ratePpb: 10_000_000_000 }, installments: { count: 60, every: 1, unit: "years" }, payments: { negativeAmortization: "capitalise" } };
  assert.match(message(endless), /the debt grows without end: row 10 owes/);
  refused(() => drawn(endless), "terms.negative_amortization");
});

/** Paid out in part, then what follows. */
const partly = (more: Partial<LoanTermsInput>) => onwards(replay(plainTerms({ ratePlan: SAME, tranches: { max: 3, maxOutstanding: null, overApprovalPpb: 0 }, ...more }), [], day("2026-01-15")), { type: "disbursed", amount: 600_00, valueDate: day("2026-01-15") });
const lent = (date: string, installmentAmount?: number): EventDraft => ({ type: "disbursed", amount: 600_00, valueDate: day(date), ...(installmentAmount === undefined ? {} : { installmentAmount }) });
const due = (state: LoanState) => state.installments.map((r) => [r.due.principal, r.due.interest]);

test("a later payout solves the payment again from its row on, and bears interest from its day", () => {
  const cases: [string, number[][]][] = [
    ["2026-01-30", [[397_95, 9_10], [399_03, 8_02], [403_02, 4_03]]], ["2026-02-15", [[198_01, 6_00], [498_50, 10_02], [503_49, 5_03]]], ["2026-02-25", [[198_01, 6_00], [499_57, 7_88], [502_42, 5_02]]],
    ["2026-04-01", [[198_01, 6_00], [199_99, 4_02], [802_00, 4_73]]], ["2026-04-15", [[198_01, 6_00], [199_99, 4_02], [802_00, 2_02]]],
  ];
  for (const [date, rows] of cases) assert.deepEqual(due(onwards(partly({}), lent(date))), rows, date);
  const equal: typeof cases = [["2026-02-15", [[200_00, 6_00], [500_00, 10_00], [500_00, 5_00]]], ["2026-02-25", [[200_00, 6_00], [500_00, 7_86], [500_00, 5_00]]], ["2026-04-01", [[200_00, 6_00], [200_00, 4_00], [800_00, 4_71]]], ["2026-04-15", [[200_00, 6_00], [200_00, 4_00], [800_00, 2_00]]]];
  for (const [date, rows] of equal) assert.deepEqual(due(onwards(partly({ amortization: "equal_principal" }), lent(date))), rows, `equal principal ${date}`);
  assert.deepEqual(due(onwards(partly({ firstDueDate: day("2026-02-25") }), lent("2026-01-20")))[0], [400_01, 14_90], "the payout inside a broken first period");
  assert.deepEqual(due(onwards(partly({}), lent("2026-02-25", 500_00))), [[198_01, 6_00], [492_12, 7_88], [509_87, 5_10]], "a payment given with the payout");
  assert.deepEqual(due(onwards(partly({}), lent("2026-02-15", 500_00))), [[494_00, 6_00], [706_00, 7_06]], "given on a due date, it is that day's payment");
  assert.deepEqual(due(onwards(partly({ installmentAmount: 400_00 }), lent("2026-03-20"))), [[394_00, 6_00], [206_00, 2_06], [394_97, 5_03], [205_03, 2_05]]);
  assert.deepEqual(due(onwards(partly({ installmentAmount: 620_00 }), lent("2026-03-20"))), [[600_00, 6_00], [0, 0], [600_00, 5_03]], "nothing is owed in between");
});

test("what comes in a row that pays no share is solved at the next row that does, not only at the end", () => {
  const rests = { installments: months(4), payments: { seasonal: { months: [{ month: 3, factorPpb: 0 }], unpaidInterest: "pay" as const } } };
  assert.deepEqual(due(onwards(partly(rests), lent("2026-02-15"))), [[198_01, 6_00], [0, 10_02], [498_50, 10_02], [503_49, 5_03]], "401.99 and 600.00 are repaid by two payments of 508.52");
  assert.deepEqual(due(onwards(paidOut(rests), { type: "rateChanged", ratePpb: percent(24), keep: "term", valueDate: day("2026-02-15") })), [[396_03, 12_00], [0, 16_08], [398_00, 16_08], [405_97, 8_12]], "803.97 at 2 % a month: 414.08");
});

test("a new rate solves the payment again or leaves it as the event says, whatever the plan does with its own changes", () => {
  const changed = (keep: "term" | "installment", onChange: "payment" | "level" | "term", more: Partial<LoanTermsInput> = {}) => due(onwards(paidOut({ installments: months(12), ...more, ratePlan: { ...SAME, onChange } }), { type: "rateChanged", ratePpb: percent(24), keep, valueDate: day("2026-02-15") }));
  for (const onChange of ["payment", "level", "term"] as const) {
    const [term, stays] = [changed("term", onChange), changed("installment", onChange)];
    assert.equal(term.length, 12, onChange);
    assert.deepEqual(term[1], [90_84, 22_11], "1,105.38 at 2 % in eleven payments of 112.95");
    assert.deepEqual([stays.length, stays[1]], [13, [84_51, 22_11]], `${onChange}: 106.62 stays, and needs a row more`);
  }
});

test("rows added and rows skipped by events solve the payment again from there", () => {
  const loan = paidOut({ ratePlan: SAME });
  assert.deepEqual(due(onwards(loan, { type: "extended", installments: 1, valueDate: day("2026-02-20") })), [[396_03, 12_00], [265_33, 8_04], [267_98, 5_39], [270_66, 2_71]]);
  const later = onwards(loan, { type: "deferred", installments: 1, interest: "accrues", valueDate: day("2026-01-20") });
  assert.deepEqual(due(later), [[0, 0], [388_07, 24_00], [403_95, 8_12], [407_98, 4_08]]);
  assert.deepEqual(later.installments.map((r) => r.brought ?? null), [null, { fromDate: "2026-01-15", amount: 12_00 }, null, null]);
  const free = onwards(loan, { type: "deferred", installments: 1, interest: "none", valueDate: day("2026-02-20") });
  assert.deepEqual(due(free), [[396_03, 12_00], [0, 0], [398_55, 9_48], [405_42, 4_05]]);
  assert.deepEqual(free.installments[2]?.brought, { fromDate: "2026-02-15", amount: 1_44 }, "five of 28 days of 8.04");
});

test("interest earned within a row follows its stretches, rounded on the sum so far", () => {
  const loan = paidOut({ installments: months(4), ratePlan: { steps: [{ date: day("2026-02-01"), ratePpb: percent(24) }, { date: day("2026-02-10"), ratePpb: percent(6) }] } });
  assert.deepEqual(loan.installments[0]?.earned, [{ date: "2026-02-01", amount: 6_58 }, { date: "2026-02-10", amount: 13_55 }]);
  assert.equal(loan.installments[1]?.earned, undefined, "one rate, one balance: it runs evenly");
  assert.equal(accruedInterest(loan, day("2026-02-10")), 13_55);
});

test("a row by the payment solved says so; a given one has no base", () => {
  const base = (more: Partial<LoanTermsInput>, row: number) => explainCell(plainTerms(more), row, "principal").inputs.find((i) => i.name === "base payment")?.value;
  assert.equal(base({ ratePlan: DOUBLED }, 1), "408.03");
  assert.equal(base({ ratePlan: DOUBLED }, 2), "414.08");
  assert.equal(base({ payments: { steps: [{ installment: 2, amount: 500_00 }] } }, 2), undefined);
});

test("a payment that is exactly half a unit more than a whole one is rounded as the product says", () => {
  const halves = (principal: number, rounding: "half-even" | "half-up" | "half-down" | "up" | "down") => totals({ principal, rounding, installments: months(2), interest: { ratePpb: 0 }, ratePlan: { steps: [{ installment: 1, ratePpb: 0 }] } });
  assert.deepEqual([halves(101, "half-even"), halves(103, "half-even"), halves(103, "half-down"), halves(101, "half-up"), halves(101, "up"), halves(101, "down"), halves(102, "up")], [[50, 51], [52, 51], [51, 52], [51, 50], [51, 50], [50, 51], [51, 51]]);
});

test("a given payment is not rounded to the multiple, the ones made from it are", () => {
  assert.deepEqual(totals({ installmentAmount: 405_00, payments: { steps: [{ installment: 2, factorPpb: 1_200_000_000 }], multiple: { of: 10_00 } } }), [405_00, 490_00, 328_32]);
});

test("a rate changed by an event solves growing payments again too", () => {
  const grown = onwards(paidOut({ payments: { graduated: { every: 1, percentPpb: percent(10), times: null } } }), { type: "rateChanged", ratePpb: percent(24), keep: "term", valueDate: day("2026-02-15") });
  assert.deepEqual(due(grown), [[358_05, 12_00], [396_35, 16_84], [445_60, 8_91]], "370.05; of 841.95 at 2 % 413.19, and a tenth more");
});

test("of two changes of rate in one row, one that leaves the payment is enough to leave it", () => {
  const rate = (percentage: number, keep: "term" | "installment", date: string): EventDraft => ({ type: "rateChanged", ratePpb: percent(percentage), keep, valueDate: day(date) });
  const loan = onwards(onwards(paidOut({ installments: months(12), ratePlan: SAME }), rate(18, "installment", "2026-02-20")), rate(24, "term", "2026-02-25"));
  assert.deepEqual(due(loan).slice(0, 3), [[94_62, 12_00], [87_47, 19_15], [86_26, 20_36]], "106.62 each");
});
