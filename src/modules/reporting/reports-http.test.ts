import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addMonths, isoDate, loanTerms, type IsoDate } from "#engine/index.ts";
import { registerDualControl } from "#kernel/approvals.ts";
import { buildServer } from "#kernel/http/server.ts";
import { carryOutRun, registerLongWork } from "#kernel/job-runs.ts";
import type { Role } from "#kernel/permissions.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { seedChart } from "#modules/ledger/index.ts";
import { registerParty } from "#modules/parties/index.ts";
import { installProduct, publishControl, usPersonalLoan } from "#modules/products/index.ts";
import { boardPortfolio, creditStandings } from "#modules/servicing/index.ts";
import type { ReportDifference, ReportJson } from "./contract.ts";
import { module, reportWork, seedReports } from "./index.ts";

let world: TestWorld;
let versionId: string;
before(async () => {
  world = await testWorld();
  registerDualControl(publishControl as never);
  registerLongWork(reportWork);
  const ctx = world.system(world.prairie);
  await ctx.transaction((tx) => seedChart(tx, ctx, "USD"));
  versionId = (await installProduct(world.as(["product_manager"], { tenantId: world.prairie }), world.as(["credit_manager"], { tenantId: world.prairie }), usPersonalLoan, "2026-01-15")).productVersionId;
  await seedReports(world.system(world.prairie));
});
after(() => world.close());

/** A loan whose installments were paid on these days after they fell due; null: not paid. */
async function board(delays: readonly (number | null)[], model: "classic" | "daily_simple" = "classic"): Promise<string> {
  const ctx = world.system(world.prairie);
  const terms = loanTerms({ currency: "USD", principal: 12_000_00, disbursementDate: isoDate("2024-10-10"), interest: { ratePpb: 120_000_000 }, installments: { count: 24, every: 1, unit: "months" }, model } as never);
  const payments = delays.flatMap((late, i) => (late === null ? [] : [{ type: "paymentReceived", kind: "repayment", valueDate: shifted(addMonths(isoDate("2024-10-10"), i + 1), late), amount: 565_00 } as never]));
  return ctx.transaction(async (tx) => {
    const { partyId } = await registerParty(tx, ctx, { givenName: "Ann", familyName: `Lee ${delays.length}`, birthDate: "1980-05-06", address: { line1: "12 Main St", city: "Lincoln", region: "NE", postalCode: "68501", country: "US" }, identifiers: [] } as never);
    await boardPortfolio(tx, ctx, [{ productVersionId: versionId, terms, partyId, borrowerName: "Ann Lee", branchId: null, history: [{ type: "disbursed", valueDate: terms.disbursementDate, amount: terms.principal }, ...payments.toSorted((a: { valueDate: string }, b: { valueDate: string }) => (a.valueDate < b.valueDate ? -1 : 1))] }]);
    return (await tx.one<{ id: string }>("test.loan.latest_id", "SELECT id FROM servicing.loan_account ORDER BY number DESC LIMIT 1")).id;
  });
}

const shifted = (date: IsoDate, days: number): IsoDate => new Temporal.PlainDate(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8))).add({ days }).toString() as IsoDate;

async function server(role: Role, person: string) {
  return buildServer({ services: world.services, modules: [module], authenticate: async () => ({ tenantId: world.prairie, actor: world.as([role], { tenantId: world.prairie, person }).actor }) });
}

test("the days late of an earlier month are those that its own report told", async () => {
  const lives = [[0, 0, 0], [20, 21, 21, 18], [0, 45, 20, 0, 95, 70, 40, 10], [null, 40, 10], [35, 35, 35, 35, 35, 35, 35], [0, null, null, 100], [10, null], Array.from({ length: 12 }, (_v, i) => (i * 37) % 100)];
  const ids: string[] = [];
  for (const life of lives) ids.push(await board(life), await board(life, "daily_simple"));
  const ends = Array.from({ length: 14 }, (_v, i) => shifted(addMonths(isoDate("2024-11-01"), i + 1), -1));
  const told = await world.system(world.prairie).read(async (tx) => {
    const by = new Map<string, Awaited<ReturnType<typeof creditStandings>>>();
    for (const to of ends) by.set(to, await creditStandings(tx, ids, { from: isoDate(`${to.slice(0, 7)}-01`), to }));
    return by;
  });
  let compared = 0;
  let late = 0;
  for (const [at, end] of ends.entries()) for (const standing of told.get(end) ?? []) {
    for (let back = 1; back <= at; back++) {
      const then = told.get(ends[at - back] ?? "")?.find((s) => s.loanAccountId === standing.loanAccountId);
      assert.equal(standing.history[back - 1], then?.daysPastDue, `${standing.number}: ${ends[at - back]} seen from ${end}`);
      compared++;
      late += (then?.daysPastDue ?? 0) > 0 ? 1 : 0;
    }
  }
  assert.ok(compared > 500 && late > 200, `${compared} compared, ${late} of them late`);
});

test("over HTTP: generated, its job carried out, checked and filed by another; the file is for compliance alone", async () => {
  const [finance, compliance, auditor] = [await server("finance_officer", "fin_a"), await server("compliance_officer", "cmp_b"), await server("auditor", "aud_c")];
  const post = (app: typeof finance, url: string, payload: object, key: string) => app.inject({ method: "POST", url, headers: { "idempotency-key": `key-0000-${key}` }, payload });
  const due = await auditor.inject({ url: "/v1/regulatory-reports?filter=code:eq:metro2" });
  assert.equal(due.statusCode, 200, due.body);
  assert.deepEqual(due.json<{ items: { state: string; periodEnd: string; overdue: boolean }[] }>().items.map((i) => [i.state, i.periodEnd, i.overdue]), [["due", "2025-12-31", true]], "due on 10 January, the books are on 15");
  const future = await post(finance, "/v1/regulatory-reports/generate", { code: "metro2", periodEnd: "2026-01-31" }, "1");
  assert.deepEqual([future.statusCode, future.json<{ code: string }>().code], [409, "report.future_period"]);
  const ordered = await post(finance, "/v1/regulatory-reports/generate", { code: "metro2", periodEnd: "2025-12-31" }, "2");
  assert.equal(ordered.statusCode, 202, ordered.body);
  const { runId, reportId, jobId } = ordered.json<{ runId: string; reportId: string; jobId: string }>();
  await carryOutRun(world.services, world.prairie, jobId);
  const report = (await auditor.inject({ url: `/v1/regulatory-reports/${reportId}` })).json<ReportJson>();
  assert.deepEqual([report.state, report.runs[0]?.state, report.runs[0]?.faults], ["generated", "generated", []]);

  for (const [app, expected] of [[finance, 403], [auditor, 403], [compliance, 200]] as const) assert.equal((await app.inject({ url: `/v1/report-files/${runId}/content` })).statusCode, expected);
  const content = await compliance.inject({ url: `/v1/report-files/${runId}/content` });
  assert.equal(content.body.split("\n").length - 1, (report.runs[0]?.records ?? 0) + 2, "a record a line, header and trailer");
  assert.equal(Buffer.byteLength(content.body), report.runs[0]?.bytes);

  assert.equal((await post(finance, `/v1/report-files/${runId}/check`, { note: "My own" }, "3")).statusCode, 403);
  assert.equal((await post(compliance, `/v1/report-files/${runId}/check`, { note: "Totals agree" }, "4")).statusCode, 200);
  const filed = await post(compliance, `/v1/report-files/${runId}/file`, { reference: "ACK-77", filedDate: "2026-01-15" }, "5");
  assert.deepEqual([filed.statusCode, filed.json<{ sha256: string }>().sha256], [200, report.runs[0]?.sha256]);
  const shown = (await auditor.inject({ url: "/v1/regulatory-reports?filter=state:eq:filed" })).json<{ items: { reference: string; filedBy: string; sha256: string }[] }>().items;
  assert.deepEqual(shown.map((i) => [i.reference, i.filedBy, i.sha256]), [["ACK-77", "cmp_b", report.runs[0]?.sha256]]);
  const difference = (await auditor.inject({ url: `/v1/report-files/${runId}/differences` })).json<ReportDifference>();
  assert.deepEqual([difference.against, difference.added, difference.unchanged], [null, report.runs[0]?.records, 0]);
  for (const list of ["/v1/report-definitions", "/v1/credit-disputes"]) assert.equal((await auditor.inject({ url: list })).statusCode, 200, list);
});

test("a definition with a day that no year has, or of an unknown kind, is refused with its field", async () => {
  const app = await server("compliance_officer", "cmp_b");
  const answer = await app.inject({ method: "POST", url: "/v1/report-definitions", headers: { "idempotency-key": "key-0000-9" }, payload: { code: "odd", name: "Odd", kind: "odd_kind", ownerRole: "finance_officer", period: "year", due: { rule: "on", month: 2, day: 30 }, settings: {} } });
  assert.equal(answer.statusCode, 422);
  assert.deepEqual(answer.json<{ errors: { pointer: string }[] }>().errors.map((e) => e.pointer), ["/kind", "/due"]);
});
