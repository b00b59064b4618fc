import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseAmount } from "#engine/index.ts";
import { httpBank } from "#integrations/rails/index.ts";
import { deliverAll } from "#kernel/relay.ts";
import * as payments from "#modules/payments/index.ts";
import { startSandbox } from "../../../sandbox/start.ts";
import { applyReceipts, module as servicing, readLoan, recordRepayment, refundOverpayment, reverseEvent } from "./index.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

const KEY = "sandbox-bank-key";
let world: LendingWorld;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
before(async () => {
  sandbox = await startSandbox({ port: 0, seed: "test" } as never);
  world = await lendingWorld({ sandboxUrl: sandbox.url });
  payments.connectBank((services) => httpBank(services.outbound, { url: sandbox.url, key: KEY }));
  await bank("PUT", "/accounts/acc_bharat", { name: "Bharat Finance", currency: "INR", ifsc: "SBXB0000001", account: "50100077", openingBalance: "1000000.00", openDate: "2026-01-15" });
  const ctx = world.system();
  await ctx.transaction((tx) => payments.registerBankAccount(tx, ctx, { name: "Main", holderName: "Bharat Finance", currency: "INR", number: { scheme: "in", bankCode: "SBXB0000001", account: "50100077" }, channelId: "acc_bharat" }));
});
after(async () => {
  await world.close();
  await sandbox.close();
});

async function bank(method: string, path: string, body: object): Promise<void> {
  const response = await fetch(`${sandbox.url}/bank/v1${path}`, { method, headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" }, body: JSON.stringify(body) });
  assert.ok(response.ok, await response.text());
}
/** The bank's next day, its files, and everything they set off. */
async function nextDay(date: string): Promise<void> {
  await payments.sendPayouts(world.system());
  await bank("POST", "/business-date", { date, accountIds: ["acc_bharat"] });
  await world.closeUntil(world.bharat, date, [servicing]);
  await payments.syncBank(world.system());
  await deliverAll(world.services, [payments.module, servicing], world.bharat);
  await explained();
}
/** Refunds that no payout was ordered for, minor units. */
let withoutOrder = 0n;
/** Each payout under way is an open item: together they are what stands in clearing and what is owed as refunds. */
async function explained(): Promise<void> {
  const balances = await world.balances(world.bharat);
  const items = await world.system().read((tx) => tx.rows<{ account: string; minor: bigint }>("test.items", "SELECT account, sum(amount_minor)::bigint AS minor FROM payments.ledger_open_item GROUP BY account"));
  for (const account of ["disbursement_clearing", "refund_payable"]) assert.equal(items.find((i) => i.account === account)?.minor ?? 0n, (balances[account] ?? 0n) + (account === "refund_payable" ? withoutOrder : 0n), account);
}
const loanOf = (id: string) => world.system().read((tx) => readLoan(tx, id));
const pay = (amount: string, remittance: string, more: object = {}) => bank("POST", "/incoming-payments", { accountId: "acc_bharat", amount, currency: "INR", debtor: { name: "Asha Rao", account: "99887766" }, remittance, ...more });

test("a loan is paid out by the bank, repaid through it, and a returned payment is owed again", async () => {
  const { loanAccountId, number } = await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" });
  assert.ok(((await world.balances(world.bharat))["disbursement_clearing"] ?? 0n) < 0n, "the payout stands in clearing");
  await explained();
  await nextDay("2026-01-16");
  await nextDay("2026-01-17");
  assert.equal((await loanOf(loanAccountId)).disbursement, "settled");
  assert.equal((await world.balances(world.bharat))["disbursement_clearing"] ?? 0n, 0n);

  await pay("4000.00", `EMI for ${number}`);
  await nextDay("2026-01-18");
  const paid = await loanOf(loanAccountId);
  assert.equal(paid.events.filter((e) => e.type === "paymentReceived").length, 1);
  assert.equal(paid.principal_minor, 8_015_48n, "two days' interest of 240.00 a month of 31 days, 15.48; the rest is principal");
  assert.equal((await world.balances(world.bharat))["payments_suspense"] ?? 0n, 0n);
  assert.deepEqual(await world.unproved(world.bharat), []);

  await pay("1000.00", number, { returnReason: "AM04" });
  for (const date of ["2026-01-19", "2026-01-20", "2026-01-21"]) await nextDay(date);
  const back = await loanOf(loanAccountId);
  assert.equal(back.events.filter((e) => e.type === "paymentReceived").length, 2);
  assert.equal(back.events.filter((e) => e.type === "reversed").length, 1, "the bank took the second one back");
  assert.equal(back.principal_minor, paid.principal_minor);
  assert.equal((await world.balances(world.bharat))["payments_suspense"] ?? 0n, 0n);
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("money for a loan that is paid waits in suspense for a person", async () => {
  const { loanAccountId, number } = await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" });
  await pay("13000.00", number);
  await nextDay("2026-01-22");
  assert.deepEqual([(await loanOf(loanAccountId)).status, (await loanOf(loanAccountId)).principal_minor], ["overpaid", 0n]);
  await refundOverpayment(world.as(["servicing_agent"]), { loanAccountId, reason: "Paid too much" });
  withoutOrder += 1000_00n;
  assert.equal((await loanOf(loanAccountId)).status, "closed");
  await pay("500.00", number);
  await nextDay("2026-01-23");
  assert.equal((await world.balances(world.bharat))["payments_suspense"], -500_00n);
  assert.equal((await loanOf(loanAccountId)).status, "closed");
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("a payout to a closed account is undone by itself", async () => {
  const before = await world.balances(world.bharat);
  const { loanAccountId } = await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24", account: "HDFC0000001/501000010001" });
  await nextDay("2026-01-24");
  const cancelled = await loanOf(loanAccountId);
  assert.deepEqual([cancelled.status, cancelled.principal_minor], ["cancelled", 0n]);
  assert.equal((await world.balances(world.bharat))["disbursement_clearing"] ?? 0n, before["disbursement_clearing"] ?? 0n);
  assert.deepEqual(await world.unproved(world.bharat), []);
});

const inr = (text: string) => parseAmount(text, "INR");
const held = async () => { const b = await world.balances(world.bharat); return { suspense: b["payments_suspense"] ?? 0n, clearing: b["bank_clearing"] ?? 0n }; };
const paidTimes = async (id: string) => (await loanOf(id)).state.transactions.filter((t) => t.type === "repayment" && !t.reversed).length;

test("a payment recorded by hand is not applied again when the bank's statement brings it", async () => {
  const before = await held();
  const [cheque, byBank, cash] = await Promise.all([1, 2, 3].map(() => world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" })));
  if (cheque === undefined || byBank === undefined || cash === undefined) throw new Error("no loans");
  const record = (loan: { loanAccountId: string }, amount: string, more: { channel: string; reference?: string }) => recordRepayment(world.as(["servicing_agent"]), { loanAccountId: loan.loanAccountId, amount: inr(amount), valueDate: "2026-01-24", ...more });
  await record(cheque, "1111.00", { channel: "cheque", reference: "CHQ-4711" });
  await record(byBank, "2222.00", { channel: "bank_transfer" });
  await record(cash, "3333.00", { channel: "cash", reference: "SLIP 0077" });
  assert.deepEqual(await held(), { suspense: before.suspense, clearing: before.clearing + 6666_00n }, "it is on its way to the bank, and suspense is as it was");

  await pay("1111.00", `cheque chq-4711 for ${cheque.number}`);
  await pay("2222.00", `EMI ${byBank.number}`);
  await pay("3333.00", "cash deposit, slip-0077", { debtor: { name: "Branch 12" } });
  await nextDay("2026-01-25");
  assert.deepEqual(await Promise.all([cheque, byBank, cash].map((loan) => paidTimes(loan.loanAccountId))), [1, 1, 1]);
  assert.deepEqual(await held(), before, "what was under way has arrived, and nothing waits for a person");

  await pay("2222.00", `EMI ${byBank.number}`);
  await nextDay("2026-01-26");
  assert.equal(await paidTimes(byBank.loanAccountId), 2, "the same sum once more is another payment");
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("payments of a file are receipts too, and one that is taken back by a person leaves nothing behind", async () => {
  const before = await held();
  const loans = [await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" }), await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" })];
  const ctx = world.as(["servicing_agent"]);
  await ctx.transaction((tx) => applyReceipts(tx, ctx, loans.map(({ loanAccountId }, i) => ({ loanAccountId, amount: inr(`44${i}.00`), valueDate: "2026-01-26", channel: "cheque", reference: `FILE-10${i}`, source: `manual:FILE-10${i}` }))));
  assert.deepEqual(await held(), { suspense: before.suspense, clearing: before.clearing + 881_00n });
  const [kept, bounced] = loans as [(typeof loans)[0], (typeof loans)[0]];
  const event = (await loanOf(bounced.loanAccountId)).events.find((e) => e.type === "paymentReceived");
  await reverseEvent(world.as(["servicing_agent"]), { loanAccountId: bounced.loanAccountId, eventId: event?.id ?? "", reason: "The cheque bounced" });
  assert.deepEqual(await held(), { suspense: before.suspense, clearing: before.clearing + 440_00n });
  await pay("440.00", "FILE-100");
  await nextDay("2026-01-27");
  assert.deepEqual([await paidTimes(kept.loanAccountId), await paidTimes(bounced.loanAccountId)], [1, 0]);
  assert.deepEqual(await held(), before);

  await pay("500.00", kept.number);
  await nextDay("2026-01-28");
  const wrong = (await loanOf(kept.loanAccountId)).events.filter((e) => e.type === "paymentReceived").at(-1);
  await reverseEvent(world.as(["servicing_agent"]), { loanAccountId: kept.loanAccountId, eventId: wrong?.id ?? "", reason: "Another's money" });
  assert.deepEqual(await held(), { suspense: before.suspense - 500_00n, clearing: before.clearing }, "money that the bank has shown waits for a person");
  const waiting = await world.system().read((tx) => tx.rows("test.receipt.waiting", "SELECT id FROM payments.receipt WHERE state = 'suspense' AND amount_minor = 50000 AND value_date = '2026-01-27'"));
  assert.equal(waiting.length, 1);
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("a debit that came back is presented again as often and as late as the product says, and not once the mandate has ended", async () => {
  const ctx = world.system();
  const today = await ctx.read(async (tx) => tx.businessDate);
  assert.equal(today, "2026-01-28");
  const [poor, ended] = [await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24", firstDueDate: "2026-02-05" }), await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24", firstDueDate: "2026-02-05" })];
  // The sandbox bank takes every debit of an account that ends in 0004 back, for lack of funds.
  for (const { loanAccountId } of [poor, ended]) await ctx.transaction((tx) => payments.giveMandate(tx, ctx, { subject: loanAccountId, payer: { name: "Asha Rao", accountScheme: "in", account: "HDFC0000001/501005000004" }, capMinor: 10_000_00n, currency: "INR", signedDate: today, agreementSha256: "0".repeat(64) }));
  const debits = (loan: typeof poor) => world.system().read((tx) => tx.rows<{ attempt: number; collect_date: string; state: string; amount_minor: bigint }>("test.collections", "SELECT attempt, collect_date, state, amount_minor FROM payments.collection WHERE subject = $1 ORDER BY attempt", [loan.loanAccountId]));
  const until = async (last: number) => { for (let day = Number((await world.system().read(async (tx) => tx.businessDate)).slice(8)) + 1; day <= last; day++) await nextDay(`2026-02-${String(day).padStart(2, "0")}`); };
  for (const date of ["2026-01-29", "2026-01-30", "2026-01-31", "2026-02-01"]) await nextDay(date);
  await until(8);
  assert.deepEqual((await debits(poor)).map((d) => [d.attempt, d.collect_date, d.state]), [[1, "2026-02-05", "returned"]]);
  const [mandate] = await world.system().read((tx) => tx.rows<{ id: string }>("test.mandate", "SELECT id FROM payments.mandate WHERE subject = $1", [ended.loanAccountId]));
  await payments.cancelMandate(world.as(["servicing_agent"]), { mandateId: mandate?.id ?? "", reason: "Asked for by phone" });
  await until(24);
  const tried = await debits(poor);
  assert.deepEqual(tried.map((d) => [d.attempt, d.collect_date, d.state]), [[1, "2026-02-05", "returned"], [2, "2026-02-10", "returned"], [3, "2026-02-15", "returned"]], "twice more, five days apart");
  // Eight days of 31 at 2 % a month, then two months: 12,000.00 × 1.005161 ÷ 2.941561, in whole rupees.
  assert.deepEqual(tried.map((d) => d.amount_minor), [4_101_00n, 4_101_00n, 4_101_00n], "what is overdue; the charges for the returns fall due with the next installment");
  assert.equal((await debits(ended)).length, 1);
  assert.deepEqual(await world.unproved(world.bharat), []);
});
