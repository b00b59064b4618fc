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
  const row: Omit<AuditRow, "mac"> = {
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
  const mac = ctx.services.keys.auditMac(auditText(tx.tenantId, row));
  await tx.run(
    "kernel.audit.record",
    `INSERT INTO kernel.audit_record (id, recorded_at, business_date, actor_kind, actor_id, on_behalf_of, action, subject, reason, request_id, before, after, mac)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [...Object.values(row), mac],
  );
}

/** The text that a record's keyed hash covers. */
export function auditText(tenantId: string, row: Omit<AuditRow, "mac">): string {
  const { id, recorded_at, business_date, actor_kind, actor_id, on_behalf_of, action, subject, reason, request_id, before, after } = row;
  return canonicalJson([tenantId, id, recorded_at, business_date, actor_kind, actor_id, on_behalf_of, action, subject, reason, request_id, before, after]);
}
