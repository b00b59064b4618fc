import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type Client, startTestSandbox } from "../testing/client.ts";

describe("messages and the inbox", () => {
  let client: Client;
  beforeEach(async () => { client = await startTestSandbox(); });
  afterEach(() => client.close());

  const send = (fields: Readonly<Record<string, unknown>>) => client.send("messages", "POST", "/messages/v1/messages", { reference: "m1", channel: "sms", to: "+91 98123-45678", body: "Your code is 482913.", ...fields });

  test("a message is delivered once, however often it is sent, and found by its address", async () => {
    const first = await send({});
    const again = await send({ body: "another text" });
    assert.deepEqual([first.status, again.status, again.json["id"]], [201, 200, first.json["id"]]);
    await send({ reference: "m2", to: "asha@example.org", channel: "email" });
    const found = await client.get("messages", `/messages/v1/messages?to=${encodeURIComponent("+919812345678")}`);
    assert.deepEqual(found.json["messages"]?.map((each) => [each["reference"], each["code"], each["status"]]), [["m1", "482913", "delivered"]]);
    const later = await client.get("messages", `/messages/v1/messages?since=${found.json["next"]}`);
    assert.deepEqual(later.json["messages"]?.map((each) => each["reference"]), ["m2"]);
    assert.equal((await client.get("messages", "/messages/v1/messages/m2")).json["to"], "asha@example.org");
  });

  test("an amount is not taken for a code", async () => {
    await send({ body: "Do not share your code. You paid 123456.00 on loan 99123456." });
    assert.equal((await client.get("messages", "/messages/v1/messages/m1")).json["code"], null);
  });

  test("an address that is not reached says so", async () => {
    assert.deepEqual((await send({ to: "bounce@example.org", channel: "email" })).json["status"], "bounced");
    assert.deepEqual((await send({ reference: "m2", to: "+919810000000" })).json["status"], "failed");
  });

  test("the page shows the code large, escapes what it is given and opens attachments", async () => {
    await send({ subject: "<script>alert(1)</script>", attachments: [{ name: "terms.pdf", contentType: "application/pdf", base64: Buffer.from("%PDF-1.7").toString("base64") }, { name: "page.html", contentType: "text/html", base64: Buffer.from("<script>").toString("base64") }] });
    const page = await (await fetch(`${client.url}/inbox?to=${encodeURIComponent("+919812345678")}`)).text();
    assert.match(page, /class="code"[^>]*>482913</);
    assert.match(page, /&lt;script&gt;alert\(1\)/);
    assert.doesNotMatch(page, /<script/);
    const links = [...page.matchAll(/href="(\/inbox\/[^"?]+)"/g)].map((match) => match[1]);
    const [pdf, html] = await Promise.all(links.map((link) => fetch(`${client.url}${link}`)));
    assert.deepEqual([pdf?.headers.get("content-type"), await pdf?.text()], ["application/pdf", "%PDF-1.7"]);
    assert.match(html?.headers.get("content-disposition") ?? "", /^attachment/);
    assert.equal(html?.headers.get("content-type"), "application/octet-stream");
  });
});
