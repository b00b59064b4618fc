import assert from "node:assert/strict";
import { test } from "node:test";
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from "jose";
import { sha256 } from "../seeded.ts";
import { startTestSandbox } from "../testing/client.ts";

test("timestamps are signed, name the one before, and the same question has the same answer", async () => {
  const client = await startTestSandbox();
  try {
    const stamp = async (digest: string) => (await client.send("esign", "POST", "/esign/v1/timestamps", { sha256: digest, at: "2026-01-15T10:00:00Z" })).json;
    const [one, two, again] = await Promise.all([stamp("a".repeat(64)), stamp("b".repeat(64)), stamp("a".repeat(64))]);
    assert.deepEqual(again, one);
    const keys = createLocalJWKSet((await client.get("esign", "/esign/v1/keys")).json as unknown as JSONWebKeySet);
    const { payload } = await compactVerify(two["token"] ?? "", keys);
    const claims = JSON.parse(Buffer.from(payload).toString()) as Readonly<Record<string, unknown>>;
    assert.deepEqual([claims["sha256"], claims["at"], claims["serial"], claims["previous"]], ["b".repeat(64), "2026-01-15T10:00:00Z", 2, sha256(one["token"] ?? "")]);
    await assert.rejects(compactVerify(`${(two["token"] ?? "").slice(0, -4)}AAAA`, keys));
  } finally {
    await client.close();
  }
});
