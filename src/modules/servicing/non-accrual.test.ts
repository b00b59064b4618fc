import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addDays, parseAmount, type IsoDate } from "#engine/index.ts";
import { buildServer } from "#kernel/http/server.ts";
import type { ModuleDefinition } from "#kernel/module.ts";
import { proveControls } from "#modules/ledger/index.ts";
import { registerParty } from "#modules/parties/index.ts";
import { CASH_POSTING_RULES, PARALLEL_POSTING_RULES, getProductVersion, installProduct, inPersonalLoan, quote } from "#modules/products/index.ts";
import { bookLoan } from "./commands/book-loan.ts";
import { chargeOffControl } from "./commands/change-events.ts";
import { recordRepayment } from "./commands/record-repayment.ts";
import { accrueStep } from "./end-of-day/accrue.ts";
import { attendStep } from "./end-of-day/attend.ts";
import { borrowersStep } from "./end-of-day/borrowers.ts";
import { module } from "./index.ts";
import { readLoan } from "./store.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

/** Loans that do not perform from 91 days past due on, until all arrears are paid; the worst of a borrower decides. 12,000.00 at 24 % in 12 months. */

let world: LendingWorld;
let versionId: string;
const modules: ModuleDefinition[] = [{ name: "servicing", endOfDay: [attendStep, borrowersStep, accrueStep] }];
const inr = (text: string) => parseAmount(text, "INR");
before(async () => {
  world = await lendingWorld();
  const { definition } = inPersonalLoan;
  const variant = { ...inPersonalLoan, code: "watched-loan", definition: { ...definition, books: [{ book: "investor" as const, basis: "accrual" as const, postingRules: PARALLEL_POSTING_RULES }, { book: "management" as const, basis: "cash" as const, postingRules: CASH_POSTING_RULES }], fees: [], penalCharge: null, delinquency: { ...definition.delinquency, chargeOffDays: null, nonAccrual: { fromDays: 91, until: "arrears_paid" as const, wholeBorrower: true } } } };
  versionId = (await installProduct(world.as(["product_manager"]), world.as(["credit_manager"]), variant, "2026-01-15")).productVersionId;
});
after(() => world.close());

async function borrower(familyName: string): Promise<string> {
  const ctx = world.system(world.bharat);
  const phone = `+9198000000${String(familyName.length).padStart(2, "0")}`;
  const address = { line1: "12 MG Road", city: "Pune", region: "MH", postalCode: "411001", country: "IN" };
  return ctx.transaction(async (tx) => (await registerParty(tx, ctx, { givenName: "Asha", familyName, phone, email: `${familyName}@example.com`, address, identifiers: [] } as never)).partyId);
}

async function lend(partyId: string) {
  const ctx = world.system(world.bharat);
  return ctx.transaction(async (tx) => {
    const version = await getProductVersion(tx, versionId);
    const quoted = quote(version, { amount: inr("12000.00"), termMonths: 12, annualRate: "0.24", disbursementDate: tx.businessDate });
    const { loanAccountId } = await bookLoan(tx, ctx, { productVersionId: version.id, terms: quoted.terms, scheduleHash: quoted.scheduleHash, partyIds: [partyId], branchId: null, applicationId: null, payout: { netMinor: quoted.netDisbursedMinor, payee: { name: "Asha Rao", accountScheme: "in", account: "HDFC0000001/501000012345" } } });
    return { loanAccountId, quoted };
  });
}
const loanOf = (id: string) => world.system(world.bharat).read((tx) => readLoan(tx, id));
/** Income taken, and what stands in suspense, in minor units. */
async function books(): Promise<{ income: bigint; suspense: bigint }> {
  const accounts = await world.balances(world.bharat);
  return { income: -(accounts["interest_income"] ?? 0n), suspense: -(accounts["interest_suspense"] ?? 0n) };
}
async function proved(): Promise<void> {
  const unproved = await world.system(world.bharat).read(proveControls);
  assert.deepEqual(unproved.filter((p) => p.ledgerMinor !== p.expectedMinor), []);
}

test("on day 91 what was earned and not paid leaves income; what comes is income when it is paid; with the last arrears all of it returns", async () => {
  const { loanAccountId, quoted } = await lend(await borrower("Rao"));
  const due = quoted.firstDueDate as IsoDate;
  // Days past due are counted at the opening of the next day.
  await world.closeUntil(world.bharat, addDays(due, 90), modules);
  const [good, before91] = [await loanOf(loanAccountId), await books()];
  assert.deepEqual([good.non_accrual, good.class, before91.suspense, before91.income], [null, "SMA-2", 0n, good.interest_minor]);

  await world.closeUntil(world.bharat, addDays(due, 91), modules);
  const [bad, on91] = [await loanOf(loanAccountId), await books()];
  assert.deepEqual([bad.non_accrual, bad.class, bad.suspense_minor], ["own", "NPA", bad.interest_minor]);
  // Three rows and a part of the fourth are earned: none of it is income.
  const three = quoted.schedule.rows.slice(0, 3).reduce((sum, row) => sum + row.interest, 0);
  assert.ok(bad.interest_minor > BigInt(three));
  assert.deepEqual([on91.income, on91.suspense], [0n, bad.interest_minor]);
  await proved();

  await world.closeUntil(world.bharat, addDays(due, 101), modules);
  const later = await loanOf(loanAccountId);
  assert.ok(later.interest_minor > bad.interest_minor, "the borrower owes more");
  assert.deepEqual(await books(), { income: 0n, suspense: later.interest_minor });

  // The first installment, 1,134.72 of which 240.00 are interest.
  const [first] = quoted.schedule.rows;
  await recordRepayment(world.as(["servicing_agent"]), { loanAccountId, amount: { minor: BigInt(first?.total ?? 0), currency: "INR" } as never, valueDate: addDays(due, 101), channel: "cash" });
  const paid = later.interest_minor - (await loanOf(loanAccountId)).interest_minor;
  assert.deepEqual([(await books()).income, (await loanOf(loanAccountId)).non_accrual], [paid, "own"]);
  await proved();

  await world.closeUntil(world.bharat, addDays(due, 102), modules);
  assert.deepEqual([(await loanOf(loanAccountId)).non_accrual, (await loanOf(loanAccountId)).class], ["own", "NPA"], "fewer days past due do not make it good");
  const rest = (await loanOf(loanAccountId)).overdue_minor;
  await recordRepayment(world.as(["servicing_agent"]), { loanAccountId, amount: { minor: rest, currency: "INR" } as never, valueDate: addDays(due, 102), channel: "cash" });
  await world.closeUntil(world.bharat, addDays(due, 103), modules);
  const cured = await loanOf(loanAccountId);
  assert.deepEqual([cured.non_accrual, cured.class, cured.suspense_minor, (await books()).suspense], [null, null, 0n, 0n]);
  const earned = cured.interest_minor + BigInt(cured.state.transactions.reduce((sum, t) => sum + (t.type === "repayment" ? t.parts.interest : 0), 0));
  assert.equal((await books()).income, earned, "all that was ever earned is income now");
  await proved();
});

test("the worst loan of a borrower suspends the others, and releases them with itself", async () => {
  const bela = await borrower("Mehta");
  const [late, good, stranger] = [await lend(bela), await lend(bela), await lend(await borrower("Iyengar"))];
  const due = late.quoted.firstDueDate as IsoDate;
  const pay = async (id: string, minor: bigint, date: IsoDate) => void (await recordRepayment(world.as(["servicing_agent"]), { loanAccountId: id, amount: { minor, currency: "INR" } as never, valueDate: date, channel: "cash" }));
  for (const [n, row] of good.quoted.schedule.rows.slice(0, 4).entries()) {
    if (n === 3) break;
    await world.closeUntil(world.bharat, row.dueDate, modules);
    for (const loan of [good, stranger]) await pay(loan.loanAccountId, BigInt(row.total), row.dueDate as IsoDate);
  }
  await world.closeUntil(world.bharat, addDays(due, 91), modules);
  const [caught, free] = [await loanOf(good.loanAccountId), await loanOf(stranger.loanAccountId)];
  assert.deepEqual([caught.non_accrual, caught.class, caught.oldest_due_date, caught.suspense_minor], ["borrower", "NPA", null, caught.interest_minor]);
  assert.deepEqual([free.non_accrual, free.suspense_minor], [null, 0n]);
  await proved();
  const owed = (await loanOf(late.loanAccountId)).overdue_minor;
  await pay(late.loanAccountId, owed, addDays(due, 91));
  await world.closeUntil(world.bharat, addDays(due, 92), modules);
  assert.deepEqual([(await loanOf(late.loanAccountId)).non_accrual, (await loanOf(good.loanAccountId)).non_accrual], [null, null]);
  await proved();
});

test("interest in suspense that is taken to loss was never income, and is no expense", async () => {
  const { loanAccountId, quoted } = await lend(await borrower("Kulkarni"));
  await world.closeUntil(world.bharat, addDays(quoted.firstDueDate as IsoDate, 91), modules);
  const loan = await loanOf(loanAccountId);
  const before = { ...await books(), expense: (await world.balances(world.bharat))["charge_off_expense"] ?? 0n };
  const ctx = world.as(["credit_manager"]);
  await ctx.transaction((tx) => chargeOffControl.execute(tx, ctx, { loanAccountId, reason: "gone" } as never, {} as never));
  const after = { ...await books(), expense: (await world.balances(world.bharat))["charge_off_expense"] ?? 0n };
  assert.deepEqual([after.expense - before.expense, after.income - before.income, before.suspense - after.suspense], [loan.principal_minor + loan.fee_minor + loan.penalty_minor, 0n, loan.interest_minor]);
  await proved();
});

test("finance sees loan by loan what is income and what waits, and others do not", async () => {
  const app = await buildServer({ services: world.services, modules: [module], authenticate: async (request) => ({ tenantId: world.bharat, actor: world.as([request.headers["x-role"] === "finance" ? "finance_officer" : "sales_agent"] as never).actor }) });
  const { loanAccountId, quoted } = await lend(await borrower("Deshpande"));
  await world.closeUntil(world.bharat, addDays(quoted.firstDueDate as IsoDate, 91), modules);
  const list = (role: string) => app.inject({ method: "GET", url: "/v1/accruals?filter=nonAccrual:eq:own", headers: { "x-role": role } });
  assert.equal((await list("sales")).statusCode, 403);
  const found = await list("finance");
  assert.equal(found.statusCode, 200, found.body);
  const { items } = found.json<{ items: { loanAccountId: string; interest: { amount: string }; suspended: { amount: string }; income: { amount: string }; class: string }[] }>();
  assert.ok(items.some((item) => item.loanAccountId === loanAccountId), found.body);
  for (const item of items) assert.deepEqual([item.suspended.amount, item.income.amount, item.class], [item.interest.amount, "0.00", "NPA"]);
  await app.close();
});
