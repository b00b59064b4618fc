import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { plusDays } from "../civil-date.ts";
import { startTestSandbox } from "../testing/client.ts";
import { pain001, pain008 } from "../testing/pain.ts";
import { fetchFiles, moveTo, openMain, readStatement } from "../testing/statement.ts";

const DAY = "2026-01-15";
const amounts = fc.integer({ min: 1, max: 900_000 }).map((minor) => `${Math.trunc(minor / 100)}.${String(minor % 100).padStart(2, "0")}`);
const accounts = fc.oneof(fc.constantFrom("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009"), fc.constant("4321")).map((ending) => `50007777${ending}`);
const items = fc.array(fc.record({ amount: fc.oneof(amounts, fc.constant("55.03")), account: accounts }), { minLength: 1, maxLength: 6 });
const traffic = fc.array(fc.oneof(
  fc.record({ kind: fc.constantFrom("payout" as const, "collection" as const), items, ahead: fc.integer({ min: 0, max: 3 }), batch: fc.boolean() }),
  fc.record({ kind: fc.constant("incoming" as const), amount: amounts, ahead: fc.integer({ min: 0, max: 4 }), returned: fc.boolean() }),
  fc.record({ kind: fc.constant("days" as const), days: fc.integer({ min: 1, max: 4 }) }),
), { minLength: 1, maxLength: 12 });

test("for any traffic each statement ties: its opening is the closing before, and opening plus entries is closing", async () => {
  await fc.assert(fc.asyncProperty(traffic, async (steps) => {
    const client = await startTestSandbox();
    try {
      await openMain(client, "20000.00");
      let today = DAY;
      for (const [index, step] of steps.entries()) {
        if (step.kind === "days") {
          today = plusDays(today, step.days);
          await moveTo(client, today);
        } else if (step.kind === "incoming") {
          const reply = await client.send("bank", "POST", "/bank/v1/incoming-payments", { accountId: "main", amount: step.amount, currency: "INR", valueDate: plusDays(today, step.ahead), debtor: { name: "Payer" }, endToEndId: `E${index}`, ...(step.returned ? { returnReason: "AC06" } : {}) });
          assert.equal(reply.status, 201);
        } else {
          const write = step.kind === "payout" ? pain001 : pain008;
          const reply = await client.file(write({ msgId: `M${index}`, date: plusDays(today, step.ahead), batch: step.batch, items: step.items.map((item, at) => ({ ...item, id: `T${index}-${at}` })) }), `key-${index}`);
          assert.equal(reply.status, 201);
        }
      }
      await moveTo(client, plusDays(today, 8));
      let expectedMinor = 2_000_000n;
      const references = new Set<string>();
      const statements = (await fetchFiles(client, "camt.053")).map(readStatement);
      statements.forEach((statement, index) => {
        assert.equal(statement.id, `main-${plusDays(DAY, index)}`, "a statement for every day, in order");
        assert.equal(statement.openingMinor, expectedMinor, "it opens with the closing before");
        for (const entry of statement.entries) {
          assert.ok(!references.has(entry.reference), "a reference stands once");
          references.add(entry.reference);
          expectedMinor += entry.signedMinor;
        }
        assert.equal(statement.closingMinor, expectedMinor, "it closes with opening plus entries");
        assert.ok(expectedMinor >= 0n || expectedMinor >= statement.openingMinor || statement.entries.some((entry) => entry.reason !== undefined), "only a return may overdraw an account, which then stays so until money comes");
      });
      const { json } = await client.get("bank", "/bank/v1/accounts/main");
      assert.equal(BigInt((json["balance"] ?? "").replace(".", "")), expectedMinor, "the last closing is the balance");
    } finally {
      await client.close();
    }
  }), { numRuns: 60 });
});
