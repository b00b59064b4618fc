import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { decide, withdraw } from "#kernel/approvals.ts";
import { isProblem } from "#kernel/problems.ts";
import { closePeriod } from "#modules/ledger/index.ts";
import { inPersonalLoan } from "#modules/products/index.ts";
import { reverseEvent } from "#modules/servicing/index.ts";
import { proposeParticipation } from "./commands/participations.ts";
import { proposeAccount } from "./commands/partners.ts";
import { proposePayingAgain, proposeSettlement } from "./commands/settle.ts";
import { draftStatement } from "./commands/statements.ts";
import { getPartner, getStatement, ownersOf } from "./queries/read.ts";
import { statementPdf, statementXlsx } from "./queries/statement-files.ts";
import { ask, partnerWorld, type PartnerWorld } from "./testing/partner-world.ts";

let stage: PartnerWorld;
before(async () => { stage = await partnerWorld(); });
after(() => stage.world.close());

const finance = (person?: string) => stage.finance(person);
const approve = (id: string) => stage.approve(id);
const read = <T>(work: Parameters<PartnerWorld["read"]>[0]) => stage.read(work) as Promise<T>;
const [board, partner, sell, receive, balance, payIn] = [
  () => stage.board(), (code: string) => stage.partner(code), (...args: Parameters<PartnerWorld["sell"]>) => stage.sell(...args), (...args: Parameters<PartnerWorld["receive"]>) => stage.receive(...args), (account: string) => stage.balance(account), (code: string, amount: string) => stage.payIn(code, amount),
];
const refused = (code: string) => (error: unknown) => isProblem(error, code);

test("40 % of a loan is sold, a payment of 100.00 is shared with its fee, stated, agreed, paid; a reversal comes back in the next statement", async () => {
  const loan = await board();
  const investor = await partner("orion");
  await sell(investor, [loan.number], 40n);
  assert.deepEqual([await balance("participation_sold"), await balance("investor_payable")], [-400_00, 400_00], "what is sold is off the books, and the investor owes the price");

  const matchId = await payIn("orion", "400.00");
  for (let twice = 0; twice < 2; twice++) await stage.deliver("partners.take_money", "payments.receipt_matched", "rcp_x", { matchId, loanAccountId: investor });
  assert.equal(await balance("investor_payable"), 0, "the price is paid, once");

  const paid = await receive(loan.id, "100.00", "2026-01-10");
  const { statementId } = await draftStatement(finance(), { partnerId: investor, currency: "INR", throughDate: "2026-01-14" });
  const draft = await read<Awaited<ReturnType<typeof getStatement>>>((tx) => getStatement(tx, statementId));
  const amounts = Object.fromEntries(Object.entries(draft.sums).map(([part, value]) => [part, value.amount]));
  assert.deepEqual(amounts, { received: "100.00", principal: "36.80", interest: "3.20", fee: "0.00", penalty: "0.00", recovery: "0.00", loss: "0.00", servicingFee: "0.80", net: "39.20" });

  for (const language of ["en", "hi"] as const) {
    const text = spawnSync("pdftotext", ["-layout", "-", "-"], { input: await statementPdf(finance(), statementId, language), encoding: "utf8" }).stdout;
    for (const figure of ["₹100.00", "₹36.80", "₹3.20", "₹0.80", "₹39.20", "₹363.20", loan.number]) assert.ok(text.includes(figure), `${language}: ${figure} is missing in ${text}`);
  }
  assert.equal((await statementXlsx(finance(), statementId)).subarray(0, 2).toString(), "PK");

  const request = await proposeSettlement(finance(), { statementId, booksDate: "period_end" });
  await assert.rejects(decide(finance(), request.id, "approve", undefined), refused("approval.own_request"));
  await approve(request.id);
  assert.deepEqual(
    [await balance("participation_sold"), await balance("investor_payable"), await balance("income_passed_on"), await balance("servicing_fee_income"), await balance("disbursement_clearing")],
    [-363_20, 0, 3_20, -80, -39_20], "principal back, interest passed on, the fee kept, the rest on its way to the bank");
  await stage.nothingUnproved();

  const owners = await read<Awaited<ReturnType<typeof ownersOf>>>((tx) => ownersOf(tx, loan.id));
  assert.deepEqual(owners.map((o) => [o.owner, o.share, o.principal.amount]), [[null, "0.6", "544.80"], ["orion Capital", "0.4", "363.20"]]);

  await stage.deliver("partners.note_payout", "payments.payout_settled", statementId, { reference: `${statementId}-1` });
  assert.equal((await read<{ payment: string }>((tx) => getStatement(tx, statementId))).payment, "paid");

  await reverseEvent(stage.world.as(["servicing_agent"]), { loanAccountId: loan.id, eventId: paid.eventId, reason: "The cheque bounced." });
  await assert.rejects(draftStatement(finance(), { partnerId: investor, currency: "INR", throughDate: "2026-01-14" }), refused("partner_statement.period_stated"));
  await stage.closeDay();
  const next = await draftStatement(finance(), { partnerId: investor, currency: "INR", throughDate: "2026-01-15" });
  assert.deepEqual([next.lines, next.netMinor], [1, -39_20n], "the share of the payment that bounced comes back, with its fee");
  await approve((await proposeSettlement(finance(), { statementId: next.statementId, booksDate: "today" })).id);
  assert.deepEqual([await balance("participation_sold"), await balance("investor_payable"), await balance("income_passed_on"), await balance("servicing_fee_income")], [-400_00, 39_20, 0, 0], "the investor owes what it was paid");
  await stage.nothingUnproved();
  const seen = await read<Awaited<ReturnType<typeof getPartner>>>((tx) => getPartner(tx, investor));
  assert.deepEqual(seen.balances.map((b) => [b.owed.amount, b.held.amount]), [["-39.20", "400.00"]]);
});

test("shares of one loan never come to more than the whole, though two are agreed at the same moment", async () => {
  const loan = await board();
  const [one, two] = [await partner("lyra"), await partner("vega")];
  await sell(one, [loan.number], 50n);
  await assert.rejects(proposeParticipation(finance(), ask(two, [loan.number], 51n)), refused("participation.above_whole"));
  const both = [await proposeParticipation(finance(), ask(one, [loan.number], 30n)), await proposeParticipation(finance(), ask(two, [loan.number], 30n))];
  const outcomes = await Promise.allSettled(both.map((r) => approve(r.id)));
  assert.deepEqual(outcomes.map((o) => o.status).sort(), ["fulfilled", "rejected"]);
  const lost = outcomes.find((o) => o.status === "rejected") as PromiseRejectedResult;
  assert.ok(isProblem(lost.reason, "participation.above_whole"));
  const owners = await read<Awaited<ReturnType<typeof ownersOf>>>((tx) => ownersOf(tx, loan.id));
  assert.equal(owners[0]?.share, "0.2", "the lender keeps what nobody took");
  await stage.nothingUnproved();
});

test("two statements of the same period cannot both be drafted or settled, and one settlement is agreed once", async () => {
  const loan = await board();
  const investor = await partner("rigel");
  await sell(investor, [loan.number], 25n, { charges: "shared", feeBasis: "balance", feePpb: 10_000_000n });
  await receive(loan.id, "100.00", "2026-01-10");
  const drafts = await Promise.allSettled([1, 2].map(() => draftStatement(finance(), { partnerId: investor, currency: "INR", throughDate: "2026-01-14" })));
  assert.deepEqual(drafts.map((d) => d.status).sort(), ["fulfilled", "rejected"]);
  assert.ok(isProblem((drafts.find((d) => d.status === "rejected") as PromiseRejectedResult).reason, "partner_statement.open"));
  const { statementId } = (drafts.find((d) => d.status === "fulfilled") as PromiseFulfilledResult<{ statementId: string }>).value;
  const sums = (await read<Awaited<ReturnType<typeof getStatement>>>((tx) => getStatement(tx, statementId))).sums;
  // 250.00 for 31 days, then 227.00 for 5, at 1 %: (25000 × 31 + 22700 × 5) / 36500 = 24.3 minor units.
  assert.deepEqual([sums.principal.amount, sums.interest.amount, sums.servicingFee.amount], ["23.00", "2.00", "0.24"]);
  const request = await proposeSettlement(finance(), { statementId, booksDate: "today" });
  await assert.rejects(proposeSettlement(finance(), { statementId, booksDate: "today" }), refused("partner_statement.not_draft"));
  const agreed = await Promise.allSettled([1, 2].map(() => approve(request.id)));
  assert.deepEqual(agreed.map((a) => a.status).sort(), ["fulfilled", "rejected"]);
  await stage.nothingUnproved();
});

test("a payout that the bank refuses is owed again", async () => {
  const loan = await board();
  const investor = await partner("deneb");
  await sell(investor, [loan.number], 10n);
  const matchId = await payIn("deneb", "150.00");
  await stage.deliver("partners.take_money", "payments.receipt_matched", "rcp_y", { matchId, loanAccountId: investor });
  const { statementId } = await draftStatement(finance(), { partnerId: investor, currency: "INR", throughDate: "2026-01-14" });
  await approve((await proposeSettlement(finance(), { statementId, booksDate: "today" })).id);
  assert.equal((await read<{ paid: { amount: string } }>((tx) => getStatement(tx, statementId))).paid.amount, "50.00", "50.00 more than the price was paid in");
  for (let twice = 0; twice < 2; twice++) await stage.deliver("partners.note_payout", "payments.payout_rejected", statementId, { reference: `${statementId}-1`, reason: "Account closed" });
  const seen = await read<Awaited<ReturnType<typeof getPartner>>>((tx) => getPartner(tx, investor));
  assert.equal(seen.balances[0]?.owed.amount, "50.00");
  await assert.rejects(proposeAccount(finance(), investor, { scheme: "in", number: "50100" }), refused("partner.account_invalid"));
  await approve((await proposeAccount(finance(), investor, { scheme: "in", number: "ICIC0000002/600100007777" })).id);
  await approve((await proposePayingAgain(finance(), statementId)).id);
  const again = await stage.world.system().read((tx) => tx.client.query<{ payee_masked: string; reference: string }>("SELECT payee_masked, reference FROM payments.payout WHERE subject = $1 ORDER BY id DESC LIMIT 1", [statementId]));
  assert.deepEqual(again.rows[0], { payee_masked: "····7777", reference: `${statementId}-2` });
  await stage.deliver("partners.note_payout", "payments.payout_rejected", statementId, { reference: `${statementId}-1`, reason: "Account closed" });
  assert.equal((await read<{ payment: string }>((tx) => getStatement(tx, statementId))).payment, "ordered", "a late word about the first payout says nothing of the second");
  await assert.rejects(proposePayingAgain(finance(), statementId), refused("partner_statement.payment_not_refused"));
  await stage.deliver("partners.give_money_back", "payments.receipt_returned", "rcp_y", { matchId, loanAccountId: investor });
  await stage.nothingUnproved();
});

test("a statement whose month is closed is refused by name, and stands in the books of the day it is agreed instead", async () => {
  const loan = await board();
  const investor = await partner("altair");
  await sell(investor, [loan.number], 40n);
  const ctx = finance();
  await ctx.transaction((tx) => closePeriod(tx, ctx, "2026-01-14", "statutory", "The month is over."));
  const { statementId } = await draftStatement(finance(), { partnerId: investor, currency: "INR", throughDate: "2026-01-14" });
  const { lines } = await read<{ lines: number }>((tx) => getStatement(tx, statementId));
  assert.equal(lines, 0, "nothing was received yet");
  await receive(loan.id, "100.00", "2026-01-12");
  const request = await proposeSettlement(finance(), { statementId, booksDate: "period_end" });
  await approve(request.id);
  await stage.closeDay();
  const next = await draftStatement(finance(), { partnerId: investor, currency: "INR", throughDate: "2026-01-15" });
  await ctx.transaction((tx) => closePeriod(tx, ctx, "2026-01-15", "statutory", "And the next."));
  const late = await proposeSettlement(finance(), { statementId: next.statementId, booksDate: "period_end" });
  await assert.rejects(approve(late.id), refused("period.closed"));
  assert.equal((await read<{ state: string }>((tx) => getStatement(tx, next.statementId))).state, "proposed", "nothing of it was done");
  await withdraw(finance(), late.id, "January is closed.");
  await approve((await proposeSettlement(finance(), { statementId: next.statementId, booksDate: "today" })).id);
  assert.equal((await read<{ net: { amount: string } }>((tx) => getStatement(tx, next.statementId))).net.amount, "39.20");
  await stage.nothingUnproved();
});

test("a pool takes the open loans that have room for the share on that day; what is turned down leaves nothing behind", async () => {
  const [roomy, full] = [await board(), await board()];
  const [one, two] = [await partner("mira"), await partner("spica")];
  await sell(one, [full.number], 80n);
  const pool = { loans: undefined, pool: { productCode: inPersonalLoan.code, disbursedFrom: "2025-12-10", disbursedTo: "2025-12-10" } };
  await assert.rejects(proposeParticipation(finance(), ask(two, [], 30n, { ...pool, pool: { productCode: "no-such-product" } })), refused("participation.no_loans"));
  await assert.rejects(proposeParticipation(finance(), ask(two, ["LN99999999"], 30n)), (error) => isProblem(error, "participation.loan_not_open") && error.errors?.[0]?.pointer === "/loans/0");
  await assert.rejects(proposeParticipation(finance(), ask(two, [roomy.number], 30n, { fromDate: "2027-01-01" })), refused("participation.from_date_invalid"));
  await assert.rejects(proposeParticipation(finance(), ask(two, [roomy.number], 0n)), refused("participation.share_invalid"));
  await assert.rejects(proposeParticipation(finance(), ask(two, [roomy.number], 30n, { feePpb: 0n })), refused("participation.fee_invalid"));
  const owned = await balance("participation_sold");
  const proposed = await proposeParticipation(finance(), ask(two, [], 30n, pool));
  await decide(finance("fin_b"), proposed.id, "reject", undefined, "Not this month.");
  assert.equal(await balance("participation_sold"), owned);
  await sell(two, [], 30n, pool);
  const shares = async (loan: { id: string }) => (await read<Awaited<ReturnType<typeof ownersOf>>>((tx) => ownersOf(tx, loan.id))).map((o) => o.share);
  assert.deepEqual([await shares(roomy), await shares(full)], [["0.7", "0.3"], ["0.2", "0.8"]]);
  await stage.nothingUnproved();
});
