import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildSchedule, fromMoneyJson, type LoanTerms, type MoneyJson } from "#engine/index.ts";
import { removePostgres } from "#kernel/postgres.ts";
import { deliverAll } from "#kernel/relay.ts";
import { closeAndFund } from "./demo/closing.ts";
import { readApplicants, takeIn } from "./demo/intake.ts";
import { readOptions } from "./demo/options.ts";
import { peopleOf } from "./demo/people.ts";
import { startPlatform, type Platform } from "./platform.ts";
import { DEMO_PASSWORD } from "./seed.ts";

const folder = mkdtempSync(join(tmpdir(), "loanwright-modes-"));
let origination: Platform;
let servicing: Platform;
let keys = 0;

before(async () => {
  origination = await startPlatform({ dataDir: join(folder, "origination"), mode: "origination", worker: "none", logLevel: "error" });
  servicing = await startPlatform({ dataDir: join(folder, "servicing"), mode: "servicing", worker: "none", logLevel: "error" });
});
after(async () => {
  await origination.close();
  await servicing.close();
  for (const half of ["origination", "servicing"]) await removePostgres(join(folder, half, "postgres"));
  rmSync(folder, { recursive: true, force: true });
});

async function call(platform: Platform, login: string, method: string, path: string, body?: unknown) {
  const signedIn = await fetch(`${platform.url}/v1/staff-sign-ins`, { method: "POST", headers: { "content-type": "application/json", "x-lender": "bharat" }, body: JSON.stringify({ email: `${login}@bharat.example`, password: DEMO_PASSWORD }) });
  const { token } = await signedIn.json() as { token: string };
  const response = await fetch(platform.url + path, { method, headers: { authorization: `Bearer ${token}`, "idempotency-key": `modes-${method}-${path}-${keys++}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, body: body === undefined ? undefined : JSON.stringify(body) });
  return { status: response.status, body: await response.json() as never };
}

test("each half serves its own routes and not the other's", async () => {
  assert.equal((await call(origination, "officer", "GET", "/v1/applications")).status, 200);
  assert.equal((await call(origination, "servicing", "GET", "/v1/loan-accounts")).status, 404);
  assert.equal((await call(servicing, "servicing", "GET", "/v1/loan-accounts")).status, 200);
  assert.equal((await call(servicing, "officer", "GET", "/v1/applications")).status, 404);
});

test("a loan funded in origination alone is boarded from its file in servicing alone, with the same schedule to the cent", async () => {
  const tenantId = "tn_bharat";
  const { services, wiring } = origination;
  const people = peopleOf(services, tenantId);
  const options = readOptions(["--count", "30", "--seed", "5"]);
  const rows = readApplicants(options);
  const { applicants } = await takeIn(rows.slice(0, 30), people, wiring.outside, options, "2026-01-01");
  await deliverAll(services, wiring.modules, tenantId);
  const inbox = async (phone: string) => {
    const response = await fetch(`${origination.sandboxUrl}/messages/v1/messages?to=${encodeURIComponent(phone)}`, { headers: { authorization: `Bearer ${services.config.sandboxKeys.messages}` } });
    return ((await response.json()) as { messages: { code: string | null }[] }).messages.findLast((m) => m.code !== null)?.code ?? "";
  };
  await closeAndFund(applicants.filter((a) => a.state === "offered").slice(0, 2), people, wiring.outside, inbox);

  const listed = await call(origination, "operations", "GET", "/v1/funded-loans") as { body: { items: { id: string }[] } };
  assert.ok(listed.body.items.length >= 1, "no funded loan was handed over");
  for (const { id } of listed.body.items) {
    const file = (await call(origination, "operations", "GET", `/v1/funded-loans/${id}`)).body as { loan: { scheduleHash: string; terms: LoanTerms } };
    const boarded = await call(servicing, "operations", "POST", "/v1/boarding", { loans: [file] }) as { status: number; body: { loans: { loanAccountId: string; state: string; scheduleHash: string }[] } };
    assert.equal(boarded.status, 200, JSON.stringify(boarded.body));
    const [loan] = boarded.body.loans;
    assert.equal(loan?.state, "boarded", JSON.stringify(boarded.body));
    assert.equal(loan.scheduleHash, file.loan.scheduleHash);
    // Row by row, with the schedule that the sender signed.
    const schedule = await call(servicing, "servicing", "GET", `/v1/loan-accounts/${loan.loanAccountId}/schedule`) as { body: { rows: { kind: string; dueDate: string; principal: MoneyJson; interest: MoneyJson }[] } };
    const rows = schedule.body.rows.filter((row) => row.kind === "installment");
    assert.deepEqual(rows.map((r) => [r.dueDate, Number(fromMoneyJson(r.principal).minor), Number(fromMoneyJson(r.interest).minor)]), buildSchedule(file.loan.terms).rows.map((r) => [r.dueDate, r.principal, r.interest]));
  }
});
