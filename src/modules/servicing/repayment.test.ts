import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseAmount } from "#engine/index.ts";
import { isProblem } from "#kernel/problems.ts";
import { recordRepayment } from "./commands/record-repayment.ts";
import { readLoan } from "./store.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

let world: LendingWorld;
before(async () => { world = await lendingWorld(); });
after(() => world.close());
const inr = (text: string) => parseAmount(text, "INR");
const loanOf = (tenantId: string, id: string) => world.system(tenantId).read((tx) => readLoan(tx, id));

test("a booked loan stands in the books with its fee, its tax and what was paid out", async () => {
  const { loanAccountId, quoted } = await world.lend(world.bharat, { amount: "100000.00", months: 12, rate: "0.24" });
  const loan = await loanOf(world.bharat, loanAccountId);
  assert.match(loan.number, /^LN\d{8}$/);
  assert.deepEqual([loan.status, loan.principal_minor, loan.next_due_date, loan.next_due_minor], ["active", 100_000_00n, quoted.firstDueDate, BigInt(quoted.installmentMinor)]);
  const books = await world.balances(world.bharat);
  assert.deepEqual([books["principal_receivable"], books["disbursement_clearing"], books["deferred_fee_income"], books["tax_payable"]], [100_000_00n, -97_640_00n, -2_000_00n, -360_00n]);
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("money for a loan pays interest earned first and the control accounts hold", async () => {
  const { loanAccountId } = await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" });
  const paid = await recordRepayment(world.as(["servicing_agent"]), { loanAccountId, amount: inr("5000.00"), valueDate: "2026-01-15", channel: "bank_transfer" });
  assert.equal(paid.paid.principal + paid.paid.interest + paid.paid.fee + paid.paid.penalty + paid.excess, 5000_00n);
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("what cannot be is refused, naming the field", async () => {
  const { loanAccountId } = await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" });
  const agent = () => world.as(["servicing_agent"]);
  const pay = { loanAccountId, amount: inr("100.00"), valueDate: "2026-01-15", channel: "cash" };
  await assert.rejects(recordRepayment(agent(), { ...pay, loanAccountId: "la_none" }), (e) => isProblem(e, "loan.not_found"));
  const pointers = async (more: object) => recordRepayment(agent(), { ...pay, ...more }).then(() => [], (e) => (isProblem(e, "repayment.invalid") ? e.errors.map((x) => x.pointer) : [String(e)]));
  assert.deepEqual(await pointers({ amount: inr("0.00") }), ["/amount/amount"]);
  assert.deepEqual(await pointers({ amount: parseAmount("1.00", "USD") }), ["/amount/currency"]);
  assert.deepEqual(await pointers({ valueDate: "2026-01-14" }), ["/valueDate"]);
  assert.deepEqual(await pointers({ valueDate: "2026-01-16" }), ["/valueDate"]);
  await assert.rejects(recordRepayment(world.as(["underwriter"]), pay), (e) => isProblem(e, "permission.denied"));
});

test("the same receipt is applied once", async () => {
  const { loanAccountId } = await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" });
  const pay = { loanAccountId, amount: inr("1000.00"), valueDate: "2026-01-15", channel: "bank_transfer", source: "rm_1" };
  const first = await recordRepayment(world.as(["servicing_agent"]), pay);
  const second = await recordRepayment(world.as(["servicing_agent"]), pay);
  assert.equal(second.eventId, first.eventId);
  assert.equal((await loanOf(world.bharat, loanAccountId)).events.filter((e) => e.type === "paymentReceived").length, 1);
  assert.deepEqual(await world.unproved(world.bharat), []);
});
