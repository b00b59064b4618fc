import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpBank } from "#integrations/rails/index.ts";
import { deliverAll } from "#kernel/relay.ts";
import * as payments from "#modules/payments/index.ts";
import { startSandbox } from "../../../sandbox/start.ts";
import { module as servicing, readLoan, refundOverpayment } from "./index.ts";
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
}
const loanOf = (id: string) => world.system().read((tx) => readLoan(tx, id));
const pay = (amount: string, remittance: string, more: object = {}) => bank("POST", "/incoming-payments", { accountId: "acc_bharat", amount, currency: "INR", debtor: { name: "Asha Rao", account: "99887766" }, remittance, ...more });

test("a loan is paid out by the bank, repaid through it, and a returned payment is owed again", async () => {
  const { loanAccountId, number } = await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" });
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
