import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseAmount } from "#engine/index.ts";
import { decide, registerDualControl } from "#kernel/approvals.ts";
import { getProductVersion, installProduct, quote, usPersonalLoan, type ProductDefinition } from "#modules/products/index.ts";
import { bookLoan } from "./commands/book-loan.ts";
import { fixIndex, fixingControl } from "./commands/fix-index.ts";
import { modifyControl, modifyLoan } from "./commands/modify-loan.ts";
import { accrueStep } from "./end-of-day/accrue.ts";
import { attendStep } from "./end-of-day/attend.ts";
import { fixRatesStep } from "./end-of-day/fix-rates.ts";
import { viewLoan } from "./queries/get-loan-account.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

/** A product whose rate follows an index, with payment holidays and a tax on late charges, from booking to the days it is served. */

const { definition } = usPersonalLoan;
const floating: ProductDefinition = {
  ...definition, fees: [], schedule: { ...definition.schedule, plan: { floating: { index: "PRIME", margin: "0.04", cap: "0.15", floor: "0.05", firstResetMonths: 1, everyMonths: 1 } } },
  pricing: { ...definition.pricing, bands: [{ minimumScore: 0, annualRate: "0.1" }] }, lateFee: { code: "late_fee", graceDays: 10, basis: "flat", value: "25.00", taxRate: "0.08" }, paymentHolidays: { installments: 2, interest: "accrues" },
};
const modules = [{ name: "servicing", endOfDay: [fixRatesStep, attendStep, accrueStep] }];

let world: LendingWorld;
let versionId = "";
const as = (role: "finance_officer" | "credit_manager" | "product_manager" | "servicing_agent") => world.as([role], { tenantId: world.prairie });
before(async () => {
  world = await lendingWorld();
  for (const control of [fixingControl, modifyControl]) registerDualControl(control as never);
  versionId = (await installProduct(as("product_manager"), as("credit_manager"), { code: "floating-loan", name: "Floating loan", currency: "USD", definition: floating }, "2026-01-15")).productVersionId;
});
after(() => world.close());

async function lend(): Promise<string> {
  const ctx = world.system(world.prairie);
  return ctx.transaction(async (tx) => {
    const version = await getProductVersion(tx, versionId);
    const quoted = quote(version, { amount: parseAmount("12000.00", "USD"), termMonths: 12, annualRate: "0.1", disbursementDate: tx.businessDate });
    const { loanAccountId } = await bookLoan(tx, ctx, { productVersionId: version.id, terms: quoted.terms, scheduleHash: quoted.scheduleHash, partyIds: [], branchId: null, applicationId: null, payout: { netMinor: quoted.netDisbursedMinor, payee: { name: "Asha Rao", accountScheme: "us", account: "021000021/123456789" } } });
    return loanAccountId;
  });
}
async function fix(fixingDate: string, rate: string): Promise<void> {
  const { approvalRequestId } = await fixIndex(as("product_manager"), { index: "PRIME", fixingDate, rate, source: "Wall Street Journal" });
  await decide(as("finance_officer"), approvalRequestId, "approve", undefined);
}
const close = (date: string) => world.closeUntil(world.prairie, date, modules);
const seen = (id: string) => world.system(world.prairie).read(async (tx) => (await viewLoan(tx, id)).state);
const fixings = async (id: string) => (await seen(id)).events.flatMap((e) => (e.type === "indexFixed" ? [`${e.valueDate} ${e.ratePpb}`] : []));

test("a fixing that two people agreed becomes a fact of each loan of its index, once, and moves its rate at the next reset", async () => {
  const [first, plain] = [await lend(), (await world.lend(world.prairie, { amount: "12000.00", months: 12, rate: "0.1" })).loanAccountId];
  await fix("2026-01-15", "0.07");
  assert.deepEqual(await fixings(first), [], "not before the end of the day");
  await close("2026-01-18");
  assert.deepEqual([await fixings(first), await fixings(plain)], [["2026-01-15 70000000"], []]);
  assert.equal((await seen(first)).ratePpb, 100_000_000, "the priced rate holds until the first reset");
  const second = await lend();
  await close("2026-01-19");
  assert.deepEqual(await fixings(second), ["2026-01-18 70000000"], "a loan of later knows the fixing of its first day");
  await close("2026-02-17");
  assert.deepEqual([(await seen(first)).ratePpb, (await seen(second)).ratePpb], [110_000_000, 100_000_000], "7 % and 4 % from 15 February on");
  assert.deepEqual(await world.unproved(world.prairie), []);
});

test("a fixing that comes to be known late is posted as the difference it makes, and never goes above the cap", async () => {
  const loan = await lend();
  const today = await world.system(world.prairie).read(async (tx) => tx.businessDate);
  assert.equal(today, "2026-02-17");
  await close("2026-03-25");
  await fix("2026-03-10", "0.2");
  const before = (await world.balances(world.prairie))["interest_income"] ?? 0n;
  await close("2026-03-26");
  assert.deepEqual(await fixings(loan), ["2026-02-17 70000000", "2026-03-10 200000000"]);
  assert.equal((await seen(loan)).ratePpb, 150_000_000, "24 % is above the cap of 15 %");
  assert.ok(before - ((await world.balances(world.prairie))["interest_income"] ?? 0n) > 25_00n, "more than a day's interest: eight days at four points more besides");
  assert.deepEqual(await world.unproved(world.prairie), []);
});

test("a fixing is of a day that has come, one for each day, and its proposer does not agree to it", async () => {
  const code = (act: Promise<unknown>) => act.then(() => "done", (error: { code?: string }) => error.code);
  assert.equal(await code(fix("2026-03-10", "0.07")), "fixing.already_there");
  assert.equal(await code(fix("2027-01-01", "0.07")), "fixing.date_invalid");
  assert.equal(await code(fixIndex(as("servicing_agent"), { index: "PRIME", fixingDate: "2026-03-26", rate: "-0.001", source: "Central bank" })), "permission.denied");
  const maker = world.as(["finance_officer"], { tenantId: world.prairie, person: "usr_one" });
  const { approvalRequestId } = await fixIndex(maker, { index: "ESTR", fixingDate: "2026-03-26", rate: "-0.001", source: "Central bank" });
  assert.equal(await code(decide(maker, approvalRequestId, "approve", undefined)), "approval.own_request");
});

test("installments are put off as often as the product says, and no more", async () => {
  const loan = await lend();
  const putOff = (installments: number, interest: "accrues" | "none" = "accrues") => modifyLoan(as("servicing_agent"), { loanAccountId: loan, modification: { kind: "defer", installments, interest }, reason: "Flood" }).then(() => "done", (error: { code?: string }) => error.code);
  assert.deepEqual([await putOff(1, "none"), await putOff(3), await putOff(1), await putOff(2), await putOff(1), await putOff(1)], ["loan.holidays_used", "loan.holidays_used", "done", "loan.holidays_used", "done", "loan.holidays_used"]);
});

test("a late charge and its tax are raised together: 25.00 and 2.00, the tax owed to the state", async () => {
  const tax = async () => (await world.balances(world.prairie))["tax_payable"] ?? 0n;
  const loan = await lend();
  const due = (await seen(loan)).installments[0]?.dueDate ?? "";
  const before = (await seen(loan)).charges.length;
  const owed = await tax();
  await close(`${due.slice(0, 8)}${String(Number(due.slice(8)) + 1).padStart(2, "0")}`);
  await close("2026-05-10");
  const charges = (await seen(loan)).charges.slice(before).map((c) => [c.code, c.due]);
  assert.deepEqual(charges.slice(0, 2), [["late_fee", 25_00], ["late_fee_tax", 2_00]]);
  assert.ok(owed - (await tax()) >= 2_00n);
  assert.deepEqual(await world.unproved(world.prairie), []);
});
