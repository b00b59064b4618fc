import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import type { ListDefinition } from "#kernel/list.ts";
import type { Scope } from "#kernel/permissions.ts";
import { problem } from "../problems.ts";
import { fetchSealed } from "../vault.ts";

export interface DocumentRecord {
  readonly id: string;
  readonly ownerKind: string;
  readonly ownerId: string;
  readonly purpose: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly byteCount: number;
  readonly sha256: string;
  readonly originalType: string | null;
  readonly state: "received" | "accepted" | "refused";
  readonly reason: string | null;
  readonly storedBy: string;
  readonly storedAt: string;
  readonly reviewedBy: string | null;
  readonly reviewedAt: string | null;
}

const COLUMNS = `id, owner_kind AS "ownerKind", owner_id AS "ownerId", purpose, file_name AS "fileName", content_type AS "contentType", byte_count::int AS "byteCount", sha256, original_type AS "originalType",
  state, reason, stored_by AS "storedBy", stored_at AS "storedAt", reviewed_by AS "reviewedBy", reviewed_at AS "reviewedAt"`;

/** What is known of one document. May raise document.not_found. */
export async function getDocument(tx: Tx, id: string): Promise<DocumentRecord> {
  const row = await tx.maybe<DocumentRecord>("documents.document.read", `SELECT ${COLUMNS} FROM documents.document WHERE id = $1`, [id]);
  if (row === undefined) throw problem("document.not_found");
  return row;
}

/** A document with its content, for reading; the read is audited. May raise document.not_found, document.erased. */
export async function readDocument(tx: Tx, ctx: Context, id: string): Promise<DocumentRecord & { readonly bytes: Buffer }> {
  const row = await getDocument(tx, id);
  const { address, wrapped_key } = await tx.one<{ address: string; wrapped_key: Buffer | null }>("documents.document.key", "SELECT address, wrapped_key FROM documents.document WHERE id = $1", [id]);
  if (wrapped_key === null) throw problem("document.erased");
  const bytes = ctx.services.keys.open(wrapped_key, await fetchSealed(ctx, address), `document:${id}`);
  await audit.record(tx, ctx, { action: "document.file.read", subject: id, after: { ownerId: row.ownerId, purpose: row.purpose } });
  return { ...row, bytes };
}

/** Refuses, as if there were nothing, when an actor whose permission is narrower than the lender may not see this owner's files. */
export async function requireOwnerInScope(tx: Tx, ctx: Context, scope: Scope, owner: { kind: string; id: string }): Promise<void> {
  if (scope === "tenant") return;
  const { actor } = ctx;
  const mine = actor.partyId ?? actor.id;
  if (scope === "own" && owner.kind === "party" && owner.id === mine) return;
  const granted = await tx.maybe<{ viewer_ids: string[]; branch_id: string | null }>("documents.owner.read", "SELECT viewer_ids, branch_id FROM documents.file_owner WHERE owner_kind = $1 AND owner_id = $2", [owner.kind, owner.id]);
  const allowed = scope === "branch" ? granted?.branch_id !== null && granted?.branch_id === actor.branchId && actor.branchId !== undefined : granted?.viewer_ids.includes(mine) === true;
  if (!allowed) throw problem("document.not_found");
}

export const documentList: ListDefinition = {
  name: "documents.documents",
  from: "documents.document d LEFT JOIN documents.file_owner o ON o.tenant_id = d.tenant_id AND o.owner_kind = d.owner_kind AND o.owner_id = d.owner_id",
  columns: {
    id: { sql: "d.id", kind: "text", label: "Document", filter: true },
    ownerKind: { sql: "d.owner_kind", kind: "text", label: "Of", filter: true },
    ownerId: { sql: "d.owner_id", kind: "text", label: "Owner", filter: true },
    purpose: { sql: "d.purpose", kind: "text", label: "Purpose", filter: true, sort: true },
    fileName: { sql: "d.file_name", kind: "text", label: "Name" },
    contentType: { sql: "d.content_type", kind: "text", label: "Type", filter: true },
    byteCount: { sql: "d.byte_count", kind: "integer", label: "Bytes", sort: true },
    sha256: { sql: "d.sha256", kind: "text", label: "SHA-256", filter: true },
    originalType: { sql: "d.original_type", kind: "text", label: "Came as" },
    state: { sql: "d.state", kind: "text", label: "State", filter: true, sort: true },
    reason: { sql: "d.reason", kind: "text", label: "Reason" },
    storedBy: { sql: "d.stored_by", kind: "text", label: "From", filter: true },
    storedAt: { sql: "d.stored_at", kind: "instant", label: "Received at", filter: true, sort: true },
    reviewedBy: { sql: "d.reviewed_by", kind: "text", label: "Reviewed by", filter: true },
    reviewedAt: { sql: "d.reviewed_at", kind: "instant", label: "Reviewed at", sort: true },
  },
  search: ["d.file_name", "d.owner_id"], key: "d.id", defaultSort: "-storedAt", scope: { branch: "o.branch_id", own: "d.viewer_id" },
};
