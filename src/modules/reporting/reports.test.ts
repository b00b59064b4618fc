import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isoDate, loanTerms } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Progress } from "#kernel/job-progress.ts";
import { registerLongWork } from "#kernel/job-runs.ts";
import { isProblem } from "#kernel/problems.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { seedChart } from "#modules/ledger/index.ts";
import { registerParty } from "#modules/parties/index.ts";
import { inPersonalLoan, installProduct, publishControl, usPersonalLoan } from "#modules/products/index.ts";
import { boardPortfolio, recordRepayment } from "#modules/servicing/index.ts";
import { registerDualControl } from "#kernel/approvals.ts";
import { raiseDispute, resolveDispute } from "./commands/disputes.ts";
import { checkReport, fileReport } from "./commands/file-report.ts";
import { generateReport, makeReport, reportWork } from "./commands/generate-report.ts";
import { readBaseSegment, seedReports } from "./index.ts";
import { getReport, reportDifference } from "./queries/calendar.ts";
import { linesOf } from "./report-file.ts";

const silent: Progress = { step: () => undefined, heedStop: () => false, total: () => undefined, fail: () => undefined, say: () => undefined };
const refused = (code: string) => (error: unknown) => isProblem(error) && error.code === code;

let world: TestWorld;
const versions = new Map<string, string>();
before(async () => {
  world = await testWorld();
  registerDualControl(publishControl as never);
  registerLongWork(reportWork);
  for (const [tenantId, currency, product] of [[world.bharat, "INR", inPersonalLoan], [world.prairie, "USD", usPersonalLoan]] as const) {
    const ctx = world.system(tenantId);
    await ctx.transaction((tx) => seedChart(tx, ctx, currency));
    versions.set(tenantId, (await installProduct(world.as(["product_manager"], { tenantId }), world.as(["credit_manager"], { tenantId }), product, "2026-01-15")).productVersionId);
    await seedReports(world.system(tenantId));
  }
});
after(() => world.close());

/** A loan of 12,000.00 over 24 months at 12 %, paid out on a day, with so many installments paid on their due dates. */
async function board(tenantId: string, name: string, start: string, paid: number): Promise<{ loanAccountId: string; number: string }> {
  const ctx = world.system(tenantId);
  const currency = tenantId === world.bharat ? "INR" : "USD";
  const terms = loanTerms({ currency, principal: 12_000_00, disbursementDate: isoDate(start), interest: { ratePpb: 120_000_000 }, installments: { count: 24, every: 1, unit: "months" } });
  return ctx.transaction(async (tx) => {
    const { partyId } = await registerParty(tx, ctx, {
      givenName: name, familyName: "Müller", birthDate: "1980-05-06", phone: tenantId === world.bharat ? "+919810000001" : "+14155550123",
      address: tenantId === world.bharat ? { line1: "12 MG Road", city: "Pune", region: "MH", postalCode: "411001", country: "IN" } : { line1: "12 Main St", city: "Lincoln", region: "NE", postalCode: "68501", country: "US" },
      identifiers: tenantId === world.bharat ? [{ scheme: "PAN", value: "ABCPR1234K" }] : [{ scheme: "SSN", value: "536-22-8726" }],
    } as never);
    await boardPortfolio(tx, ctx, [{
      productVersionId: versions.get(tenantId) as string, terms, partyId, borrowerName: `${name} Muller`, branchId: null,
      history: [{ type: "disbursed", valueDate: terms.disbursementDate, amount: terms.principal }, ...Array.from({ length: paid }, (_v, i) => ({ type: "paymentReceived", kind: "repayment", valueDate: dayOf(start, i + 1), amount: 564_88 }) as never)],
    }]);
    return tx.one<{ loanAccountId: string; number: string }>("test.loan.latest", 'SELECT id AS "loanAccountId", number FROM servicing.loan_account ORDER BY number DESC LIMIT 1');
  });
}

function dayOf(start: string, months: number): string {
  const at = Number(start.slice(0, 4)) * 12 + Number(start.slice(5, 7)) - 1 + months;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}-${start.slice(8)}`;
}

const compliance = (person: string, tenantId = world.prairie): Context => world.as(["compliance_officer"], { tenantId, person });

async function generate(code: string, periodEnd: string, options: { correction?: boolean; tenantId?: string } = {}): Promise<{ reportId: string; runId: string; lines: string[] }> {
  const { tenantId = world.prairie, correction } = options;
  const ordered = await generateReport(compliance("cmp_a", tenantId), { code, periodEnd, correction });
  const ctx = compliance("cmp_a", tenantId);
  await makeReport(ctx, ordered.runId, silent);
  return { ...ordered, lines: await linesFor(ctx, ordered.runId) };
}

async function linesFor(ctx: Context, runId: string): Promise<string[]> {
  return ctx.read(async (tx) => {
    const { data_key } = await tx.one<{ data_key: Buffer }>("test.run.key", "SELECT data_key FROM reporting.report_run WHERE id = $1", [runId]);
    return Array.fromAsync(linesOf(tx, ctx, runId, data_key));
  });
}

async function file(runId: string, tenantId = world.prairie): Promise<void> {
  await checkReport(compliance("cmp_b", tenantId), { runId, note: "Totals agree" });
  await fileReport(compliance("cmp_b", tenantId), { runId, reference: "ACK-1", filedDate: "2026-01-12" });
}

test("the Metro 2 file of December says where each loan stood on its last day, whatever came later", async () => {
  const good = await board(world.prairie, "Ann", "2025-10-01", 3);
  const late = await board(world.prairie, "Ben", "2025-10-01", 1);
  const { lines, reportId } = await generate("metro2", "2025-12-31");
  assert.equal(lines.length, 4);
  const of = (number: string) => readBaseSegment(lines.find((line) => line.includes(number)) ?? "");
  assert.deepEqual([of(good.number)["accountStatus"], of(good.number)["actualPaymentAmount"], of(good.number)["amountPastDue"], of(good.number)["dateLastPayment"]], ["11", 564, 0, "2025-12-01"], "the installment of 1 January lies after the period");
  const ben = of(late.number);
  assert.deepEqual([ben["accountStatus"], ben["amountPastDue"], ben["dateFirstDelinquency"], ben["paymentHistoryProfile"]], ["71", 564, "2025-12-31", `00${"B".repeat(22)}`], "unpaid since 1 December");
  assert.deepEqual([ben["surname"], ben["firstName"], ben["socialSecurityNumber"], ben["dateBirth"]], ["MULLER", "BEN", 536_228_726, "1980-05-06"]);
  assert.match(lines.at(-1) ?? "", /^0426TRAILER000000002/);
  const report = await world.system(world.prairie).read((tx) => getReport(tx, reportId));
  assert.deepEqual([report.state, report.runs[0]?.faults, report.runs[0]?.records, report.runs[0]?.totals["totalSocialNumbersAllSegments"]], ["generated", [], 2, 2]);
});

test("one person generates, another checks and files; a future period, a wrong day and a second filing are refused by name", async () => {
  await assert.rejects(generateReport(compliance("cmp_a"), { code: "metro2", periodEnd: "2026-01-31" }), refused("report.future_period"));
  await assert.rejects(generateReport(compliance("cmp_a"), { code: "metro2", periodEnd: "2025-12-30" }), refused("report.not_a_period"));
  await assert.rejects(generateReport(compliance("cmp_a"), { code: "nothing", periodEnd: "2025-12-31" }), refused("report_definition.not_found"));
  await assert.rejects(generateReport(compliance("cmp_a"), { code: "metro2", periodEnd: "2025-12-31", correction: true }), refused("report.not_filed"));
  const { runId } = await generate("metro2", "2025-12-31");
  await assert.rejects(checkReport(compliance("cmp_a"), { runId, note: "My own" }), refused("report.same_person"));
  await assert.rejects(fileReport(compliance("cmp_b"), { runId, reference: "ACK-1", filedDate: "2026-01-12" }), refused("report.wrong_state"));
  await checkReport(compliance("cmp_b"), { runId, note: "Totals agree" });
  await assert.rejects(fileReport(compliance("cmp_b"), { runId, reference: "ACK-1", filedDate: "2026-01-16" }), refused("report.future_date"));
  await assert.rejects(fileReport(compliance("cmp_a"), { runId, reference: "ACK-1", filedDate: "2026-01-12" }), refused("report.same_person"));
  const filed = await fileReport(compliance("cmp_b"), { runId, reference: "ACK-1", filedDate: "2026-01-12" });
  assert.match(filed.sha256, /^[0-9a-f]{64}$/);
  await assert.rejects(generateReport(compliance("cmp_a"), { code: "metro2", periodEnd: "2025-12-31" }), refused("report.already_filed"));
});

test("a payment of the month that was learnt of later is reported as a correction, of that loan alone", async () => {
  const ben = await world.system(world.prairie).read((tx) => tx.one<{ id: string; number: string }>("test.loan.ben", "SELECT id, number FROM servicing.loan_account WHERE borrower_name = 'Ben Muller'"));
  const agent = world.as(["servicing_agent"], { tenantId: world.prairie });
  await recordRepayment(agent, { loanAccountId: ben.id, amount: { minor: 564_88n, currency: "USD" }, valueDate: isoDate("2025-12-20"), channel: "cheque" } as never);
  const { raisedDate, loanAccountId } = { raisedDate: "2026-01-10", loanAccountId: ben.id };
  const { disputeId, dueDate } = await raiseDispute(agent, { loanAccountId, source: "consumer", claim: "I paid in December", raisedDate });
  assert.equal(dueDate, "2026-02-09");
  await assert.rejects(raiseDispute(world.as(["servicing_agent"], { tenantId: world.prairie }), { loanAccountId, source: "bureau", claim: "Again", raisedDate }), refused("dispute.already_open"));
  const correction = await generate("metro2", "2025-12-31", { correction: true });
  assert.equal(correction.lines.length, 3, "Ann's account is not among it");
  const record = readBaseSegment(correction.lines[1] ?? "");
  assert.deepEqual([record["consumerAccountNumber"], record["correctionIndicator"], record["accountStatus"], record["amountPastDue"], record["complianceConditionCode"]], [ben.number, 1, "11", 0, "XB"]);
  const difference = await world.system(world.prairie).read((tx) => reportDifference(tx, correction.runId));
  assert.deepEqual([difference.against?.periodEnd, difference.added, difference.removed, difference.changed, difference.unchanged], ["2025-12-31", 0, 0, 1, 1]);
  assert.deepEqual(difference.rows[0]?.fields.find((f) => f.name === "accountStatus"), { name: "accountStatus", before: "71", now: "11" });
  await file(correction.runId);

  await resolveDispute(world.as(["compliance_officer"], { tenantId: world.prairie }), { disputeId, outcome: "corrected", finding: "The cheque was found", consumerAgrees: true });
  const next = await generate("metro2", "2025-12-31", { correction: true });
  assert.deepEqual([next.lines.length, readBaseSegment(next.lines[1] ?? "")["complianceConditionCode"]], [3, "XH"]);
  await assert.rejects(resolveDispute(world.as(["compliance_officer"], { tenantId: world.prairie }), { disputeId, outcome: "verified", finding: "Twice", consumerAgrees: false }), refused("dispute.already_resolved"));
});

test("what is filed lies sealed, and who opened it for whom is on record", async () => {
  const { rows } = await world.system(world.prairie).read((tx) => tx.client.query<{ leaked: bigint; audited: string }>(
    `SELECT (SELECT count(*) FROM reporting.report_file_part WHERE position('536228726'::bytea IN sealed) > 0) + (SELECT count(*) FROM reporting.report_row WHERE facts::text ~ '536.?22.?8726') AS leaked,
       (SELECT count(*) FROM kernel.audit_record WHERE action = 'report.file.generated') AS audited`));
  assert.deepEqual([rows[0]?.leaked, Number(rows[0]?.audited) >= 4], [0n, true]);
});
