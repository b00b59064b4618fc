import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { auditHolds, balances, bankAgrees, journalIsExplained } from "./testing/books.ts";
import { answersOf, fillPages, minor, openLife, papers, sign, start, sum, whenIn, wordsOf, type Application, type Life } from "./testing/life.ts";
import type { ApplicationShown, CaseShown, LoanShown, Offer, Payout, Preview, Receipt, Schedule, Transaction } from "./testing/shown.ts";
import { stepsInTurn } from "./testing/steps.ts";
import { atTheBank, inbox, transfer, until, type Visitor } from "./testing/visitors.ts";

const PHONE = "+919820017711";

/** 1,20,000.00 at 14 % in twelve: an annuity of 10,774.45, taken down to whole rupees. */
describe("one loan's whole life in rupees", { concurrency: false }, () => {
  let life: Life;
  let borrower: Visitor;
  let application: Application;
  let offer: Offer;
  let loan: string;
  let number: string;
  before(async () => { life = await openLife("bharat"); });
  after(async () => life?.close());

  const step = stepsInTurn(60_000, "skip");
  const shownTo = async <T = LoanShown>(login: string, part = "") => (await life.at(login)).ok<T>("GET", `/v1/loan-accounts/${loan}${part}`);
  const repayments = async () => (await shownTo<{ items: Transaction[] }>("servicing", "/transactions")).items.filter((t) => t.type === "repayment");
  const receipts = async () => (await (await life.at("operations")).ok<{ items: Receipt[] }>("GET", "/v1/receipts")).items;

  step("she signs in with a code, fills in half of the form, and goes on another day where she stopped", async () => {
    borrower = await life.borrower(PHONE);
    application = await start(life, borrower, "120000.00", 12);
    const answers = answersOf(life, { phone: PHONE });
    await fillPages(borrower, application, answers, 0, 3);
    const early = await borrower.refused(422, "application.incomplete", "POST", `/v1/applications/${application.id}/submit`);
    assert.ok((early.errors?.length ?? 0) > 5, "all that is missing is told at once");
    await borrower.ok("POST", "/v1/sign-outs");
    await borrower.refused(401, "session.missing", "GET", `/v1/applications/${application.id}`);
    borrower = await life.borrower(PHONE);
    const kept = await borrower.ok<ApplicationShown>("GET", `/v1/applications/${application.id}`);
    assert.deepEqual([kept.state, kept.person["pan"], kept.answers["monthlyIncome"]], ["draft", "ABCPA4711K", "60000.00"]);
    await fillPages(borrower, application, answers, 3, 6);
  });

  step("her papers go in as the files they are, and a program that calls itself a PDF does not", async () => {
    const { slip, photo } = await papers("Asha Prime");
    const owner = { kind: "application", id: application.id };
    const program = await borrower.upload(owner, "income", "slip.pdf", Buffer.from("MZ\u0090\u0000 This program cannot be run in DOS mode."));
    assert.deepEqual([program.status, program.body.code], [415, "document.type_not_allowed"]);
    await borrower.ok("POST", `/v1/applications/${application.id}/submit`);
    await whenIn(borrower, application, "offered");
    for (const [code, documentType, fileName, bytes, contentType] of [["income", "salary_slip", "slip.pdf", slip, "application/pdf"], ["identity", "pan_card", "card.jpg", photo, "image/jpeg"]] as const) {
      const stored = await borrower.upload(owner, code, fileName, bytes);
      assert.deepEqual([stored.status, stored.body.contentType], [201, contentType]);
      await borrower.ok("POST", `/v1/applications/${application.id}/requirements/${code}`, { act: "hand_in", documentId: stored.body.id, documentType });
    }
  });

  step("bureau and KYC know her, the score is good, the policy approves", async () => {
    const shown = await (await life.at("underwriter")).ok<ApplicationShown>("GET", `/v1/applications/${application.id}`);
    assert.deepEqual(Object.fromEntries(shown.checks.map((check) => [check.kind, check.outcome])), { pan: "clear", sanctions: "clear", bank_account: "clear", bureau: "hit" });
    assert.deepEqual(shown.decisions.map((d) => [d.outcome, d.madeBy, d.override]), [["approve", "policy", false]]);
    assert.ok((shown.decisions[0]?.score ?? 0) >= 640, "from 640 on the rate is 14 %");
    offer = shown.offers.find((each) => each.termMonths === 12) as Offer;
    assert.deepEqual([offer.annualRate, offer.installment.amount, offer.fees.amount, offer.netDisbursed.amount, offer.interest.amount], ["0.14", "10774.00", "2832.00", "117168.00", "9293.81"]);
  });

  step("the key facts statement says what the loan costs, row by row", async () => {
    const words = wordsOf((await borrower.send("GET", `/v1/applications/${application.id}/offers/${offer.id}/key-facts`)).bytes);
    for (const figure of ["₹1,20,000.00", "14.00%", "18.58%", "₹2,832.00", "₹1,17,168.00", "₹1,29,293.81"]) assert.ok(words.includes(figure), figure);
    // 1 % 1⁄6 a month: 1,400.00 of interest on 1,20,000.00; then on what is left.
    for (const row of [/1 February 2026 +₹1,20,000\.00 +₹9,374\.00 +₹1,400\.00 +₹10,774\.00/, /1 March 2026 +₹1,10,626\.00 +₹9,483\.36 +₹1,290\.64 +₹10,774\.00/, /1 January 2027 +₹10,655\.50 +₹10,655\.50 +₹124\.31 +₹10,779\.81/]) assert.match(words, row);
  });

  step("she takes the offer and signs; who, what and when are kept as evidence", async () => {
    await borrower.ok("POST", `/v1/applications/${application.id}/offers/${offer.id}/accept`);
    const { documentSha256, scheduleHash } = await sign(life, borrower, application, PHONE);
    const { agreement } = await (await life.at("operations")).ok<ApplicationShown>("GET", `/v1/applications/${application.id}`);
    assert.deepEqual([agreement?.state, agreement?.documentSha256, agreement?.scheduleHash, scheduleHash], ["signed", documentSha256, offer.scheduleHash, offer.scheduleHash]);
    assert.deepEqual([agreement?.evidence["documentSha256"], agreement?.evidence["partyId"]], [documentSha256, (await borrower.ok<ApplicationShown>("GET", `/v1/applications/${application.id}`)).partyId]);
    const stamp = agreement?.evidence["timestamp"] as { token: string } | undefined;
    assert.equal((JSON.parse(Buffer.from(stamp?.token.split(".")[1] ?? "", "base64url").toString()) as { sha256: string }).sha256, documentSha256, "the authority stamped this very file");
  });

  step("one officer proposes the payout and cannot release it, another does", async () => {
    const operations = await life.at("operations");
    await operations.refused(409, "funding.conditions_open", "POST", `/v1/applications/${application.id}/funding`);
    for (const code of ["income", "identity"]) await operations.ok("POST", `/v1/applications/${application.id}/requirements/${code}`, { act: "accept" });
    const { approvalRequestId } = await operations.ok<{ approvalRequestId: string }>("POST", `/v1/applications/${application.id}/funding`);
    await operations.refused(403, "permission.denied", "POST", `/v1/approval-requests/${approvalRequestId}/approve`, {});
    await (await life.at("funding")).ok("POST", `/v1/approval-requests/${approvalRequestId}/approve`, {});
    const shown = await operations.ok<ApplicationShown>("GET", `/v1/applications/${application.id}`);
    [loan, number] = [shown.loanAccountId ?? "", shown.loanNumber ?? ""];
    assert.match(number, /^LN\d{8}$/);
    assert.deepEqual([shown.state, (await balances(life))["principal_receivable"], (await balances(life))["disbursement_clearing"]], ["disbursed", "120000.00", "117168.00"]);
  });

  step("the booked schedule is the one in the offer, to the last minor unit", async () => {
    const [shown, { rows }] = [await shownTo("servicing"), await shownTo<Schedule>("servicing", "/schedule")];
    assert.equal(shown.scheduleHash, offer.scheduleHash);
    const due = rows.filter((row) => row.kind === "installment");
    assert.deepEqual([due.length, sum(due.map((row) => row.principal)), sum(due.map((row) => row.interest))], [12, 120_000_00n, minor(offer.interest)]);
    assert.deepEqual(due.slice(0, 3).map((row) => [row.dueDate, row.principal.amount, row.interest.amount]), [["2026-02-01", "9374.00", "1400.00"], ["2026-03-01", "9483.36", "1290.64"], ["2026-04-01", "9594.00", "1180.00"]]);
  });

  step("a payment file goes to the bank, its answer and the day's statement come back, and the payout is settled once", async () => {
    const [operations, payout] = [await life.at("operations"), async () => (await (await life.at("operations")).ok<{ items: Payout[] }>("GET", "/v1/payouts")).items];
    // The worker may be quicker than the officer; whoever sends, it leaves once.
    await operations.ok("POST", "/v1/payouts/send");
    const sent = await until("the payout is sent", async () => (await payout()).find((p) => p.state === "sent" || p.state === "accepted"));
    assert.equal(sent.amount.amount, "117168.00");
    const { submissions } = await atTheBank<{ submissions: { messageName: string; items: number; controlSum: string }[] }>(life.platform, `/submissions?msgId=${sent.messageId}`);
    assert.deepEqual(submissions.map((s) => [s.messageName.slice(0, 8), s.items, s.controlSum]), [["pain.001", 1, "117168.00"]]);
    await operations.ok("POST", "/v1/bank-files/fetch");
    assert.equal((await payout())[0]?.state, "accepted", "pain.002 says so");
    assert.deepEqual(await operations.ok("POST", "/v1/payouts/send"), { sent: 0, inDoubt: 0, waiting: 0 });
    await life.moveTo("2026-01-02");
    const [settled] = await payout();
    assert.deepEqual([settled?.state, settled?.settledDate], ["settled", "2026-01-01"]);
    assert.deepEqual([(await balances(life))["disbursement_clearing"] ?? "0.00", (await balances(life))["bank"]], ["0.00", "499882832.00"]);
    await bankAgrees(life);
  });

  step("she pays the first installment on the bank's page; the answer is lost, the statement brings it once", async () => {
    await life.moveTo("2026-02-01");
    const opened = await borrower.ok<{ id: string; url: string }>("POST", "/v1/checkout-sessions", { reference: number, amount: life.money("10774.00"), description: "First installment", returnUrl: "http://127.0.0.1:1/back" });
    await atTheBank(life.platform, `/checkout-sessions/${opened.url.split("/").at(-1)}/actions`, { action: "lose" });
    await life.moveTo("2026-02-02");
    const [paid] = await until("the statement brought the money", async () => ((await repayments()).length === 1 ? repayments() : undefined));
    assert.deepEqual([paid?.valueDate, paid?.parts.interest.amount, paid?.parts.principal.amount, paid?.balanceAfter.amount], ["2026-02-01", "1400.00", "9374.00", "110626.00"]);
    const answer = await borrower.ok<{ state: string; receiptId: string }>("POST", `/v1/checkout-sessions/${opened.id}/refresh`);
    assert.deepEqual((await receipts()).map((r) => [r.id, r.state]), [[answer.receiptId, "matched"]], "the late answer finds the money there");
    assert.deepEqual([answer.state, (await repayments()).length], ["paid", 1]);
    await bankAgrees(life);
  });

  step("money without a reference waits in suspense until a person says whose it is", async () => {
    await life.moveTo("2026-03-01");
    await transfer(life.platform, "bharat", life.money("10774.00"), "Ravi Prime", "for my sister's loan");
    const operations = await life.at("operations");
    await operations.ok("POST", "/v1/bank-files/fetch");
    const waiting = (await receipts()).find((r) => r.state === "suspense");
    assert.deepEqual([waiting?.amount.amount, (await balances(life))["payments_suspense"], (await repayments()).length], ["10774.00", "10774.00", 1]);
    await operations.refused(422, "reference.unknown", "POST", `/v1/receipts/${waiting?.id}/match`, { parts: [{ reference: "LN99999999", amount: life.money("10774.00") }] });
    await operations.ok("POST", `/v1/receipts/${waiting?.id}/match`, { parts: [{ reference: number, amount: life.money("10774.00") }] });
    await until("it is applied", async () => (await repayments()).length === 2);
    assert.deepEqual([(await balances(life))["payments_suspense"] ?? "0.00", (await shownTo("servicing")).balances.principal.amount], ["0.00", "101142.64"]);
  });

  step("the third installment is missed: she is reminded, is one day past due, and a collector's case opens", async () => {
    await life.moveTo("2026-04-03");
    const late = await shownTo("servicing");
    assert.deepEqual([late.daysPastDue, late.bucket, late.class, late.overdue.amount], [2, "1-30", "SMA-0", "10774.00"]);
    const texts = async () => (await inbox(life.platform, PHONE)).map((message) => message.body);
    await until("the reminders came", async () => (await texts()).some((text) => text.includes(`10774.00 INR for loan ${number} was due on 2026-04-01`)));
    assert.ok((await texts()).some((text) => text.includes(`10774.00 INR for loan ${number} is due on 2026-04-01`)), "one before the day too");
  });

  step("the collector takes the case, talks to her and notes a promise", async () => {
    await life.moveTo("2026-04-20");
    const collector = await life.at("collector");
    const mine = await until("the case is there", async () => (await collector.ok<{ case: CaseShown | null }>("POST", "/v1/collections/cases/next")).case ?? undefined);
    assert.deepEqual([mine.loanAccountId, mine.daysPastDue, mine.overdue.amount], [loan, 19, "10774.00"]);
    // Whatever hour this test runs at, the rules on hours are either kept or overridden with a reason.
    await collector.ok("POST", `/v1/collections/cases/${mine.id}/contacts`, { channel: "call", outcome: "promised", note: "Salary comes on Friday", overrideReason: "She asked to be called now" });
    await collector.ok("POST", `/v1/collections/cases/${mine.id}/promises`, { amount: life.money("10774.00"), dueDate: "2026-04-25" });
    const shown = await collector.ok<CaseShown>("GET", `/v1/collections/cases/${mine.id}`);
    assert.deepEqual(shown.promises.map((p) => [p.state, p.amount.amount, p.dueDate]), [["open", "10774.00", "2026-04-25"]]);
  });

  step("she pays in time but writes no number; a month is over, a penal charge is raised and the next installment is late too", async () => {
    await life.moveTo("2026-04-24");
    await transfer(life.platform, "bharat", life.money("10774.00"), "A. P.", "my EMI");
    await life.moveTo("2026-05-02");
    const charge = (await shownTo<{ items: { code: string; due: { amount: string } }[] }>("servicing", "/charges")).items.find((c) => c.code === "penal_charge");
    assert.equal(charge?.due.amount, "212.53", "24 % a year on 10,774.00 for the thirty days of April: 10774 × 0.24 × 30 / 365");
    const late = await shownTo("servicing");
    assert.deepEqual([late.daysPastDue, late.bucket, late.class, late.overdue.amount], [31, "31-60", "SMA-1", "21760.53"]);
  });

  step("the payment of April is shown before it is recorded, and does what was shown", async () => {
    const [operations, servicing] = [await life.at("operations"), await life.at("servicing")];
    const found = (await receipts()).find((r) => r.state === "suspense");
    assert.deepEqual([found?.valueDate, found?.amount.amount], ["2026-04-24", "10774.00"]);
    const preview = await servicing.ok<Preview>("POST", `/v1/loan-accounts/${loan}/previews`, { kind: "repayment", amount: life.money("10774.00"), valueDate: "2026-04-24", channel: "bank_transfer" });
    assert.deepEqual([preview.before.overdue.amount, preview.after.principal.amount, preview.after.interest.amount], ["21760.53", "91548.64", "1098.87"]);
    assert.equal(preview.after.penalty.amount, "162.94", "the delay was of 23 days: 10774 × 0.24 × 23 / 365");
    const held = await balances(life);
    await operations.ok("POST", `/v1/receipts/${found?.id}/match`, { parts: [{ reference: number, amount: life.money("10774.00") }] });
    await until("it is applied", async () => (await repayments()).length === 3);
    const now = await shownTo("servicing");
    assert.deepEqual([now.balances.principal, now.balances.interest, now.balances.penalty, now.overdue, now.nextDue?.dueDate], [preview.after.principal, preview.after.interest, preview.after.penalty, preview.after.overdue, preview.after.nextDueDate]);
    const after = await balances(life);
    for (const line of preview.journal) {
      const moved = minor(life.money(after[line.account] ?? "0.00")) - minor(life.money(held[line.account] ?? "0.00"));
      const size = minor(line.debit ?? line.credit ?? life.money("0.00"));
      assert.equal(moved < 0n ? -moved : moved, size, `${line.account} moved as shown`);
    }
    assert.deepEqual([now.daysPastDue, now.bucket], [1, "1-30"], "only the fourth is late now");
    const [mine] = (await (await life.at("collector")).ok<{ items: CaseShown[] }>("GET", "/v1/collections/cases")).items;
    const kept = async () => (await (await life.at("collector")).ok<CaseShown>("GET", `/v1/collections/cases/${mine?.id}`)).promises[0]?.state;
    await until("the promise is found kept", async () => (await kept()) === "kept");
  });

  step("her bank takes a payment back, and the loan stands as before it", async () => {
    const before = await shownTo("servicing");
    await atTheBank(life.platform, "/incoming-payments", { accountId: "bharat-main", ...life.money("5000.00"), debtor: { name: "Asha Prime" }, remittance: number, returnReason: "AM04" });
    await (await life.at("operations")).ok("POST", "/v1/bank-files/fetch");
    await until("it is applied", async () => (await repayments()).length === 4);
    assert.ok(minor((await shownTo("servicing")).overdue) < minor(before.overdue));
    await life.moveTo("2026-05-04");
    await until("it is reversed", async () => (await repayments()).filter((t) => t.reversed).length === 1);
    const after = await shownTo("servicing");
    assert.deepEqual([after.balances.principal, after.balances.penalty, after.overdue], [before.balances.principal, before.balances.penalty, before.overdue]);
    assert.equal((await receipts()).filter((r) => r.state === "returned").length, 1);
    await balances(life);
  });

  step("she asks what closes the loan, pays exactly that, and it is closed", async () => {
    const quote = await borrower.ok<{ payoff: LoanShown["payoff"] }>("POST", `/v1/loan-accounts/${loan}/payoff-quotes`, { payoffDate: "2026-05-04" });
    // April's interest, 1,068.07, and three days of May on what is not overdue: 81,842.71 × 0.14 / 12 × 3 / 31 = 92.40.
    assert.deepEqual([quote.payoff.principal.amount, quote.payoff.interest.amount], ["91548.64", "1160.47"]);
    await transfer(life.platform, "bharat", quote.payoff.total, "Asha Prime", number);
    await life.moveTo("2026-05-05");
    const closed = await until("the loan is closed", async () => { const now = await shownTo("servicing"); return now.status === "closed" && now; });
    assert.deepEqual([closed.closedDate, closed.balances.total.amount, closed.balances.overpayment.amount, closed.daysPastDue], ["2026-05-04", "0.00", "0.00", 0]);
  });

  step("the closing letter is with her papers and says number and amounts", async () => {
    const letter = await until("the letter is filed", async () => (await borrower.ok<{ items: { id: string; purpose: string }[] }>("GET", `/v1/documents?filter=ownerId:eq:${loan}`)).items.find((d) => d.purpose === "closure_letter"));
    const words = wordsOf((await borrower.send("GET", `/v1/documents/${letter.id}/content`)).bytes);
    // Three installments of 10,774.00 and the payoff.
    for (const said of [number, "Asha Prime", "₹1,20,000.00", "4 May 2026", "₹1,25,194.05"]) assert.ok(words.includes(said), `the letter lacks ${said}: ${words}`);
    const stranger = await life.borrower("+919820017799");
    assert.equal((await stranger.send("GET", `/v1/documents/${letter.id}/content`)).status, 404);
  });

  step("the books are even, agree with the bank, and every line of them is explained", async () => {
    const end = await balances(life);
    assert.deepEqual([end["interest_income"], end["effective_interest_income"], end["tax_payable"], end["penalty_income"]], ["5031.11", "2400.00", "432.00", "162.94"], "1,400.00 + 1,290.64 + 1,180.00 + 1,160.47; 2 % of the loan, 18 % of that");
    for (const account of ["principal_receivable", "interest_receivable", "fee_receivable", "penalty_receivable", "disbursement_clearing", "bank_clearing", "payments_suspense", "overpayment_liability"]) assert.equal(end[account] ?? "0.00", "0.00", account);
    await bankAgrees(life);
    await auditHolds(life);
    await journalIsExplained(life, loan);
  });
});
