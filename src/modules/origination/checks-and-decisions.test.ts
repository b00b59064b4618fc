import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { parseAmount } from "#engine/index.ts";
import { closeBusinessDay } from "#kernel/end-of-day.ts";
import { isProblem } from "#kernel/problems.ts";
import { bureauAt } from "#integrations/bureau/sandbox-bureau.ts";
import { timestampsAt } from "#integrations/esign/sandbox-timestamps.ts";
import { kycAt } from "#integrations/kyc/sandbox-kyc.ts";
import { messagesAt } from "#integrations/notify/sandbox-messages.ts";
import { startSandbox } from "../../../sandbox/start.ts";
import { acceptOffer, advanceApplication, askRequirement, changeRequirement, claimApplication, claimNext, correctPayoutAccount, decideByPerson, handUp, originationModule, payoutRejected, proposeFunding, returnFunding, sendNotices, sendSigningCode, signAgreement, verifyAgain, withdrawApplication } from "./index.ts";
import { desk, type Desk } from "./testing/desk.ts";

let d: Desk;
before(async () => {
  d = await desk({ startSandbox, bureauAt, kycAt, messagesAt, timestampsAt });
});
after(() => d.close());

const go = (id: string) => advanceApplication(d.world.system(), d.outside, id);
const rows = <R extends object>(name: string, sql: string, values: unknown[] = []) => d.world.system().read((tx) => tx.rows<R>(name, sql, values));
const checks = (id: string) => rows<{ kind: string; state: string; outcome: string | null; attempts: number; reused_from: string | null; result: object | null }>("test.checks", "SELECT kind, state, outcome, attempts, reused_from, result FROM origination.check_request WHERE application_id = $1 ORDER BY kind", [id]);
const bureauCharges = async () => ((await (await fetch(`${d.sandbox.url}/bureau/v1/statistics`, { headers: { authorization: "Bearer sandbox-bureau-key" } })).json()) as { charged: number }).charged;
const stateOf = async (id: string) => (await rows<{ state: string }>("test.state", "SELECT state FROM origination.application WHERE id = $1", [id]))[0]?.state;

describe("answers from outside", () => {
  test("a lost answer is looked up under its reference, and the bureau charges once", async () => {
    const { applicationId } = await d.apply({ familyName: "Doubt", extra: {} });
    const before = await bureauCharges();
    assert.equal(await go(applicationId), "verifying");
    assert.ok((await checks(applicationId)).every((c) => c.state === "in_doubt"), "every first answer was lost");
    assert.notEqual(await go(applicationId), "verifying");
    assert.equal(await bureauCharges(), before + 1);
  });
  test("an outage is no verdict: it is tried again, then a person looks", async () => {
    const { applicationId } = await d.apply({ familyName: "Outage" });
    for (let i = 0; i < 3; i++) assert.equal(await go(applicationId), "verifying");
    assert.equal(await go(applicationId), "referred");
    assert.ok((await checks(applicationId)).every((c) => c.state === "given_up" && c.outcome === null));
    const [decision] = await rows<{ outcome: string; reasons: { code: string }[] }>("test.decision", "SELECT outcome, reasons FROM origination.decision WHERE application_id = $1", [applicationId]);
    assert.equal(decision?.outcome, "refer");
    assert.ok(decision.reasons.some((r) => r.code === "P04"));
  });
  test("a report about somebody else is not kept and does not count", async () => {
    const { applicationId } = await d.apply({ familyName: "Wrongperson" });
    assert.equal(await go(applicationId), "referred");
    const bureau = (await checks(applicationId)).find((c) => c.kind === "bureau");
    assert.equal(bureau?.outcome, "wrong_person");
    assert.deepEqual(bureau.result, {});
  });
  test("an unreadable answer is a doubt, not a verdict", async () => {
    const { applicationId } = await d.apply({ familyName: "Garbage" });
    assert.equal(await go(applicationId), "verifying");
    assert.ok((await checks(applicationId)).every((c) => c.state === "in_doubt"));
  });
  test("a thin file is not a failure", async () => {
    const { applicationId } = await d.apply({ familyName: "Norecord" });
    await go(applicationId);
    assert.equal((await checks(applicationId)).find((c) => c.kind === "bureau")?.outcome, "no_record");
    const [decision] = await rows<{ reasons: { code: string }[] }>("test.decision", "SELECT outcome, reasons FROM origination.decision WHERE application_id = $1", [applicationId]);
    assert.ok(!decision?.reasons.some((r) => r.code.startsWith("P1")), "no bureau rule fires without a file");
  });
  test("a name on a sanctions list is cleared by a person, never declined by the machine", async () => {
    const { applicationId } = await d.apply({ familyName: "Watchlist" });
    assert.equal(await go(applicationId), "referred");
  });
  test("a fresh report of the same person is used again without an enquiry", async () => {
    const first = await d.apply({ id: "ABCPZ4321K", phone: "+919812300001" });
    await go(first.applicationId);
    const before = await bureauCharges();
    const second = await d.apply({ id: "ABCPZ4321K", phone: "+919812300001", by: first.borrower });
    assert.equal(second.partyId, first.partyId, "one person, one record");
    await go(second.applicationId);
    assert.equal(await bureauCharges(), before);
    assert.notEqual((await checks(second.applicationId)).find((c) => c.kind === "bureau")?.reused_from, null);
  });
});

test("five workers at once make one decision, one set of offers and one enquiry", async () => {
  const { applicationId } = await d.apply({ phone: "+919812300011" });
  const before = await bureauCharges();
  const states = await Promise.all(Array.from({ length: 5 }, () => go(applicationId)));
  assert.ok(states.includes("offered"));
  assert.equal(await bureauCharges(), before + 1);
  const [made] = await rows<{ decisions: bigint; offers: bigint }>("test.made", "SELECT (SELECT count(*) FROM origination.decision WHERE application_id = $1) AS decisions, (SELECT count(*) FROM origination.offer WHERE application_id = $1) AS offers", [applicationId]);
  assert.deepEqual(made, { decisions: 1n, offers: 3n });
});

describe("decisions", () => {
  test("a decline owes a letter with at most four real reasons within thirty days, and it is sent once", async () => {
    const { applicationId } = await d.apply({ familyName: "Defaulter", phone: "+919812300002" });
    assert.equal(await go(applicationId), "declined");
    const [notice] = await rows<{ reasons: { code: string; text: string }[]; due_on: string; state: string }>("test.notice", "SELECT reasons, due_on, state FROM origination.notice WHERE application_id = $1", [applicationId]);
    assert.equal(notice?.due_on, "2026-02-14");
    assert.ok(notice.reasons.length >= 1 && notice.reasons.length <= 4);
    assert.ok(notice.reasons.some((r) => r.code === "P10"), "the written-off account is named");
    assert.equal(await sendNotices(d.world.system(), d.outside, applicationId), 1);
    assert.equal(await sendNotices(d.world.system(), d.outside, applicationId), 0);
  });
  test("against the policy only authority approves, with a reason and a last day, and it ends that day", async () => {
    const { applicationId } = await d.apply({ familyName: "Defaulter", phone: "+919812300003" });
    await go(applicationId);
    const ask = { applicationId, outcome: "approve" as const, reason: "Paid off; letter of the lender seen", expiresOn: "2026-01-20" };
    await assert.rejects(decideByPerson(d.world.as(["underwriter"]), ask), (e) => isProblem(e, "decision.above_authority"));
    await assert.rejects(decideByPerson(d.world.as(["credit_manager"]), { ...ask, expiresOn: undefined }), (e) => isProblem(e, "decision.reason_missing"));
    await assert.rejects(decideByPerson(d.world.as(["credit_manager"], { limits: { INR: 100n } }), ask), (e) => isProblem(e, "permission.above_limit"));
    const made = await decideByPerson(d.world.as(["credit_manager"], { person: "usr_cm" }), ask);
    assert.deepEqual([made.state, made.override], ["offered", true]);
    const [offer] = await rows<{ expires_on: string; n: string }>("test.offer", "SELECT expires_on FROM origination.offer WHERE application_id = $1", [applicationId]);
    assert.equal(offer?.expires_on, "2026-01-20");
  });
  test("within the policy an underwriter decides what it referred, and sets conditions", async () => {
    const { applicationId } = await d.apply({ familyName: "Watchlist", phone: "+919812300004" });
    await go(applicationId);
    const made = await decideByPerson(d.world.as(["underwriter"]), { applicationId, outcome: "approve", reason: "Name cleared: other birth date", amount: parseAmount("50000.00", "INR"), conditions: [{ code: "guarantor_letter", label: "Letter of the employer", stage: "funding" }] });
    assert.deepEqual([made.state, made.override], ["offered", false]);
    const [found] = await rows<{ state: string }>("test.requirement", "SELECT state FROM origination.requirement WHERE application_id = $1 AND code = 'guarantor_letter'", [applicationId]);
    assert.equal(found?.state, "owed");
  });
  test("a cheaper rate than the score gives is a deviation too", async () => {
    const { applicationId } = await d.apply({ familyName: "Watchlist", phone: "+919812300005" });
    await go(applicationId);
    await assert.rejects(decideByPerson(d.world.as(["underwriter"]), { applicationId, outcome: "approve", reason: "Long customer", annualRate: "0.05" }), (e) => isProblem(e, "decision.above_authority") || isProblem(e, "decision.reason_missing"));
    await assert.rejects(decideByPerson(d.world.as(["credit_manager"]), { applicationId, outcome: "approve", reason: "More", amount: parseAmount("500000.00", "INR") }), (e) => isProblem(e, "decision.terms_not_possible"));
  });
  test("one referred application is served to one person", async () => {
    for (let i = 0; i < 3; i++) await go((await d.apply({ familyName: "Watchlist" })).applicationId);
    const people = ["usr_u1", "usr_u2", "usr_u3", "usr_u4"];
    const taken = await Promise.all(people.map((person) => claimNext(d.world.as(["underwriter"], { person }))));
    const ids = taken.map((t) => t.applicationId).filter((id) => id !== null);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.length >= 3);
    const mine = taken[0]?.applicationId as string;
    await assert.rejects(claimApplication(d.world.as(["underwriter"], { person: "usr_u2" }), mine, "claim"), (e) => isProblem(e, "application.claimed_by_other"));
    await assert.rejects(decideByPerson(d.world.as(["underwriter"], { person: "usr_u2" }), { applicationId: mine, outcome: "decline", reason: "x", reasons: [{ code: "M01", text: "Unable to verify identity" }] }), (e) => isProblem(e, "application.claimed_by_other"));
    await claimApplication(d.world.as(["underwriter"], { person: "usr_u1" }), mine, "release");
  });
  test("with smaller terms a referred application is weighed again", async () => {
    const { applicationId } = await d.apply({ amount: "900000.00", monthlyIncome: "80000.00", phone: "+919812300006" });
    assert.equal(await go(applicationId), "referred");
    assert.equal((await verifyAgain(d.world.as(["underwriter"]), applicationId, { amountMinor: 30_000_000n, reason: "Asked for less by phone" })).state, "verifying");
    assert.equal(await go(applicationId), "offered");
  });
});

describe("after the decision", () => {
  async function toFunding(phone: string) {
    const { applicationId, borrower } = await d.apply({ phone });
    await go(applicationId);
    const [offer] = await rows<{ id: string }>("test.offer_id", "SELECT id FROM origination.offer WHERE application_id = $1 AND term_months = 24", [applicationId]);
    await acceptOffer(borrower, applicationId, offer?.id ?? "");
    const { documentSha256 } = await sendSigningCode(borrower, d.outside, applicationId);
    await signAgreement(borrower, d.outside, { applicationId, code: await d.signingCode(phone), documentSha256 });
    const staff = d.world.as(["underwriter"], { person: "usr_w" });
    for (const code of ["identity", "income"]) await changeRequirement(staff, { applicationId, code, act: "waive", note: "Seen in the branch" });
    const proposed = await proposeFunding(d.world.as(["operations_officer"]), applicationId);
    return { applicationId, proposed };
  }
  test("a payout the bank refuses puts the application back in the queue, and the loan is not booked twice", async () => {
    const { applicationId, proposed } = await toFunding("+919812300007");
    const released = (await d.approve(d.world.as(["funding_officer"]), proposed.approvalRequestId)) as { loanAccountId: string };
    const booked = d.booker.booked.length;
    await payoutRejected(d.world.system(), released.loanAccountId, "AC04", "ev_refused");
    await payoutRejected(d.world.system(), released.loanAccountId, "AC04", "ev_refused");
    assert.equal(await stateOf(applicationId), "signed");
    const again = await proposeFunding(d.world.as(["operations_officer"]), applicationId);
    await d.approve(d.world.as(["funding_officer"]), again.approvalRequestId);
    await payoutRejected(d.world.system(), released.loanAccountId, "AC04", "ev_refused");
    assert.equal(await stateOf(applicationId), "disbursed", "old news of the first payout does not stop the second");
    assert.equal(d.booker.booked.length, booked);
    assert.deepEqual(d.booker.paidAgain.at(-1), `${released.loanAccountId}:2`);
  });
  test("a refused payout goes to another account once that one is checked, and a wrong one keeps the money back", async () => {
    const { applicationId, proposed } = await toFunding("+919812300041");
    const officer = d.world.as(["operations_officer"]);
    await assert.rejects(correctPayoutAccount(officer, d.outside.kyc, { applicationId, account: "HDFC0001234/501007777777", reason: "while proposed" }), (e) => isProblem(e, "application.wrong_state"));
    const released = (await d.approve(d.world.as(["funding_officer"]), proposed.approvalRequestId)) as { loanAccountId: string };
    await payoutRejected(d.world.system(), released.loanAccountId, "AC01", "ev_wrong_account");
    await assert.rejects(correctPayoutAccount(officer, d.outside.kyc, { applicationId, account: "nonsense", reason: "typed in haste" }), (e) => isProblem(e, "application.incomplete") && e.errors[0]?.pointer === "/account");
    // Accounts that end in 0001 are unknown to the sandbox bank.
    const wrong = await correctPayoutAccount(officer, d.outside.kyc, { applicationId, account: "HDFC0001234/50100120000001", reason: "as told by phone" });
    assert.notEqual(wrong.outcome, "clear");
    await assert.rejects(proposeFunding(officer, applicationId), (e) => isProblem(e, "funding.conditions_open"));
    assert.equal((await correctPayoutAccount(officer, d.outside.kyc, { applicationId, account: "HDFC0001234/501007777777", reason: "from the passbook" })).outcome, "clear");
    const again = await proposeFunding(officer, applicationId);
    await d.approve(d.world.as(["funding_officer"]), again.approvalRequestId);
    assert.equal(d.booker.paidAgain.at(-1), `${released.loanAccountId}:2`);
  });
  test("a paper asked for besides keeps the payout back until it is met or waived, and is asked for once", async () => {
    const { applicationId, proposed } = await toFunding("+919812300042");
    const officer = d.world.as(["underwriter"], { person: "usr_w" });
    const ask = { applicationId, kind: "paper", label: "Rent agreement", anyOf: ["rent_agreement"], stage: "funding" } as const;
    await assert.rejects(askRequirement(officer, ask), (e) => isProblem(e, "application.wrong_state"), "not while the payout waits for its second person");
    await returnFunding(d.world.as(["operations_officer"]), applicationId, "One more paper");
    assert.deepEqual(await askRequirement(officer, ask), { code: "p_rent_agreement", state: "owed" });
    await assert.rejects(askRequirement(officer, ask), (e) => isProblem(e, "requirement.already_asked"));
    await assert.rejects(proposeFunding(d.world.as(["operations_officer"]), applicationId), (e) => isProblem(e, "funding.conditions_open"));
    await changeRequirement(officer, { applicationId, code: "p_rent_agreement", act: "waive", note: "Seen at home visit" });
    await proposeFunding(d.world.as(["operations_officer"]), applicationId);
    assert.ok(proposed.approvalRequestId);
  });
  test("a payout taken back and proposed anew cannot be released by the old request", async () => {
    const { applicationId, proposed } = await toFunding("+919812300012");
    await returnFunding(d.world.as(["operations_officer"]), applicationId, "Wrong day");
    await assert.rejects(d.approve(d.world.as(["funding_officer"]), proposed.approvalRequestId), (e) => isProblem(e, "funding.stale"));
    const again = await proposeFunding(d.world.as(["operations_officer"]), applicationId);
    await assert.rejects(d.approve(d.world.as(["funding_officer"]), proposed.approvalRequestId), (e) => isProblem(e, "funding.stale"));
    assert.equal(await stateOf(applicationId), "funding", "a refused release leaves nothing behind");
    await d.approve(d.world.as(["funding_officer"]), again.approvalRequestId);
    assert.equal(await stateOf(applicationId), "disbursed");
  });
  test("withdrawing closes the offers; nothing can be accepted afterwards", async () => {
    const { applicationId, borrower } = await d.apply();
    await go(applicationId);
    const [offer] = await rows<{ id: string }>("test.offer_id", "SELECT id FROM origination.offer WHERE application_id = $1 AND term_months = 24", [applicationId]);
    await withdrawApplication(borrower, applicationId, "Found another way");
    await assert.rejects(acceptOffer(borrower, applicationId, offer?.id ?? ""), (e) => isProblem(e, "offer.not_open"));
    await assert.rejects(withdrawApplication(borrower, applicationId, "again"), (e) => isProblem(e, "application.wrong_state"));
  });
  test("offers end with the day after their last, by end of day", async () => {
    const { applicationId } = await d.apply();
    await go(applicationId);
    const steps = originationModule(d.outside).endOfDay ?? [];
    for (let i = 0; i < 15; i++) await closeBusinessDay(d.world.services, d.world.bharat, steps);
    assert.equal(await stateOf(applicationId), "offered", "on 2026-01-30 they are still good");
    await closeBusinessDay(d.world.services, d.world.bharat, steps);
    assert.equal(await stateOf(applicationId), "expired");
  });
});

describe("handing up", () => {
  test("a case handed up is served to the role it waits on, and to nobody else", async () => {
    const { applicationId } = await d.apply({ familyName: "Wrongperson" });
    assert.equal(await go(applicationId), "referred");
    const underwriter = d.world.as(["underwriter"], { person: "usr_low" });
    await assert.rejects(handUp(underwriter, { applicationId, role: "finance_officer", reason: "no" }), (e) => isProblem(e, "decision.above_authority"));
    assert.deepEqual(await handUp(underwriter, { applicationId, role: "credit_manager", reason: "Above my amount" }), { waitingOn: "credit_manager" });
    const served = async (ctx: typeof underwriter) => {
      const ids: (string | null)[] = [];
      do ids.push((await claimNext(ctx)).applicationId); while (ids.at(-1) !== null);
      return ids;
    };
    assert.ok(!(await served(underwriter)).includes(applicationId), "not served downwards");
    assert.ok((await served(d.world.as(["credit_manager"], { person: "usr_high" }))).includes(applicationId));
    await assert.rejects(handUp(underwriter, { applicationId, role: "credit_manager", reason: "again" }), (e) => isProblem(e, "application.claimed_by_other"));
  });
});
