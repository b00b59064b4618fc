import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseAmount } from "#engine/index.ts";
import { applyReceipts, applyRepayment } from "./commands/record-repayment.ts";
import { forgetLoans, recall, remember } from "./loan-memory.ts";
import { lockLoan, readLoan } from "./store.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

let world: LendingWorld;
before(async () => { world = await lendingWorld(); });
after(() => world.close());
const inr = (text: string) => parseAmount(text, "INR");

test("a payment that was undone with its transaction was never there, though the next one takes its place in the log", async () => {
  const { loanAccountId } = await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" });
  const agent = world.as(["servicing_agent"]);
  const pay = (amount: string) => ({ loanAccountId, amount: inr(amount), valueDate: "2026-01-15", channel: "cash" });
  const undone = new Error("undone");
  await assert.rejects(agent.transaction(async (tx) => {
    await applyRepayment(tx, agent, pay("7000.00"));
    assert.equal((await lockLoan(tx, loanAccountId)).state.transactions.at(-1)?.amount, 7000_00, "in its own transaction the loan is seen with it");
    throw undone;
  }), (error) => error === undone);
  await agent.transaction((tx) => applyReceipts(tx, agent, [{ ...pay("3000.00"), source: "another process" }]));
  const loan = await agent.read((tx) => readLoan(tx, loanAccountId));
  assert.deepEqual(loan.state.transactions.filter((t) => t.type === "repayment").map((t) => t.amount), [3000_00]);
  assert.equal(BigInt(loan.state.outstanding.principal), loan.principal_minor);
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("a loan that is read once is not kept in memory; one that is asked for again is, unless many others were in between", async () => {
  const loans: string[] = [];
  for (let n = 0; n < 3; n++) loans.push((await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" })).loanAccountId);
  const [hot = "", cold = ""] = loans;
  const agent = world.as(["servicing_agent"]);
  const kept = () => loans.map((id) => recall(agent.tenantId, id)?.sequence ?? null);
  const read = (id: string) => agent.read((tx) => readLoan(tx, id));
  forgetLoans();
  await read(hot);
  await read(cold);
  assert.deepEqual(kept(), [null, null, null]);
  const { state } = await read(hot);
  assert.deepEqual(kept(), [state.events.at(-1)?.sequence, null, null]);
  for (let n = 0; n < 256; n++) remember(agent.tenantId, `loan ${n}`, state);
  await read(cold);
  assert.deepEqual(kept(), [state.events.at(-1)?.sequence, null, null], "256 others were read since");
});
