import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Compile } from "typebox/compile";
import { decide, registerDualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { App } from "#kernel/http/app.ts";
import { buildServer } from "#kernel/http/server.ts";
import { bureauAt } from "#integrations/bureau/sandbox-bureau.ts";
import { timestampsAt } from "#integrations/esign/sandbox-timestamps.ts";
import { kycAt } from "#integrations/kyc/sandbox-kyc.ts";
import { messagesAt } from "#integrations/notify/sandbox-messages.ts";
import { module as products, scheduleHashOf } from "#modules/products/index.ts";
import { buildSchedule, type LoanTerms } from "#engine/index.ts";
import { startSandbox } from "../../../sandbox/start.ts";
import { fundingControl } from "./commands/fund.ts";
import { FundedLoanFile } from "./contract.ts";
import { advanceApplication, fileBooker, originationModule } from "./index.ts";
import { answersOf, desk, pan, type Desk } from "./testing/desk.ts";

let d: Desk;
let app: App;
let acting: Context;
before(async () => {
  d = await desk({ startSandbox, bureauAt, kycAt, messagesAt, timestampsAt });
  const outside = { ...d.outside, booker: fileBooker };
  registerDualControl(fundingControl(fileBooker));
  app = await buildServer({ services: d.world.services, modules: [products, originationModule(outside)], authenticate: async () => ({ tenantId: acting.tenantId, actor: acting.actor }) });
});
after(async () => {
  await app.close();
  await d.close();
});

let key = 0;
async function call<T = Record<string, unknown>>(who: Context, method: "GET" | "POST" | "PUT", url: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: T; headers: Record<string, unknown>; raw: string }> {
  acting = who;
  const answer = await app.inject({ method, url, headers: { "idempotency-key": `test-key-${++key}`, ...headers }, ...(body === undefined ? {} : { payload: body as object }) });
  const json = String(answer.headers["content-type"] ?? "").includes("json");
  return { status: answer.statusCode, body: (json ? answer.json() : {}) as T, headers: answer.headers, raw: answer.body };
}

const consents = ["credit_bureau", "identity_check", "data_use"].map((purpose) => ({ purpose, given: true }));
const money = (amount: string) => ({ amount, currency: "INR" });

describe("a borrower and a lender over HTTP", () => {
  const borrower = () => d.world.as(["borrower"], { person: "pty_http", partyId: "pty_http" });
  const stranger = () => d.world.as(["borrower"], { person: "pty_other", partyId: "pty_other" });
  const underwriter = () => d.world.as(["underwriter"], { person: "usr_uw" });
  const operations = () => d.world.as(["operations_officer"], { person: "usr_ops" });
  const phone = "+919812399999";
  const answers = answersOf({ givenName: "Kavita", familyName: "Prime", phone, id: pan(900), account: "HDFC0001234/5010777000123", amount: "", termMonths: 0, monthlyIncome: "60000.00", monthlyObligations: "0", extra: {} }, true);
  let id = "";

  test("the application is saved page by page; faults are told and what is right is kept", async () => {
    const started = await call<{ applicationId: string }>(borrower(), "POST", "/v1/applications", { productCode: "personal-loan", amount: money("200000.00"), termMonths: 24 });
    assert.equal(started.status, 201, started.raw);
    id = started.body.applicationId;
    const shown = await call<{ rowVersion: number }>(borrower(), "GET", `/v1/applications/${id}`);
    const etag = String(shown.headers["etag"]);
    const early = await call<{ code: string; errors: { pointer: string }[] }>(borrower(), "POST", `/v1/applications/${id}/submit`);
    assert.deepEqual([early.status, early.body.code], [422, "application.incomplete"]);
    assert.ok(early.body.errors.length > 15, "every missing answer is told at once");
    const wrong = await call<{ errors: { pointer: string }[] }>(borrower(), "PUT", `/v1/applications/${id}/steps/about`, { answers: { givenName: "Kavita", familyName: "Prime", birthDate: "1990-02-31", pan: answers["pan"] } }, { "if-match": etag });
    assert.equal(wrong.status, 200, wrong.raw);
    assert.deepEqual(wrong.body.errors.map((e) => e.pointer), ["/answers/birthDate"]);
    const stale = await call<{ code: string }>(borrower(), "PUT", `/v1/applications/${id}/steps/about`, { answers: { birthDate: "1990-04-02" } }, { "if-match": etag });
    assert.deepEqual([stale.status, stale.body.code], [412, "version.conflict"]);
    let version = String(wrong.headers["etag"]);
    for (const [page, names] of [["about", ["givenName", "familyName", "birthDate", "pan"]], ["contact", ["phone", "email", "address"]], ["work", ["job", "employedSince", "monthlyIncome", "monthlyObligations"]], ["means", ["housing", "checkingBalance", "savings", "property"]], ["debts", ["creditHistory", "otherInstallmentPlans", "existingCredits"]], ["loan", ["purpose", "payoutAccount"]]] as const) {
      const saved = await call<{ errors: unknown[] }>(borrower(), "PUT", `/v1/applications/${id}/steps/${page}`, { answers: Object.fromEntries(names.map((n) => [n, answers[n]])), ...(page === "loan" ? { consents } : {}) }, { "if-match": version });
      assert.deepEqual(saved.body.errors, [], `${page}: ${saved.raw}`);
      version = String(saved.headers["etag"]);
    }
    const submitted = await call(borrower(), "POST", `/v1/applications/${id}/submit`, undefined, { "idempotency-key": "submit-once-1" });
    assert.equal(submitted.status, 200, submitted.raw);
    const again = await call(borrower(), "POST", `/v1/applications/${id}/submit`, undefined, { "idempotency-key": "submit-once-1" });
    assert.deepEqual([again.status, again.headers["idempotency-replayed"]], [200, "true"]);
    assert.equal(again.raw, submitted.raw);
  });

  test("others do not see it, staff see it masked, and looking behind the mask is put on record", async () => {
    assert.equal((await call(stranger(), "GET", `/v1/applications/${id}`)).status, 404);
    assert.equal((await call<{ total: number }>(stranger(), "GET", "/v1/applications")).body.total, 0);
    assert.equal((await call<{ total: number }>(borrower(), "GET", "/v1/applications")).body.total, 1);
    const masked = await call<{ person: Record<string, string>; personMasked: boolean }>(underwriter(), "GET", `/v1/applications/${id}`);
    assert.equal(masked.body.personMasked, true);
    assert.ok(!masked.raw.includes(String(answers["pan"])) && !masked.raw.includes(phone) && !masked.raw.includes("5010777000123"));
    const open = await call<{ person: Record<string, string> }>(underwriter(), "GET", `/v1/applications/${id}?reveal=true`);
    assert.equal(open.body.person["pan"], answers["pan"]);
    const records = await d.world.system().read((tx) => tx.rows("test.audit", "SELECT id FROM kernel.audit_record WHERE action = 'application.person.revealed' AND subject = $1 AND actor_id = 'usr_uw'", [id]));
    assert.equal(records.length, 1);
    const stored = await d.world.system().read((tx) => tx.rows<{ answers: unknown }>("test.answers", "SELECT answers FROM origination.application WHERE id = $1", [id]));
    assert.ok(!JSON.stringify(stored).includes(String(answers["pan"])), "personal answers are stored sealed only");
  });

  test("the workbench answers what if, the trace replays the decision, the list tells who is to move", async () => {
    assert.equal(await advanceApplication(d.world.system(), d.outside, id), "offered");
    const bench = await call<{ score: { lines: unknown[] }; policy: { outcome: string }; bureau: object; authority: { mine: boolean } }>(underwriter(), "POST", `/v1/applications/${id}/workbench`, { amount: money("900000.00") });
    assert.equal(bench.status, 200, bench.raw);
    assert.equal(bench.body.policy.outcome, "decline", "nine lakh would be too much");
    assert.ok(bench.body.score.lines.length > 3 && bench.body.bureau !== null);
    assert.equal(bench.body.authority.mine, false);
    const shown = await call<{ decisions: { id: string }[]; offers: { id: string; termMonths: number; scheduleHash: string }[]; checks: unknown[] }>(underwriter(), "GET", `/v1/applications/${id}`);
    const trace = await call<{ replay: { same: boolean } }>(underwriter(), "GET", `/v1/applications/${id}/decisions/${shown.body.decisions[0]?.id}/trace`);
    assert.equal(trace.body.replay.same, true, trace.raw);
    assert.equal((await call(borrower(), "GET", `/v1/applications/${id}/decisions/${shown.body.decisions[0]?.id}/trace`)).status, 404);
    const mine = await call<{ checks: unknown[]; score: unknown }>(borrower(), "GET", `/v1/applications/${id}`);
    assert.deepEqual([mine.body.checks, mine.body.score], [[], null], "how it was weighed stays with the lender");
    const listed = await call<{ items: { waitingOn: string; slaMinutesLeft: number }[] }>(underwriter(), "GET", "/v1/applications?filter=state:eq:offered");
    assert.equal(listed.body.items[0]?.waitingOn, "applicant");
    const csv = await call(underwriter(), "GET", "/v1/applications?format=csv");
    assert.match(csv.raw, /^Id,Number,Applicant/);
    const tasks = await call<{ waitingOn: string; tasks: { code: string; state: string }[] }>(borrower(), "GET", `/v1/applications/${id}/tasks`);
    assert.deepEqual(tasks.body.tasks.find((t) => t.code === "choose_offer")?.state, "owed");
    assert.equal((await call<{ total: number }>(borrower(), "GET", `/v1/applications/${id}/timeline`)).body.total > 5, true);
    assert.equal((await call<{ total: number }>(stranger(), "GET", `/v1/applications/${id}/timeline`)).body.total, 0);
  });

  test("offer, key facts, signature, payout: and the file for the other system draws up the same schedule", async () => {
    const shown = await call<{ offers: { id: string; termMonths: number; scheduleHash: string }[] }>(borrower(), "GET", `/v1/applications/${id}`);
    const offer = shown.body.offers.find((o) => o.termMonths === 24);
    const facts = await call(borrower(), "GET", `/v1/applications/${id}/offers/${offer?.id}/key-facts`);
    assert.equal(facts.headers["content-type"], "application/pdf");
    assert.match(facts.raw.slice(0, 8), /^%PDF-/);
    assert.equal((await call(stranger(), "POST", `/v1/applications/${id}/offers/${offer?.id}/accept`)).status, 404);
    assert.equal((await call(borrower(), "POST", `/v1/applications/${id}/offers/${offer?.id}/accept`)).status, 200);
    const agreement = await call<{ documentSha256: string; scheduleHash: string }>(borrower(), "GET", `/v1/applications/${id}/agreement`);
    assert.equal(agreement.body.scheduleHash, offer?.scheduleHash);
    assert.equal((await call(borrower(), "POST", `/v1/applications/${id}/agreement/codes`)).status, 200);
    const signed = await call(borrower(), "POST", `/v1/applications/${id}/agreement/sign`, { code: await d.signingCode(phone), documentSha256: agreement.body.documentSha256, consent: true });
    assert.equal(signed.status, 200, signed.raw);
    for (const code of ["identity", "income"]) assert.equal((await call(underwriter(), "POST", `/v1/applications/${id}/requirements/${code}`, { act: "accept" })).status, 200);
    const queue = await call<{ items: { conditionsOpen: number; accountCheck: string; nameMatch: number }[] }>(operations(), "GET", "/v1/funding-queue");
    assert.deepEqual([queue.body.items[0]?.conditionsOpen, queue.body.items[0]?.accountCheck], [0, "clear"]);
    const proposed = await call<{ approvalRequestId: string }>(operations(), "POST", `/v1/applications/${id}/funding`);
    assert.equal(proposed.status, 202, proposed.raw);
    await decide(d.world.as(["funding_officer"]), proposed.body.approvalRequestId, "approve", undefined);

    const files = await call<{ items: { id: string; applicationId: string }[] }>(operations(), "GET", "/v1/funded-loans");
    assert.equal(files.body.items[0]?.applicationId, id);
    const file = await call<FundedLoanFile>(operations(), "GET", `/v1/funded-loans/${files.body.items[0]?.id}`);
    assert.deepEqual([...Compile(FundedLoanFile).Errors(file.body)], []);
    const terms = file.body.loan.terms as unknown as LoanTerms;
    assert.equal(scheduleHashOf(terms, buildSchedule(terms)), offer?.scheduleHash, "the receiver computes what was offered");
    assert.equal(file.body.parties[0]?.identifiers[0]?.value, answers["pan"]);
    assert.equal((await call(underwriter(), "GET", `/v1/funded-loans/${files.body.items[0]?.id}`)).status, 403);
  });
});

test("what an agent brought, the agent and the borrower see, another agent does not", async () => {
  const agent = () => d.world.as(["sales_agent"], { person: "usr_agent1" });
  const { applicationId, borrower } = await d.apply({ by: agent(), phone: "+919812377777" });
  const seen = async (who: Context) => [(await call(who, "GET", `/v1/applications/${applicationId}`)).status, (await call<{ items: { id: string }[] }>(who, "GET", "/v1/applications")).body.items.some((i) => i.id === applicationId)];
  assert.deepEqual(await seen(agent()), [200, true]);
  assert.deepEqual(await seen(borrower), [200, true]);
  assert.deepEqual(await seen(d.world.as(["sales_agent"], { person: "usr_agent2" })), [404, false]);
  assert.equal((await call(agent(), "POST", `/v1/applications/${applicationId}/decision`, { outcome: "approve", reason: "mine" })).status, 403);
});

test("a draft is tried on past applicants before it is published", async () => {
  const manager = () => d.world.as(["product_manager"], { person: "usr_pm2" });
  for (let i = 0; i < 3; i++) await advanceApplication(d.world.system(), d.outside, (await d.apply()).applicationId);
  const list = await call<{ items: { id: string }[] }>(manager(), "GET", "/v1/product-versions?filter=state:eq:published");
  const current = list.body.items[0]?.id;
  const same = await call<{ compared: number; moved: unknown[]; before: { approve: number } }>(manager(), "POST", `/v1/product-versions/${current}/back-tests`, {});
  assert.ok(same.body.compared >= 3 && same.body.before.approve >= 3, same.raw);
  assert.deepEqual(same.body.moved, [], "the version itself decides as it did");
  const clone = await call<{ productVersionId: string }>(manager(), "POST", `/v1/product-versions/${current}/clone`, {});
  const read = await call<{ definition: { scorecard: { base: number } } }>(manager(), "GET", `/v1/product-versions/${clone.body.productVersionId}`);
  await call(manager(), "PUT", `/v1/product-versions/${clone.body.productVersionId}`, { definition: { ...read.body.definition, scorecard: { ...read.body.definition.scorecard, base: 300 } } }, { "if-match": String(read.headers["etag"]) });
  const strict = await call<{ after: { approve: number }; moved: { from: string; to: string; count: number }[] }>(manager(), "POST", `/v1/product-versions/${clone.body.productVersionId}/back-tests`, {});
  assert.equal(strict.body.after.approve, 0);
  assert.ok(strict.body.moved.some((m) => m.from === "approve" && m.to === "decline"));
});

test("anybody may ask what a loan costs, with its range of rates, and is told the limits", async () => {
  acting = d.world.as(["borrower"]);
  const asked = await app.inject({ method: "POST", url: "/v1/quotes", payload: { productCode: "personal-loan", amount: money("100000.00"), termMonths: 12 } });
  assert.equal(asked.statusCode, 200, asked.body);
  const quote = asked.json() as { range: { lowestRate: string; highestRate: string }; rows: unknown[]; apr: string };
  assert.deepEqual([quote.range.lowestRate, quote.range.highestRate, quote.rows.length], ["0.14", "0.24", 12]);
  const outside = await app.inject({ method: "POST", url: "/v1/quotes", payload: { productCode: "personal-loan", amount: money("100.00"), termMonths: 500 } });
  assert.equal(outside.statusCode, 422);
  assert.deepEqual((outside.json() as { errors: { pointer: string }[] }).errors.map((e) => e.pointer), ["/amount/amount", "/termMonths"]);
});

test("a product's draft is edited and previewed over HTTP, and told every fault", async () => {
  const manager = () => d.world.as(["product_manager"], { person: "usr_pm" });
  const list = await call<{ items: { id: string; state: string }[] }>(manager(), "GET", "/v1/product-versions?filter=state:eq:published");
  const clone = await call<{ productVersionId: string }>(manager(), "POST", `/v1/product-versions/${list.body.items[0]?.id}/clone`, { note: "try" });
  const read = await call<{ definition: { pricing: { offerDays: number }; letters: Record<string, unknown>; delinquency: { chargeOffDays: number | null } }; faults: unknown[] }>(manager(), "GET", `/v1/product-versions/${clone.body.productVersionId}`);
  assert.deepEqual(read.body.faults, []);
  const { funded: _funded, ...letters } = read.body.definition.letters;
  const put = await call(manager(), "PUT", `/v1/product-versions/${clone.body.productVersionId}`, { definition: { ...read.body.definition, letters, delinquency: { ...read.body.definition.delinquency, chargeOffDays: null } } }, { "if-match": String(read.headers["etag"]) });
  assert.equal(put.status, 200, put.raw);
  const again = await call<{ definition: { delinquency: { chargeOffDays: number | null } }; faults: { pointer: string }[] }>(manager(), "GET", `/v1/product-versions/${clone.body.productVersionId}`);
  assert.equal(again.body.definition.delinquency.chargeOffDays, null, "null stays null");
  assert.deepEqual(again.body.faults.map((f) => f.pointer), ["/definition/letters/funded"]);
  const publish = await call<{ code: string }>(manager(), "POST", `/v1/product-versions/${clone.body.productVersionId}/publish`, { effectiveFrom: "2026-02-01" });
  assert.deepEqual([publish.status, publish.body.code], [422, "product_version.invalid"]);
  const preview = await call<{ installment: { amount: string } }>(manager(), "POST", `/v1/product-versions/${list.body.items[0]?.id}/preview`, { amount: money("100000.00"), termMonths: 12, annualRate: "0.24" });
  assert.equal(preview.body.installment.amount, "9456.00");
  const changes = await call<{ changes: { path: string }[] }>(manager(), "GET", `/v1/product-versions/${clone.body.productVersionId}/diff?from=${list.body.items[0]?.id}`);
  assert.deepEqual(changes.body.changes.map((c) => c.path), ["/delinquency/chargeOffDays", "/letters/funded"]);
});
