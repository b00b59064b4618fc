import { createHash, createHmac } from "node:crypto";
import type { Money } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import { plusMs, type Instant } from "#kernel/clock.ts";
import type { Context } from "#kernel/context.ts";
import { sameSecret } from "#kernel/crypto.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { currentTenant, type Tenant } from "#kernel/tenants.ts";
import { renderDocument, storeDocument } from "#modules/documents/index.ts";
import { getProductVersion, quote, type Quote } from "#modules/products/index.ts";
import type { Answers } from "../domain/form.ts";
import { agreementData, localeOf, type PaperFrame } from "../domain/papers.ts";
import type { Outside } from "../ports.ts";
import { problem } from "../problems.ts";
import { lockApplication, move, note, openPersonal, readApplication, requireWithinScope, type ApplicationRow } from "../store.ts";
import { coBorrowerOf, openCoBorrower, type CoBorrowerRow } from "./co-borrower.ts";
import type { OfferRow } from "./make-offers.ts";

export interface AgreementRow {
  readonly id: string; readonly application_id: string; readonly offer_id: string; readonly state: "ready" | "signed" | "void"; readonly quote: Quote; readonly schedule_hash: string; readonly document_id: string;
  readonly document_sha256: string; readonly code_hash: Buffer | null; readonly code_sent_to: string | null; readonly code_expires_at: string | null; readonly code_attempts: number;
  readonly evidence: Readonly<Record<string, unknown>> | null; readonly signed_at: string | null;
}

const CODE_LIFE_MS = 10 * 60_000;
const CODE_TRIES = 5;

/**
 * Draws up the agreement of an accepted offer, if there is none yet: same version, same terms, same engine call as the offer; made on
 * the offer's own day it has the offer's hash. May raise application.not_found, agreement.not_ready.
 */
export async function prepareAgreement(ctx: Context, applicationId: string): Promise<{ agreementId: string; documentSha256: string; scheduleHash: string }> {
  const found = await ctx.read(async (tx) => {
    const app = await readApplication(tx, applicationId);
    const live = await liveAgreement(tx, applicationId);
    const offer = app.offer_id === null ? undefined : await tx.maybe<OfferRow>("origination.offer.read", "SELECT * FROM origination.offer WHERE id = $1", [app.offer_id]);
    return { app, live, offer, version: await getProductVersion(tx, app.product_version_id), today: tx.businessDate, tenant: await currentTenant(tx), co: await coBorrowerOf(tx, applicationId) };
  });
  if (found.live !== undefined) return { agreementId: found.live.id, documentSha256: found.live.document_sha256, scheduleHash: found.live.schedule_hash };
  const { app, offer, version, today } = found;
  if (app.state !== "accepted" || offer === undefined) throw problem("agreement.not_ready");
  const made = quote(version, { amount: { minor: offer.amount_minor, currency: offer.currency }, termMonths: offer.term_months, annualRate: offer.annual_rate, disbursementDate: today });
  const locale = localeOf(made.regime, app.locale);
  const pdf = await renderDocument("agreement", agreementData({ ...frameOf(found.tenant, app, openPersonal(ctx, app), today), ...(found.co === undefined ? {} : { coBorrowers: [found.co.name] }) }, version.definition, made, locale), locale);
  const sha256 = createHash("sha256").update(pdf).digest("hex");
  return ctx.transaction(async (tx) => {
    const again = await lockApplication(tx, applicationId);
    const other = await liveAgreement(tx, applicationId);
    if (other !== undefined) return { agreementId: other.id, documentSha256: other.document_sha256, scheduleHash: other.schedule_hash };
    if (again.state !== "accepted" || again.offer_id !== offer.id) throw problem("agreement.not_ready");
    const agreementId = ctx.ids.next("agr");
    const stored = await storeDocument(tx, ctx, { owner: { kind: "application", id: applicationId }, purpose: "agreement", fileName: `agreement-${app.number}.pdf`, bytes: pdf, accepted: true });
    if (stored.sha256 !== sha256) throw new RangeError("the stored agreement is not the one that was drawn up");
    await tx.run("origination.agreement.insert",
      "INSERT INTO origination.agreement (id, application_id, offer_id, state, quote, schedule_hash, document_id, document_sha256, made_at) VALUES ($1, $2, $3, 'ready', $4, $5, $6, $7, $8)",
      [agreementId, applicationId, offer.id, JSON.stringify(made), made.scheduleHash, stored.id, sha256, tx.now]);
    await note(tx, ctx, applicationId, { kind: "agreement", summary: "Agreement ready to sign" });
    await audit.record(tx, ctx, { action: "application.agreement.made", subject: applicationId, after: { agreementId, documentSha256: sha256, scheduleHash: made.scheduleHash } });
    return { agreementId, documentSha256: sha256, scheduleHash: made.scheduleHash };
  });
}

/** Letterhead facts of an application's papers. */
export function frameOf(tenant: Tenant, app: ApplicationRow, personal: Answers, today: string): PaperFrame {
  const address = personal["address"] as { line1: string; city: string; region: string; postalCode: string } | undefined;
  return {
    lender: { name: tenant.name, settings: tenant.settings }, borrower: { name: app.applicant_name, address: address === undefined ? undefined : `${address.line1}, ${address.city}, ${address.region} ${address.postalCode}` },
    reference: app.number, issuedDate: today, productName: app.product_name,
  };
}

export async function liveAgreement(tx: Tx, applicationId: string): Promise<AgreementRow | undefined> {
  return tx.maybe<AgreementRow>("origination.agreement.live", "SELECT * FROM origination.agreement WHERE application_id = $1 AND state <> 'void'", [applicationId]);
}

/** The co-borrower, when it is they who act; undefined when the applicant does. */
async function coSigner(tx: Tx, ctx: Context, app: ApplicationRow): Promise<CoBorrowerRow | undefined> {
  return app.co_party_id !== null && ctx.actor.partyId === app.co_party_id ? coBorrowerOf(tx, app.id) : undefined;
}

/** Sends a one-time code to the phone of the applicant, or of the co-borrower who asks, with which they sign. May raise application.not_found, agreement.not_ready. */
export async function sendSigningCode(ctx: Context, outside: Outside, applicationId: string): Promise<{ agreementId: string; documentSha256: string; sentTo: string; expiresAt: string }> {
  const scope = requirePermission(ctx.actor, "application.agreement.sign");
  await ctx.read(async (tx) => requireWithinScope(ctx, scope, await readApplication(tx, applicationId)));
  const { agreementId, documentSha256 } = await prepareAgreement(ctx, applicationId);
  const code = String(Number(ctx.services.random.bytes(6).readUIntBE(0, 6) % 1_000_000)).padStart(6, "0");
  const prepared = await ctx.transaction(async (tx) => {
    const app = requireWithinScope(ctx, scope, await lockApplication(tx, applicationId));
    if (app.state !== "accepted") throw problem("agreement.not_ready");
    const co = await coSigner(tx, ctx, app);
    const to = String((co === undefined ? openPersonal(ctx, app) : openCoBorrower(ctx, app, co))["phone"] ?? "");
    const expiresAt = plusMs(tx.now as Instant, CODE_LIFE_MS);
    const sentTo = `${"•".repeat(Math.max(0, to.length - 4))}${to.slice(-4)}`;
    const kept = [codeHash(ctx, co === undefined ? agreementId : `${agreementId}:${co.party_id}`, code), sentTo, expiresAt];
    if (co !== undefined) await tx.run("origination.co_borrower.code", "UPDATE origination.co_borrower SET code_hash = $2, code_sent_to = $3, code_expires_at = $4, code_attempts = 0 WHERE application_id = $1", [app.id, ...kept]);
    else await tx.run("origination.agreement.code", "UPDATE origination.agreement SET code_hash = $2, code_sent_to = $3, code_expires_at = $4, code_attempts = 0 WHERE id = $1", [agreementId, ...kept]);
    const { definition } = await getProductVersion(tx, app.product_version_id);
    await audit.record(tx, ctx, { action: "application.agreement.code_sent", subject: applicationId, after: { agreementId } });
    return { to, expiresAt, sentTo, number: app.number, locale: app.locale, letter: definition.letters["signing_code"], today: tx.businessDate };
  });
  const words = (text: Readonly<Record<string, string>> | undefined, fallback: string) => (text?.[prepared.locale] ?? text?.["en"] ?? fallback).replaceAll("{{code}}", code).replaceAll("{{number}}", prepared.number);
  await outside.messages.send({
    reference: `${agreementId}:${prepared.expiresAt}:${prepared.to.slice(-4)}`, channel: "sms", to: prepared.to, sentOn: prepared.today, subject: words(prepared.letter?.subject, "Your code"), body: words(prepared.letter?.body, "{{code}} is your code to sign agreement {{number}}."),
  });
  return { agreementId, documentSha256, sentTo: prepared.sentTo, expiresAt: prepared.expiresAt };
}

function codeHash(ctx: Context, agreementId: string, code: string): Buffer {
  return createHmac("sha256", ctx.services.keys.derive("signing-code")).update(`${agreementId}:${code}`).digest();
}

export interface SignInput { readonly applicationId: string; readonly code: string; readonly documentSha256: string; readonly device?: string; readonly ip?: string; readonly mandateCap?: Money }

/**
 * Signs the agreement: the code proves who, the hash proves what, the authority's timestamp proves when.
 * May raise application.not_found, agreement.not_ready, .changed, .code_refused.
 */
export async function signAgreement(ctx: Context, outside: Outside, input: SignInput): Promise<{ agreementId: string; state: string; scheduleHash: string }> {
  const scope = requirePermission(ctx.actor, "application.agreement.sign");
  // Counted in a transaction of its own, so that a refused try stays counted.
  const tried = await ctx.services.db.transaction(ctx.tenantId, async (tx) => {
    const app = requireWithinScope(ctx, scope, await lockApplication(tx, input.applicationId));
    const agreement = await liveAgreement(tx, input.applicationId);
    const co = await coSigner(tx, ctx, app);
    if (agreement !== undefined && (agreement.state === "signed" || hasSigned(agreement, co))) return { agreement, now: tx.now, good: true };
    if (agreement === undefined || app.state !== "accepted") throw problem("agreement.not_ready");
    if (agreement.document_sha256 !== input.documentSha256) throw problem("agreement.changed");
    const { code_hash, code_expires_at, code_attempts } = co ?? agreement;
    const fresh = code_hash !== null && code_expires_at !== null && code_expires_at > tx.now && code_attempts < CODE_TRIES;
    const good = fresh && sameSecret(code_hash, codeHash(ctx, co === undefined ? agreement.id : `${agreement.id}:${co.party_id}`, input.code));
    if (co !== undefined) await tx.run("origination.co_borrower.try", "UPDATE origination.co_borrower SET code_attempts = code_attempts + 1 WHERE application_id = $1", [app.id]);
    else await tx.run("origination.agreement.try", "UPDATE origination.agreement SET code_attempts = code_attempts + 1 WHERE id = $1", [agreement.id]);
    return { agreement, now: tx.now, good };
  });
  if (!tried.good) throw problem("agreement.code_refused");
  const { agreement } = tried;
  const cap = input.mandateCap;
  if (cap !== undefined && (cap.currency !== agreement.quote.currency || cap.minor < BigInt(agreement.quote.installmentMinor))) throw problem("mandate.cap_too_low");
  const stamp = await outside.timestamps.stamp({ sha256: agreement.document_sha256, at: tried.now });
  return ctx.transaction(async (tx) => {
    const app = await lockApplication(tx, input.applicationId);
    const now = await liveAgreement(tx, input.applicationId);
    const [own, other] = [await coSigner(tx, ctx, app), await coBorrowerOf(tx, app.id)];
    if (now !== undefined && (now.state === "signed" || hasSigned(now, own))) return { agreementId: now.id, state: app.state, scheduleHash: now.schedule_hash };
    if (now === undefined || now.document_sha256 !== input.documentSha256) throw problem("agreement.changed");
    const evidence = {
      signer: ctx.actor.id, partyId: own?.party_id ?? app.party_id, signedAt: tx.now, documentSha256: now.document_sha256, scheduleHash: now.schedule_hash, code: { sentTo: (own ?? now).code_sent_to, confirmedAt: tried.now },
      timestamp: stamp.kind === "stamped" ? { serial: stamp.serial, token: stamp.token, at: tried.now } : { pending: stamp.kind, at: tried.now }, ip: input.ip ?? null, device: input.device ?? null, requestId: ctx.requestId,
      // Only the applicant's own account is debited: the one the payout goes to.
      ...(cap === undefined || own !== undefined ? {} : { mandate: { account: `····${payeeAccount(ctx, app).slice(-4)}`, capMinor: Number(cap.minor), currency: cap.currency } }),
    };
    const complete = own === undefined ? other === undefined || hasSigned(now, other) : now.signed_at !== null;
    if (own !== undefined) await tx.run("origination.co_borrower.sign", "UPDATE origination.co_borrower SET signed_at = $2, evidence = $3, signed_sha256 = $4, code_hash = NULL WHERE application_id = $1", [app.id, tx.now, JSON.stringify(evidence), now.document_sha256]);
    else await tx.run("origination.agreement.sign", "UPDATE origination.agreement SET signed_at = $2, evidence = $3, code_hash = NULL WHERE id = $1", [now.id, tx.now, JSON.stringify(evidence)]);
    if (!complete) return halfSigned(tx, ctx, app, now, own?.name ?? app.applicant_name);
    await tx.run("origination.agreement.complete", "UPDATE origination.agreement SET state = 'signed' WHERE id = $1", [now.id]);
    const { definition } = await getProductVersion(tx, app.product_version_id);
    const after = await move(tx, ctx, app, definition, "sign", { summary: "Agreement signed", payload: { agreementId: now.id, documentSha256: now.document_sha256, scheduleHash: now.schedule_hash } });
    return { agreementId: now.id, state: after.state, scheduleHash: now.schedule_hash };
  });
}

/** Whether the co-borrower, or without one given the applicant, has signed this very agreement. */
function hasSigned(agreement: AgreementRow, co: CoBorrowerRow | undefined): boolean {
  return co === undefined ? agreement.signed_at !== null : co.signed_sha256 === agreement.document_sha256;
}

/** One of two has signed: the agreement waits for the other. */
async function halfSigned(tx: Tx, ctx: Context, app: ApplicationRow, agreement: AgreementRow, name: string): Promise<{ agreementId: string; state: string; scheduleHash: string }> {
  await note(tx, ctx, app.id, { kind: "agreement", summary: `${name} has signed; the other borrower is still to sign` });
  await audit.record(tx, ctx, { action: "application.agreement.signed_by_one", subject: app.id, after: { agreementId: agreement.id, documentSha256: agreement.document_sha256 } });
  return { agreementId: agreement.id, state: app.state, scheduleHash: agreement.schedule_hash };
}

function payeeAccount(ctx: Context, app: ApplicationRow): string {
  return String(openPersonal(ctx, app)["payoutAccount"] ?? "");
}
