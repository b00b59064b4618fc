import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { linesOfShares, summed } from "./posting.ts";
import { netOf } from "./shares.ts";

const cents = fc.integer({ min: -1_000_000, max: 1_000_000 });
const amounts = fc.record({ principal: cents, interest: cents, fee: cents, penalty: cents, recovery: cents, loss: cents, servicingFee: cents, received: cents, loan: fc.integer({ min: 0, max: 5 }) });

test("whatever is shared, its entry balances by product and branch, and credits the owner with what is owed", () => {
  fc.assert(fc.property(fc.array(amounts, { maxLength: 12 }), (shares) => {
    const { lines, netMinor } = linesOfShares(summed(shares, (s) => ({ productCode: `p${s.loan % 2}`, branchId: s.loan > 3 ? "br_1" : null })));
    const of = (some: typeof lines) => some.reduce((sum, l) => sum + (l.debit ?? 0n) - (l.credit ?? 0n), 0n);
    for (const productCode of ["p0", "p1"]) for (const branchId of ["br_1", undefined]) assert.equal(of(lines.filter((l) => l.productCode === productCode && l.branchId === branchId)), 0n);
    assert.equal(-of(lines.filter((l) => l.account === "investor_payable")), netMinor);
    assert.equal(netMinor, BigInt(shares.reduce((sum, s) => sum + netOf(s), 0)));
    assert.ok(lines.every((l) => (l.debit ?? l.credit ?? 0n) > 0n));
  }));
});

test("a loss is no money: it leaves what was sold, and the lender's expense", () => {
  const { lines, netMinor } = linesOfShares([{ productCode: "p", branchId: null, principal: 0, interest: 0, fee: 0, penalty: 0, recovery: 0, loss: 100_00, servicingFee: 0 }]);
  assert.deepEqual(lines.map((l) => [l.account, l.debit ?? 0n, l.credit ?? 0n]), [["participation_sold", 100_00n, 0n], ["charge_off_expense", 0n, 100_00n]]);
  assert.equal(netMinor, 0n);
});
