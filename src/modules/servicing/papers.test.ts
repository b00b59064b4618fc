import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { App } from "#kernel/http/app.ts";
import { buildServer } from "#kernel/http/server.ts";
import { servicingRoutes } from "./routes.ts";
import { readLoan } from "./store.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

let world: LendingWorld;
let app: App;
before(async () => {
  world = await lendingWorld();
  app = await buildServer({ services: world.services, modules: [{ name: "servicing", routes: servicingRoutes }], authenticate: async (request) => ({
    tenantId: world.bharat, actor: world.as([String(request.headers["x-role"]) as "servicing_agent"], { partyId: request.headers["x-party"] as string | undefined }).actor,
  }) });
});
after(async () => {
  await app.close();
  await world.close();
});

const get = (url: string, headers: Record<string, string> = { "x-role": "servicing_agent" }) => app.inject({ method: "GET", url: `/v1${url}`, headers });

/** The words on the pages of a PDF, in reading order. */
async function wordsOf(bytes: Buffer): Promise<string> {
  const { getDocument } = await import("pdfjs-dist/legacy/build/pdf.mjs");
  const opening = getDocument({ data: new Uint8Array(bytes), verbosity: 0 } as Parameters<typeof getDocument>[0]);
  const pdf = await opening.promise;
  let text = "";
  for (let n = 1; n <= pdf.numPages; n++) text += (await (await pdf.getPage(n)).getTextContent()).items.map((i) => ("str" in i ? i.str : "")).join(" ");
  await opening.destroy();
  return text.replaceAll(/\s+/g, " ");
}

async function paidLoan(): Promise<{ loanAccountId: string; number: string; eventId: string; partyId: string }> {
  const { loanAccountId, number } = await world.lend(world.bharat, { amount: "100000.00", months: 12, rate: "0.24" });
  const paid = await app.inject({ method: "POST", url: `/v1/loan-accounts/${loanAccountId}/repayments`, headers: { "x-role": "servicing_agent", "idempotency-key": `paper-${loanAccountId}` }, payload: { amount: { amount: "5000.00", currency: "INR" }, valueDate: "2026-01-15", channel: "cash" } });
  const loan = await world.system().read((tx) => readLoan(tx, loanAccountId));
  return { loanAccountId, number, eventId: paid.json().eventId, partyId: loan.borrower_party_id ?? "" };
}

test("a borrower downloads the statement and the receipt of a payment, with the figures of the books", async () => {
  const { loanAccountId, number, eventId, partyId } = await paidLoan();
  const mine = { "x-role": "borrower", "x-party": partyId };
  const statement = await get(`/loan-accounts/${loanAccountId}/statement`, mine);
  assert.deepEqual([statement.statusCode, statement.headers["content-type"]], [200, "application/pdf"]);
  const words = await wordsOf(statement.rawPayload);
  for (const part of [number, "₹5,000.00", "₹1,00,000.00", "₹95,000.00"]) assert.ok(words.includes(part), `${part} in: ${words}`);
  const receipt = await get(`/loan-accounts/${loanAccountId}/transactions/${eventId}/receipt`, mine);
  const paid = await wordsOf(receipt.rawPayload);
  for (const part of [number, "₹5,000.00", "Cash", "₹95,000.00"]) assert.ok(paid.includes(part), `${part} in: ${paid}`);
  assert.ok((await wordsOf((await get(`/loan-accounts/${loanAccountId}/statement?language=hi`, mine)).rawPayload)).length > 100);
});

test("days before the payment show the statement without it", async () => {
  const { loanAccountId } = await paidLoan();
  const words = await wordsOf((await get(`/loan-accounts/${loanAccountId}/statement?from=2026-01-10&to=2026-01-14`)).rawPayload);
  assert.ok(!words.includes("₹5,000.00"), words);
});

test("somebody else's papers look like none, a payment that is not there is named, days the wrong way round are refused", async () => {
  const { loanAccountId, eventId } = await paidLoan();
  const foreign = { "x-role": "borrower", "x-party": "pty_other" };
  assert.equal((await get(`/loan-accounts/${loanAccountId}/statement`, foreign)).json().code, "loan.not_found");
  assert.equal((await get(`/loan-accounts/${loanAccountId}/transactions/${eventId}/receipt`, foreign)).json().code, "loan.not_found");
  assert.equal((await get(`/loan-accounts/${loanAccountId}/transactions/ev_none/receipt`)).json().code, "loan.event_not_found");
  assert.equal((await get(`/loan-accounts/${loanAccountId}/statement?from=2026-01-20&to=2026-01-10`)).json().code, "loan.date_out_of_range");
});
