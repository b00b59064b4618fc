import * as audit from "#kernel/audit.ts";
import { propose, type ApprovalRequest, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { requirePermission } from "#kernel/permissions.ts";
import type { ProductDefinition } from "../definition.ts";
import { definitionHash, formFaults } from "../domain/check-definition.ts";
import { problem } from "../problems.ts";
import { publicationFaults } from "../queries/rule-accounts.ts";
import { getProductVersion, insertVersion, lockVersion } from "../store.ts";

export interface NewProductInput { readonly code: string; readonly name: string; readonly currency: string; readonly note?: string; readonly definition: ProductDefinition }

/** Makes a product with its first draft. May raise product.code_taken, product_version.invalid. */
export async function createProduct(ctx: Context, input: NewProductInput): Promise<{ productId: string; productVersionId: string }> {
  requirePermission(ctx.actor, "product.version.edit");
  refuseForm(input.definition);
  return ctx.transaction(async (tx) => {
    const productId = ctx.ids.next("prd");
    const made = await tx.run("products.product.insert", "INSERT INTO products.product (id, code, name, currency, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
      [productId, input.code, input.name, input.currency, tx.now]);
    if (made === 0) throw problem("product.code_taken");
    const productVersionId = await insertDraft(tx, ctx, { productId, definition: input.definition, note: input.note ?? "", basedOn: null });
    return { productId, productVersionId };
  });
}

/** A new draft with the definition of another version. May raise product_version.not_found. */
export async function cloneVersion(ctx: Context, productVersionId: string, note = ""): Promise<{ productVersionId: string }> {
  requirePermission(ctx.actor, "product.version.edit");
  return ctx.transaction(async (tx) => {
    const from = await getProductVersion(tx, productVersionId);
    return { productVersionId: await insertDraft(tx, ctx, { productId: from.productId, definition: from.definition, note, basedOn: from.id }) };
  });
}

async function insertDraft(tx: Tx, ctx: Context, draft: { productId: string; definition: ProductDefinition; note: string; basedOn: string | null }): Promise<string> {
  const id = ctx.ids.next("prv");
  const hash = definitionHash(draft.definition);
  const number = await insertVersion(tx, { ...draft, id, definitionHash: hash, madeBy: ctx.actor.id });
  await audit.record(tx, ctx, { action: "product.version.drafted", subject: id, after: { productId: draft.productId, number, definitionHash: hash, basedOn: draft.basedOn } });
  return id;
}

/** Replaces a draft's definition. May raise product_version.not_found, product_version.not_draft, product_version.invalid, version.conflict (by `check`). */
export async function changeDraft(ctx: Context, productVersionId: string, change: { definition: ProductDefinition; note?: string }, check: (rowVersion: bigint) => void): Promise<{ productVersionId: string; rowVersion: number }> {
  requirePermission(ctx.actor, "product.version.edit");
  refuseForm(change.definition);
  return ctx.transaction(async (tx) => {
    const before = await lockVersion(tx, productVersionId);
    check(before.rowVersion);
    if (before.state !== "draft") throw problem("product_version.not_draft");
    const hash = definitionHash(change.definition);
    await tx.run("products.version.change", "UPDATE products.product_version SET definition = $2, definition_hash = $3, note = $4, made_by = $5, row_version = row_version + 1 WHERE id = $1",
      [productVersionId, JSON.stringify(change.definition), hash, change.note ?? before.note, ctx.actor.id]);
    await audit.record(tx, ctx, { action: "product.version.changed", subject: productVersionId, before: { definitionHash: before.definitionHash }, after: { definitionHash: hash } });
    return { productVersionId, rowVersion: Number(before.rowVersion) + 1 };
  });
}

interface PublishPayload { readonly productVersionId: string; readonly definitionHash: string; readonly effectiveFrom: string }

/** Asks a second person to publish a draft. May raise product_version.not_found, .not_draft, .invalid, .effective_in_past. */
export async function proposePublication(ctx: Context, productVersionId: string, effectiveFrom: string): Promise<ApprovalRequest> {
  requirePermission(ctx.actor, "product.version.edit");
  return ctx.transaction(async (tx) => {
    const version = await lockVersion(tx, productVersionId);
    await refuseUnlessPublishable(tx, version, effectiveFrom);
    const payload: PublishPayload = { productVersionId, definitionHash: version.definitionHash, effectiveFrom };
    return propose(tx, ctx, { action: "product.version.publish", subject: productVersionId, summary: `Publish ${version.name}, version ${version.version}, from ${effectiveFrom}`, payload });
  });
}

/** Publishing takes two people; what is published is exactly the definition that was proposed. */
export const publishControl: DualControl<PublishPayload> = {
  action: "product.version.publish", permission: "product.version.publish", limited: false,
  async execute(tx, ctx, payload) {
    const version = await lockVersion(tx, payload.productVersionId);
    await refuseUnlessPublishable(tx, version, payload.effectiveFrom);
    if (version.definitionHash !== payload.definitionHash || version.madeBy === ctx.actor.id) throw problem("product_version.not_draft", "The draft was changed after it was proposed, or you edited it last.");
    await tx.run("products.version.publish", "UPDATE products.product_version SET state = 'published', effective_from = $2, published_by = $3, published_at = $4, row_version = row_version + 1 WHERE id = $1",
      [version.id, payload.effectiveFrom, ctx.actor.id, tx.now]);
    await audit.record(tx, ctx, { action: "product.version.published", subject: version.id, after: { definitionHash: version.definitionHash, effectiveFrom: payload.effectiveFrom } });
    await outbox.add(tx, ctx, { type: "products.version_published", subject: version.id, payload: { productId: version.productId, number: version.version, effectiveFrom: payload.effectiveFrom } });
    return { productVersionId: version.id };
  },
};

/** Takes a published version out of offer; what was made with it goes on. May raise product_version.not_found, .not_draft. */
export async function retireVersion(ctx: Context, productVersionId: string): Promise<{ productVersionId: string }> {
  requirePermission(ctx.actor, "product.version.publish");
  return ctx.transaction(async (tx) => {
    const version = await lockVersion(tx, productVersionId);
    if (version.state !== "published") throw problem("product_version.not_draft", "Only a published version is retired.");
    await tx.run("products.version.retire", "UPDATE products.product_version SET state = 'retired', retired_at = $2, row_version = row_version + 1 WHERE id = $1", [productVersionId, tx.now]);
    await audit.record(tx, ctx, { action: "product.version.retired", subject: productVersionId });
    return { productVersionId };
  });
}

function refuseForm(definition: unknown): void {
  const errors = formFaults(definition);
  if (errors.length > 0) throw problem("product_version.invalid", undefined, { errors });
}

async function refuseUnlessPublishable(tx: Tx, version: { state: string; definition: ProductDefinition; currency: string }, effectiveFrom: string): Promise<void> {
  if (version.state !== "draft") throw problem("product_version.not_draft");
  if (effectiveFrom < tx.businessDate) throw problem("product_version.effective_in_past");
  const errors = await publicationFaults(tx, version.definition, version.currency);
  if (errors.length > 0) throw problem("product_version.invalid", undefined, { errors });
}
