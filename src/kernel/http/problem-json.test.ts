import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Type from "typebox";
import { testWorld, type TestWorld } from "../testing/world.ts";
import type { App } from "./app.ts";
import { Id } from "./schemas.ts";
import { buildServer } from "./server.ts";

let world: TestWorld;
let app: App;
let thrown: unknown;
before(async () => {
  world = await testWorld();
  app = await buildServer({
    services: world.services, authenticate: async () => undefined,
    modules: [{ name: "t", routes: (on) => {
      on.get("/v1/things/:id", { config: { public: true }, schema: { operationId: "getThing", summary: "A test route", params: Type.Object({ id: Id }), response: { 200: Type.Object({}) } } }, async () => ({}));
      on.get("/v1/fails", { config: { public: true }, schema: { operationId: "fail", summary: "A test route", response: { 200: Type.Object({}) } } }, async () => { throw thrown; });
    } }],
  });
});
after(() => world.close());

async function answerTo(error: unknown): Promise<unknown[]> {
  thrown = error;
  const answer = await app.inject({ method: "GET", url: "/v1/fails" });
  const { code, retryable } = answer.json() as { code: string; retryable: boolean };
  return [answer.statusCode, code, retryable];
}

test("who met others in each of five attempts is told to repeat, as when the database is away; a fault of ours is told as one", async () => {
  const failure = (code: string) => Object.assign(new Error("as PostgreSQL says it"), { code });
  assert.deepEqual(await answerTo(failure("40001")), [503, "service.unavailable", true]);
  assert.deepEqual(await answerTo(failure("40P01")), [503, "service.unavailable", true]);
  assert.deepEqual(await answerTo(failure("57P01")), [503, "service.unavailable", true]);
  assert.deepEqual((await answerTo(failure("23505"))).slice(0, 1), [500]);
});

test("an address with something else than an id is refused in a sentence, without the pattern that ids are checked by", async () => {
  const answer = await app.inject({ method: "GET", url: "/v1/things/Not-An-Id" });
  const { code, errors } = answer.json() as { code: string; errors: { pointer: string; code: string; detail: string }[] };
  assert.deepEqual([answer.statusCode, code, errors[0]?.pointer, errors[0]?.code], [422, "request.invalid", "/params/id", "field.pattern"]);
  assert.equal(errors[0]?.detail, "This is not an id: one looks like la_7q2x, a short kind, an underscore, then letters and digits.");
});
