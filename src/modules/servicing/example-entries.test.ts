import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { App } from "#kernel/http/app.ts";
import { buildServer } from "#kernel/http/server.ts";
import { isProblem } from "#kernel/problems.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { seedChart } from "#modules/ledger/index.ts";
import { CASH_POSTING_RULES, changeDraft, createProduct, inPersonalLoan, proposePublication } from "#modules/products/index.ts";
import { exampleRoutes } from "./routes-read.ts";

let world: TestWorld;
let app: App;
let versionId: string;
const cashBook = { book: "investor", basis: "cash", postingRules: CASH_POSTING_RULES } as const;
before(async () => {
  world = await testWorld();
  app = await buildServer({ services: world.services, modules: [{ name: "servicing", routes: exampleRoutes }], authenticate: async (request) => ({ tenantId: world.bharat, actor: world.as([String(request.headers["x-role"] ?? "product_manager") as "auditor"]).actor }) });
  ({ productVersionId: versionId } = await createProduct(world.as(["product_manager"]), { ...inPersonalLoan, definition: { ...inPersonalLoan.definition, books: [cashBook] } }));
});
after(async () => {
  await app.close();
  await world.close();
});
const ask = async (query = "", role = "product_manager") => {
  const response = await app.inject({ url: `/v1/product-versions/${versionId}/example-entries${query}`, headers: { "x-role": role } });
  return { status: response.statusCode, json: response.json() };
};

test("a draft shows the entries of an example loan in each of its books, debits as large as credits", async () => {
  const { status, json } = await ask("?amount=12000.00&termMonths=12");
  assert.equal(status, 200, JSON.stringify(json));
  assert.deepEqual(json.books.map((b: { book: string; basis: string }) => [b.book, b.basis]), [["statutory", "accrual"], ["investor", "cash"]]);
  for (const book of json.books) assert.equal(book.debits.amount, book.credits.amount);
  const first = json.books[0].entries[0];
  assert.deepEqual([first.date, first.step, first.debits.amount, first.lines[0].rule], ["2026-01-15", "disbursed", "12000.00", "debit.principal"]);
});

test("by day there is an entry for each day, and the other end pays off and gives back", async () => {
  const steps = new Set((await ask("?end=payoff&interest=by_day")).json.books[0].entries.map((e: { step: string }) => e.step));
  assert.ok(steps.has("paid_off") && steps.has("refunded") && !steps.has("charged_off"));
});

test("who may not see products may not see their entries, and an amount outside the product's limits is refused", async () => {
  assert.equal((await ask("", "borrower")).status, 403);
  const refused = await ask("?amount=1.00");
  assert.deepEqual([refused.status, refused.json.code], [422, "example.not_possible"]);
});

test("an account that the chart does not have keeps a draft from being published, and is named with its slot", async () => {
  const ctx = world.system();
  await ctx.transaction((tx) => seedChart(tx, ctx, "INR"));
  const rules = { ...CASH_POSTING_RULES, recovery: { "debit.total": "bank", "credit.total": "recovery_incom" } };
  const { productVersionId } = await createProduct(world.as(["product_manager"]), { ...inPersonalLoan, code: "misnamed", definition: { ...inPersonalLoan.definition, books: [{ ...cashBook, postingRules: rules }] } });
  await assert.rejects(proposePublication(world.as(["product_manager"]), productVersionId, "2026-01-15"), (e) => isProblem(e, "product_version.invalid") && e.errors[0]?.pointer === "/definition/books/0/postingRules/recovery" && e.errors[0].detail === '"credit.total" names recovery_incom, an account that the chart does not have.');
  await proposePublication(world.as(["product_manager"]), versionId, "2026-01-15");
});

test("rules that do not balance are told with the example that breaks them, whatever the book", async () => {
  const { "credit.tax": _tax, ...disbursement } = CASH_POSTING_RULES["disbursement"] as Record<string, string>;
  await changeDraft(world.as(["product_manager"]), versionId, { definition: { ...inPersonalLoan.definition, books: [{ ...cashBook, postingRules: { ...CASH_POSTING_RULES, disbursement } }] } }, () => undefined);
  const { status, json } = await ask();
  assert.deepEqual([status, json.code, json.errors[0].pointer], [422, "example.rules_faulty", "/books/investor/disbursement"]);
  assert.match(json.errors[0].detail, /Dr principal_receivable 1\d+\.\d\d = .*Cr/);
});
