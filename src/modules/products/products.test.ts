import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { addMonths, isoDate, parseAmount } from "#engine/index.ts";
import { decide, registerDualControl } from "#kernel/approvals.ts";
import { buildServer } from "#kernel/http/server.ts";
import { isProblem } from "#kernel/problems.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { CASH_POSTING_RULES, changeDraft, checkDefinition, cloneVersion, createProduct, currentVersion, getProductVersion, inPersonalLoan, installProduct, PARALLEL_POSTING_RULES, postingsOf, proposePublication, publishControl, quote, STANDARD_POSTING_RULES, usPersonalLoan, type ProductDefinition } from "./index.ts";
import type { SchedulePlan } from "./definition.ts";
import { diff } from "./domain/diff.ts";
import { termsFor } from "./domain/terms.ts";
import { productRoutes } from "./routes.ts";

const INR = { currency: "INR", definition: inPersonalLoan.definition };
const indian = { amount: parseAmount("100000.00", "INR"), termMonths: 12, annualRate: "0.24", disbursementDate: "2026-01-15" };

describe("a definition", () => {
  test("that we ship can be published", () => {
    assert.deepEqual(checkDefinition(inPersonalLoan.definition, "INR"), []);
    assert.deepEqual(checkDefinition(usPersonalLoan.definition, "USD"), []);
  });
  test("with a posting rule that does not balance is refused with an example in figures", () => {
    const { "credit.tax": _tax, ...disbursement } = inPersonalLoan.definition.postingRules["disbursement"] as Record<string, string>;
    const faults = checkDefinition({ ...inPersonalLoan.definition, postingRules: { ...inPersonalLoan.definition.postingRules, disbursement } }, "INR");
    assert.equal(faults.length, 1);
    assert.equal(faults[0]?.pointer, "/definition/postingRules/disbursement");
    assert.match(faults[0]?.detail ?? "", /Dr principal_receivable 1121\.70 = 1121\.70, Cr .* = 1108\.70/);
  });
  test("with fees and costs by effective interest that make no sense is refused by name", () => {
    const { definition: d } = inPersonalLoan;
    const fees = d.fees.map((fee) => ({ ...fee, recognition: "effective_interest" as const }));
    const cost = { code: "commission", label: { en: "Commission" }, basis: "percent_of_principal" as const, value: "0.0125" };
    const codes = (more: Partial<ProductDefinition>) => checkDefinition({ ...d, fees, costs: [cost], ...more }, "INR").map((f) => `${f.pointer.replace("/definition/", "")} ${f.code}`);
    const rules = d.postingRules;
    const { "credit.deferred": _deferred, ...disbursement } = rules["disbursement"] as Record<string, string>;
    const { cost_incurred: _cost, ...without } = rules;
    assert.deepEqual(codes({}), []);
    assert.deepEqual(codes({ costs: [cost, cost, { ...cost, code: "processing_fee" }] }), ["costs/1/code product.cost", "costs/2/code product.cost"]);
    assert.deepEqual(codes({ costs: [{ ...cost, value: "1.5" }] }), ["costs/0/value product.cost"]);
    assert.deepEqual(codes({ postingRules: { ...rules, disbursement } }), ["postingRules/disbursement product.posting_rule"]);
    assert.deepEqual(codes({ postingRules: without }), ["postingRules/cost_incurred product.posting_rule"]);
    assert.deepEqual(codes({ postingRules: { ...rules, fee_amortised: { "debit.total": "fee_income", "credit.total": "fee_income" } } }), ["postingRules/fee_amortised product.effective_interest", "postingRules/fee_amortised product.effective_interest"]);
    assert.deepEqual(new Set(codes({ costs: [{ ...cost, value: "0.9" }] })), new Set(["costs product.effective_interest"]), "costs above all that is earned");
    assert.deepEqual(codes({ books: [{ book: "investor", basis: "accrual", postingRules: { ...PARALLEL_POSTING_RULES, disbursement: { ...disbursement } } }, { book: "management", basis: "cash", postingRules: CASH_POSTING_RULES }] }), ["books/0/postingRules/disbursement product.posting_rule"]);
  });
  test("shows every fault of its form at once", () => {
    const faults = checkDefinition({ ...inPersonalLoan.definition, regime: "MARS", limits: { ...inPersonalLoan.definition.limits, terms: [] } }, "INR");
    assert.deepEqual([...new Set(faults.map((f) => f.pointer))].sort(), ["/definition/limits/terms", "/definition/regime"]);
  });
  test("whose fee leaves nothing to pay out is refused", () => {
    const fees = [{ ...(inPersonalLoan.definition.fees[0] as ProductDefinition["fees"][number]), basis: "flat" as const, value: "6000.00" }];
    assert.ok(checkDefinition({ ...inPersonalLoan.definition, fees }, "INR").some((f) => f.pointer === "/definition/schedule" && /nothing to pay out/.test(f.detail)));
  });
  test("differs from its copy only where it was changed", () => {
    const changed = { ...inPersonalLoan.definition, pricing: { ...inPersonalLoan.definition.pricing, offerDays: 20 } };
    assert.deepEqual(diff(inPersonalLoan.definition, changed), [{ path: "/pricing/offerDays", before: 15, after: 20 }]);
  });
});

describe("a plan", () => {
  const planned = (plan: SchedulePlan, schedule: Partial<ProductDefinition["schedule"]> = {}): ProductDefinition => ({
    ...inPersonalLoan.definition, fees: [], limits: { ...inPersonalLoan.definition.limits, terms: [12, 24] },
    schedule: { ...inPersonalLoan.definition.schedule, model: "classic", interest: { ...inPersonalLoan.definition.schedule.interest, recalculation: null }, installmentMultipleMinor: null, prepayment: "next_installments", ...schedule, plan },
  });
  const drawn = (plan: SchedulePlan, schedule: Partial<ProductDefinition["schedule"]> = {}) => quote({ currency: "INR", definition: planned(plan, schedule) }, indian).schedule.rows;
  const plans: readonly [string, SchedulePlan][] = [
    ["an introductory rate", { introductory: { installments: 6, annualRate: "0.06" } }],
    ["steps of the rate", { rateSteps: [{ installment: 7, plus: "0.02" }] }],
    ["bands of the balance", { tiers: { on: "marginal", bands: [{ above: "0", upTo: "50000.00", plus: "0" }, { above: "50000.00", upTo: null, plus: "-0.03" }] } }],
    ["a rate that floats", { floating: { index: "REPO", margin: "0.06", cap: "0.3", floor: "0.05", firstResetMonths: 3, everyMonths: 3 } }],
    ["payments that grow", { graduated: { every: 6, growth: "0.05", times: null } }],
    ["months without payment", { seasonal: { months: [{ month: 6, share: "0" }, { month: 7, share: "0" }], unpaidInterest: "accrue_to_first" } }],
    ["a moratorium", { grace: { principalInstallments: 3, interestInstallments: 3, interest: "capitalise" } }],
    ["a balloon", { balloonShare: "0.3" }],
    ["due dates at month end", { dates: { kind: "month_end" } }],
  ];
  for (const [name, plan] of plans) {
    test(`with ${name} can be published, and its rows repay the principal`, () => {
      assert.deepEqual(checkDefinition(planned(plan), "INR"), []);
      const rows = drawn(plan);
      assert.equal(rows.reduce((sum, row) => sum + row.principal, 0), 10_000_000);
      assert.equal(rows.at(-1)?.balance, 0);
    });
  }
  test("puts the introductory rate first and the priced one after it", () => {
    const rows = drawn({ introductory: { installments: 6, annualRate: "0.06" } });
    assert.equal(rows[0]?.interest, 50_000, "half a per cent of 100,000.00");
    assert.equal(rows[6]?.interest, Math.round((rows[5]?.balance ?? 0) * 0.02), "two per cent of what is left");
  });
  test("with a balloon leaves its share for the last row", () => {
    const rows = drawn({ balloonShare: "0.3" });
    assert.ok((rows.at(-1)?.principal ?? 0) >= 3_000_000);
  });
  test("of a rate that floats counts resets from the payout", () => {
    const { ratePlan } = termsFor({ currency: "INR", definition: planned({ floating: { index: "REPO", margin: "-0.01", cap: null, floor: null, maximumChange: "0.02", firstResetMonths: 3, everyMonths: 6 } }) }, indian);
    assert.deepEqual(ratePlan?.floating, { index: "REPO", marginPpb: -10_000_000, capPpb: null, floorPpb: null, maxChangePpb: 20_000_000, firstReset: addMonths(isoDate(indian.disbursementDate), 3), every: 6, unit: "months" });
  });
  test("of rates, holidays and taxes that cannot be is refused by its name", () => {
    const floating = { index: "REPO", margin: "0.06", cap: "0.3", floor: "0.05", firstResetMonths: 3, everyMonths: 3 };
    const codes = (definition: ProductDefinition) => checkDefinition(definition, "INR").map((f) => f.code);
    assert.deepEqual(codes(planned({ floating: { ...floating, floor: "0.4" } })), ["product.floating_floor"]);
    assert.deepEqual(codes(planned({ floating: { ...floating, cap: "0.2" } })), ["product.floating_cap"]);
    assert.deepEqual(codes(planned({ floating: { ...floating, firstResetMonths: 25 } })), ["product.floating_reset"]);
    assert.ok(codes(planned({ floating }, { interest: { ...planned({}).schedule.interest, method: "flat" } })).includes("product.floating_method"));
    assert.deepEqual(codes(planned({ tiers: { on: "marginal", bands: [{ above: "0", upTo: null, plus: "-0.15" }] } })), ["product.rate_band"]);
    assert.deepEqual(codes({ ...planned({}), paymentHolidays: { installments: 12, interest: "accrues" } }), ["product.payment_holidays"]);
    const lateFee = { code: "late_fee", graceDays: 3, basis: "flat" as const, value: "100.00", taxRate: "1.8" };
    assert.deepEqual(codes({ ...planned({}), lateFee }), ["product.late_tax"]);
    assert.deepEqual(codes({ ...planned({}), lateFee: { ...lateFee, taxRate: "0.18" } }), []);
  });
  test("that cannot be is refused before anybody is offered it", () => {
    const gap = { tiers: { on: "marginal" as const, bands: [{ above: "0", upTo: "50000.00", plus: "0" }, { above: "60000.00", upTo: null, plus: "0" }] } };
    assert.ok(checkDefinition(planned(gap), "INR").some((f) => f.pointer === "/definition/schedule"), "bands with a gap");
    assert.ok(checkDefinition(planned({ seasonal: { months: [{ month: 13, share: "0" }], unpaidInterest: "none" } }), "INR").some((f) => f.pointer.startsWith("/definition/schedule/plan/seasonal/months/0/month")));
  });
});

describe("a quote", () => {
  test("in rupees keeps back the fee with its tax, and its rows add up", () => {
    const made = quote(INR, indian);
    assert.equal(made.feesMinor, 236_000, "2 % of 100,000 and 18 % of that");
    assert.equal(made.netDisbursedMinor, 9_764_000);
    assert.equal(made.installmentMinor, 945_600, "9,455.96 in whole rupees");
    assert.equal(made.schedule.rows.reduce((sum, row) => sum + row.principal, 0), 10_000_000);
    assert.equal(made.totalPaidMinor, made.schedule.rows.reduce((sum, row) => sum + row.total, 0), "a fee kept back is paid with the principal, not once more");
    assert.equal(made.totalPaidMinor, made.netDisbursedMinor + made.totalCostMinor);
    assert.ok(Number(made.apr) > 0.28 && Number(made.apr) < 0.30, `APR ${made.apr}`);
  });
  test("in dollars has level payments on daily simple interest and a finance charge with the fee", () => {
    const made = quote({ currency: "USD", definition: usPersonalLoan.definition }, { amount: parseAmount("10000.00", "USD"), termMonths: 36, annualRate: "0.1299", disbursementDate: "2026-01-15" });
    assert.equal(made.schedule.rows.length, 36);
    assert.equal(made.netDisbursedMinor, 970_000);
    assert.equal(made.financeChargeMinor, made.interestMinor + 30_000);
    assert.ok(Number(made.apr) > 0.148 && Number(made.apr) < 0.153, `APR ${made.apr}`);
  });
  test("asked twice has the same hash, and another for one day later", () => {
    assert.equal(quote(INR, indian).scheduleHash, quote(INR, indian).scheduleHash);
    assert.notEqual(quote(INR, indian).scheduleHash, quote(INR, { ...indian, disbursementDate: "2026-01-16" }).scheduleHash);
  });
});

test("posting lines follow the rules and leave out what is nothing", () => {
  const lines = postingsOf(STANDARD_POSTING_RULES, "fee_charged", { total: 118n, fee: 100n, tax: 18n });
  assert.deepEqual(lines, [{ account: "fee_receivable", debit: 118n }, { account: "fee_income", credit: 100n }, { account: "tax_payable", credit: 18n }]);
  assert.equal(postingsOf(STANDARD_POSTING_RULES, "fee_charged", { total: 100n, fee: 100n }).length, 2);
  assert.throws(() => postingsOf(inPersonalLoan.definition.postingRules, "fee_charged", { total: 118n, fee: 100n }), RangeError);
});

describe("versions", () => {
  let world: TestWorld;
  before(async () => {
    world = await testWorld();
    registerDualControl(publishControl);
  });
  after(() => world.close());
  const manager = () => world.as(["product_manager"], { person: "usr_maker" });
  const checker = () => world.as(["credit_manager"], { person: "usr_checker" });

  test("take two people to publish, then are in force from their day", async () => {
    const made = await createProduct(manager(), { ...inPersonalLoan });
    await assert.rejects(world.system().read((tx) => currentVersion(tx, "personal-loan")), (e) => isProblem(e, "product.not_offered"));
    const request = await proposePublication(manager(), made.productVersionId, "2026-01-15");
    await assert.rejects(decide(world.as(["product_manager"], { person: "usr_maker" }), request.id, "approve", undefined), (e) => isProblem(e, "approval.own_request"));
    await decide(checker(), request.id, "approve", undefined);
    const current = await world.system().read((tx) => currentVersion(tx, "personal-loan"));
    assert.equal(current.id, made.productVersionId);
    assert.deepEqual(current.definition, inPersonalLoan.definition);
    assert.equal(current.regime, "IN_RBI");
  });
  test("cannot be changed once published, not by the command and not by SQL", async () => {
    const current = await world.system().read((tx) => currentVersion(tx, "personal-loan"));
    await assert.rejects(changeDraft(manager(), current.id, { definition: inPersonalLoan.definition }, () => undefined), (e) => isProblem(e, "product_version.not_draft"));
    for (const change of ["definition = '{}'", "state = 'draft'", "effective_from = '2026-02-01'"]) {
      await assert.rejects(world.system().transaction((tx) => tx.client.query(`UPDATE products.product_version SET ${change} WHERE id = '${current.id}'`)), /can only be retired/);
    }
  });
  test("are cloned, edited and published while the old one stays for what was made with it", async () => {
    const current = await world.system().read((tx) => currentVersion(tx, "personal-loan"));
    const { productVersionId } = await cloneVersion(manager(), current.id, "longer offers");
    const definition = { ...current.definition, pricing: { ...current.definition.pricing, offerDays: 30 } };
    await changeDraft(manager(), productVersionId, { definition }, () => undefined);
    const request = await proposePublication(manager(), productVersionId, "2026-01-20");
    await decide(checker(), request.id, "approve", undefined);
    assert.equal((await world.system().read((tx) => currentVersion(tx, "personal-loan"))).id, current.id, "the new one is not in force yet");
    assert.equal((await world.system().read((tx) => getProductVersion(tx, productVersionId))).definition.pricing.offerDays, 30);
  });
  test("that were edited after the proposal are not published", async () => {
    const current = await world.system().read((tx) => currentVersion(tx, "personal-loan"));
    const { productVersionId } = await cloneVersion(manager(), current.id);
    const request = await proposePublication(manager(), productVersionId, "2026-03-01");
    await changeDraft(manager(), productVersionId, { definition: { ...current.definition, pricing: { ...current.definition.pricing, offerDays: 99 } } }, () => undefined);
    await assert.rejects(decide(checker(), request.id, "approve", undefined), (e) => isProblem(e, "product_version.not_draft"));
  });
  test("of one lender are not seen by another", async () => {
    await assert.rejects(world.system(world.prairie).read((tx) => currentVersion(tx, "personal-loan")), (e) => isProblem(e, "product.not_found"));
    await installProduct(world.as(["product_manager"], { tenantId: world.prairie, person: "usr_m" }), world.as(["credit_manager"], { tenantId: world.prairie, person: "usr_c" }), { ...usPersonalLoan }, "2026-01-15");
    assert.equal((await world.system(world.prairie).read((tx) => currentVersion(tx, "personal-loan"))).regime, "US_REG_Z");
  });
  test("a visitor sees what is offered today, and nothing of how applicants are weighed", async () => {
    const app = await buildServer({ services: world.services, modules: [{ name: "products", routes: productRoutes }], authenticate: async () => undefined });
    const answer = await app.inject({ method: "GET", url: "/v1/offered-products", headers: { "x-lender": "bharat" } });
    await app.close();
    const offered = answer.json().items as { code: string; fromRate: string; toRate: string; limits: { maximumAmount: string }; fees: { value: string }[] }[];
    const loan = offered.find((p) => p.code === "personal-loan");
    assert.deepEqual([loan?.fromRate, loan?.toRate, loan?.limits.maximumAmount, loan?.fees[0]?.value], ["0.14", "0.24", "1000000.00", "0.02"]);
    for (const inner of ["scorecard", "policy", "authority", "minimumScore"]) assert.ok(!answer.body.includes(inner), `${inner} is ours`);
  });
});
