import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { addDays, isoDate } from "#engine/date.ts";
import type { App } from "#kernel/http/app.ts";
import { buildServer } from "#kernel/http/server.ts";
import { isProblem } from "#kernel/problems.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { fiscalYearStart, previousSpan } from "./domain/periods.ts";
import { accountBalance, module, postAll, seedChart, type JournalEntry } from "./index.ts";
import { cashPosition } from "./queries/cash.ts";
import { accountLedger } from "./queries/general-ledger.ts";
import { financialStatements } from "./queries/statements.ts";

let world: TestWorld;
let app: App;
before(async () => {
  world = await testWorld();
  for (const tenant of [world.bharat, world.prairie]) {
    const ctx = world.system(tenant);
    await ctx.transaction((tx) => seedChart(tx, ctx, "INR"));
  }
  app = await buildServer({ services: world.services, modules: [module], authenticate: async (request) => ({ tenantId: world.bharat, actor: world.as([request.headers["x-role"] as "finance_officer"]).actor }) });
});
after(async () => {
  await app.close();
  await world.close();
});

const entry = (businessDate: string, debit: string, credit: string, minor: bigint, currency = "INR"): JournalEntry => ({
  cause: { kind: "test", id: "t" }, businessDate, valueDate: businessDate, currency, memo: "test", lines: [{ account: debit, debit: minor }, { account: credit, credit: minor }],
});
async function posted(entries: readonly JournalEntry[], tenant?: string): Promise<void> {
  const ctx = world.system(tenant);
  await ctx.transaction((tx) => postAll(tx, ctx, entries));
}

test("a year begins where the lender's country or its own setting says", () => {
  const cases = [["2026-02-10", 4, "2025-04-01"], ["2026-04-01", 4, "2026-04-01"], ["2026-03-31", 4, "2025-04-01"], ["2026-02-10", 1, "2026-01-01"]] as const;
  for (const [day, month, start] of cases) assert.equal(fiscalYearStart(day, month), start);
});

test("whole months compare with as many months before, other spans with as many days", () => {
  const cases = [
    ["2026-01-01", "2026-01-31", "2025-12-01", "2025-12-31"], ["2026-01-01", "2026-03-31", "2025-10-01", "2025-12-31"], ["2024-02-01", "2024-02-29", "2024-01-01", "2024-01-31"],
    ["2026-01-01", "2026-01-15", "2025-12-17", "2025-12-31"], ["2026-01-15", "2026-01-15", "2026-01-14", "2026-01-14"],
  ] as const;
  for (const [from, to, prevFrom, prevTo] of cases) assert.deepEqual(previousSpan({ from, to }), { from: prevFrom, to: prevTo });
});

test("the statements of an Indian January: income of the month, results of the year since April, and those before it", async () => {
  await posted([
    entry("2024-05-01", "bank", "owner_equity", 100_000n), entry("2025-03-31", "bank", "interest_income", 7_000n), entry("2025-03-31", "bank_charges", "bank", 1_000n),
    entry("2025-04-01", "bank", "fee_income", 300n), entry("2025-12-10", "bank", "interest_income", 2_000n), entry("2026-01-05", "bank", "interest_income", 2_500n), entry("2026-01-06", "charge_off_expense", "bank", 400n),
    entry("2026-01-06", "charged_off_memo", "charged_off_memo_contra", 400n), entry("2026-01-07", "bank", "fee_income", 55n, "JPY"),
  ]);
  const s = await world.system().read((tx) => financialStatements(tx, { from: "2026-01-01", to: "2026-01-15" }));
  assert.deepEqual([s.yearStart, s.previous], ["2025-04-01", { from: "2025-12-17", to: "2025-12-31" }]);
  const inr = s.currencies.find((c) => c.currency === "INR");
  assert.ok(inr !== undefined);
  assert.deepEqual(inr.result, { now: 2_100n, before: 0n });
  assert.deepEqual(inr.income.lines.map((l) => [l.account, l.now, l.before]), [["interest_income", 2_500n, 0n]]);
  assert.deepEqual(inr.assets.total, { now: 110_400n, before: 108_300n });
  assert.deepEqual([inr.equity.total.now, inr.earlierResults.now, inr.yearResult.now], [100_000n, 6_000n, 4_400n]);
  assert.deepEqual([inr.earlierResults.before, inr.yearResult.before], [6_000n, 2_300n]);
  assert.deepEqual(inr.difference, { now: 0n, before: 0n });
  assert.deepEqual(s.currencies.find((c) => c.currency === "JPY")?.result, { now: 55n, before: 0n });
});

test("whatever is posted, both ends balance and the months of a year add up to its result", async () => {
  const accounts = ["bank", "principal_receivable", "payments_suspense", "owner_equity", "interest_income", "fee_income", "bank_charges"] as const;
  const draft = fc.record({ day: fc.integer({ min: 0, max: 379 }), debit: fc.constantFrom(...accounts), credit: fc.constantFrom(...accounts), minor: fc.bigInt(1n, 10n ** 11n) }).filter((d) => d.debit !== d.credit);
  await fc.assert(fc.asyncProperty(fc.array(draft, { minLength: 1, maxLength: 20 }), async (drafts) => {
    await posted(drafts.map((d) => entry(addDays(isoDate("2025-01-01"), d.day), d.debit, d.credit, d.minor, "USD")), world.prairie);
    const of = (from: string, to: string) => world.system(world.prairie).read((tx) => financialStatements(tx, { from, to })).then((s) => s.currencies.find((c) => c.currency === "USD"));
    const year = await of("2025-01-01", "2025-12-31");
    let months = 0n;
    for (let m = 1; m <= 12; m++) {
      const from = isoDate(`2025-${String(m).padStart(2, "0")}-01`);
      const to = m === 12 ? "2025-12-31" : addDays(isoDate(`2025-${String(m + 1).padStart(2, "0")}-01`), -1);
      const month = await of(from, to);
      assert.deepEqual(month?.difference ?? { now: 0n, before: 0n }, { now: 0n, before: 0n });
      months += month?.result.now ?? 0n;
    }
    assert.equal(months, year?.result.now ?? 0n);
    assert.equal(year?.yearResult.now ?? 0n, year?.result.now ?? 0n, "a calendar year is a US lender's financial year");
  }), { numRuns: 6 });
});

test("pages of the general ledger follow one another to the cent and end at the account's balance", async () => {
  const days = ["2026-01-02", "2026-01-02", "2026-01-02", "2026-01-03", "2026-01-05", "2026-01-05", "2026-01-15"];
  await posted(days.map((d, i) => entry(d, "tax_payable", "refund_payable", BigInt(i + 1) * 100n)));
  await posted([entry("2025-12-31", "refund_payable", "tax_payable", 7n)]);
  const read = (cursor?: string, limit = 3) => world.system().read((tx) => accountLedger(tx, { account: "refund_payable", from: "2026-01-01", cursor, limit }));
  const whole = await read(undefined, 500);
  assert.deepEqual([whole.openingMinor, whole.closingMinor, whole.lines.length, whole.nextCursor], [7n, 7n - 2_800n, 7, null]);
  assert.equal(whole.lines.at(-1)?.balanceMinor, whole.closingMinor);
  const paged: unknown[] = [];
  for (let cursor: string | undefined, i = 0; i === 0 || cursor !== undefined; i++) {
    const page = await read(cursor, 2);
    paged.push(...page.lines);
    cursor = page.nextCursor ?? undefined;
  }
  assert.deepEqual(paged, whole.lines);
  await assert.rejects(read("2026-01-02~nonsense"), (e) => isProblem(e, "list.bad_cursor"));
  await assert.rejects(world.system().read((tx) => accountLedger(tx, { account: "nowhere" })), (e) => isProblem(e, "ledger.account_unknown"));
});

test("the routes answer finance, refuse others and days that are not there yet", async () => {
  const get = (url: string, role = "finance_officer") => app.inject({ method: "GET", url, headers: { "x-role": role } });
  const statements = await get("/v1/financial-statements?from=2026-01-01&to=2026-01-15");
  assert.equal(statements.statusCode, 200);
  assert.equal(statements.json().currencies[0].result.now.amount, "21.00");
  assert.equal((await get("/v1/financial-statements?to=2026-01-16")).json().code, "ledger.dates_unusable");
  assert.equal((await get("/v1/financial-statements?from=2026-01-10&to=2026-01-09")).json().code, "ledger.dates_unusable");
  assert.equal((await get("/v1/financial-statements", "servicing_agent")).statusCode, 403);
  const ledger = (await get("/v1/ledger-accounts/refund_payable/statement?limit=2")).json() as { items: { balance: { amount: string } }[]; closing: { amount: string } };
  assert.deepEqual([ledger.items.map((i) => i.balance.amount), ledger.closing.amount], [["-0.93", "-2.93"], "-27.93"]);
  const ageing = (await get("/v1/suspense-ageing")).json() as { bands: string[]; accounts: { account: string; unexplained: { amount: string } | null }[] };
  assert.equal(ageing.bands.length, 5);
  assert.deepEqual(ageing.accounts.map((a) => [a.account, a.unexplained]), [["refund_payable", { amount: "-27.93", currency: "INR" }]]);
  assert.equal((await get("/v1/open-items?sort=-ageDays")).json().total, 0);
  const desk = (await get("/v1/close-desk")).json() as { books: { book: string; checks: unknown[] }[] };
  assert.equal(desk.books[0]?.book, "statutory");
  const send = (url: string, payload: object) => app.inject({ method: "POST", url, headers: { "x-role": "finance_officer", "idempotency-key": `key-${url}-00001` }, payload });
  assert.equal((await send("/v1/period-closes", { through: "2026-01-14" })).json().code, "period.checks_open");
  assert.equal((await send("/v1/period-reopenings", { from: "2026-01-14", reason: "a late invoice" })).json().code, "period.not_closed");
  assert.equal((await get("/v1/period-events")).json().total, 0);
});

test("cash is told beside the bank's statement, with what falls due", async () => {
  const ctx = world.system(world.prairie);
  await ctx.transaction(async (tx) => {
    await tx.run("test.bank", "INSERT INTO payments.bank_account (id, name, holder_name, currency, scheme, account, channel_id) VALUES ('ba_1', 'Operations', 'Prairie', 'USD', 'us', '000123456', 'x')");
    await tx.run("test.statement", "INSERT INTO payments.statement (id, bank_account_id, statement_ref, content_hash, from_date, to_date, currency, opening_minor, closing_minor, line_count, imported_at, imported_by) VALUES ('st_1', 'ba_1', 'r', 'h', '2026-01-13', '2026-01-14', 'USD', 0, 700, 0, $1, 'usr_1'), ('st_2', 'ba_1', 'r2', 'h', '2026-01-12', '2026-01-13', 'USD', 0, 5, 0, $1, 'usr_1')", [tx.now]);
  });
  const { banks, currencies } = await ctx.read(cashPosition);
  assert.deepEqual(banks.map((b) => [b.name, b.accountEnd, b.statementMinor, b.statementDate]), [["Operations", "3456", 700n, "2026-01-14"]]);
  const usd = currencies.find((c) => c.currency === "USD");
  const held = await ctx.read((tx) => accountBalance(tx, "bank", "USD"));
  assert.deepEqual([usd?.ledgerMinor, usd?.differenceMinor, usd?.days], [held, held - 700n, []]);
});
