import { addDays, isoDate, type IsoDate } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { getProductVersion, limitErrors, quote, type ProductVersion, type Quote } from "#modules/products/index.ts";
import type { CheckFact } from "../domain/facts.ts";
import { weigh } from "../domain/policy.ts";
import { problem } from "../problems.ts";
import { lockApplication, move, requireWithinScope, type ApplicationRow } from "../store.ts";
import { factsFor } from "./gather-facts.ts";

export interface OfferInput {
  readonly amountMinor: bigint; readonly termMonths: number; readonly annualRate: string; readonly decisionId: string; readonly checks: readonly CheckFact[]; readonly birthDate: string | undefined;
  /** A person decided on exactly these terms: no others are offered. */
  readonly onlyAsked?: boolean;
  /** Last day, when it is before the product's own. */
  readonly until?: string;
}

/** Offers on an approved application: what was asked for, and a shorter and a longer term where the policy would approve those too. */
export async function makeOffers(tx: Tx, ctx: Context, app: ApplicationRow, version: ProductVersion, input: OfferInput): Promise<ApplicationRow> {
  const usual = addDays(isoDate(tx.businessDate), version.definition.pricing.offerDays);
  const expiresOn: IsoDate = input.until !== undefined && input.until < usual ? isoDate(input.until) : usual;
  const terms = [input.termMonths];
  if (input.onlyAsked !== true) for (const other of otherTerms(version, input.termMonths)) if (await wouldApprove(tx, app, version, input, other)) terms.push(other);
  for (const termMonths of terms) {
    const made = quote(version, { amount: { minor: input.amountMinor, currency: app.currency }, termMonths, annualRate: input.annualRate, disbursementDate: tx.businessDate });
    await insertOffer(tx, ctx, app, input, termMonths, made, expiresOn);
  }
  return move(tx, ctx, app, version.definition, "offer", { summary: `${terms.length === 1 ? "One offer" : `${terms.length} offers`} until ${expiresOn}`, set: { approved_until: expiresOn }, payload: { offers: terms.length, expiresOn } });
}

/** About two thirds and three halves of the term asked for, from those the product has. */
function otherTerms(version: ProductVersion, asked: number): number[] {
  const { terms } = version.definition.limits;
  const nearest = (wanted: number) => terms.filter((t) => t !== asked).toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted) || a - b)[0];
  return [...new Set([nearest(Math.round((asked * 2) / 3)), nearest(Math.round((asked * 3) / 2))].filter((t) => t !== undefined))];
}

async function wouldApprove(tx: Tx, app: ApplicationRow, version: ProductVersion, input: OfferInput, termMonths: number): Promise<boolean> {
  if (limitErrors(version, { amount: { minor: input.amountMinor, currency: app.currency }, termMonths }).length > 0) return false;
  const { facts } = factsFor(app, input.birthDate, version, { amountMinor: input.amountMinor, termMonths }, input.checks, tx.businessDate);
  return (await weigh(version.definition, facts)).outcome === "approve";
}

async function insertOffer(tx: Tx, ctx: Context, app: ApplicationRow, input: OfferInput, termMonths: number, made: Quote, expiresOn: string): Promise<void> {
  await tx.run("origination.offer.insert",
    `INSERT INTO origination.offer (id, application_id, decision_id, state, currency, amount_minor, term_months, annual_rate, installment_minor, apr, quote, schedule_hash, made_on, expires_on)
     VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [ctx.ids.next("ofr"), app.id, input.decisionId, app.currency, input.amountMinor, termMonths, input.annualRate, made.installmentMinor, made.apr, JSON.stringify(made), made.scheduleHash, tx.businessDate, expiresOn]);
}

export interface OfferRow {
  readonly id: string; readonly application_id: string; readonly decision_id: string; readonly state: "open" | "accepted" | "declined" | "expired" | "replaced"; readonly currency: string; readonly amount_minor: bigint; readonly term_months: number;
  readonly annual_rate: string; readonly installment_minor: bigint; readonly apr: string; readonly quote: Quote; readonly schedule_hash: string; readonly made_on: string; readonly expires_on: string; readonly reason: string | null;
}

/** Takes one of the offers; the others close. May raise application.not_found, .wrong_state, offer.not_open. */
export async function acceptOffer(ctx: Context, applicationId: string, offerId: string): Promise<{ applicationId: string; offerId: string; state: string }> {
  const scope = requirePermission(ctx.actor, "application.offer.accept");
  return ctx.transaction(async (tx) => {
    const app = requireWithinScope(ctx, scope, await lockApplication(tx, applicationId));
    const offer = await tx.maybe<OfferRow>("origination.offer.lock", "SELECT * FROM origination.offer WHERE id = $1 AND application_id = $2 FOR UPDATE", [offerId, applicationId]);
    if (offer === undefined || offer.state !== "open" || offer.expires_on < tx.businessDate) throw problem("offer.not_open");
    const { definition } = await getProductVersion(tx, app.product_version_id);
    await tx.run("origination.offer.take", "UPDATE origination.offer SET state = CASE WHEN id = $2 THEN 'accepted' ELSE 'replaced' END, decided_at = $3 WHERE application_id = $1 AND state = 'open'", [applicationId, offerId, tx.now]);
    const after = await move(tx, ctx, app, definition, "accept", {
      summary: `Accepted ${offer.term_months} months at ${offer.annual_rate}`, set: { offer_id: offerId, amount_minor: offer.amount_minor, term_months: offer.term_months }, payload: { offerId, scheduleHash: offer.schedule_hash },
    });
    return { applicationId, offerId, state: after.state };
  });
}

/** Turns down one offer with a reason; the application stays open while another offer does. May raise application.not_found, offer.not_open. */
export async function declineOffer(ctx: Context, applicationId: string, offerId: string, reason: string): Promise<{ applicationId: string; openOffers: number }> {
  const scope = requirePermission(ctx.actor, "application.offer.accept");
  return ctx.transaction(async (tx) => {
    const app = requireWithinScope(ctx, scope, await lockApplication(tx, applicationId));
    if (app.state !== "offered") throw problem("offer.not_open");
    const closed = await tx.run("origination.offer.turn_down", "UPDATE origination.offer SET state = 'declined', reason = $3, decided_at = $4 WHERE id = $1 AND application_id = $2 AND state = 'open'", [offerId, applicationId, reason, tx.now]);
    if (closed === 0) throw problem("offer.not_open");
    await audit.record(tx, ctx, { action: "application.offer.declined", subject: applicationId, after: { offerId }, reason });
    const { n } = await tx.one<{ n: bigint }>("origination.offer.count_open", "SELECT count(*) AS n FROM origination.offer WHERE application_id = $1 AND state = 'open'", [applicationId]);
    if (n === 0n) {
      const { definition } = await getProductVersion(tx, app.product_version_id);
      await move(tx, ctx, app, definition, "withdraw", { summary: "All offers turned down", reason, set: { closed_reason: reason } });
    }
    return { applicationId, openOffers: Number(n) };
  });
}
