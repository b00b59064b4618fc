import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { auditHolds, balances, bankAgrees, journalIsExplained } from "./testing/books.ts";
import { apply, lend, openLife, sign, whenIn, type Lent, type Life } from "./testing/life.ts";
import type { ApplicationShown, LoanShown, Transaction } from "./testing/shown.ts";
import { inbox, transfer, until } from "./testing/visitors.ts";

const PHONE = "+13125552031";
let life: Life;
let lent: Lent;
before(async () => { life = await openLife("prairie"); });
after(async () => life?.close());

const shown = async () => (await life.at("servicing")).ok<LoanShown>("GET", `/v1/loan-accounts/${lent.loan}`);
const repayments = async () => (await (await life.at("servicing")).ok<{ items: Transaction[] }>("GET", `/v1/loan-accounts/${lent.loan}/transactions`)).items.filter((t) => t.type === "repayment");

test("a borrower lets us debit the account with the signature, and that is kept with the evidence", async () => {
  lent = await lend(life, { amount: "10000.00", termMonths: 12, mandateCap: "900.00" }, { phone: PHONE, ssn: "212-41-3031", payoutAccount: "021000021/98200931" });
  const { agreement } = await (await life.at("operations")).ok<ApplicationShown>("GET", `/v1/applications/${lent.application.id}`);
  assert.deepEqual(agreement?.evidence["mandate"], { account: "····0931", capMinor: 90_000, currency: "USD" });
});

interface MandateShown { readonly id: string; readonly payerAccount: string; readonly state: string; readonly lastState: string | null; readonly lastReason: string | null; readonly collections: readonly { attempt: number; state: string }[] }

test("a borrower who is paid to another account than they signed for is debited where they let us, and can end that", async () => {
  const other = await lend(life, { amount: "10000.00", termMonths: 12, mandateCap: "900.00", payTo: "021000021/98200935" }, { phone: "+13125552034", ssn: "214-41-3034", payoutAccount: "021000021/98200934" });
  const { items: [mandate] } = await other.borrower.ok<{ items: MandateShown[] }>("GET", "/v1/mandates");
  assert.ok(mandate?.payerAccount.endsWith("0934"), `debited from ${mandate?.payerAccount}`);
  await lent.borrower.refused(404, "mandate.not_found", "POST", `/v1/mandates/${mandate?.id}/cancellations`, { reason: "Not mine" });
  await other.borrower.ok("POST", `/v1/mandates/${mandate?.id}/cancellations`, { reason: "I shall pay by transfer" });
  await (await life.at("servicing")).refused(409, "mandate.ended", "POST", `/v1/mandates/${mandate?.id}/cancellations`, { reason: "As asked" });
});

test("a cap below one installment is refused before anything is signed", async () => {
  const phone = "+13125552032";
  const who = await life.borrower(phone);
  const application = await apply(life, who, { amount: "10000.00", termMonths: 12 }, { phone, ssn: "213-41-3032", payoutAccount: "021000021/98200932" });
  const { offers } = await whenIn<ApplicationShown>(who, application, "offered");
  await who.ok("POST", `/v1/applications/${application.id}/offers/${offers[0]?.id}/accept`);
  await assert.rejects(sign(life, who, application, phone, "100.00"), /mandate\.cap_too_low/);
  assert.equal((await who.ok<ApplicationShown>("GET", `/v1/applications/${application.id}`)).state, "accepted");
});

test("on the due date the installment is debited, once, and counts from that day", async () => {
  await life.moveTo("2026-02-03");
  const [paid] = await until("the debit was applied", async () => ((await repayments()).length === 1 ? repayments() : undefined));
  assert.deepEqual([paid?.valueDate, paid?.amount.amount, (await shown()).daysPastDue, (await shown()).nextDue?.dueDate], ["2026-02-01", "874.30", 0, "2026-03-01"]);
  await bankAgrees(life);
});

test("a debit that the bank takes back is owed again, with the product's charge, and the borrower is told", async () => {
  // Ahead of the day all but 55.01 is paid, an amount that the sandbox bank takes back for lack of funds.
  await life.moveTo("2026-02-10");
  await transfer(life.platform, "prairie", life.money("819.29"), "Asha Prime", lent.number);
  await (await life.at("operations")).ok("POST", "/v1/bank-files/fetch");
  await until("it is applied", async () => (await repayments()).length === 2);
  await life.moveTo("2026-03-04");
  const back = await until("the debit came back", async () => (await repayments()).find((t) => t.reversed));
  assert.deepEqual([back.amount.amount, back.valueDate], ["55.01", "2026-03-01"]);
  const late = await until("the charge is raised", async () => { const now = await shown(); return now.balances.fee.amount !== "0.00" && now; });
  assert.deepEqual([late.balances.fee.amount, late.daysPastDue > 0], ["25.00", true]);
  await until("the borrower is told", async () => (await inbox(life.platform, PHONE)).some((m) => m.body.includes("25.00 USD was added")));
  await life.moveTo("2026-03-10");
  assert.equal((await repayments()).length, 3, "this product does not try again by itself");
  const { items } = await (await life.at("operations")).ok<{ items: MandateShown[] }>("GET", "/v1/mandates?filter=lastState:eq:returned");
  assert.deepEqual(items.map((m) => [m.state, m.lastReason]), [["active", "AM04"]], "a mandate whose debit failed is to be seen");
  await balances(life);
  await bankAgrees(life);
  await journalIsExplained(life, lent.loan);
  await auditHolds(life);
});
