import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBusinessDay } from "#kernel/end-of-day.ts";
import { isProblem } from "#kernel/problems.ts";
import { bureauAt } from "#integrations/bureau/sandbox-bureau.ts";
import { timestampsAt } from "#integrations/esign/sandbox-timestamps.ts";
import { kycAt } from "#integrations/kyc/sandbox-kyc.ts";
import { messagesAt } from "#integrations/notify/sandbox-messages.ts";
import { startSandbox } from "../../../sandbox/start.ts";
import { acceptOffer, advanceApplication, changeRequirement, proposeFunding, sendSigningCode, signAgreement } from "./index.ts";
import { desk, type Desk } from "./testing/desk.ts";

let d: Desk;
before(async () => {
  d = await desk({ startSandbox, bureauAt, kycAt, messagesAt, timestampsAt });
});
after(() => d.close());

test("an application goes from its answers to the payout, and offer, contract and booked loan are one", async () => {
  const { applicationId, borrower } = await d.apply({ phone: "+919876511111" });
  assert.equal(await advanceApplication(d.world.system(), d.outside, applicationId), "offered");

  const offers = await borrower.read((tx) => tx.rows<{ id: string; term_months: number; schedule_hash: string }>("test.offers", "SELECT id, term_months, schedule_hash FROM origination.offer WHERE application_id = $1 ORDER BY term_months", [applicationId]));
  assert.deepEqual(offers.map((o) => o.term_months), [16, 24, 36]);
  const chosen = offers[1] as (typeof offers)[number];
  await acceptOffer(borrower, applicationId, chosen.id);

  const sent = await sendSigningCode(borrower, d.outside, applicationId);
  const code = await d.signingCode("+919876511111");
  await assert.rejects(signAgreement(borrower, d.outside, { applicationId, code: code === "000000" ? "000001" : "000000", documentSha256: sent.documentSha256 }), (e) => isProblem(e, "agreement.code_refused"));
  await assert.rejects(signAgreement(borrower, d.outside, { applicationId, code, documentSha256: "0".repeat(64) }), (e) => isProblem(e, "agreement.changed"));
  const signed = await signAgreement(borrower, d.outside, { applicationId, code, documentSha256: sent.documentSha256 });
  assert.equal(signed.scheduleHash, chosen.schedule_hash, "the contract is the offer");

  const operations = d.world.as(["operations_officer"], { person: "usr_ops" });
  await assert.rejects(proposeFunding(operations, applicationId), (e) => isProblem(e, "funding.conditions_open"));
  const papers = [["identity", "pan_card"], ["income", "salary_slip"]] as const;
  for (const [code_, documentType] of papers) {
    await changeRequirement(borrower, { applicationId, code: code_, act: "hand_in", documentType });
    await changeRequirement(operations, { applicationId, code: code_, act: "accept" });
  }
  const proposed = await proposeFunding(d.world.as(["operations_officer"], { person: "usr_ops" }), applicationId);
  await assert.rejects(d.approve(d.world.as(["operations_officer"], { person: "usr_ops" }), proposed.approvalRequestId), (e) => isProblem(e, "permission.denied"));
  await assert.rejects(d.approve(d.world.as(["funding_officer"], { limits: { INR: 1n } }), proposed.approvalRequestId), (e) => isProblem(e, "permission.above_limit"));
  await d.approve(d.world.as(["funding_officer"], { person: "usr_fund" }), proposed.approvalRequestId);

  const loan = d.booker.booked.at(-1);
  assert.equal(loan?.applicationId, applicationId);
  assert.equal(loan.scheduleHash, chosen.schedule_hash, "the booked loan is the offer");
  assert.equal(loan.netMinor, 9_764_000);
  const row = await borrower.read((tx) => tx.one<{ state: string; loan_number: string }>("test.state", "SELECT state, loan_number FROM origination.application WHERE id = $1", [applicationId]));
  assert.equal(row.state, "disbursed");
  assert.match(row.loan_number, /^LN\d{8}$/);

  const [evidence] = await borrower.read((tx) => tx.rows<{ evidence: { timestamp: { token: string }; code: { sentTo: string } } }>("test.evidence", "SELECT evidence FROM origination.agreement WHERE application_id = $1", [applicationId]));
  assert.equal(evidence?.evidence.timestamp.token.split(".").length, 3, "the authority's token is kept");
  const stages = await borrower.read((tx) => tx.rows<{ to_state: string }>("test.timeline", "SELECT to_state FROM origination.timeline_entry WHERE application_id = $1 AND to_state IS NOT NULL ORDER BY id", [applicationId]));
  assert.deepEqual(stages.map((s) => s.to_state), ["draft", "submitted", "verifying", "approved", "offered", "accepted", "signed", "funding", "disbursed"]);
  const facts = await borrower.read((tx) => tx.rows<{ type: string }>("test.outbox", "SELECT type FROM kernel.outbox_event WHERE subject = $1 ORDER BY sequence", [applicationId]));
  assert.equal(facts.at(-1)?.type, "origination.loan_funded");
});

test("a loan in dollars goes the same way: level payments on daily interest, fee kept back", async () => {
  const { applicationId, borrower } = await d.apply({ tenantId: d.world.prairie, phone: "+13125551234", termMonths: 36 });
  const system = d.world.system(d.world.prairie);
  assert.equal(await advanceApplication(system, d.outside, applicationId), "offered");
  const offer = await borrower.read((tx) => tx.one<{ id: string; schedule_hash: string }>("test.us_offer", "SELECT id, schedule_hash FROM origination.offer WHERE application_id = $1 AND term_months = 36", [applicationId]));
  await acceptOffer(borrower, applicationId, offer.id);
  const { documentSha256 } = await sendSigningCode(borrower, d.outside, applicationId);
  await signAgreement(borrower, d.outside, { applicationId, code: await d.signingCode("+13125551234"), documentSha256 });
  const at = (roles: Parameters<typeof d.world.as>[0]) => d.world.as(roles, { tenantId: d.world.prairie });
  await changeRequirement(at(["underwriter"]), { applicationId, code: "income", act: "accept" });
  const proposed = await proposeFunding(at(["operations_officer"]), applicationId);
  await d.approve(at(["funding_officer"]), proposed.approvalRequestId);
  const loan = d.booker.booked.at(-1);
  assert.deepEqual([loan?.scheduleHash, loan?.terms.model, loan?.netMinor], [offer.schedule_hash, "daily_simple", 970_000]);
  const report = await system.read((tx) => tx.one("test.report", "SELECT state, was_submitted, was_decided, was_offered, was_signed, was_disbursed FROM origination.report_application WHERE application_id = $1", [applicationId]));
  assert.deepEqual(report, { state: "disbursed", was_submitted: true, was_decided: true, was_offered: true, was_signed: true, was_disbursed: true });
  assert.deepEqual(await d.world.system().read((tx) => tx.rows("test.report_other", "SELECT number FROM origination.report_application WHERE application_id = $1", [applicationId])), [], "the view keeps lenders apart");
});

test("paid out some days after the signature, the same terms are drawn up for that day and the due dates stay", async () => {
  const { applicationId, borrower } = await d.apply({ phone: "+919876522222" });
  await advanceApplication(d.world.system(), d.outside, applicationId);
  const offer = await borrower.read((tx) => tx.one<{ id: string }>("test.offer24", "SELECT id FROM origination.offer WHERE application_id = $1 AND term_months = 24", [applicationId]));
  await acceptOffer(borrower, applicationId, offer.id);
  const { documentSha256 } = await sendSigningCode(borrower, d.outside, applicationId);
  const signed = await signAgreement(borrower, d.outside, { applicationId, code: await d.signingCode("+919876522222"), documentSha256 });
  for (const code of ["identity", "income"]) await changeRequirement(d.world.as(["underwriter"]), { applicationId, code, act: "accept" });
  for (let i = 0; i < 3; i++) await closeBusinessDay(d.world.services, d.world.bharat, []);
  const proposed = await proposeFunding(d.world.as(["operations_officer"]), applicationId);
  await d.approve(d.world.as(["funding_officer"]), proposed.approvalRequestId);
  const terms = d.booker.booked.at(-1)?.terms;
  assert.deepEqual([terms?.disbursementDate, terms?.firstDueDate], ["2026-01-18", "2026-02-15"]);
  assert.notEqual(d.booker.booked.at(-1)?.scheduleHash, signed.scheduleHash, "interest of the first period is shorter");
});
