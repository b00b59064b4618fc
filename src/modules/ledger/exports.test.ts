import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { formatAmount, money } from "#engine/money.ts";
import type { App } from "#kernel/http/app.ts";
import { buildServer } from "#kernel/http/server.ts";
import { carryOutRun, readResult, registerLongWork } from "#kernel/job-runs.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import type { Cell, Column, Dataset, Sink } from "./exports/dataset.ts";
import { writeParquet } from "./exports/parquet.ts";
import { writeXlsx } from "./exports/xlsx.ts";
import { ledgerExport, module, postAll, seedChart, type JournalEntry } from "./index.ts";

const HUGE = 9_007_199_254_740_993n; // one more than a double can tell from its neighbour
let world: TestWorld;
let app: App;
before(async () => {
  world = await testWorld();
  registerLongWork(ledgerExport);
  const ctx = world.system();
  await ctx.transaction((tx) => seedChart(tx, ctx, "INR"));
  const entry = (businessDate: string, debit: string, credit: string, minor: bigint, currency: string, memo: string): JournalEntry => ({
    cause: { kind: "test", id: "t" }, businessDate, valueDate: "2026-01-01", currency, memo, lines: [{ account: debit, debit: minor, loanAccountId: "la_1" }, { account: credit, credit: minor }],
  });
  await ctx.transaction((tx) => postAll(tx, ctx, [
    entry("2026-01-02", "bank", "owner_equity", HUGE, "INR", "=HYPERLINK(\"x\") <&> मासिक \u0007 ब्याज"), entry("2026-01-05", "bank_charges", "bank", 1n, "INR", "a, \"b\"\nc"), entry("2026-01-15", "bank", "fee_income", 1_500n, "JPY", "yen"),
  ]));
  app = await buildServer({ services: world.services, modules: [module], authenticate: async (request) => ({ tenantId: world.bharat, actor: world.as([request.headers["x-role"] as "finance_officer"], { person: "usr_fin" }).actor }) });
});
after(async () => {
  await app.close();
  await world.close();
});

function collector(): { sink: Sink; bytes: () => Buffer } {
  const pieces: Buffer[] = [];
  return { sink: async (piece) => void pieces.push(Buffer.from(piece)), bytes: () => Buffer.concat(pieces) };
}

/** Entries of a zip by its directory, checked against their sizes. */
function unzip(bytes: Buffer): Map<string, string> {
  const end = bytes.length - 22;
  assert.equal(bytes.readUInt32LE(end), 0x0605_4b50);
  const entries = new Map<string, string>();
  for (let i = 0, at = bytes.readUInt32LE(end + 16); i < bytes.readUInt16LE(end + 10); i++) {
    const [packed, size, nameLength, local] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24), bytes.readUInt16LE(at + 28), bytes.readUInt32LE(at + 42)];
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const content = inflateRawSync(bytes.subarray(local + 30 + nameLength, local + 30 + nameLength + packed));
    assert.equal(content.length, size, name);
    entries.set(name, content.toString("utf8"));
    at += 46 + nameLength;
  }
  return entries;
}
const asBuffer = (bytes: Buffer) => new Uint8Array(bytes).buffer;

const COLUMNS: readonly Column[] = [{ name: "memo", kind: "text" }, { name: "day", kind: "date" }, { name: "line", kind: "integer" }, { name: "currency", kind: "text" }, { name: "debit", kind: "amount" }];
async function* inBatches(rows: readonly (readonly Cell[])[], size: number): AsyncGenerator<readonly (readonly Cell[])[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

test("whatever the amounts, Excel and Parquet hold each to the last minor unit", async () => {
  const minor = fc.bigInt(-(2n ** 62n), 2n ** 62n);
  const row = fc.record({ memo: fc.option(fc.string({ unit: "binary", maxLength: 20 })), line: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), currency: fc.constantFrom("INR", "JPY", "KWD"), minor: fc.option(minor) });
  await fc.assert(fc.asyncProperty(fc.array(row, { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9 }), async (drafts, batch, perSheet) => {
    const rows: Cell[][] = drafts.map((d) => [d.memo, "2026-02-28", d.line, d.currency, d.minor === null ? null : money(d.minor, d.currency)]);
    const data = (): Dataset => ({ name: "any", columns: COLUMNS, batches: inBatches(rows, batch) });
    const [xlsx, parquet] = [collector(), collector()];
    let taken = 0;
    await writeXlsx(data(), xlsx.sink, (n) => void (taken += n), perSheet);
    assert.equal(taken, rows.length);
    const sheets = [...unzip(xlsx.bytes())].filter(([name]) => name.startsWith("xl/worksheets/")).map(([, xml]) => xml);
    assert.equal(sheets.length, Math.max(1, Math.ceil(rows.length / perSheet)));
    const cells = sheets.flatMap((xml) => [...xml.matchAll(/<row>(.*?)<\/row>/gs)].slice(1).map((m) => /(?:<c s="2"><v>([^<]*)<\/v><\/c>|<c\/>)$/.exec(m[1] ?? "")?.[1] ?? null));
    assert.deepEqual(cells, drafts.map((d) => (d.minor === null ? null : formatAmount(money(d.minor, d.currency)))));
    await writeParquet(data(), parquet.sink, () => undefined);
    const read = await parquetReadObjects({ file: asBuffer(parquet.bytes()) });
    assert.deepEqual(read.map((r) => [r["memo"] ?? null, r["line"], r["currency"], r["debit_minor"] ?? null]), drafts.map((d) => [d.memo?.toWellFormed() ?? null, d.line, d.currency, d.minor]));
  }), { numRuns: 40 });
});

test("Parquet days are days, and each row tells the decimals of its currency", async () => {
  const { sink, bytes } = collector();
  await writeParquet({ name: "any", columns: COLUMNS, batches: inBatches([["a", "2026-02-28", 1, "KWD", money(HUGE, "KWD")]], 1) }, sink, () => undefined);
  const [row] = await parquetReadObjects({ file: asBuffer(bytes()) });
  assert.ok(row !== undefined);
  assert.equal((row["day"] as Date).toISOString().slice(0, 10), "2026-02-28");
  assert.deepEqual([row["debit_minor"], row["currency_decimals"]], [HUGE, 3]);
  assert.equal(parquetMetadata(asBuffer(bytes())).created_by, "Loanwright");
});

test("the three datasets leave in every format, and what no file can be made of is refused before the first byte", async () => {
  const get = (query: string, role = "finance_officer") => app.inject({ method: "GET", url: `/v1/ledger-exports?${query}`, headers: { "x-role": role } });
  const csv = (await get("format=csv")).body.split("\r\n");
  assert.equal(csv[0], "entry,business_date,value_date,line,account,debit,credit,currency,cause_kind,cause,loan_account,product,branch,memo");
  assert.match(csv[1] ?? "", /^je_\w+,2026-01-02,2026-01-01,1,bank,90071992547409\.93,,INR,test,t,la_1,,,"'=HYPERLINK/);
  const ledger = (await get("format=csv&dataset=general_ledger&account=bank")).body.split("\r\n");
  assert.deepEqual(ledger.slice(1, 3).map((l) => l.split(",").slice(-3)), [["90071992547409.93", "0.00", "90071992547409.93"], ["0.00", "0.01", "90071992547409.92"]]);
  const trial = (await get("format=csv&dataset=trial_balance&to=2026-01-05")).body;
  assert.match(trial, /bank,Bank,asset,INR,90071992547409\.93,0\.01,90071992547409\.92/);
  assert.doesNotMatch(trial, /JPY/);
  const xlsx = await get("format=xlsx");
  assert.match(xlsx.headers["content-disposition"] as string, /journal-start-today\.xlsx/);
  const sheet = unzip(xlsx.rawPayload).get("xl/worksheets/sheet1.xml") ?? "";
  assert.match(sheet, /<c s="2"><v>90071992547409\.93<\/v><\/c>/);
  assert.match(sheet, /=HYPERLINK\("x"\) &lt;&amp;&gt; मासिक {2}ब्याज/, "text is text, without what XML cannot hold");
  const parquet = await parquetReadObjects({ file: asBuffer((await get("format=parquet")).rawPayload) });
  assert.equal(parquet.reduce((sum, r) => sum + ((r["debit_minor"] as bigint | null) ?? 0n), 0n), HUGE + 1n + 1_500n);
  assert.match((await get("format=ledger")).body, /2026-01-15 \* \(je_/);
  assert.equal((await get("format=csv&dataset=general_ledger")).json().errors[0].pointer, "/account");
  assert.equal((await get("format=csv&dataset=general_ledger&account=nowhere")).json().code, "ledger.account_unknown");
  assert.equal((await get("format=csv&to=2026-01-16")).json().code, "ledger.dates_unusable");
  assert.equal((await get("format=csv", "servicing_agent")).statusCode, 403);
});

test("a long file is made as a job, and fetched by who may read the books", async () => {
  const asked = await app.inject({ method: "POST", url: "/v1/ledger-exports", headers: { "x-role": "finance_officer", "idempotency-key": "key-file-0001" }, payload: { format: "parquet", dataset: "trial_balance" } });
  assert.equal(asked.statusCode, 202);
  const { id } = asked.json() as { id: string };
  await carryOutRun(world.services, world.bharat, id);
  const file = await readResult(world.as(["finance_officer"], { person: "usr_fin" }), "own", id);
  assert.deepEqual([file.name, file.contentType], ["trial-balance-start-today.parquet", "application/vnd.apache.parquet"]);
  const parts: Buffer[] = [];
  for await (const part of file.parts) parts.push(Buffer.from(part));
  const rows = await parquetReadObjects({ file: asBuffer(Buffer.concat(parts)) });
  assert.deepEqual(rows.map((r) => [r["account"], r["currency"], r["balance_minor"]]), [["bank", "INR", HUGE - 1n], ["bank_charges", "INR", 1n], ["owner_equity", "INR", -HUGE], ["bank", "JPY", 1_500n], ["fee_income", "JPY", -1_500n]]);
});
