import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { decide, registerDualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import { closeBusinessDay } from "#kernel/end-of-day.ts";
import { isProblem } from "#kernel/problems.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { proposeReopening, reopenControl } from "./commands/close-period.ts";
import { openByAge, type OpenDay } from "./domain/ageing.ts";
import { closePeriod, module, post, seedChart } from "./index.ts";
import { closeDesk, type CloseCheck } from "./queries/close-checks.ts";
import { suspenseAgeing } from "./queries/suspense.ts";

let world: TestWorld;
before(async () => {
  world = await testWorld();
  registerDualControl(reopenControl);
  const ctx = world.system();
  await ctx.transaction((tx) => seedChart(tx, ctx, "INR"));
});
after(() => world.close());

async function posted(debit: string, credit: string, minor: bigint, more: { businessDate?: string; book?: string } = {}): Promise<string> {
  const ctx = world.system();
  return ctx.transaction((tx) => post(tx, ctx, {
    cause: { kind: "test", id: "t" }, businessDate: more.businessDate ?? tx.businessDate, valueDate: more.businessDate ?? tx.businessDate, book: more.book, currency: "INR", memo: "test",
    lines: [{ account: debit, debit: minor }, { account: credit, credit: minor }],
  }));
}
const officer = (person: string) => world.as(["finance_officer"], { person });
const stateOf = (checks: readonly CloseCheck[], check: CloseCheck["check"]) => checks.find((c) => c.check === check)?.state;
const desk = (ctx: Context, through?: string) => ctx.read((tx) => closeDesk(tx, through));

test("the oldest is cleared first, and what is open by age adds up to the balance", () => {
  const days: OpenDay[] = [{ ageDays: 0, debitMinor: 5n, creditMinor: 0n }, { ageDays: 1, debitMinor: 0n, creditMinor: 30n }, { ageDays: 3, debitMinor: 50n, creditMinor: 0n }];
  assert.deepEqual(openByAge(days), [{ ageDays: 0, openMinor: 5n }, { ageDays: 3, openMinor: 20n }]);
  const totals = fc.record({ debitMinor: fc.bigInt(0n, 1000n), creditMinor: fc.bigInt(0n, 1000n) });
  fc.assert(fc.property(fc.array(totals, { maxLength: 30 }), (list) => {
    const history = list.map((d, i) => ({ ...d, ageDays: i }));
    const net = history.reduce((sum, d) => sum + d.debitMinor - d.creditMinor, 0n);
    const open = openByAge(history);
    assert.equal(open.reduce((sum, d) => sum + d.openMinor, 0n), net);
    assert.ok(open.every((d) => d.openMinor !== 0n && (d.openMinor > 0n) === (net > 0n)), "all on the side of the balance");
  }));
});

test("suspense is aged in bands that add up to the account", async () => {
  await posted("bank_clearing", "payments_suspense", 900n, { businessDate: "2026-01-01" });
  await posted("bank_clearing", "payments_suspense", 100n, { businessDate: "2026-01-14" });
  await posted("payments_suspense", "fee_income", 950n);
  const [clearing, suspense] = await world.system().read((tx) => suspenseAgeing(tx));
  assert.deepEqual([clearing?.account, clearing?.balanceMinor, clearing?.bandsMinor, clearing?.oldestDays], ["bank_clearing", 1000n, [100n, 0n, 900n, 0n, 0n], 14]);
  assert.deepEqual([suspense?.account, suspense?.balanceMinor, suspense?.bandsMinor, suspense?.oldestDays], ["payments_suspense", -50n, [-50n, 0n, 0n, 0n, 0n], 1]);
});

test("a red check is named, refuses the close, and yields only to a reason that is kept", async () => {
  await closeBusinessDay(world.services, world.bharat, module.endOfDay ?? []);
  const ctx = officer("usr_fin_1");
  const [book] = (await desk(ctx)).books;
  assert.deepEqual([book?.book, book?.closedThrough, book?.ready], ["statutory", null, false]);
  assert.equal(stateOf(book?.checks ?? [], "suspense_age"), "red", "money stands in clearing since the first");
  assert.equal(stateOf(book?.checks ?? [], "balanced"), "green");
  assert.equal(stateOf(book?.checks ?? [], "end_of_day"), "green");
  await assert.rejects(ctx.transaction((tx) => closePeriod(tx, ctx, "2026-01-15")), (e) => isProblem(e, "period.checks_open") && /bank_clearing INR: 14 days/.test(e.message));
  await ctx.transaction((tx) => closePeriod(tx, ctx, "2026-01-15", "statutory", "The bank confirmed the old amount by letter"));
  const [event] = await ctx.read((tx) => tx.rows<{ act: string; reason: string; red: number }>("test.events", `
    SELECT act, reason, (SELECT count(*)::int FROM jsonb_array_elements(checks) c WHERE c ->> 'state' = 'red') AS red FROM ledger.period_event`));
  assert.deepEqual([event?.act, event?.reason, (event?.red ?? 0) > 0], ["closed", "The bank confirmed the old amount by letter", true]);
});

test("a closed period opens again only by a second person, and closes again after", async () => {
  const [maker, checker] = [officer("usr_fin_1"), officer("usr_fin_2")];
  await assert.rejects(maker.transaction((tx) => proposeReopening(tx, maker, { from: "2026-01-16", reason: "not needed" })), (e) => isProblem(e, "period.not_closed"));
  const request = await maker.transaction((tx) => proposeReopening(tx, maker, { from: "2026-01-10", reason: "An invoice of the 12th came late" }));
  await assert.rejects(posted("bank_charges", "bank", 5n, { businessDate: "2026-01-12" }), (e) => isProblem(e, "period.closed"), "asking opens nothing");
  await assert.rejects(decide(officer("usr_fin_1"), request.id, "approve", undefined), (e) => isProblem(e, "approval.own_request"));
  await assert.rejects(decide(world.as(["servicing_agent"]), request.id, "approve", undefined), (e) => isProblem(e, "permission.denied"));
  const done = await decide(checker, request.id, "approve", undefined);
  assert.deepEqual(done.result, { book: "statutory", closedThrough: "2026-01-09" });
  await posted("bank_charges", "bank", 5n, { businessDate: "2026-01-12" });
  await assert.rejects(posted("bank_charges", "bank", 5n, { businessDate: "2026-01-09" }), (e) => isProblem(e, "period.closed"), "what is before stays closed");
  const events = await checker.read((tx) => tx.rows<{ act: string; maker_id: string; actor_id: string }>("test.reopened", "SELECT act, maker_id, actor_id FROM ledger.period_event WHERE act = 'reopened'"));
  assert.deepEqual(events, [{ act: "reopened", maker_id: "usr_fin_1", actor_id: "usr_fin_2" }]);
  const again = officer("usr_fin_1");
  await again.transaction((tx) => closePeriod(tx, again, "2026-01-15", "statutory", "Same letter as before"));
  await assert.rejects(posted("bank_charges", "bank", 5n, { businessDate: "2026-01-12" }), (e) => isProblem(e, "period.closed"));
});

test("each book is closed by itself, with the checks that are its own", async () => {
  await posted("provision_expense", "loan_loss_allowance", 70n, { book: "management", businessDate: "2026-01-15" });
  const ctx = officer("usr_fin_1");
  const management = (await desk(ctx, "2026-01-15")).books.find((b) => b.book === "management");
  assert.deepEqual(management?.checks.map((c) => [c.check, c.state]), [["end_of_day", "green"], ["balanced", "green"]]);
  await ctx.transaction((tx) => closePeriod(tx, ctx, "2026-01-15", "management"));
  await assert.rejects(posted("provision_expense", "loan_loss_allowance", 1n, { book: "management", businessDate: "2026-01-15" }), (e) => isProblem(e, "period.closed"));
});

test("an entry of an earlier day that meets a close waits for it and is refused", async () => {
  const closer = officer("usr_fin_1");
  const late = posted.bind(null, "bank_charges", "bank", 3n, { businessDate: "2026-01-15", book: "investor" });
  await late();
  let refused: Promise<void> | undefined;
  await closer.transaction(async (tx) => {
    await closePeriod(tx, closer, "2026-01-15", "investor");
    // Begun while the close is not committed yet: without the lock it would not see it.
    refused = assert.rejects(late(), (e) => isProblem(e, "period.closed"));
    const waits = async () => (await tx.rows("test.waits", "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")).length;
    for (let i = 0; i < 2000 && (await waits()) === 0; i++);
    assert.equal(await waits(), 1);
  });
  await refused;
});

test("a fact posted to two books is an entry in each or in none: when one does not balance, and when one is closed", async () => {
  const ctx = world.system();
  const lines = (minor: bigint) => [{ account: "bank", debit: 5n }, { account: "owner_equity", credit: minor }];
  const both = (businessDate: string | undefined, minor: bigint) => ctx.transaction((tx) => post(tx, ctx, { cause: { kind: "test", id: "two" }, businessDate: businessDate ?? tx.businessDate, valueDate: tx.businessDate, currency: "INR", memo: "two books", lines: lines(5n), parallel: [{ book: "copy", lines: lines(minor) }] }));
  const kept = () => ctx.read((tx) => tx.rows<{ id: string; book: string }>("test.two", "SELECT id, book FROM ledger.journal_entry WHERE cause_id = 'two' ORDER BY book"));
  await assert.rejects(both(undefined, 6n), /does not balance/);
  assert.deepEqual(await kept(), []);
  const id = await both(undefined, 5n);
  assert.deepEqual((await kept()).map((e) => [e.book, e.id === id]), [["copy", false], ["statutory", true]], "the id is that of the entry named");
  await ctx.transaction((tx) => tx.run("test.close_copy", "INSERT INTO ledger.period_close (book, closed_through, changed_at) VALUES ('copy', $1, $2)", [tx.businessDate, tx.now]));
  await assert.rejects(both(undefined, 5n), (e) => isProblem(e, "period.closed"));
  assert.equal((await kept()).length, 2);
});

test("a book that carries loans has its control accounts on the list, and what is off in it does not touch the statutory one", async () => {
  await posted("principal_receivable", "owner_equity", 700n, { book: "management" });
  await closeBusinessDay(world.services, world.bharat, module.endOfDay ?? []);
  const state = async (book: string) => stateOf((await desk(officer("usr_fin_1"))).books.find((b) => b.book === book)?.checks ?? [], "control_accounts");
  assert.deepEqual([await state("management"), await state("statutory")], ["red", "green"]);
  await posted("owner_equity", "principal_receivable", 700n, { book: "management" });
  await closeBusinessDay(world.services, world.bharat, module.endOfDay ?? []);
  assert.deepEqual([await state("management"), await state("copy")], ["green", undefined]);
});
