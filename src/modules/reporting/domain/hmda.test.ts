import assert from "node:assert/strict";
import { test } from "node:test";
import { age, hmdaLine, universalLoanIdentifier, type Disposition, type HmdaSettings } from "./hmda.ts";

const SETTINGS: HmdaSettings = { lei: "10Bx939c5543TqA1144M", averagePrimeOfferRates: {}, purposes: {}, denialReasons: {} };
const DECLINED: Disposition = {
  number: "999143X", state: "declined", submittedOn: "2026-03-01", stateSince: "2026-03-05", decidedOn: "2026-03-05", paidOutOn: null, outcome: "decline", reasonCodes: [],
  amountMinor: 25_000_000n, termMonths: 360, annualRate: null, apr: null, offered: false, purpose: null, monthlyIncome: null, debtToIncome: null, score: null, age: 25, address: null,
};

test("an identifier ends with the check digits of the regulation's own example", () => {
  assert.equal(universalLoanIdentifier("10Bx939c5543TqA1144M", "999143X"), "10Bx939c5543TqA1144M999143X38");
});

test("what nobody was asked is told as not provided, and a second applicant as none: never as a race, an ethnicity or a sex", () => {
  const field = (number: number) => hmdaLine(DECLINED, SETTINGS)?.split("|")[number - 1];
  assert.deepEqual([19, 31, 33, 49, 51, 53].map(field), ["3", "3", "6", "3", "3", "3"]);
  assert.deepEqual([25, 32, 41, 50, 52, 54].map(field), ["5", "4", "8", "4", "5", "4"]);
  assert.equal(field(3), "10Bx939c5543TqA1144M999143X38");
});

test("a person is a year older on the birthday itself, also after leap days and on the first of March", () => {
  assert.equal(age("2001-03-01", "2026-03-01"), 25);
  assert.equal(age("2001-03-01", "2026-02-28"), 24);
  assert.equal(age("2000-02-29", "2026-02-28"), 25);
  assert.equal(age("2000-02-29", "2026-03-01"), 26);
});

test("a rate spread is told of loans made or approved and not taken, and of nothing else", () => {
  const priced = { ...DECLINED, apr: "0.0800" };
  const spread = (d: Disposition) => hmdaLine(d, { ...SETTINGS, averagePrimeOfferRates: { "2026-03": "0.0650" } })?.split("|")[58];
  assert.equal(spread(priced), "NA");
  assert.equal(spread({ ...priced, state: "disbursed", paidOutOn: "2026-03-20" }), "1.500", "8 % less 6.5 %");
  assert.equal(spread({ ...priced, state: "withdrawn", offered: true }), "1.500");
});
