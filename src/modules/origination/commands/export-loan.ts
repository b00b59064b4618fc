import { createHash } from "node:crypto";
import { formatRate, money, rate, toMoneyJson } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { getParty } from "#modules/parties/index.ts";
import { getProductVersion, quote } from "#modules/products/index.ts";
import type { FundedLoanFile } from "../contract.ts";
import type { FundedLoan, LoanBooker } from "../ports.ts";
import { problem } from "../problems.ts";
import { readApplication } from "../store.ts";
import { liveAgreement } from "./sign-agreement.ts";

/** The booker of an installation without servicing: each released loan becomes a file for the system that keeps the books. */
export const fileBooker: LoanBooker = {
  async book(tx, ctx, loan) {
    const file = await fundedLoanFile(tx, ctx, loan);
    const text = JSON.stringify(file);
    const key = ctx.services.keys.newWrappedKey();
    await tx.run("origination.funded_file.insert", "INSERT INTO origination.funded_loan_file (id, application_id, sha256, wrapped_key, sealed, made_at, made_on) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      [file.fileId, loan.applicationId, createHash("sha256").update(text).digest("hex"), key, ctx.services.keys.seal(key, text, file.fileId), tx.now, tx.businessDate]);
    return { loanAccountId: file.fileId, number: file.loan.reference };
  },
  // The payout itself is the other system's; a corrected account goes out as a new file.
  async payAgain(tx, ctx, ask) {
    const found = await tx.maybe<{ application_id: string; wrapped_key: Buffer; sealed: Buffer }>("origination.funded_file.read", "SELECT application_id, wrapped_key, sealed FROM origination.funded_loan_file WHERE id = $1", [ask.loanAccountId]);
    if (found === undefined) throw problem("funded_loan.not_found");
    const file = JSON.parse(ctx.services.keys.open(found.wrapped_key, found.sealed, ask.loanAccountId).toString()) as FundedLoanFile;
    const fileId = ctx.ids.next("flf");
    const text = JSON.stringify({ ...file, fileId, madeAt: tx.now, payee: ask.payee });
    const key = ctx.services.keys.newWrappedKey();
    await tx.run("origination.funded_file.insert", "INSERT INTO origination.funded_loan_file (id, application_id, sha256, wrapped_key, sealed, made_at, made_on) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      [fileId, found.application_id, createHash("sha256").update(text).digest("hex"), key, ctx.services.keys.seal(key, text, fileId), tx.now, tx.businessDate]);
  },
};

async function fundedLoanFile(tx: Tx, ctx: Context, loan: FundedLoan): Promise<FundedLoanFile> {
  const [app, tenant, version, agreement] = [await readApplication(tx, loan.applicationId), await currentTenant(tx), await getProductVersion(tx, loan.productVersionId), await liveAgreement(tx, loan.applicationId)];
  const { terms } = loan;
  const annualRate = formatRate(rate(terms.interest.ratePpb));
  const made = quote(version, { amount: money(loan.amountMinor, terms.currency), termMonths: terms.installments.count, annualRate, disbursementDate: terms.disbursementDate, firstDueDate: terms.firstDueDate ?? undefined });
  if (made.scheduleHash !== loan.scheduleHash) throw new RangeError(`the file of ${app.number} would not match what was released`);
  const m = (minor: number) => toMoneyJson(money(minor, terms.currency));
  const parties = [];
  for (const partyId of loan.partyIds) {
    const { givenName, familyName, birthDate, phone, email, address, identifiers } = await getParty(tx, ctx, partyId, { reveal: true });
    parties.push({ role: "borrower" as const, givenName, familyName, birthDate, phone, email, address, identifiers: identifiers.map(({ scheme, value }) => ({ scheme, value })) });
  }
  return {
    format: "loanwright-funded-loan/1", fileId: ctx.ids.next("flf"), madeAt: tx.now, lender: { slug: tenant.slug, name: tenant.name, country: tenant.country },
    application: { id: app.id, number: app.number, submittedOn: app.submitted_on, signedAt: agreement?.signed_at ?? null, agreementSha256: agreement?.document_sha256 ?? null },
    product: { code: version.code, version: version.version, name: version.name, definitionHash: version.definitionHash, regime: version.regime },
    loan: {
      reference: app.number, branchId: loan.branchId, amount: m(loan.amountMinor), netDisbursed: m(loan.netMinor), annualRate, apr: made.apr, termMonths: terms.installments.count, valueDate: loan.valueDate, firstDueDate: made.firstDueDate,
      lastDueDate: made.lastDueDate, installment: m(made.installmentMinor), terms: terms as unknown as Record<string, unknown>, scheduleHash: loan.scheduleHash,
      totals: { principal: m(made.amountMinor), interest: m(made.interestMinor), fees: m(made.feesMinor), installments: made.schedule.rows.length },
    },
    parties, payee: loan.payee, events: [{ type: "disbursed", valueDate: loan.valueDate, businessDate: tx.businessDate, amount: m(loan.amountMinor) }],
  };
}

/** One file of a funded loan, as it was handed over. May raise funded_loan.not_found. */
export async function readFundedLoan(tx: Tx, ctx: Context, fileId: string): Promise<FundedLoanFile> {
  const found = await tx.maybe<{ wrapped_key: Buffer; sealed: Buffer }>("origination.funded_file.open", "SELECT wrapped_key, sealed FROM origination.funded_loan_file WHERE id = $1", [fileId]);
  if (found === undefined) throw problem("funded_loan.not_found");
  return JSON.parse(ctx.services.keys.open(found.wrapped_key, found.sealed, fileId).toString()) as FundedLoanFile;
}
