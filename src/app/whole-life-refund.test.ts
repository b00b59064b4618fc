import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { auditHolds, balances, bankAgrees, journalIsExplained } from "./testing/books.ts";
import { lend, minor, openLife, type Lent, type Life } from "./testing/life.ts";
import type { LoanShown, Payout } from "./testing/shown.ts";
import { atTheBank, transfer, until } from "./testing/visitors.ts";

let life: Life;
before(async () => { life = await openLife("bharat"); });
after(async () => life?.close());

const shown = async ({ loan }: Lent) => (await life.at("servicing")).ok<LoanShown>("GET", `/v1/loan-accounts/${loan}`);
const refunds = async ({ loan }: Lent) => (await (await life.at("finance")).ok<{ items: Payout[] }>("GET", "/v1/payouts")).items.filter((p) => p.purpose === "refund" && p.subject === loan);

/** A loan whose borrower paid this much more than what closes it. */
async function overpaid(n: number, date: string, extra: bigint): Promise<Lent> {
  const lent = await lend(life, { amount: "60000.00", termMonths: 12 }, { phone: `+91982001890${n}`, pan: `ABCPR480${n}K`, payoutAccount: `HDFC0001234/5010020090${n}` });
  await life.moveTo(date);
  const { payoff } = await shown(lent);
  const paid = minor(payoff.total) + extra;
  await transfer(life.platform, "bharat", life.money(`${paid / 100n}.${String(paid % 100n).padStart(2, "0")}`), "Asha Prime", lent.number);
  await (await life.at("operations")).ok("POST", "/v1/bank-files/fetch");
  await until("the loan is overpaid", async () => (await shown(lent)).status === "overpaid");
  return lent;
}

test("an overpayment is proposed by one, released by another, and really leaves for the borrower's account", async () => {
  const lent = await overpaid(1, "2026-01-05", 500_00n);
  const [servicing, finance] = [await life.at("servicing"), await life.at("finance")];
  assert.deepEqual([(await shown(lent)).balances.overpayment.amount, (await balances(life))["overpayment_liability"]], ["500.00", "500.00"]);

  const { approvalRequestId } = await servicing.ok<{ approvalRequestId: string }>("POST", `/v1/loan-accounts/${lent.loan}/refunds`, { reason: "Paid too much" });
  await servicing.refused(409, "approval.already_waiting", "POST", `/v1/loan-accounts/${lent.loan}/refunds`, { reason: "Once more" });
  await servicing.refused(403, "permission.denied", "POST", `/v1/approval-requests/${approvalRequestId}/approve`, {});
  assert.deepEqual([await refunds(lent), (await shown(lent)).status], [[], "overpaid"], "nothing moves on one person's word");

  const atBank = async () => minor(life.money((await atTheBank<{ balance: string }>(life.platform, "/accounts/bharat-main")).balance));
  const held = await atBank();
  await finance.ok("POST", `/v1/approval-requests/${approvalRequestId}/approve`, {});
  assert.deepEqual([(await shown(lent)).status, (await balances(life))["refund_payable"], (await balances(life))["overpayment_liability"] ?? "0.00"], ["closed", "500.00", "0.00"]);
  await life.moveTo("2026-01-06");
  const [paid] = await refunds(lent);
  assert.deepEqual([paid?.state, paid?.amount.amount, paid?.settledDate], ["settled", "500.00", "2026-01-05"]);
  assert.equal(held - await atBank(), 500_00n, "five hundred left, once");
  assert.equal((await balances(life))["refund_payable"] ?? "0.00", "0.00", "settled by the bank's statement");
  await servicing.refused(409, "loan.not_overpaid", "POST", `/v1/loan-accounts/${lent.loan}/refunds`, { reason: "Again" });
  await bankAgrees(life);
  await journalIsExplained(life, lent.loan);
});

test("a refund that the borrower's bank sends back is owed again, and can be proposed anew", async () => {
  // 55.01 is an amount the sandbox bank pays and takes back the next day.
  const lent = await overpaid(2, "2026-01-08", 55_01n);
  const [servicing, finance] = [await life.at("servicing"), await life.at("finance2")];
  const release = async () => {
    const { approvalRequestId } = await servicing.ok<{ approvalRequestId: string }>("POST", `/v1/loan-accounts/${lent.loan}/refunds`, { reason: "Paid too much" });
    await finance.ok("POST", `/v1/approval-requests/${approvalRequestId}/approve`, {});
  };
  await release();
  await life.moveTo("2026-01-10");
  await until("the loan is overpaid again", async () => (await shown(lent)).status === "overpaid");
  assert.deepEqual([(await refunds(lent)).map((p) => p.state), (await balances(life))["overpayment_liability"], (await balances(life))["refund_payable"] ?? "0.00"], [["returned"], "55.01", "0.00"]);
  await release();
  assert.deepEqual([(await refunds(lent)).length, (await shown(lent)).status], [2, "closed"]);
  await bankAgrees(life);
  await journalIsExplained(life, lent.loan);
  await auditHolds(life);
});

test("cash taken at the desk and a cheque are one payment each, whatever the bank shows of them later", async () => {
  const lent = await lend(life, { amount: "60000.00", termMonths: 12 }, { phone: "+919820018904", pan: "ABCPR4804K", payoutAccount: "HDFC0001234/50100200904" });
  await life.moveTo("2026-01-12");
  const servicing = await life.at("servicing");
  const record = (amount: string, channel: string, reference?: string) => servicing.ok("POST", `/v1/loan-accounts/${lent.loan}/repayments`, { amount: life.money(amount), valueDate: "2026-01-12", channel, reference });
  const before = await balances(life);
  await record("1200.00", "cash", "SLIP 0077");
  await record("1300.00", "cheque", "CHQ 556677");
  const { principal } = (await shown(lent)).balances;
  const recorded = await balances(life);
  assert.equal(recorded["payments_suspense"] ?? "0.00", before["payments_suspense"] ?? "0.00", "what was applied is not owed by suspense");
  assert.equal(minor(life.money(recorded["bank_clearing"] ?? "0.00")) - minor(life.money(before["bank_clearing"] ?? "0.00")), 2500_00n, "it is on its way to the bank");
  await transfer(life.platform, "bharat", life.money("1200.00"), "Branch 12", "CASH DEPOSIT SLIP-0077");
  await transfer(life.platform, "bharat", life.money("1300.00"), "Asha Prime", `CHQ 556677 ${lent.number}`);
  await life.moveTo("2026-01-13");
  const after = await balances(life);
  assert.deepEqual([after["payments_suspense"] ?? "0.00", after["bank_clearing"] ?? "0.00"], [before["payments_suspense"] ?? "0.00", before["bank_clearing"] ?? "0.00"]);
  const { items } = await servicing.ok<{ items: { type: string }[] }>("GET", `/v1/loan-accounts/${lent.loan}/transactions`);
  assert.deepEqual([items.filter((t) => t.type === "repayment").length, (await shown(lent)).balances.principal], [2, principal]);
  await bankAgrees(life);
  await journalIsExplained(life, lent.loan);
});

test("a loan that owes nothing back has no refund, and another's is not found", async () => {
  const servicing = await life.at("servicing");
  const lent = await lend(life, { amount: "60000.00", termMonths: 12 }, { phone: "+919820018903", pan: "ABCPR4803K", payoutAccount: "HDFC0001234/50100200903" });
  await servicing.refused(409, "loan.not_overpaid", "POST", `/v1/loan-accounts/${lent.loan}/refunds`, { reason: "A mistake" });
  await servicing.refused(404, "loan.not_found", "POST", "/v1/loan-accounts/la_000000000000000000000/refunds", { reason: "A mistake" });
});
