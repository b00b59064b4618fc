import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { noParts } from "#engine/index.ts";
import type { TransactionState } from "#engine/index.ts";
import { ACCOUNT_TYPES, mirrored, postingsOf } from "./compat-posting-rules.ts";

const types: readonly TransactionState["type"][] = [
  "disbursement", "repayment", "down_payment", "goodwill_credit", "merchant_refund", "payout_refund", "refund_by_cash", "settlement", "charge_payment_at_disbursement", "charge_adjustment",
  "charge_waiver", "interest_waiver", "charge_off", "write_off", "recovery", "credit_balance_refund", "chargeback", "re_age", "re_amortize", "accrual",
];

const minor = fc.integer({ min: 0, max: 1_000_000 });

/** Any transaction as the engine makes them: parts and overpayment add up to the amount, except where a type has no parts. */
const anyTransaction: fc.Arbitrary<TransactionState> = fc.record({ type: fc.constantFrom(...types), principal: minor, interest: minor, fee: minor, penalty: minor, over: minor, afterChargeOff: fc.boolean(), fraud: fc.boolean(), shown: fc.boolean() }).map((r) => {
  const parts = r.type === "accrual" ? { principal: 0, interest: r.interest, fee: r.fee, penalty: r.penalty } : { principal: r.principal, interest: r.interest, fee: r.fee, penalty: r.penalty };
  const total = parts.principal + parts.interest + parts.fee + parts.penalty;
  const noOver = ["charge_off", "write_off", "accrual", "disbursement", "charge_waiver", "interest_waiver", "recovery", "charge_payment_at_disbursement"].includes(r.type);
  // A chargeback by components shows the parts of the whole amount, what an overpayment met included.
  const overlaps = r.type === "chargeback" && r.shown;
  const over = noOver ? 0 : overlaps ? Math.min(r.over, total) : r.over;
  return {
    eventId: "e", sequence: 1, type: r.type, date: "2026-01-01" as TransactionState["date"], amount: overlaps ? total : total + over, parts, overpayment: over, balanceAfter: 0, reversed: false, reversedDate: null,
    afterChargeOff: r.afterChargeOff, fraud: r.fraud, lines: [], charges: [],
  };
});

test("postings of any transaction balance, name known accounts and have one side each; their mirror undoes them", () => {
  fc.assert(fc.property(anyTransaction, (tx) => {
    const lines = postingsOf(tx);
    const sum = (side: "debit" | "credit") => lines.reduce((s, l) => s + l[side], 0);
    assert.equal(sum("debit"), sum("credit"), tx.type);
    for (const line of lines) {
      assert.ok(line.account in ACCOUNT_TYPES);
      assert.ok(line.debit >= 0 && line.credit >= 0 && (line.debit === 0) !== (line.credit === 0));
    }
    const net = new Map<string, number>();
    for (const line of [...lines, ...mirrored(lines)]) net.set(line.account, (net.get(line.account) ?? 0) + line.debit - line.credit);
    assert.ok([...net.values()].every((v) => v === 0));
  }), { numRuns: 3000 });
});

test("a repayment credits the receivables, and income only after a charge-off", () => {
  const tx: TransactionState = { eventId: "e", sequence: 1, type: "repayment", date: "2026-01-01" as TransactionState["date"], amount: 110, parts: { ...noParts(), principal: 100, interest: 10 }, overpayment: 0, balanceAfter: 0, reversed: false, reversedDate: null, afterChargeOff: false, fraud: false, lines: [], charges: [] };
  assert.deepEqual(postingsOf(tx), [{ account: "settlement_clearing", debit: 110, credit: 0 }, { account: "loan_principal_receivable", debit: 0, credit: 100 }, { account: "interest_fee_receivable", debit: 0, credit: 10 }]);
  assert.deepEqual(postingsOf({ ...tx, afterChargeOff: true }), [{ account: "settlement_clearing", debit: 110, credit: 0 }, { account: "recovery_income", debit: 0, credit: 110 }]);
});

test("interest that becomes principal moves from one receivable to the other, and no money comes in", () => {
  const tx: TransactionState = { eventId: "e", sequence: 1, type: "capitalization", date: "2026-01-01" as TransactionState["date"], amount: 10, parts: { ...noParts(), principal: -10, interest: 10 }, overpayment: 0, balanceAfter: 110, reversed: false, reversedDate: null, afterChargeOff: false, fraud: false, lines: [], charges: [] };
  assert.deepEqual(postingsOf(tx), [{ account: "loan_principal_receivable", debit: 10, credit: 0 }, { account: "interest_fee_receivable", debit: 0, credit: 10 }]);
});
