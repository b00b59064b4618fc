import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import { addDays, daysBetween, parseAmount } from "#engine/index.ts";
import type { Tx } from "#kernel/db.ts";
import type { EndOfDayStep, ModuleDefinition } from "#kernel/module.ts";
import { recordRepayment } from "./commands/record-repayment.ts";
import { accrueStep } from "./end-of-day/accrue.ts";
import { attendStep } from "./end-of-day/attend.ts";
import { remindStep } from "./end-of-day/remind.ts";
import { readLoan } from "./store.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

let world: LendingWorld;
before(async () => { world = await lendingWorld(); });
after(() => world.close());
const inr = (text: string) => parseAmount(text, "INR");
const usd = (text: string) => parseAmount(text, "USD");
const modules: ModuleDefinition[] = [{ name: "servicing", endOfDay: [remindStep, attendStep, accrueStep] }];
const loanOf = (tenantId: string, id: string) => world.system(tenantId).read((tx) => readLoan(tx, id));
const published = async (tenantId: string, id: string) => world.system(tenantId).read(async (tx) =>
  (await tx.client.query<{ type: string; business_date: string }>("SELECT type, business_date FROM kernel.outbox_event WHERE subject = $1 ORDER BY sequence", [id])).rows.map((r) => `${r.business_date} ${r.type.replace("servicing.", "")}`));

test("a loan paid on its due dates runs to its end, and the books hold every day", async () => {
  const { loanAccountId, quoted } = await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" });
  for (const row of quoted.schedule.rows) {
    await world.closeUntil(world.bharat, row.dueDate, modules);
    assert.deepEqual(await world.unproved(world.bharat), []);
    const loan = await loanOf(world.bharat, loanAccountId);
    assert.equal(loan.next_due_date, row.dueDate);
    assert.equal(loan.interest_minor, BigInt(row.interest), "a whole period's interest is earned on its due date");
    await recordRepayment(world.as(["servicing_agent"]), { loanAccountId, amount: { minor: BigInt(row.total), currency: "INR" } as never, valueDate: row.dueDate, channel: "bank_transfer" });
    assert.deepEqual(await world.unproved(world.bharat), []);
  }
  const loan = await loanOf(world.bharat, loanAccountId);
  assert.deepEqual([loan.status, loan.principal_minor, loan.interest_minor, loan.next_due_date, loan.attention_date], ["closed", 0n, 0n, null, null]);
  const books = await world.balances(world.bharat);
  assert.equal(books["interest_income"], -BigInt(quoted.interestMinor), "all interest of the schedule is income, no more and no less");
});

test("who pays on time is reminded once before each due date, by a statement that reads no history", async () => {
  const { loanAccountId } = await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" });
  const loan = await loanOf(world.bharat, loanAccountId);
  const due = loan.next_due_date as never;
  await world.closeUntil(world.bharat, addDays(due, -3), modules);
  assert.equal((await loanOf(world.bharat, loanAccountId)).version, loan.version, "the loan itself was not touched but for its interest");
  await world.closeUntil(world.bharat, addDays(due, -1), modules);
  const reminded = (await published(world.bharat, loanAccountId)).filter((fact) => fact.endsWith("reminder_due"));
  assert.deepEqual(reminded, [`${addDays(due, -3)} reminder_due`]);
});

test("interest of a loan to which a day does nothing is in the entry of all, when a row falls due and when it is late too", async () => {
  const { loanAccountId, quoted } = await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" });
  await world.closeUntil(world.bharat, addDays(quoted.firstDueDate as never, 2), modules);
  const facts = await published(world.bharat, loanAccountId);
  for (const fact of ["installment_due", "bucket_entered"]) assert.ok(facts.includes(`${quoted.firstDueDate} ${fact}`), facts.join("; "));
  const { rows } = await world.system(world.bharat).read((tx) => tx.client.query<{ own: bigint; days: bigint; minor: bigint }>(
    `SELECT (SELECT count(*) FROM ledger.posting WHERE loan_account_id = $1 AND account = 'interest_income') AS own, count(*) AS days, sum(interest_minor)::bigint AS minor FROM servicing.loan_accrual WHERE loan_account_id = $1`, [loanAccountId]));
  const loan = await loanOf(world.bharat, loanAccountId);
  assert.deepEqual(rows, [{ own: 0n, days: BigInt(daysBetween(loan.booked_date as never, addDays(quoted.firstDueDate as never, 2))), minor: loan.interest_minor }]);
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("the rows of what loans earn have a table for each month to come", async () => {
  const ctx = world.system(world.bharat);
  const undone = new Error("only to look");
  let months: string[] = [];
  await assert.rejects(ctx.transaction(async (tx) => {
    await accrueStep.run(tx, ctx, { date: "2030-12-31", shard: 0, shards: 1 });
    months = (await tx.client.query<{ name: string }>("SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'servicing.loan_accrual'::regclass")).rows.map((r) => r.name);
    throw undone;
  }), undone);
  for (const month of ["2030_12", "2031_01", "2031_02"]) assert.ok(months.includes(`servicing.loan_accrual_${month}`), month);
});

test("a loan nobody pays falls due, ages through the buckets, is charged for, and is taken to loss", async () => {
  const { loanAccountId } = await world.lend(world.prairie, { amount: "5000.00", months: 12, rate: "0.1299" });
  await world.closeUntil(world.prairie, "2026-03-01", modules);
  const late = await loanOf(world.prairie, loanAccountId);
  assert.deepEqual([late.bucket, late.oldest_due_date], ["1-29", "2026-02-15"]);
  assert.equal(late.penalty_minor, 2500n, "the late fee came after ten days of grace");
  assert.deepEqual(await world.unproved(world.prairie), []);
  await world.closeUntil(world.prairie, "2026-06-20", modules);
  const lost = await loanOf(world.prairie, loanAccountId);
  assert.deepEqual([lost.status, lost.principal_minor, lost.interest_minor, lost.penalty_minor], ["charged_off", 0n, 0n, 0n]);
  assert.ok(lost.charged_off_minor > 5000_00n);
  assert.deepEqual(await world.unproved(world.prairie), []);
  const facts = await published(world.prairie, loanAccountId);
  for (const fact of ["2026-02-15 installment_due", "2026-02-15 bucket_entered", "2026-03-16 bucket_entered", "2026-06-14 charged_off"]) assert.ok(facts.includes(fact), `${fact} in ${facts.join("; ")}`);
  await recordRepayment(world.as(["servicing_agent"], { tenantId: world.prairie }), { loanAccountId, amount: usd("100.00"), valueDate: "2026-06-20", channel: "ach" });
  assert.equal((await world.balances(world.prairie))["recovery_income"], -100_00n);
  assert.deepEqual(await world.unproved(world.prairie), []);
});

test("money of the past runs the history again and posts the difference", async () => {
  const { loanAccountId } = await world.lend(world.prairie, { amount: "5000.00", months: 12, rate: "0.1299" });
  const start = (await loanOf(world.prairie, loanAccountId)).booked_date;
  assert.equal(start, "2026-06-20");
  await world.closeUntil(world.prairie, "2026-07-25", modules);
  const before = await loanOf(world.prairie, loanAccountId);
  assert.equal(before.bucket, "1-29");
  await recordRepayment(world.as(["servicing_agent"], { tenantId: world.prairie }), { loanAccountId, amount: usd("450.00"), valueDate: "2026-07-20", channel: "ach" });
  const now = await loanOf(world.prairie, loanAccountId);
  assert.deepEqual([now.bucket, now.oldest_due_date], [null, null]);
  assert.ok(now.interest_minor < before.interest_minor);
  assert.deepEqual(await world.unproved(world.prairie), []);
});

test("closing a day twice changes nothing", async () => {
  const { loanAccountId } = await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" });
  const today = (await loanOf(world.bharat, loanAccountId)).booked_date;
  const ctx = world.system(world.bharat);
  const count = (tx: { client: { query(text: string): Promise<{ rows: unknown[] }> } }) => tx.client.query("SELECT (SELECT count(*) FROM ledger.journal_entry) AS entries, (SELECT count(*) FROM servicing.loan_event) AS events");
  const first = await ctx.transaction(async (tx) => { await accrueStep.run(tx, ctx, { date: today, shard: 0, shards: 1 }); return count(tx); });
  const second = await ctx.transaction(async (tx) => { await attendStep.run(tx, ctx, { date: today, shard: 0, shards: 1 }); await accrueStep.run(tx, ctx, { date: today, shard: 0, shards: 1 }); return count(tx); });
  assert.deepEqual(second.rows, first.rows);
  assert.equal(inr("1.00").minor, 100n);
});

test("a deadlock while a shard is saved is no loan's fault: the shard is tried again, and nobody is set aside", async () => {
  const { quoted, loanAccountId } = await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" });
  let attempts = 0;
  const meets: EndOfDayStep = { ...attendStep, run: async (tx, ctx, day) => {
    // The first transaction of the due date is the one that the database chose to end; what it does in it is refused again and again.
    const ended = day.date === quoted.firstDueDate && ++attempts === 1;
    const run: Tx["run"] = async (name, ...rest) => {
      if (ended && name === "servicing.state.save") throw Object.assign(new Error("deadlock detected"), { code: "40P01" });
      return tx.run(name, ...rest);
    };
    return attendStep.run({ ...tx, run }, ctx, day);
  } };
  // closeUntil fails when a loan was set aside.
  await world.closeUntil(world.bharat, addDays(quoted.firstDueDate as never, 1), [{ name: "servicing", endOfDay: [remindStep, meets, accrueStep] }]);
  assert.equal(attempts, 2);
  assert.ok((await published(world.bharat, loanAccountId)).includes(`${quoted.firstDueDate} installment_due`));
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("a history that the engine cannot follow sets its own loan aside, and no other of the shard", async () => {
  const good = await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" });
  const bad = await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" });
  const due = good.quoted.firstDueDate;
  await world.closeUntil(world.bharat, due, modules);
  const owner = new pg.Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  const { rows: [event] } = await owner.query<{ payload: object }>("SELECT payload FROM servicing.loan_event WHERE loan_account_id = $1 AND type = 'disbursed'", [bad.loanAccountId]);
  const tells = (payload: object | undefined) => owner.query("UPDATE servicing.loan_event SET payload = $2 WHERE loan_account_id = $1 AND type = 'disbursed'", [bad.loanAccountId, JSON.stringify(payload)]);
  await tells({ ...event?.payload, type: "reversed", eventId: "lev_of_nothing" });
  await assert.rejects(world.closeUntil(world.bharat, addDays(due as never, 1), modules), new RegExp(`set aside: servicing.attend ${bad.loanAccountId}: .*`));
  assert.ok((await published(world.bharat, good.loanAccountId)).includes(`${due} installment_due`));
  await tells(event?.payload);
  await owner.end();
  await world.closeUntil(world.bharat, addDays(due as never, 2), modules);
  assert.notEqual((await loanOf(world.bharat, bad.loanAccountId)).bucket, null, "what was set aside is seen to the next day");
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("a loan at fault is set aside with its reason and the others go on", async () => {
  const good = await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" });
  const bad = await world.lend(world.bharat, { amount: "12000.00", months: 3, rate: "0.24" });
  const due = good.quoted.firstDueDate;
  await world.closeUntil(world.bharat, due, modules);
  // The books say something else than the history: nothing may be added to either until a person has looked.
  await world.system().transaction((tx) => tx.run("test.fault", "UPDATE servicing.loan_state SET principal_minor = principal_minor + 1 WHERE loan_account_id = $1", [bad.loanAccountId]));
  await assert.rejects(world.closeUntil(world.bharat, addDays(due as never, 1), modules), new RegExp(`servicing.attend ${bad.loanAccountId}: .*the books hold 1200001 of principal`));
  assert.ok((await published(world.bharat, good.loanAccountId)).includes(`${due} installment_due`));
  assert.equal((await world.unproved(world.bharat)).length, 1, "the proof tells of it too");
});

test("a loan whose posting the ledger refuses is set aside, and what was saved with it is saved without it", async () => {
  const early = await world.lend(world.prairie, { amount: "5000.00", months: 12, rate: "0.1299" });
  const feeDay = addDays(early.quoted.firstDueDate as never, 11);
  await world.closeUntil(world.prairie, addDays(feeDay, -31), modules);
  const later = await world.lend(world.prairie, { amount: "5000.00", months: 12, rate: "0.1299", firstDueDate: feeDay });
  await world.closeUntil(world.prairie, feeDay, modules);
  await world.system(world.prairie).transaction((tx) => tx.run("test.no_account", "UPDATE ledger.ledger_account SET active = false WHERE code = 'penalty_receivable'"));
  await assert.rejects(world.closeUntil(world.prairie, addDays(feeDay, 1), modules), new RegExp(`servicing.attend ${early.loanAccountId}: the chart lacks`));
  assert.ok((await published(world.prairie, later.loanAccountId)).includes(`${feeDay} installment_due`));
  assert.equal((await loanOf(world.prairie, early.loanAccountId)).events.length, 1, "nothing of the loan at fault was kept");
  assert.deepEqual(await world.unproved(world.prairie), []);
});
