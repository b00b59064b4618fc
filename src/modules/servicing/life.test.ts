import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { money, parseAmount } from "#engine/index.ts";
import { decide, propose, registerDualControl } from "#kernel/approvals.ts";
import { isProblem } from "#kernel/problems.ts";
import type { PublishedEvent } from "#kernel/module.ts";
import * as servicing from "./index.ts";
import { subscribers } from "./subscribers.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

let world: LendingWorld;
before(async () => {
  world = await lendingWorld();
  registerDualControl(servicing.chargeOffControl);
});
after(() => world.close());
const inr = (text: string) => parseAmount(text, "INR");
const agent = () => world.as(["servicing_agent"]);
const loanOf = (id: string) => world.system().read((tx) => servicing.readLoan(tx, id));
const deliver = async (type: string, subject: string, payload: Record<string, unknown>) => {
  const event: PublishedEvent = { id: "ev_1", type, subject, sequence: 1n, businessDate: "2026-01-15", payload };
  for (const s of subscribers.filter((one) => one.eventTypes.includes(type))) await s.handle(world.system(), event);
};
const proved = async () => assert.deepEqual(await world.unproved(world.bharat), []);

test("a payout the bank refuses leaves no trace in the balances, and can be paid again", async () => {
  const clean = await world.balances(world.bharat);
  const { loanAccountId, number, quoted } = await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" });
  await deliver("payments.payout_rejected", loanAccountId, { reference: number, reason: "Account closed" });
  const cancelled = await loanOf(loanAccountId);
  assert.deepEqual([cancelled.status, cancelled.disbursement, cancelled.principal_minor, cancelled.attention_date], ["cancelled", "failed", 0n, null]);
  const undone = await world.balances(world.bharat);
  for (const account of Object.keys(undone)) assert.equal(undone[account], clean[account] ?? 0n, account);
  await deliver("payments.payout_rejected", loanAccountId, { reference: number, reason: "Account closed" });
  const ctx = world.system();
  await ctx.transaction((tx) => servicing.payAgain(tx, ctx, { loanAccountId, netMinor: quoted.netDisbursedMinor, payee: { name: "Asha Rao", accountScheme: "in", account: "HDFC0000001/777000012345" } }));
  assert.deepEqual([(await loanOf(loanAccountId)).status, (await loanOf(loanAccountId)).principal_minor], ["active", 50_000_00n]);
  await deliver("payments.payout_settled", loanAccountId, { reference: number, date: "2026-01-15" });
  assert.equal((await loanOf(loanAccountId)).disbursement, "under_way", "word of the first payout says nothing of the second");
  await deliver("payments.payout_settled", loanAccountId, { reference: `${number}-2`, date: "2026-01-15" });
  assert.equal((await loanOf(loanAccountId)).disbursement, "settled");
  await proved();
});

test("a payment taken back is as if it had never been, to the last minor unit", async () => {
  const { loanAccountId } = await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" });
  const before = await world.balances(world.bharat);
  const paid = await servicing.recordRepayment(agent(), { loanAccountId, amount: inr("7000.00"), valueDate: "2026-01-15", channel: "cheque" });
  const preview = await servicing.previewEvent(agent(), loanAccountId, { type: "reversed", valueDate: "2026-01-15" as never, eventId: paid.eventId, reason: "returned" });
  await servicing.reverseEvent(agent(), { loanAccountId, eventId: paid.eventId, reason: "Cheque returned" });
  const now = await world.balances(world.bharat);
  for (const account of Object.keys(now)) assert.equal(now[account], before[account] ?? 0n, account);
  assert.equal(preview.balances.principal, (await loanOf(loanAccountId)).principal_minor, "the preview said so");
  await assert.rejects(servicing.reverseEvent(agent(), { loanAccountId, eventId: paid.eventId, reason: "again" }), (e) => isProblem(e, "loan.event_refused"));
  await proved();
});

test("charges are added and given up, each through the books", async () => {
  const { loanAccountId } = await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" });
  const added = await servicing.addCharge(agent(), { loanAccountId, code: "cheque_return_fee", component: "fee", amount: inr("500.00"), dueDate: "2026-01-15" });
  assert.equal((await loanOf(loanAccountId)).fee_minor, 500_00n);
  await proved();
  await servicing.waiveCharge(agent(), { loanAccountId, chargeId: added.eventIds[0] as string, reason: "Our mistake" });
  assert.equal((await loanOf(loanAccountId)).fee_minor, 0n);
  assert.equal((await world.balances(world.bharat))["waiver_expense"], 500_00n);
  await proved();
});

test("the sum quoted closes the loan on its day, and more is owed back", async () => {
  await world.closeUntil(world.bharat, "2026-01-25", [servicing.module]);
  const { loanAccountId } = await world.lend(world.bharat, { amount: "36500.00", months: 12, rate: "0.24" });
  await world.closeUntil(world.bharat, "2026-02-05", [servicing.module]);
  const quote = await servicing.quotePayoff(agent(), { loanAccountId, payoffDate: "2026-02-05" });
  assert.equal(quote.payoff.principal, 36_500_00);
  assert.ok(quote.payoff.interest > 200_00 && quote.payoff.interest < 300_00, `eleven days of interest: ${quote.payoff.interest}`);
  await assert.rejects(servicing.quotePayoff(agent(), { loanAccountId, payoffDate: "2026-02-04" }), (e) => isProblem(e, "payoff.date_invalid"));
  const paid = await servicing.recordRepayment(agent(), { loanAccountId, amount: money(BigInt(quote.payoff.total + 1_00), "INR"), valueDate: "2026-02-05", channel: "bank_transfer" });
  assert.deepEqual([paid.excess, paid.status], [100n, "overpaid"]);
  await proved();
  await servicing.refundOverpayment(agent(), { loanAccountId, reason: "Paid too much" });
  const closed = await loanOf(loanAccountId);
  assert.deepEqual([closed.status, closed.overpayment_minor, closed.principal_minor, closed.interest_minor], ["closed", 0n, 0n, 0n]);
  assert.equal((await world.balances(world.bharat))["refund_payable"], -100n);
  await proved();
  await assert.rejects(servicing.recordRepayment(agent(), { loanAccountId, amount: inr("1.00"), valueDate: "2026-02-05", channel: "cash" }), (e) => isProblem(e, "loan.not_active"));
});

test("a closed loan gets its letter, once", async () => {
  const { loanAccountId } = await world.lend(world.bharat, { amount: "20000.00", months: 6, rate: "0.24" });
  const owed = await servicing.quotePayoff(agent(), { loanAccountId, payoffDate: "2026-02-05" });
  await servicing.recordRepayment(agent(), { loanAccountId, amount: money(BigInt(owed.payoff.total), "INR"), valueDate: "2026-02-05", channel: "bank_transfer" });
  assert.equal((await loanOf(loanAccountId)).status, "closed");
  await deliver("servicing.closed", loanAccountId, {});
  await deliver("servicing.closed", loanAccountId, {});
  const letters = await world.system().read((tx) => tx.client.query("SELECT content_type FROM documents.document WHERE owner_id = $1", [loanAccountId]));
  assert.deepEqual(letters.rows, [{ content_type: "application/pdf" }]);
});

test("two people take a loan to loss, and what comes later is a recovery", async () => {
  const { loanAccountId } = await world.lend(world.bharat, { amount: "10000.00", months: 6, rate: "0.24" });
  const maker = world.as(["credit_manager"], { person: "usr_maker" });
  const request = await maker.transaction((tx) => propose(tx, maker, { action: "loan.account.charge_off", subject: loanAccountId, summary: "Fraud", amountMinor: 10_000_00n, currency: "INR", payload: { loanAccountId, reason: "Fraud" } }));
  await assert.rejects(decide(maker, request.id, "approve", undefined), (e) => isProblem(e, "approval.own_request"));
  await decide(world.as(["finance_officer"], { person: "usr_checker" }), request.id, "approve", undefined);
  const lost = await loanOf(loanAccountId);
  assert.deepEqual([lost.status, lost.principal_minor, lost.charged_off_minor], ["charged_off", 0n, 10_000_00n]);
  const paid = await servicing.recordRepayment(agent(), { loanAccountId, amount: inr("400.00"), valueDate: "2026-02-05", channel: "cash" });
  assert.equal(paid.paid.principal, 0n, "nothing is taken off a balance that is gone");
  assert.equal((await world.balances(world.bharat))["recovery_income"], -400_00n);
  assert.equal((await loanOf(loanAccountId)).charged_off_minor, 9_600_00n);
  await proved();
});
