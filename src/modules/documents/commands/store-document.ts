import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { inspect, type Inspected } from "../domain/inspect.ts";
import { keep } from "../vault.ts";

export interface NewDocument {
  readonly owner: { readonly kind: string; readonly id: string };
  readonly purpose: string;
  readonly fileName: string;
  readonly bytes: Buffer;
  /** When the bytes were looked into before the transaction began. */
  readonly inspected?: Inspected;
  /** Written by the platform itself: needs no review. */
  readonly accepted?: boolean;
}

export interface StoredDocument {
  readonly id: string;
  readonly sha256: string;
  readonly contentType: string;
  readonly bytes: number;
}

/**
 * Keeps a file for an owner, sealed under a key of its own. May raise what `inspect` raises.
 * @example  storeDocument(tx, ctx, { owner: { kind: "application", id: "app_1" }, purpose: "identity", fileName: "pan.jpg", bytes })
 */
export async function storeDocument(tx: Tx, ctx: Context, input: NewDocument): Promise<StoredDocument> {
  const file = input.inspected ?? (await inspect(input.bytes));
  const id = ctx.ids.next("doc");
  const wrappedKey = ctx.services.keys.newWrappedKey();
  const address = await keep(ctx, ctx.services.keys.seal(wrappedKey, file.bytes, `document:${id}`));
  await tx.run("documents.document.insert", `
    INSERT INTO documents.document (id, owner_kind, owner_id, purpose, file_name, content_type, byte_count, sha256, original_type, original_sha256, address, wrapped_key, state, viewer_id, stored_by, stored_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
      coalesce($14, (SELECT viewer_ids[1] FROM documents.file_owner WHERE owner_kind = $2 AND owner_id = $3)), $15, $16)`,
    [id, input.owner.kind, input.owner.id, input.purpose, displayName(input.fileName), file.contentType, file.bytes.length, file.sha256, file.original?.contentType ?? null, file.original?.sha256 ?? null,
      address, wrappedKey, input.accepted === true ? "accepted" : "received", ctx.actor.partyId ?? null, ctx.actor.id, tx.now]);
  const facts = { documentId: id, ownerKind: input.owner.kind, ownerId: input.owner.id, purpose: input.purpose, contentType: file.contentType, sha256: file.sha256 };
  await audit.record(tx, ctx, { action: "document.file.stored", subject: id, after: facts });
  await outbox.add(tx, ctx, { type: "documents.document_received", subject: input.owner.id, payload: facts });
  return { id, sha256: file.sha256, contentType: file.contentType, bytes: file.bytes.length };
}

/** Says who, beside staff of the whole lender, may see and add an owner's files. Called by the module that owns it. */
export async function grantOwner(tx: Tx, _ctx: Context, grant: { owner: { kind: string; id: string }; viewerIds: readonly string[]; branchId?: string }): Promise<void> {
  await tx.run("documents.owner.grant", `
    INSERT INTO documents.file_owner (owner_kind, owner_id, viewer_ids, branch_id) VALUES ($1, $2, $3, $4)
    ON CONFLICT (tenant_id, owner_kind, owner_id) DO UPDATE SET viewer_ids = excluded.viewer_ids, branch_id = excluded.branch_id`,
    [grant.owner.kind, grant.owner.id, grant.viewerIds, grant.branchId ?? null]);
}

/** The same for many owners of one kind that nobody was told of before, in one statement. */
export async function grantOwners(tx: Tx, _ctx: Context, grant: { kind: string; owners: readonly { id: string; viewerId: string; branchId: string | null }[] }): Promise<void> {
  await tx.run("documents.owner.grant_many",
    "INSERT INTO documents.file_owner (owner_kind, owner_id, viewer_ids, branch_id) SELECT $1, o.id, ARRAY[o.viewer], o.branch FROM unnest($2::text[], $3::text[], $4::text[]) AS o (id, viewer, branch)",
    [grant.kind, grant.owners.map((o) => o.id), grant.owners.map((o) => o.viewerId), grant.owners.map((o) => o.branchId)]);
}

/** What people see of a sender's file name: its last part, one line, at most 120 characters. */
export function displayName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const clean = [...last.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}"<>|:*?]+/gu, " ").trim()].slice(0, 120).join("");
  return clean === "" || /^\.+$/.test(clean) ? "document" : clean;
}
