import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseAmount } from "#engine/index.ts";
import { isProblem } from "#kernel/problems.ts";
import { readDocument } from "#modules/documents/index.ts";
import { bureauAt } from "#integrations/bureau/sandbox-bureau.ts";
import { timestampsAt } from "#integrations/esign/sandbox-timestamps.ts";
import { kycAt } from "#integrations/kyc/sandbox-kyc.ts";
import { messagesAt } from "#integrations/notify/sandbox-messages.ts";
import { startSandbox } from "../../../sandbox/start.ts";
import { acceptOffer, advanceApplication, changeRequirement, proposeFunding, removeCoBorrower, sendSigningCode, setCoBorrower, signAgreement, startApplication, submitApplication } from "./index.ts";
import { weakest } from "./domain/two-borrowers.ts";
import { answersOf, desk, pan, type Desk } from "./testing/desk.ts";

let d: Desk;
before(async () => { d = await desk({ startSandbox, bureauAt, kycAt, messagesAt, timestampsAt }); });
after(() => d.close());

const consents = ["credit_bureau", "identity_check", "data_use", "electronic_records"].map((purpose) => ({ purpose, given: true }));
const person = (n: number, givenName: string, familyName: string) => answersOf({ givenName, familyName, phone: `+91987670000${n}`, id: pan(800 + n), account: `HDFC0001234/501003344${n}0`, amount: "", termMonths: 24, monthlyIncome: "60000.00", monthlyObligations: "0", extra: {} }, true);
const rows = <R extends object>(name: string, sql: string, id: string) => d.world.system().read((tx) => tx.rows<R>(`test.${name}`, sql, [id]));

/** A draft of a first person, with a second one beside them, handed in. */
async function together(n: number, familyName: string) {
  const first = d.borrower(`pty_00000${n}first`);
  const { applicationId } = await startApplication(first, { productCode: "personal-loan", amount: parseAmount("100000.00", "INR"), termMonths: 24, answers: person(n, "Asha", "Prime"), consents });
  const { payoutAccount: _account, ...answers } = person(n + 1, "Vikram", familyName);
  const joined = await setCoBorrower(first, { applicationId, answers, consents });
  const { partyId } = await submitApplication(first, applicationId);
  return { applicationId, first: d.borrower(partyId), second: d.borrower(joined.partyId), partyIds: [partyId, joined.partyId] };
}

test("two who borrow together consent, are checked and sign each for themselves, and both are named and booked", async () => {
  const { applicationId, first, second, partyIds } = await together(1, "Prime");
  assert.equal(await advanceApplication(d.world.system(), d.outside, applicationId), "offered");
  const checks = await rows<{ kind: string; party_id: string; outcome: string }>("checks", "SELECT kind, party_id, outcome FROM origination.check_request WHERE application_id = $1 ORDER BY kind", applicationId);
  const asked = (partyId: string | undefined) => checks.filter((c) => c.party_id === partyId).map((c) => c.kind.replace("co_", "")).sort();
  assert.deepEqual(asked(partyIds[1]), asked(partyIds[0]).filter((kind) => kind !== "bank_account"), "the same questions about both, but for the account");
  const given = await rows<{ party_id: string | null; n: number }>("consents", "SELECT party_id, count(*)::int AS n FROM origination.consent WHERE application_id = $1 GROUP BY party_id ORDER BY party_id NULLS FIRST", applicationId);
  assert.deepEqual(given.map((g) => [g.party_id, g.n > 0 && g.n === given[0]?.n]), [[null, true], [partyIds[1], true]], "each has given their own");

  const [offer] = await rows<{ id: string }>("offer", "SELECT id FROM origination.offer WHERE application_id = $1 AND term_months = 24", applicationId);
  await acceptOffer(first, applicationId, offer?.id ?? "");
  const mine = await sendSigningCode(first, d.outside, applicationId);
  const firstCode = await d.signingCode("+919876700001");
  const theirs = await sendSigningCode(second, d.outside, applicationId);
  const secondCode = await d.signingCode("+919876700002");
  assert.notEqual(mine.sentTo, theirs.sentTo);
  assert.equal(mine.documentSha256, theirs.documentSha256, "both sign one paper");
  if (firstCode !== secondCode) await assert.rejects(signAgreement(second, d.outside, { applicationId, code: firstCode, documentSha256: mine.documentSha256 }), (e) => isProblem(e, "agreement.code_refused"));
  const half = await signAgreement(second, d.outside, { applicationId, code: secondCode, documentSha256: mine.documentSha256 });
  assert.equal(half.state, "accepted", "one signature is not enough");
  await assert.rejects(proposeFunding(d.world.as(["operations_officer"]), applicationId), (e) => isProblem(e, "application.wrong_state"));
  assert.equal((await signAgreement(first, d.outside, { applicationId, code: firstCode, documentSha256: mine.documentSha256 })).state, "signed");

  const [evidence] = await rows<{ one: { partyId: string }; two: { partyId: string } }>("evidence", "SELECT a.evidence AS one, c.evidence AS two FROM origination.agreement a JOIN origination.co_borrower c ON c.application_id = a.application_id WHERE a.application_id = $1", applicationId);
  assert.deepEqual([evidence?.one.partyId, evidence?.two.partyId], partyIds);
  const [paper] = await rows<{ document_id: string }>("paper", "SELECT document_id FROM origination.agreement WHERE application_id = $1", applicationId);
  assert.ok(await second.transaction((tx) => readDocument(tx, second, paper?.document_id ?? "")), "the co-borrower reads what they signed");

  for (const code of ["identity", "income"]) await changeRequirement(d.world.as(["underwriter"]), { applicationId, code, act: "accept" });
  const { approvalRequestId } = await proposeFunding(d.world.as(["operations_officer"]), applicationId);
  await d.approve(d.world.as(["funding_officer"]), approvalRequestId);
  assert.deepEqual(d.booker.booked.at(-1)?.partyIds, partyIds);
});

test("a co-borrower on the sanctions list keeps the loan from being approved by itself", async () => {
  const { applicationId } = await together(3, "Watchlist");
  assert.notEqual(await advanceApplication(d.world.system(), d.outside, applicationId), "offered");
});

test("a co-borrower without consents, without a birth date, or the applicant again is refused; one taken off is gone", async () => {
  const first = d.borrower("pty_000005first");
  const { applicationId } = await startApplication(first, { productCode: "personal-loan", amount: parseAmount("100000.00", "INR"), termMonths: 24, answers: person(5, "Asha", "Prime"), consents });
  const { birthDate: _birth, ...unborn } = person(6, "Vikram", "Prime");
  const faults = async (answers: Record<string, unknown>, given: typeof consents) => setCoBorrower(first, { applicationId, answers, consents: given }).then((): string[] => [], (e) => (isProblem(e, "application.incomplete") ? e.errors.map((x) => x.pointer) : [String(e)]));
  assert.deepEqual(await faults(unborn, consents), ["/answers/birthDate"]);
  assert.ok((await faults(person(6, "Vikram", "Prime"), [])).includes("/consents/credit_bureau"));
  const stranger = d.borrower("pty_000009other");
  await assert.rejects(setCoBorrower(stranger, { applicationId, answers: person(6, "Vikram", "Prime"), consents }), (e) => isProblem(e, "application.not_found"));
  assert.deepEqual(await faults(person(5, "Asha", "Prime"), consents), ["/answers"], "one person cannot be both");
  await setCoBorrower(first, { applicationId, answers: person(6, "Vikram", "Prime"), consents });
  assert.deepEqual(await removeCoBorrower(first, applicationId), { removed: true });
  await submitApplication(first, applicationId);
  await assert.rejects(removeCoBorrower(first, applicationId), (e) => isProblem(e, "application.wrong_state"));
});

test("of two answers to one question the one that speaks against the loan counts", () => {
  const check = (kind: string, outcome: string, score?: number) => ({ kind, state: "answered" as const, outcome, result: score === undefined ? null : { score: { value: score } } });
  const of = (a: ReturnType<typeof check>, b: ReturnType<typeof check>) => weakest([a, b]).map((c) => [c.kind, c.outcome, (c.result?.score as { value: number } | undefined)?.value]);
  assert.deepEqual(of(check("sanctions", "clear"), check("co_sanctions", "hit")), [["sanctions", "hit", undefined]]);
  assert.deepEqual(of(check("sanctions", "hit"), check("co_sanctions", "clear")), [["sanctions", "hit", undefined]]);
  assert.deepEqual(of(check("bureau", "hit", 780), check("co_bureau", "hit", 610)), [["bureau", "hit", 610]]);
  assert.deepEqual(of(check("bureau", "hit", 610), check("co_bureau", "hit", 780)), [["bureau", "hit", 610]]);
  assert.deepEqual(of(check("identity", "clear"), check("co_identity", "mismatch")), [["identity", "mismatch", undefined]]);
});
