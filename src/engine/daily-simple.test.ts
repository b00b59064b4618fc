import assert from "node:assert/strict";
import { test } from "node:test";
import { replay } from "./index.ts";
import type { AllocationTerms, EventDraft, LoanState, LoanTermsInput } from "./index.ts";
import { paidOut, pay, onwards } from "./testing/one-loan.ts";
import { day, months, percent, plainTerms, refused } from "./testing/worked.ts";

/** Daily simple interest at a thousandth a day: 1,200.00 earns 1.20 a day, and 424.24 a month repays it in three. */

type More = Omit<Partial<LoanTermsInput>, "interest"> & { interest?: Partial<LoanTermsInput["interest"]> };
const agreed = (more: More) => ({ model: "daily_simple" as const, ...more, interest: { ratePpb: percent(36.5), ...more.interest } });
const daily = (more: More = {}) => paidOut(agreed(more));
const happens = (state: LoanState, draft: EventDraft) => onwards(state, draft);
/** Looked at on a day, with nothing changed. */
const seen = (state: LoanState, on: string) => onwards(state, { type: "fraudMarked", fraud: false, valueDate: day(on) });
const due = (state: LoanState) => state.installments.map((r) => [r.due.principal, r.due.interest]);
const paid = (state: LoanState) => state.installments.map((r) => [r.paid.principal, r.paid.interest, r.settledDate?.slice(5) ?? null]);
const accrued = (state: LoanState) => [state.accrual?.principal, state.accrual?.accrued, state.accrual?.compounded];

test("rows are equal payments, equal principal, interest alone or nothing until the end; a balloon waits for the last", () => {
  const cases: [More, number[][]][] = [
    [{}, [[387_04, 37_20], [401_48, 22_76], [411_48, 12_76]]], [{ amortization: "equal_principal" }, [[400_00, 37_20], [400_00, 22_40], [400_00, 12_40]]],
    [{ amortization: "interest_only" }, [[0, 37_20], [0, 33_60], [1_200_00, 37_20]]], [{ amortization: "bullet" }, [[0, 0], [0, 0], [1_200_00, 108_00]]],
    [{ balloon: 300_00 }, [[289_98, 37_20], [301_70, 25_48], [608_32, 18_86]]], [{ amortization: "equal_principal", balloon: 300_00 }, [[300_00, 37_20], [300_00, 25_20], [600_00, 18_60]]],
    [{ installmentAmount: 430_00 }, [[392_80, 37_20], [407_40, 22_60], [399_80, 12_39]]], [{ installmentAmount: 37_21 }, [[1, 37_20], [3_61, 33_60], [1_196_38, 37_09]]],
    [{ interest: { dayCount: "30E/360" } }, [[388_08, 36_50], [399_88, 24_70], [412_04, 12_53]]],
    [{ grace: { principalInstallments: 1, interestInstallments: 1 } }, [[0, 0], [574_30, 70_80], [625_70, 19_40]]],
    [{ downPayment: { percentPpb: 250_000_000, autoCollect: false } }, [[300_00, 0], [290_28, 27_90], [301_11, 17_07], [308_61, 9_57]]],
  ];
  for (const [more, rows] of cases) assert.deepEqual(due(daily(more)), rows, JSON.stringify(more));
  refused(() => daily({ installmentAmount: 37_20 }), "terms.payment_below_interest");
  assert.deepEqual(due(daily({ principal: 5, installments: months(12) })).map(([principal]) => principal), [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], "five cents over twelve rows");
  assert.deepEqual(due(daily({ principal: 30, installments: months(24), interest: { ratePpb: percent(365) } })).slice(0, 6), [[1, 9], [2, 8], [2, 8], [2, 8], [3, 7], [4, 6]], "a payment is above its interest by a cent at least");
});

test("money pays interest to its day, then principal: early it saves, late it costs, and the last row takes the difference", () => {
  const cases: [number, string, number[][], unknown[][], number, number][] = [
    [424_24, "2026-02-15", [[387_04, 37_20], [401_48, 22_76], [411_48, 12_76]], [[387_04, 37_20, "02-15"], [0, 0, null], [0, 0, null]], 812_96, 0],
    [424_24, "2026-02-05", [[399_04, 25_20], [393_80, 30_44], [407_16, 12_62]], [[399_04, 25_20, "02-05"], [0, 0, null], [0, 0, null]], 800_96, 0],
    [424_24, "2026-02-25", [[375_04, 49_20], [409_39, 14_85], [415_57, 12_88]], [[375_04, 49_20, "02-25"], [0, 0, null], [0, 0, null]], 824_96, 0],
    [100_00, "2026-02-15", [[387_04, 37_20], [401_48, 22_76], [411_48, 12_76]], [[62_80, 37_20, null], [0, 0, null], [0, 0, null]], 1_137_20, 0],
    [20_00, "2026-02-15", [[387_04, 37_20], [401_48, 22_76], [411_48, 12_76]], [[0, 20_00, null], [0, 0, null], [0, 0, null]], 1_200_00, 17_20],
    [300_00, "2026-05-01", [[297_04, 127_20], [424_24, 0], [478_72, 0]], [[172_80, 127_20, null], [0, 0, null], [0, 0, null]], 1_027_20, 0],
    [1_254_00, "2026-03-01", [[370_24, 54_00], [424_24, 0], [405_52, 0]], [[370_24, 54_00, "03-01"], [424_24, 0, "03-01"], [405_52, 0, "03-01"]], 0, 0],
    [1_253_99, "2026-03-01", [[370_24, 54_00], [424_24, 0], [405_52, 0]], [[370_24, 54_00, "03-01"], [424_24, 0, "03-01"], [405_51, 0, null]], 1, 0],
    [1_300_00, "2026-03-01", [[370_24, 54_00], [424_24, 0], [405_52, 0]], [[370_24, 54_00, "03-01"], [424_24, 0, "03-01"], [405_52, 0, "03-01"]], 0, 0],
  ];
  for (const [amount, on, rows, money, principal, interest] of cases) {
    const loan = onwards(daily(), pay(amount, on));
    assert.deepEqual([due(loan), paid(loan), loan.outstanding.principal, loan.outstanding.interest, loan.overpayment], [rows, money, principal, interest, Math.max(0, amount - 1_254_00)], `${amount} on ${on}`);
  }
  const twice = onwards(onwards(daily(), pay(300_00, "2026-05-01")), pay(400_00, "2026-05-10"));
  assert.deepEqual(paid(twice), [[287_80, 136_44, "05-10"], [275_76, 0, null], [0, 0, null]], "127.20 and 9.24 of interest");
  const short = onwards(onwards(onwards(daily(), pay(424_24, "2026-02-15")), pay(424_24, "2026-03-15")), pay(400_00, "2026-04-15"));
  assert.deepEqual([paid(short).at(-1), short.outstanding.principal], [[387_24, 12_76, null], 24_24], "the last row stays open");
});

test("money beyond the current payment fills the next rows, shortens the loan or lowers what is left, as agreed or as it says itself", () => {
  const cases: [NonNullable<LoanTermsInput["prepayment"]>, string, number[][]][] = [
    ["next_installments", "2026-02-15", [[387_04, 37_20], [406_40, 17_84], [406_56, 12_60]]], ["reduce_term", "2026-02-15", [[562_80, 37_20], [406_40, 17_84], [230_80, 7_15]]], ["reduce_installment", "2026-02-15", [[562_80, 37_20], [314_68, 17_84], [322_52, 10_00]]],
    ["next_installments", "2026-02-01", [[403_84, 20_40], [398_18, 26_06], [397_98, 12_34]]], ["reduce_term", "2026-02-01", [[579_60, 20_40], [398_18, 26_06], [222_22, 6_89]]], ["reduce_installment", "2026-02-01", [[579_60, 20_40], [297_69, 26_06], [322_71, 10_00]]],
  ];
  for (const [prepayment, on, rows] of cases) {
    assert.deepEqual(due(onwards(daily({ prepayment }), pay(600_00, on))), rows, `${prepayment} ${on}`);
    assert.deepEqual(due(onwards(daily(), { ...pay(600_00, on), prepayment })), rows, `this payment: ${prepayment} ${on}`);
  }
  const next = onwards(onwards(daily(), { ...pay(600_00, "2026-02-15"), prepayment: "reduce_installment" }), pay(400_00, "2026-03-15"));
  assert.deepEqual(paid(next)[1], [314_68, 17_84, "03-15"], "the choice was for that payment alone: 67.48 more fills the last row");
  assert.deepEqual(paid(next)[2], [67_48, 0, null]);
  const alone = onwards(daily(), { ...pay(200_00, "2026-02-01"), principalOnly: true });
  assert.deepEqual([due(alone), accrued(alone).slice(0, 2)], [[[589_84, 34_40], [407_16, 17_08], [203_00, 6_29]], [1_000_00, 20_40]], "principal alone: interest goes on waiting");
  assert.equal(onwards(daily(), { ...pay(1_300_00, "2026-02-01"), principalOnly: true }).overpayment, 79_60, "beyond principal it pays what is owed besides");
});

const fee = (amount: number, date: string, component: "fee" | "penalty" = "fee"): EventDraft => ({ type: "chargeAdded", code: component, component, timing: "specified_date", basis: "flat", amount, dueDate: day(date), valueDate: day("2026-01-20") });

test("the waterfall divides by component over all rows; charges not yet due take what is left at the very end", () => {
  const configured: AllocationTerms = { strategy: "configurable", direction: "horizontal", future: {}, order: ["past_due_principal", "past_due_interest", "due_principal", "due_interest", "in_advance_principal", "in_advance_interest"] };
  const parts = (allocation: AllocationTerms, amount: number) => {
    const loan = onwards(onwards(onwards(daily({ allocation }), fee(10_00, "2026-02-10")), fee(7_00, "2026-03-10", "penalty")), pay(amount, "2026-02-15"));
    const p = loan.transactions.at(-1)?.parts;
    return [p?.penalty, p?.fee, p?.interest, p?.principal];
  };
  const cases: [AllocationTerms, number, number[]][] = [
    [{ strategy: "penalty_fee_interest_principal" }, 5_00, [0, 5_00, 0, 0]], [{ strategy: "penalty_fee_interest_principal" }, 40_00, [0, 10_00, 30_00, 0]], [{ strategy: "penalty_fee_interest_principal" }, 435_00, [0, 10_00, 37_20, 387_80]],
    [{ strategy: "due_pipf_in_advance_pipf" }, 40_00, [0, 0, 37_20, 2_80]], [{ strategy: "due_pipf_in_advance_pipf" }, 430_00, [0, 5_76, 37_20, 387_04]],
    [{ strategy: "by_component", order: ["principal", "fee", "interest", "penalty"] }, 40_00, [0, 0, 0, 40_00]], [{ strategy: "by_component", order: ["principal", "fee", "interest", "penalty"] }, 390_00, [0, 2_96, 0, 387_04]],
    [configured, 40_00, [0, 0, 0, 40_00]], [configured, 430_00, [0, 0, 37_20, 392_80]],
  ];
  for (const [rules, amount, wanted] of cases) assert.deepEqual(parts(rules, amount), wanted, `${rules.strategy} ${amount}`);
  for (const [rules] of cases) assert.deepEqual(parts(rules, 1_300_00), [7_00, 10_00, 37_20, 1_200_00]);
  assert.deepEqual(parts({ strategy: "penalty_fee_interest_principal" }, 1_250_00), [2_80, 10_00, 37_20, 1_200_00]);
});

const partly = (more: More = {}) => onwards(replay(plainTerms(agreed({ tranches: { max: 2, maxOutstanding: null, overApprovalPpb: 0 }, ...more })), [], day("2026-01-15")), { type: "disbursed", amount: 600_00, valueDate: day("2026-01-15") });

test("a down payment is due the same day; a second payout solves the payments of the rows to come", () => {
  const quarter = { downPayment: { percentPpb: 250_000_000, autoCollect: false } };
  assert.deepEqual(paid(onwards(daily(quarter), pay(300_00, "2026-01-15")))[0], [300_00, 0, "01-15"]);
  const late = onwards(daily(quarter), pay(350_00, "2026-02-01"));
  assert.deepEqual([due(late), paid(late)[1]], [[[279_60, 20_40], [305_99, 12_19], [300_98, 17_20], [313_43, 9_72]], [50_00, 0, null]]);
  const lent = (date: string, more: More = {}, installmentAmount?: number) => due(onwards(partly(more), { type: "disbursed", amount: 600_00, valueDate: day(date), ...(installmentAmount === undefined ? {} : { installmentAmount }) }));
  assert.deepEqual(lent("2026-02-01"), [[390_24, 27_00], [394_57, 22_67], [415_19, 12_87]]);
  assert.deepEqual(lent("2026-02-15"), [[193_52, 18_60], [497_05, 28_18], [509_43, 15_79]]);
  assert.deepEqual(lent("2026-02-01", {}, 500_00), [[473_00, 27_00], [479_64, 20_36], [247_36, 7_67]]);
  assert.deepEqual(lent("2026-02-01", quarter), [[150_00, 0], [150_00, 0], [290_13, 22_80], [295_85, 17_08], [314_02, 9_73]]);
});

const rate = (keep: "term" | "installment", date = "2026-02-15"): EventDraft => ({ type: "rateChanged", ratePpb: percent(73), keep, valueDate: day(date) });

test("a new rate solves the payments again, or leaves them so that the last takes more", () => {
  const [term, stays] = [happens(daily(), rate("term")), happens(daily(), rate("installment"))];
  assert.deepEqual([due(term), due(stays)], [[[387_04, 37_20], [396_62, 45_53], [416_34, 25_81]], [[387_04, 37_20], [378_71, 45_53], [434_25, 26_92]]]);
  assert.equal(seen(term, "2026-02-16").accrual?.accrued, 39_60, "2.40 that day");
  const floating = { index: "X", marginPpb: 0, capPpb: null, floorPpb: null, firstReset: day("2026-02-15"), every: 1, unit: "months" as const };
  const fixed = (onChange: "payment" | "term") => happens(daily({ ratePlan: { floating, onChange } }), { type: "indexFixed", index: "X", ratePpb: percent(73), valueDate: day("2026-02-10") });
  assert.deepEqual([due(fixed("payment")), due(fixed("term"))], [[[387_04, 37_20], [396_62, 45_53], [416_34, 25_81]], [[387_04, 37_20], [378_71, 45_53], [434_25, 26_92]]]);
  assert.deepEqual([fixed("term").ratePpb, seen(fixed("term"), "2026-02-16").ratePpb], [percent(36.5), percent(73)], "it holds from its reset on");
  const planned = happens(daily({ ratePlan: { steps: [{ installment: 1, ratePpb: percent(36.5) }] } }), rate("installment"));
  assert.deepEqual(due(planned), due(stays));
});

test("interest stops when the loan is charged off, with a plan or without", () => {
  for (const more of [{}, { ratePlan: { steps: [{ installment: 1, ratePpb: percent(36.5) }] } }] as More[]) {
    const off = seen(happens(daily(more), { type: "chargedOff", valueDate: day("2026-02-01") }), "2026-03-01");
    assert.deepEqual([off.outstanding.interest, due(off), off.ratePpb], [20_40, [[403_84, 20_40], [424_24, 0], [371_92, 0]], percent(36.5)], JSON.stringify(more));
    const money = onwards(off, pay(100_00, "2026-03-10"));
    assert.deepEqual([paid(money)[0], money.outstanding.principal, money.accrual?.ratePpb], [[79_60, 20_40, null], 1_120_40, 0]);
  }
});

test("compounded interest bears interest until it is paid or given up", () => {
  const compounds = daily({ interest: { compounding: { every: 1, unit: "months" } } });
  assert.deepEqual(accrued(seen(compounds, "2026-02-14")), [1_200_00, 36_00, undefined]);
  assert.deepEqual(accrued(seen(compounds, "2026-02-15")), [1_200_00, 37_20, 37_20]);
  const march = seen(compounds, "2026-03-01");
  assert.deepEqual([accrued(march), march.accrual?.accruedMicro], [[1_200_00, 54_52, 37_20], 80_000], "14 days on 1,237.20");
  assert.deepEqual(accrued(seen(compounds, "2026-04-01")), [1_200_00, 93_46, 71_84]);
  assert.deepEqual(accrued(onwards(march, pay(30_00, "2026-03-01"))), [1_200_00, 24_52, 24_52]);
  assert.deepEqual(accrued(onwards(march, pay(60_00, "2026-03-01"))), [1_194_52, 0, 0]);
  assert.deepEqual(accrued(happens(march, { type: "interestWaived", amount: 30_00, valueDate: day("2026-03-01") })), [1_200_00, 24_52, 24_52]);
  assert.equal(accrued(seen(daily(), "2026-03-01"))[2], undefined);
});

test("re-aged: unpaid rows end, new ones take all principal; re-amortized: the rows to come do. Interest accrued is paid first", () => {
  const aged = (state: LoanState, on: string, startDate: string) => happens(state, { type: "reAged", startDate: day(startDate), every: 1, unit: "months", installments: 2, valueDate: day(on) });
  assert.deepEqual(due(aged(daily(), "2026-03-20", "2026-04-20")), [[0, 0], [0, 0], [0, 0], [513_74, 114_00], [686_26, 20_59]]);
  const paidOnce = onwards(daily(), pay(424_24, "2026-02-15"));
  const later = aged(paidOnce, "2026-03-20", "2026-04-20");
  assert.deepEqual([due(later), later.installments.map((r) => r.settledDate?.slice(5) ?? null)], [[[387_04, 37_20], [0, 0], [0, 0], [373_24, 52_03], [439_72, 13_19]], ["02-15", "03-20", "03-20", null, null]]);
  assert.equal(later.transactions.at(-1)?.amount, 812_96);
  const ahead = aged(onwards(daily(), pay(500_00, "2026-02-15")), "2026-02-20", "2026-03-15");
  assert.deepEqual(due(ahead), [[387_04, 37_20], [75_76, 0], [362_19, 20_64], [375_01, 11_63]], "a row paid in part keeps what was paid; one that owes nothing goes");
  const spread = (on: string) => due(happens(daily(), { type: "reAmortized", valueDate: day(on) }));
  assert.deepEqual(spread("2026-03-01"), [[0, 0], [546_89, 70_80], [653_11, 20_25]]);
  assert.deepEqual(spread("2026-03-15"), [[0, 0], [0, 0], [1_200_00, 108_00]]);
});

test("money taken back joins the next row; interest given up is off the row it was due with", () => {
  const back = happens(onwards(daily(), pay(424_24, "2026-02-15")), { type: "chargedBack", paymentId: "e2", amount: 100_00, valueDate: day("2026-02-20") });
  assert.deepEqual([due(back), back.outstanding.principal], [[[387_04, 37_20], [499_18, 25_06], [413_78, 12_83]], 912_96]);
  const waived = happens(seen(daily(), "2026-02-15"), { type: "interestWaived", amount: 20_00, valueDate: day("2026-02-15") });
  assert.deepEqual([waived.outstanding.interest, waived.installments[0]?.waived.interest], [17_20, 20_00]);
  assert.deepEqual(paid(onwards(waived, pay(404_24, "2026-02-15")))[0], [387_04, 17_20, "02-15"], "20.00 less settles the row");
});

test("money taken back after the last due date opens a row that takes what the loan then still owes", () => {
  const end = onwards(onwards(onwards(daily(), pay(424_24, "2026-02-15")), pay(424_24, "2026-03-15")), pay(300_00, "2026-04-15"));
  const back = happens(end, { type: "chargedBack", paymentId: "e4", amount: 100_00, valueDate: day("2026-05-01") });
  // 124.24 was left of April's payment; 1.99 of it is now interest of 16 days, which the new row repays besides its 100.00.
  assert.deepEqual(back.installments.slice(2).map((r) => [r.kind, r.due.principal, r.due.interest, r.balanceAfter]), [["installment", 409_49, 14_75, 1_99], ["extra", 101_99, 0, 0]]);
  const part = onwards(back, pay(150_00, "2026-05-01"));
  assert.deepEqual(paid(part).slice(2), [[409_49, 14_75, "05-01"], [25_76, 0, null]]);
  assert.equal(onwards(part, pay(76_23, "2026-05-01")).status, "closed_paid");
});

test("rows that move, are skipped or added: interest goes by days, or does not run while they are skipped", () => {
  const skip = (installments: number, interest: "accrues" | "none", on: string) => happens(daily(), { type: "deferred", installments, interest, valueDate: day(on) });
  assert.deepEqual(due(happens(daily(), { type: "extended", installments: 1, valueDate: day("2026-02-20") })), [[381_04, 43_20], [266_79, 18_84], [268_51, 17_12], [283_66, 8_51]]);
  assert.deepEqual([due(skip(1, "accrues", "2026-02-20")), skip(1, "accrues", "2026-02-20").installments.map((r) => r.dueDate.slice(5))], [[[381_04, 43_20], [390_54, 44_22], [428_42, 12_85]], ["02-15", "04-15", "05-15"]]);
  assert.deepEqual(due(skip(2, "none", "2026-01-20")), [[383_64, 43_20], [402_35, 24_49], [414_01, 12_83]]);
  assert.deepEqual(due(seen(skip(1, "none", "2026-02-20"), "2026-04-01"))[0], [360_64, 63_60], "31 and 5 days, then 17 from 15 March");
  const moved = (more: Partial<Extract<EventDraft, { type: "rescheduled" }>>) => happens(daily(), { type: "rescheduled", fromDate: day("2026-03-15"), valueDate: day("2026-02-01"), ...more });
  assert.deepEqual(due(moved({ newDueDate: day("2026-03-20") })), [[381_38, 37_20], [391_57, 27_01], [427_05, 13_24]]);
  assert.deepEqual([due(moved({ newRatePpb: percent(73), extraInstallments: 1 })), moved({ newRatePpb: percent(73) }).accrual?.ratePpb, moved({ newRatePpb: percent(73) }).ratePpb], [[[281_23, 54_00], [283_78, 51_45], [295_86, 39_37], [339_13, 20_35]], percent(73), percent(73)]);
});

test("days without interest shorten what is due; interest made principal bears it", () => {
  const pause: EventDraft = { type: "interestPaused", from: day("2026-01-25"), to: day("2026-02-04"), valueDate: day("2026-01-20") };
  assert.deepEqual(due(seen(happens(daily(), pause), "2026-02-15")), [[399_04, 25_20], [401_81, 22_43], [399_15, 12_37]], "the payment stays, the last gets smaller");
  assert.deepEqual(due(happens(daily({ amortization: "equal_principal" }), pause)), [[400_00, 25_20], [400_00, 22_40], [400_00, 12_40]]);
  const lent = happens(daily(), { type: "interestCapitalised", amount: 37_20, valueDate: day("2026-02-20") });
  assert.deepEqual([due(lent), accrued(lent).slice(0, 2)], [[[381_04, 43_20], [424_92, 19_69], [431_24, 13_37]], [1_237_20, 6_00]]);
});

test("payments that vary: months without one, given ones, and rows that a given payment adds", () => {
  const season = (month: number, unpaidInterest: "none" | "capitalise") => daily({ payments: { seasonal: { months: [{ month, factorPpb: 0 }], unpaidInterest } } });
  assert.deepEqual(due(season(3, "none")), [[590_84, 37_20], [0, 0], [609_16, 18_88]]);
  assert.deepEqual(due(season(2, "capitalise")), [[0, 0], [573_79, 71_84], [626_21, 19_41]]);
  assert.deepEqual(accrued(seen(season(2, "capitalise"), "2026-03-01")), [1_200_00, 54_52, 37_20]);
  assert.equal(seen(season(3, "none"), "2026-04-01").outstanding.interest, 57_60, "48 days: none in the month without payment");
  const steps = daily({ payments: { steps: [{ installment: 2, amount: 600_00 }] } });
  assert.deepEqual(due(steps), [[50_23, 37_20], [567_81, 32_19], [581_96, 18_04]]);
  assert.deepEqual(due(onwards(steps, { ...pay(500_00, "2026-02-10"), prepayment: "reduce_installment" })), [[468_80, 31_20], [575_87, 24_13], [155_33, 4_82]]);
  assert.deepEqual(due(onwards(steps, { ...pay(900_00, "2026-02-10"), prepayment: "reduce_term" })), [[868_80, 31_20], [331_20, 10_93], [0, 0]]);
  const given = daily({ installmentAmount: 300_00, ratePlan: { steps: [{ installment: 1, ratePpb: percent(36.5) }] } });
  assert.deepEqual([due(given), given.installments.map((r) => r.dueDate.slice(5))], [[[262_80, 37_20], [273_76, 26_24], [279_43, 20_57], [384_01, 11_52]], ["02-15", "03-15", "04-15", "05-15"]]);
});

// At 12 % three payments of 407.92 repay it: 12.23 of interest in the first month.
const plain = (more: Partial<LoanTermsInput> = {}) => paidOut({ model: "daily_simple", ...more });
const STEP: Partial<LoanTermsInput> = { ratePlan: { steps: [{ installment: 3, ratePpb: percent(18) }] } };
const DOWN: Partial<LoanTermsInput> = { downPayment: { percentPpb: percent(25), autoCollect: false } };
const newRate = (date: string, rate: number, keep: "term" | "installment" = "term"): EventDraft => ({ type: "rateChanged", ratePpb: percent(rate), keep, valueDate: day(date) });
const asked = (state: LoanState) => state.installments.map((r) => r.due.principal + r.due.interest);

test("a planned loan that is charged off keeps the rate it had agreed, and none runs", () => {
  const off = happens(happens(happens(plain(STEP), { type: "chargedOff", valueDate: day("2026-02-01") }), pay(100_00, "2026-02-05")), pay(10_00, "2026-04-01"));
  assert.deepEqual([off.ratePpb, off.accrual?.ratePpb, off.accrual?.accrued], [percent(12), 0, 0]);
  assert.equal(seen(off, "2026-04-10").accrual?.ratePpb, 0);
});

test("interest made principal is no payout: no part of it is due at once, and the rows to come share it", () => {
  const capitalised = { type: "interestCapitalised", amount: 12_00, valueDate: day("2026-02-20") } as const;
  const loan = happens(plain(), capitalised);
  assert.deepEqual(due(loan), [[393_72, 14_20], [408_13, 6_19], [410_15, 4_18]], "14.20 had accrued, 12.00 of it is paid; then 414.32 and 414.33");
  assert.deepEqual(happens(plain(DOWN), { ...capitalised, amount: 9_00 }).installments.map((r) => r.kind), ["down_payment", "installment", "installment", "installment"]);
});

test("a fixing keeps the payments where the term is to follow, so that the last takes more; else they are solved again", () => {
  const floating = (onChange: "term" | "payment") => plain({ ratePlan: { onChange, floating: { index: "prime", marginPpb: 0, capPpb: null, floorPpb: null, firstReset: day("2026-02-15"), every: 1, unit: "months" } } });
  const fixed = (onChange: "term" | "payment") => asked(happens(floating(onChange), { type: "indexFixed", index: "prime", ratePpb: percent(60), valueDate: day("2026-02-10") }));
  assert.deepEqual([fixed("term"), fixed("payment")], [[407_92, 407_92, 455_50], [407_92, 431_12, 431_11]]);
  assert.deepEqual(asked(happens(plain(STEP), newRate("2026-02-10", 60, "installment"))), [407_92, 407_92, 448_41]);
  assert.deepEqual(asked(happens(plain(STEP), newRate("2026-02-10", 300, "installment"))), [407_92, 407_92, 407_92, 245_16], "a payment that is kept needs one row more");
});

test("payments solved again are for the installments to come: what was paid ahead of them counts, other rows do not", () => {
  const level = (state: LoanState) => asked(happens(state, newRate("2026-02-10", 24))).slice(0, 2);
  assert.deepEqual(level(happens(plain(), fee(10_00, "2026-05-01"))), level(plain()), "a row of a fee alone repays nothing");
  const ahead = happens(plain(), pay(100_00, "2026-01-25"));
  assert.deepEqual(asked(happens(ahead, newRate("2026-02-01", 24))), [478_41, 378_41, 381_03], "100.00 of the first were paid; the last takes what had accrued");
  assert.deepEqual(asked(happens(happens(plain(STEP), pay(100_00, "2026-01-25")), newRate("2026-02-01", 24))), [479_27, 379_27, 377_37]);
  assert.deepEqual(asked(happens(plain({ ...STEP, ...DOWN }), newRate("2026-02-20", 24))), [300_00, 305_94, 311_84, 310_29], "nobody paid the down payment yet");
  assert.deepEqual(asked(happens(plain({ ...DOWN, payments: { steps: [{ installment: 2, factorPpb: 2_000_000_000 }] } }), newRate("2026-01-20", 24))), [300_00, 187_66, 375_32, 375_31], "the second installment is not the second row");
});

test("principal paid on top goes to the next open row, and lowers the payments after it where that is agreed", () => {
  const top = (amount: number, date: string): EventDraft => ({ ...pay(amount, date), principalOnly: true });
  const lower = { ...STEP, prepayment: "reduce_installment" as const };
  assert.deepEqual([due(happens(plain(lower), top(300_00, "2026-02-01"))), due(happens(plain(lower), pay(700_00, "2026-02-01")))], [[[697_07, 10_85], [250_44, 4_63], [252_49, 3_86]], [[693_29, 6_71], [249_98, 7_00], [256_73, 3_92]]]);
  const term = plain({ prepayment: "reduce_term" });
  assert.deepEqual(paid(happens(happens(term, pay(409_00, "2026-02-01")), top(300_00, "2026-02-10")))[1], [300_00, 0, null], "the first is settled");
  assert.deepEqual(paid(happens(plain(), top(300_00, "2026-02-15")))[0], [300_00, 0, null], "the row due that day is not past");
  assert.deepEqual(paid(happens(happens(term, pay(408_00, "2026-02-01")), pay(300_00, "2026-02-10")))[1], [297_64, 2_36, null]);
  assert.deepEqual(paid(happens(term, pay(508_00, "2026-02-15"))), [[495_77, 12_23, "02-15"], [0, 0, null], [0, 0, null]], "beyond a payment the row that was reached takes it");
});

test("re-aged rows that had interest paid or a penalty stay, those that never had anything go", () => {
  const aged = (state: LoanState) => happens(state, { type: "reAged", startDate: day("2026-02-15"), installments: 2, every: 1, unit: "months", valueDate: day("2026-02-01") }).installments.map((r) => [r.dueDate.slice(5), r.due.principal > 0, r.due.interest > 0, r.due.penalty]);
  const anew = [["02-15", true, true, 0], ["03-15", true, true, 0]];
  assert.deepEqual(aged(plain()), anew);
  assert.deepEqual(aged(happens(plain(), pay(3_00, "2026-01-25"))), [["02-15", false, true, 0], ...anew]);
  assert.deepEqual(aged(happens(plain(), fee(10_00, "2026-03-10", "penalty"))), [["02-15", true, true, 0], ["03-15", false, false, 10_00], ["03-15", true, true, 0]]);
});

test("parts of a cent add up over rows that ask for nothing; the last row stays open while anything is left", () => {
  const cents = plain({ principal: 40, amortization: "bullet", installments: months(12) });
  assert.deepEqual(due(cents).at(-1), [40, 5], "0.4 of a cent a month");
  for (const component of ["fee", "penalty"] as const) {
    const charged = happens(happens(plain({ allocation: { strategy: "by_component", order: ["interest", "principal", "fee", "penalty"] } }), fee(10_00, "2026-04-10", component)), pay(1_212_23, "2026-02-15"));
    assert.deepEqual([charged.status, paid(charged).map((r) => r[2])], ["active", ["02-15", "02-15", null]], "10.00 of charges are open on the last");
  }
  const late = happens(happens(happens(plain(), pay(407_92, "2026-03-10")), pay(407_92, "2026-04-10")), pay(407_92, "2026-04-15"));
  assert.deepEqual([late.outstanding.principal, late.installments.at(-1)?.settledDate, late.installments.at(-1)?.due.principal], [6_51, null, 413_75], "late money cost 6.51 more than was planned");
  assert.deepEqual(paid(happens(late, pay(6_51, "2026-04-15"))).at(-1), [413_75, 68, "04-15"]);
});

test("a planned loan rescheduled at a new rate bears it; where interest is all that money pays, no principal is told", () => {
  const moved = happens(plain(STEP), { type: "rescheduled", fromDate: day("2026-02-15"), newRatePpb: percent(24), valueDate: day("2026-02-01") });
  assert.deepEqual([due(moved)[0]?.[1], moved.accrual?.ratePpb], [17_75, percent(24)], "17 days at 12 % and 14 at 24 %: 6.707 and 11.047");
  const late = happens(daily({ interest: { ratePpb: percent(365) } }), pay(2_500_00, "2027-05-30"));
  assert.deepEqual([late.transactions.at(-1)?.parts.interest, late.installments.map((r) => r.latePrincipal)], [2_500_00, [[], [], []]], "12.00 a day for 500 days");
});
