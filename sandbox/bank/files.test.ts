import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type Client, startTestSandbox } from "../testing/client.ts";
import { pain001, pain008 } from "../testing/pain.ts";
import { fetchFiles, moveTo, openMain, readNotification, readStatement, readStatusReport } from "../testing/statement.ts";

const DAY = "2026-01-15";
const balance = async (client: Client): Promise<string> => (await client.get("bank", "/bank/v1/accounts/main")).json["balance"] ?? "";

describe("payment files at the bank", () => {
  let client: Client;
  beforeEach(async () => {
    client = await startTestSandbox();
    await openMain(client);
  });
  afterEach(() => client.close());

  test("a payout leaves the account once, however often its file is sent", async () => {
    const xml = pain001({ msgId: "M1", date: DAY, items: [{ id: "L1", amount: "1000.50", account: "500012345678" }], controlSum: "1000.50" });
    const first = await client.file(xml, "key-1");
    assert.equal(first.status, 201);
    assert.equal(first.json["status"], "ACSC");
    const again = await client.file(xml, "key-1");
    assert.deepEqual(again.json, first.json);
    assert.equal(again.headers.get("idempotency-replayed"), "true");
    const otherKey = await client.file(xml, "key-2");
    assert.equal(otherKey.status, 409);
    assert.equal(otherKey.json["code"], "bank.duplicate_message");
    assert.equal(otherKey.json["submissionId"], first.json["submissionId"]);
    assert.equal((await client.file(xml.replace("1000.50</Inst", "1.00</Inst"), "key-1")).status, 422);
    assert.equal(await balance(client), "998999.50");
  });

  test("each magic account ending meets its documented fate, and the money comes back with the reason", async () => {
    const endings = ["0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "1234"];
    const items = endings.map((ending) => ({ id: `L${ending}`, amount: "100.00", account: `50009999${ending}` }));
    const reply = await client.file(pain001({ msgId: "M2", date: DAY, items }), "key");
    assert.equal(reply.json["status"], "PART");
    const [firstReport = ""] = await fetchFiles(client, "pain.002");
    assert.deepEqual(readStatusReport(firstReport), {
      group: "PART",
      items: { L0001: "RJCT AC04", L0002: "ACSC", L0003: "RJCT AC01", L0004: "ACSC", L0005: "ACCP", L0006: "ACSC", L0007: "RJCT RR04", L0008: "ACCP", L1234: "ACSC" },
    });
    await moveTo(client, "2026-01-19");
    const later = (await fetchFiles(client, "pain.002")).slice(1).map((xml) => readStatusReport(xml).items);
    assert.deepEqual(later, [{ L0005: "ACSC", L0009: "ACSC" }, { L0008: "RJCT MS03" }]);
    const returns = (await fetchFiles(client, "camt.053")).map(readStatement).flatMap((each) => each.entries.filter((entry) => entry.reason !== undefined).map((entry) => [each.id.slice(-10), entry.endToEndIds[0], entry.reason, entry.family, entry.signedMinor]));
    assert.deepEqual(returns, [["2026-01-16", "L0002", "AC06", "ICDT/RRTN", 10_000n], ["2026-01-16", "L0004", "AC04", "ICDT/RRTN", 10_000n], ["2026-01-18", "L0006", "MS03", "ICDT/RRTN", 10_000n]]);
    assert.equal(await balance(client), "999700.00");
  });

  test("collections credit the account and unpaid ones are taken back the next day under their first reference", async () => {
    const items = [{ id: "D1", amount: "106.62", account: "500012340004" }, { id: "D2", amount: "106.62", account: "500012345678" }, { id: "D3", amount: "55.02", account: "500012345678" }];
    assert.equal((await client.file(pain008({ msgId: "M3", date: DAY, items }), "key")).json["status"], "ACSC");
    assert.equal(await balance(client), "1000268.26");
    await moveTo(client, "2026-01-17");
    const [first, second] = (await fetchFiles(client, "camt.053")).map(readStatement);
    const collected = first?.entries.find((entry) => entry.endToEndIds[0] === "D1");
    assert.deepEqual(second?.entries.map((entry) => [entry.endToEndIds[0], entry.reason, entry.family]), [["D1", "AM04", "IDDT/UPDD"], ["D3", "AC06", "IDDT/UPDD"]]);
    assert.equal(second?.entries[0]?.original, collected?.reference);
    assert.equal(await balance(client), "1000106.62");
    const [notified] = (await fetchFiles(client, "camt.054")).map(readNotification);
    assert.deepEqual(notified?.map((entry) => entry.reference), second?.entries.map((entry) => entry.reference));
  });

  test("a collection without a mandate is rejected", async () => {
    const xml = pain008({ msgId: "M3", date: DAY, items: [{ id: "D1", amount: "10.00", account: "500012345678" }, { id: "D2", amount: "10.00", account: "500012345678" }] });
    await client.file(xml.replace("<MndtId>M-D1</MndtId>", ""), "key");
    const [report = ""] = await fetchFiles(client, "pain.002");
    assert.deepEqual(readStatusReport(report).items, { D1: "RJCT MD01", D2: "ACSC" });
  });

  test("a file dated ahead waits for its day", async () => {
    const reply = await client.file(pain001({ msgId: "M4", date: "2026-01-20", items: [{ id: "L1", amount: "10.00", account: "500012345678" }] }), "key");
    assert.equal(reply.json["status"], "ACCP");
    await moveTo(client, "2026-01-19");
    assert.equal(await balance(client), "1000000.00");
    await moveTo(client, "2026-01-20");
    assert.equal(await balance(client), "999990.00");
    assert.deepEqual((await fetchFiles(client, "pain.002")).map((xml) => readStatusReport(xml).items["L1"]), ["ACCP", "ACSC"]);
  });

  test("without cover, in another currency, for nothing or with three decimals an item is rejected and the others go", async () => {
    const items = [
      { id: "A", amount: "999000.00", account: "500012345678" }, { id: "B", amount: "2000.00", account: "500012345678" }, { id: "C", amount: "5.00", currency: "USD", account: "500012345678" },
      { id: "D", amount: "0.00", account: "500012345678" }, { id: "E", amount: "1.005", account: "500012345678" }, { id: "F", amount: "900.00", account: "500012345678" },
    ];
    await client.file(pain001({ msgId: "M5", date: DAY, items }), "key");
    const [report = ""] = await fetchFiles(client, "pain.002");
    assert.deepEqual(readStatusReport(report).items, { A: "ACSC", B: "RJCT AM04", C: "RJCT AM03", D: "RJCT AM01", E: "RJCT AM12", F: "ACSC" });
    assert.equal(await balance(client), "100.00");
  });

  test("a file whose count or control sum is wrong is rejected whole", async () => {
    const items = [{ id: "L1", amount: "10.00", account: "500012345678" }];
    const counted = await client.file(pain001({ msgId: "M6", date: DAY, items, count: "2" }), "key-1");
    const summed = await client.file(pain001({ msgId: "M7", date: DAY, items, controlSum: "10.01" }), "key-2");
    assert.deepEqual([counted.json["status"], counted.json["reason"], summed.json["status"], summed.json["reason"]], ["RJCT", "AM18", "RJCT", "AM10"]);
    assert.equal(await balance(client), "1000000.00");
  });

  test("batch booking makes one entry that names every item", async () => {
    const items = ["L1", "L2", "L3"].map((id) => ({ id, amount: "10.00", account: "500012345678" }));
    await client.file(pain001({ msgId: "M8", date: DAY, items, batch: true }), "key");
    await moveTo(client, "2026-01-16");
    const [statement] = (await fetchFiles(client, "camt.053")).map(readStatement);
    assert.deepEqual(statement?.entries.map((entry) => [entry.signedMinor, entry.endToEndIds]), [[-3_000n, ["L1", "L2", "L3"]]]);
  });

  test("an older pain.001, a name with signs that XML must escape and a prefixed document are read", async () => {
    const xml = pain001({ msgId: "M9", date: DAY, version: "03", items: [{ id: "L1", amount: "10.00", account: "500012345678", name: "Rao &amp; Söhne &lt;x&gt; &#233;" }] });
    assert.equal((await client.file(xml, "key-1")).json["messageName"], "pain.001.001.03");
    const prefixed = pain001({ msgId: "M10", date: DAY, items: [{ id: "L2", amount: "10.00", account: "500012345678" }] }).replaceAll(/<(\/?)(?=[A-Z])/g, "<$1p:").replace("xmlns=", "xmlns:p=");
    assert.equal((await client.file(prefixed, "key-2")).json["messageName"], "pain.001.001.09");
    await moveTo(client, "2026-01-16");
    const [statement = ""] = await fetchFiles(client, "camt.053");
    assert.match(statement, /<Nm>Rao &amp; Söhne &lt;x&gt; é<\/Nm>/);
  });

  test("what is no payment file is refused, naming the place, and moves nothing", async () => {
    const good = pain001({ msgId: "M11", date: DAY, items: [{ id: "L1", amount: "10.00", account: "500012345678" }] });
    const bad: readonly (readonly [string, RegExp])[] = [
      ["<a><b></a>", /Line 1/], ["not xml", /Line|Document/], [good.replace("<Document", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Document'), /DOCTYPE/],
      [good.replace("<EndToEndId>L1</EndToEndId>", ""), /CdtTrfTxInf\[1\]\/PmtId\/EndToEndId is missing/], [good.replace("2026-01-15</Dt>", "2026-02-30</Dt>"), /ReqdExctnDt is not a date/],
    ];
    for (const [xml, detail] of bad) {
      const reply = await client.file(xml, `key-${detail}`);
      assert.equal(reply.status, 400);
      assert.match(reply.json["detail"] ?? "", detail);
    }
    assert.equal((await client.file(good.replace("100200300400", "999"), "key-x")).json["code"], "bank.account_unknown");
    assert.equal(await balance(client), "1000000.00");
  });
});
