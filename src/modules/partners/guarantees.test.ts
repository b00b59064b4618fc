import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decide } from "#kernel/approvals.ts";
import { isProblem } from "#kernel/problems.ts";
import { proposeClaim } from "./commands/claims.ts";
import { answerDispute, raiseDispute } from "./commands/disputes.ts";
import { proposeGuarantee, type NewGuarantee } from "./commands/guarantees.ts";
import { proposeSettlement } from "./commands/settle.ts";
import { draftStatement } from "./commands/statements.ts";
import { getGuarantee } from "./queries/guarantees.ts";
import { getPartner } from "./queries/read.ts";
import { inr, partnerWorld, type PartnerWorld } from "./testing/partner-world.ts";

let stage: PartnerWorld;
before(async () => { stage = await partnerWorld(); });
after(() => stage.world.close());

const refused = (code: string) => (error: unknown) => isProblem(error, code);
const finance = () => stage.finance();
const cover = (partnerId: string, loans: string[], more: Partial<NewGuarantee> = {}): NewGuarantee => ({
  partnerId, name: "Winter pool", currency: "INR", form: "fixed_deposit", capPpb: 50_000_000n, claimAfterDays: 5, fromDate: "2026-01-01", throughDate: "2027-12-31", loans, ...more,
});
async function agreed(partnerId: string, loans: string[], more: Partial<NewGuarantee> = {}): Promise<string> {
  const made = await proposeGuarantee(finance(), cover(partnerId, loans, more));
  await stage.approve(made.id);
  return made.guaranteeId;
}
const meter = async (id: string) => {
  const g = await stage.read((tx) => getGuarantee(tx, id));
  return { limit: g.limit.amount, waiting: g.waiting.amount, claimed: g.claimed.amount, left: g.left.amount, used: g.used, ripe: g.ripe.loans };
};

test("a guarantor answers for 5 % of 40,000.00 on forty loans: two that are overdue use it up, and its money settles what it owes", async () => {
  const loans = [];
  for (let n = 0; n < 40; n++) loans.push(await stage.board());
  const guarantor = await stage.partner("setu", "guarantor");
  // Each borrower owes 104.46 since 10 January; all but two pay.
  for (const loan of loans.slice(2)) await stage.receive(loan.id, "104.46", "2026-01-10");
  const id = await agreed(guarantor, loans.map((l) => l.number));
  assert.deepEqual(await meter(id), { limit: "2000.00", waiting: "0.00", claimed: "0.00", left: "2000.00", used: "0", ripe: 2 });

  // To close a loan on the 15th takes 1,000.00, the 8.00 of the first month and five days of the second: 903.54 × 9.6 % / 12 = 7.23, of which 5/31 are 1.17.
  const request = await proposeClaim(finance(), { guaranteeId: id });
  assert.deepEqual([request.loans, request.amountMinor], [2, 2_000_00n], "1,009.17 of the first, and what is left of the limit, 990.83, of the second");
  assert.deepEqual(await meter(id), { limit: "2000.00", waiting: "2000.00", claimed: "0.00", left: "0.00", used: "1", ripe: 0 });
  await assert.rejects(proposeClaim(finance(), { guaranteeId: id }), refused("guarantee.cap_used"));
  await assert.rejects(decide(finance(), request.id, "approve", undefined), refused("approval.own_request"));
  await stage.approve(request.id);
  assert.deepEqual([await stage.balance("investor_payable"), await stage.balance("guarantee_income")], [2_000_00, -2_000_00], "the guarantor owes it");
  assert.deepEqual(await meter(id), { limit: "2000.00", waiting: "0.00", claimed: "2000.00", left: "0.00", used: "1", ripe: 0 });
  const { rows } = await stage.read((tx) => tx.client.query<{ amount_minor: string; days_past_due: number }>("SELECT amount_minor, days_past_due FROM partners.guarantee_claim ORDER BY loan_account_id"));
  assert.deepEqual(rows.map((r) => [Number(r.amount_minor), r.days_past_due]), [[1_009_17, 5], [990_83, 5]]);

  const matchId = await stage.payIn("setu", "2000.00");
  await stage.deliver("partners.take_money", "payments.receipt_matched", "rcp_g", { matchId, loanAccountId: guarantor });
  const { balances } = await stage.read((tx) => getPartner(tx, guarantor));
  assert.deepEqual(balances.map((b) => b.owed.amount), ["0.00"]);
  await stage.nothingUnproved();
});

test("a cap above what the regulator allows, a loan covered twice, one that is not overdue for long enough: each is refused by name", async () => {
  const [late, paid] = [await stage.board(), await stage.board()];
  await stage.receive(paid.id, "104.46", "2026-01-10");
  const guarantor = await stage.partner("nidhi", "guarantor");
  await assert.rejects(proposeGuarantee(finance(), cover(guarantor, [late.number], { capPpb: 50_000_001n })), refused("guarantee.above_limit"));
  await assert.rejects(proposeGuarantee(finance(), cover(guarantor, [late.number], { throughDate: "2025-12-31" })), refused("guarantee.period_invalid"));
  await assert.rejects(proposeGuarantee(finance(), cover(guarantor, ["LN99999999"])), (e) => isProblem(e, "guarantee.loan_not_open") && e.errors?.[0]?.pointer === "/loans/0");
  const [first, second] = [await proposeGuarantee(finance(), cover(guarantor, [late.number, paid.number])), await proposeGuarantee(finance(), cover(guarantor, [late.number]))];
  const outcomes = await Promise.allSettled([stage.approve(first.id), stage.approve(second.id)]);
  assert.deepEqual(outcomes.map((o) => o.status).sort(), ["fulfilled", "rejected"], "a loan is covered once");
  const { rows } = await stage.read((tx) => tx.client.query<{ id: string }>("SELECT id FROM partners.guarantee WHERE partner_id = $1 AND state = 'active'", [guarantor]));
  const id = rows[0]?.id ?? "";
  await assert.rejects(proposeClaim(finance(), { guaranteeId: id, loans: [paid.number] }), refused("guarantee.loan_not_claimable"));
  const claim = await proposeClaim(finance(), { guaranteeId: id, loans: [late.number] });
  await decide(stage.finance("fin_b"), claim.id, "reject", undefined, "The borrower promised to pay.");
  assert.deepEqual([(await meter(id)).waiting, (await meter(id)).claimed, (await meter(id)).ripe], ["0.00", "0.00", 1], "what is turned down uses nothing");
});

test("a draft that is disputed waits; a claim of 5.00 is answered with 3.00, agreed by a second person and paid with the statement", async () => {
  const loan = await stage.board();
  const investor = await stage.partner("polaris");
  await stage.sell(investor, [loan.number], 40n);
  await stage.receive(loan.id, "100.00", "2026-01-10");
  const { statementId } = await draftStatement(finance(), { partnerId: investor, currency: "INR", throughDate: "2026-01-14" });
  const other = await stage.board();
  await assert.rejects(raiseDispute(finance(), { statementId, loanAccountId: other.id, claim: inr("5.00"), reason: "A loan is missing." }), refused("partner_dispute.loan_not_stated"));
  const { disputeId } = await raiseDispute(finance(), { statementId, loanAccountId: loan.id, claim: inr("5.00"), reason: "A late fee was kept." });
  await assert.rejects(proposeSettlement(finance(), { statementId, booksDate: "today" }), refused("partner_statement.disputed"));
  await assert.rejects(answerDispute(finance(), { disputeId, outcome: "adjusted", answer: "Half of it." }), refused("partner_dispute.amount_invalid"));
  await assert.rejects(answerDispute(finance(), { disputeId, outcome: "refused", answer: "It is ours.", adjustment: inr("1.00") }), refused("partner_dispute.amount_invalid"));

  const owed = await stage.balance("investor_payable");
  const turnedDown = await answerDispute(finance(), { disputeId, outcome: "adjusted", answer: "All of it.", adjustment: inr("5.00") });
  await decide(stage.finance("fin_b"), turnedDown.approvalRequestId ?? "", "reject", undefined, "Too much.");
  const answer = await answerDispute(finance(), { disputeId, outcome: "adjusted", answer: "Their part of the late fee.", adjustment: inr("3.00") });
  await assert.rejects(proposeSettlement(finance(), { statementId, booksDate: "today" }), refused("partner_statement.disputed"), "not before a second person agreed");
  await stage.approve(answer.approvalRequestId ?? "");
  assert.deepEqual([await stage.balance("investor_payable") - owed, await stage.balance("partner_adjustments")], [-3_00, 3_00]);
  await assert.rejects(answerDispute(finance(), { disputeId, outcome: "refused", answer: "No." }), refused("partner_dispute.not_open"));
  await stage.approve((await proposeSettlement(finance(), { statementId, booksDate: "today" })).id);
  const late = await raiseDispute(finance(), { statementId, claim: inr("-0.80"), reason: "The fee was taken twice." });
  assert.deepEqual(await answerDispute(finance(), { disputeId: late.disputeId, outcome: "refused", answer: "It was taken once." }), { disputeId: late.disputeId, state: "refused", approvalRequestId: null });
  await stage.nothingUnproved();
});
