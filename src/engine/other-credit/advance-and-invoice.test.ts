import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addDays, isoDate } from "../date.ts";
import { EngineRefusal } from "../state.ts";
import { applyInvoice, drawUpInvoice, earnedOfInvoice, invoiceTerms, replayInvoice, type InvoiceEvent } from "./discounted-invoice.ts";
import { advanceIncome, advanceTerms, applyAdvance, expectedRemittances, purchasedAmount, replayAdvance, simpleYearlyCost } from "./merchant-advance.ts";

const d = isoDate;
const refused = (work: () => unknown, code: string) => assert.throws(work, (error) => error instanceof EngineRefusal && error.code === code);
const at = (id: string, sequence: number, date: string) => ({ id, sequence, valueDate: d(date), businessDate: d(date) });

// 2026-01-05 is a Monday.
const ADVANCE = advanceTerms({ currency: "USD", startDate: d("2026-01-02"), advance: 1_000_000, factorPpb: 1_300_000_000, remittance: { kind: "fixed", amount: 10_000, every: "business_day" } });

test("an advance at factor 1.3 is delivered in equal remittances on business days", () => {
  assert.equal(purchasedAmount(ADVANCE), 1_300_000);
  const plan = expectedRemittances(ADVANCE);
  assert.deepEqual([plan.length, plan[0]?.date, plan[4]?.date, plan[5]?.date], [130, "2026-01-05", "2026-01-09", "2026-01-12"]);
  assert.equal(plan.at(-1)?.left, 0);
  const holiday = expectedRemittances({ ...ADVANCE, holidays: [d("2026-01-05")] });
  assert.equal(holiday[0]?.date, "2026-01-06");
  const weekly = expectedRemittances({ ...ADVANCE, remittance: { kind: "fixed", amount: 70_000, every: "week" } });
  assert.deepEqual([weekly.length, weekly.at(-1)?.amount], [19, 1_300_000 - 18 * 70_000]);
});

test("a share of receipts follows what is reported, and says how far it is behind", () => {
  const terms = advanceTerms({ ...ADVANCE, remittance: { kind: "share", sharePpb: 120_000_000, expectedDaily: 100_000 } });
  let state = replayAdvance(terms, [], d("2026-01-02"));
  state = applyAdvance(state, { type: "receiptsReported", amount: 250_000, ...at("r1", 1, "2026-01-05") });
  state = applyAdvance(state, { type: "remitted", amount: 20_000, ...at("m1", 2, "2026-01-06") });
  assert.deepEqual([state.expected, state.behind, state.outstanding], [30_000, 10_000, 1_280_000]);
  state = applyAdvance(state, { type: "remitted", amount: 1_281_000, ...at("m2", 3, "2026-02-06") });
  assert.deepEqual([state.outstanding, state.overpaid], [0, 1_000]);
  const undone = applyAdvance(state, { type: "reversed", eventId: "m2", ...at("u", 4, "2026-02-07") });
  assert.equal(undone.outstanding, 1_280_000);
  refused(() => applyAdvance(undone, { type: "reversed", eventId: "m2", ...at("v", 5, "2026-02-07") }), "event.already_reversed");
  refused(() => applyAdvance(state, { type: "remitted", amount: 1, ...at("w", 9, "2026-01-01") }), "event.before_disbursement");
});

test("what an advance earns adds up to the cent, more at first than at the end", () => {
  const { yearly, rows } = advanceIncome({ ...ADVANCE, feeKeptBack: 25_000 });
  assert.equal(rows.reduce((sum, row) => sum + row.income, 0), 300_000 + 25_000);
  assert.equal(rows.at(-1)?.carrying, 0);
  const first = rows.slice(0, 10).reduce((sum, row) => sum + row.income, 0);
  const last = rows.slice(-10).reduce((sum, row) => sum + row.income, 0);
  assert.ok(first > 5 * last, `${first} in the first ten, ${last} in the last`);
  assert.ok(yearly !== null && yearly > 1.5, "delivering 30 % more within half a year costs far more than 60 % a year, for the money is paid back day by day");
  assert.ok(simpleYearlyCost(ADVANCE) > 0.55 && simpleYearlyCost(ADVANCE) < 0.65);
});

test("advances that cannot be are refused by name", () => {
  refused(() => purchasedAmount({ ...ADVANCE, factorPpb: 900_000_000 }), "terms.rate_out_of_range");
  refused(() => purchasedAmount({ ...ADVANCE, feeKeptBack: 1_000_000 }), "terms.malformed");
  refused(() => expectedRemittances({ ...ADVANCE, remittance: { kind: "fixed", amount: 1, every: "week" } }), "terms.installments_not_positive");
});

test("whatever an advance is, its plan delivers what was bought and its income is the difference", () => {
  fc.assert(fc.property(fc.integer({ min: 1_000, max: 50_000_000 }), fc.integer({ min: 1_000_000_000, max: 1_600_000_000 }), fc.integer({ min: 60, max: 400 }), (advance, factorPpb, days) => {
    const terms = advanceTerms({ ...ADVANCE, advance, factorPpb, remittance: { kind: "fixed", amount: Math.ceil((advance * factorPpb) / 1e9 / days), every: "business_day" } });
    const { rows } = advanceIncome(terms);
    assert.equal(rows.reduce((sum, row) => sum + row.remitted, 0), purchasedAmount(terms));
    assert.equal(rows.reduce((sum, row) => sum + row.income, 0), purchasedAmount(terms) - advance);
    assert.ok(rows.every((row) => row.income >= 0));
    assert.equal(rows.at(-1)?.carrying, 0);
  }), { numRuns: 150 });
});

const INVOICE = invoiceTerms({ currency: "EUR", face: 1_000_000, discountPpb: 100_000_000, startDate: d("2026-01-01"), dueDate: d("2026-03-15") });
const paid = (date: string, amount: number, sequence = 1): InvoiceEvent => ({ type: "buyerPaid", amount, ...at(`p${sequence}`, sequence, date) });

test("80 % of an invoice is advanced; interest of 73 days at 10 % is kept back by either discount", () => {
  assert.deepEqual(drawUpInvoice(INVOICE), { advance: 800_000, discount: 16_000, proceeds: 784_000, reserve: 200_000 });
  // 800,000 ÷ 1.02 = 784,313.73
  assert.deepEqual(drawUpInvoice({ ...INVOICE, discount: "true" }).proceeds, 784_314);
});

test("a buyer who pays on the day, early or late settles the advance; the reserve, less or plus interest, is the seller's", () => {
  const start = replayInvoice(INVOICE, [], INVOICE.startDate);
  const onTime = applyInvoice(start, paid("2026-03-15", 1_000_000));
  assert.deepEqual([onTime.advanceOpen, onTime.reserveReleased, onTime.settledDate], [0, 200_000, "2026-03-15"]);
  // 36 of 73 days not needed: 16,000 × 36 ÷ 73 = 7,890 and a fraction, down
  const early = applyInvoice(start, paid("2026-02-07", 1_000_000));
  assert.deepEqual([early.rebate, early.reserveReleased, earnedOfInvoice(early, d("2026-03-15"))], [7_890, 207_890, 8_110]);
  // 20 days late on 8,000.00 at 10 %: 43.84
  const late = applyInvoice(start, paid("2026-04-04", 1_000_000));
  assert.deepEqual([late.reserveReleased, earnedOfInvoice(late, d("2026-04-04"))], [200_000 - 4_384, 16_000 + 4_384]);
  assert.equal(applyInvoice(start, paid("2026-03-18", 1_000_000)).reserveReleased, 200_000 - 658);
  assert.equal(replayInvoice({ ...INVOICE, graceDays: 5 }, [paid("2026-03-18", 1_000_000)], d("2026-03-18")).reserveReleased, 200_000);
  assert.equal(earnedOfInvoice(start, d("2026-02-07")), 8_110, "37 of 73 days");
});

test("invoices that cannot be are refused by name", () => {
  refused(() => drawUpInvoice({ ...INVOICE, dueDate: INVOICE.startDate }), "terms.maturity_before_first_due");
  refused(() => drawUpInvoice({ ...INVOICE, discountPpb: 5_000_000_000, dueDate: d("2026-12-31") }), "terms.payment_below_interest");
  refused(() => applyInvoice(replayInvoice(INVOICE, [], INVOICE.startDate), paid("2025-12-01", 5)), "event.before_disbursement");
});

test("whatever a buyer pays and when: money in is advance, interest and reserve, and any order of arrival gives the same", () => {
  fc.assert(fc.property(fc.array(fc.record({ day: fc.integer({ min: 0, max: 160 }), amount: fc.integer({ min: 1, max: 700_000 }) }), { minLength: 1, maxLength: 5 }), (items) => {
    const events = items.map(({ day, amount }, i): InvoiceEvent => ({ type: "buyerPaid", amount, id: `p${i}`, sequence: i + 1, valueDate: addDays(INVOICE.startDate, day), businessDate: d("2027-01-01") }));
    const end = d("2026-12-31");
    const state = replayInvoice(INVOICE, events, end);
    const money = items.reduce((sum, i) => sum + i.amount, 0);
    if (state.settledDate !== null) assert.equal(earnedOfInvoice(state, end), money - state.reserveReleased - state.proceeds, "what is kept is what came, less what was paid out");
    assert.ok(state.rebate <= state.discount && state.advanceOpen >= 0);
    assert.deepEqual({ ...replayInvoice(INVOICE, [...events].reverse(), end), events: [] }, { ...state, events: [] });
  }), { numRuns: 300 });
});
