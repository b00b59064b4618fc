import { buildSchedule, isoDate, replay, type LoanEvent, type LoanTerms } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { grantOwner } from "#modules/documents/index.ts";
import { post } from "#modules/ledger/index.ts";
import { getParty } from "#modules/parties/index.ts";
import { giveMandate, registerReference } from "#modules/payments/index.ts";
import { scheduleHashOf, type ProductVersion } from "#modules/products/index.ts";
import { earnedOf, nextState } from "../change.ts";
import { entryOf } from "../domain/books.ts";
import { deferralAfter, withDeferral } from "../domain/deferral.ts";
import { NO_POSITION, positionOf, type Position } from "../domain/position.ts";
import { factsBetween } from "../domain/posting.ts";
import { loanBooked } from "../events.ts";
import { problem } from "../problems.ts";
import { shardOf } from "../domain/shard.ts";
import { keepBooks } from "./keep-books.ts";
import { payOut, railOf } from "./disbursement.ts";
import { factOf, productOf, saveStates, type LockedLoan } from "../store.ts";

export interface NewLoan {
  readonly productVersionId: string;
  /** Exactly the terms that were offered and signed. */
  readonly terms: LoanTerms;
  /** Hash of terms and schedule as the offer and the agreement carry it. */
  readonly scheduleHash: string;
  readonly partyIds: readonly string[];
  readonly branchId: string | null;
  readonly applicationId: string | null;
  /** What is paid out, and to whom; absent for a loan that was paid out elsewhere. */
  readonly payout?: { readonly netMinor: number; readonly payee: { readonly name: string; readonly accountScheme: string; readonly account: string } };
  /** Permission to debit the account that is paid out to, given with the agreement. */
  readonly mandate?: { readonly capMinor: number; readonly account: string; readonly agreementSha256: string; readonly signedDate: string };
  /** Number a boarded loan had in its old system; absent: a new one. */
  readonly number?: string;
}

/**
 * Books a loan in one transaction: account, schedule, payout, journal, event. The seam is checked here: the schedule that the
 * engine makes of the terms must be the one that was offered, to the last row. May raise loan.schedule_differs.
 */
export async function bookLoan(tx: Tx, ctx: Context, input: NewLoan): Promise<{ loanAccountId: string; number: string; payoutId: string | null }> {
  const version = await productOf(tx, input.productVersionId);
  const schedule = buildSchedule(input.terms);
  if (scheduleHashOf(input.terms, schedule) !== input.scheduleHash) throw problem("loan.schedule_differs");
  const account = await insertAccount(tx, ctx, input, version);
  const { terms } = input;
  const date = isoDate(tx.businessDate);
  const events: LoanEvent[] = [{ type: "disbursed", id: ctx.ids.next("lev"), sequence: 1, valueDate: terms.disbursementDate, businessDate: date, amount: terms.principal }];
  const state = replay(terms, events, date);
  const position = positionOf(state, date);
  const next = nextState({ ...account, disbursement: "under_way", last_sequence: 0, bucket: null, class: null, non_accrual: null }, state, position, events, { version, disbursement: input.payout === undefined ? "boarded" : "under_way" }, date);
  const deferral = deferralAfter(version, null, state, { through: date, status: next.status, nonAccrual: false });
  const facts = withDeferral(factsBetween(NO_POSITION, position), null, deferral);
  await saveStates(tx, ctx, [{ ...next, earned: earnedOf(facts), ...(deferral === null ? {} : { deferral: { before: null, after: deferral } }) }], ctx.requestId);
  refuseOtherPayout(input, position);
  const entry = entryOf(version.definition, facts, { loanAccountId: account.id, productCode: account.product_code, branchId: account.branch_id ?? undefined }, {
    cause: { kind: "loan", id: account.id }, businessDate: date, valueDate: terms.disbursementDate, currency: terms.currency, memo: `Payout of loan ${account.number}`,
  });
  if (entry !== null) await post(tx, ctx, entry);
  await keepBooks(tx, version);
  await grantOwner(tx, ctx, { owner: { kind: "loan_account", id: account.id }, viewerIds: [...input.partyIds], branchId: input.branchId ?? undefined });
  await registerReference(tx, ctx, { reference: account.number, subject: account.id, partyIds: input.partyIds });
  const payoutId = input.payout === undefined ? null : await payOut(tx, ctx, account, input.payout);
  if (input.mandate !== undefined && input.payout !== undefined) {
    const { name, accountScheme } = input.payout.payee;
    await giveMandate(tx, ctx, { subject: account.id, payer: { name, accountScheme: railOf(accountScheme), account: input.mandate.account }, capMinor: BigInt(input.mandate.capMinor), currency: terms.currency, signedDate: input.mandate.signedDate, agreementSha256: input.mandate.agreementSha256 });
  }
  await audit.record(tx, ctx, { action: "loan.account.booked", subject: account.id, after: { number: account.number, principalMinor: terms.principal, currency: terms.currency, scheduleHash: input.scheduleHash, productVersionId: version.id } });
  await outbox.add(tx, ctx, loanBooked({ ...factOf(account), applicationId: input.applicationId, principalMinor: BigInt(terms.principal), netMinor: BigInt(input.payout?.netMinor ?? 0), valueDate: terms.disbursementDate }));
  return { loanAccountId: account.id, number: account.number, payoutId };
}

type Account = Pick<LockedLoan, "id" | "number" | "shard" | "product_version_id" | "product_code" | "branch_id" | "currency" | "borrower_party_id" | "borrower_name" | "application_id">;

async function insertAccount(tx: Tx, ctx: Context, input: NewLoan, version: ProductVersion): Promise<Account> {
  const borrower = input.partyIds[0];
  const name = borrower === undefined ? "Boarded loan" : (await getParty(tx, ctx, borrower)).displayName;
  const id = ctx.ids.next("la");
  const { n } = await tx.one<{ n: bigint }>("servicing.loan.number", "SELECT nextval('servicing.loan_number') AS n");
  const { number, shard } = await tx.one<{ number: string; shard: number }>("servicing.loan.insert",
    `INSERT INTO servicing.loan_account (id, number, shard, product_version_id, product_code, branch_id, currency, borrower_party_id, borrower_name, application_id, terms, schedule_hash, principal_minor, booked_date)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING number, shard`,
    [id, input.number ?? `LN${n}`, shardOf(n), version.id, version.code, input.branchId, input.terms.currency, borrower ?? null, name, input.applicationId, JSON.stringify(input.terms), input.scheduleHash, input.terms.principal, tx.businessDate]);
  if (input.partyIds.length > 0) {
    await tx.run("servicing.loan.parties", "INSERT INTO servicing.loan_party (loan_account_id, party_id, role) SELECT $1, p.id, CASE WHEN p.n = 1 THEN 'borrower' ELSE 'co_borrower' END FROM unnest($2::text[]) WITH ORDINALITY AS p (id, n)", [id, input.partyIds]);
  }
  return { id, number, shard, product_version_id: version.id, product_code: version.code, branch_id: input.branchId, currency: input.terms.currency, borrower_party_id: borrower ?? null, borrower_name: name, application_id: input.applicationId };
}

/** What leaves is the principal less the fees kept back and their taxes. */
function refuseOtherPayout(input: NewLoan, position: Position): void {
  const { disbursed, kept } = position.totals;
  const net = disbursed - kept.fee - kept.tax;
  if (input.payout !== undefined && input.payout.netMinor !== net) throw problem("loan.schedule_differs", `The payout of ${input.payout.netMinor} is not the principal less the fees kept back, ${net}.`);
}
