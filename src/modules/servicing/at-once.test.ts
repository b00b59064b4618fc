import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseAmount } from "#engine/index.ts";
import { isProblem } from "#kernel/problems.ts";
import { addCharge, applyReceipts, module as servicing, readLoan, recordRepayment, refundOverpayment, reverseEvent, waiveCharge } from "./index.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

let world: LendingWorld;
before(async () => { world = await lendingWorld(); });
after(() => world.close());
const inr = (text: string) => parseAmount(text, "INR");
const loanOf = (id: string) => world.system().read((tx) => readLoan(tx, id));

test("payments on one loan at the same moment are applied one after the other, none lost", async () => {
  const { loanAccountId } = await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" });
  await Promise.all(Array.from({ length: 24 }, () => recordRepayment(world.as(["servicing_agent"]), { loanAccountId, amount: inr("100.00"), valueDate: "2026-01-15", channel: "cash" })));
  const loan = await loanOf(loanAccountId);
  assert.deepEqual(loan.events.map((e) => e.sequence), Array.from({ length: 25 }, (_v, i) => i + 1));
  assert.equal(loan.state.transactions.filter((t) => t.type === "repayment").reduce((sum, t) => sum + t.amount, 0), 2_400_00);
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("a reference is one payment's, also among payments that arrive together: on its loan it is answered again, on another it is refused", async () => {
  const [one, other] = await Promise.all([0, 1].map(() => world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" })));
  const today = await world.system().read(async (tx) => tx.businessDate);
  const pay = (loan: typeof one, amount: string, reference?: string) => recordRepayment(world.as(["servicing_agent"]), { loanAccountId: loan?.loanAccountId ?? "", amount: inr(amount), valueDate: today, channel: "cheque", ...(reference === undefined ? {} : { reference }) });
  const answers = await Promise.allSettled([pay(one, "10.00"), pay(one, "500.00", "CHQ-77"), pay(one, "500.00", "CHQ-77"), pay(other, "500.00", "CHQ-77"), pay(other, "20.00")]);
  const [first, again] = [answers[1], answers[2]];
  assert.ok(first?.status === "fulfilled" && again?.status === "fulfilled");
  assert.deepEqual([again.value.eventId, again.value.paid], [first.value.eventId, first.value.paid]);
  const refused = answers[3];
  assert.ok(refused?.status === "rejected" && isProblem(refused.reason, "repayment.invalid") && refused.reason.errors[0]?.pointer === "/reference");
  assert.deepEqual(await Promise.all([one, other].map(async (loan) => (await loanOf(loan?.loanAccountId ?? "")).events.filter((e) => e.type === "paymentReceived").map((e) => e.amount))), [[10_00, 500_00], [20_00]]);
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("payments that come while the day is being closed belong to the next one, and the books hold", async () => {
  const loans = await Promise.all(Array.from({ length: 30 }, () => world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24", firstDueDate: "2026-01-18" })));
  const paying = async () => {
    for (const { loanAccountId } of loans) {
      const today = await world.system().read(async (tx) => tx.businessDate);
      await recordRepayment(world.as(["servicing_agent"]), { loanAccountId, amount: inr("500.00"), valueDate: today, channel: "cash" });
    }
  };
  await Promise.all([world.closeUntil(world.bharat, "2026-01-22", [servicing]), paying(), paying()]);
  assert.deepEqual(await world.unproved(world.bharat), []);
  for (const { loanAccountId } of loans) {
    const loan = await loanOf(loanAccountId);
    assert.equal(loan.events.filter((e) => e.type === "paymentReceived").length, 2);
    assert.equal(loan.interest_through, "2026-01-22");
  }
});

test("a batch of receipts applies each once, also when it is sent again in two halves at once", async () => {
  const loans = await Promise.all(Array.from({ length: 10 }, () => world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" })));
  const receipts = Array.from({ length: 40 }, (_v, i) => ({ loanAccountId: (loans[i % 10] as (typeof loans)[number]).loanAccountId, amount: inr("10.00"), valueDate: "2026-01-22", channel: "bank_transfer", source: `rm_batch_${i}` }));
  const send = (part: typeof receipts) => { const ctx = world.system(); return ctx.transaction((tx) => applyReceipts(tx, ctx, part)); };
  await send(receipts.slice(0, 20));
  await Promise.all([send(receipts), send([...receipts].reverse())]);
  for (const { loanAccountId } of loans) assert.equal((await loanOf(loanAccountId)).events.filter((e) => e.type === "paymentReceived").length, 4);
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("a waiver gives up what its author was allowed to, also when the payment before it is taken back afterwards", async () => {
  const { loanAccountId } = await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" });
  const agent = (limit = "100000.00") => world.as(["servicing_agent"], { limits: { INR: inr(limit).minor } });
  const today = await world.system().read(async (tx) => tx.businessDate);
  const added = await addCharge(agent(), { loanAccountId, code: "late_fee", component: "fee", amount: inr("100.00"), dueDate: today });
  const chargeId = added.eventIds[0] as string;
  const paid = await recordRepayment(agent(), { loanAccountId, amount: inr("60.00"), valueDate: today, channel: "cash" });
  await waiveCharge(agent("50.00"), { loanAccountId, chargeId, reason: "goodwill" });
  await reverseEvent(agent(), { loanAccountId, eventId: paid.eventId, reason: "bounced" });
  const charge = (await loanOf(loanAccountId)).state.charges.find((c) => c.id === chargeId);
  assert.deepEqual({ due: charge?.due, paid: charge?.paid, waived: charge?.waived }, { due: 100_00, paid: 0, waived: 40_00 });
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("a payment taken back after its excess was refunded leaves the refund owed, in the loan and in the books alike", async () => {
  const { loanAccountId } = await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" });
  const agent = () => world.as(["servicing_agent"]);
  const today = await world.system().read(async (tx) => tx.businessDate);
  const pay = (amount: string) => recordRepayment(agent(), { loanAccountId, amount: inr(amount), valueDate: today, channel: "cash" });
  const first = await pay("1000.00");
  await pay("60000.00");
  await refundOverpayment(agent(), { loanAccountId, reason: "too much" });
  const before = await world.balances(world.bharat);
  const back = await reverseEvent(agent(), { loanAccountId, eventId: first.eventId, reason: "bounced" });
  const loan = await loanOf(loanAccountId);
  assert.deepEqual([back.balances.principal, loan.principal_minor, loan.state.outstanding.principal], [1_000_00n, 1_000_00n, 1_000_00]);
  const after = await world.balances(world.bharat);
  const moved = (account: string) => (after[account] ?? 0n) - (before[account] ?? 0n);
  assert.deepEqual([moved("principal_receivable"), moved("overpayment_liability")], [1_000_00n, 0n], "it is a debt of the borrower, not a liability below zero");
  await pay("1000.00");
  assert.equal((await loanOf(loanAccountId)).principal_minor, 0n);
  assert.deepEqual(await world.unproved(world.bharat), []);
});
