import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { problem } from "../problems.ts";

/**
 * Accepts or refuses a received document; the borrower reads the reason of a refusal.
 * May raise document.not_found, document.already_reviewed, document.reason_missing.
 */
export async function reviewDocument(tx: Tx, ctx: Context, id: string, decision: "accepted" | "refused", reason?: string): Promise<{ id: string; state: "accepted" | "refused" }> {
  if (decision === "refused" && (reason ?? "").trim() === "") throw problem("document.reason_missing", undefined, { errors: [{ pointer: "/reason", code: "field.required", detail: "Say what is wrong with it." }] });
  const before = await tx.maybe<{ state: string; owner_kind: string; owner_id: string; purpose: string }>("documents.document.lock", "SELECT state, owner_kind, owner_id, purpose FROM documents.document WHERE id = $1 FOR UPDATE", [id]);
  if (before === undefined) throw problem("document.not_found");
  if (before.state !== "received") throw problem("document.already_reviewed", `It was ${before.state}.`);
  await tx.run("documents.document.review", "UPDATE documents.document SET state = $2, reason = $3, reviewed_by = $4, reviewed_at = $5, version = version + 1 WHERE id = $1", [id, decision, reason ?? null, ctx.actor.id, tx.now]);
  await audit.record(tx, ctx, { action: `document.file.${decision}`, subject: id, reason, before: { state: before.state }, after: { state: decision } });
  await outbox.add(tx, ctx, { type: `documents.document_${decision}`, subject: before.owner_id, payload: { documentId: id, ownerKind: before.owner_kind, ownerId: before.owner_id, purpose: before.purpose, reason: reason ?? null } });
  return { id, state: decision };
}

/** Makes a document's content unreadable for ever by dropping its key; the record of it stays. May raise document.not_found. */
export async function eraseDocument(tx: Tx, ctx: Context, id: string, reason: string): Promise<void> {
  const erased = await tx.run("documents.document.erase", "UPDATE documents.document SET wrapped_key = NULL, file_name = 'erased', version = version + 1 WHERE id = $1", [id]);
  if (erased === 0) throw problem("document.not_found");
  await audit.record(tx, ctx, { action: "document.file.erased", subject: id, reason });
}
