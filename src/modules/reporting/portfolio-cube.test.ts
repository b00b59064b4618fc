import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addMonths, isoDate, loanTerms } from "#engine/index.ts";
import { registerDualControl } from "#kernel/approvals.ts";
import { closeBusinessDay, endOfDaySteps } from "#kernel/end-of-day.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { post, seedChart } from "#modules/ledger/index.ts";
import { registerParty } from "#modules/parties/index.ts";
import { inPersonalLoan, installProduct, publishControl } from "#modules/products/index.ts";
import * as servicing from "#modules/servicing/index.ts";
import { module as reporting } from "./index.ts";
import { concentration, portfolioCube, portfolioYield, rollRates, staticPools } from "./queries/portfolio-cube.ts";

let world: TestWorld;
let versionId: string;
before(async () => {
  world = await testWorld();
  registerDualControl(publishControl as never);
  const ctx = world.system(world.bharat);
  await ctx.transaction((tx) => seedChart(tx, ctx, "INR"));
  versionId = (await installProduct(world.as(["product_manager"]), world.as(["credit_manager"]), inPersonalLoan, "2026-01-15")).productVersionId;
  // The books are on 15 January 2026. Each loan is without interest, in ten installments from 15 July 2025 on.
  await board("Asha", 10_000_00, 6); // 15 July to 15 December are paid: 4,000 is left, nothing is late
  await board("Bela", 30_000_00, 5); // 15 December is missed: 15,000 is left
  await board("Chitra", 60_000_00, 3); // October to December are kept back from 15 October on: 42,000 is left
  await board("Divya", 10_000_00, 10, true); // paid to its end in July
});
after(() => world.close());

async function board(name: string, principal: number, paid: number, atOnce = false): Promise<void> {
  const ctx = world.system(world.bharat);
  const terms = loanTerms({ currency: "INR", principal, disbursementDate: isoDate("2025-06-15"), interest: { ratePpb: 0 }, installments: { count: 10, every: 1, unit: "months" } });
  await ctx.transaction(async (tx) => {
    const { partyId } = await registerParty(tx, ctx, {
      givenName: name, familyName: "Rao", phone: `+9198100000${String(principal / 10_000 + paid).slice(0, 2).padStart(2, "0")}`, identifiers: [], address: { line1: "12 MG Road", city: "Pune", region: "MH", postalCode: "411001", country: "IN" },
    } as never);
    const payments = Array.from({ length: paid }, (_v, i) => ({ type: "paymentReceived", kind: "repayment", valueDate: addMonths(isoDate("2025-06-15"), atOnce ? 1 : i + 1), amount: principal / 10 }) as const);
    await servicing.boardPortfolio(tx, ctx, [{ productVersionId: versionId, terms, partyId, borrowerName: `${name} Rao`, branchId: null, history: [{ type: "disbursed", valueDate: terms.disbursementDate, amount: principal }, ...payments] }], "history");
  });
}

const read = <T>(work: Parameters<ReturnType<TestWorld["system"]>["read"]>[0]): Promise<T> => world.system(world.bharat).read(work) as Promise<T>;

test("the cells of the cube add up to what is lent, and late money is a share of it", async () => {
  const cube = await read<Awaited<ReturnType<typeof portfolioCube>>>((tx) => portfolioCube(tx, { currency: "INR", rows: "product", columns: "bucket" }));
  assert.equal(cube.cells.reduce((sum, c) => sum + Number(c.principal.amount), 0), 4_000 + 15_000 + 42_000);
  const current = cube.cells.find((c) => c.column === "current");
  assert.deepEqual([current?.loans, current?.principal.amount, current?.par30], [1, "4000.00", 0]);
  const late = cube.cells.filter((c) => c.column !== "current");
  assert.equal(late.reduce((sum, c) => sum + c.loans, 0), 2);
  // Three installments of 6,000 and one of 3,000 are overdue.
  assert.equal(late.reduce((sum, c) => sum + Number(c.overdue.amount), 0), 21_000);
});

test("shares of borrowers, and the sum of their squares", async () => {
  const found = await read<Awaited<ReturnType<typeof concentration>>>((tx) => concentration(tx, { currency: "INR", by: "borrower" }));
  assert.deepEqual(found.parts.map((p) => [p.name, p.principal.amount]), [["Chitra Rao", "42000.00"], ["Bela Rao", "15000.00"], ["Asha Rao", "4000.00"]]);
  assert.equal(found.total.amount, "61000.00");
  assert.equal(found.others.amount, "0.00");
  // (42² + 15² + 4²) ÷ 61² = 2,005 ÷ 3,721
  assert.ok(Math.abs(found.index - 2_005 / 3_721) < 1e-6, String(found.index));
});

test("a loan that was current two months ago and is late now has rolled", async () => {
  const rolls = await read<Awaited<ReturnType<typeof rollRates>>>((tx) => rollRates(tx, { currency: "INR", months: 2 }));
  assert.equal(rolls.from, "2025-11-15");
  const of = (was: string, now: (bucket: string) => boolean) => rolls.cells.filter((c) => c.was === was && now(c.now)).reduce((sum, c) => sum + c.loans, 0);
  // Asha and Bela were current; Chitra was late since October. Divya was closed before.
  assert.equal(of("current", (now) => now === "current"), 1);
  assert.equal(of("current", (now) => now !== "current"), 1);
  assert.equal(rolls.cells.filter((c) => c.was !== "current").reduce((sum, c) => sum + c.loans, 0), 1);
  for (const was of new Set(rolls.cells.map((c) => c.was))) assert.ok(Math.abs(rolls.cells.filter((c) => c.was === was).reduce((sum, c) => sum + c.share, 0) - 1) < 1e-5);
});

test("a static pool keeps what was lent in its quarter, whatever became of it", async () => {
  const { pools } = await read<Awaited<ReturnType<typeof staticPools>>>((tx) => staticPools(tx, { currency: "INR" }));
  assert.deepEqual(pools.map((p) => [p.pool, p.loans, p.closed, p.lent.amount, p.outstanding.amount]), [["2025-Q2", 4, 1, "110000.00", "61000.00"]]);
  assert.ok(Math.abs((pools[0]?.poolFactor ?? 0) - 61 / 110) < 1e-5);
});

test("what the closed days of a month earned is a yearly rate on what stood on them", async () => {
  const none = await read<Awaited<ReturnType<typeof portfolioYield>>>((tx) => portfolioYield(tx, { currency: "INR" }));
  assert.deepEqual(none.months, []);
  const ctx = world.system(world.bharat);
  await ctx.transaction((tx) => post(tx, ctx, { cause: { kind: "test", id: "yield" }, businessDate: tx.businessDate, valueDate: tx.businessDate, currency: "INR", memo: "Interest of January", lines: [{ account: "bank", debit: 610_00n }, { account: "interest_income", credit: 610_00n }] }));
  // 17 days, to the end of January.
  for (let n = 0; n < 17; n++) assert.deepEqual((await closeBusinessDay(world.services, world.bharat, endOfDaySteps([servicing.module, reporting]))).steps.filter((s) => s.failed > 0), []);
  const { months: [month] } = await read<Awaited<ReturnType<typeof portfolioYield>>>((tx) => portfolioYield(tx, { currency: "INR" }));
  assert.deepEqual([month?.month, month?.days, month?.averagePrincipal.amount], ["2026-01", 17, "61000.00"]);
  // 610.00 on 61,000.00 in 17 days is one hundredth, 365 ÷ 17 times a year.
  assert.equal(month?.income.amount, "610.00");
  assert.ok(Math.abs((month?.yield ?? 0) - 0.01 * (365 / 17)) < 1e-5, String(month?.yield));
  assert.equal(month?.netYield, month?.yield);
});
