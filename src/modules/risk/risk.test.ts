import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decide, registerDualControl } from "#kernel/approvals.ts";
import { isoDate, loanTerms } from "#engine/index.ts";
import { buildServer } from "#kernel/http/server.ts";
import { closeBusinessDay, endOfDaySteps } from "#kernel/end-of-day.ts";
import { isProblem } from "#kernel/problems.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { proveBooks, seedChart } from "#modules/ledger/index.ts";
import { inPersonalLoan, installProduct, publishControl } from "#modules/products/index.ts";
import { boardPortfolio } from "#modules/servicing/index.ts";
import { policyControl, proposePolicy } from "./commands/policies.ts";
import { postingControl, proposePosting, runProvision } from "./commands/runs.ts";
import { module, runSummary, seedPolicies } from "./index.ts";
import { policiesOf } from "./seeds/policies.ts";

let world: TestWorld;
let versionId: string;
before(async () => {
  world = await testWorld();
  for (const control of [publishControl, policyControl, postingControl]) registerDualControl(control as never);
  const ctx = world.system();
  await ctx.transaction((tx) => seedChart(tx, ctx, "INR"));
  versionId = (await installProduct(world.as(["product_manager"]), world.as(["credit_manager"]), { ...inPersonalLoan, definition: { ...inPersonalLoan.definition, fees: [] } }, "2026-01-15")).productVersionId;
  await seedPolicies(world.system(), "IN");
});
after(() => world.close());

/** Boards a loan of 1,00,000.00 whose first unpaid row fell due so many months ago. */
async function board(monthsLate: number, name: string, partyId?: string): Promise<void> {
  const ctx = world.system();
  const start = ["2026-01-10", "2025-12-01", "2025-08-01"][monthsLate === 0 ? 0 : monthsLate < 3 ? 1 : 2] as string;
  const terms = loanTerms({ currency: "INR", principal: 100_000_00, disbursementDate: isoDate(start), interest: { ratePpb: 120_000_000 }, installments: { count: 24, every: 1, unit: "months" } });
  await ctx.transaction(async (tx) => {
    await boardPortfolio(tx, ctx, [{ productVersionId: versionId, terms, history: [{ type: "disbursed", valueDate: terms.disbursementDate, amount: terms.principal }], partyId: partyId ?? ctx.ids.next("pty"), borrowerName: `${name} Rao`, branchId: null }]);
  });
}
const finance = (person: string) => world.as(["finance_officer"], { person });
const balance = async (account: string, book: string) => (await world.system().read((tx) => tx.client.query<{ minor: string }>("SELECT coalesce(sum(debit_minor - credit_minor), 0) AS minor FROM ledger.posting WHERE account = $1 AND book = $2", [account, book]))).rows[0]?.minor;

test("a run reckons every loan, two people post it, and the next posts only the difference", async () => {
  await board(0, "Asha");
  await board(5, "Bela");
  const { runId, loans } = await runProvision(finance("fin_a"), { policyCode: "rbi-irac" });
  assert.equal(loans, 2);
  const first = await world.system().read((tx) => runSummary(tx, runId));
  const total = first.stages.reduce((sum, s) => sum + s.lossMinor, 0n);
  assert.deepEqual(first.stages.map((s) => [s.stage, s.loans]), [["standard", 1], ["sub-standard", 1]]);

  const request = await proposePosting(finance("fin_a"), runId);
  await assert.rejects(decide(finance("fin_a"), request.id, "approve", undefined), (error) => isProblem(error));
  await decide(finance("fin_b"), request.id, "approve", undefined);
  assert.deepEqual([await balance("provision_expense", "regulatory"), await balance("loan_loss_allowance", "regulatory")], [String(total), String(-total)]);
  assert.equal(await balance("provision_expense", "statutory"), "0", "the regulator's view stands in a book of its own");

  await board(0, "Chitra");
  const again = await runProvision(finance("fin_a"), { policyCode: "rbi-irac" });
  const second = await world.system().read((tx) => runSummary(tx, again.runId));
  assert.equal(second.previousId, runId);
  const standard = second.movements.find((m) => m.stage === "standard");
  assert.deepEqual([standard?.opening, standard?.added, standard?.closing], [400_65, 400_65, 801_30], "five days of interest at a per cent a month: 161.29, and 0.4 % of it 0.65");
  const next = await proposePosting(finance("fin_a"), again.runId);
  await decide(finance("fin_b"), next.id, "approve", undefined);
  assert.equal(await balance("provision_expense", "regulatory"), String(second.stages.reduce((sum, s) => sum + s.lossMinor, 0n)));
  assert.deepEqual((await world.system().read((tx) => proveBooks(tx, tx.businessDate))).filter((p) => p.ledgerMinor !== p.expectedMinor), []);
});

test("a run that another overtook is not posted, a discarded one is not posted, and no other day is reckoned", async () => {
  const one = await runProvision(finance("fin_a"), { policyCode: "ind-as-109" });
  const two = await runProvision(finance("fin_a"), { policyCode: "ind-as-109" });
  const first = await proposePosting(finance("fin_a"), one.runId);
  const second = await proposePosting(finance("fin_a"), two.runId);
  await decide(finance("fin_b"), second.id, "approve", undefined);
  await assert.rejects(decide(finance("fin_b"), first.id, "approve", undefined), (error) => isProblem(error) && error.code === "provision_run.overtaken");
  await assert.rejects(runProvision(finance("fin_a"), { policyCode: "ind-as-109", date: "2026-12-31" }), (error) => isProblem(error) && error.code === "provision_run.other_day");
  const three = await runProvision(finance("fin_a"), { policyCode: "ind-as-109" });
  const third = await proposePosting(finance("fin_a"), three.runId);
  await decide(finance("fin_b"), third.id, "reject", "Not this quarter");
  await assert.rejects(proposePosting(finance("fin_a"), three.runId), (error) => isProblem(error) && error.code === "provision_run.not_draft");
});

test("over HTTP: a policy with a gap is refused with its place, a good one waits for a second person, runs and their lines can be read", async () => {
  const app = await buildServer({ services: world.services, modules: [module], authenticate: async (request) => ({ tenantId: world.bharat, actor: (request.headers["x-role"] === "credit" ? world.as(["credit_manager"], { person: "cre_a" }) : finance("fin_a")).actor }) });
  const [stages] = policiesOf("IN");
  const send = (body: object, role = "credit") => app.inject({ method: "POST", url: "/v1/provision-policies", headers: { "x-role": role, "idempotency-key": `key-0000-${JSON.stringify(body).length}` }, payload: body });
  const definition = stages?.definition as unknown as { pd: { product: string; bands: { from: number; to: number | null; pd: string }[] }[] };
  const gap = await send({ code: "ind-as-109", name: "New", book: "statutory", definition: { ...definition, pd: [{ product: "*", bands: [{ from: 0, to: 10, pd: "0.1" }, { from: 12, to: null, pd: "0.2" }] }] } });
  assert.equal(gap.statusCode, 422, gap.body);
  assert.deepEqual([gap.statusCode, gap.json<{ errors: { pointer: string }[] }>().errors[0]?.pointer], [422, "/definition/pd/0/bands/1/from"]);
  const good = await send({ code: "ind-as-109", name: "Tables of the second quarter", book: "statutory", definition });
  assert.equal(good.statusCode, 202, good.body);
  const run = (await runProvision(finance("fin_a"), { policyCode: "ind-as-109" })).runId;
  const lines = await app.inject({ method: "GET", url: `/v1/provision-runs/${run}/lines?filter=stage:eq:3` });
  assert.equal(lines.statusCode, 200, lines.body);
  const [line] = lines.json<{ items: { reason: string; loss: { amount: string } }[] }>().items;
  assert.match(line?.reason ?? "", /defaulted: \d+ days past due/);
  const summary = await app.inject({ method: "GET", url: `/v1/provision-runs/${run}` });
  assert.equal(summary.statusCode, 200, summary.body);
  await app.close();
  await proposePolicy(world.as(["credit_manager"], { person: "cre_b" }), { code: "x-policy", name: "Another", book: "management", definition: policiesOf("US")[0]?.definition as never });
});

test("a good loan bears the class of its borrower's worst, and the run says why", async () => {
  await board(5, "Divya", "pty_divya");
  await board(0, "Divya", "pty_divya");
  const { runId } = await runProvision(finance("fin_a"), { policyCode: "rbi-irac" });
  const { rows } = await world.system().read((tx) => tx.client.query<{ stage: string; dpd: number; reason: string }>("SELECT stage, dpd, reason FROM risk.provision_line WHERE run_id = $1 AND borrower_name = 'Divya Rao' ORDER BY dpd", [runId]));
  assert.deepEqual(rows.map((r) => r.stage), ["sub-standard", "sub-standard"]);
  assert.equal(rows[0]?.reason, `sub-standard: another loan of this borrower is ${rows[1]?.dpd} days past due`);
});

test("the last day of a month drafts a run of each policy, of that day, and no other day does", async () => {
  const runs = () => world.system().read((tx) => tx.client.query<{ policy_code: string; business_date: string; state: string; loans: number }>("SELECT r.policy_code, r.business_date::text, r.state, r.loans FROM risk.provision_run r JOIN risk.month_end_run m ON m.run_id = r.id ORDER BY 2, 1")).then(({ rows }) => rows.map((r) => `${r.policy_code} ${r.business_date} ${r.state} ${r.loans}`));
  const steps = endOfDaySteps([module]);
  let closed = await closeBusinessDay(world.services, world.bharat, steps);
  assert.deepEqual([closed.steps, await runs()], [[], []]);
  while (closed.date < "2026-01-31") closed = await closeBusinessDay(world.services, world.bharat, steps);
  const { rows: [loans] } = await world.system().read((tx) => tx.client.query<{ n: number }>("SELECT count(*)::int AS n FROM servicing.report_risk"));
  assert.deepEqual(closed.steps.map((s) => s.name), ["risk.open_runs", "risk.reckon_runs", "risk.finish_runs"]);
  const policies = await world.system().read((tx) => tx.client.query<{ code: string }>("SELECT code FROM risk.provision_policy WHERE state = 'in_force' ORDER BY code"));
  assert.deepEqual(await runs(), policies.rows.map(({ code }) => `${code} 2026-01-31 draft ${loans?.n}`));
  const [{ id } = { id: "" }] = (await world.system().read((tx) => tx.client.query<{ id: string }>("SELECT run_id AS id FROM risk.month_end_run LIMIT 1"))).rows;
  assert.ok((await proposePosting(finance("fin_a"), id)).id, "and two people post it as any other");
});
