import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type Client, startTestSandbox } from "../testing/client.ts";
import { fetchFiles, moveTo, openMain, readNotification, readStatement } from "../testing/statement.ts";

const payment = { accountId: "main", amount: "106.62", currency: "INR", debtor: { name: "Asha Rao", account: "500012345678" }, remittance: "LN-0001 & thanks", endToEndId: "E1" };

describe("incoming payments and the business date", () => {
  let client: Client;
  beforeEach(async () => {
    client = await startTestSandbox();
    await openMain(client, "0.00");
  });
  afterEach(() => client.close());

  test("a payment is notified at once and stands in the statement under the same reference", async () => {
    const reply = await client.send("bank", "POST", "/bank/v1/incoming-payments", { ...payment, valueDate: "2026-01-14" });
    assert.equal(reply.json["status"], "booked");
    await moveTo(client, "2026-01-16");
    const [notified] = (await fetchFiles(client, "camt.054")).map(readNotification);
    const [statement] = (await fetchFiles(client, "camt.053")).map(readStatement);
    assert.deepEqual(statement?.entries, notified);
    assert.deepEqual(statement?.entries.map((entry) => [entry.reference, entry.signedMinor, entry.valueDate, entry.remittance]), [[reply.json["bankReference"], 10_662n, "2026-01-14", "LN-0001 & thanks"]]);
  });

  test("a payment dated ahead is booked on its day, one with a return reason goes back the day after", async () => {
    const reply = await client.send("bank", "POST", "/bank/v1/incoming-payments", { ...payment, valueDate: "2026-01-17", returnReason: "AM04" });
    assert.equal(reply.json["status"], "scheduled");
    const moved = await moveTo(client, "2026-01-19");
    assert.deepEqual(moved.json["closed"]?.map((day) => [day["date"], day["closing"], day["entries"]]), [["2026-01-15", "0.00", 0], ["2026-01-16", "0.00", 0], ["2026-01-17", "106.62", 1], ["2026-01-18", "0.00", 1]]);
    const statements = (await fetchFiles(client, "camt.053")).map(readStatement);
    assert.equal(statements[3]?.entries[0]?.reason, "AM04");
    assert.equal(statements[3]?.entries[0]?.original, statements[2]?.entries[0]?.reference);
  });

  test("the same reference is credited once, without one the duplicate fault credits twice", async () => {
    const first = await client.send("bank", "POST", "/bank/v1/incoming-payments", { ...payment, reference: "r1" });
    const again = await client.send("bank", "POST", "/bank/v1/incoming-payments", { ...payment, reference: "r1" });
    assert.deepEqual([first.status, again.status], [201, 200]);
    assert.deepEqual(again.json, first.json);
    assert.equal((await client.send("bank", "POST", "/bank/v1/incoming-payments", { ...payment, amount: "106.63", reference: "r1" })).status, 422);
    await client.send("bank", "POST", "/bank/v1/incoming-payments", payment, { "x-sandbox-fault": "duplicate" });
    assert.equal((await client.get("bank", "/bank/v1/accounts/main")).json["balance"], "319.86");
  });

  test("a bulk with one wrong payment books nothing and names every wrong field", async () => {
    const reply = await client.send("bank", "POST", "/bank/v1/incoming-payments/bulk", { payments: [payment, { ...payment, amount: "1.005" }, { ...payment, currency: "USD" }, { ...payment, accountId: "nobody" }, { ...payment, amount: "0" }] });
    assert.equal(reply.status, 400);
    assert.deepEqual(reply.json["errors"]?.map((error) => error["pointer"]), ["/payments/1/amount", "/payments/2/currency", "/payments/3/accountId", "/payments/4/amount"]);
    assert.equal((await client.get("bank", "/bank/v1/accounts/main")).json["balance"], "0.00");
  });

  test("accounts keep their own dates, the same date closes nothing, and none goes back", async () => {
    await client.send("bank", "PUT", "/bank/v1/accounts/us", { name: "US lender", currency: "USD", routing: "021000021", account: "900100200", openingBalance: "5.00", openDate: "2026-03-01" });
    const moved = await client.send("bank", "POST", "/bank/v1/business-date", { date: "2026-01-16", accountIds: ["main"] });
    assert.deepEqual(moved.json["closed"]?.map((day) => day["accountId"]), ["main"]);
    assert.deepEqual((await moveTo(client, "2026-01-16")).json["closed"], []);
    const back = await client.send("bank", "POST", "/bank/v1/business-date", { date: "2026-02-01", accountIds: ["us"] });
    assert.deepEqual([back.status, back.json["code"]], [409, "bank.date_goes_back"]);
    assert.equal((await client.get("bank", "/bank/v1/accounts/us")).json["businessDate"], "2026-03-01");
  });

  test("a statement delivered twice is the same statement in two files", async () => {
    await moveTo(client, "2026-01-16", { "x-sandbox-fault": "duplicate" });
    const [one, two, ...more] = await fetchFiles(client, "camt.053");
    assert.equal(one, two);
    assert.deepEqual(more, []);
  });

  test("the list of files goes on where the reader stopped, and an account is opened once", async () => {
    await moveTo(client, "2026-01-20");
    const first = await client.get("bank", "/bank/v1/files?limit=3");
    const rest = await client.get("bank", `/bank/v1/files?since=${first.json["next"]}`);
    assert.deepEqual([...(first.json["files"] ?? []), ...(rest.json["files"] ?? [])].map((file) => file["businessDate"]), ["2026-01-15", "2026-01-16", "2026-01-17", "2026-01-18", "2026-01-19"]);
    const other = await client.send("bank", "PUT", "/bank/v1/accounts/main", { name: "Demo NBFC", currency: "INR", ifsc: "SAND0000001", account: "100200300400", openingBalance: "1.00" });
    assert.deepEqual([other.status, other.json["code"]], [409, "bank.account_differs"]);
  });
});
