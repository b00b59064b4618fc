import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isProblem } from "#kernel/problems.ts";
import type { App } from "#kernel/http/app.ts";
import { buildServer } from "#kernel/http/server.ts";
import * as ledger from "#modules/ledger/index.ts";
import { accrueStep } from "./end-of-day/accrue.ts";
import { attendStep } from "./end-of-day/attend.ts";
import { compareLoan } from "./queries/compare-loan.ts";
import { viewLoan } from "./queries/get-loan-account.ts";
import { servicingRoutes } from "./routes.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

let world: LendingWorld;
let app: App;
let loan: { loanAccountId: string; number: string };
/** Due on 15 February, paid on that day, told of on 15 March. */
const [DUE, TOLD] = ["2026-02-15", "2026-03-15"] as const;

before(async () => {
  world = await lendingWorld();
  const module = { name: "servicing", routes: servicingRoutes, endOfDay: [attendStep, accrueStep] };
  app = await buildServer({ services: world.services, modules: [module, ledger.module], authenticate: async (request) => ({ tenantId: world.bharat, actor: world.as([String(request.headers["x-role"]) as "auditor"], { person: "usr_1" }).actor }) });
  loan = await world.lend(world.bharat, { amount: "100000.00", months: 12, rate: "0.24", firstDueDate: DUE });
  await world.closeUntil(world.bharat, TOLD, [module]);
  const paid = await post(`/loan-accounts/${loan.loanAccountId}/repayments`, { amount: { amount: "9500.00", currency: "INR" }, valueDate: DUE, channel: "cash" });
  assert.equal(paid.statusCode, 201, paid.body);
});
after(async () => {
  await app.close();
  await world.close();
});

const post = (url: string, payload: object, key = "key-time-machine") => app.inject({ method: "POST", url: `/v1${url}`, headers: { "x-role": "servicing_agent", "idempotency-key": key }, payload });
async function get<T>(url: string, role = "auditor"): Promise<T> {
  const answer = await app.inject({ method: "GET", url: `/v1${url}`, headers: { "x-role": role } });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json() as T;
}
interface Seen { daysPastDue: number; overdue: { amount: string }; balances: { principal: { amount: string } }; payoff: { total: { amount: string } } }
const seen = async (at: string) => {
  const { daysPastDue, overdue, balances } = await get<Seen>(`/loan-accounts/${loan.loanAccountId}${at}`);
  return { daysPastDue, overdue: Number(overdue.amount) > 0, repaid: balances.principal.amount !== "100000.00" };
};

test("a payment recorded late is missing from what was known before, and there by its value date for who knows it", async () => {
  const late = { daysPastDue: 5, overdue: true, repaid: false };
  assert.deepEqual(await seen("?asOf=2026-02-20&knownOn=2026-02-20"), late, "as the books had it on that day");
  assert.deepEqual(await seen("?asOf=2026-02-20&knownOn=2026-03-14"), late, "the day before it was told of");
  assert.deepEqual(await seen("?asOf=2026-02-20&knownOn=2026-03-15"), { daysPastDue: 0, overdue: false, repaid: true }, "from the day it was told of");
  assert.deepEqual(await seen("?asOf=2026-02-20"), { daysPastDue: 0, overdue: false, repaid: true });
  assert.deepEqual(await seen("?asOf=2026-02-14"), { daysPastDue: 0, overdue: false, repaid: false }, "before its value date it is nowhere");
});

test("rows, transactions, timeline and entries are those of the same two dates", async () => {
  const list = async (part: string, at: string) => (await get<{ items: { type?: string; kind?: string; valueDate?: string; businessDate?: string }[] }>(`/loan-accounts/${loan.loanAccountId}/${part}${at}`)).items;
  const [then, now] = ["?asOf=2026-02-20&knownOn=2026-02-20", "?asOf=2026-02-20"];
  assert.equal((await list("transactions", then)).some((t) => t.type === "repayment"), false);
  assert.ok((await list("transactions", now)).some((t) => t.type === "repayment"));
  for (const part of ["timeline", "journal"]) {
    const [old, known] = [await list(part, then), await list(part, now)];
    assert.ok(old.every((e) => String(e.businessDate) <= "2026-02-20" && String(e.valueDate) <= "2026-02-20"), part);
    assert.ok(known.some((e) => e.businessDate === TOLD && e.valueDate === DUE), `${part} tells of the payment by its value date`);
  }
  const row = async (at: string) => (await get<{ rows: { number: number; kind: string; status: string }[] }>(`/loan-accounts/${loan.loanAccountId}/schedule${at}`)).rows.find((r) => r.number === 1 && r.kind === "installment")?.status;
  assert.deepEqual([await row(then), await row(now)], ["overdue", "paid"]);
});

test("two views side by side name what differs and the facts between, with who recorded them and when", async () => {
  const compare = await world.system(world.bharat).read((tx) => compareLoan(tx, loan.loanAccountId, { asOf: "2026-02-20", knownOn: "2026-02-20" }, { asOf: "2026-02-20" }));
  assert.deepEqual([compare.before.daysPastDue, compare.after.daysPastDue], [5, 0]);
  const payment = compare.events.find((e) => e.type === "paymentReceived");
  assert.deepEqual([payment?.seenIn, payment?.valueDate, payment?.businessDate, payment?.late, payment?.amount?.amount], ["after", DUE, TOLD, true, "9500.00"]);
  assert.match(payment?.actorId ?? "", /^usr_/);
  assert.ok(compare.rows.some((r) => r.number === 1 && r.before?.paid.amount === "0.00" && r.after?.paid.amount !== "0.00"));
  assert.deepEqual(compare.transactions.filter((t) => t.type === "repayment").map((t) => t.before), [null]);
  const same = await world.system(world.bharat).read((tx) => compareLoan(tx, loan.loanAccountId, { asOf: "2026-02-10", knownOn: "2026-02-10" }, { asOf: "2026-02-10" }));
  assert.deepEqual([same.rows, same.transactions, same.events], [[], [], []], "before the payment's value date both are one");
});

test("what was known at the end of each day is what end of day had made of it then", async () => {
  const days = await world.system(world.bharat).read((tx) => tx.client.query<{ business_date: string; dpd: number }>("SELECT business_date::text, dpd FROM servicing.bucket_entry WHERE loan_account_id = $1 AND bucket IS NOT NULL", [loan.loanAccountId]));
  assert.ok(days.rows.length > 0, "the loan entered a bucket");
  for (const { business_date, dpd } of days.rows) {
    // End of day looks from the opening of the next day.
    const next = await world.system(world.bharat).read(async (tx) => (await tx.client.query<{ day: string }>("SELECT ($1::date + 1)::text AS day", [business_date])).rows[0]?.day);
    assert.equal((await seen(`?asOf=${next}&knownOn=${business_date}`)).daysPastDue, dpd, business_date);
  }
});

test("a payment taken back is out of every day from its value date on for who knows that, with the reversal named beside it", async () => {
  const other = await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" });
  const paid = await post(`/loan-accounts/${other.loanAccountId}/repayments`, { amount: { amount: "700.00", currency: "INR" }, valueDate: TOLD, channel: "cash" }, "key-taken-back-1");
  const module = { name: "servicing", routes: servicingRoutes, endOfDay: [attendStep, accrueStep] };
  await world.closeUntil(world.bharat, "2026-03-18", [module]);
  const back = await post(`/loan-accounts/${other.loanAccountId}/reversals`, { eventId: (paid.json() as { eventId: string }).eventId, reason: "Posted to the wrong loan" }, "key-taken-back-2");
  assert.equal(back.statusCode, 201, back.body);
  const compare = (then: string, to?: string) => world.system(world.bharat).read((tx) => compareLoan(tx, other.loanAccountId, { asOf: "2026-03-16", knownOn: then }, { asOf: "2026-03-16", ...(to === undefined ? {} : { knownOn: to }) }));
  const late = await compare("2026-03-17");
  assert.deepEqual(late.events.map((e) => [e.seenIn, e.type, e.amount?.amount, e.note]), [["after", "reversed", "700.00", "Posted to the wrong loan"]]);
  assert.deepEqual([late.before.total.amount < late.after.total.amount, late.transactions.map((t) => [t.type, t.after])], [true, [["repayment", null]]]);
  const whole = await compare("2026-03-15", "2026-03-15");
  assert.deepEqual(whole.events, [], "the same looks twice");
  await assert.rejects(compare("2026-03-14"), (e) => isProblem(e, "loan.not_yet_known"));
});

test("a loan is not there on a day when it was not recorded yet", async () => {
  await assert.rejects(world.system(world.bharat).read((tx) => viewLoan(tx, loan.loanAccountId, { knownOn: "2026-01-14" })), (e) => isProblem(e, "loan.not_yet_known"));
});

test("the trial balance by value date holds late entries where they belong, balances at each knowledge, and is the books' own where nothing came late", async () => {
  const auditor = world.system(world.bharat);
  const held = async (of: { asOf: string; knownOn?: string }) => {
    const tb = await auditor.read((tx) => ledger.trialBalance(tx, of));
    for (const t of tb.totals) assert.equal(t.differenceMinor, 0n, JSON.stringify(of));
    const minor = (code: string) => tb.accounts.find((a) => a.account === code)?.balanceMinor ?? 0n;
    return { principal: minor("principal_receivable"), clearing: minor("bank_clearing") };
  };
  assert.deepEqual(await held({ asOf: "2026-02-20", knownOn: "2026-03-14" }), await held({ asOf: "2026-02-20" }), "nothing came late yet: by value date is by business date");
  const then = await held({ asOf: "2026-02-20", knownOn: "2026-02-20" });
  const now = await held({ asOf: "2026-02-20", knownOn: TOLD });
  assert.deepEqual([then.principal, then.clearing, now.clearing], [10_000_000n, 0n, 950_000n]);
  assert.ok(now.principal < then.principal, "principal was repaid by its value date");
  assert.deepEqual(await held({ asOf: "2026-02-14", knownOn: TOLD }), await held({ asOf: "2026-02-14", knownOn: "2026-02-14" }), "before the value date nothing changes");
  const whole = await get<{ knownOn: string; controls: unknown[]; totals: { difference: { amount: string } }[] }>(`/trial-balance?asOf=${TOLD}&knownOn=${TOLD}`, "auditor");
  assert.deepEqual([whole.knownOn, whole.controls, whole.totals.map((t) => t.difference.amount)], [TOLD, [], ["0.00"]]);
});
