import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { isoDate } from "#engine/index.ts";
import type { CreditStanding } from "#modules/servicing/index.ts";
import { metro2Account, type AccountOptions, type Consumer } from "./account.ts";
import { checkMetro2, countMetro2, metro2Header, metro2Trailer, type Metro2Counts } from "./file.ts";
import { ATTACHED, BASE_SEGMENT, HEADER, TRAILER } from "./layout.ts";
import { readAttached, readBaseSegment, readRecord, writeRecord } from "./record.ts";
import { METRO2_STATUS, metro2Status, paymentHistoryProfile } from "./status.ts";

test("the fields of each record lie side by side over its columns", () => {
  const widths = { BASE: 426, HEADER: 426, TRAILER: 426, J1: 100, J2: 200, K1: 34, K2: 34, K3: 40, K4: 30, L1: 54, N1: 146 };
  for (const [name, layout] of Object.entries({ BASE: BASE_SEGMENT, HEADER, TRAILER, ...ATTACHED })) {
    let next = 1;
    for (const field of layout) {
      assert.equal(field.start, next, field.name);
      assert.ok(field.length > 0, field.name);
      next += field.length;
    }
    assert.equal(next - 1, widths[name as keyof typeof widths], name);
  }
});

test("what is written is read back", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 999_999_999 }), fc.stringMatching(/^[A-Z][A-Z0-9]{0,24}$/), (balance, surname) => {
    const line = writeRecord(BASE_SEGMENT, { recordDescriptorWord: 426, currentBalance: balance, surname, dateOpened: "2026-01-15" });
    assert.equal(line.length, 426);
    const read = readBaseSegment(line);
    assert.deepEqual([read["currentBalance"], read["surname"], read["dateOpened"], read["dateClosed"]], [balance, surname, "2026-01-15", null]);
    assert.equal(writeRecord(BASE_SEGMENT, read), line);
  }));
});

test("what does not fit is refused", () => {
  const write = (record: Parameters<typeof writeRecord>[1]) => writeRecord(BASE_SEGMENT, record);
  assert.throws(() => write({ currentBalance: 1_000_000_000 }), /currentBalance does not hold/);
  assert.throws(() => write({ currentBalance: -1 }), RangeError);
  assert.throws(() => write({ surname: "Ünal" }), RangeError);
  assert.throws(() => write({ nickname: "X" }), /no such field/);
  assert.throws(() => readBaseSegment("0426"), /426 columns/);
  assert.throws(() => readAttached(`${"0".repeat(426)}Q1`), /no such segment/);
});

test("status follows days past due, and the history is filled with B", () => {
  for (const { from, status } of METRO2_STATUS) assert.equal(metro2Status(from).status, status);
  assert.deepEqual(metro2Status(89), { status: "78", code: "2" });
  assert.throws(() => metro2Status(-1), RangeError);
  assert.equal(paymentHistoryProfile(["1", "0"]), "10BBBBBBBBBBBBBBBBBBBBBB");
  assert.equal(paymentHistoryProfile([]), "B".repeat(24));
  assert.throws(() => paymentHistoryProfile(["B", "0"]), RangeError);
});

const loan: CreditStanding = {
  loanAccountId: "la_1", number: "LN10000001", productCode: "us-personal", productVersionId: "prv_1", branchId: null, currency: "USD", borrowerName: "Ann Lee", parties: [], status: "active", openedDate: isoDate("2025-11-15"),
  closedDate: null, chargedOffDate: null, original: 1_200_000, installments: 24, every: 1, unit: "months", lastDueDate: isoDate("2027-11-15"), ratePpb: 120_000_000, installment: 56_488, balance: 1_155_123, principal: 1_150_000, pastDue30: 56_488, overdue: 112_976,
  daysPastDue: 47, lostAmount: 0, paidInSpan: 10_050, interestPaidInSpan: 0, lastPaymentDate: isoDate("2026-01-02"), lastPayment: 10_050, pastDueSince: isoDate("2025-12-15"), ninetyDaysOn: null, daysBeforeEnd: 0, history: [16, 0, ...Array<null>(22).fill(null)],
};
const ann: Consumer & { role: string } = { role: "borrower", givenName: "Ann", familyName: "Lée", birthDate: "1980-05-06", phone: "+14155550123", ssn: "219-09-9999", address: { line1: "12 Main St", city: "Lincoln", region: "NE", postalCode: "68501-1234" } };
const options: AccountOptions = { asOf: isoDate("2026-01-31"), timeStamp: "02012026040000", identificationNumber: "PRAIRIE", portfolioType: "I", accountType: "01", correction: false, compliance: "" };

test("an account 47 days late is reported in whole dollars with the day its delinquency began", () => {
  const { base, text } = metro2Account(loan, [ann], options);
  assert.equal(text.length, 426);
  const read = readBaseSegment(text);
  assert.deepEqual([read["accountStatus"], read["currentBalance"], read["amountPastDue"], read["actualPaymentAmount"], read["scheduledMonthlyPaymentAmount"]], ["71", 11_551, 564, 100, 564]);
  assert.equal(read["dateFirstDelinquency"], "2026-01-14", "30 days after the due date of 15 December");
  assert.deepEqual([read["surname"], read["socialSecurityNumber"], read["zipCode"], read["termsDuration"], read["termsFrequency"]], ["LEE", 219_099_999, "685011234", "024", "M"]);
  assert.equal(read["paymentHistoryProfile"], `00${"B".repeat(22)}`, "16 days late is still 0");
  assert.equal(base["ecoaCode"], "1");
});

test("a closed loan is 13 with a rating, a loss 97 with its amount, a loss paid later 64", () => {
  const read = (s: Partial<CreditStanding>) => readBaseSegment(metro2Account({ ...loan, ...s }, [ann], options).text);
  const closed = read({ status: "closed", closedDate: isoDate("2026-01-20"), balance: 0, daysBeforeEnd: 35, daysPastDue: 0 });
  assert.deepEqual([closed["accountStatus"], closed["paymentRating"], closed["currentBalance"], closed["amountPastDue"], closed["dateClosed"], closed["dateFirstDelinquency"]], ["13", "1", 0, 0, "2026-01-20", "2026-01-14"]);
  const lost = read({ status: "charged_off", chargedOffDate: isoDate("2026-01-20"), balance: 900_000, lostAmount: 1_000_000 });
  assert.deepEqual([lost["accountStatus"], lost["currentBalance"], lost["amountPastDue"], lost["originalChargeOffAmount"]], ["97", 9_000, 9_000, 10_000]);
  assert.equal(read({ status: "closed", closedDate: isoDate("2026-01-25"), chargedOffDate: isoDate("2026-01-20"), lostAmount: 1_000_000, balance: 0 })["accountStatus"], "64");
  const settled = read({ status: "settled", closedDate: isoDate("2026-01-20"), balance: 0, lostAmount: 100_000 });
  assert.deepEqual([settled["accountStatus"], settled["specialComment"], settled["originalChargeOffAmount"]], ["13", "AU", 0]);
  const current = read({ daysPastDue: 0, pastDue30: 0, overdue: 0, pastDueSince: null });
  assert.deepEqual([current["accountStatus"], current["amountPastDue"], current["dateFirstDelinquency"]], ["11", 0, null]);
});

test("a co-borrower at the same address is a J1, a guarantor elsewhere a J2, and the trailer counts them", async () => {
  const ben = { ...ann, role: "co_borrower", givenName: "Ben" };
  const cy = { ...ann, role: "guarantor", givenName: "Cy", ssn: null, address: { line1: "9 Elm St", city: "Omaha", region: "NE", postalCode: "68102" } };
  const { base, attached, text } = metro2Account(loan, [ann, ben, cy], options);
  assert.deepEqual([base["recordDescriptorWord"], text.length, base["ecoaCode"], attached.map((a) => [a["segmentIdentifier"], a["ecoaCode"]])], [726, 726, "2", [["J1", "2"], ["J2", "5"]]]);
  const counts: Metro2Counts = {};
  countMetro2(counts, base, attached);
  const header = metro2Header({ name: "Prairie Lending", address: "1 Plains Rd", phone: "(402) 555-0100", programs: { equifax: "E1" } }, isoDate("2026-01-31"), isoDate("2026-02-01"));
  const trailer = metro2Trailer(counts);
  assert.deepEqual([header.length, trailer.length], [426, 426]);
  assert.deepEqual(await checkMetro2([header, text, trailer]), { records: 3, faults: [] });
  assert.equal(readRecord(TRAILER, trailer)["totalSocialNumbersAllSegments"], 2);
  assert.match((await checkMetro2([header, text, text, trailer])).faults.join(), /totalBaseRecords: the trailer says 1, the records come to 2/);
  assert.match((await checkMetro2([header, text.replace("0726", "0426"), trailer])).faults.join(), /descriptor says 426/);
});

const SAMPLES = process.env["LOANWRIGHT_SAMPLES"] ?? join(import.meta.dirname, "../../../../../../shared");

test("a published sample file is read to its counts, and every record of it is written again byte for byte", (t) => {
  if (!existsSync(join(SAMPLES, "data/metro2"))) {
    assert.equal(process.env["CI"], undefined, "the sample files are missing");
    return t.skip(`no sample files under ${SAMPLES}`);
  }
  const text = readFileSync(join(SAMPLES, "data/metro2/unpacked_variable_file.dat"), "latin1");
  // Each record stands after a block descriptor of four columns.
  const [header = "", account = "", trailer = ""] = [text.slice(text.indexOf("0426HEADER"), text.indexOf("0426HEADER") + 426), text.slice(text.indexOf("10001010120")).split("\n")[0] ?? "", text.slice(text.indexOf("0426TRAILER")).slice(0, 426)];
  assert.equal(writeRecord(HEADER, readRecord(HEADER, header)), header);
  assert.equal(writeRecord(TRAILER, readRecord(TRAILER, trailer)), trailer);
  const base = readBaseSegment(account);
  const attached = readAttached(account);
  assert.equal(writeRecord(BASE_SEGMENT, base), account.slice(0, 426));
  assert.deepEqual(attached.map((a) => a["segmentIdentifier"]), ["J1", "J2", "K3", "L1", "N1"]);
  const written = attached.map((a) => writeRecord(ATTACHED[a["segmentIdentifier"] as string] ?? [], a)).join("");
  assert.equal(written, account.slice(426, 426 + written.length));
  const counts: Metro2Counts = {};
  countMetro2(counts, base, attached);
  assert.equal(metro2Trailer(counts), trailer, "our trailer of their records is theirs");

  for (const [kind, layout] of Object.entries(ATTACHED)) {
    const sample = readFileSync(join(SAMPLES, `data/metro2/${kind.toLowerCase()}_segment.dat`), "latin1").replaceAll(/[\r\n]/g, "");
    const columns = layout.reduce((sum, field) => sum + field.length, 0);
    assert.equal(writeRecord(layout, readRecord(layout, sample.padEnd(columns))), sample.padEnd(columns), kind);
  }
});
