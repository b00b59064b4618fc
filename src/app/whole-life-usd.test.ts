import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { auditHolds, balances, bankAgrees, journalIsExplained } from "./testing/books.ts";
import { apply, minor, openLife, papers, sign, sum, whenIn, wordsOf, type Application, type Life } from "./testing/life.ts";
import type { ApplicationShown, CaseShown, LoanShown, Offer, Payout, Preview, Receipt, Schedule, Transaction } from "./testing/shown.ts";
import { stepsInTurn } from "./testing/steps.ts";
import { atTheBank, inbox, transfer, until, type Visitor } from "./testing/visitors.ts";

const PHONE = "+13125552017";

/** 10,000.00 at 8.99 % in twelve, interest by the day over 365 on what is really owed. */
describe("one loan's whole life in dollars", { concurrency: false }, () => {
  let life: Life;
  let borrower: Visitor;
  let application: Application;
  let offer: Offer;
  let loan: string;
  let number: string;
  before(async () => { life = await openLife("prairie"); });
  after(async () => life?.close());

  const step = stepsInTurn(60_000, "skip");
  const shownTo = async <T = LoanShown>(login: string, part = "") => (await life.at(login)).ok<T>("GET", `/v1/loan-accounts/${loan}${part}`);
  const repayments = async () => (await shownTo<{ items: Transaction[] }>("servicing", "/transactions")).items.filter((t) => t.type === "repayment");
  const receipts = async () => (await (await life.at("operations")).ok<{ items: Receipt[] }>("GET", "/v1/receipts")).items;

  step("he applies, and what he owes each month brings his application to an underwriter", async () => {
    borrower = await life.borrower(PHONE);
    application = await apply(life, borrower, { amount: "10000.00", termMonths: 12 }, { givenName: "Dana", phone: PHONE, monthlyIncome: "4000.00", monthlyObligations: "900.00" });
    await whenIn(borrower, application, "referred");
    const { decisions, checks } = await (await life.at("underwriter")).ok<ApplicationShown>("GET", `/v1/applications/${application.id}`);
    // 900.00 and the installment of 874.30 are 44 % of 4,000.00; from 43 % on a person looks.
    assert.deepEqual(decisions.map((d) => [d.madeBy, d.outcome, d.reasons.map((r) => r.code)]), [["policy", "refer", ["P23"]]]);
    assert.deepEqual(Object.fromEntries(checks.map((check) => [check.kind, check.outcome])), { ssn: "clear", sanctions: "clear", bank_account: "clear", bureau: "hit" });
  });

  step("who brought it may not decide; the underwriter decides within her authority", async () => {
    const [underwriter, decision] = [await life.at("underwriter"), { outcome: "approve", reason: "Steady income, obligations end in May" }];
    await (await life.at("officer")).refused(403, "permission.denied", "POST", `/v1/applications/${application.id}/decision`, decision);
    assert.equal((await underwriter.ok<{ applicationId: string }>("POST", "/v1/application-claims")).applicationId, application.id);
    await underwriter.refused(422, "decision.terms_not_possible", "POST", `/v1/applications/${application.id}/decision`, { ...decision, amount: life.money("30000.00") });
    await underwriter.refused(403, "decision.above_authority", "POST", `/v1/applications/${application.id}/decision`, { ...decision, annualRate: "0.05", expiresOn: "2026-01-20" });
    const made = await underwriter.ok<{ state: string; override: boolean }>("POST", `/v1/applications/${application.id}/decision`, decision);
    assert.deepEqual([made.state, made.override], ["offered", false]);
    offer = (await borrower.ok<ApplicationShown>("GET", `/v1/applications/${application.id}`)).offers[0] as Offer;
    assert.deepEqual([offer.annualRate, offer.apr, offer.installment.amount, offer.fees.amount, offer.netDisbursed.amount, offer.totalPaid.amount], ["0.0899", "0.1474", "874.30", "300.00", "9700.00", "10491.57"]);
  });

  step("the federal box says what the credit costs", async () => {
    const words = wordsOf((await borrower.send("GET", `/v1/applications/${application.id}/offers/${offer.id}/key-facts`)).bytes);
    // Interest 491.57 and the prepaid fee of 300.00; eleven payments of 874.30 and one of 874.27.
    for (const said of ["14.74%", "$791.57", "$9,700.00", "$10,491.57", "Monthly, beginning February 1, 2026", "January 1, 2027", "$874.27"]) assert.ok(words.includes(said), `${said} is missing: ${words}`);
    assert.match(words, /11 +\$874\.30/);
  });

  step("he accepts, signs, hands in his pay stub; two officers release the payout", async () => {
    const operations = await life.at("operations");
    await borrower.ok("POST", `/v1/applications/${application.id}/offers/${offer.id}/accept`);
    const { documentSha256, scheduleHash } = await sign(life, borrower, application, PHONE);
    assert.equal(scheduleHash, offer.scheduleHash);
    const { slip } = await papers("Dana Prime");
    const stored = await borrower.upload({ kind: "application", id: application.id }, "income", "stub.pdf", slip);
    await borrower.ok("POST", `/v1/applications/${application.id}/requirements/income`, { act: "hand_in", documentId: stored.body.id, documentType: "pay_stub" });
    await operations.ok("POST", `/v1/applications/${application.id}/requirements/income`, { act: "accept" });
    const { approvalRequestId } = await operations.ok<{ approvalRequestId: string }>("POST", `/v1/applications/${application.id}/funding`);
    await operations.refused(403, "permission.denied", "POST", `/v1/approval-requests/${approvalRequestId}/approve`, {});
    await (await life.at("funding")).ok("POST", `/v1/approval-requests/${approvalRequestId}/approve`, {});
    const shown = await operations.ok<ApplicationShown>("GET", `/v1/applications/${application.id}`);
    [loan, number] = [shown.loanAccountId ?? "", shown.loanNumber ?? ""];
    assert.deepEqual([shown.state, shown.agreement?.state, shown.agreement?.evidence["documentSha256"]], ["disbursed", "signed", documentSha256]);
  });

  step("the schedule is the quoted one, and the payout settles by the bank's files", async () => {
    const { rows } = await shownTo<Schedule>("servicing", "/schedule");
    const due = rows.filter((row) => row.kind === "installment");
    // 10,000.00 × 0.0899 × 31 / 365 = 76.35; then on 9,202.05 for 28 days 63.46.
    assert.deepEqual(due.slice(0, 2).map((row) => [row.dueDate, row.interest.amount, row.principal.amount, row.balance.amount]), [["2026-02-01", "76.35", "797.95", "9202.05"], ["2026-03-01", "63.46", "810.84", "8391.21"]]);
    assert.deepEqual([(await shownTo("servicing")).scheduleHash, sum(due.map((row) => row.interest)), due.at(-1)?.due.amount], [offer.scheduleHash, minor(offer.interest), "874.27"]);
    await life.moveTo("2026-01-02");
    const [payout] = (await (await life.at("operations")).ok<{ items: Payout[] }>("GET", "/v1/payouts")).items;
    assert.deepEqual([payout?.state, payout?.amount.amount, payout?.settledDate], ["settled", "9700.00", "2026-01-01"]);
    const { submissions } = await atTheBank<{ submissions: { messageName: string }[] }>(life.platform, `/submissions?msgId=${payout?.messageId}`);
    assert.equal(submissions.length, 1, "one file, once");
    await bankAgrees(life);
  });

  step("he pays on the bank's page; webhook, statement and a second look make one payment of it", async () => {
    await life.moveTo("2026-02-01");
    const opened = await borrower.ok<{ id: string; url: string }>("POST", "/v1/checkout-sessions", { reference: number, amount: life.money("874.30"), description: "First installment", returnUrl: "http://127.0.0.1:1/back" });
    await atTheBank(life.platform, `/checkout-sessions/${opened.url.split("/").at(-1)}/actions`, { action: "pay" });
    const [paid] = await until("the bank's webhook was heard", async () => ((await repayments()).length === 1 ? repayments() : undefined));
    assert.deepEqual([paid?.parts.interest.amount, paid?.parts.principal.amount, paid?.balanceAfter.amount], ["76.35", "797.95", "9202.05"]);
    await life.moveTo("2026-02-02");
    await borrower.ok("POST", `/v1/checkout-sessions/${opened.id}/refresh`);
    assert.deepEqual([(await repayments()).length, (await receipts()).map((r) => [r.state, r.lineId !== null])], [1, [["matched", true]]]);
    await bankAgrees(life);
  });

  step("his check of March comes in time without a number; nobody knows, so he is reminded, aged, charged and called", async () => {
    await life.moveTo("2026-03-09");
    await transfer(life.platform, "prairie", life.money("874.30"), "D. Prime", "loan payment");
    await life.moveTo("2026-03-15");
    const late = await shownTo("servicing");
    assert.deepEqual([late.daysPastDue, late.bucket, late.class, late.balances.penalty.amount, late.overdue.amount], [14, "1-29", "current", "25.00", "874.30"], "the late fee came on the eleventh day, and is due with the next installment");
    await until("the reminder came", async () => (await inbox(life.platform, PHONE)).some((message) => message.body.includes(`874.30 USD for loan ${number} was due on 2026-03-01`)));
    const collector = await life.at("collector");
    const mine = await until("the case is there", async () => (await collector.ok<{ case: CaseShown | null }>("POST", "/v1/collections/cases/next")).case ?? undefined);
    // Whatever hour this test runs at, the rules on hours are either kept or overridden with a reason.
    await collector.ok("POST", `/v1/collections/cases/${mine.id}/contacts`, { channel: "call", outcome: "paid_already", note: "Says he paid on the ninth", overrideReason: "He asked to be called now" });
    await collector.ok("POST", `/v1/collections/cases/${mine.id}/promises`, { amount: life.money("874.30"), dueDate: "2026-03-20" });
    assert.deepEqual([mine.loanAccountId, mine.daysPastDue], [loan, 14]);
  });

  step("the check is found: what is shown before is what happens, and the late fee falls", async () => {
    const [operations, servicing] = [await life.at("operations"), await life.at("servicing")];
    const found = (await receipts()).find((r) => r.state === "suspense");
    assert.deepEqual([found?.valueDate, (await balances(life))["payments_suspense"]], ["2026-03-09", "874.30"]);
    const preview = await servicing.ok<Preview>("POST", `/v1/loan-accounts/${loan}/previews`, { kind: "repayment", amount: life.money("874.30"), valueDate: "2026-03-09", channel: "cheque" });
    // 36 days on 9,202.05 had earned 81.59: 792.71 goes to principal. Six days on 8,409.34 are 12.43.
    assert.deepEqual([preview.after.principal.amount, preview.after.interest.amount, preview.after.penalty.amount, preview.after.overdue.amount], ["8409.34", "12.43", "0.00", "0.00"]);
    await operations.ok("POST", `/v1/receipts/${found?.id}/match`, { parts: [{ reference: number, amount: life.money("874.30") }] });
    await until("it is applied", async () => (await repayments()).length === 2);
    const now = await shownTo("servicing");
    assert.deepEqual([now.balances.principal, now.balances.interest, now.balances.penalty, now.overdue, now.nextDue?.dueDate], [preview.after.principal, preview.after.interest, preview.after.penalty, preview.after.overdue, preview.after.nextDueDate]);
    assert.deepEqual([now.daysPastDue, now.bucket, (await balances(life))["penalty_income"] ?? "0.00"], [0, null, "0.00"]);
    const collector = await life.at("collector");
    const [mine] = (await collector.ok<{ items: CaseShown[] }>("GET", "/v1/collections/cases")).items;
    const shown = await until("the case is closed and the promise found kept", async () => { const c = await collector.ok<CaseShown>("GET", `/v1/collections/cases/${mine?.id}`); return c.state === "closed" && c.promises[0]?.state === "kept" && c; });
    assert.equal(shown.promises.length, 1);
  });

  step("a payment comes back from his bank and is owed again", async () => {
    await life.moveTo("2026-04-01");
    const before = (await shownTo("servicing")).balances.principal;
    await atTheBank(life.platform, "/incoming-payments", { accountId: "prairie-main", ...life.money("874.30"), debtor: { name: "Dana Prime" }, remittance: number, returnReason: "AC04" });
    await (await life.at("operations")).ok("POST", "/v1/bank-files/fetch");
    await until("it is applied", async () => (await repayments()).length === 3);
    await life.moveTo("2026-04-03");
    await until("it is reversed", async () => (await repayments()).filter((t) => t.reversed).length === 1);
    const after = await shownTo("servicing");
    assert.deepEqual([after.balances.principal, after.daysPastDue, after.overdue.amount], [before, 2, "874.30"]);
    await balances(life);
  });

  step("he asks what closes the loan and pays it; the closing letter says so", async () => {
    const quote = await borrower.ok<{ payoff: LoanShown["payoff"] }>("POST", `/v1/loan-accounts/${loan}/payoff-quotes`, { payoffDate: "2026-04-03" });
    // 25 days on 8,409.34: 8409.34 × 0.0899 × 25 / 365 = 51.78
    assert.deepEqual([quote.payoff.principal.amount, quote.payoff.interest.amount, quote.payoff.total.amount, quote.payoff.perDiem.amount], ["8409.34", "51.78", "8461.12", "2.07"]);
    await transfer(life.platform, "prairie", quote.payoff.total, "Dana Prime", number);
    await life.moveTo("2026-04-04");
    const closed = await until("the loan is closed", async () => { const now = await shownTo("servicing"); return now.status === "closed" && now; });
    assert.deepEqual([closed.closedDate, closed.balances.total.amount], ["2026-04-03", "0.00"]);
    const letter = await until("the letter is filed", async () => (await borrower.ok<{ items: { id: string; purpose: string }[] }>("GET", `/v1/documents?filter=ownerId:eq:${loan}`)).items.find((d) => d.purpose === "closure_letter"));
    const words = wordsOf((await borrower.send("GET", `/v1/documents/${letter.id}/content`)).bytes);
    // Two installments of 874.30 and the payoff.
    for (const said of [number, "Dana Prime", "$10,000.00", "April 3, 2026", "$10,209.72"]) assert.ok(words.includes(said), `the letter lacks ${said}: ${words}`);
  });

  step("the books are even, agree with the bank, and every line of them is explained", async () => {
    const end = await balances(life);
    for (const account of ["principal_receivable", "interest_receivable", "fee_receivable", "penalty_receivable", "disbursement_clearing", "bank_clearing", "payments_suspense", "overpayment_liability", "deferred_fee_income"]) assert.equal(end[account] ?? "0.00", "0.00", account);
    assert.deepEqual([end["interest_income"], end["effective_interest_income"]], ["209.72", "300.00"], "76.35 + 81.59 + 51.78; 3 % of the loan, all of it by its end");
    await bankAgrees(life);
    await auditHolds(life);
    await journalIsExplained(life, loan);
  });

  step("somebody else is declined, and the letter gives the reasons that were, the score and whose report it was", async () => {
    const phone = "+13125552018";
    const other = await life.borrower(phone);
    const asked = await apply(life, other, { amount: "10000.00", termMonths: 12 }, { familyName: "Defaulter", ssn: "213-42-3002", phone, email: "sam.defaulter@example.org", payoutAccount: "021000021/98200345" });
    await whenIn(other, asked, "declined");
    const shown = async () => (await life.at("underwriter")).ok<ApplicationShown>("GET", `/v1/applications/${asked.id}`);
    const notice = await until("the letter is sent", async () => (await shown()).notices.find((n) => n.state === "sent"));
    assert.deepEqual([notice.kind, notice.dueOn], ["adverse_action", "2026-05-04"], "thirty days from the application");
    const policy = (await shown()).decisions[0]?.reasons ?? [];
    assert.deepEqual(notice.reasons, policy.slice(0, 4), "the reasons are those of the decision");
    const words = wordsOf((await other.send("GET", `/v1/documents/${notice.documentId}/content`)).bytes).replaceAll(/\s+/g, " ");
    for (const said of ["Asha Defaulter", "Written-off account on the credit report", "Sandbox Credit Bureau", "(800) 555-0199", "Equal Credit Opportunity Act", "range from a low of 300 to a high of 850"]) assert.ok(words.includes(said), `the letter lacks ${said}: ${words}`);
    assert.equal((await borrower.send("GET", `/v1/documents/${notice.documentId}/content`)).status, 404, "nobody else reads it");
    await until("it came by e-mail", async () => (await inbox(life.platform, "sam.defaulter@example.org")).some((message) => message.body.includes("Written-off account")));
  });
});
