import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type Client, startTestSandbox } from "../testing/client.ts";

const asha = { givenName: "Asha", familyName: "Rao", birthDate: "1990-04-02", phone: "+919812345678" };
let counter = 0;

const verify = (client: Client, fields: Readonly<Record<string, unknown>>, headers: Readonly<Record<string, string>> = {}) => {
  counter += 1;
  return client.send("kyc", "POST", "/kyc/v1/verifications", { reference: `k-${counter}`, kind: "pan", person: asha, asOf: "2026-01-15", ...fields }, headers);
};
const outcome = async (client: Client, fields: Readonly<Record<string, unknown>>): Promise<unknown> => (await verify(client, fields)).json["outcome"];
const pan = (value: string) => ({ identifier: { scheme: "PAN", value } });

describe("the KYC service", () => {
  let client: Client;
  beforeEach(async () => { client = await startTestSandbox(); });
  afterEach(() => client.close());

  test("an identifier belongs to the first who shows it; another name or birth date is a mismatch", async () => {
    assert.equal(await outcome(client, pan("ABCPR1234K")), "clear");
    assert.equal(await outcome(client, { ...pan("abcpr 1234k"), person: { ...asha, givenName: "ASHA", familyName: "Ráo" } }), "clear");
    assert.equal(await outcome(client, { ...pan("ABCPR1234K"), person: { ...asha, givenName: "Vikram", familyName: "Mehta" } }), "mismatch");
    assert.equal(await outcome(client, { ...pan("ABCPR1234K"), person: { ...asha, birthDate: "1991-04-02" } }), "mismatch");
  });

  test("identifiers that cannot exist have no record", async () => {
    const cases: readonly (readonly [string, string, string, string])[] = [
      ["pan", "PAN", "ABCCR1234K", "no_record"], ["pan", "PAN", "ABC", "no_record"], ["ssn", "SSN", "123-45-6789", "clear"], ["ssn", "SSN", "666-45-6789", "no_record"], ["ssn", "SSN", "123-00-6789", "no_record"],
      ["aadhaar", "AADHAAR", "234123412346", "clear"], ["aadhaar", "AADHAAR", "234123412347", "no_record"],
      ["bank_account", "IN_ACCOUNT", "SAND0000001/500012345678", "clear"], ["bank_account", "IN_ACCOUNT", "SAND0000001/500012340001", "no_record"], ["bank_account", "IN_ACCOUNT", "SAND0000001/500012340007", "mismatch"],
      ["bank_account", "US_ACCOUNT", "021000021/12345678", "clear"], ["bank_account", "US_ACCOUNT", "021000022/12345678", "no_record"],
      ["bank_account", "IBAN", "DE89370400440532013000", "clear"], ["bank_account", "IBAN", "DE88370400440532013000", "no_record"],
    ];
    for (const [kind, scheme, value, expected] of cases) assert.equal(await outcome(client, { kind, identifier: { scheme, value } }), expected, `${scheme} ${value}`);
    assert.equal(await outcome(client, { kind: "identity" }), "no_record");
  });

  test("an address needs a code that can exist and a paper or a record", async () => {
    const at = (postalCode: string, country: string) => ({ kind: "address", person: { ...asha, address: { postalCode, country } } });
    assert.equal(await outcome(client, at("411001", "IN")), "pending");
    assert.equal(await outcome(client, { ...at("411001", "IN"), documentSha256: "a".repeat(64) }), "clear");
    assert.equal(await outcome(client, { ...at("011001", "IN"), documentSha256: "a".repeat(64) }), "mismatch");
    await client.send("kyc", "PUT", "/kyc/v1/persons/PAN/ABCPR1234K", { givenName: "Asha", familyName: "Rao", address: { postalCode: "10001" } });
    assert.equal(await outcome(client, { ...at("10001", "US"), ...pan("ABCPR1234K") }), "clear");
    assert.equal(await outcome(client, { ...at("10002", "US"), ...pan("ABCPR1234K") }), "mismatch");
  });

  test("screening finds listed names however they are written, and leaves others alone", async () => {
    const screen = async (givenName: string, familyName: string, birthDate?: string) => (await verify(client, { kind: "sanctions", person: { givenName, familyName, birthDate } })).json;
    assert.equal((await screen("Kelvin Obrath", "Zoranthe", "1963-01-01"))["outcome"], "hit");
    assert.equal((await screen("Kelvin", "ZORANTHÉ"))["matches"]?.[0]?.["listId"], "SB-2");
    assert.equal((await screen("Anybody", "Watchlist"))["outcome"], "hit");
    for (const [given, family] of [["Asha", "Rao"], ["Kelvin", "Thomas"], ["Ivana", "Markov"], ["Vikram", "Zoranthi"]] as const) assert.equal((await screen(given, family))["outcome"], "clear", `${given} ${family}`);
    assert.equal((await screen("Kelvin", "Zoranthe", "1999-01-01"))["outcome"], "clear", "a birth year far off speaks against it");
  });

  test("a one-time code goes to the inbox; the right one clears, three wrong ones do not", async () => {
    const asked = await verify(client, { reference: "otp-1", kind: "otp" });
    assert.equal(asked.json["outcome"], "pending");
    const { json } = await client.get("messages", "/messages/v1/messages?to=%2B919812345678");
    const code = json["messages"]?.[0]?.["code"] ?? "";
    assert.match(code, /^\d{6}$/);
    const enter = (reference: string, given: string) => client.send("kyc", "POST", `/kyc/v1/verifications/${reference}/otp`, { code: given });
    assert.equal((await enter("otp-1", code)).json["outcome"], "clear");
    await verify(client, { reference: "otp-2", kind: "otp" });
    const wrong = [(await enter("otp-2", "000000")).json["outcome"], (await enter("otp-2", "000001")).json["outcome"], (await enter("otp-2", "000002")).json["outcome"]];
    assert.deepEqual(wrong, ["pending", "pending", "mismatch"]);
    assert.equal((await enter("otp-2", "000003")).status, 409);
  });

  test("magic family names and faults do what they say", async () => {
    const named = (familyName: string) => ({ ...pan("ABCPR1234K"), person: { ...asha, familyName } });
    assert.equal((await verify(client, named("Outage"))).status, 503);
    assert.equal(await outcome(client, named("Norecord")), "no_record");
    assert.equal(await outcome(client, named("Mismatch")), "mismatch");
    assert.equal(await outcome(client, named("Wrongperson")), "mismatch");
    assert.equal(await outcome(client, { ...named("Pending"), reference: "p" }), "pending");
    const reads = [1, 2, 3, 4].map(() => async () => (await client.get("kyc", "/kyc/v1/verifications/p")).json["outcome"]);
    const seen: unknown[] = [];
    for (const read of reads) seen.push(await read());
    assert.deepEqual(seen, ["pending", "pending", "pending", "clear"]);
    await assert.rejects(verify(client, { ...pan("ABCPR1234K"), reference: "lost" }, { "x-sandbox-fault": "drop" }));
    assert.equal((await client.get("kyc", "/kyc/v1/verifications/lost")).json["outcome"], "clear");
    assert.equal((await client.get("kyc", "/kyc/v1/verifications/never")).status, 404);
    assert.equal((await verify(client, { ...pan("ZZZPZ9999Z"), reference: "lost" })).status, 422);
  });
});

test("a list in the OFAC layout is screened with the aliases beside it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-list-"));
  writeFileSync(join(folder, "my-sdn-list.csv"), 'ent_num,name,type,program,title,call_sign,vessel_type,tonnage,grt,flag,owner,remarks\n7,"PETRELLO, Marco Antonio",individual,TEST,,,,,,,,"DOB 12 Mar 1960."\n');
  writeFileSync(join(folder, "my-alt-list.csv"), 'ent_num,alt_num,alt_type,alt_name,alt_remarks\n7,1,aka,"GABBIANO, Tullio",\n');
  const client = await startTestSandbox({ sanctionsFile: join(folder, "my-sdn-list.csv") });
  try {
    const hit = await verify(client, { kind: "sanctions", person: { givenName: "Tullio", familyName: "Gabbiano", birthDate: "1960-03-12" } });
    assert.deepEqual(hit.json["matches"]?.map((match) => [match["listId"], match["list"], match["program"]]), [["7", "ofac-sdn", "TEST"]]);
    assert.equal(await outcome(client, { kind: "sanctions", person: { givenName: "Marco", familyName: "Petrello", birthDate: "1985-01-01" } }), "clear");
  } finally {
    await client.close();
    rmSync(folder, { recursive: true });
  }
});
