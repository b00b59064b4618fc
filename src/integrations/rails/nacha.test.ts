import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { UnreadableFile } from "#modules/payments/ports.ts";
import { ibanValid, readAch, readInitiation, returnLevelsExceeded, routingCheckDigit } from "./index.ts";
import { writeCreditTransfers, writeDirectDebits } from "./pain-write.ts";

const pad = (text: string, width: number) => text.padEnd(width).slice(0, width);
const zeros = (value: number | bigint, width: number) => String(value).padStart(width, "0");

/** An ACH file of one batch of debits, each with an addenda of the kind given. */
function achFile(entries: readonly { eight: string; cents: number; addenda?: string }[], tamper: { credit?: number } = {}): string {
  const sum = entries.reduce((total, e) => total + BigInt(e.cents), 0n);
  const hash = entries.reduce((total, e) => total + BigInt(e.eight), 0n) % 10_000_000_000n;
  const lines = [
    pad("101 121042882 1210428822601150400A094101", 94), pad("5225", 94),
    ...entries.flatMap((e, i) => [`627${e.eight}${routingCheckDigit(e.eight)}${pad("12345", 17)}${zeros(e.cents, 10)}${pad("LN10000001", 15)}${pad("Ann Lee", 22)}  ${e.addenda === undefined ? 0 : 1}12104288${zeros(i + 1, 7)}`, ...(e.addenda === undefined ? [] : [pad(e.addenda, 94)])]),
    pad("8225", 94),
  ];
  const count = entries.length + entries.filter((e) => e.addenda !== undefined).length;
  const blocks = Math.ceil((lines.length + 1) / 10);
  lines.push(pad(`9${zeros(1, 6)}${zeros(blocks, 6)}${zeros(count, 8)}${zeros(hash, 10)}${zeros(sum, 12)}${zeros(tamper.credit ?? 0, 12)}`, 94));
  while (lines.length % 10 !== 0) lines.push("9".repeat(94));
  return lines.join("\n");
}

test("an ACH file is read with its returns and changes, and its totals are proved", () => {
  const file = readAch(achFile([{ eight: "12104288", cents: 56_488, addenda: "799R01121042880000001" }, { eight: "02100002", cents: 100, addenda: "798C01121042880000002              998877" }, { eight: "09140060", cents: 5 }]));
  assert.deepEqual(file.faults, []);
  assert.deepEqual(file.entries.map((e) => [e.amountMinor, e.returned?.code, e.returned?.originalTrace, e.change?.code, e.change?.corrected]), [[56_488n, "R01", "121042880000001", undefined, undefined], [100n, undefined, undefined, "C01", "998877"], [5n, undefined, undefined, undefined, undefined]]);
  assert.deepEqual(readAch(achFile([{ eight: "12104288", cents: 56_488 }], { credit: 1 })).faults, ["creditMinor: the control record says 1, the records come to 0"]);
});

test("a file with a short line, without control record, or with a wrong check digit is told by its line", () => {
  const text = achFile([{ eight: "12104288", cents: 1 }]);
  assert.throws(() => readAch(text.replace("5225 ", "5225")), (error) => error instanceof UnreadableFile && /line 2/.test(error.message));
  assert.throws(() => readAch(text.split("\n").slice(0, 4).join("\n")), /control record/);
  assert.match(readAch(text.replace("627121042882", "627121042883")).faults.join(), /check digit of 121042883/);
});

test("totals of any batch agree, and one cent more does not", () => {
  const entry = fc.record({ eight: fc.stringMatching(/^\d{8}$/), cents: fc.integer({ min: 0, max: 9_999_999 }) });
  fc.assert(fc.property(fc.array(entry, { minLength: 1, maxLength: 40 }), (entries) => {
    assert.deepEqual(readAch(achFile(entries)).faults, []);
    assert.equal(readAch(achFile(entries, { credit: 1 })).faults.length, 1);
  }), { numRuns: 50 });
});

test("return levels are exceeded by more than their share, and not by the share itself", () => {
  assert.deepEqual(returnLevelsExceeded(10_000, { unauthorized: 50, administrative: 300, overall: 1500 }), []);
  assert.deepEqual(returnLevelsExceeded(10_000, { unauthorized: 51, administrative: 301, overall: 1501 }), ["unauthorized", "administrative", "overall"]);
});

test("an IBAN with two characters exchanged, of another length or of no country is not one", () => {
  assert.equal(ibanValid("GB82 WEST 1234 5698 7654 32"), true);
  for (const wrong of ["GB82WEST12345698765423", "GB82WEST1234569876543", "ZZ82WEST12345698765432", "GB82WEST1234569876543!", ""]) assert.equal(ibanValid(wrong), false, wrong);
});

test("what we order is read back to its counts and sums, and a changed sum is seen", () => {
  const party = { name: "Ann", number: { scheme: "us" as const, bankCode: "021000021", account: "123456789" } };
  const payouts = writeCreditTransfers({ messageId: "M1", createdAt: "2026-01-15T04:00:00Z", executionDate: "2026-01-15", currency: "USD", debtor: party, transfers: [1050n, 2n].map((amountMinor, i) => ({ endToEndId: `E${i}`, amountMinor, creditor: party, remittance: "" })) } as never);
  const read = readInitiation(Buffer.from(payouts));
  assert.deepEqual([read.count, read.controlSum, read.countMatches, read.controlSumMatches], [2, "10.52", true, true]);
  assert.equal(readInitiation(Buffer.from(payouts.replace("<CtrlSum>10.52", "<CtrlSum>10.53"))).controlSumMatches, false);
  assert.equal(readInitiation(Buffer.from(payouts.replace("<NbOfTxs>2", "<NbOfTxs>3"))).countMatches, false);
  const debits = writeDirectDebits({ messageId: "M2", createdAt: "2026-01-15T04:00:00Z", collectionDate: "2026-01-16", currency: "USD", creditor: party, debits: [{ endToEndId: "D1", amountMinor: 500n, debtor: party, mandateId: "MND-1", signedDate: "2026-01-01", remittance: "" }] } as never);
  assert.deepEqual(readInitiation(Buffer.from(debits)).items[0]?.mandateId, "MND-1");
});
