import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseAmount } from "#engine/money.ts";
import { registerDualControl } from "#kernel/approvals.ts";
import { closeBusinessDay, endOfDaySteps } from "#kernel/end-of-day.ts";
import { deliverAll } from "#kernel/relay.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { claimNextCase, getCase, module as collections, recordContact, recordPromise } from "#modules/collections/index.ts";
import { seedChart } from "#modules/ledger/index.ts";
import { registerParty } from "#modules/parties/index.ts";
import { currentVersion, inPersonalLoan, installProduct, publishControl, quote, usPersonalLoan } from "#modules/products/index.ts";
import { bookLoan, module as servicing, recordRepayment, reverseEvent } from "#modules/servicing/index.ts";

// The whole way: a real loan falls behind by the real end of day, and collections hears of it as it would in life.
let world: TestWorld;
const modules = [servicing, collections];
before(async () => {
  world = await testWorld();
  registerDualControl(publishControl);
  for (const [tenantId, currency, product] of [[world.bharat, "INR", inPersonalLoan], [world.prairie, "USD", usPersonalLoan]] as const) {
    const ctx = world.system(tenantId);
    await ctx.transaction((tx) => seedChart(tx, ctx, currency));
    await installProduct(world.as(["product_manager"], { tenantId }), world.as(["credit_manager"], { tenantId }), product, "2026-01-15");
  }
});
after(() => world.close());

async function lend(tenantId: string, amount: string, termMonths: number, annualRate: string) {
  const ctx = world.system(tenantId);
  return ctx.transaction(async (tx) => {
    const version = await currentVersion(tx, "personal-loan");
    const { partyId } = await registerParty(tx, ctx, { givenName: "Asha", familyName: "Rao", email: "asha@example.com" });
    const quoted = quote(version, { amount: parseAmount(amount, version.currency), termMonths, annualRate, disbursementDate: tx.businessDate });
    const payee = tenantId === world.bharat ? { accountScheme: "IN_ACCOUNT", account: "HDFC0000001/501000012345" } : { accountScheme: "US_ACCOUNT", account: "021000021/123456789" };
    return bookLoan(tx, ctx, { productVersionId: version.id, terms: quoted.terms, scheduleHash: quoted.scheduleHash, partyIds: [partyId], branchId: null, applicationId: null, payout: { netMinor: quoted.netDisbursedMinor, payee: { name: "Asha Rao", ...payee } } });
  });
}
const agent = () => world.as(["collections_agent"], { person: "usr_agent" });
const prairie = () => world.as(["collections_agent"], { person: "usr_agent", tenantId: world.prairie });
async function until(tenantId: string, date: string): Promise<void> {
  // Day by day, as a worker delivers: what a day caused is heard before the next one is closed.
  for (;;) {
    const today = await world.system(tenantId).read(async (tx) => tx.businessDate);
    if (today >= date) return;
    const { steps } = await closeBusinessDay(world.services, tenantId, endOfDaySteps(modules));
    assert.equal(steps.reduce((sum, step) => sum + step.failed, 0), 0, `${today} set something aside`);
    await deliverAll(world.services, [collections], tenantId);
  }
}
const caseOf = async (tenantId: string, loan: string) => (await world.system(tenantId).read(async (tx) => (await tx.client.query<{ id: string; state: string }>({ text: "SELECT id, state FROM collections.collection_case WHERE loan_account_id = $1 ORDER BY id DESC", values: [loan] })).rows))[0];
const read = (id: string) => {
  const ctx = agent();
  return ctx.read((tx) => getCase(tx, ctx, id));
};

test("a loan that misses its day is in the queue next morning; a payment by the promised day keeps the promise and closes the case", async () => {
  const { loanAccountId, number } = await lend(world.bharat, "12000.00", 3, "0.24");
  await until(world.bharat, "2026-02-15");
  assert.equal(await caseOf(world.bharat, loanAccountId), undefined, "on the due date nobody is behind");
  await until(world.bharat, "2026-02-16");
  const { caseId } = await claimNextCase(agent());
  assert.ok(caseId !== null);
  const shown = await read(caseId);
  assert.deepEqual([shown.loanNumber, shown.daysPastDue, shown.overdue.amount, shown.bucket, shown.stage], [number, 1, "4161.00", "1-30", "collections"]);
  await recordContact(agent(), caseId, { channel: "call", outcome: "promised" });
  await recordPromise(agent(), caseId, { amount: parseAmount("4161.00", "INR"), dueDate: "2026-02-18" });
  const officer = world.as(["servicing_agent"]);
  const part = await recordRepayment(officer, { loanAccountId, amount: parseAmount("1000.00", "INR"), valueDate: "2026-02-16", channel: "cash" });
  await deliverAll(world.services, [collections], world.bharat);
  assert.equal((await read(caseId)).overdue.amount, "3161.00", "a part payment makes what is to be cured smaller");
  await reverseEvent(world.as(["servicing_agent"]), { loanAccountId, eventId: part.eventId, reason: "wrong loan" });
  await deliverAll(world.services, [collections], world.bharat);
  assert.equal((await read(caseId)).overdue.amount, "4161.00");
  await recordRepayment(world.as(["servicing_agent"]), { loanAccountId, amount: parseAmount("4161.00", "INR"), valueDate: "2026-02-16", channel: "bank_transfer" });
  await deliverAll(world.services, [collections], world.bharat);
  const cured = await read(caseId);
  assert.deepEqual([cured.promises[0]?.state, cured.state, cured.closeReason], ["kept", "closed", "cured"]);
});

test("a product that waits five days gets its case on the fifth; at loss it becomes a recovery", async () => {
  const { loanAccountId } = await lend(world.prairie, "5000.00", 12, "0.1299");
  await until(world.prairie, "2026-02-19");
  assert.equal((await caseOf(world.prairie, loanAccountId))?.state, "watching", "four days past due");
  await until(world.prairie, "2026-02-20");
  assert.equal((await caseOf(world.prairie, loanAccountId))?.state, "open", "five days past due");
  await until(world.prairie, "2026-06-16");
  const found = await caseOf(world.prairie, loanAccountId);
  const ctx = prairie();
  const shown = await ctx.read((tx) => getCase(tx, ctx, found?.id ?? ""));
  assert.deepEqual([shown.state, shown.stage], ["open", "recovery"]);
  assert.ok(Number(shown.overdue.amount) > 5000, "all of the debt is to be recovered");
});
