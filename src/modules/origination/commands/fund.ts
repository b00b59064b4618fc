import { createHash } from "node:crypto";
import { formatAmount, money } from "#engine/index.ts";
import { propose, type DualControl } from "#kernel/approvals.ts";
import * as audit from "#kernel/audit.ts";
import { canonicalJson } from "#kernel/codec.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { requirePermission } from "#kernel/permissions.ts";
import type { FieldError } from "#kernel/problems.ts";
import { getProductVersion, quote, type ProductDefinition, type ProductVersion, type Quote } from "#modules/products/index.ts";
import type { ApplicationState } from "../domain/state-machine.ts";
import type { FundedLoan, LoanBooker } from "../ports.ts";
import { problem } from "../problems.ts";
import { lockApplication, move, note, openPersonal, requireWithinScope, type ApplicationRow } from "../store.ts";
import type { OfferRow } from "./make-offers.ts";
import { liveAgreement } from "./sign-agreement.ts";
import { accountOf } from "./start-application.ts";

interface FundingPayload {
  readonly fundingId: string; readonly applicationId: string; readonly agreementId: string; readonly scheduleHash: string; readonly amountMinor: number; readonly netMinor: number; readonly valueDate: string;
  /** Hash of payee and account: what the second person saw is what is paid. */
  readonly payeeHash: string;
}

/**
 * Proposes the payout of a signed application for a second person to release. Everything owed before funding must be met, the
 * account must have been confirmed as the applicant's, and the schedule on the payout day is the agreement's.
 * May raise application.not_found, .wrong_state, funding.conditions_open.
 */
export async function proposeFunding(ctx: Context, applicationId: string): Promise<{ fundingId: string; approvalRequestId: string; net: string; currency: string; scheduleHash: string }> {
  const scope = requirePermission(ctx.actor, "application.funding.propose");
  return ctx.transaction(async (tx) => {
    const app = requireWithinScope(ctx, scope, await lockApplication(tx, applicationId));
    const version = await getProductVersion(tx, app.product_version_id);
    const errors = await openConditions(tx, app, version.definition);
    if (app.state === "signed" && errors.length > 0) throw problem("funding.conditions_open", undefined, { errors });
    const { made, agreementId } = await quoteForPayout(tx, ctx, app, version);
    const fundingId = ctx.ids.next("fnd");
    const payload: FundingPayload = { fundingId, applicationId, agreementId, scheduleHash: made.scheduleHash, amountMinor: made.amountMinor, netMinor: made.netDisbursedMinor, valueDate: tx.businessDate, payeeHash: hashOf(payeeOf(ctx, app, version.definition)) };
    const net = formatAmount(money(made.netDisbursedMinor, app.currency));
    await move(tx, ctx, app, version.definition, "propose_funding", { summary: `Payout of ${net} ${app.currency} proposed`, payload: { fundingId } });
    const request = await propose(tx, ctx, {
      action: "application.funding.release", subject: fundingId, summary: `Pay out ${net} ${app.currency} for ${app.number} to ${app.applicant_name}`, amountMinor: app.amount_minor, currency: app.currency, branchId: app.branch_id ?? undefined, payload,
    });
    await tx.run("origination.funding.insert",
      "INSERT INTO origination.funding (id, application_id, state, approval_request_id, currency, amount_minor, net_minor, value_date, schedule_hash, proposed_by, proposed_at) VALUES ($1, $2, 'proposed', $3, $4, $5, $6, $7, $8, $9, $10)",
      [fundingId, applicationId, request.id, app.currency, app.amount_minor, made.netDisbursedMinor, tx.businessDate, made.scheduleHash, ctx.actor.id, tx.now]);
    return { fundingId, approvalRequestId: request.id, net, currency: app.currency, scheduleHash: made.scheduleHash };
  });
}

/** The agreement's quote when money leaves on the day it was made; on a later day the same terms with that day, its first due date kept. */
async function quoteForPayout(tx: Tx, ctx: Context, app: ApplicationRow, version: ProductVersion): Promise<{ made: Quote; agreementId: string; mandate?: FundedLoan["mandate"] }> {
  const agreement = await liveAgreement(tx, app.id);
  if (agreement?.state !== "signed") throw problem("application.wrong_state", `Application ${app.number} has no signed agreement.`);
  const offer = await tx.one<OfferRow>("origination.offer.read", "SELECT * FROM origination.offer WHERE id = $1", [agreement.offer_id]);
  const onItsDay = agreement.quote.terms.disbursementDate === tx.businessDate;
  const made = quote(version, {
    amount: { minor: offer.amount_minor, currency: offer.currency }, termMonths: offer.term_months, annualRate: offer.annual_rate, disbursementDate: tx.businessDate,
    ...(onItsDay ? {} : { firstDueDate: agreement.quote.firstDueDate > tx.businessDate ? agreement.quote.firstDueDate : undefined }),
  });
  // The seam: what was signed and what will be booked come from one function and must agree to the last row.
  if (onItsDay && made.scheduleHash !== agreement.schedule_hash) throw new RangeError(`the agreement of ${app.number} does not match its own terms`);
  const given = agreement.evidence?.["mandate"] as { capMinor: number; account: string } | undefined;
  const account = mandateAccount(ctx, app, version.definition);
  const same = given?.account === `····${account.slice(-4)}`;
  return { made, agreementId: agreement.id, ...(given === undefined || !same ? {} : { mandate: { capMinor: given.capMinor, account, agreementSha256: agreement.document_sha256, signedDate: agreement.quote.terms.disbursementDate } }) };
}

/** Where the account that a mandate was signed for is kept when the payout goes to another one. */
export const MANDATE_ACCOUNT = "mandateAccount";

/** The account the borrower let us debit: the one the money was to go to when they signed. */
function mandateAccount(ctx: Context, app: ApplicationRow, definition: ProductDefinition): string {
  const kept = openPersonal(ctx, app)[MANDATE_ACCOUNT];
  return typeof kept === "string" ? kept : payeeOf(ctx, app, definition).account;
}

function payeeOf(ctx: Context, app: ApplicationRow, definition: ProductDefinition): FundedLoan["payee"] {
  const account = accountOf(definition, openPersonal(ctx, app));
  return { name: app.applicant_name, accountScheme: account?.scheme ?? "NONE", account: account?.value ?? "" };
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** Everything that must still happen before money may leave. */
export async function openConditions(tx: Tx, app: ApplicationRow, definition: ProductDefinition): Promise<FieldError[]> {
  const errors: FieldError[] = [];
  const open = await tx.rows<{ code: string; label: Readonly<Record<string, string>>; state: string }>("origination.requirement.open",
    "SELECT code, label, state FROM origination.requirement WHERE application_id = $1 AND state NOT IN ('met', 'waived') ORDER BY code", [app.id]);
  for (const item of open) errors.push({ pointer: `/requirements/${item.code}`, code: `requirement.${item.state}`, detail: item.label["en"] ?? item.code });
  if (definition.checks.includes("bank_account")) {
    const check = await tx.maybe<{ outcome: string | null }>("origination.check.account", "SELECT outcome FROM origination.check_request WHERE application_id = $1 AND kind = 'bank_account' ORDER BY id DESC LIMIT 1", [app.id]);
    const waived = await tx.maybe<{ id: string }>("origination.requirement.account_waived", "SELECT id FROM origination.requirement WHERE application_id = $1 AND code = 'payout_account' AND state IN ('met', 'waived')", [app.id]);
    if (check?.outcome !== "clear" && waived === undefined) errors.push({ pointer: "/checks/bank_account", code: `check.${check?.outcome ?? "missing"}`, detail: "The payout account is not confirmed as the applicant's." });
  }
  return errors;
}

/** Release of a payout: the second person's approval books the loan, in their transaction. */
export function fundingControl(booker: LoanBooker): DualControl<FundingPayload> {
  return {
    action: "application.funding.release", permission: "application.funding.release", limited: true,
    async reject(tx, ctx, payload, reason) {
      const app = await lockApplication(tx, payload.applicationId);
      if (app.state === "funding") await returnIn(tx, ctx, app, "return_funding", "rejected", reason);
    },
    async execute(tx, ctx, payload) {
      const app = await lockApplication(tx, payload.applicationId);
      const version = await getProductVersion(tx, app.product_version_id);
      const payee = payeeOf(ctx, app, version.definition);
      if (app.state !== "funding" || payload.valueDate !== tx.businessDate || hashOf(payee) !== payload.payeeHash) throw problem("funding.stale");
      const { made, agreementId, mandate } = await quoteForPayout(tx, ctx, app, version);
      const proposed = await tx.maybe<{ id: string }>("origination.funding.proposed", "SELECT id FROM origination.funding WHERE id = $1 AND state = 'proposed'", [payload.fundingId]);
      if (proposed === undefined || made.scheduleHash !== payload.scheduleHash || agreementId !== payload.agreementId) throw problem("funding.stale");
      const loan: FundedLoan = {
        applicationId: app.id, productVersionId: version.id, terms: made.terms, scheduleHash: made.scheduleHash, partyIds: [app.party_id, app.co_party_id].filter((id) => id !== null), branchId: app.branch_id,
        amountMinor: made.amountMinor, netMinor: made.netDisbursedMinor, valueDate: payload.valueDate, payee, ...(mandate === undefined ? {} : { mandate }),
      };
      const booked = await bookOrPayAgain(tx, ctx, booker, app, loan);
      await tx.run("origination.funding.release", "UPDATE origination.funding SET state = 'released', released_by = $2, released_at = $3 WHERE id = $1", [payload.fundingId, ctx.actor.id, tx.now]);
      await move(tx, ctx, app, version.definition, "release", {
        summary: `Paid out ${formatAmount(money(made.netDisbursedMinor, app.currency))} ${app.currency}, loan ${booked.number}`, set: { loan_account_id: booked.loanAccountId, loan_number: booked.number },
        payload: { fundingId: payload.fundingId, loanAccountId: booked.loanAccountId, loanNumber: booked.number, scheduleHash: made.scheduleHash },
      });
      await outbox.add(tx, ctx, { type: "origination.loan_funded", subject: app.id, payload: {
        number: app.number, loanAccountId: booked.loanAccountId, loanNumber: booked.number, productCode: app.product_code, productVersionId: version.id, currency: app.currency, amountMinor: app.amount_minor, netMinor: made.netDisbursedMinor,
        valueDate: payload.valueDate, scheduleHash: made.scheduleHash, partyId: app.party_id, branchId: app.branch_id,
      } });
      return { loanAccountId: booked.loanAccountId, loanNumber: booked.number };
    },
  };
}

async function bookOrPayAgain(tx: Tx, ctx: Context, booker: LoanBooker, app: ApplicationRow, loan: FundedLoan): Promise<{ loanAccountId: string; number: string }> {
  if (app.loan_account_id === null || app.loan_number === null) return booker.book(tx, ctx, loan);
  const { n } = await tx.one<{ n: bigint }>("origination.funding.attempts", "SELECT count(*) AS n FROM origination.funding WHERE application_id = $1", [app.id]);
  await booker.payAgain(tx, ctx, { loanAccountId: app.loan_account_id, number: app.loan_number, netMinor: loan.netMinor, currency: app.currency, payee: loan.payee, attempt: Number(n) });
  return { loanAccountId: app.loan_account_id, number: app.loan_number };
}

/** Takes a proposed payout back into the queue: the second person turned it down, or the day has changed. May raise application.wrong_state. */
export async function returnFunding(ctx: Context, applicationId: string, reason: string): Promise<{ state: ApplicationState }> {
  requirePermission(ctx.actor, "application.funding.propose");
  return ctx.transaction(async (tx) => {
    const app = await lockApplication(tx, applicationId);
    return { state: (await returnIn(tx, ctx, app, "return_funding", "rejected", reason)).state };
  });
}

/** The bank refused the payout: the application is back in the funding queue, the loan stays booked. */
export async function payoutRejected(ctx: Context, loanAccountId: string, reason: string, eventId: string): Promise<void> {
  await ctx.transaction(async (tx) => {
    const heard = await tx.maybe<{ id: string }>("origination.funding.heard", "SELECT id FROM origination.funding WHERE closing_event = $1", [eventId]);
    if (heard !== undefined) return;
    const found = await tx.maybe<{ id: string }>("origination.application.of_loan", "SELECT id FROM origination.application WHERE loan_account_id = $1 AND state = 'disbursed'", [loanAccountId]);
    if (found === undefined) return;
    await returnIn(tx, ctx, await lockApplication(tx, found.id), "payout_rejected", "payout_rejected", reason, eventId);
  });
}

async function returnIn(tx: Tx, ctx: Context, app: ApplicationRow, act: "return_funding" | "payout_rejected", state: string, reason: string, eventId?: string): Promise<ApplicationRow> {
  const { definition } = await getProductVersion(tx, app.product_version_id);
  const after = await move(tx, ctx, app, definition, act, { summary: act === "payout_rejected" ? `The bank refused the payout: ${reason}` : `Payout returned: ${reason}`, reason });
  await tx.run("origination.funding.close", "UPDATE origination.funding SET state = $2, note = $3, closing_event = $4 WHERE application_id = $1 AND state IN ('proposed', 'released', 'paid')", [app.id, state, reason, eventId ?? null]);
  return after;
}

/** A payout that settled at the bank. */
export async function payoutSettled(ctx: Context, loanAccountId: string): Promise<void> {
  await ctx.transaction(async (tx) => {
    const found = await tx.maybe<{ id: string }>("origination.application.of_loan", "SELECT id FROM origination.application WHERE loan_account_id = $1 AND state = 'disbursed'", [loanAccountId]);
    if (found === undefined) return;
    const changed = await tx.run("origination.funding.paid", "UPDATE origination.funding SET state = 'paid' WHERE application_id = $1 AND state = 'released'", [found.id]);
    if (changed === 0) return;
    await note(tx, ctx, found.id, { kind: "payout", summary: "The bank confirmed the payout" });
    await audit.record(tx, ctx, { action: "application.funding.paid", subject: found.id, after: { loanAccountId } });
  });
}
