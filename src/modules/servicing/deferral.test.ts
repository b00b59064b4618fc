import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addDays, addMonths, endOfMonth, isoDate, parseAmount } from "#engine/index.ts";
import { buildServer } from "#kernel/http/server.ts";
import * as ledger from "#modules/ledger/index.ts";
import { CASH_POSTING_RULES, inPersonalLoan, installProduct, PARALLEL_POSTING_RULES, type FeeDefinition } from "#modules/products/index.ts";
import { recordRepayment } from "./commands/record-repayment.ts";
import { boardPortfolio } from "./commands/board-portfolio.ts";
import { carryOut, chargeOffControl, previewEvent, reverseEvent } from "./commands/change-events.ts";
import { cancelDisbursement, payAgain } from "./commands/disbursement.ts";
import { accrueStep } from "./end-of-day/accrue.ts";
import { amortiseStep } from "./end-of-day/amortise.ts";
import { attendStep } from "./end-of-day/attend.ts";
import { module } from "./index.ts";
import { lockLoan, readLoan } from "./store.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

/**
 * One loan by pencil: 1,000.00 at 12 % over twelve months from 15 January, 20.00 of fee kept back, 5.00 of commission paid by the lender. The payment
 * is 88.85; what makes twelve of them worth 985.00 is 1.2400 % a month (RATE(12, -88.85, 985)). The first month earns 985.00 × 1.2400 % = 12.21, of which 10.00 are
 * interest: 2.21 of the net 15.00, so 2.95 of the fee and 0.74 of the commission; 17 of its 31 days are January's: 1.62 and 0.40.
 */
const d = inPersonalLoan.definition;
const fee: FeeDefinition = { code: "processing_fee", label: { en: "Processing fee" }, when: "disbursement", basis: "flat", value: "20.00", taxRate: "0.18", deducted: true, inApr: true, recognition: "effective_interest" };
const terms = {
  limits: { ...d.limits, minimumAmount: "1000.00" }, schedule: { ...d.schedule, installmentMultipleMinor: null }, penalCharge: null, fees: [fee],
  costs: [{ code: "commission", label: { en: "Agent's commission" }, basis: "percent_of_principal" as const, value: "0.005" }],
  delinquency: { ...d.delinquency, nonAccrual: { fromDays: 91, until: "arrears_paid" as const, wholeBorrower: false } },
};
const steps = [{ name: "servicing", endOfDay: [attendStep, accrueStep, amortiseStep] }, ledger.module];
let world: LendingWorld;
let day = "2026-01-15";
before(async () => {
  world = await lendingWorld({ terms, books: [{ book: "investor", basis: "accrual", postingRules: PARALLEL_POSTING_RULES }, { book: "management", basis: "cash", postingRules: CASH_POSTING_RULES }] });
});
after(() => world.close());

const lend = () => world.lend(world.bharat, { amount: "1000.00", months: 12, rate: "0.12", firstDueDate: addMonths(isoDate(day), 1) });
async function until(date: string): Promise<void> {
  await world.closeUntil(world.bharat, date, steps);
  day = date;
}
const agent = () => world.as(["servicing_agent"], { tenantId: world.bharat });
const pay = (loanAccountId: string, amount: string, valueDate = day) => recordRepayment(agent(), { loanAccountId, amount: parseAmount(amount, "INR"), valueDate, channel: "bank_transfer" });
const loanOf = (id: string) => world.system(world.bharat).read((tx) => readLoan(tx, id));
/** Amortised of fee and cost, and what of them is still deferred. */
async function standing(id: string): Promise<readonly [number, number, number, number]> {
  const deferral = (await loanOf(id)).deferral;
  assert.ok(deferral);
  const { deferred, amortised, lost } = deferral;
  return [amortised.fee, amortised.cost, deferred.fee - amortised.fee - lost.fee, deferred.cost - amortised.cost - lost.cost];
}
/** Credits less debits of an account in each book. */
async function credits(account: string): Promise<Record<string, bigint>> {
  const books: Record<string, bigint> = {};
  for (const book of ["statutory", "investor", "management"]) {
    const { accounts } = await world.system(world.bharat).read((tx) => ledger.trialBalance(tx, { book }));
    books[book] = accounts.reduce((sum, a) => (a.account === account ? sum + a.creditMinor - a.debitMinor : sum), 0n);
  }
  return books;
}
const proved = async () => assert.deepEqual((await world.system(world.bharat).read((tx) => ledger.proveControls(tx))).filter((p) => p.ledgerMinor !== p.expectedMinor), []);
/** What an act moves on an account of the statutory book. */
async function moved(account: string, act: () => Promise<unknown>): Promise<bigint> {
  const was = (await credits(account))["statutory"] ?? 0n;
  await act();
  return ((await credits(account))["statutory"] ?? 0n) - was;
}

test("a fee and a cost wait at the payout in the accrual books, their tax is owed at once, and a cash book takes both", async () => {
  const { loanAccountId } = await lend();
  assert.deepEqual(await standing(loanAccountId), [0, 0, 20_00, 5_00]);
  assert.deepEqual(await credits("deferred_fee_income"), { statutory: 20_00n, investor: 20_00n, management: 0n });
  assert.deepEqual(await credits("deferred_costs"), { statutory: -5_00n, investor: -5_00n, management: 0n });
  assert.deepEqual([await credits("fee_income"), await credits("origination_expense")], [{ statutory: 0n, investor: 0n, management: 20_00n }, { statutory: 0n, investor: 0n, management: -5_00n }]);
  assert.deepEqual(await credits("tax_payable"), { statutory: 3_60n, investor: 3_60n, management: 3_60n });
  await proved();
});

test("each month's end takes what is earned of them, level by the yield, and a payoff takes the rest", async () => {
  const { loanAccountId } = await lend();
  const { deferral } = await loanOf(loanAccountId);
  assert.deepEqual([Math.round((deferral?.spread ?? 0) / 12 * 1e6 + 1e4), Math.round((deferral?.effectiveRate ?? 0) * 1e4)], [12_400, 1_594], "1.2400 % a month, 15.94 % a year");
  await until("2026-02-01");
  assert.deepEqual((await standing(loanAccountId)).slice(0, 2), [1_62, 40]);
  // The loan of the test before is the same.
  assert.deepEqual(await credits("effective_interest_income"), { statutory: 2_44n, investor: 2_44n, management: 0n });
  for (const [due, next, fee, cost] of [["2026-02-15", "2026-03-01", 4_32, 1_08], ["2026-03-15", "2026-04-01", 7_07, 1_77]] as const) {
    await until(due);
    await pay(loanAccountId, "88.85");
    await until(next);
    assert.deepEqual((await standing(loanAccountId)).slice(0, 2), [fee, cost], `up to ${next}`);
  }
  await until("2026-04-10");
  const income = await moved("effective_interest_income", () => pay(loanAccountId, "1000.00"));
  assert.deepEqual([income, (await loanOf(loanAccountId)).status, await standing(loanAccountId)], [12_93n - 3_23n, "overpaid", [20_00, 5_00, 0, 0]]);
  await proved();
});

test("money paid ahead takes its part of the fee with it at once, a preview says so, and taken back it has never been", async () => {
  const { loanAccountId } = await lend();
  const [, , left] = await standing(loanAccountId);
  const preview = await previewEvent(agent(), loanAccountId, { type: "paymentReceived", kind: "repayment", channel: "bank_transfer", valueDate: isoDate(day), amount: 500_00 });
  const income = await moved("effective_interest_income", () => pay(loanAccountId, "500.00"));
  const now = await standing(loanAccountId);
  // Half of the principal is gone on the first day, and the rest is paid in half the time: more than half of the fee is earned.
  assert.ok(now[0] > 10_00 && now[0] < 20_00, `${now[0]}`);
  assert.deepEqual([income, now[2]], [BigInt(now[0] - now[1]), left - now[0]]);
  assert.equal(preview.journal.find((line) => line.account === "deferred_fee_income")?.debit, BigInt(now[0]));
  const event = (await loanOf(loanAccountId)).events.at(-1);
  assert.equal(await moved("effective_interest_income", () => reverseEvent(agent(), { loanAccountId, eventId: event?.id ?? "", reason: "returned" })), -income);
  assert.deepEqual(await standing(loanAccountId), [0, 0, 20_00, 5_00]);
  await proved();
});

test("a payment of the past corrects the months since by their difference", async () => {
  const first = day;
  const [late, early] = [await lend(), await lend()];
  await until(addMonths(isoDate(first), 1));
  await pay(early.loanAccountId, "300.00");
  await until(addMonths(isoDate(`${day.slice(0, 8)}01`), 2));
  await pay(late.loanAccountId, "300.00", addMonths(isoDate(first), 1));
  assert.deepEqual(await standing(late.loanAccountId), await standing(early.loanAccountId));
  await proved();
});

test("a payout that never arrived defers nothing, and paid again it does so from its new day", async () => {
  const { loanAccountId } = await lend();
  const ctx = world.system(world.bharat);
  await ctx.transaction((tx) => cancelDisbursement(tx, ctx, { loanAccountId, reason: "account closed" }));
  assert.deepEqual(await standing(loanAccountId), [0, 0, 0, 0]);
  await proved();
  await until(addDays(isoDate(day), 10));
  await ctx.transaction((tx) => payAgain(tx, ctx, { loanAccountId, netMinor: 976_40, payee: { name: "Asha Rao", accountScheme: "in", account: "HDFC0000001/501000012345" } }));
  assert.deepEqual(await standing(loanAccountId), [0, 0, 20_00, 5_00]);
  await proved();
});

test("while interest is not income nothing of the fee is; what is left when the loan is lost lowers the loss and is no income", async () => {
  const { loanAccountId, quoted } = await lend();
  await until(addDays(isoDate(quoted.firstDueDate), 92));
  const [held, loan] = [await standing(loanAccountId), await loanOf(loanAccountId)];
  assert.deepEqual([loan.non_accrual, held[0] > 0], ["own", true]);
  await until(addMonths(isoDate(`${day.slice(0, 8)}01`), 2));
  assert.deepEqual(await standing(loanAccountId), held);
  const manager = world.as(["credit_manager"], { tenantId: world.bharat });
  const before = [await credits("effective_interest_income"), (await credits("charge_off_expense"))["statutory"] ?? 0n] as const;
  const { principal_minor: principal } = await loanOf(loanAccountId);
  await manager.transaction((tx) => chargeOffControl.execute(tx, manager, { loanAccountId, reason: "gone" } as never, {} as never));
  assert.deepEqual(await credits("effective_interest_income"), before[0]);
  assert.equal(before[1] - ((await credits("charge_off_expense"))["statutory"] ?? 0n), principal - BigInt(held[2]) + BigInt(held[3]));
  assert.deepEqual((await standing(loanAccountId)).slice(2), [0, 0]);
  await proved();
});

test("once all arrears are paid, the month's end takes what the months without income would have taken", async () => {
  const [late, good] = [await lend(), await lend()];
  const rows = [...good.quoted.schedule.rows];
  const goodUntil = async (date: string) => {
    for (let row = rows[0]; row !== undefined && row.dueDate <= date; row = rows[0]) {
      await until(row.dueDate);
      await pay(good.loanAccountId, text(row.total));
      rows.shift();
    }
    await until(date);
  };
  const suspended = addDays(isoDate(late.quoted.firstDueDate), 92);
  await goodUntil(suspended);
  assert.equal((await loanOf(late.loanAccountId)).non_accrual, "own");
  await goodUntil(addMonths(isoDate(`${suspended.slice(0, 8)}01`), 2));
  assert.ok((await standing(late.loanAccountId))[0] < (await standing(good.loanAccountId))[0]);
  // Money pays all interest that is earned before principal, so what is overdue takes a second look.
  for (let overdue = 1n; overdue > 0n; overdue = (await loanOf(late.loanAccountId)).overdue_minor) await pay(late.loanAccountId, text(Number((await loanOf(late.loanAccountId)).overdue_minor)));
  await goodUntil(addMonths(isoDate(`${day.slice(0, 8)}01`), 1));
  assert.equal((await loanOf(late.loanAccountId)).non_accrual, null);
  assert.deepEqual(await standing(late.loanAccountId), await standing(good.loanAccountId));
  await proved();
});

test("a product whose fees would wait where nothing is proved is not published", async () => {
  const waiting = (account: string) => ({
    ...d.postingRules, disbursement: { ...d.postingRules["disbursement"], "credit.deferred": account }, fee_amortised: { "debit.total": account, "credit.total": "effective_interest_income" }, deferred_fee_lost: { "debit.total": account, "credit.total": "charge_off_expense" },
  });
  const install = (account: string) => installProduct(world.as(["product_manager"], { tenantId: world.bharat }), world.as(["credit_manager"], { tenantId: world.bharat }), { ...inPersonalLoan, code: `level-${account.replaceAll("_", "-")}`, definition: { ...d, ...terms, postingRules: waiting(account) } }, day);
  const refused = (pointer: string, code: string) => (error: { errors?: readonly { pointer: string; code: string }[] }) => (error.errors ?? []).some((e) => e.pointer === pointer && e.code === code);
  await assert.rejects(install("unearned_interest"), refused("/definition/postingRules/disbursement", "product.effective_interest"));
  await assert.rejects(install("no_such_account"), refused("/definition/postingRules/disbursement", "product.posting_rule"));
  await install("deferred_fee_income");
});

test("a loan boarded with its whole past has earned up to each month's end what one has that was always here", async () => {
  const { loanAccountId } = await lend();
  await until(addMonths(isoDate(day), 1));
  await pay(loanAccountId, "400.00");
  await until(addMonths(isoDate(`${day.slice(0, 8)}01`), 2));
  const lived = await loanOf(loanAccountId);
  const ctx = world.as(["operations_officer"], { tenantId: world.bharat });
  await ctx.transaction((tx) => boardPortfolio(tx, ctx, [{ productVersionId: lived.product_version_id, terms: lived.terms, history: lived.events, partyId: lived.borrower_party_id ?? "", borrowerName: lived.borrower_name, branchId: null }], "history"));
  await proved();
  const { rows } = await ctx.read((tx) => tx.client.query<{ id: string }>("SELECT id FROM servicing.loan_account ORDER BY id DESC LIMIT 1"));
  const boarded = rows[0]?.id ?? "";
  assert.notEqual(boarded, loanAccountId);
  assert.deepEqual(await standing(boarded), await standing(loanAccountId));
  // Within a month a boarded loan's day of payment is told to its end.
  const upTo = (id: string) => ctx.read(async (tx) => (await tx.client.query("SELECT month, sum(fee) OVER w AS fee, sum(cost) OVER w AS cost FROM (SELECT date_trunc('month', business_date)::date AS month, sum(fee_amortised_minor) AS fee, sum(cost_amortised_minor) AS cost FROM servicing.deferral_move WHERE loan_account_id = $1 GROUP BY 1) m WINDOW w AS (ORDER BY month) ORDER BY month", [id])).rows);
  assert.deepEqual(await upTo(boarded), await upTo(loanAccountId));
});

test("a loan boarded with its opening balance brings nothing deferred, whatever happens to it here", async () => {
  const { loanAccountId } = await lend();
  const lived = await loanOf(loanAccountId);
  const ctx = world.as(["operations_officer"], { tenantId: world.bharat });
  await ctx.transaction((tx) => boardPortfolio(tx, ctx, [{ productVersionId: lived.product_version_id, terms: lived.terms, history: lived.events, partyId: lived.borrower_party_id ?? "", borrowerName: lived.borrower_name, branchId: null }]));
  const { rows } = await ctx.read((tx) => tx.client.query<{ id: string }>("SELECT id FROM servicing.loan_account ORDER BY id DESC LIMIT 1"));
  const boarded = rows[0]?.id ?? "";
  assert.notEqual(boarded, loanAccountId);
  assert.equal(await moved("deferred_fee_income", () => pay(boarded, "300.00")), 0n);
  assert.equal((await loanOf(boarded)).deferral, null);
  await proved();
});

test("finance sees yield, deferred, taken and left by loan and by product on any day, and how one loan's months come about; others do not", async () => {
  const first = day;
  const { loanAccountId } = await lend();
  const app = await buildServer({ services: world.services, modules: [module], authenticate: async (request) => ({ tenantId: world.bharat, actor: world.as([request.headers["x-role"] === "agent" ? "sales_agent" : "finance_officer"], { tenantId: world.bharat }).actor }) });
  try {
    const get = async (url: string, role = "finance") => app.inject({ method: "GET", url, headers: { "x-role": role } });
    const mine = async (url: string) => (await get(`${url}?filter=loanAccountId:eq:${loanAccountId}`)).json<{ items: { effectiveRate: string; contractRate: string; feeDeferred: { amount: string }; feeAmortised: { amount: string }; feeLeft: { amount: string }; costLeft: { amount: string } }[] }>().items[0];
    for (const url of ["/v1/deferrals", "/v1/deferral-totals", "/v1/accrual-totals", `/v1/deferral-days/${day}/deferrals`, `/v1/loan-accounts/${loanAccountId}/deferral`]) assert.deepEqual([(await get(url)).statusCode, (await get(url, "agent")).statusCode], [200, 403], url);
    const drawn = (await get(`/v1/loan-accounts/${loanAccountId}/deferral`)).json<{ why: string; stretches: { net: { amount: string } }[] }>();
    await until(addMonths(isoDate(`${day.slice(0, 8)}01`), 1));
    const [now, then] = [await mine("/v1/deferrals"), await mine(`/v1/deferral-days/${first}/deferrals`)];
    const [fee, , feeLeft, costLeft] = await standing(loanAccountId);
    assert.deepEqual([now?.feeDeferred.amount, now?.feeAmortised.amount, now?.feeLeft.amount, now?.costLeft.amount, now?.contractRate], ["20.00", text(fee), text(feeLeft), text(costLeft), "0.12"]);
    assert.deepEqual([then?.feeAmortised.amount, then?.feeLeft.amount, then?.costLeft.amount], ["0.00", "20.00", "5.00"]);
    assert.match(now?.effectiveRate ?? "", /^0\.1[56]/);

    // The totals of any day are what the control accounts were then.
    for (const asOf of ["2026-02-10", "2026-06-30", first, day]) {
      const { items } = (await get(`/v1/deferral-totals?asOf=${asOf}`)).json<{ items: { feeLeft: { amount: string }; costLeft: { amount: string }; loans: number }[] }>();
      const { accounts } = await world.system(world.bharat).read((tx) => ledger.trialBalance(tx, { asOf }));
      const held = (account: string) => accounts.reduce((sum, a) => (a.account === account ? sum + a.debitMinor - a.creditMinor : sum), 0n);
      assert.deepEqual([items[0]?.feeLeft.amount, items[0]?.costLeft.amount], [text(Number(-held("deferred_fee_income"))), text(Number(held("deferred_costs")))], asOf);
    }
    const one = (await get(`/v1/loan-accounts/${loanAccountId}/deferral`)).json<{ state: string; months: { taken: boolean; fee: { amount: string }; feeLeft: { amount: string } }[] }>();
    const sum = (amounts: readonly { amount: string }[]) => amounts.reduce((total, each) => total + Number(parseAmount(each.amount, "INR").minor), 0);
    assert.deepEqual([one.state, sum(one.months.map((month) => month.fee)), one.months.at(-1)?.feeLeft.amount, one.months[0]?.taken, one.months[1]?.taken], ["running", 20_00, "0.00", true, false]);
    // Twelve stretches earn the net of fee and cost: 15.00, but for the rounding of what is shown.
    assert.equal(drawn.stretches.length, 12);
    assert.ok(Math.abs(sum(drawn.stretches.map((stretch) => stretch.net)) - 15_00) <= 6);
    assert.match(drawn.why, /carrying amount of 985\.00 earns 12\.\d\d, .* of it; \d+\.\d\d of that is interest by the contract/);
  } finally {
    await app.close();
  }
});
test("a payment under way while the month's end is taken loses nothing of it: one waits for the other", async () => {
  const { loanAccountId } = await lend();
  const ctx = agent();
  const system = world.system(world.bharat);
  let taken = false;
  let monthEnd: Promise<unknown> = Promise.resolve();
  await ctx.transaction(async (tx) => {
    const loan = await lockLoan(tx, loanAccountId);
    monthEnd = system.transaction((other) => amortiseStep.run(other, system, { date: endOfMonth(isoDate(day)), shard: 0, shards: 1 })).then(() => (taken = true));
    const waits = async () => (await tx.client.query<{ n: number }>("SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted")).rows[0]?.n ?? 0;
    while (!taken && await waits() === 0);
    await carryOut(tx, ctx, loan, [{ type: "paymentReceived", kind: "repayment", channel: "cash", valueDate: isoDate(day), amount: 500_00 }], { memo: "Paid ahead", action: "loan.repayment.recorded" });
  });
  await monthEnd;
  await proved();
  assert.ok((await standing(loanAccountId))[0] > 10_00);
});
const text = (minor: number) => `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, "0")}`;
