import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { decide, registerDualControl } from "#kernel/approvals.ts";
import { buildServer } from "#kernel/http/server.ts";
import { isProblem, Problem } from "#kernel/problems.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { proposeRates, rateControl, ratesOfCsv, type NewRate } from "./commands/fx-rates.ts";
import { proposeRevaluation, proposeRevaluationReversal, revaluationControl, revaluationReversalControl } from "./commands/revalue.ts";
import { revalue, translate, type ForeignBalance } from "./domain/fx.ts";
import { accountBalance, module, postAll, seedChart, type JournalEntry } from "./index.ts";
import { closeDesk } from "./queries/close-checks.ts";
import { consolidatedTrialBalance } from "./queries/fx.ts";

let world: TestWorld;
before(async () => {
  world = await testWorld();
  for (const control of [rateControl, revaluationControl, revaluationReversalControl]) registerDualControl(control as never);
  for (const tenant of [world.bharat, world.prairie]) {
    const ctx = world.system(tenant);
    await ctx.transaction((tx) => seedChart(tx, ctx, "INR"));
  }
});
after(() => world.close());

const officer = (person: string, tenantId?: string) => world.as(["finance_officer"], { person, tenantId });
const entry = (businessDate: string, debit: string, credit: string, minor: bigint, currency: string): JournalEntry => ({
  cause: { kind: "test", id: "t" }, businessDate, valueDate: businessDate, currency, memo: "test", lines: [{ account: debit, debit: minor }, { account: credit, credit: minor }],
});
async function posted(entries: readonly JournalEntry[], tenant?: string): Promise<void> {
  const ctx = world.system(tenant);
  await ctx.transaction((tx) => postAll(tx, ctx, entries));
}
async function rated(rates: readonly NewRate[], tenant?: string): Promise<void> {
  const maker = officer("usr_fin_1", tenant);
  const request = await maker.transaction((tx) => proposeRates(tx, maker, "test", rates));
  await decide(officer("usr_fin_2", tenant), request.id, "approve", undefined);
}
const balance = (account: string, currency = "INR") => world.system().read((tx) => accountBalance(tx, account, currency));
const refusedAs = (code: string, words?: RegExp) => (e: unknown) => isProblem(e, code) && (words === undefined || words.test((e as Error).message));

test("amounts go from one number of decimals to another and are rounded once", () => {
  assert.equal(translate(100_00n * 83_125_000_000n, "USD", "INR"), 8312_50n);
  assert.equal(translate(1_000n * 560_000_000n, "JPY", "INR"), 560_00n);
  assert.equal(translate(560_00n * 1_785_714_286n, "INR", "JPY"), 1_000n);
  assert.equal(translate(-1n * 500_000_000n, "USD", "INR"), 0n, "half to even");
  assert.equal(translate(-3n * 500_000_000n, "USD", "INR"), -2n);
});

test("however often one revalues in between, the adjustments add up to closing less carrying value", () => {
  const amount = fc.bigInt(-(10n ** 13n), 10n ** 13n);
  const ppb = fc.bigInt(1n, 10n ** 12n);
  fc.assert(fc.property(fc.array(fc.record({ moved: amount, ratePpb: ppb }), { minLength: 1, maxLength: 10 }), (days) => {
    let [balanceMinor, products, sum] = [0n, 0n, 0n];
    for (const { moved, ratePpb } of days) {
      balanceMinor += moved;
      products += moved * ratePpb;
      const held: ForeignBalance = { account: "bank", name: "Bank", kind: "asset", currency: "USD", balanceMinor, products, ratePpb };
      const [line] = revalue([held], "INR", () => sum);
      sum += line?.adjustmentMinor ?? 0n;
      assert.equal(sum, translate(balanceMinor * ratePpb, "USD", "INR") - translate(products, "USD", "INR"));
    }
  }));
  const equity: ForeignBalance = { account: "owner_equity", name: "", kind: "equity", currency: "USD", balanceMinor: 5n, products: 5n, ratePpb: 9n };
  assert.deepEqual(revalue([equity], "INR", () => 0n), [], "equity keeps its rates");
});

test("rates need two people, and each bad line is named", async () => {
  const maker = officer("usr_fin_1");
  const bad: NewRate[] = [{ currency: "INR", day: "2026-01-01", rate: "1" }, { currency: "USD", day: "2026-01-16", rate: "83" }, { currency: "USD", day: "2026-02-30", rate: "83" }, { currency: "USD", day: "2026-01-02", rate: "0.000" }, { currency: "usd", day: "2026-01-02", rate: "8,3" }];
  await assert.rejects(maker.transaction((tx) => proposeRates(tx, maker, "by hand", bad)), (e) => e instanceof Problem && e.code === "fx_rate.unusable"
    && e.errors.map((x) => x.pointer).join(" ") === "/rates/0/currency /rates/1/day /rates/2/day /rates/3/rate /rates/4/currency /rates/4/rate");
  const parsed = ratesOfCsv("\ufeffCurrency, Date ,Rate\r\nUSD,2026-01-02,83.10\r\n\r\nEUR,2026-01-02,90.5\r\n");
  assert.deepEqual(parsed, [{ currency: "USD", day: "2026-01-02", rate: "83.10" }, { currency: "EUR", day: "2026-01-02", rate: "90.5" }]);
  assert.throws(() => ratesOfCsv('a,b\n"'), refusedAs("fx_rate.unusable"));
  const request = await maker.transaction((tx) => proposeRates(tx, maker, "bank list", parsed));
  const kept = () => world.system().read((tx) => tx.rows("test.rates", "SELECT currency, rate_ppb FROM ledger.fx_rate ORDER BY 1"));
  assert.deepEqual(await kept(), [], "asking keeps nothing");
  await assert.rejects(decide(officer("usr_fin_1"), request.id, "approve", undefined), refusedAs("approval.own_request"));
  await decide(officer("usr_fin_2"), request.id, "approve", undefined);
  assert.deepEqual(await kept(), [{ currency: "EUR", rate_ppb: 90_500_000_000n }, { currency: "USD", rate_ppb: 83_100_000_000n }]);
});

test("foreign money is revalued by two people, refused without a rate, and undone by the opposite entry", async () => {
  await posted([
    entry("2026-01-02", "bank", "owner_equity", 1_000_00n, "USD"), entry("2026-01-05", "principal_receivable", "bank", 400_00n, "USD"), entry("2026-01-10", "bank", "interest_income", 10_00n, "USD"),
    entry("2026-01-02", "bank", "owner_equity", 900_000n, "INR"),
  ]);
  const maker = officer("usr_fin_1");
  const make = (day: string) => maker.transaction((tx) => proposeRevaluation(tx, officer("usr_fin_1"), { day }));
  await assert.rejects(make("2026-01-12"), refusedAs("fx_rate.missing", /USD: no rate of 2026-01-12/));
  await rated([{ currency: "USD", day: "2026-01-10", rate: "84" }, { currency: "USD", day: "2026-01-12", rate: "85" }]);
  const open = await make("2026-01-12");
  const lines = await world.system().read((tx) => tx.rows("test.lines", "SELECT account, balance_minor, carrying_minor, closing_minor, adjustment_minor FROM ledger.fx_revaluation_line WHERE revaluation_id = $1 ORDER BY 1", [open.id]));
  // Bank: 1000 × 83.10 − 400 × 83.10 + 10 × 84 = 50,700.00 carried; 610 × 85 = 51,850.00 worth. Principal: 400 × 83.10 and 400 × 85.
  assert.deepEqual(lines, [
    { account: "bank", balance_minor: 610_00n, carrying_minor: 50_700_00n, closing_minor: 51_850_00n, adjustment_minor: 1_150_00n },
    { account: "principal_receivable", balance_minor: 400_00n, carrying_minor: 33_240_00n, closing_minor: 34_000_00n, adjustment_minor: 760_00n },
  ]);
  await assert.rejects(decide(officer("usr_fin_1"), open.request.id, "approve", undefined), refusedAs("approval.own_request"));
  await posted([entry("2026-01-11", "bank", "interest_income", 1_00n, "USD")]);
  await assert.rejects(decide(officer("usr_fin_2"), open.request.id, "approve", undefined), refusedAs("fx_revaluation.overtaken"));
  await decide(officer("usr_fin_2"), open.request.id, "reject", undefined, "Interest came in after");
  const again = await make("2026-01-12");
  await decide(officer("usr_fin_2"), again.request.id, "approve", undefined);
  assert.deepEqual([await balance("fx_revaluation"), await balance("fx_gain_loss")], [1_911_00n, -1_911_00n]);
  await assert.rejects(make("2026-01-11"), refusedAs("fx_revaluation.not_newest"));
  // A day later the dollar falls: only the difference to what is posted is posted.
  await rated([{ currency: "USD", day: "2026-01-15", rate: "83.10" }]);
  const down = await make("2026-01-15");
  await decide(officer("usr_fin_2"), down.request.id, "approve", undefined);
  assert.equal(await balance("fx_gain_loss"), 9_90n, "10 came at 84 and 1 at 84: 11 × 0.90 lost");
  await assert.rejects(maker.transaction((tx) => proposeRevaluationReversal(tx, officer("usr_fin_1"), again.id, "out of order")), refusedAs("fx_revaluation.not_newest"));
  const undo = await maker.transaction((tx) => proposeRevaluationReversal(tx, officer("usr_fin_1"), down.id, "The rate was of another bank"));
  await decide(officer("usr_fin_2"), undo.id, "approve", undefined);
  assert.equal(await balance("fx_gain_loss"), -1_911_00n);
  const states = await world.system().read((tx) => tx.rows("test.states", "SELECT state FROM ledger.fx_revaluation ORDER BY made_at, id"));
  assert.deepEqual(states.map((s) => s["state"]), ["rejected", "posted", "reversed"]);
  const desk = (day: string) => world.system().read((tx) => closeDesk(tx, day)).then((d) => d.books[0]?.checks.find((c) => c.check === "revaluation")?.state);
  assert.deepEqual([await desk("2026-01-12"), await desk("2026-01-15"), await desk("2026-01-01")], ["green", "red", undefined]);
});

test("a rate of a closed period stays as it is, one that was missing may be added", async () => {
  const ctx = world.system();
  await ctx.transaction((tx) => tx.run("test.close", "INSERT INTO ledger.period_close (book, closed_through, changed_at) VALUES ('statutory', '2026-01-12', $1)", [tx.now]));
  await assert.rejects(rated([{ currency: "USD", day: "2026-01-12", rate: "85.5" }]), refusedAs("fx_rate.closed", /USD of 2026-01-12/));
  await rated([{ currency: "GBP", day: "2026-01-12", rate: "105.5" }, { currency: "USD", day: "2026-01-12", rate: "85" }]);
});

test("lists tell rates as decimals and adjustments account by account", async () => {
  const app = await buildServer({ services: world.services, modules: [module], authenticate: async () => ({ tenantId: world.bharat, actor: officer("usr_fin_1").actor }) });
  const items = async (path: string) => ((await app.inject({ method: "GET", url: path })).json() as { items: Record<string, unknown>[] }).items;
  assert.deepEqual((await items("/v1/fx-rates?filter=currency:eq:USD&sort=day")).map((r) => [r["day"], r["rate"]]), [["2026-01-02", "83.1"], ["2026-01-10", "84"], ["2026-01-12", "85"], ["2026-01-15", "83.1"]]);
  const [run] = await items("/v1/fx-revaluations?filter=state:eq:posted");
  const lines = await items(`/v1/fx-revaluations/${String(run?.["id"])}/lines`);
  assert.deepEqual(lines.map((l) => [l["account"], l["rate"], (l["adjustment"] as { amount: string }).amount]), [["bank", "85", "1151.00"], ["principal_receivable", "85", "760.00"]]);
  await app.close();
});

test("the consolidated trial balance adds up to nothing whatever was posted, revalued or not", async () => {
  const accounts = ["bank", "payments_suspense", "owner_equity", "interest_income", "bank_charges", "fx_position"] as const;
  const days = ["2026-01-02", "2026-01-05", "2026-01-09", "2026-01-15"] as const;
  const tenant = world.prairie;
  await rated(["EUR", "JPY"].flatMap((currency, c) => days.map((day, i) => ({ currency, day, rate: c === 0 ? `1.0${i}37` : `0.006${i}1` }))), tenant);
  const draft = fc.record({ day: fc.constantFrom(...days), debit: fc.constantFrom(...accounts), credit: fc.constantFrom(...accounts), minor: fc.bigInt(1n, 10n ** 9n), currency: fc.constantFrom("USD", "EUR", "JPY") }).filter((d) => d.debit !== d.credit);
  const consolidated = () => world.system(tenant).read((tx) => consolidatedTrialBalance(tx));
  await fc.assert(fc.asyncProperty(fc.array(draft, { minLength: 1, maxLength: 12 }), fc.boolean(), async (drafts, revalued) => {
    await posted(drafts.map((d) => entry(d.day, d.debit, d.credit, d.minor, d.currency)), tenant);
    if (revalued) {
      const maker = officer("usr_fin_1", tenant);
      await maker.transaction((tx) => proposeRevaluation(tx, maker, { day: "2026-01-15", book: "statutory" })).then(async ({ request, id }) => {
        await decide(world.as(["finance_officer"], { person: "usr_fin_2", tenantId: tenant, limits: { USD: 10n ** 15n } }), request.id, "approve", undefined);
        const tb = await consolidated();
        assert.equal(tb.notPostedMinor >= -20n && tb.notPostedMinor <= 20n, true, "after a revaluation only rounding is left unposted");
        const back = await officer("usr_fin_1", tenant).transaction((tx) => proposeRevaluationReversal(tx, officer("usr_fin_1", tenant), id, "next round"));
        await decide(officer("usr_fin_2", tenant), back.id, "approve", undefined);
      }, (e: unknown) => assert.ok(isProblem(e, "fx_revaluation.nothing"), String(e)));
    }
    const tb = await consolidated();
    assert.equal(tb.accounts.reduce((sum, a) => sum + a.minor, 0n) + tb.notPostedMinor + tb.roundingMinor, 0n);
    assert.ok(tb.roundingMinor > -20n && tb.roundingMinor < 20n, `rounding of ${tb.roundingMinor}`);
  }), { numRuns: 8 });
});
