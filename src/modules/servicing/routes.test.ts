import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { decide, registerDualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { App } from "#kernel/http/app.ts";
import { buildServer } from "#kernel/http/server.ts";
import { registerParty } from "#modules/parties/index.ts";
import { accrueStep } from "./end-of-day/accrue.ts";
import { attendStep } from "./end-of-day/attend.ts";
import { remindStep } from "./end-of-day/remind.ts";
import { chargeOffControl } from "./commands/change-events.ts";
import { viewLoan } from "./queries/get-loan-account.ts";
import { whatIf } from "./queries/what-if.ts";
import { servicingRoutes } from "./routes.ts";
import { readLoan } from "./store.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

let world: LendingWorld;
let app: App;
before(async () => {
  world = await lendingWorld();
  registerDualControl(chargeOffControl);
  const module = { name: "servicing", routes: servicingRoutes, endOfDay: [] };
  app = await buildServer({ services: world.services, modules: [module], authenticate: async (request) => {
    const role = String(request.headers["x-role"]) as "servicing_agent";
    return { tenantId: world.bharat, actor: world.as([role], { person: `usr_${role}`, partyId: request.headers["x-party"] as string | undefined, branchId: request.headers["x-branch"] as string | undefined }).actor };
  } });
});
after(async () => {
  await app.close();
  await world.close();
});

let keys = 0;
interface Asked { role?: string; party?: string; body?: object; key?: string }
async function call(url: string, asked: Asked = {}) {
  const headers = { "x-role": asked.role ?? "servicing_agent", ...(asked.party === undefined ? {} : { "x-party": asked.party }), ...(asked.body === undefined ? {} : { "idempotency-key": asked.key ?? `key-${String(++keys).padStart(8, "0")}` }) };
  const response = await app.inject({ method: asked.body === undefined ? "GET" : "POST", url: `/v1${url}`, headers, ...(asked.body === undefined ? {} : { payload: asked.body }) });
  return { status: response.statusCode, json: response.headers["content-type"]?.includes("json") === true ? response.json() : response.body, headers: response.headers };
}
const lend = (months = 12) => world.lend(world.bharat, { amount: "100000.00", months, rate: "0.24" });
const inr = (amount: string) => ({ amount, currency: "INR" });
const at = (id: string, rest = "") => `/loan-accounts/${id}${rest}`;
const pay = (id: string, amount: string, key?: string) => call(at(id, "/repayments"), { body: { amount: inr(amount), valueDate: "2026-01-15", channel: "cash" }, ...(key === undefined ? {} : { key }) });

test("a loan is shown whole: balances, next due, payoff, terms, parties", async () => {
  const { loanAccountId, quoted } = await lend();
  const { status, json } = await call(at(loanAccountId));
  assert.equal(status, 200);
  assert.deepEqual([json.balances.principal.amount, json.balances.total.amount, json.payoff.total.amount, json.daysPastDue, json.bucket], ["100000.00", "100000.00", "100000.00", 0, null]);
  assert.equal(json.nextDue.dueDate, quoted.firstDueDate);
  assert.equal(json.terms.lastDueDate, quoted.lastDueDate);
  assert.equal(json.scheduleHash, quoted.scheduleHash);
  assert.deepEqual([json.parties.length, json.parties[0].role, json.annualRate], [1, "borrower", "0.24"]);
});

test("the schedule's columns add up, and its rows are those that were quoted", async () => {
  const { loanAccountId, quoted } = await lend();
  const { json } = await call(at(loanAccountId, "/schedule"));
  assert.equal(json.rows.length, 12);
  const minor = (m: { amount: string }) => Number(m.amount.replace(".", ""));
  for (const [i, row] of json.rows.entries()) assert.deepEqual([row.dueDate, minor(row.principal), minor(row.interest), minor(row.balance)], [quoted.schedule.rows[i]?.dueDate, quoted.schedule.rows[i]?.principal, quoted.schedule.rows[i]?.interest, quoted.schedule.rows[i]?.balance]);
  for (const column of ["principal", "interest", "due", "outstanding"]) assert.equal(json.rows.reduce((sum: number, row: Record<string, { amount: string }>) => sum + minor(row[column] as { amount: string }), 0), minor(json.totals[column]), column);
});

test("money in is divided, shown, and in the journal; a repeat of the request posts nothing", async () => {
  const { loanAccountId } = await lend();
  const first = await pay(loanAccountId, "5000.00", "key-pay-000001");
  const again = await pay(loanAccountId, "5000.00", "key-pay-000001");
  assert.equal(first.status, 201);
  assert.deepEqual([again.json, again.headers["idempotency-replayed"]], [first.json, "true"]);
  const transactions = (await call(at(loanAccountId, "/transactions"))).json.items;
  assert.deepEqual([transactions[0].type, transactions[0].amount.amount, transactions.at(-1).type], ["repayment", "5000.00", "disbursement"]);
  const journal = (await call(at(loanAccountId, "/journal"))).json.items;
  assert.equal(journal[0].id, first.json.journalEntryId);
  const sum = (side: string) => journal[0].lines.reduce((total: number, l: Record<string, { amount: string } | null>) => total + Number(l[side]?.amount.replace(".", "") ?? 0), 0);
  assert.equal(sum("debit"), sum("credit"));
  const kinds = (await call(at(loanAccountId, "/timeline"))).json.items.map((t: { kind: string }) => t.kind);
  assert.equal(kinds[0], "paymentReceived");
});

test("an unknown loan, another borrower's and another branch's are answered alike", async () => {
  const { loanAccountId } = await lend();
  const asked: [string, Asked][] = [[at("la_none"), {}], [at(loanAccountId), { role: "borrower", party: "pty_other" }], [at(loanAccountId, "/schedule"), { role: "loan_officer" }], [at("la_none", "/repayments"), { body: { amount: inr("1.00"), valueDate: "2026-01-15", channel: "cash" } }]];
  const bodies = [];
  for (const [url, how] of asked) {
    const { status, json } = await call(url, how);
    assert.equal(status, 404, url);
    bodies.push(JSON.stringify({ ...json, instance: "" }));
  }
  assert.equal(new Set(bodies).size, 1);
});

test("a borrower sees their own loans in the list and on the page, and nobody else's", async () => {
  const { loanAccountId } = await lend();
  const loan = await world.system().read((tx) => readLoan(tx, loanAccountId));
  const mine = await call("/loan-accounts", { role: "borrower", party: loan.borrower_party_id ?? "" });
  assert.deepEqual(mine.json.items.map((l: { id: string }) => l.id), [loanAccountId]);
  assert.equal((await call(at(loanAccountId), { role: "borrower", party: loan.borrower_party_id ?? "" })).status, 200);
  assert.equal((await call("/loan-accounts", { role: "borrower", party: "pty_other" })).json.total, 0);
});

test("who borrows together with another finds the loan in their own list, and only that one", async () => {
  const alone = await lend();
  const shared = await lend();
  const ctx = world.system();
  const { partyId } = await ctx.transaction(async (tx) => {
    const other = await registerParty(tx, ctx, { givenName: "Vikram", familyName: "Rao", email: "vikram@example.com" });
    await tx.run("test.co_borrower", "INSERT INTO servicing.loan_party (loan_account_id, party_id, role) VALUES ($1, $2, 'co_borrower')", [shared.loanAccountId, other.partyId]);
    return other;
  });
  const theirs = { role: "borrower", party: partyId };
  const listed = await call("/loan-accounts", theirs);
  assert.deepEqual([listed.json.items.map((l: { id: string }) => l.id), listed.json.total], [[shared.loanAccountId], 1]);
  assert.deepEqual([(await call(at(shared.loanAccountId), theirs)).status, (await call(at(alone.loanAccountId), theirs)).status], [200, 404]);
  const first = await world.system().read((tx) => readLoan(tx, shared.loanAccountId));
  assert.ok((await call("/loan-accounts", { role: "borrower", party: first.borrower_party_id ?? "" })).json.items.some((l: { id: string }) => l.id === shared.loanAccountId), "and it stays in the first one's");
});

test("a third decimal is refused at the amount", async () => {
  const { loanAccountId } = await lend();
  for (const url of ["/repayments", "/what-if"]) {
    const body = url === "/what-if" ? { extra: { amount: inr("1.005"), date: "2026-01-20" } } : { amount: inr("1.005"), valueDate: "2026-01-15", channel: "cash" };
    const { status, json } = await call(at(loanAccountId, url), { body });
    assert.deepEqual([status, json.errors[0].pointer], [422, url === "/what-if" ? "/extra/amount/amount" : "/amount/amount"]);
  }
});

test("a preview says what then happens, and changes nothing", async () => {
  const { loanAccountId } = await lend();
  const preview = await call(at(loanAccountId, "/previews"), { body: { kind: "repayment", amount: inr("5000.00"), channel: "cash" } });
  assert.equal(preview.status, 200);
  assert.equal((await call(at(loanAccountId))).json.balances.principal.amount, "100000.00");
  await pay(loanAccountId, "5000.00");
  const loan = (await call(at(loanAccountId))).json;
  assert.equal(preview.json.after.principal.amount, loan.balances.principal.amount);
  const journal = (await call(at(loanAccountId, "/journal"))).json.items[0].lines;
  assert.deepEqual(preview.json.journal, journal);
});

test("charge, waive, reverse: each gives the state back that it should", async () => {
  const { loanAccountId } = await lend();
  const charged = await call(at(loanAccountId, "/charges"), { body: { code: "visit_fee", component: "fee", amount: inr("250.00"), dueDate: "2026-01-20", reason: "A visit" } });
  assert.deepEqual([charged.status, charged.json.balances.fee.amount], [201, "250.00"]);
  const [charge] = (await call(at(loanAccountId, "/charges"))).json.items.filter((one: { code: string }) => one.code === "visit_fee");
  const waived = await call(at(loanAccountId, `/charges/${charge.id}/waivers`), { body: { reason: "Kindness" } });
  assert.deepEqual([waived.status, waived.json.balances.fee.amount], [201, "0.00"]);
  const paid = await pay(loanAccountId, "5000.00");
  const reversed = await call(at(loanAccountId, "/reversals"), { body: { eventId: paid.json.eventId, reason: "Cheque returned" } });
  assert.deepEqual([reversed.status, reversed.json.balances.principal.amount], [201, "100000.00"]);
  assert.equal((await call(at(loanAccountId, "/transactions"))).json.items.find((t: { eventId: string }) => t.eventId === paid.json.eventId).reversed, true);
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("a charge-off is proposed by one and carried out by another", async () => {
  const { loanAccountId } = await lend();
  const asked = await call(at(loanAccountId, "/charge-offs"), { role: "credit_manager", body: { reason: "The borrower has died" } });
  assert.equal(asked.status, 202);
  assert.equal((await call(at(loanAccountId))).json.status, "active");
  await decide(world.as(["finance_officer"]), asked.json.approvalRequestId, "approve", undefined);
  const loan = (await call(at(loanAccountId))).json;
  assert.deepEqual([loan.status, loan.balances.principal.amount, loan.nextDue], ["charged_off", "0.00", null]);
  assert.ok(Number(loan.balances.chargedOff.amount) >= 100_000, "the debt is still owed");
});

test("many payments at once: the good ones post, each line has its result, a reference counts once", async () => {
  const [a, b] = [await lend(), await lend()];
  const line = (loan: string, amount: string, reference: string, more: object = {}) => ({ loan, amount: inr(amount), valueDate: "2026-01-15", channel: "bank_transfer", reference, ...more });
  const body = { lines: [line(a.number, "100.00", "r1"), line(b.loanAccountId, "200.00", "r2"), line("LN00000000", "1.00", "r3"), line(a.number, "1.005", "r4"), line(a.number, "300.00", "r5"), line(b.number, "9.00", "r1"), line(b.number, "9.00", "r6", { valueDate: "2026-02-30" }), line(b.number, "9.00", "r7", { valueDate: "2026-01-16" })] };
  const done = await call("/repayments/bulk", { body });
  assert.equal(done.status, 200);
  assert.deepEqual(done.json.lines.map((l: { state: string }) => l.state), ["posted", "posted", "refused", "refused", "posted", "duplicate", "refused", "refused"]);
  assert.deepEqual([done.json.posted, done.json.duplicate, done.json.refused], [3, 1, 4]);
  assert.deepEqual(done.json.lines.flatMap((l: { error: { pointer: string; code: string } | null }) => (l.error === null ? [] : [`${l.error.pointer} ${l.error.code}`])),
    ["/lines/2/loan loan.not_found", "/lines/3/amount/amount field.amount", "/lines/6/valueDate field.format", "/lines/7/valueDate field.future"]);
  const again = await call("/repayments/bulk", { body });
  assert.deepEqual([again.json.posted, again.json.duplicate], [0, 4]);
  assert.deepEqual((await call(at(a.loanAccountId, "/transactions"))).json.items.filter((t: { type: string }) => t.type === "repayment").map((t: { amount: { amount: string } }) => t.amount.amount), ["300.00", "100.00"]);
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("a reference that somebody else uses at the same moment spoils its own line, not the batch", async () => {
  const [a, b, c] = [await lend(), await lend(), await lend()];
  const ctx = world.system();
  let sent: ReturnType<typeof call> | undefined;
  await ctx.transaction(async (tx) => {
    await tx.run("test.source", "INSERT INTO servicing.payment_source (source, loan_account_id, event_id) VALUES ('manual:taken', $1, 'lev_elsewhere')", [c.loanAccountId]);
    sent = call("/repayments/bulk", { body: { lines: [["fresh-a", a], ["taken", b]].map(([reference, loan]) => ({ loan: (loan as { number: string }).number, amount: inr("70.00"), valueDate: "2026-01-15", channel: "cheque", reference })) } });
    // The batch meets the reference while it is not committed: it waits for this transaction at the unique key.
    await waitingForLock(ctx);
  });
  const done = await sent as Awaited<ReturnType<typeof call>>;
  assert.equal(done.status, 200, JSON.stringify(done.json));
  assert.deepEqual(done.json.lines.map((l: { state: string }) => l.state), ["posted", "duplicate"]);
  assert.deepEqual(await world.unproved(world.bharat), []);
});

async function waitingForLock(ctx: Context): Promise<void> {
  for (let n = 0; n < 400; n++) {
    const { waits } = await ctx.read((tx) => tx.one<{ waits: boolean }>("test.waits", "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid') AS waits"));
    if (waits) return;
    await setTimeout(10);
  }
  throw new Error("nobody waited for the reference");
}

test("a loan run on in thought costs what was quoted, and nothing of the thought is kept", async () => {
  const { loanAccountId, quoted } = await lend(24);
  const { status, json } = await call(at(loanAccountId, "/what-if"), { body: { extra: { amount: inr("30000.00"), date: "2026-03-20" }, payoffDate: "2026-06-20" } });
  assert.equal(status, 200, JSON.stringify(json));
  const minor = (m: { amount: string }) => Number(m.amount.replace(".", ""));
  assert.deepEqual([json.asAgreed.payments, json.asAgreed.lastDueDate, minor(json.asAgreed.interest)], [24, quoted.lastDueDate, quoted.interestMinor], "paid as agreed it costs what was quoted");
  assert.ok(minor(json.saved.interest) >= 0);
  assert.equal(minor(json.withExtra.total) - minor(json.withExtra.interest), 100_000_00, "all principal is repaid, not more");
  assert.equal(json.payoff.date, "2026-06-20");
  assert.equal((await call(at(loanAccountId, "/transactions"))).json.items.filter((t: { type: string }) => t.type === "repayment").length, 0);
});

test("on a loan that earns by the day extra money saves interest", async () => {
  const { loanAccountId, quoted } = await world.lend(world.prairie, { amount: "10000.00", months: 24, rate: "0.24" });
  const thought = await world.system(world.prairie).read(async (tx) => whatIf(await viewLoan(tx, loanAccountId), { extra: { minor: 3000_00, date: "2026-03-20" } }));
  assert.equal(thought.asAgreed.interest.amount, (quoted.interestMinor / 100).toString());
  assert.deepEqual([thought.saved?.interest.amount, thought.withExtra?.installment.amount], ["354.17", thought.asAgreed.installment.amount]);
});

test("figures explain themselves, and one that is not there is refused", async () => {
  const { loanAccountId, quoted } = await lend();
  const figure = async (text: string) => call(at(loanAccountId, `/explanations?figure=${text}`));
  const row = await figure("installment:1:interest");
  assert.equal(Number(row.json.value.replace(".", "")), quoted.schedule.rows[0]?.interest);
  assert.match(row.json.sentence, /24 %/);
  assert.equal((await figure("payoff:2026-01-15")).json.value, "100000.00");
  for (const wrong of ["installment:99:interest", "love:1", "allocation:lev_none"]) assert.equal((await figure(wrong)).json.code, "loan.figure_unknown", wrong);
});

// Last, because these move the lender's day.
let paidLoan = "";
test("the past is shown as it was, and as it was known", async () => {
  const { loanAccountId, quoted } = await lend();
  paidLoan = loanAccountId;
  const steps = [{ name: "servicing", routes: servicingRoutes, endOfDay: [remindStep, attendStep, accrueStep] }];
  await world.closeUntil(world.bharat, "2026-03-20", steps);
  const before = (await call(at(loanAccountId))).json;
  assert.ok(before.daysPastDue > 0);
  const knownAt = world.services.clock.now();
  const due = before.terms.firstDueDate as string;
  const backdated = await call(at(loanAccountId, "/repayments"), { body: { amount: inr((quoted.installmentMinor / 100).toString()), valueDate: due, channel: "bank_transfer" } });
  assert.equal(backdated.status, 201, JSON.stringify(backdated.json));
  const asOf = (await call(at(loanAccountId, `?asOf=${due}`))).json;
  const asKnown = (await call(at(loanAccountId, `?asOf=${due}&knownAt=${knownAt}`))).json;
  assert.equal(asKnown.balances.principal.amount, "100000.00", "then nobody knew of the payment");
  assert.notEqual(asOf.balances.principal.amount, "100000.00", "now we know that it counted from that day");
  assert.equal((await call(at(loanAccountId, "?asOf=2025-12-31"))).json.code, "loan.date_out_of_range");
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("interest month by month adds up to what the books took as income", async () => {
  const { loanAccountId } = await lend();
  const items = (await call(at(loanAccountId, "/accruals"))).json.items;
  assert.equal(items.length, 0, "nothing is earned on the first day");
  const older = (await call("/loan-accounts?filter=daysPastDue:gt:0&sort=number&limit=1")).json.items[0];
  const accruals = (await call(at(older.id, "/accruals"))).json.items;
  const minor = (m: { amount: string }) => Number(m.amount.replace(".", ""));
  assert.ok(accruals.length >= 3);
  assert.equal(accruals.reduce((sum: number, a: { earned: { amount: string } }) => sum + minor(a.earned), 0), minor(accruals.at(-1).earnedToDate));
  const paid = (await call(at(paidLoan))).json;
  const months = (await call(at(paidLoan, "/accruals"))).json.items;
  assert.ok(minor(paid.repaid.interest) > 0);
  assert.equal(minor(months.at(-1).earnedToDate), minor(paid.balances.interest) + minor(paid.repaid.interest), "what was earned is owed or was paid");
  assert.equal(older.daysPastDue, (await call(at(older.id))).json.daysPastDue);
  assert.equal(older.overdue.amount, (await call(at(older.id))).json.overdue.amount);
});
