import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";

/**
 * What this machine can do right now, in the same run as the figures it is quoted beside: durable 8 KiB writes a second,
 * exact daily accruals a second on one core, a hand-written durable repayment in the database (the floor of P08), and a bare keyed read
 * (a second and by its 99th percentile: the floors of P12 and P13).
 */
export async function calibrate(ownerUrl: string, seconds = 2): Promise<Record<string, number>> {
  return {
    syncsPerSecond: syncs(seconds * 500), accrualsPerSecond: accruals(seconds * 250), bareRepaymentsPerSecond: await bareRepayments(ownerUrl, 32, seconds * 1000),
    ...await bareReads(ownerUrl, 32, seconds * 500),
  };
}

function syncs(ms: number): number {
  const folder = mkdtempSync(join(tmpdir(), "loanwright-bench-"));
  const file = openSync(join(folder, "sync"), "w");
  const block = Buffer.alloc(8192, 7);
  const end = performance.now() + ms;
  let count = 0;
  while (performance.now() < end) {
    writeSync(file, block, 0, block.length, 0);
    fdatasyncSync(file);
    count++;
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return Math.round((count * 1000) / ms);
}

export function accruals(ms: number): number {
  const end = performance.now() + ms;
  let count = 0;
  let sum = 0;
  while (performance.now() < end) {
    for (let i = 0; i < 10_000; i++) sum += Math.floor(((123_456 + i) * 240_000) / 365_000_000);
    count += 10_000;
  }
  if (sum === 0) throw new RangeError("unreachable");
  return Math.round((count * 1000) / ms);
}

/**
 * One repayment as one would write it by hand: key, loan row, journal entry with three lines, event, outbox; six statements in
 * one durable transaction, no checks of any kind.
 */
async function bareRepayments(ownerUrl: string, clients: number, ms: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: clients });
  try {
    await pool.query(`DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench;
      CREATE TABLE bench.key (k text PRIMARY KEY); CREATE TABLE bench.loan (id int PRIMARY KEY, balance bigint) WITH (fillfactor = 60);
      CREATE TABLE bench.entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, loan int); CREATE TABLE bench.line (entry bigint, account text, amount bigint);
      CREATE TABLE bench.event (loan int, payload text); CREATE TABLE bench.outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload text);
      INSERT INTO bench.loan SELECT g, 1000000 FROM generate_series(1, 10000) g`);
    const end = performance.now() + ms;
    let count = 0;
    await Promise.all(Array.from({ length: clients }, async (_v, worker) => {
      const client = await pool.connect();
      for (let i = 0; performance.now() < end; i++) {
        const loan = ((worker * 313 + i * 7) % 10_000) + 1;
        await client.query("BEGIN");
        await client.query({ name: "k", text: "INSERT INTO bench.key VALUES ($1)", values: [`${worker}-${i}`] });
        await client.query({ name: "l", text: "UPDATE bench.loan SET balance = balance - 100 WHERE id = $1 RETURNING balance", values: [loan] });
        await client.query({ name: "j", text: "WITH e AS (INSERT INTO bench.entry (loan) VALUES ($1) RETURNING id) INSERT INTO bench.line SELECT e.id, v.* FROM e, (VALUES ('suspense', 100), ('interest', -20), ('principal', -80)) v", values: [loan] });
        await client.query({ name: "e", text: "WITH o AS (INSERT INTO bench.outbox (payload) VALUES ($2)) INSERT INTO bench.event VALUES ($1, $2)", values: [loan, '{"amount":100}'] });
        await client.query("COMMIT");
        count++;
      }
      client.release();
    }));
    await pool.query("DROP SCHEMA bench CASCADE");
    return Math.round((count * 1000) / ms);
  } finally {
    await pool.end();
  }
}

/** Reads of one row by its key with a prepared statement: the least that any answer from the database takes. */
async function bareReads(ownerUrl: string, clients: number, ms: number): Promise<{ bareReadsPerSecond: number; bareReadP99Ms: number }> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: clients });
  try {
    await pool.query("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench; CREATE TABLE bench.answer (k int PRIMARY KEY, body text); INSERT INTO bench.answer SELECT g, repeat('x', 500) FROM generate_series(1, 10000) g");
    const times: number[] = [];
    const end = performance.now() + ms;
    await Promise.all(Array.from({ length: clients }, async (_v, worker) => {
      const client = await pool.connect();
      for (let i = 0; performance.now() < end; i++) {
        const began = performance.now();
        await client.query({ name: "r", text: "SELECT body FROM bench.answer WHERE k = $1", values: [((worker * 313 + i * 7) % 10_000) + 1] });
        times.push(performance.now() - began);
      }
      client.release();
    }));
    await pool.query("DROP SCHEMA bench CASCADE");
    times.sort((a, b) => a - b);
    return { bareReadsPerSecond: Math.round((times.length * 1000) / ms), bareReadP99Ms: Math.round((times[Math.floor(times.length * 0.99)] ?? 0) * 10) / 10 };
  } finally {
    await pool.end();
  }
}
