import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDate } from "../date.ts";
import { refused } from "../testing/worked.ts";
import { applyInvoice, drawUpInvoice, earnedOfInvoice, invoiceTerms, replayInvoice } from "./discounted-invoice.ts";
import type { InvoiceEvent, InvoiceTerms } from "./discounted-invoice.ts";

const day = isoDate;
/** 10,000.00 due in 73 days, 80 % advanced at 10 %: 160.00 kept back, 2.1917… a day. */
const INVOICE = invoiceTerms({ currency: "EUR", face: 1_000_000, discountPpb: 100_000_000, startDate: day("2026-01-01"), dueDate: day("2026-03-15") });
const paid = (date: string, amount: number, sequence = 1): InvoiceEvent => ({ type: "buyerPaid", amount, id: `p${sequence}`, sequence, valueDate: day(date), businessDate: day(date) });
const after = (payments: [string, number][], asOf: string, more: Partial<InvoiceTerms> = {}) => replayInvoice({ ...INVOICE, ...more }, payments.map(([date, amount], i) => paid(date, amount, i + 1)), day(asOf));

test("terms of an invoice: what is left out has its documented default; what cannot be is refused by name, its edges are not", () => {
  assert.deepEqual(INVOICE, {
    currency: "EUR", face: 1_000_000, discountPpb: 100_000_000, startDate: "2026-01-01", dueDate: "2026-03-15", rounding: "half-even", advancePpb: 800_000_000, discount: "bank", daysInYear: 365, latePpb: null,
    graceDays: 0, rebatePpb: 1_000_000_000,
  });
  const draw = (more: Partial<InvoiceTerms>) => drawUpInvoice({ ...INVOICE, ...more });
  for (const face of [0, -1, 0.5]) refused(() => draw({ face }), "terms.principal_not_positive");
  for (const advancePpb of [0, -1, 1_000_000_001, Number.NaN]) refused(() => draw({ advancePpb }), "terms.malformed");
  for (const discountPpb of [-1, 5_000_000_001, 0.5]) refused(() => draw({ discountPpb }), "terms.rate_out_of_range");
  refused(() => draw({ dueDate: day("2025-12-31") }), "terms.maturity_before_first_due");
  assert.deepEqual(draw({ face: 1, advancePpb: 1_000_000_000, discountPpb: 0 }), { advance: 1, discount: 0, proceeds: 1, reserve: 0 });
  assert.equal(draw({ advancePpb: 1_000_000_000 }).advance, 1_000_000);
  assert.deepEqual(draw({ discountPpb: 4_999_000_000 }), { advance: 800_000, discount: 799_840, proceeds: 160, reserve: 200_000 });
  // 73 days at 500 % are all of it.
  refused(() => draw({ discountPpb: 5_000_000_000 }), "terms.payment_below_interest");
  assert.equal(draw({ discountPpb: 5_000_000_000, discount: "true" }).proceeds, 400_000);
});

test("a buyer who pays in parts: each part's days not needed are given back, the reserve when all is paid", () => {
  const half = after([["2026-02-07", 400_000]], "2026-02-10");
  // Half of 160.00 for 36 of 73 days: 39.45.
  assert.deepEqual([half.received, half.advanceOpen, half.rebate, half.reserveReleased, half.settledDate, half.lateInterest], [400_000, 400_000, 3_945, 0, null, 0]);
  const both = after([["2026-02-07", 400_000], ["2026-03-15", 600_000]], "2026-03-20");
  assert.deepEqual([both.advanceOpen, both.rebate, both.reserveReleased, both.settledDate], [0, 3_945, 203_945, "2026-03-15"]);
  const more = after([["2026-02-07", 800_000], ["2026-02-20", 200_000]], "2026-03-20");
  assert.deepEqual([more.settledDate, more.rebate, more.reserveReleased], ["2026-02-07", 7_890, 207_890], "what comes after it is settled is reserve");
  assert.equal(after([["2026-02-07", 1_000_000]], "2026-03-20", { rebatePpb: 500_000_000 }).rebate, 3_945);
  assert.equal(after([["2026-02-07", 1_000_000]], "2026-02-06").received, 0, "not yet");
});

test("late interest runs on what is open from the due date, after the days of grace, at its own rate if there is one", () => {
  // 8,000.00 at 10 %: 2.19178… a day.
  assert.equal(after([], "2026-03-15").lateInterest, 0);
  assert.equal(after([], "2026-03-16").lateInterest, 219);
  assert.equal(after([], "2026-03-20", { graceDays: 5 }).lateInterest, 0, "the last day of grace");
  assert.equal(after([], "2026-03-21", { graceDays: 5 }).lateInterest, 6 * 219 + 1);
  assert.equal(after([], "2026-03-25", { latePpb: 365_000_000 }).lateInterest, 8_000);
  // Ten days of 8.00, of which 30.00 are paid, then ten days more.
  const part = after([["2026-03-25", 3_000]], "2026-04-04", { latePpb: 365_000_000 });
  assert.deepEqual([part.advanceOpen, part.lateInterest, part.settledDate], [800_000, 5_000 + 8_000, null]);
  // 80.00 and 4,000.00 paid: ten days on the rest.
  const half = after([["2026-03-25", 408_000]], "2026-04-04", { latePpb: 365_000_000 });
  assert.deepEqual([half.advanceOpen, half.lateInterest], [400_000, 4_000]);
  const early = after([["2026-02-07", 400_000], ["2026-03-25", 404_000]], "2026-04-04", { latePpb: 365_000_000 });
  assert.deepEqual([early.advanceOpen, early.lateInterest, early.settledDate], [0, 0, "2026-03-25"]);
  const order = [paid("2026-03-25", 408_000, 2), paid("2026-03-20", 1_000, 1)];
  assert.deepEqual(replayInvoice(INVOICE, order, day("2026-04-04")).events.map((e) => e.sequence), [1, 2]);
});

test("interest is earned straight over the days up to the day it is paid; what was not needed, late or released never", () => {
  const open = after([], "2026-03-15");
  assert.deepEqual(["2025-12-31", "2026-01-01", "2026-01-02", "2026-03-15", "2026-04-15"].map((d) => earnedOfInvoice(open, day(d))), [0, 0, 219, 16_000, 16_000]);
  const early = after([["2026-02-07", 1_000_000]], "2026-02-07");
  assert.deepEqual(["2026-01-02", "2026-02-06", "2026-02-07", "2026-03-01"].map((d) => earnedOfInvoice(early, day(d))), [219, 7_890, 8_110, 8_110]);
  const late = after([["2026-04-04", 1_000_000]], "2026-04-04");
  assert.deepEqual(["2026-03-01", "2026-03-20", "2026-04-04"].map((d) => earnedOfInvoice(late, day(d))), [12_932, 16_000, 20_384]);
});

test("one more payment: refused like any event that cannot be, and the invoice is seen on the later of its days", () => {
  const start = after([["2026-02-07", 400_000]], "2026-02-10");
  assert.equal(applyInvoice(start, paid("2026-02-08", 1, 2)).asOf, "2026-02-10");
  assert.equal(applyInvoice(start, paid("2026-02-20", 1, 2)).asOf, "2026-02-20");
  refused(() => applyInvoice(start, paid("2026-02-20", 1, 1)), "event.duplicate");
  const undone = applyInvoice(start, { type: "reversed", eventId: "p1", id: "u", sequence: 2, valueDate: day("2026-02-11"), businessDate: day("2026-02-11") });
  assert.deepEqual([undone.received, undone.advanceOpen, undone.rebate], [0, 800_000, 0]);
});
