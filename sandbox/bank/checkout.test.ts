import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, describe, test } from "node:test";
import { DEMO_KEYS } from "../keys.ts";
import { type Client, startTestSandbox } from "../testing/client.ts";
import { fetchFiles, moveTo, openMain, readStatement } from "../testing/statement.ts";

interface Received { readonly headers: Readonly<Record<string, string | string[] | undefined>>; readonly body: string }

describe("paying on the checkout page", () => {
  let client: Client;
  let lender: Server;
  let received: Received[];
  let refusals: number;
  beforeEach(async () => {
    client = await startTestSandbox();
    await openMain(client, "0.00");
    received = [];
    refusals = 0;
    lender = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => { body += chunk.toString(); }).on("end", () => {
        received.push({ headers: request.headers, body });
        response.writeHead(refusals-- > 0 ? 500 : 204).end();
        lender.emit("webhook");
      });
    }).listen(0, "127.0.0.1");
    await once(lender, "listening");
  });
  afterEach(async () => {
    await client.close();
    lender.close();
  });

  const open = async (fields: Readonly<Record<string, unknown>> = {}) => {
    const address = lender.address();
    const port = typeof address === "object" ? address?.port : 0;
    return client.send("bank", "POST", "/bank/v1/checkout-sessions", { reference: "LN-1/pay", amount: "106.62", currency: "INR", description: "Installment <3>", returnUrl: "http://lender.example/back?x=1", webhookUrl: `http://127.0.0.1:${port}/hook`, ...fields });
  };
  const press = (url: string, action: string): Promise<Response> => fetch(url, { method: "POST", body: new URLSearchParams({ action }), redirect: "manual" });

  test("a person pays: money arrives, the browser goes back, the webhook is signed", async () => {
    const session = await open();
    assert.match((await (await fetch(session.json["url"] ?? "")).text()), /Pay 106\.62 INR[\s\S]*Installment &lt;3&gt;|Installment &lt;3&gt;[\s\S]*Pay 106\.62 INR/);
    const called = once(lender, "webhook");
    const answer = await press(session.json["url"] ?? "", "pay");
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get("location"), `http://lender.example/back?x=1&session=${session.json["id"]}&reference=LN-1%2Fpay&status=paid`);
    await called;
    const [hook] = received;
    assert.equal(JSON.parse(hook?.body ?? "{}").type, "checkout.paid");
    const expected = createHmac("sha256", DEMO_KEYS.bank).update(`${hook?.headers["webhook-id"]}.${hook?.headers["webhook-timestamp"]}.${hook?.body}`).digest("base64");
    assert.equal(hook?.headers["webhook-signature"], `v1,${expected}`);
    await moveTo(client, "2026-01-16");
    const [statement] = (await fetchFiles(client, "camt.053")).map(readStatement);
    assert.deepEqual(statement?.entries.map((entry) => [entry.signedMinor, entry.endToEndIds, entry.remittance]), [[10_662n, ["LN-1/pay"], "LN-1/pay"]]);
  });

  test("a lost answer leaves the payment to be found by asking", async () => {
    const session = await open();
    const answer = await press(session.json["url"] ?? "", "lose");
    assert.equal(answer.status, 200);
    assert.equal((await client.get("bank", `/bank/v1/checkout-sessions/${session.json["id"]}`)).json["status"], "paid");
    assert.deepEqual(received, []);
  });

  test("a failed payment moves nothing, and a settled session takes no second decision", async () => {
    const session = await open();
    const failed = await client.send("bank", "POST", `/bank/v1/checkout-sessions/${session.json["id"]}/actions`, { action: "fail" });
    assert.equal(failed.json["status"], "failed");
    assert.equal((await client.send("bank", "POST", `/bank/v1/checkout-sessions/${session.json["id"]}/actions`, { action: "pay" })).json["code"], "bank.session_settled");
    await press(session.json["url"] ?? "", "pay");
    assert.equal((await client.get("bank", "/bank/v1/accounts/main")).json["balance"], "0.00");
  });

  test("the same reference is the same session, a magic amount comes back, a webhook refused is tried again", async () => {
    refusals = 1;
    const session = await open({ amount: "55.01" });
    assert.equal((await open({ amount: "55.01" })).json["id"], session.json["id"]);
    assert.equal((await open({ amount: "55.02" })).status, 422);
    await client.send("bank", "POST", `/bank/v1/checkout-sessions/${session.json["id"]}/actions`, { action: "pay" });
    while (received.length < 2) await once(lender, "webhook");
    assert.equal(received[0]?.headers["webhook-id"], received[1]?.headers["webhook-id"]);
    await moveTo(client, "2026-01-17");
    const statements = (await fetchFiles(client, "camt.053")).map(readStatement);
    assert.deepEqual(statements[1]?.entries.map((entry) => [entry.signedMinor, entry.reason]), [[-5_501n, "AM04"]]);
  });

  test("a return address that is no web address is refused", async () => {
    assert.equal((await open({ returnUrl: "javascript:alert(1)" })).status, 400);
  });
});
