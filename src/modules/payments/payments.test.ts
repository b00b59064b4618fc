import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { addDays, isoDate } from "#engine/date.ts";
import { money } from "#engine/money.ts";
import { httpBank } from "#integrations/rails/index.ts";
import type { App } from "#kernel/http/app.ts";
import { buildServer } from "#kernel/http/server.ts";
import { outboundTo } from "#kernel/outbound.ts";
import { isProblem } from "#kernel/problems.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import * as ledger from "#modules/ledger/index.ts";
import { startSandbox } from "../../../sandbox/start.ts";
import * as payments from "./index.ts";
import type { Bank } from "./ports.ts";

let world: TestWorld;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let app: App;
let fault: string | undefined;
/** The process is killed after the bank took the file, before its answer is saved. */
let died = false;
let away = false; // nothing listens at the bank's address
const KEY = "sandbox-bank-key";

before(async () => {
  sandbox = await startSandbox({ port: 0, seed: "test" } as never);
  world = await testWorld({ sandboxUrl: sandbox.url });
  payments.connectBank((services) => dying(httpBank({ ...services.outbound, call: (request) => services.outbound.call({ ...request, headers: { ...request.headers, ...(fault === undefined ? {} : { "x-sandbox-fault": fault }) } }) }, { url: sandbox.url, key: KEY })));
  await bank("PUT", "/accounts/acc_bharat", { name: "Bharat Finance", currency: "INR", ifsc: "SBXB0000001", account: "50100077", openingBalance: "1000000.00", openDate: "2026-01-15" });
  const ctx = world.system();
  await ctx.transaction(async (tx) => {
    await ledger.seedChart(tx, ctx, "INR");
    await payments.registerBankAccount(tx, ctx, { name: "Main", holderName: "Bharat Finance", currency: "INR", number: { scheme: "in", bankCode: "SBXB0000001", account: "50100077" }, channelId: "acc_bharat" });
    for (let i = 1; i <= 1200; i++) await payments.registerReference(tx, ctx, { reference: `LN${String(i).padStart(8, "0")}`, subject: `la_${i}`, partyIds: [`pty_${i}`] });
  });
  app = await buildServer({ services: world.services, modules: [payments.module], authenticate: async (request) => {
    const role = request.headers["x-role"];
    return role === undefined ? undefined : { tenantId: world.bharat, actor: world.as([role as "operations_officer"], { partyId: request.headers["x-party"] as string, person: `usr_${String(role)}` }).actor };
  } });
});
after(async () => {
  await app.close();
  await world.close();
  await sandbox.close();
});

function dying(of: Bank): Bank {
  return { ...of, channel: { ...of.channel, submit: async (file) => {
    if (away) return httpBank(outboundTo(["http://127.0.0.1:1"], async () => undefined), { url: "http://127.0.0.1:1", key: KEY }).channel.submit(file);
    const answer = await of.channel.submit(file);
    if (died) throw new Error("power cut");
    return answer;
  } } };
}

async function bank(method: string, path: string, body?: unknown): Promise<Record<string, never>> {
  const response = await fetch(`${sandbox.url}/bank/v1${path}`, { method, headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) });
  const read = (await response.json()) as Record<string, never>;
  assert.ok(response.ok, JSON.stringify(read));
  return read;
}
const nextDay = (date: string) => bank("POST", "/business-date", { date, accountIds: ["acc_bharat"] });
const rows = <R extends object>(sql: string) => world.system().read(async (tx) => (await tx.client.query<R & Record<string, unknown>>(sql)).rows);
const balances = async () => Object.fromEntries((await world.system().read((tx) => ledger.trialBalance(tx))).accounts.map((a) => [a.account, a.debitMinor - a.creditMinor]));
const events = (type: string) => rows<{ subject: string; payload: string }>(`SELECT subject, payload FROM kernel.outbox_event WHERE type = '${type}' ORDER BY sequence`);
const pay = (amount: string, remittance: string, more: object = {}) => ({ accountId: "acc_bharat", amount, currency: "INR", debtor: { name: "Asha Rao", account: "99887766" }, remittance, ...more });
async function payout(reference: string, account: string, minor = 100_000n): Promise<string> {
  const ctx = world.system();
  return ctx.transaction(async (tx) => {
    await ledger.post(tx, ctx, { cause: { kind: "test", id: reference }, businessDate: tx.businessDate, valueDate: tx.businessDate, currency: "INR", memo: "Disbursement", lines: [{ account: "principal_receivable", debit: minor }, { account: "disbursement_clearing", credit: minor }] });
    return payments.createPayout(tx, ctx, { reference, amount: money(minor, "INR"), payee: { name: "Asha Rao", accountScheme: "in", account: `HDFC0000001/${account}` }, purpose: `Loan ${reference}`, subject: `la_${reference}` });
  });
}
const stateOf = async (id: string) => (await rows<{ state: string }>(`SELECT state FROM payments.payout WHERE id = '${id}'`))[0]?.state;

test("payouts leave in one file, are reported on, settle by statement, and the clearing account is empty", async () => {
  const good = await payout("p1", "501000012345");
  const bad = await payout("p2", "501000010001");
  const back = await payout("p3", "501000010002");
  assert.equal(await payout("p1", "501000012345"), good, "the same reference is the same payout");
  const ctx = world.system();
  await assert.rejects(ctx.transaction((tx) => payments.createPayout(tx, ctx, { reference: "p1", amount: money(1n, "INR"), payee: { name: "X", accountScheme: "in", account: "HDFC0000001/501000012345" }, purpose: "p", subject: "la_p1" })), (e) => isProblem(e, "payout.reference_reused"));
  assert.deepEqual(await payments.sendPayouts(world.system()), { sent: 3, inDoubt: 0, waiting: 0 });
  assert.deepEqual(await payments.sendPayouts(world.system()), { sent: 0, inDoubt: 0, waiting: 0 });
  await payments.syncBank(world.system());
  assert.deepEqual([await stateOf(good), await stateOf(bad), await stateOf(back)], ["accepted", "rejected", "accepted"]);
  assert.deepEqual((await events("payments.payout_rejected")).map((e) => e.subject), ["la_p2"]);
  await nextDay("2026-01-16");
  await nextDay("2026-01-17");
  const synced = await payments.syncBank(world.system());
  assert.deepEqual(synced.stuck, []);
  assert.deepEqual([await stateOf(good), await stateOf(bad), await stateOf(back)], ["settled", "rejected", "returned"]);
  assert.deepEqual((await events("payments.payout_settled")).map((e) => e.subject), ["la_p1", "la_p3"]);
  assert.deepEqual((await events("payments.payout_returned")).map((e) => e.subject), ["la_p3"]);
  const b = await balances();
  // p1 twice ordered by the test's own posting, p2 rejected and p3 returned still wait in clearing.
  assert.equal(b["bank"], -100_000n);
  assert.equal(b["disbursement_clearing"], -300_000n);
});

test("an answer that got lost leaves payouts in doubt; the bank is asked, and money moves once", async () => {
  const id = await payout("p4", "501000012399", 70_000n);
  fault = "drop";
  assert.deepEqual(await payments.sendPayouts(world.system()), { sent: 0, inDoubt: 1, waiting: 0 });
  assert.equal(await stateOf(id), "in_doubt");
  fault = undefined;
  await payments.sendPayouts(world.system());
  assert.equal(await stateOf(id), "sent");
  const { submissions } = (await bank("GET", "/submissions")) as unknown as { submissions: unknown[] };
  assert.equal(submissions.length, 2);
});

test("a bank that cannot be reached keeps the file; an unreadable answer is a doubt that asking resolves", async () => {
  const id = await payout("p5", "501000012388", 10_000n);
  fault = "error:503";
  const first = await payments.sendPayouts(world.system());
  assert.equal(first.sent, 0);
  fault = undefined;
  assert.equal((await payments.sendPayouts(world.system())).sent, 1, "never received, so the same file goes out");
  assert.equal(await stateOf(id), "sent");
  const other = await payout("p6", "501000012377", 10_000n);
  fault = "garbage";
  assert.equal((await payments.sendPayouts(world.system())).inDoubt, 1);
  fault = undefined;
  await payments.sendPayouts(world.system());
  assert.equal(await stateOf(other), "sent");
});

test("a sender that dies while handing over leaves nothing sent twice, and two senders at once share the work", async () => {
  const ids = [await payout("p7", "501000012366", 11_000n), await payout("p8", "501000012355", 12_000n)];
  died = true;
  await assert.rejects(payments.sendPayouts(world.system()), /power cut/);
  died = false;
  assert.deepEqual(await payments.sendPayouts(world.system()), { sent: 0, inDoubt: 0, waiting: 0 }, "too early to ask: the sender may still be alive");
  await world.system().transaction((tx) => tx.run("test.later", "UPDATE payments.payout_batch SET changed_at = changed_at - interval '3 minutes' WHERE state = 'sending'"));
  await payments.sendPayouts(world.system());
  assert.deepEqual(await Promise.all(ids.map(stateOf)), ["sent", "sent"]);
  const more = await Promise.all(Array.from({ length: 6 }, (_v, i) => payout(`q${i}`, `50100001230${i}`, 1_000n)));
  const both = await Promise.all([1, 2, 3].map(() => payments.sendPayouts(world.system())));
  assert.equal(both.reduce((sum, each) => sum + each.sent, 0), more.length);
  const { submissions } = (await bank("GET", "/submissions")) as unknown as { submissions: { msgId: string }[] };
  assert.equal(new Set(submissions.map((each) => each.msgId)).size, submissions.length);
  const moved = await rows<{ n: bigint }>("SELECT sum(payout_count)::bigint AS n FROM payments.payout_batch");
  assert.equal(moved[0]?.n, 14n);
});

test("money is matched by the loan number people write, by EndToEndId, else it stays in suspense", async () => {
  await bank("POST", "/incoming-payments/bulk", { payments: [pay("100.00", "emi LN 0000 0007 jan"), pay("200.00", "thanks", { endToEndId: "LN00000008" }), pay("300.00", "for my loan"), pay("400.00", "LN00000001 and LN00000002"), pay("500.00", "LN99999999")] });
  await nextDay("2026-01-18");
  const { statements } = await payments.syncBank(world.system(), { notifications: false });
  const [s] = statements;
  assert.deepEqual([s?.lines, s?.matched, s?.suspense, s?.payouts, s?.continuous], [16, 2, 3, 11, true]);
  const matched = (await events("payments.receipt_matched")).map((e) => JSON.parse(e.payload));
  assert.deepEqual(matched.map((m) => [m.loanAccountId, m.amountMinor.$n, m.currency, m.valueDate, m.channel]), [["la_7", "10000", "INR", "2026-01-17", "bank_transfer"], ["la_8", "20000", "INR", "2026-01-17", "bank_transfer"]]);
  const b = await balances();
  assert.equal(b["bank_clearing"], 0n);
  assert.equal(b["payments_suspense"], -150_000n);
});

test("the same statement twice changes nothing and says so; the same number with other content is refused", async () => {
  const files = (await bank("GET", "/files?since=0&kind=camt.053&limit=1000")) as unknown as { files: { id: string }[] };
  const last = files.files.at(-1)?.id;
  const xml = await (await fetch(`${sandbox.url}/bank/v1/files/${last}`, { headers: { authorization: `Bearer ${KEY}` } })).text();
  const before = await balances();
  const send = (body: string, key: string, type = "application/xml") => app.inject({ method: "POST", url: "/v1/statements", headers: { "x-role": "operations_officer", "idempotency-key": key, "content-type": type }, payload: body });
  const again = await send(xml, "import-key-1");
  assert.equal(again.statusCode, 200, again.body);
  assert.equal(again.json().statements[0].alreadyImported, true);
  assert.deepEqual(await balances(), before);
  const differing = await send(xml.replace("for my loan", "for my home"), "import-key-2");
  assert.deepEqual([differing.statusCode, differing.json().code], [409, "statement.differs"]);
  const otherKey = await send(xml.replace("for my loan", "for my home"), "import-key-1");
  assert.equal(otherKey.json().code, "idempotency.body_differs");
  const id = /<Stmt><Id>([^<]+)/.exec(xml)?.[1] as string;
  const untied = await send(xml.replaceAll(id, "OTHER-1").replace(/(<Cd>CLBD<\/Cd><\/CdOrPrtry><\/Tp><Amt Ccy="INR">)(\d+)/, (_m, head: string, n: string) => `${head}${BigInt(n) + 1n}`), "import-key-3");
  assert.deepEqual([untied.statusCode, untied.json().code], [422, "statement.does_not_tie"]);
  const foreign = await send(xml.replaceAll("50100077", "123"), "import-key-4");
  assert.equal(foreign.json().code, "statement.account_unknown");
  const broken = await send(xml.slice(0, 900), "import-key-5");
  assert.equal(broken.json().code, "statement.unreadable");
  assert.equal((await send("{}", "import-key-6", "application/json")).json().code, "request.unsupported_media_type");
  // The same entries under another statement number: kept as lines, but no money twice.
  const repeated = await send(xml.replaceAll(id, "OTHER-2"), "import-key-7");
  assert.equal(repeated.json().statements[0].repeated, 16);
  assert.deepEqual(await balances(), before);
});

test("one statement delivered by two workers at once is taken in once", async () => {
  await bank("POST", "/incoming-payments", pay("60.00", "LN00000055"));
  await nextDay("2026-01-19");
  const files = (await bank("GET", "/files?since=0&kind=camt.053&limit=1000")) as unknown as { files: { id: string }[] };
  const xml = Buffer.from(await (await fetch(`${sandbox.url}/bank/v1/files/${files.files.at(-1)?.id}`, { headers: { authorization: `Bearer ${KEY}` } })).arrayBuffer());
  const results = (await Promise.all([1, 2, 3, 4].map(() => payments.importStatement(world.system(), xml)))).flat();
  assert.deepEqual(results.map((r) => r.alreadyImported).sort(), [false, true, true, true]);
  assert.equal((await rows("SELECT 1 FROM payments.receipt WHERE remittance = 'LN00000055'")).length, 1);
});

test("a person splits, undoes and matches what the text left open, and suggestions learn from it", async () => {
  const call = (method: "GET" | "POST", url: string, payload?: object) => app.inject({ method, url, headers: { "x-role": "operations_officer", "idempotency-key": `key-${Math.trunc(performance.now() * 1e6)}` }, payload });
  const lines = (await call("GET", "/v1/statement-lines?filter=state:eq:suspense&sort=amount")).json() as { items: { id: string; amount: { amount: string }; receiptId: string }[] };
  assert.deepEqual(lines.items.map((l) => l.amount.amount), ["300.00", "400.00", "500.00"]);
  const [own, two, unknown] = lines.items as unknown as [{ id: string; receiptId: string }, { id: string; receiptId: string }, { id: string; receiptId: string }];
  const part = (reference: string, amount: string) => ({ reference, amount: { amount, currency: "INR" } });
  assert.equal((await call("POST", `/v1/statement-lines/${unknown.id}/match`, { parts: [part("LN99999999", "500.00")] })).json().code, "reference.unknown");
  assert.equal((await call("POST", `/v1/statement-lines/${two.id}/match`, { parts: [part("LN00000001", "100.00"), part("LN00000002", "299.99")] })).json().code, "receipt.split_differs");
  assert.equal((await call("POST", `/v1/statement-lines/${two.id}/match`, { parts: [part("LN00000001", "100.001")] })).json().errors[0].pointer, "/parts/0/amount/amount");
  const split = await call("POST", `/v1/statement-lines/${two.id}/match`, { parts: [part("LN00000001", "100.00"), part("LN00000002", "300.00")] });
  assert.equal(split.json().matchIds.length, 2, split.body);
  assert.equal((await call("POST", `/v1/receipts/${two.receiptId}/match`, { parts: [part("LN00000001", "400.00")] })).json().code, "receipt.not_in_suspense");
  assert.equal((await call("POST", `/v1/statement-lines/${two.id}/suspense`, { reason: "wrong loans" })).statusCode, 200);
  assert.equal((await events("payments.receipt_unmatched")).length, 2);
  assert.equal((await call("POST", `/v1/receipts/${two.receiptId}/suspense`, { reason: "again" })).json().code, "receipt.not_matched");
  await call("POST", `/v1/receipts/${own.receiptId}/match`, { parts: [part("LN00000009", "300.00")] });
  const suggestions = (await call("GET", `/v1/statement-lines/${unknown.id}/suggestions`)).json() as { items: { loanAccountId: string; confidence: number }[] };
  assert.ok(suggestions.items.some((s) => s.loanAccountId === "la_9" && s.confidence >= 70), JSON.stringify(suggestions));
});

test("matched money is taken once, whoever asks first", async () => {
  const waiting = await rows<{ id: string }>("SELECT id FROM payments.receipt_match WHERE taken_at IS NULL AND undone_at IS NULL ORDER BY id");
  assert.equal(waiting.length, 4);
  const first = await world.system().transaction((tx) => payments.takeMatch(tx, waiting[0]?.id as string));
  assert.equal(first?.loanAccountId, "la_7");
  const both = await Promise.all([1, 2].map(() => world.system().transaction((tx) => payments.takeMatchedReceipts(tx, 10))));
  assert.equal(both.flat().length, 3);
  assert.equal(await world.system().transaction((tx) => payments.takeMatch(tx, waiting[0]?.id as string)), undefined);
});

test("an incoming payment that the bank takes back leaves suspense and clearing as they were, and the loan is told", async () => {
  const before = await balances();
  await bank("POST", "/incoming-payments", pay("750.00", "LN00000011", { returnReason: "AM04" }));
  await nextDay("2026-01-20");
  await nextDay("2026-01-21");
  await payments.syncBank(world.system());
  const returned = (await events("payments.receipt_returned")).map((e) => JSON.parse(e.payload));
  assert.deepEqual(returned.map((r) => [r.loanAccountId, r.amountMinor.$n, r.reason]), [["la_11", "75000", "AM04"]]);
  const now = await balances();
  for (const account of ["bank", "bank_clearing", "payments_suspense"]) assert.equal(now[account], before[account], account);
});

test("pay now: a page, money once whichever of answer, webhook, poll and statement comes, and only for one's own loan", async () => {
  const send = (party: string, key: string) => app.inject({ method: "POST", url: "/v1/checkout-sessions", headers: { "x-role": "borrower", "x-party": party, "idempotency-key": key }, payload: { reference: "ln00000021", amount: { amount: "250.00", currency: "INR" }, description: "EMI", returnUrl: "http://127.0.0.1/back" } });
  assert.equal((await send("pty_20", "checkout-key-0")).json().code, "reference.unknown");
  const opened = await send("pty_21", "checkout-key-1");
  assert.equal(opened.statusCode, 201, opened.body);
  assert.deepEqual((await send("pty_21", "checkout-key-1")).json(), opened.json());
  const { id } = opened.json();
  assert.equal((await app.inject({ method: "GET", url: `/v1/checkout-sessions/${id}`, headers: { "x-role": "borrower", "x-party": "pty_22" } })).statusCode, 404);
  const [session] = await rows<{ session_id: string }>(`SELECT session_id FROM payments.checkout WHERE id = '${id}'`);
  await bank("POST", `/checkout-sessions/${session?.session_id}/actions`, { action: "lose" });
  const refreshed = await payments.refreshCheckout(world.system(), id);
  assert.equal(refreshed.state, "paid");
  await payments.refreshCheckout(world.system(), id);
  await nextDay("2026-01-22");
  const synced = await payments.syncBank(world.system());
  assert.deepEqual(synced.stuck, []);
  assert.equal((await rows(`SELECT 1 FROM payments.receipt WHERE end_to_end_id = '${id}'`)).length, 1);
  assert.equal((await balances())["bank_clearing"], 0n);
});

test("a webhook without the bank's signature does nothing", async () => {
  const forged = await app.inject({ method: "POST", url: "/v1/bank-webhooks/bharat", headers: { "content-type": "application/json", "webhook-id": "1", "webhook-timestamp": "1768450000", "webhook-signature": "v1,AAAA" }, payload: "{}" });
  assert.deepEqual([forged.statusCode, forged.json().code], [401, "webhook.bad_signature"]);
});

test("a webhook with the bank's signature makes the bank be asked, and what it says is recorded once", async () => {
  const opened = await payments.startCheckout(world.system(), { reference: "LN00000030", amount: money(4_500n, "INR"), description: "EMI", returnUrl: "http://127.0.0.1/back" });
  const [session] = await rows<{ session_id: string }>(`SELECT session_id FROM payments.checkout WHERE id = '${opened.id}'`);
  const report = (body: string) => {
    const at = String(Math.floor(world.services.clock.nowMs() / 1000));
    const signature = createHmac("sha256", KEY).update(`w1.${at}.${body}`).digest("base64");
    return app.inject({ method: "POST", url: "/v1/bank-webhooks/bharat", headers: { "content-type": "application/json", "webhook-id": "w1", "webhook-timestamp": at, "webhook-signature": `v1,${signature}` }, payload: body });
  };
  const paid = JSON.stringify({ type: "checkout.paid", data: { id: session?.session_id, status: "paid" } });
  assert.equal((await report(paid)).statusCode, 204);
  assert.equal((await world.system().read((tx) => payments.getCheckout(tx, opened.id))).state, "open", "the webhook said paid, the bank says open");
  await bank("POST", `/checkout-sessions/${session?.session_id}/actions`, { action: "lose" });
  await Promise.all([report(paid), report(paid), report(paid)]);
  assert.equal((await rows(`SELECT 1 FROM payments.receipt WHERE end_to_end_id = '${opened.id}'`)).length, 1);
  assert.equal((await report(JSON.stringify({ type: "checkout.paid", data: { id: "co_unknown" } }))).statusCode, 204);
  assert.equal((await report("nonsense")).statusCode, 400);
});

test("pay-now money that the bank's notification tells of first is not made a second time by the answer", async () => {
  const opened = await payments.startCheckout(world.system(), { reference: "LN00000033", amount: money(7_700n, "INR"), description: "EMI", returnUrl: "http://127.0.0.1/back" });
  const [session] = await rows<{ session_id: string }>(`SELECT session_id FROM payments.checkout WHERE id = '${opened.id}'`);
  await bank("POST", `/checkout-sessions/${session?.session_id}/actions`, { action: "lose" });
  await Promise.all([payments.syncBank(world.system()), payments.refreshCheckout(world.system(), opened.id)]);
  await payments.refreshCheckout(world.system(), opened.id);
  assert.equal((await rows(`SELECT 1 FROM payments.receipt WHERE end_to_end_id = '${opened.id}'`)).length, 1);
  assert.equal((await world.system().read((tx) => payments.getCheckout(tx, opened.id))).state, "paid");
  const second = await payments.startCheckout(world.system(), { reference: "LN00000033", amount: money(8_800n, "INR"), description: "EMI", returnUrl: "http://127.0.0.1/back" });
  const [other] = await rows<{ session_id: string }>(`SELECT session_id FROM payments.checkout WHERE id = '${second.id}'`);
  await bank("POST", `/checkout-sessions/${other?.session_id}/actions`, { action: "lose" });
  await payments.syncBank(world.system());
  assert.equal((await payments.refreshCheckout(world.system(), second.id)).state, "paid");
  assert.equal((await rows(`SELECT 1 FROM payments.receipt WHERE end_to_end_id = '${second.id}'`)).length, 1);
});

test("money taken in by hand is a receipt like any other, and its line on the statement is tied to it", async () => {
  const ctx = world.system();
  const { receiptId, matchId } = await ctx.transaction((tx) => payments.recordReceipt(tx, ctx, { amount: money(3_300n, "INR"), valueDate: "2026-01-22", channel: "cheque", endToEndId: "CHQ-77", loanAccountId: "la_31" }));
  await bank("POST", "/incoming-payments", pay("33.00", "cheque", { endToEndId: "CHQ-77" }));
  await nextDay("2026-01-23");
  const { statements } = await payments.syncBank(world.system(), { notifications: false });
  assert.deepEqual([statements[0]?.suspense, statements[0]?.matched], [0, 0]);
  assert.equal((await rows<{ line_id: string }>(`SELECT line_id FROM payments.receipt WHERE id = '${receiptId}' AND line_id IS NOT NULL`)).length, 1);
  assert.equal((await world.system().transaction((tx) => payments.takeMatch(tx, matchId as string)))?.amountMinor, 3_300n);
  assert.equal((await balances())["bank_clearing"], 0n);
});

test("a statement of a thousand payments is taken in with a bounded number of statements to the database", async (t) => {
  await bank("POST", "/incoming-payments/bulk", { payments: Array.from({ length: 1000 }, (_v, i) => pay("10.00", `LN${String(i + 100).padStart(8, "0")}`)) });
  await nextDay("2026-01-24");
  const before = world.services.db.statementCount;
  const started = performance.now();
  const { statements } = await payments.syncBank(world.system(), { notifications: false });
  t.diagnostic(`1,000 lines in ${Math.round(performance.now() - started)} ms, ${world.services.db.statementCount - before} statements`);
  assert.equal(statements[0]?.matched, 1000);
});

test("lists answer with what the screens show", async () => {
  for (const path of ["payouts", "statements", "statement-lines", "receipts"]) {
    const answer = await app.inject({ method: "GET", url: `/v1/${path}?limit=5`, headers: { "x-role": "finance_officer" } });
    assert.equal(answer.statusCode, 200, answer.body);
    assert.ok(answer.json().items.length > 0, path);
    assert.equal((await app.inject({ method: "GET", url: `/v1/${path}`, headers: { "x-role": "borrower", "x-party": "pty_1" } })).statusCode, 403);
  }
  const mine = await app.inject({ method: "GET", url: "/v1/checkout-sessions", headers: { "x-role": "borrower", "x-party": "pty_21" } });
  assert.equal(mine.json().total, 1);
});

test("what falls due is debited once under its mandate, within its cap; what the payer's bank refuses or takes back is told", async () => {
  const ctx = world.system();
  const today = (await rows<{ business_date: string }>("SELECT business_date::text FROM kernel.business_day"))[0]?.business_date ?? "";
  const loans = [["la_1901", "50100500811", 5_000_00n], ["la_1902", "501005000004", 5_000_00n], ["la_1903", "501005000007", 5_000_00n], ["la_1904", "50100500814", 1_000_00n]] as const;
  const order = () => ctx.transaction((tx) => payments.orderCollections(tx, world.system(), [...loans.map(([subject]) => ({ subject, dueDate: today, amountMinor: 2_500_00n })), { subject: "la_1905", dueDate: today, amountMinor: 9n }]));
  await ctx.transaction(async (tx) => {
    for (const [subject, account, capMinor] of loans) await payments.giveMandate(tx, ctx, { subject, payer: { name: "Asha Rao", accountScheme: "in", account: `HDFC0000001/${account}` }, capMinor, currency: "INR", signedDate: today, agreementSha256: "0".repeat(64) });
  });
  const before = { ...(await balances()) };
  assert.equal(await order(), 4, "nobody without a mandate");
  assert.equal(await world.system().transaction((tx) => payments.orderCollections(tx, world.system(), [{ subject: "la_1901", dueDate: today, amountMinor: 2_500_00n }])), 0, "a due date is collected once");
  await payments.sendPayouts(world.system());
  const account = (await bank("GET", "/accounts/acc_bharat")) as unknown as { businessDate: string };
  const plus = (days: number) => addDays(isoDate(account.businessDate), days);
  for (const days of [1, 2, 3]) {
    await nextDay(plus(days));
    await payments.syncBank(world.system());
  }
  const states = await rows<{ subject: string; state: string; amount_minor: bigint; reason: string | null }>("SELECT subject, state, amount_minor, reason FROM payments.collection ORDER BY subject");
  assert.deepEqual(states.map((s) => [s.subject, s.state, s.amount_minor, s.reason]), [["la_1901", "paid", 2_500_00n, null], ["la_1902", "returned", 2_500_00n, "AM04"], ["la_1903", "rejected", 2_500_00n, "MD01"], ["la_1904", "paid", 1_000_00n, null]]);
  assert.deepEqual((await events("payments.collection_failed")).map((e) => e.subject).sort(), ["la_1902", "la_1903"]);
  const matched = await rows<{ loan_account_id: string; undone: boolean }>("SELECT loan_account_id, undone_at IS NOT NULL AS undone FROM payments.receipt_match WHERE loan_account_id IN ('la_1901', 'la_1902', 'la_1903', 'la_1904') ORDER BY loan_account_id");
  assert.deepEqual(matched.map((m) => [m.loan_account_id, m.undone]), [["la_1901", false], ["la_1902", true], ["la_1904", false]]);
  const after = await balances();
  assert.equal((after["payments_suspense"] ?? 0n) - (before["payments_suspense"] ?? 0n), -3_500_00n, "the money of two waits to be applied");
  assert.equal((after["bank_clearing"] ?? 0n) - (before["bank_clearing"] ?? 0n), 0n);
});

test("mandates are listed, read and cancelled: by staff, and by the borrower whose they are, nobody else's", async () => {
  const ctx = world.system();
  await ctx.transaction((tx) => payments.giveMandate(tx, ctx, { subject: "la_1100", payer: { name: "Asha Rao", accountScheme: "in", account: "HDFC0000001/50100500900" }, capMinor: 5_000_00n, currency: "INR", signedDate: "2026-01-15", agreementSha256: "0".repeat(64) }));
  const ask = async (role: string, method: "GET" | "POST", path: string, more: { party?: string; body?: object } = {}) => {
    const answer = await app.inject({ method, url: `/v1${path}`, headers: { "x-role": role, "x-party": more.party ?? "", ...(method === "POST" ? { "idempotency-key": `mandate-${path}-${more.party ?? role}-0001` } : {}) }, ...(more.body === undefined ? {} : { payload: more.body }) });
    return { status: answer.statusCode, json: answer.json() };
  };
  const { json: { items: [mandate] } } = await ask("servicing_agent", "GET", "/mandates?filter=loanAccountId:eq:la_1100");
  assert.deepEqual([mandate.loanNumber, mandate.state, mandate.cap.amount, mandate.lastState, mandate.payerAccount.endsWith("0900")], ["LN00001100", "active", "5000.00", null, true]);
  assert.ok(!JSON.stringify(mandate).includes("50100500900"), "the account is masked");
  assert.deepEqual((await ask("borrower", "GET", "/mandates", { party: "pty_1100" })).json.items.map((m: { id: string }) => m.id), [mandate.id]);
  assert.deepEqual((await ask("borrower", "GET", "/mandates", { party: "pty_1101" })).json.items, []);
  const failed = (await ask("operations_officer", "GET", "/collections?filter=state:in:rejected,returned")).json.items;
  assert.ok(failed.length >= 2 && failed.every((c: { reason: string }) => c.reason.length > 0), "failed debits are to be seen, with their reasons");

  const [path, body] = [`/mandates/${mandate.id}/cancellations`, { reason: "I pay by transfer" }];
  assert.equal((await ask("borrower", "POST", path, { party: "pty_1101", body })).json.code, "mandate.not_found");
  assert.equal((await ask("underwriter", "POST", path, { body })).status, 403);
  await ctx.transaction((tx) => payments.orderCollections(tx, ctx, [{ subject: "la_1100", dueDate: "2026-03-01", amountMinor: 100n }]));
  const told = (await events("payments.collection_failed")).length;
  assert.deepEqual((await ask("borrower", "POST", path, { party: "pty_1100", body })).json, { mandateId: mandate.id, stopped: 1 });
  const { json } = await ask("borrower", "GET", `/mandates/${mandate.id}`, { party: "pty_1100" });
  assert.deepEqual([json.state, json.endReason, json.collections.map((c: { state: string; reason: string }) => [c.state, c.reason])], ["ended", "I pay by transfer", [["rejected", "mandate_ended"]]]);
  assert.equal((await events("payments.collection_failed")).length, told, "a debit that was never made costs nobody a charge");
  assert.equal((await ask("servicing_agent", "POST", path, { body })).json.code, "mandate.ended");
  assert.equal(await ctx.transaction((tx) => payments.orderCollections(tx, ctx, [{ subject: "la_1100", dueDate: "2026-04-01", amountMinor: 100n }])), 0);
  assert.equal((await rows("SELECT 1 FROM kernel.audit_record WHERE action = 'payment.mandate.cancelled'")).length, 1);
});

test("a file that the bank was away for is kept, and the job fails so that it is tried again soon", async () => {
  const id = await payout("p9", "501000012344", 10_000n);
  const job = payments.module.jobs?.find((each) => each.name === "payments.send_payouts");
  const send = async (): Promise<void> => { await (job as NonNullable<typeof job>).handle(world.system(), undefined as never); };
  away = true;
  await assert.rejects(send, /1 payouts wait for the bank/, "one that ends well would leave the file to the round of five minutes");
  assert.deepEqual(await payments.sendPayouts(world.system()), { sent: 0, inDoubt: 0, waiting: 1 });
  away = false;
  await send();
  assert.equal(await stateOf(id), "sent");
});
