import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openJournal } from "./journal.ts";
import { startTestSandbox } from "./testing/client.ts";
import { pain001, pain008 } from "./testing/pain.ts";
import { moveTo, openMain } from "./testing/statement.ts";

const person = { givenName: "Asha", familyName: "Rao", birthDate: "1990-04-02", identifiers: [{ scheme: "PAN", value: "ABCPR1234K" }] };

describe("the journal", () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), "sandbox-journal-")); });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Everything that can be read, as text. */
  async function readAll(client: Awaited<ReturnType<typeof startTestSandbox>>): Promise<readonly string[]> {
    const paths = [
      ["bank", "/bank/v1/accounts"], ["bank", "/bank/v1/submissions"], ["bank", "/bank/v1/files?limit=1000"], ["bureau", "/bureau/v1/statistics"], ["bureau", "/bureau/v1/enquiries/e"],
      ["kyc", "/kyc/v1/verifications/k"], ["messages", "/messages/v1/messages"],
    ] as const;
    const texts: string[] = [];
    for (const [provider, path] of paths) texts.push((await client.get(provider, path)).text);
    for (const file of JSON.parse(texts[2] ?? "").files as { url: string }[]) texts.push((await client.get("bank", file.url)).text);
    return texts;
  }

  test("a restart answers everything as before, and goes on where it stopped", async () => {
    const first = await startTestSandbox({ dataDir: folder });
    await openMain(first);
    await first.send("bureau", "PUT", "/bureau/v1/persons/PAN/ABCPR1234K", { person, country: "IN", score: 741 });
    await first.send("bureau", "POST", "/bureau/v1/enquiries", { reference: "e", kind: "hard", consentId: "c", country: "IN", asOf: "2026-01-15", person });
    await first.send("kyc", "POST", "/kyc/v1/verifications", { reference: "k", kind: "otp", person: { givenName: "Asha", familyName: "Rao", phone: "+9198" }, asOf: "2026-01-15" });
    const items = ["0002", "0005", "0008", "0009", "4321"].map((ending) => ({ id: `L${ending}`, amount: "55.01", account: `50001234${ending}` }));
    const xml = pain001({ msgId: "M1", date: "2026-01-15", items, batch: true });
    const paid = await first.file(xml, "key-1");
    await first.file(pain008({ msgId: "M2", date: "2026-01-17", items }), "key-2");
    await first.send("bank", "POST", "/bank/v1/incoming-payments", { accountId: "main", amount: "5.00", currency: "INR", valueDate: "2026-01-17", debtor: { name: "P" }, reference: "r" });
    const session = await first.send("bank", "POST", "/bank/v1/checkout-sessions", { reference: "s", amount: "9.00", currency: "INR", description: "d", returnUrl: "http://x.example/" });
    await first.send("bank", "POST", `/bank/v1/checkout-sessions/${session.json["id"]}/actions`, { action: "lose" });
    await moveTo(first, "2026-01-16");
    const stamp = await first.send("esign", "POST", "/esign/v1/timestamps", { sha256: "c".repeat(64) });
    const before = await readAll(first);
    await first.close();
    const second = await startTestSandbox({ dataDir: folder });
    try {
      assert.deepEqual(await readAll(second), before);
      assert.deepEqual((await second.file(xml, "key-1")).json, paid.json);
      assert.equal((await second.file(xml, "key-9")).status, 409);
      assert.equal((await second.send("esign", "POST", "/esign/v1/timestamps", { sha256: "c".repeat(64) })).text, stamp.text);
      assert.equal((await second.get("bank", `/bank/v1/checkout-sessions/${session.json["id"]}`)).json["status"], "paid");
      const moved = await moveTo(second, "2026-01-20");
      // 16th: two returns and the delayed payout; 17th: four collections and the scheduled payment; 18th: three returns and the delayed collection.
      assert.deepEqual(moved.json["closed"]?.map((day) => day["entries"]), [3, 5, 4, 0]);
    } finally {
      await second.close();
    }
  });

  test("what was answered before a kill -9 is there after it", async () => {
    const start = async (): Promise<{ child: ChildProcess; url: string }> => {
      const child = spawn(process.execPath, [fileURLToPath(new URL("main.ts", import.meta.url)), "--port", "0", "--data", folder], { stdio: ["ignore", "pipe", "inherit"] });
      const [line] = await once(createInterface({ input: child.stdout }), "line") as [string];
      return { child, url: (JSON.parse(line) as { url: string }).url };
    };
    const send = (url: string, index: number) => fetch(`${url}/messages/v1/messages`, {
      method: "POST", headers: { authorization: "Bearer sandbox-messages-key", "content-type": "application/json" },
      body: JSON.stringify({ reference: `m${index}`, channel: "sms", to: "+91", body: "hello" }),
    }).then((response) => response.status, () => 0);
    const first = await start();
    const statuses = await Promise.all([...Array.from({ length: 200 }, (_, index) => send(first.url, index)), send(first.url, 200).then((status) => { first.child.kill("SIGKILL"); return status; })]);
    if (first.child.exitCode === null && first.child.signalCode === null) await once(first.child, "exit");
    const second = await start();
    try {
      for (const [index, status] of statuses.entries()) {
        if (status === 201) assert.equal(await send(second.url, index), 200, `message ${index} was answered and must be known`);
      }
      assert.ok(statuses.includes(201));
    } finally {
      second.child.kill("SIGTERM");
      await once(second.child, "exit");
    }
  });

  test("a last line cut short is forgotten, a broken line inside stops the start", () => {
    const line = JSON.stringify({ provider: "p", operation: "o", input: 1 });
    writeFileSync(join(folder, "sandbox.jsonl"), `${line}\n${line.slice(0, 9)}`);
    const seen: unknown[] = [];
    const journal = openJournal(folder, (each) => seen.push(each.input));
    journal.append({ provider: "p", operation: "o", input: "ü" });
    journal.close();
    assert.deepEqual(seen, [1]);
    assert.equal(readFileSync(join(folder, "sandbox.jsonl"), "utf8"), `${line}\n${line.replace("1", '"ü"')}\n`);
    appendFileSync(join(folder, "sandbox.jsonl"), `oops\n${line}\n`);
    assert.throws(() => openJournal(folder, () => {}), SyntaxError);
  });
});
