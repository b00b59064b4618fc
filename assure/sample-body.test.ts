import assert from "node:assert/strict";
import { test } from "node:test";
import Type, { type TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { DateJson, Id, InstantJson, MoneyJson, OneOf, RateJson, Text } from "#kernel/http/schemas.ts";
import { sampleOf, type Schema } from "./sample-body.ts";

test("a sample has what its schema asks for, and the schema takes it", () => {
  const body = Type.Object({
    amount: MoneyJson, day: DateJson, at: InstantJson, rate: RateJson, id: Id, kind: OneOf(["a", "b"]), reason: Text(300, 3), lines: Type.Array(Type.Object({ account: Text(60) }), { minItems: 2 }), optional: Type.Optional(Text(10)),
  }, { additionalProperties: false });
  const sample = sampleOf(JSON.parse(JSON.stringify(body)) as Schema, {}) as Record<string, unknown>;
  assert.deepEqual([...Compile(body as TSchema).Errors(sample)], []);
  assert.equal("optional" in sample, false);
});

test("a reference is followed into the document", () => {
  const document = { components: { schemas: { Money: { type: "object", required: ["currency"], properties: { currency: { const: "INR" } } } } } };
  assert.deepEqual(sampleOf({ $ref: "#/components/schemas/Money" }, document), { currency: "INR" });
});
