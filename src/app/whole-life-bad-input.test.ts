import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { balances } from "./testing/books.ts";
import { apply, lend, openLife, whenIn, type Lent, type Life } from "./testing/life.ts";
import type { ApplicationShown } from "./testing/shown.ts";
import { atTheBank, nextKey, staff, transfer } from "./testing/visitors.ts";

// What people and machines send in error, or on purpose: each is refused in words, and leaves nothing behind.
let life: Life;
let lent: Lent;
before(async () => {
  life = await openLife("bharat");
  lent = await lend(life, { amount: "60000.00", termMonths: 12 }, { phone: "+919820018801", pan: "ABCPB4801K", payoutAccount: "HDFC0001234/50100200801" });
  await life.moveTo("2026-01-05");
});
after(async () => life?.close());

const repayment = (change: object = {}) => ({ amount: life.money("1000.00"), valueDate: "2026-01-05", channel: "bank_transfer", ...change });
const transactions = async () => (await (await life.at("servicing")).ok<{ total: number }>("GET", `/v1/loan-accounts/${lent.loan}/transactions`)).total;

test("a file is what its bytes are: a program named .pdf, and a text named .jpg, are not taken", async () => {
  const owner = { kind: "loan_account", id: lent.loan };
  const servicing = await life.at("servicing");
  for (const [name, bytes] of [["invoice.pdf", Buffer.from("MZ\u0090\u0000\u0003 This program cannot be run in DOS mode.")], ["photo.jpg", Buffer.from("<script>alert(1)</script>")], ["statement.pdf", Buffer.from("\u007fELF\u0002\u0001\u0001")], ["empty.pdf", Buffer.alloc(0)]] as const) {
    const answer = await servicing.upload(owner, "other", name, bytes);
    assert.ok(answer.status === 415 || answer.status === 422, `${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
    assert.match(answer.body.code, /^document\./);
  }
  assert.deepEqual((await servicing.ok<{ items: unknown[] }>("GET", `/v1/documents?filter=ownerId:eq:${lent.loan}`)).items, []);
});

test("five gigabytes that are only declared are refused before a byte of them is sent", async () => {
  const { url, token } = await life.at("servicing");
  const status = await new Promise<number | undefined>((done, failed) => {
    const call = request(`${url}/v1/documents`, { method: "POST", headers: { authorization: `Bearer ${token}`, "idempotency-key": nextKey(), "content-type": "multipart/form-data; boundary=x", "content-length": String(5 * 1024 ** 3) } }, (answer) => {
      answer.resume();
      done(answer.statusCode);
      call.destroy();
    });
    call.on("error", failed);
    call.flushHeaders();
  });
  assert.equal(status, 413);
});

test("a day's statement that is sent in again changes nothing and says so; with one amount changed it is refused", async () => {
  await transfer(life.platform, "bharat", life.money("321.00"), "Somebody Unknown", "no number");
  await life.moveTo("2026-01-06");
  const { files } = await atTheBank<{ files: { kind: string; url: string; businessDate: string }[] }>(life.platform, "/files?accountId=bharat-main&since=0");
  const file = files.find((each) => each.kind === "camt.053" && each.businessDate === "2026-01-05");
  const xml = await atTheBank<string>(life.platform, String(file?.url).replace("/bank/v1", ""));
  const [finance, held] = [await life.at("finance"), await balances(life)];
  const before = (await finance.ok<{ total: number }>("GET", "/v1/receipts")).total;
  for (let times = 0; times < 2; times++) {
    const { statements } = await finance.ok<{ statements: { alreadyImported: boolean }[] }>("POST", "/v1/statements", xml, { "content-type": "application/xml" });
    assert.deepEqual(statements.map((s) => s.alreadyImported), [true]);
  }
  const forged = await finance.send<{ code: string }>("POST", "/v1/statements", xml.replaceAll("321.00", "921.00"), { "content-type": "application/xml" });
  assert.ok(forged.status >= 400 && forged.status < 500, `${forged.status} ${forged.bytes.toString()}`);
  assert.deepEqual([(await finance.ok<{ total: number }>("GET", "/v1/receipts")).total, await balances(life)], [before, held]);
});

test("a payment for a loan that nobody has is refused, at the counter, in suspense and on the payment page", async () => {
  await (await life.at("servicing")).refused(404, "loan.not_found", "POST", "/v1/loan-accounts/la_000000000000000000000/repayments", repayment());
  const operations = await life.at("operations");
  const [waiting] = (await operations.ok<{ items: { id: string; amount: object }[] }>("GET", "/v1/receipts?filter=state:eq:suspense")).items;
  await operations.refused(422, "reference.unknown", "POST", `/v1/receipts/${waiting?.id}/match`, { parts: [{ reference: "LN99999999", amount: waiting?.amount }] });
  await lent.borrower.refused(422, "reference.unknown", "POST", "/v1/checkout-sessions", { reference: "LN99999999", amount: life.money("10.00"), description: "x", returnUrl: "http://127.0.0.1:1/back" });
});

test("an amount with three decimals is refused at its field, wherever it is written", async () => {
  const [count, servicing] = [await transactions(), await life.at("servicing")];
  const third = life.money("1000.005");
  const where = async (path: string, body: object) => (await servicing.send<{ errors?: { pointer: string }[] }>("POST", path, body)).body.errors?.map((e) => e.pointer);
  assert.deepEqual(await where(`/v1/loan-accounts/${lent.loan}/repayments`, repayment({ amount: third })), ["/amount/amount"]);
  assert.deepEqual(await where(`/v1/loan-accounts/${lent.loan}/previews`, { kind: "repayment", ...repayment({ amount: third }) }), ["/amount/amount"]);
  assert.deepEqual(await where("/v1/checkout-sessions", { reference: lent.number, amount: third, description: "x", returnUrl: "http://127.0.0.1:1/back" }), ["/amount/amount"]);
  const draft = await lent.borrower.send<{ errors?: { pointer: string }[] }>("POST", "/v1/applications", { productCode: "personal-loan", amount: third, termMonths: 12 });
  assert.deepEqual([draft.status, draft.body.errors?.map((e) => e.pointer)], [422, ["/amount/amount"]]);
  assert.equal(await transactions(), count);
});

test("money cannot count from before the payout, nor from a day that has not come", async () => {
  const [count, servicing] = [await transactions(), await life.at("servicing")];
  for (const valueDate of ["2025-12-31", "2026-01-07", "2026-02-30"]) {
    const answer = await servicing.send<{ errors?: { pointer: string }[] }>("POST", `/v1/loan-accounts/${lent.loan}/repayments`, repayment({ valueDate }));
    assert.equal(answer.status, 422, valueDate);
    assert.ok(answer.body.errors?.[0]?.pointer.endsWith("/valueDate"), JSON.stringify(answer.body));
  }
  assert.equal(await transactions(), count);
});

test("a key sent again with its body gets the first answer; with another body it is refused, and nothing is done twice", async () => {
  const [count, servicing, key] = [await transactions(), await life.at("servicing"), { "idempotency-key": nextKey() }];
  const path = `/v1/loan-accounts/${lent.loan}/repayments`;
  const first = await servicing.send("POST", path, repayment(), key);
  const again = await servicing.send("POST", path, repayment(), key);
  assert.deepEqual([first.status, again.status, again.replayed, again.body], [201, 201, true, first.body]);
  await servicing.refused(422, "idempotency.body_differs", "POST", path, repayment({ amount: life.money("2000.00") }), key);
  assert.equal(await transactions(), count + 1);
  await servicing.refused(400, "idempotency.key_missing", "POST", path, repayment(), { "idempotency-key": "" });
});

test("nobody approves what is above their authority, nor what they proposed themselves", async () => {
  const who = await life.borrower("+919820018802");
  const large = await apply(life, who, { amount: "900000.00", termMonths: 24 }, { phone: "+919820018802", pan: "ABCPB4802K", payoutAccount: "HDFC0001234/50100200802", monthlyIncome: "80000.00" });
  await whenIn(who, large, "referred");
  const underwriter = await life.at("underwriter");
  await underwriter.refused(403, "decision.above_authority", "POST", `/v1/applications/${large.id}/decision`, { outcome: "approve", reason: "Known customer" });
  assert.equal((await underwriter.ok<ApplicationShown>("GET", `/v1/applications/${large.id}`)).state, "referred");

  const [finance, held] = [await life.at("finance"), await balances(life)];
  const entry = { valueDate: "2026-01-06", memo: "Bank fee", currency: "INR", lines: [{ account: "write_off_expense", side: "debit", amount: life.money("10.00") }, { account: "bank", side: "credit", amount: life.money("10.00") }] };
  const proposed = await finance.ok<{ approvalRequestId: string }>("POST", "/v1/manual-entries", entry);
  await finance.refused(403, "approval.own_request", "POST", `/v1/approval-requests/${proposed.approvalRequestId}/approve`, {});
  assert.deepEqual(await balances(life), held);
  await (await life.at("finance2")).ok("POST", `/v1/approval-requests/${proposed.approvalRequestId}/reject`, { reason: "No receipt" });
});

test("a bureau answer about somebody else is not used: the application goes to a person, without the score of the report", async () => {
  const phone = "+919820018803";
  const who = await life.borrower(phone);
  const asked = await apply(life, who, { amount: "60000.00", termMonths: 12 }, { familyName: "Wrongperson", phone, pan: "ABCPB4803K", payoutAccount: "HDFC0001234/50100200803" });
  await whenIn(who, asked, "referred");
  const bench = await (await life.at("underwriter")).ok<{ bureau: object | null; bureauOutcome: string; facts: Record<string, unknown>; score: { lines: { fact: string; value: unknown }[] } }>("POST", `/v1/applications/${asked.id}/workbench`, {});
  assert.deepEqual([bench.bureauOutcome, bench.facts["bureauScore"] ?? null], ["wrong_person", null]);
  assert.equal(bench.score.lines.find((line) => line.fact === "bureauScore")?.value ?? null, null, "the score card counts it as missing");
  const { offers, decisions } = await who.ok<ApplicationShown>("GET", `/v1/applications/${asked.id}`);
  assert.deepEqual([offers, decisions.filter((d) => d.outcome === "approve")], [[], []]);
});

test("another lender's loan, application, paper, receipt and entry are answered like ones that never were", async () => {
  const there = (login: string) => staff(life.platform, "prairie", login);
  const [servicing, operations, finance, underwriter] = [await there("servicing"), await there("operations"), await there("finance"), await there("underwriter")];
  const [receipt] = (await (await life.at("operations")).ok<{ items: { id: string }[] }>("GET", "/v1/receipts")).items;
  const [entry] = (await (await life.at("finance")).ok<{ items: { id: string }[] }>("GET", "/v1/journal-entries")).items;
  const [paper] = (await lent.borrower.ok<{ items: { id: string }[] }>("GET", `/v1/documents?filter=ownerId:eq:${lent.application.id}`)).items;
  assert.ok(receipt !== undefined && entry !== undefined && paper !== undefined);
  const never = (id: string) => `${id.split("_")[0]}_000000000000000000000`;
  for (const [who, path, id] of [
    [servicing, "/v1/loan-accounts/", lent.loan], [underwriter, "/v1/applications/", lent.application.id], [underwriter, "/v1/documents/", paper.id], [finance, "/v1/journal-entries/", entry.id],
  ] as const) {
    const [real, none] = [await who.send("GET", path + id), await who.send("GET", path + never(id))];
    const said = ({ type, title, code, detail }: Record<string, unknown>) => ({ type, title, code, detail: String(detail).replaceAll(/[a-z]+_[0-9a-z]{10,}/g, "ID") });
    assert.deepEqual([real.status, said(real.body)], [404, said(none.body)], path);
    assert.equal(none.status, 404);
  }
  await servicing.refused(404, "loan.not_found", "POST", `/v1/loan-accounts/${lent.loan}/repayments`, repayment({ amount: { amount: "10.00", currency: "USD" } }));
  await operations.refused(404, "receipt.not_found", "POST", `/v1/receipts/${receipt.id}/match`, { parts: [{ reference: lent.number, amount: life.money("321.00") }] });
});
