import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fromMoneyJson, isoDate, loanTerms } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Progress } from "#kernel/job-progress.ts";
import { registerLongWork } from "#kernel/job-runs.ts";
import { isProblem } from "#kernel/problems.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { closeBusinessDay, endOfDaySteps } from "#kernel/end-of-day.ts";
import { module as ledger, seedChart } from "#modules/ledger/index.ts";
import { registerParty } from "#modules/parties/index.ts";
import { inPersonalLoan, installProduct, publishControl, usPersonalLoan } from "#modules/products/index.ts";
import { boardPortfolio, getLoanAccount, module as servicing, recordRepayment } from "#modules/servicing/index.ts";
import { registerDualControl } from "#kernel/approvals.ts";
import { investigateDispute, raiseDispute, resolveDispute } from "./commands/disputes.ts";
import { checkReport, fileReport } from "./commands/file-report.ts";
import { generateReport, makeReport, reportWork } from "./commands/generate-report.ts";
import { interestLetterWork } from "./commands/interest-letters.ts";
import { defineReport } from "./commands/define-report.ts";
import { module as reporting, readBaseSegment, seedReports } from "./index.ts";
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
  registerLongWork(interestLetterWork);
  for (const [tenantId, currency, product] of [[world.bharat, "INR", inPersonalLoan], [world.prairie, "USD", usPersonalLoan]] as const) {
    const ctx = world.system(tenantId);
    await ctx.transaction((tx) => seedChart(tx, ctx, currency));
    versions.set(tenantId, (await installProduct(world.as(["product_manager"], { tenantId }), world.as(["credit_manager"], { tenantId }), product, "2026-01-15")).productVersionId);
    await seedReports(world.system(tenantId));
  }
});
after(() => world.close());

/** A loan of 12,000.00 over 24 months at 12 %, paid out on a day, with so many installments paid on their due dates. */
async function board(tenantId: string, name: string, start: string, paid: number, more: readonly object[] = []): Promise<{ loanAccountId: string; number: string }> {
  const ctx = world.system(tenantId);
  const currency = tenantId === world.bharat ? "INR" : "USD";
  const terms = loanTerms({ currency, principal: 12_000_00, disbursementDate: isoDate(start), interest: { ratePpb: 120_000_000 }, installments: { count: 24, every: 1, unit: "months" } });
  return ctx.transaction(async (tx) => {
    const { partyId } = await registerParty(tx, ctx, {
      givenName: name, familyName: "Müller", birthDate: "1980-05-06", phone: tenantId === world.bharat ? "+919810000001" : "+14155550123",
      address: tenantId === world.bharat ? { line1: "12 MG Road", city: "Pune", region: "MH", postalCode: "411001", country: "IN" } : { line1: "12 Main St", city: "Lincoln", region: "NE", postalCode: "68501", country: "US" },
      identifiers: tenantId === world.bharat ? [{ scheme: "PAN", value: `ABCP${name.slice(0, 1)}1234K` }] : [{ scheme: "SSN", value: name === "Ben" ? "536-22-8726" : "536-22-8727" }],
    } as never);
    await boardPortfolio(tx, ctx, [{
      productVersionId: versions.get(tenantId) as string, terms, partyId, borrowerName: `${name} Muller`, branchId: null,
      history: [{ type: "disbursed", valueDate: terms.disbursementDate, amount: terms.principal }, ...Array.from({ length: paid }, (_v, i) => ({ type: "paymentReceived", kind: "repayment", valueDate: dayOf(start, i + 1), amount: 564_88 }) as never), ...(more as never[])],
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
  const { disputeId, dueDate } = await raiseDispute(agent, { loan: ben.number, source: "consumer", claim: "I paid in December", raisedDate });
  assert.equal(dueDate, "2026-02-09");
  await assert.rejects(raiseDispute(world.as(["servicing_agent"], { tenantId: world.prairie }), { loan: "LN99999999", source: "bureau", claim: "Whose?", raisedDate }), refused("dispute.loan_not_found"));
  await assert.rejects(raiseDispute(world.as(["servicing_agent"], { tenantId: world.prairie }), { loan: loanAccountId, source: "bureau", claim: "Again", raisedDate }), refused("dispute.already_open"));
  const correction = await generate("metro2", "2025-12-31", { correction: true });
  assert.equal(correction.lines.length, 3, "Ann's account is not among it");
  const record = readBaseSegment(correction.lines[1] ?? "");
  assert.deepEqual([record["consumerAccountNumber"], record["correctionIndicator"], record["accountStatus"], record["amountPastDue"], record["complianceConditionCode"]], [ben.number, 1, "11", 0, "XB"]);
  const difference = await world.system(world.prairie).read((tx) => reportDifference(tx, correction.runId));
  assert.deepEqual([difference.against?.periodEnd, difference.added, difference.removed, difference.changed, difference.unchanged], ["2025-12-31", 0, 0, 1, 1]);
  assert.deepEqual(difference.rows[0]?.fields.find((f) => f.name === "accountStatus"), { name: "accountStatus", before: "71", now: "11" });
  await file(correction.runId);

  for (const note of ["The branch was asked", "The cheque of 20 December was found"]) await investigateDispute(world.as(["compliance_officer"], { tenantId: world.prairie }), { disputeId, note });
  const looked = await world.system(world.prairie).read((tx) => tx.one<{ investigation: string; state: string }>("test.dispute", "SELECT investigation, state FROM reporting.credit_dispute WHERE id = $1", [disputeId]));
  assert.deepEqual({ ...looked }, { investigation: "2026-01-15: The branch was asked\n2026-01-15: The cheque of 20 December was found", state: "investigating" });
  await assert.rejects(raiseDispute(world.as(["servicing_agent"], { tenantId: world.prairie }), { loan: ben.number, source: "bureau", claim: "Again", raisedDate }), refused("dispute.already_open"));
  await resolveDispute(world.as(["compliance_officer"], { tenantId: world.prairie }), { disputeId, outcome: "corrected", finding: "The cheque was found", consumerAgrees: true });
  const next = await generate("metro2", "2025-12-31", { correction: true });
  assert.deepEqual([next.lines.length, readBaseSegment(next.lines[1] ?? "")["complianceConditionCode"]], [3, "XH"]);
  await assert.rejects(resolveDispute(world.as(["compliance_officer"], { tenantId: world.prairie }), { disputeId, outcome: "verified", finding: "Twice", consumerAgrees: false }), refused("dispute.already_resolved"));
});

test("a loss is reported as 97 with what was lost and is still owed, and its months after it as L", async () => {
  const lost = await board(world.prairie, "Eve", "2025-02-01", 1, [{ type: "chargedOff", valueDate: "2025-10-15" }, { type: "recoveryReceived", valueDate: "2025-11-20", amount: 100_00 }]);
  const { lines } = await generate("metro2", "2025-11-30");
  const eve = readBaseSegment(lines.find((line) => line.includes(lost.number)) ?? "");
  assert.deepEqual([eve["accountStatus"], eve["actualPaymentAmount"], eve["dateFirstDelinquency"], eve["dateClosed"]], ["97", 100, "2025-05-01", "2025-10-15"], "unpaid since 1 April");
  assert.equal(Number(eve["originalChargeOffAmount"]) - Number(eve["currentBalance"]), 100, "a hundred dollars came in after the loss");
  assert.equal(eve["paymentHistoryProfile"], `L65432000${"B".repeat(15)}`, "lost in October; 182, 152, 121, 90, 60 and 29 days late at the ends of the months before");
});

test("of two orders for one period only the newer file is kept, whichever is made first, and a stopped one leaves nothing", async () => {
  const [first, second] = [await generateReport(compliance("cmp_a"), { code: "metro2", periodEnd: "2025-10-31" }), await generateReport(compliance("cmp_a"), { code: "metro2", periodEnd: "2025-10-31" })];
  assert.equal(await makeReport(compliance("cmp_a"), second.runId, { ...silent, heedStop: () => true }), null);
  assert.notEqual(await makeReport(compliance("cmp_a"), second.runId, silent), null);
  assert.equal(await makeReport(compliance("cmp_a"), first.runId, silent), null);
  const [{ states, parts } = { states: "", parts: 0 }] = await world.system(world.prairie).read((tx) => tx.rows<{ states: string; parts: number }>("test.runs",
    "SELECT string_agg(r.state, ',' ORDER BY r.number) AS states, (SELECT count(*)::int FROM reporting.report_file_part p JOIN reporting.report_run x ON x.id = p.run_id WHERE x.instance_id = $1) AS parts FROM reporting.report_run r WHERE r.instance_id = $1", [first.reportId]));
  assert.deepEqual([states, parts], ["replaced,generated", 1]);
});

test("a loan that was filed as running and turns out to have been paid off before is corrected to paid", async () => {
  const flo = await board(world.prairie, "Flo", "2025-09-01", 1);
  await file((await generate("metro2", "2025-11-30")).runId);
  const agent = world.as(["servicing_agent"], { tenantId: world.prairie });
  const { payoff } = await world.system(world.prairie).read((tx) => getLoanAccount(tx, agent, flo.loanAccountId, { asOf: "2025-10-20" }));
  await recordRepayment(agent, { loanAccountId: flo.loanAccountId, amount: fromMoneyJson(payoff.total), valueDate: isoDate("2025-10-20"), channel: "cheque" } as never);
  const { lines } = await generate("metro2", "2025-11-30", { correction: true });
  const corrected = readBaseSegment(lines[1] ?? "");
  assert.deepEqual([lines.length, corrected["consumerAccountNumber"], corrected["accountStatus"], corrected["currentBalance"], corrected["dateClosed"], corrected["correctionIndicator"]], [3, flo.number, "13", 0, "2025-10-20", 1]);
});

test("what is filed lies sealed, and who opened it for whom is on record", async () => {
  const { rows } = await world.system(world.prairie).read((tx) => tx.client.query<{ leaked: bigint; audited: string }>(
    `SELECT (SELECT count(*) FROM reporting.report_file_part WHERE position('536228726'::bytea IN sealed) > 0) + (SELECT count(*) FROM reporting.report_row WHERE facts::text ~ '536.?22.?8726') AS leaked,
       (SELECT count(*) FROM kernel.audit_record WHERE action = 'report.file.generated') AS audited`));
  assert.deepEqual([rows[0]?.leaked, Number(rows[0]?.audited) >= 4], [0n, true]);
});

test("the Indian bureau's file has each person's segments with rupees, days and asset class, and is read back without a fault", async () => {
  const { bharat } = world;
  const asha = await board(bharat, "Asha", "2025-08-15", 1);
  await board(bharat, "Bela", "2025-10-15", 2);
  await board(bharat, "Chitra", "2025-06-15", 1);
  const { lines, reportId } = await generate("bureau-in", "2025-12-31", { tenantId: bharat });
  const of = (name: string) => lines.find((line) => line.includes(name)) ?? "";
  assert.ok(of("ASHA").startsWith(`PN0111ASHA MULLER070806051980|ID0102010210ABCPA1234K|PT01109810000001030201|PA011012 MG ROAD0504PUNE0602270706411001080204|TL0214BHARAT FINANCE0310${asha.number}`), of("ASHA"));
  assert.match(of("ASHA"), /1503077.*260205.*2812046016000000/, "unpaid since 15 October: 77 days, special mention, 46 and 16 days at the ends of the months before");
  assert.match(of("BELA"), /1503000260201/, "current and standard");
  assert.match(of("CHITRA"), /1503138260202/, "unpaid since 15 August: sub-standard");
  const report = await world.system(bharat).read((tx) => getReport(tx, reportId));
  assert.deepEqual([report.runs[0]?.faults, report.runs[0]?.records], [[], 3]);
});

test("the register of asset classes names each step with its day, and how many stand in each class", async () => {
  const { bharat } = world;
  const steps = endOfDaySteps([ledger, servicing, reporting]);
  for (let day = 0; day < 17; day++) await closeBusinessDay(world.services, bharat, steps);
  const calendar = await world.system(bharat).read((tx) => tx.rows<{ code: string }>("test.calendar", "SELECT code FROM reporting.report_instance WHERE period_end = '2026-01-31' ORDER BY code"));
  assert.deepEqual(calendar.map((c) => c.code), ["bureau-in", "key-facts-register", "npa-register"], "closing the last day of January put its reports into the calendar");
  const { lines, runId } = await generate("npa-register", "2026-01-31", { tenantId: bharat });
  assert.match(lines[0] ?? "", /^loan,borrower,product,branch,currency,date,from,to/);
  assert.deepEqual(lines.slice(1).map((line) => line.split(",").slice(1, 9)), [["Bela Muller", "personal-loan", "", "INR", "2026-01-15", "boarded", "SMA-0", "1"]], "only her installment of 15 January fell due unpaid");
  const difference = await world.system(bharat).read((tx) => reportDifference(tx, runId));
  assert.deepEqual([difference.against, difference.totals.find((t) => t.name === "NPA: at the end")?.now], [null, 2], "Asha and Chitra");
  const { rows } = await world.system(bharat).read((tx) => tx.client.query<{ facts: string }>("SELECT facts::text FROM reporting.report_row WHERE run_id = $1", [runId]));
  assert.ok(rows.length > 0 && rows.every((row) => !row.facts.includes("Muller")), "what is kept to compare holds no names");
});

test("key facts given in a month are registered with their yearly cost and hashes", async () => {
  await application(world.bharat, "app_kf1", { product: "in-personal", state: "offered", madeOn: "2026-01-20" });
  await application(world.bharat, "app_kf2", { product: "in-personal", state: "offered", madeOn: "2026-02-01" });
  const { lines } = await generate("key-facts-register", "2026-01-31", { tenantId: world.bharat });
  assert.equal(lines.length, 2);
  assert.equal(lines[1], "N-app_kf1,in-personal,2026-01-20,2026-01-27,open,INR,12000.00,24,0.12,0.1425,564.88,hash-app_kf1,,,");
});

test("the HMDA register has 110 fields for each application that was ended, by what was done", async () => {
  await defineReport(compliance("cmp_a"), { code: "hmda", name: "HMDA register", kind: "hmda", ownerRole: "compliance_officer", period: "year", due: { rule: "on", month: 3, day: 1 },
    settings: { lei: "PRAIRIE0000000000001", products: ["us-home"], averagePrimeOfferRates: { "2025-11": "0.0675" }, purposes: { refinance: "31" }, denialReasons: { S01: "3" } } });
  await application(world.prairie, "app_h1", { product: "us-home", state: "declined", madeOn: null, decidedOn: "2025-11-12", outcome: "decline" });
  await application(world.prairie, "app_h2", { product: "us-home", state: "withdrawn", madeOn: "2025-11-13", decidedOn: "2025-11-12", outcome: "approve" });
  await application(world.prairie, "app_h3", { product: "us-home", state: "offered", madeOn: "2025-11-13", decidedOn: "2025-11-12", outcome: "approve" });
  await application(world.prairie, "app_h4", { product: "us-personal", state: "declined", madeOn: null, decidedOn: "2025-11-12", outcome: "decline" });
  const { lines } = await generate("hmda", "2025-12-31");
  assert.deepEqual(lines.map((line) => line.split("|").length), [110, 110], "one is open, one is of another product");
  const [declined, withdrawn] = lines.map((line) => line.split("|"));
  const pick = (fields: string[] | undefined, ...numbers: number[]) => numbers.map((n) => fields?.[n - 1]);
  assert.deepEqual(pick(declined, 1, 2, 4, 6, 10, 11, 12, 57, 59, 68, 72, 80), ["2", "PRAIRIE0000000000001", "20251105", "31", "12000", "3", "20251112", "60", "NA", "3", "", "35"]);
  assert.deepEqual(pick(withdrawn, 11, 12, 59, 68, 78), ["2", "20251120", "7.500", "10", "12"], "14.25 % less 6.75 %");
});

test("the year's statements of interest add up what was paid of each loan, above the threshold only", async () => {
  await defineReport(compliance("cmp_a"), { code: "interest-1098", name: "Statements of interest paid, 1098", kind: "interest_1098", ownerRole: "finance_officer", period: "year", due: { rule: "on", month: 1, day: 31 }, settings: { reporterName: "Prairie Lending", products: [usPersonalLoan.code] } });
  const dana = await board(world.prairie, "Dana", "2024-12-01", 12);
  const { lines, runId } = await generate("interest-1098", "2025-12-31");
  assert.equal(lines.length, 2, "Ann and Ben paid less than 600 dollars of interest");
  // 12,000 at 1 % a month, 564.88 a month: by pencil the interest of twelve months is 1,099.23.
  assert.match(lines[1] ?? "", new RegExp(`^Prairie Lending,Dana Müller,\\d{9},"12 Main St, Lincoln NE 68501",${dana.number},2025,1\\d{3}\\.\\d\\d,12000\\.00,2024-12-01$`));
  assert.equal(lines[1]?.split(",").at(-3), interestOfYear(12_000_00, 564_88, 12));

  await file(runId);
  const jobs = await world.system(world.prairie).read((tx) => tx.rows<{ kind: string }>("test.jobs", "SELECT kind FROM kernel.job_run WHERE kind = 'reporting.interest_letters'"));
  assert.equal(jobs.length, 1, "filing orders the letters");
  const ctx = compliance("cmp_b");
  for (let twice = 0; twice < 2; twice++) await interestLetterWork.run(ctx, { runId }, silent, undefined as never);
  const letters = await world.system(world.prairie).read((tx) => tx.rows<{ owner_id: string; file_name: string; content_type: string }>("test.letters", "SELECT owner_id, file_name, content_type FROM documents.document WHERE purpose = 'interest_statement'"));
  assert.deepEqual(letters.map((l) => ({ ...l })), [{ owner_id: dana.loanAccountId, file_name: `interest-2025-${dana.number}.pdf`, content_type: "application/pdf" }], "once, however often the job runs");
});

/** Interest of level payments month by month at one per cent, rounded to the cent. */
function interestOfYear(principal: number, payment: number, months: number): string {
  let [balance, interest] = [principal, 0];
  for (let month = 0; month < months; month++) {
    const due = Math.round(balance / 100);
    interest += due;
    balance -= payment - due;
  }
  return `${Math.floor(interest / 100)}.${String(interest % 100).padStart(2, "0")}`;
}

/** An application as origination leaves it, with its decision and offer. */
async function application(tenantId: string, id: string, of: { product: string; state: string; madeOn: string | null; decidedOn?: string; outcome?: string }): Promise<void> {
  const currency = tenantId === world.bharat ? "INR" : "USD";
  await world.system(tenantId).transaction(async (tx) => {
    await tx.client.query(
      `INSERT INTO origination.application (id, number, product_version_id, product_code, product_name, channel, owner_id, currency, amount_minor, term_months, state, waiting_on, stage_entered_at, answers, wrapped_key, decision_id, offer_id, created_by, created_at, submitted_on, changed_at)
       VALUES ($1, $2, 'prv_x', $3, 'X', 'staff', 'usr_x', $4, 1200000, 24, $5, 'applicant', now(), '{"purpose": "refinance", "monthlyIncome": "5000.00"}', '', $6, $7, 'usr_x', now(), '2025-11-05', now())`,
      [id, `N-${id}`, of.product, currency, of.state, of.outcome === undefined ? null : `dec_${id}`, of.madeOn === null ? null : `off_${id}`]);
    if (of.outcome !== undefined) await tx.client.query(
      `INSERT INTO origination.decision (id, application_id, made_by, outcome, reasons, product_version_id, policy_hash, scorecard_version, facts, trace, decided_at, decided_on) VALUES ($1, $2, 'policy', $3, '[{"code": "S01", "text": "x"}]', 'prv_x', 'h', '1', '{"foir": 0.35}', '{}', now(), $4)`,
      [`dec_${id}`, id, of.outcome, of.decidedOn]);
    if (of.madeOn !== null) await tx.client.query(
      `INSERT INTO origination.offer (id, application_id, decision_id, state, currency, amount_minor, term_months, annual_rate, installment_minor, apr, quote, schedule_hash, made_on, expires_on) VALUES ($1, $2, 'dec_x', 'open', $3, 1200000, 24, '0.12', 56488, '0.1425', '{}', $4, $5::date, $5::date + 7)`,
      [`off_${id}`, id, currency, `hash-${id}`, of.madeOn]);
    await tx.client.query("INSERT INTO origination.timeline_entry (id, application_id, at, business_date, kind, summary, to_state, actor_id) VALUES ($1, $2, now(), '2025-11-20', 'state', 'x', $3, 'usr_x')", [`tle_${id}`, id, of.state]);
  });
}
