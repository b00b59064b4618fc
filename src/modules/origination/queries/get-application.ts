import type { Static } from "typebox";
import { money, toMoneyJson } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { readList } from "#kernel/list.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { renderDocument } from "#modules/documents/index.ts";
import { getProductVersion, type Quote } from "#modules/products/index.ts";
import type { AgreementJson, ApplicationItem, ApplicationJson, CheckJson, DecisionJson, OfferJson } from "../contract.ts";
import { coBorrowerOf } from "../commands/co-borrower.ts";
import type { OfferRow } from "../commands/make-offers.ts";
import { frameOf, liveAgreement } from "../commands/sign-agreement.ts";
import { keyFactsData, localeOf, truthInLendingData } from "../domain/papers.ts";
import type { Reason } from "../domain/policy.ts";
import { problem } from "../problems.ts";
import { openPersonal, type ApplicationRow } from "../store.ts";
import { applications } from "./lists.ts";

type Item = Static<typeof ApplicationItem>;

export async function applicationItem(tx: Tx, id: string): Promise<Item> {
  const page = await readList(tx, applications, { limit: 1 }, [{ sql: "a.id = $1", values: [id] }]);
  return page.items[0] as Item;
}

/** Everything about one application. Personal answers are masked, unless it is the borrower's own or they are revealed. */
export async function getApplication(tx: Tx, ctx: Context, app: ApplicationRow, options: { reveal: boolean }): Promise<Static<typeof ApplicationJson>> {
  const values = [app.id];
  const co = await coBorrowerOf(tx, app.id);
  const item = await applicationItem(tx, app.id);
  const requirements = await tx.rows<{ id: string; kind: string; code: string; label: Record<string, string>; any_of: string[]; stage: string; state: "owed"; document_id: string | null; document_type: string | null; note: string | null; changed_by: string; changed_at: string }>(
    "origination.requirement.list", "SELECT * FROM origination.requirement WHERE application_id = $1 ORDER BY stage, kind DESC, code", values);
  const consents = await tx.rows<{ purpose: string; version: string; given: boolean; given_at: string; channel: string; text_hash: string }>("origination.consent.list", "SELECT purpose, version, given, given_at, channel, text_hash FROM origination.consent WHERE application_id = $1 ORDER BY id", values);
  const notices = await tx.rows<{ id: string; kind: string; state: string; due_on: string; sent_at: string | null; reasons: Reason[]; document_id: string | null }>("origination.notice.list", "SELECT id, kind, state, due_on, sent_at, reasons, document_id FROM origination.notice WHERE application_id = $1 ORDER BY id", values);
  const funding = await tx.rows<{ id: string; state: string; approval_request_id: string | null; currency: string; amount_minor: bigint; net_minor: bigint; value_date: string; proposed_by: string; released_by: string | null; note: string | null }>("origination.funding.list", "SELECT * FROM origination.funding WHERE application_id = $1 ORDER BY id", values);
  const mine = ctx.actor.partyId !== undefined && ctx.actor.partyId === app.party_id;
  const revealed = options.reveal || mine;
  // How we weigh is ours; the applicant gets the reasons in the decision letter.
  const inside = ctx.actor.kind !== "borrower";
  return {
    ...item, ...(inside ? {} : { score: null, policyOutcome: null, claimedBy: null }), rowVersion: Number(app.row_version), productVersionId: app.product_version_id, partyId: app.party_id, coBorrower: co === undefined ? null : { partyId: co.party_id, name: co.name, signedAt: co.signed_at }, locale: app.locale, closedReason: app.closed_reason, approvedUntil: app.approved_until,
    answers: { ...app.answers }, person: maskPerson(openPersonal(ctx, app), revealed), personMasked: !revealed,
    requirements: requirements.map((r) => ({ id: r.id, kind: r.kind, code: r.code, label: r.label, anyOf: r.any_of, stage: r.stage, state: r.state, documentId: r.document_id, documentType: r.document_type, note: r.note, changedBy: r.changed_by, changedAt: r.changed_at })),
    checks: inside ? await listChecks(tx, app.id) : [], decisions: inside ? await listDecisions(tx, app) : [], offers: await listOffers(tx, app.id), agreement: await agreementOf(tx, app.id),
    funding: funding.map((f) => ({ id: f.id, state: f.state, approvalRequestId: f.approval_request_id, amount: toMoneyJson(money(f.amount_minor, f.currency)), net: toMoneyJson(money(f.net_minor, f.currency)), valueDate: f.value_date, proposedBy: f.proposed_by, releasedBy: f.released_by, note: f.note })),
    consents: consents.map((c) => ({ purpose: c.purpose, version: c.version, given: c.given, givenAt: c.given_at, channel: c.channel, textHash: c.text_hash })),
    notices: notices.map((n) => ({ id: n.id, kind: n.kind, state: n.state, dueOn: n.due_on, sentAt: n.sent_at, reasons: n.reasons, documentId: n.document_id })),
  };
}

/** Puts down that somebody looked at what is usually masked. */
export async function recordReveal(tx: Tx, ctx: Context, applicationId: string): Promise<void> {
  await audit.record(tx, ctx, { action: "application.person.revealed", subject: applicationId });
}

function maskPerson(personal: Readonly<Record<string, unknown>>, revealed: boolean): Record<string, unknown> {
  if (revealed) return { ...personal };
  const hide = (value: unknown) => (typeof value === "string" ? `${"•".repeat(Math.max(0, value.length - 4))}${value.slice(-4)}` : "••••");
  return Object.fromEntries(Object.entries(personal).map(([name, value]) => [name, name === "givenName" || name === "familyName" ? value : name === "birthDate" ? `${String(value).slice(0, 4)}-••-••` : hide(value)]));
}

interface CheckRow { id: string; kind: string; state: string; outcome: string | null; attempts: number; asked_on: string; answered_at: string | null; reused_from: string | null; result: { matchScore?: number; matches?: unknown[]; reasons?: unknown[] } | null }

export async function listChecks(tx: Tx, applicationId: string): Promise<Static<typeof CheckJson>[]> {
  const rows = await tx.rows<CheckRow>("origination.check.list", "SELECT id, kind, state, outcome, attempts, asked_on, answered_at, reused_from, result FROM origination.check_request WHERE application_id = $1 ORDER BY kind", [applicationId]);
  return rows.map((r) => ({ id: r.id, kind: r.kind, state: r.state, outcome: r.outcome, attempts: r.attempts, askedOn: r.asked_on, answeredAt: r.answered_at, reusedFrom: r.reused_from, matchScore: r.result?.matchScore ?? null, matches: r.result?.matches ?? [], reasons: r.result?.reasons ?? [] }));
}

export interface DecisionRow {
  id: string; made_by: string; outcome: string; reasons: Reason[]; amount_minor: bigint | null; term_months: number | null; annual_rate: string | null; score: number | null; override: boolean; deviation: string; reason: string | null; expires_on: string | null;
  product_version_id: string; policy_hash: string; scorecard_version: string; decided_at: string; facts: Record<string, unknown>; trace: unknown;
}

export function presentDecision(row: DecisionRow, currency: string): Static<typeof DecisionJson> {
  return {
    id: row.id, madeBy: row.made_by, outcome: row.outcome, reasons: row.reasons, amount: row.amount_minor === null ? null : toMoneyJson(money(row.amount_minor, currency)), termMonths: row.term_months, annualRate: row.annual_rate, score: row.score,
    override: row.override, deviation: Number(row.deviation), reason: row.reason, expiresOn: row.expires_on, productVersionId: row.product_version_id, policyHash: row.policy_hash, scorecardVersion: row.scorecard_version, decidedAt: row.decided_at,
  };
}

async function listDecisions(tx: Tx, app: ApplicationRow): Promise<Static<typeof DecisionJson>[]> {
  return (await tx.rows<DecisionRow>("origination.decision.list", "SELECT * FROM origination.decision WHERE application_id = $1 ORDER BY id", [app.id])).map((row) => presentDecision(row, app.currency));
}

async function listOffers(tx: Tx, applicationId: string): Promise<Static<typeof OfferJson>[]> {
  return (await tx.rows<OfferRow>("origination.offer.list", "SELECT * FROM origination.offer WHERE application_id = $1 ORDER BY id", [applicationId])).map(presentOffer);
}

function presentOffer(row: OfferRow): Static<typeof OfferJson> {
  const q: Quote = row.quote;
  const m = (minor: number) => toMoneyJson(money(minor, row.currency));
  return {
    id: row.id, state: row.state, amount: m(q.amountMinor), termMonths: row.term_months, annualRate: row.annual_rate, apr: row.apr, installment: m(q.installmentMinor), netDisbursed: m(q.netDisbursedMinor), fees: m(q.feesMinor), interest: m(q.interestMinor),
    totalCost: m(q.totalCostMinor), totalPaid: m(q.totalPaidMinor), firstDueDate: q.firstDueDate, lastDueDate: q.lastDueDate, madeOn: row.made_on, expiresOn: row.expires_on, scheduleHash: row.schedule_hash, reason: row.reason,
  };
}

export async function agreementOf(tx: Tx, applicationId: string): Promise<Static<typeof AgreementJson> | null> {
  const row = await liveAgreement(tx, applicationId);
  return row === undefined ? null : { id: row.id, state: row.state, offerId: row.offer_id, documentId: row.document_id, documentSha256: row.document_sha256, scheduleHash: row.schedule_hash, signedAt: row.signed_at, evidence: row.evidence };
}

/** The statement of an offer's key facts, as its regime wants it. May raise offer.not_open when there is no such offer. */
export async function renderKeyFacts(ctx: Context, app: ApplicationRow, offerId: string): Promise<Buffer> {
  const { offer, definition, tenant } = await ctx.read(async (tx) => {
    const row = await tx.maybe<OfferRow>("origination.offer.of_application", "SELECT * FROM origination.offer WHERE id = $1 AND application_id = $2", [offerId, app.id]);
    if (row === undefined) throw problem("offer.not_open", "There is no such offer on this application.");
    return { offer: row, definition: (await getProductVersion(tx, app.product_version_id)).definition, tenant: await currentTenant(tx) };
  });
  const frame = frameOf(tenant, app, openPersonal(ctx, app), offer.made_on);
  const locale = localeOf(definition.regime, app.locale);
  return definition.regime === "IN_RBI" ? renderDocument("key-facts-in", keyFactsData(frame, definition, offer.quote, offer.expires_on), locale) : renderDocument("truth-in-lending", truthInLendingData(frame, definition, offer.quote), locale);
}
