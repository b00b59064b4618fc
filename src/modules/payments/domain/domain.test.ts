import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { StatementLine } from "../ports.ts";
import type { Awaited } from "./awaited.ts";
import { classify, lineKey, ties, type Known } from "./classify.ts";
import { confidenceOf, loanNumbersIn, ownerOf } from "./matching.ts";
import { before, mayBecome, stateOfStatus, type PayoutState } from "./payout.ts";

test("a loan number is found however people write it, and nothing that only looks like one", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["LN00000042", ["LN00000042"]], ["emi ln00000042 jan", ["LN00000042"]], ["LN 0000-0042", ["LN00000042"]], ["LN-00000042,", ["LN00000042"]],
    ["LN0000004", []], ["LN000000421", []], ["XLN00000042", []], ["PLN 00000042", []], ["LN00000001 LN00000002 LN00000001", ["LN00000001", "LN00000002"]], ["", []],
  ];
  for (const [text, expected] of cases) assert.deepEqual(loanNumbersIn(text), expected, text);
});

test("a line belongs to a loan only when every reference that is known means that loan", () => {
  const known = new Map([["LN00000001", "la_1"], ["LN00000002", "la_2"], ["E1", "la_1"]]);
  assert.deepEqual(ownerOf({ remittance: "LN00000001" }, known), { loanAccountId: "la_1", how: "loan_number" });
  assert.deepEqual(ownerOf({ endToEndId: "E1", remittance: "LN00000001" }, known), { loanAccountId: "la_1", how: "end_to_end_id" });
  assert.equal(ownerOf({ endToEndId: "E1", remittance: "LN00000002" }, known), undefined);
  assert.equal(ownerOf({ remittance: "LN00000001 LN00000002" }, known), undefined);
  assert.equal(ownerOf({ remittance: "LN00000009" }, known), undefined);
});

test("the more earlier payments agree, the surer a suggestion, and never certain", () => {
  const of = (sameAccount: boolean, sameName: boolean, sameAmount: boolean, times = 1) => confidenceOf({ loanAccountId: "la", sameAccount, sameName, sameAmount, times });
  assert.ok(of(true, true, true) > of(true, true, false));
  assert.ok(of(true, false, false) > of(false, true, true));
  assert.ok(of(true, true, true, 1000) < 100);
  assert.equal(of(false, false, false), 0);
});

test("a payout moves only along its states; money that left or was refused never goes out again", () => {
  const all: readonly PayoutState[] = ["created", "sending", "sent", "accepted", "settled", "rejected", "in_doubt", "returned"];
  const allowed = new Set(["created>sending", "sending>sent", "sending>accepted", "sending>settled", "sending>rejected", "sending>in_doubt", "in_doubt>sending", "in_doubt>sent", "in_doubt>accepted",
    "in_doubt>settled", "in_doubt>rejected", "sent>accepted", "sent>settled", "sent>rejected", "accepted>settled", "accepted>rejected", "settled>returned"]);
  for (const from of all) for (const to of all) assert.equal(mayBecome(from, to), allowed.has(`${from}>${to}`), `${from}>${to}`);
  for (const end of ["settled", "rejected", "returned"] as const) assert.ok(!before("sending").includes(end));
  assert.deepEqual([stateOfStatus("RJCT"), stateOfStatus("ACSC"), stateOfStatus("PDNG")], ["rejected", "accepted", undefined]);
});

const line = (more: Partial<StatementLine>): StatementLine => ({ bankReference: "B1", amountMinor: 100n, currency: "INR", bookingDate: "2026-01-15", valueDate: "2026-01-15", code: "RCDT/DMCT", remittance: "", ...more });
const nothing: Known = { owners: new Map(), payouts: new Map(), receipts: new Map(), lines: new Set(), awaited: [] };

test("each kind of line is told apart", () => {
  const known: Known = {
    owners: new Map([["LN00000001", "la_1"]]), payouts: new Map([["po_1", { amountMinor: 100n, state: "accepted" }], ["po_2", { amountMinor: 100n, state: "settled" }]]),
    receipts: new Map([["R1", { id: "rcp_1", amountMinor: 100n, state: "matched", hasLine: true }], ["N1", { id: "rcp_2", amountMinor: 100n, state: "suspense", hasLine: false }]]),
    lines: new Set([lineKey(line({ bankReference: "OLD" }))]), awaited: [],
  };
  const kinds: readonly (readonly [Partial<StatementLine>, object])[] = [
    [{ bankReference: "OLD" }, { kind: "repeated" }],
    [{ remittance: "LN00000001" }, { kind: "receipt", owner: { loanAccountId: "la_1", how: "loan_number" } }],
    [{}, { kind: "receipt", owner: undefined }],
    [{ bankReference: "N1" }, { kind: "receipt", receiptId: "rcp_2" }],
    [{ endToEndId: "po_1", amountMinor: -100n, code: "ICDT/DMCT" }, { kind: "payout", payoutId: "po_1" }],
    [{ endToEndId: "po_1", amountMinor: -99n }, { kind: "other", note: "Names payout po_1, but the amount differs." }],
    [{ endToEndId: "po_2", amountMinor: -100n }, { kind: "other", note: "Payout po_2 left once already." }],
    [{ endToEndId: "po_2", amountMinor: 100n, code: "ICDT/RRTN" }, { kind: "payout_return", payoutId: "po_2" }],
    [{ amountMinor: -100n, code: "RCDT/RRTN", originalReference: "R1" }, { kind: "receipt_return", receiptId: "rcp_1" }],
    [{ amountMinor: -100n, code: "RCDT/RRTN", originalReference: "R9" }, { kind: "other", note: "A return of money that we do not know." }],
    [{ amountMinor: -5n }, { kind: "other", note: "Money out that no payout of ours explains." }],
  ];
  for (const [more, expected] of kinds) assert.deepEqual(classify(line(more), known), expected, JSON.stringify(more, (_k, v: unknown) => (typeof v === "bigint" ? v.toString() : v)));
});

test("money taken in by hand is known again by what it was called, by its loan and day, or by nothing but being the only one", () => {
  const byHand = (id: string, more: Partial<Awaited> = {}): Awaited => ({ id, amountMinor: 100n, channel: "cheque", valueDate: "2026-01-15", loanAccountId: "la_1", ...more });
  const owners = new Map([["LN00000001", "la_1"], ["LN00000002", "la_2"]]);
  const silent = { counterpartyName: undefined, counterpartyAccount: undefined };
  const payer = { counterpartyName: "Asha Rao" };
  const [named, unnamed, nobody] = [{ kind: "receipt", owner: { loanAccountId: "la_1", how: "loan_number" } }, { kind: "receipt", owner: undefined }, { kind: "receipt" }];
  const tied = (receiptId: string) => ({ kind: "receipt", receiptId });
  const cases: readonly (readonly [string, Partial<StatementLine>, readonly Awaited[], object])[] = [
    ["its reference in the text", { ...payer, remittance: "cheque chq-4711 cleared" }, [byHand("a", { reference: "CHQ-4711" })], tied("a")],
    ["its reference as EndToEndId, weeks later", { ...payer, endToEndId: "CHQ-4711", valueDate: "2026-02-20" }, [byHand("a", { reference: "CHQ-4711" })], tied("a")],
    ["a part of another reference is not it", { ...payer, remittance: "CHQ-47110" }, [byHand("a", { reference: "CHQ-4711" })], unnamed],
    ["its reference with another amount is for a person", { ...payer, remittance: "CHQ-4711 LN00000001", amountMinor: 90n }, [byHand("a", { reference: "CHQ-4711" })], nobody],
    ["its loan, two days later", { ...payer, remittance: "LN00000001", valueDate: "2026-01-17" }, [byHand("a")], tied("a")],
    ["its loan, the nearest day of two", { ...payer, remittance: "LN00000001", valueDate: "2026-01-17" }, [byHand("a", { valueDate: "2026-01-11" }), byHand("b", { valueDate: "2026-01-16" })], tied("b")],
    ["another loan", { ...payer, remittance: "LN00000002" }, [byHand("a")], { kind: "receipt", owner: { loanAccountId: "la_2", how: "loan_number" } }],
    ["the next installment of the same size", { ...payer, remittance: "LN00000001", valueDate: "2026-02-15" }, [byHand("a")], named],
    ["a transfer that names the loan is not the cash of that day", { ...payer, remittance: "LN00000001" }, [byHand("a", { channel: "cash" })], named],
    ["cash brought to the bank", { ...silent, valueDate: "2026-01-16" }, [byHand("a", { channel: "cash" })], tied("a")],
    ["which of two cannot be told", { ...silent, valueDate: "2026-01-16" }, [byHand("a"), byHand("b")], unnamed],
    ["somebody who is named but not the loan", payer, [byHand("a")], unnamed],
    ["another amount", { ...silent, amountMinor: 99n }, [byHand("a")], unnamed],
  ];
  for (const [what, more, awaited, expected] of cases) assert.deepEqual(classify(line(more), { ...nothing, owners, awaited }), expected, what);
  assert.deepEqual(classify(line({ ...silent }), { ...nothing, awaited: [byHand("a")] }, new Set(["a"])), unnamed, "one line of a statement took it: another does not");
});

test("a statement ties exactly when opening and entries make the closing balance", () => {
  fc.assert(fc.property(fc.bigInt(-1000n, 1000n), fc.array(fc.bigInt(-500n, 500n)), fc.bigInt(-3n, 3n), (openingMinor, amounts, off) => {
    const closingMinor = openingMinor + amounts.reduce((a, b) => a + b, 0n) + off;
    assert.equal(ties({ statementId: "s", account: "a", currency: "INR", openingMinor, closingMinor, lines: amounts.map((amountMinor) => line({ amountMinor })) }), off === 0n);
  }));
  assert.equal(ties({ statementId: "s", account: "a", currency: "INR", lines: [] }), undefined);
  assert.equal(classify(line({}), nothing).kind, "receipt");
});
