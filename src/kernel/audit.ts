import { canonicalJson } from "./codec.ts";
import type { Context } from "./context.ts";
import type { Tx } from "./db.ts";

export interface AuditEntry {
  /** What was done, past tense: loan.repayment.recorded */
  readonly action: string;
  /** What it was done to, an id. */
  readonly subject: string;
  /** The state before and after, as far as it changed; no plain personal identifiers. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string;
}

export interface AuditRow {
  readonly id: string;
  readonly recorded_at: string;
  readonly business_date: string;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly on_behalf_of: string | null;
  readonly action: string;
  readonly subject: string;
  readonly reason: string | null;
  readonly request_id: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly mac: Buffer;
}

/** Writes one record of what was done, in the transaction that does it. The chain is added later by the sealer. */
export async function record(tx: Tx, ctx: Context, entry: AuditEntry): Promise<void> {
  const row = rowOf(tx, ctx, entry);
  await tx.run(
    "kernel.audit.record",
    `INSERT INTO kernel.audit_record (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [...Object.values(row), macOf(tx, ctx, row)],
  );
}

/** Writes a record of each of many things that one command did, in one statement. */
export async function recordAll(tx: Tx, ctx: Context, entries: readonly AuditEntry[]): Promise<void> {
  await recordEach(tx, entries.map((entry) => ({ ctx, entry })));
}

/** The same for what several commands did that share a transaction, each by its own actor. */
export async function recordEach(tx: Tx, done: readonly { readonly ctx: Context; readonly entry: AuditEntry }[]): Promise<void> {
  if (done.length === 0) return;
  const rows = done.map(({ ctx, entry }) => rowOf(tx, ctx, entry));
  await tx.run(
    "kernel.audit.record_all",
    `INSERT INTO kernel.audit_record (${COLUMNS})
     SELECT (r ->> 'id'), (r ->> 'recorded_at')::timestamptz, (r ->> 'business_date')::date, r ->> 'actor_kind', r ->> 'actor_id', r ->> 'on_behalf_of', r ->> 'action', r ->> 'subject', r ->> 'reason', r ->> 'request_id', r ->> 'before', r ->> 'after', decode(r ->> 'mac', 'hex')
     FROM json_array_elements($1::json) AS e (r)`,
    [JSON.stringify(rows.map((row, i) => ({ ...row, mac: macOf(tx, done[i]?.ctx as Context, row).toString("hex") })))],
  );
}

const COLUMNS = "id, recorded_at, business_date, actor_kind, actor_id, on_behalf_of, action, subject, reason, request_id, before, after, mac";

function rowOf(tx: Tx, ctx: Context, entry: AuditEntry): Omit<AuditRow, "mac"> {
  return {
    id: ctx.ids.next("au"),
    recorded_at: tx.now,
    business_date: tx.businessDate,
    actor_kind: ctx.actor.kind,
    actor_id: ctx.actor.id,
    on_behalf_of: ctx.actor.onBehalfOf ?? null,
    action: entry.action,
    subject: entry.subject,
    reason: entry.reason ?? ctx.reason ?? null,
    request_id: ctx.requestId,
    before: entry.before === undefined ? null : canonicalJson(entry.before),
    after: entry.after === undefined ? null : canonicalJson(entry.after),
  };
}

function macOf(tx: Tx, ctx: Context, row: Omit<AuditRow, "mac">): Buffer {
  return ctx.services.keys.auditMac(auditText(tx.tenantId, row));
}

/** The text that a record's keyed hash covers. */
export function auditText(tenantId: string, row: Omit<AuditRow, "mac">): string {
  const { id, recorded_at, business_date, actor_kind, actor_id, on_behalf_of, action, subject, reason, request_id, before, after } = row;
  return canonicalJson([tenantId, id, recorded_at, business_date, actor_kind, actor_id, on_behalf_of, action, subject, reason, request_id, before, after]);
}
