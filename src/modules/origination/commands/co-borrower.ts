import { createHash } from "node:crypto";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import type { FieldError } from "#kernel/problems.ts";
import { grantOwner } from "#modules/documents/index.ts";
import { registerParty } from "#modules/parties/index.ts";
import { getProductVersion, type ProductDefinition } from "#modules/products/index.ts";
import { checkAnswers, isPersonal, type Answers } from "../domain/form.ts";
import type { PersonAsked } from "../ports.ts";
import { problem } from "../problems.ts";
import { lockApplication, note, openPersonal, requireWithinScope, type ApplicationRow } from "../store.ts";
import { personOf, type GivenConsent } from "./start-application.ts";

export interface CoBorrowerRow {
  readonly application_id: string; readonly party_id: string; readonly name: string; readonly sealed_person: Buffer; readonly code_hash: Buffer | null; readonly code_sent_to: string | null; readonly code_expires_at: string | null;
  readonly code_attempts: number; readonly signed_sha256: string | null; readonly signed_at: string | null; readonly evidence: Readonly<Record<string, unknown>> | null;
}

export async function coBorrowerOf(tx: Tx, applicationId: string): Promise<CoBorrowerRow | undefined> {
  return tx.maybe<CoBorrowerRow>("origination.co_borrower.read", "SELECT * FROM origination.co_borrower WHERE application_id = $1", [applicationId]);
}

/** Who the co-borrower is, as the outside is asked about them. */
export function openCoBorrower(ctx: Context, app: ApplicationRow, row: CoBorrowerRow): Answers {
  return JSON.parse(ctx.services.keys.open(app.wrapped_key, row.sealed_person, `${app.id}:co_borrower`).toString()) as Answers;
}

export function askedOf(ctx: Context, app: ApplicationRow, definition: ProductDefinition, row: CoBorrowerRow): PersonAsked {
  return personOf(definition, openCoBorrower(ctx, app, row)) as PersonAsked;
}

/**
 * Adds a second person to a draft, who owes the loan like the first, or puts another in their place: with their own answers to the form's personal
 * questions and their own consents. They become a party at once, see the application, are checked, and sign. May raise application.not_found,
 * .wrong_state, .incomplete, party.invalid, party.identifier_conflict.
 */
export async function setCoBorrower(ctx: Context, input: { readonly applicationId: string; readonly answers: Answers; readonly consents: readonly GivenConsent[] }): Promise<{ partyId: string; name: string }> {
  const scope = requirePermission(ctx.actor, "application.case.edit");
  return ctx.transaction(async (tx) => {
    const app = await draft(tx, ctx, scope, input.applicationId);
    const { definition } = await getProductVersion(tx, app.product_version_id);
    const personal = personAnswers(definition, app, input.answers, input.consents);
    const person = personOf(definition, personal);
    // Asked before anybody is registered: else the applicant's own number would belong to the other.
    const same = personOf(definition, openPersonal(ctx, app)).identifiers.some((id) => person.identifiers.some((other) => other.scheme === id.scheme && other.value === id.value));
    const { partyId } = same ? { partyId: app.party_id } : await registerParty(tx, ctx, person, { branchId: app.branch_id ?? undefined });
    if (same || partyId === null || partyId === app.party_id) throw problem("application.incomplete", undefined, { errors: [{ pointer: "/answers", code: "co_borrower.same_person", detail: "The co-borrower is another person than the applicant." }] });
    const name = `${String(personal["givenName"] ?? "")} ${String(personal["familyName"] ?? "")}`.trim().slice(0, 200);
    await tx.run("origination.co_borrower.set", `
      INSERT INTO origination.co_borrower (application_id, party_id, name, sealed_person, added_by, added_at) VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (tenant_id, application_id) DO UPDATE SET party_id = excluded.party_id, name = excluded.name, sealed_person = excluded.sealed_person, added_by = excluded.added_by, added_at = excluded.added_at`,
      [app.id, partyId, name, ctx.services.keys.seal(app.wrapped_key, JSON.stringify(personal), `${app.id}:co_borrower`), ctx.actor.id, tx.now]);
    await link(tx, app.id, partyId);
    await keepConsents(tx, ctx, app, definition, partyId, input.consents);
    await grantOwner(tx, ctx, { owner: { kind: "application", id: app.id }, viewerIds: [app.owner_id, partyId], branchId: app.branch_id ?? undefined });
    await note(tx, ctx, app.id, { kind: "co_borrower", summary: `${name} joins as co-borrower` });
    await audit.record(tx, ctx, { action: "application.co_borrower.set", subject: app.id, after: { partyId } });
    return { partyId, name };
  });
}

/** Takes the co-borrower off a draft. May raise application.not_found, .wrong_state. */
export async function removeCoBorrower(ctx: Context, applicationId: string): Promise<{ removed: boolean }> {
  const scope = requirePermission(ctx.actor, "application.case.edit");
  return ctx.transaction(async (tx) => {
    const app = await draft(tx, ctx, scope, applicationId);
    const removed = await tx.run("origination.co_borrower.remove", "DELETE FROM origination.co_borrower WHERE application_id = $1", [app.id]);
    if (removed === 0) return { removed: false };
    await link(tx, app.id, null);
    await grantOwner(tx, ctx, { owner: { kind: "application", id: app.id }, viewerIds: [app.owner_id], branchId: app.branch_id ?? undefined });
    await note(tx, ctx, app.id, { kind: "co_borrower", summary: "The co-borrower was taken off" });
    await audit.record(tx, ctx, { action: "application.co_borrower.removed", subject: app.id, before: { partyId: app.co_party_id } });
    return { removed: true };
  });
}

async function draft(tx: Tx, ctx: Context, scope: "tenant" | "branch" | "own", id: string): Promise<ApplicationRow> {
  const app = requireWithinScope(ctx, scope, await lockApplication(tx, id));
  if (app.state !== "draft") throw problem("application.wrong_state", `Application ${app.number} is ${app.state}.`);
  return app;
}

async function link(tx: Tx, applicationId: string, partyId: string | null): Promise<void> {
  await tx.run("origination.application.co_party", "UPDATE origination.application SET co_party_id = $2, changed_at = $3, row_version = row_version + 1 WHERE id = $1", [applicationId, partyId, tx.now]);
}

/** The form's personal answers but for the payout account; every fault of them, and every missing consent, is told at once. */
function personAnswers(definition: ProductDefinition, app: ApplicationRow, answers: Answers, consents: readonly GivenConsent[]): Record<string, unknown> {
  const fields = definition.form.flatMap((page) => page.fields).filter((field) => isPersonal(field) && field.kind !== "account");
  const checked = checkAnswers(definition, app.currency, answers);
  const errors: FieldError[] = (checked?.errors ?? []).filter((error) => fields.some((field) => error.pointer === `/answers/${field.name}` || error.pointer.startsWith(`/answers/${field.name}/`)));
  for (const { purpose, required } of definition.consents) {
    if (required && !consents.some((c) => c.purpose === purpose && c.given)) errors.push({ pointer: `/consents/${purpose}`, code: "field.consent", detail: "Each borrower gives this consent for themselves." });
  }
  if (checked === undefined || errors.length > 0) throw problem("application.incomplete", undefined, { errors });
  return Object.fromEntries(fields.flatMap((field) => (checked.values[field.name] === undefined ? [] : [[field.name, checked.values[field.name]]])));
}

async function keepConsents(tx: Tx, ctx: Context, app: ApplicationRow, definition: ProductDefinition, partyId: string, consents: readonly GivenConsent[]): Promise<void> {
  for (const { purpose, given } of consents) {
    const offered = definition.consents.find((consent) => consent.purpose === purpose);
    if (offered === undefined) continue;
    await tx.run("origination.consent.insert_co",
      "INSERT INTO origination.consent (id, application_id, purpose, version, text_hash, locale, given, channel, given_at, actor_id, party_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      [ctx.ids.next("cns"), app.id, purpose, offered.version, createHash("sha256").update(offered.text[app.locale] ?? offered.text["en"] ?? "").digest("hex"), app.locale, given, app.channel, tx.now, ctx.actor.id, partyId]);
  }
}
