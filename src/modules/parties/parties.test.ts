import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isProblem, type Problem } from "#kernel/problems.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { findDuplicates, getParty, registerParty } from "./index.ts";

let world: TestWorld;
before(async () => {
  world = await testWorld();
});
after(() => world.close());

const asha = {
  givenName: "Asha", familyName: "Rao", birthDate: "1990-04-02", phone: "+91 98200 12345", email: "Asha@Example.org",
  address: { line1: "4 Lake Road", city: "Pune", region: "MH", postalCode: "411001", country: "IN" }, identifiers: [{ scheme: "PAN", value: "abcpr 1234 k" }],
};

test("a person is one record, found again by an identifier however it is typed", async () => {
  const ctx = world.as(["loan_officer"]);
  const first = await ctx.transaction((tx) => registerParty(tx, ctx, asha));
  const again = await ctx.transaction((tx) => registerParty(tx, ctx, { givenName: "Asha", familyName: "Rao", identifiers: [{ scheme: "pan", value: "ABCPR1234K" }] }));
  assert.deepEqual(again, { partyId: first.partyId, existing: true });
  const view = await ctx.read((tx) => getParty(tx, ctx, first.partyId, { reveal: true }));
  assert.equal(view.birthDate, "1990-04-02", "what was known stays when it is not given again");
  assert.equal(view.email, "asha@example.org");
});

test("what is shown is masked, and nothing of it lies readable in the database", async () => {
  const ctx = world.as(["loan_officer"]);
  const { partyId } = await ctx.transaction((tx) => registerParty(tx, ctx, asha));
  const view = await ctx.read((tx) => getParty(tx, ctx, partyId));
  assert.deepEqual(view.identifiers, [{ scheme: "PAN", value: "••••••234K" }]);
  assert.equal(view.birthDate, "1990-••-••");
  const rows = await ctx.read((tx) => tx.rows("test.dump", "SELECT to_jsonb(p)::text AS party, (SELECT string_agg(to_jsonb(i)::text, '') FROM parties.identifier i) AS ids FROM parties.party p"));
  assert.doesNotMatch(JSON.stringify(rows), /ABCPR1234K|98200|example\.org|Lake Road|1990-04-02/i);
});

test("every wrong field is told at once", async () => {
  const ctx = world.as(["loan_officer"]);
  const wrong = { givenName: " ", familyName: "", phone: "12", email: "x", identifiers: [{ scheme: "PAN", value: "12345" }] };
  await assert.rejects(ctx.transaction((tx) => registerParty(tx, ctx, wrong)), (e: Problem) =>
    isProblem(e, "party.invalid") && e.errors.map((f) => f.pointer).join() === "/givenName,/phone,/email,/identifiers/0/value");
});

test("identifiers of two different people are not taken for one person", async () => {
  const ctx = world.as(["loan_officer"]);
  await ctx.transaction((tx) => registerParty(tx, ctx, asha));
  await ctx.transaction((tx) => registerParty(tx, ctx, { givenName: "Ravi", familyName: "Shah", identifiers: [{ scheme: "VOTER", value: "XYZ1234567" }] }));
  await assert.rejects(ctx.transaction((tx) => registerParty(tx, ctx, { givenName: "A", familyName: "B", identifiers: [{ scheme: "VOTER", value: "XYZ1234567" }, { scheme: "PAN", value: "ABCPR1234K" }] })),
    (e) => isProblem(e, "party.identifier_conflict"));
});

test("duplicates are found by contact, and by name and birth date in any order of words", async () => {
  const ctx = world.as(["loan_officer"]);
  await ctx.transaction((tx) => registerParty(tx, ctx, asha));
  const byPhone = await ctx.read((tx) => findDuplicates(tx, ctx, { givenName: "Someone", familyName: "Else", phone: "+919820012345" }));
  assert.equal(byPhone[0]?.by, "contact");
  const byName = await ctx.read((tx) => findDuplicates(tx, ctx, { givenName: "RAO", familyName: "Asha", birthDate: "1990-04-02" }));
  assert.equal(byName[0]?.by, "name_and_birth_date");
});

test("another lender finds nobody", async () => {
  const ctx = world.as(["loan_officer"], { tenantId: world.prairie });
  assert.deepEqual(await ctx.read((tx) => findDuplicates(tx, ctx, asha)), []);
});
