import { createHash } from "node:crypto";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import type { Progress } from "#kernel/job-progress.ts";
import type { Facts, ReportedRow } from "./domain/difference.ts";
import type { Sink } from "./kinds/kind.ts";

const PART_BYTES = 1024 * 1024;

/** A file that was made: its parts and rows are kept under the run. */
export interface MadeFile {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly totals: Readonly<Record<string, number>>;
  readonly dataKey: Buffer;
}

/**
 * A sink that keeps the file under a key of its own, in parts of about a mebibyte, and what it says of each thing beside it; `flush` writes
 * what has gathered, so that a file of any length needs little memory. Lines end in a line feed.
 */
export function reportSink(tx: Tx, ctx: Context, runId: string, progress: Progress): { sink: Sink; end(): Promise<MadeFile> } {
  const { keys } = ctx.services;
  const dataKey = keys.newWrappedKey();
  const hash = createHash("sha256");
  const totals: Record<string, number> = {};
  const fingerprint = (record: string) => keys.blindIndex(ctx.tenantId, "report-row", record).toString("hex");
  let lines: string[] = [];
  let waiting = 0;
  let rows: ReportedRow[] = [];
  let [kept, bytes, part] = [0, 0, 0];
  const write = async () => {
    const content = Buffer.from(lines.join(""), "utf8");
    [lines, waiting] = [[], 0];
    if (content.length > 0) await tx.run("reporting.part.insert", "INSERT INTO reporting.report_file_part (run_id, part, sealed) VALUES ($1, $2, $3)", [runId, part, keys.seal(dataKey, content, partName(runId, part))]);
    hash.update(content);
    bytes += content.length;
    part += content.length > 0 ? 1 : 0;
    kept += rows.length;
    const now = rows;
    rows = [];
    await keepRows(tx, runId, now);
  };
  return {
    sink: {
      line: (text) => { lines.push(`${text}\n`); waiting += text.length + 1; },
      row: (key, record, facts) => void rows.push({ key, fingerprint: fingerprint(record), facts }),
      flush: async () => { if (waiting >= PART_BYTES) await write(); },
      total: (name, value) => { totals[name] = value; },
      fingerprint, progress,
    },
    end: async () => {
      await write();
      return { rows: kept, bytes, sha256: hash.digest("hex"), totals, dataKey };
    },
  };
}

const partName = (runId: string, part: number): string => `report ${runId}/${part}`;

async function keepRows(tx: Tx, runId: string, rows: readonly ReportedRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run("reporting.row.insert", "INSERT INTO reporting.report_row (run_id, key, fingerprint, facts) SELECT $1, r.key, decode(r.fingerprint, 'hex'), r.facts::jsonb FROM unnest($2::text[], $3::text[], $4::text[]) AS r (key, fingerprint, facts)",
    [runId, rows.map((r) => r.key), rows.map((r) => r.fingerprint), rows.map((r) => JSON.stringify(r.facts))]);
}

/** What was last filed of each thing for a period: the file and the corrections after it. */
export async function filedRows(tx: Tx, instanceId: string): Promise<Map<string, ReportedRow>> {
  const rows = await tx.rows<{ key: string; fingerprint: string; facts: Facts }>("reporting.row.filed",
    `SELECT DISTINCT ON (w.key) w.key, encode(w.fingerprint, 'hex') AS fingerprint, w.facts FROM reporting.report_row w JOIN reporting.report_run r ON r.tenant_id = w.tenant_id AND r.id = w.run_id
     WHERE r.instance_id = $1 AND r.state = 'filed' ORDER BY w.key, r.number DESC`, [instanceId]);
  return new Map(rows.map((row) => [row.key, row]));
}

/** What one file says of each thing. */
export async function rowsOf(tx: Tx, runId: string): Promise<Map<string, ReportedRow>> {
  const rows = await tx.rows<{ key: string; fingerprint: string; facts: Facts }>("reporting.row.of_run", "SELECT key, encode(fingerprint, 'hex') AS fingerprint, facts FROM reporting.report_row WHERE run_id = $1 ORDER BY key", [runId]);
  return new Map(rows.map((row) => [row.key, row]));
}

/** The parts of a file in order, opened one by one. */
async function* partsOf(tx: Tx, ctx: Context, runId: string, dataKey: Buffer): AsyncGenerator<Buffer> {
  for (let part = 0; ; part++) {
    const content = await partOf(tx, ctx, { runId, part, dataKey });
    if (content === null) return;
    yield content;
  }
}

/** One part of a file, opened; null after the last. */
export async function partOf(tx: Tx, ctx: Context, of: { readonly runId: string; readonly part: number; readonly dataKey: Buffer }): Promise<Buffer | null> {
  const row = await tx.maybe<{ sealed: Buffer }>("reporting.part.read", "SELECT sealed FROM reporting.report_file_part WHERE run_id = $1 AND part = $2", [of.runId, of.part]);
  return row === undefined ? null : ctx.services.keys.open(of.dataKey, row.sealed, partName(of.runId, of.part));
}

/** The lines of a file as they were kept; a part ends where a line does. */
export async function* linesOf(tx: Tx, ctx: Context, runId: string, dataKey: Buffer): AsyncGenerator<string> {
  for await (const part of partsOf(tx, ctx, runId, dataKey)) yield* part.toString("utf8").split("\n").slice(0, -1);
}

/** The hash of the file as it is kept now. */
export async function hashOf(tx: Tx, ctx: Context, runId: string, dataKey: Buffer): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of partsOf(tx, ctx, runId, dataKey)) hash.update(part);
  return hash.digest("hex");
}
