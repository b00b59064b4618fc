import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import fc from "fast-check";
import { type Client, startTestSandbox } from "../testing/client.ts";
import type { Tradeline } from "./report.ts";

const asha = { givenName: "Asha", familyName: "Rao", birthDate: "1990-04-02", identifiers: [{ scheme: "PAN", value: "ABCPR1234K" }] };
const enquiry = { reference: "enq-1", kind: "hard", consentId: "cns-1", country: "IN", asOf: "2026-01-15", person: asha };

describe("the credit bureau", () => {
  let client: Client;
  beforeEach(async () => { client = await startTestSandbox(); });
  afterEach(() => client.close());

  const ask = (fields: Readonly<Record<string, unknown>> = {}, headers: Readonly<Record<string, string>> = {}) => client.send("bureau", "POST", "/bureau/v1/enquiries", { ...enquiry, ...fields }, headers);
  const named = (familyName: string) => ({ ...asha, familyName, identifiers: [{ scheme: "PAN", value: `ABCP${familyName[0]}1234K` }] });

  test("the same reference gives the same report and is charged once", async () => {
    const first = await ask();
    const again = await ask();
    const found = await client.get("bureau", "/bureau/v1/enquiries/enq-1");
    assert.equal(first.status, 200);
    assert.deepEqual([again.text, found.text], [first.text, first.text]);
    assert.equal((await client.get("bureau", "/bureau/v1/statistics")).json["charged"], 1);
    assert.equal((await ask({ person: named("Iyer") })).json["code"], "bureau.reference_reused");
  });

  test("an enquiry in doubt is resolved by its reference without a second charge, one never received is 404", async () => {
    await assert.rejects(ask({}, { "x-sandbox-fault": "drop" }));
    assert.equal((await client.get("bureau", "/bureau/v1/enquiries/enq-1")).status, 200);
    await assert.rejects(ask({ reference: "enq-2", person: named("Doubt") }));
    assert.equal((await ask({ reference: "enq-2", person: named("Doubt") })).status, 200);
    assert.equal((await client.get("bureau", "/bureau/v1/statistics")).json["charged"], 2);
    assert.equal((await client.get("bureau", "/bureau/v1/enquiries/enq-3")).json["code"], "bureau.enquiry_unknown");
  });

  test("a long reference with signs of its own is found again", async () => {
    const reference = "é/ ?#".repeat(40);
    assert.equal((await ask({ reference })).status, 200);
    assert.equal((await client.get("bureau", `/bureau/v1/enquiries/${encodeURIComponent(reference)}`)).json["reference"], reference);
  });

  test("an outage is charged to nobody and leaves no enquiry", async () => {
    const reply = await ask({ person: named("Outage") });
    assert.deepEqual([reply.status, reply.json["code"]], [503, "sandbox.outage"]);
    assert.equal((await client.get("bureau", "/bureau/v1/enquiries/enq-1")).status, 404);
    assert.equal((await client.get("bureau", "/bureau/v1/statistics")).json["charged"], 0);
  });

  test("magic family names make the file they promise", async () => {
    const report = async (familyName: string) => (await ask({ reference: familyName, person: named(familyName) })).json;
    assert.equal((await report("Norecord"))["outcome"], "no_record");
    assert.equal((await report("Wrongperson"))["person"]?.["familyName"], "Otherwise");
    assert.equal((await report("Mismatch"))["person"]?.["birthDate"], "1989-04-01");
    assert.ok(Number((await report("Prime"))["score"]?.["value"]) >= 760);
    const defaulter = await report("Defaulter");
    assert.ok(Number(defaulter["score"]?.["value"]) <= 520 && Number(defaulter["summary"]?.["writtenOff"]) >= 1 && Number(defaulter["summary"]?.["overdue"]) > 0);
    const subprime = await report("Subprime");
    assert.ok(Number(subprime["score"]?.["value"]) <= 650 && Number(subprime["summary"]?.["overdue"]) > 0);
  });

  test("a seeded file is told as it was given, under any of the person's identifiers", async () => {
    await client.send("bureau", "PUT", "/bureau/v1/persons/pan/abcpr1234k", {
      person: asha, country: "IN", score: 741,
      tradelines: [{ kind: "personal_loan", openedDate: "2025-01-10", amount: "120000", balance: "80000.00", monthlyPayment: "4000.00", overdue: "500.00" }, { kind: "home_loan", openedDate: "2026-05-01", amount: "100" }],
      enquiries: [{ date: "2025-12-01", lender: "Old Town Bank", kind: "hard" }],
    });
    const { json } = await ask({ person: { ...asha, identifiers: [{ scheme: "AADHAAR", value: "2222 3333 4444" }, { scheme: "PAN", value: "ABCPR-1234K" }] } });
    assert.equal(json["score"]?.["value"], 741);
    assert.deepEqual(json["tradelines"]?.map((line) => [line["kind"], line["amount"], line["balance"], line["overdue"], line["grid"]?.[0]?.["dpd"]]), [["personal_loan", "120000.00", "80000.00", "500.00", 30]]);
    assert.equal(json["summary"]?.["enquiries90Days"], 1);
  });

  test("a hard enquiry shows in the person's next report, a soft one does not", async () => {
    const person = named("Prime");
    await ask({ reference: "s", kind: "soft", person });
    await ask({ reference: "h", person });
    const before = await client.get("bureau", "/bureau/v1/enquiries/h");
    const { json } = await ask({ reference: "n", asOf: "2026-02-15", person });
    assert.equal((json["enquiries"]?.length ?? 0) - (before.json["enquiries"]?.length ?? 0), 1);
    assert.equal(json["enquiries"]?.find((each) => each["date"] === "2026-01-15")?.["kind"], "hard");
  });

  test("every synthetic report is consistent in itself and the same in another sandbox of the seed", async () => {
    const other = await startTestSandbox();
    try {
      await fc.assert(fc.asyncProperty(fc.stringMatching(/^[A-Z]{3}P[A-Z]\d{4}[A-Z]$/), fc.constantFrom("IN", "US"), async (value, country) => {
        const body = { reference: `${country}-${value}`, country, person: { ...asha, identifiers: [{ scheme: "PAN", value }] } };
        const [one, two] = await Promise.all([ask(body), other.send("bureau", "POST", "/bureau/v1/enquiries", { ...enquiry, ...body })]);
        assert.equal(one.text, two.text);
        const report = one.json;
        if (report["outcome"] === "no_record") return;
        const lines = (report["tradelines"] ?? []) as unknown as readonly Tradeline[];
        const total = lines.reduce((sum, line) => sum + BigInt(line.balance.replace(".", "")), 0n);
        assert.equal(BigInt((report["summary"]?.["balance"] ?? "").replace(".", "")), total);
        assert.ok(Number(report["score"]?.["value"]) >= 300 && Number(report["score"]?.["value"]) <= Number(report["score"]?.["range"]?.["high"]));
        for (const line of lines) {
          assert.ok(line.openedDate <= "2026-01-15" && line.grid.length <= 36);
          assert.ok(line.status !== "closed" || (line.balance === "0.00" && line.closedDate !== null));
        }
      }), { numRuns: 150 });
    } finally {
      await other.close();
    }
  });

  test("what is missing or misspelt is named, all of it", async () => {
    const reply = await client.send("bureau", "POST", "/bureau/v1/enquiries", { ...enquiry, kind: "firm", consentId: undefined, asOf: "2026-02-30", extra: 1 });
    assert.equal(reply.status, 400);
    assert.deepEqual(reply.json["errors"]?.map((error) => error["pointer"]).toSorted(), ["/asOf", "/consentId", "/extra", "/kind"]);
  });
});
