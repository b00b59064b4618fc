import { createHash } from "node:crypto";
import { formatAmount, type Money } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { enqueue } from "#kernel/jobs.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { requirePermission } from "#kernel/permissions.ts";
import type { FieldError } from "#kernel/problems.ts";
import { grantOwner } from "#modules/documents/index.ts";
import { registerParty } from "#modules/parties/index.ts";
import { currentVersion, getProductVersion, limitErrors, type ProductDefinition, type ProductVersion } from "#modules/products/index.ts";
import { checkAnswers, isPersonal, type Answers } from "../domain/form.ts";
import { problem } from "../problems.ts";
import { insertApplication, lockApplication, move, note, openPersonal, requireWithinScope, saveApplication, sealPersonal, type ApplicationRow } from "../store.ts";

export interface GivenConsent { readonly purpose: string; readonly given: boolean }
export interface StartApplication {
  readonly productCode: string;
  readonly amount: Money;
  readonly termMonths: number;
  readonly channel?: ApplicationRow["channel"];
  readonly locale?: string;
  readonly branchId?: string;
  readonly answers?: Answers;
  readonly consents?: readonly GivenConsent[];
}
export interface Started { readonly applicationId: string; readonly number: string }

/** Opens an application as a draft, with as many answers as there are. May raise product.not_found, product.not_offered, application.incomplete. */
export async function startApplication(ctx: Context, input: StartApplication): Promise<Started> {
  requirePermission(ctx.actor, "application.case.create");
  return ctx.transaction((tx) => startIn(tx, ctx, input));
}

export async function startIn(tx: Tx, ctx: Context, input: StartApplication): Promise<Started> {
  const version = await currentVersion(tx, input.productCode);
  const errors = limitErrors(version, { amount: input.amount, termMonths: input.termMonths });
  if (errors.length > 0) throw problem("application.incomplete", undefined, { errors });
  const id = ctx.ids.next("app");
  const counter = await tx.one<{ last: bigint }>("origination.number.next", "SELECT nextval('origination.application_number') AS last");
  const key = ctx.services.keys.newWrappedKey();
  const { personal, plain } = split(version.definition, input.answers ?? {});
  const app: ApplicationRow = {
    id, number: `AP${String(counter.last).padStart(8, "0")}`, product_version_id: version.id, product_code: version.code, product_name: version.name, channel: input.channel ?? channelOf(ctx), branch_id: input.branchId ?? ctx.actor.branchId ?? await portalBranch(tx),
    party_id: ctx.actor.partyId ?? null, co_party_id: null, owner_id: ctx.actor.partyId ?? ctx.actor.id, applicant_name: nameOf(personal), locale: input.locale ?? "en", currency: version.currency, amount_minor: input.amount.minor, term_months: input.termMonths,
    state: "draft", waiting_on: "applicant", stage_entered_at: tx.now, stage_due_at: null, answers: plain, wrapped_key: key, sealed_person: sealPersonal(ctx, key, id, personal), score: null, policy_outcome: null, decision_id: null,
    offer_id: null, loan_account_id: null, loan_number: null, approved_until: null, claimed_by: null, claimed_at: null, closed_reason: null, created_by: ctx.actor.id, created_at: tx.now, submitted_at: null, submitted_on: null,
    changed_at: tx.now, row_version: 1n,
  };
  await insertApplication(tx, app);
  await recordConsents(tx, ctx, app, version.definition, input.consents ?? []);
  await grantOwner(tx, ctx, { owner: { kind: "application", id }, viewerIds: [app.owner_id], branchId: app.branch_id ?? undefined });
  await note(tx, ctx, id, { kind: "start", summary: `Started for ${formatAmount(input.amount)} ${version.currency} over ${input.termMonths} months`, to: "draft" });
  await audit.record(tx, ctx, { action: "application.case.created", subject: id, after: { number: app.number, productVersionId: version.id, amount: input.amount, termMonths: input.termMonths, channel: app.channel } });
  return { applicationId: id, number: app.number };
}

export interface SaveStep {
  readonly applicationId: string;
  /** Code of the form's page. */
  readonly page: string;
  readonly answers: Answers;
  readonly amount?: Money;
  readonly termMonths?: number;
  readonly consents?: readonly GivenConsent[];
}

/**
 * Saves one page of the form; what can be accepted is kept, and every fault of the page is told at once.
 * May raise application.not_found, .wrong_state, .unknown_step, and version.conflict by `check`.
 */
export async function saveStep(ctx: Context, input: SaveStep, check: (rowVersion: bigint) => void): Promise<{ rowVersion: number; errors: FieldError[] }> {
  const scope = requirePermission(ctx.actor, "application.case.edit");
  return ctx.transaction(async (tx) => {
    const app = requireWithinScope(ctx, scope, await lockApplication(tx, input.applicationId));
    if (app.state !== "draft") throw problem("application.wrong_state", `Application ${app.number} is ${app.state}.`);
    check(app.row_version);
    const version = await getProductVersion(tx, app.product_version_id);
    const checked = checkAnswers(version.definition, app.currency, input.answers, input.page);
    if (checked === undefined) throw problem("application.unknown_step");
    const limits = limitErrors(version, { amount: input.amount ?? { minor: app.amount_minor, currency: app.currency }, termMonths: input.termMonths ?? app.term_months });
    const before = { ...app.answers, ...openPersonal(ctx, app) };
    const { personal, plain } = split(version.definition, { ...before, ...checked.values });
    const saved = await saveApplication(tx, {
      ...app, answers: plain, sealed_person: sealPersonal(ctx, app.wrapped_key, app.id, personal), applicant_name: nameOf(personal),
      ...(limits.length > 0 ? {} : { amount_minor: input.amount?.minor ?? app.amount_minor, term_months: input.termMonths ?? app.term_months }),
    });
    await recordConsents(tx, ctx, app, version.definition, input.consents ?? []);
    await audit.record(tx, ctx, { action: "application.case.saved", subject: app.id, after: { page: input.page, fields: Object.keys(checked.values) } });
    return { rowVersion: Number(saved.row_version), errors: [...checked.errors, ...limits] };
  });
}

/**
 * Hands an application in: the whole form is checked, the applicant becomes a party, the papers owed are listed, and the checks are put
 * into the queue. May raise application.not_found, .wrong_state, .incomplete with every fault, party.invalid, party.identifier_conflict.
 */
export async function submitApplication(ctx: Context, applicationId: string): Promise<Started & { partyId: string }> {
  const scope = requirePermission(ctx.actor, "application.case.submit");
  return ctx.transaction((tx) => submitIn(tx, ctx, scope, applicationId));
}

export async function submitIn(tx: Tx, ctx: Context, scope: "tenant" | "branch" | "own", applicationId: string): Promise<Started & { partyId: string }> {
  const app = requireWithinScope(ctx, scope, await lockApplication(tx, applicationId));
  if (app.state !== "draft") throw problem("application.wrong_state", `Application ${app.number} is ${app.state}.`);
  const version = await getProductVersion(tx, app.product_version_id);
  const checked = checkAnswers(version.definition, app.currency, { ...app.answers, ...openPersonal(ctx, app) });
  const errors = [...(checked?.errors ?? []), ...limitErrors(version, { amount: { minor: app.amount_minor, currency: app.currency }, termMonths: app.term_months }), ...(await missingConsents(tx, app, version.definition))];
  if (checked === undefined || errors.length > 0) throw problem("application.incomplete", undefined, { errors });
  const { personal, plain } = split(version.definition, checked.values);
  const { partyId } = await registerParty(tx, ctx, personOf(version.definition, personal), { partyId: ctx.actor.partyId, branchId: app.branch_id ?? undefined });
  if (partyId === app.co_party_id) throw problem("application.incomplete", undefined, { errors: [{ pointer: "/coBorrower", code: "co_borrower.same_person", detail: "The co-borrower is another person than the applicant." }] });
  await grantOwner(tx, ctx, { owner: { kind: "application", id: app.id }, viewerIds: [...new Set([partyId, app.owner_id, ...(app.co_party_id === null ? [] : [app.co_party_id])])], branchId: app.branch_id ?? undefined });
  await insertRequirements(tx, ctx, app.id, version);
  await move(tx, ctx, app, version.definition, "submit", {
    summary: "Handed in", set: {
      party_id: partyId, owner_id: app.channel === "agent" ? app.owner_id : partyId, answers: plain, sealed_person: sealPersonal(ctx, app.wrapped_key, app.id, personal), applicant_name: nameOf(personal),
      submitted_at: tx.now, submitted_on: tx.businessDate,
    },
  });
  await enqueue(tx, ctx, "origination.advance", { applicationId: app.id }, { singletonKey: `advance:${app.id}` });
  return { applicationId: app.id, number: app.number, partyId };
}

/** Personal answers on one side, the rest on the other; what the form does not know is dropped. */
function split(definition: ProductDefinition, answers: Answers): { personal: Record<string, unknown>; plain: Record<string, unknown> } {
  const personal: Record<string, unknown> = {};
  const plain: Record<string, unknown> = {};
  for (const field of definition.form.flatMap((page) => page.fields)) {
    const value = answers[field.name];
    if (value !== undefined && value !== null && value !== "") (isPersonal(field) ? personal : plain)[field.name] = value;
  }
  return { personal, plain };
}

function nameOf(personal: Answers): string {
  return `${String(personal["givenName"] ?? "")} ${String(personal["familyName"] ?? "")}`.trim().slice(0, 200);
}

function channelOf(ctx: Context): ApplicationRow["channel"] {
  if (ctx.actor.kind === "borrower") return "portal";
  if (ctx.actor.kind === "client") return "api";
  return ctx.actor.roles.includes("sales_agent") ? "agent" : "staff";
}

/** The applicant as a party, from the form's personal fields. */
export function personOf(definition: ProductDefinition, personal: Answers) {
  const text = (name: string) => (typeof personal[name] === "string" ? personal[name] : undefined);
  const identifiers = definition.form.flatMap((page) => page.fields).filter((field) => field.kind === "identifier" && text(field.name) !== undefined).map((field) => ({ scheme: field.scheme ?? "OTHER", value: text(field.name) as string }));
  return { givenName: text("givenName"), familyName: text("familyName"), birthDate: text("birthDate"), phone: text("phone"), email: text("email"), address: personal["address"] as { line1: string; city: string; region: string; postalCode: string; country: string } | undefined, identifiers };
}

/** Where the payout goes: the form's account field. */
export function accountOf(definition: ProductDefinition, personal: Answers): { scheme: string; value: string } | undefined {
  const field = definition.form.flatMap((page) => page.fields).find((each) => each.kind === "account");
  const value = field === undefined ? undefined : personal[field.name];
  return field === undefined || typeof value !== "string" ? undefined : { scheme: field.scheme ?? "ACCOUNT", value };
}

async function recordConsents(tx: Tx, ctx: Context, app: ApplicationRow, definition: ProductDefinition, consents: readonly GivenConsent[]): Promise<void> {
  for (const { purpose, given } of consents) {
    const offered = definition.consents.find((consent) => consent.purpose === purpose);
    if (offered === undefined) continue;
    const words = offered.text[app.locale] ?? offered.text["en"] ?? "";
    await tx.run("origination.consent.insert",
      "INSERT INTO origination.consent (id, application_id, purpose, version, text_hash, locale, given, channel, given_at, actor_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      [ctx.ids.next("cns"), app.id, purpose, offered.version, createHash("sha256").update(words).digest("hex"), app.locale, given, app.channel, tx.now, ctx.actor.id]);
  }
}

async function missingConsents(tx: Tx, app: ApplicationRow, definition: ProductDefinition): Promise<FieldError[]> {
  const given = await tx.rows<{ purpose: string; given: boolean }>("origination.consent.latest", "SELECT DISTINCT ON (purpose) purpose, given FROM origination.consent WHERE application_id = $1 AND party_id IS NULL ORDER BY purpose, id DESC", [app.id]);
  return definition.consents.filter((consent) => consent.required && !given.some((g) => g.purpose === consent.purpose && g.given))
    .map((consent) => ({ pointer: `/consents/${consent.purpose}`, code: "field.consent", detail: "Without this consent the application cannot go on." }));
}

async function insertRequirements(tx: Tx, ctx: Context, applicationId: string, version: ProductVersion): Promise<void> {
  for (const item of version.definition.checklist) {
    await tx.run("origination.requirement.insert",
      `INSERT INTO origination.requirement (id, application_id, kind, code, label, any_of, stage, state, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'owed', $8, $9) ON CONFLICT (tenant_id, application_id, code) DO NOTHING`,
      [ctx.ids.next("rqm"), applicationId, "paper", item.code, item.label, item.anyOf, item.stage, ctx.actor.id, tx.now]);
  }
}

/** Where an application belongs that comes from nobody's branch: what the lender has set, so that somebody sees it. */
async function portalBranch(tx: Tx): Promise<string | null> {
  const branch = (await currentTenant(tx)).settings["portalBranchId"];
  return typeof branch === "string" ? branch : null;
}
