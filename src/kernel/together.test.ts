import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { makeContext, type Context } from "./context.ts";
import * as outbox from "./outbox.ts";
import { isProblem } from "./problems.ts";
import { testWorld, type TestWorld } from "./testing/world.ts";
import { BUSY, type Outcome, type SharedCommand } from "./together.ts";

let world: TestWorld;
before(async () => { world = await testWorld(); });
after(() => world.close());

interface Noting { readonly on: string; readonly text: string }
interface Noted { readonly text: string; readonly transaction: string; readonly company: number }

/** Notes a text on a board: "no" is refused, "broken" breaks the statement for everybody. */
const NOTE: SharedCommand<Noting, Noted> = {
  name: "test.note",
  subject: ({ on }) => on,
  carryOut: async (tx, asked, patience) => {
    const { transaction } = await tx.one<{ transaction: bigint }>("test.transaction", "SELECT txid_current() AS transaction");
    const free = new Map<string, boolean>();
    for (const on of new Set(asked.map(({ input }) => input.on))) {
      const { held } = patience === "wait" ? await tx.one<{ held: boolean }>("test.hold", "SELECT pg_advisory_xact_lock(hashtext($1)) IS NOT NULL AS held", [on]) : await tx.one<{ held: boolean }>("test.try", "SELECT pg_try_advisory_xact_lock(hashtext($1)) AS held", [on]);
      free.set(on, held);
    }
    const outcomes = asked.map(({ input }): Outcome<Noted> => {
      if (free.get(input.on) !== true) return BUSY;
      return input.text === "no" ? { refused: new RangeError("no") } : { result: { text: input.text, transaction: String(transaction), company: asked.length } };
    });
    if (asked.some(({ input }) => input.text === "broken")) await tx.one("test.break", "SELECT 1 / 0");
    await outbox.add(tx, asked[0]?.ctx as Context, ...asked.flatMap(({ input }, i) => (outcomes[i]?.refused === undefined ? [{ type: "test.noted", subject: input.on, payload: { text: input.text } }] : [])));
    return outcomes;
  },
};

let requests = 0;
const note = (on: string, text: string, key?: string): Promise<Noted> & { context: Context } => {
  const context = makeContext(world.services, {
    tenantId: world.bharat, actor: world.system().actor, requestId: `req_together_${++requests}`, ...(key === undefined ? {} : { idempotency: { key, scope: "usr_t", command: "test.note", requestHash: text } }),
  });
  return Object.assign(context.together(NOTE, { on, text }), { context });
};
const notedOn = async (on: string): Promise<string[]> => (await world.system().read((tx) => tx.rows<{ text: string }>("test.noted", "SELECT payload::json ->> 'text' AS text FROM kernel.outbox_event WHERE type = 'test.noted' AND subject = $1 ORDER BY sequence", [on]))).map(({ text }) => text);

test("what arrives while a command is under way is carried out in one transaction, in the order it came", async () => {
  const done = await Promise.all(["a", "b", "c", "d", "e"].map((text) => note("order", text)));
  assert.deepEqual(done.map(({ company }) => company), [1, 4, 4, 4, 4]);
  assert.equal(new Set(done.map(({ transaction }) => transaction)).size, 2);
  assert.deepEqual(await notedOn("order"), ["a", "b", "c", "d", "e"]);
});

test("each keeps its own key: repeats get the first result, together or later, and another body is refused", async () => {
  const asked = [note("keys", "first"), note("keys", "x", "together-x"), note("keys", "y", "together-y"), note("keys", "x", "together-x"), note("keys", "z", "together-y")];
  const [, x, y, again, other] = await Promise.allSettled(asked);
  assert.ok(x?.status === "fulfilled" && again?.status === "fulfilled" && y?.status === "fulfilled" && other?.status === "rejected");
  assert.deepEqual(again.value, x.value);
  assert.deepEqual([asked[1]?.context.replayed, asked[3]?.context.replayed], [false, true]);
  assert.ok(isProblem(other.reason, "idempotency.body_differs"));
  assert.deepEqual((await note("keys", "y", "together-y")).transaction, y.value.transaction);
  assert.deepEqual(await notedOn("keys"), ["first", "x", "y"]);
});

test("one that is refused leaves no trace, its key included, and the others are carried out", async () => {
  const [first, no, yes] = await Promise.allSettled([note("refusal", "first"), note("refusal", "no", "together-no"), note("refusal", "yes", "together-yes")]);
  assert.deepEqual([first?.status, no?.status, yes?.status], ["fulfilled", "rejected", "fulfilled"]);
  assert.ok(no?.status === "rejected" && no.reason instanceof RangeError);
  assert.deepEqual(await notedOn("refusal"), ["first", "yes"]);
  const kept = await world.system().read((tx) => tx.rows<{ key: string }>("test.keys", "SELECT key FROM kernel.idempotency_key WHERE key IN ('together-no', 'together-yes')"));
  assert.deepEqual(kept, [{ key: "together-yes" }]);
});

test("one whose statement fails does not take the others with it", async () => {
  const [first, broken, yes, too] = await Promise.allSettled([note("fault", "first"), note("fault", "broken"), note("fault", "yes"), note("fault", "too")]);
  assert.deepEqual([first?.status, broken?.status, yes?.status, too?.status], ["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  assert.ok(broken?.status === "rejected" && (broken.reason as { code?: string }).code === "22012");
  assert.deepEqual(await notedOn("fault"), ["first", "yes", "too"]);
});

test("what waits for something that somebody else holds holds up nobody, and goes on together when it is free", async () => {
  let release = (): void => undefined;
  const until = new Promise<void>((done) => { release = done; });
  let held = (): void => undefined;
  const holding = new Promise<void>((done) => { held = done; });
  const elsewhere = world.system().transaction(async (tx) => {
    await tx.one("test.hold", "SELECT pg_advisory_xact_lock(hashtext($1)) IS NOT NULL AS held", ["board"]);
    held();
    await until;
  });
  await holding;
  const told: string[] = [];
  const waiting = ["a", "b", "c"].map((text) => note("board", text).then((done) => (told.push(text), done)));
  await note("elsewhere", "free").then(() => told.push("free"));
  waiting.push(...["d", "e"].map((text) => note("board", text).then((done) => (told.push(text), done))));
  assert.deepEqual(told, ["free"]);
  release();
  await elsewhere;
  const done = await Promise.all(waiting);
  assert.deepEqual(await notedOn("board"), ["a", "b", "c", "d", "e"]);
  assert.ok(new Set(done.map(({ transaction }) => transaction)).size <= 3, "those that gathered share a transaction");
});
