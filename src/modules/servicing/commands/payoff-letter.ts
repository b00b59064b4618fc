import { money, toMoneyJson } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { renderDocument, storeDocument, type Locale } from "#modules/documents/index.ts";
import { ownAccount, type OwnAccount } from "#modules/payments/index.ts";
import { problem } from "../problems.ts";
import { readLoan } from "../store.ts";

interface QuoteRow { payoff_date: string; principal_minor: bigint; interest_minor: bigint; fee_minor: bigint; penalty_minor: bigint; total_minor: bigint; per_diem_minor: bigint; expires_date: string }

/** Puts a payoff quote into a letter for the borrower and files it with the loan. May raise loan.not_found, payoff.not_found. */
export async function writePayoffLetter(ctx: Context, input: { loanAccountId: string; quoteId: string }): Promise<{ documentId: string }> {
  requirePermission(ctx.actor, "loan.payoff.quote");
  const { loan, quote, tenant, account, today } = await ctx.read(async (tx) => {
    const found = await tx.maybe<QuoteRow & Record<string, unknown>>("servicing.payoff.for_letter", "SELECT * FROM servicing.payoff_quote WHERE id = $1 AND loan_account_id = $2", [input.quoteId, input.loanAccountId]);
    if (found === undefined) throw problem("payoff.not_found");
    const account = await readLoan(tx, input.loanAccountId);
    return { loan: account, quote: found, tenant: await currentTenant(tx), account: await ownAccount(tx, account.currency), today: tx.businessDate };
  });
  const amount = (minor: bigint) => toMoneyJson(money(minor, loan.currency));
  const lines = [["Principal", quote.principal_minor], ["Interest to that day", quote.interest_minor], ["Fees", quote.fee_minor], ["Penal charges", quote.penalty_minor]] as const;
  const bytes = await renderDocument("payoff-quote", {
    lender: { name: tenant.name }, borrower: { name: loan.borrower_name }, reference: loan.number, issuedDate: today, payoffDate: quote.payoff_date, validUntilDate: quote.expires_date,
    lines: lines.filter(([name, minor]) => name === "Principal" || minor !== 0n).map(([name, minor]) => ({ name, amount: amount(minor) })), total: amount(quote.total_minor), perDiem: amount(quote.per_diem_minor), payTo: payTo(account, tenant.name),
  }, tenant.locale as Locale);
  // Rendered outside of the transaction: it takes longer than a lock should be held.
  return ctx.transaction(async (tx) => {
    const stored = await storeDocument(tx, ctx, { owner: { kind: "loan_account", id: loan.id }, purpose: "payoff_letter", fileName: `payoff-${loan.number}-${quote.payoff_date}.pdf`, bytes, accepted: true });
    return { documentId: stored.id };
  });
}

function payTo(account: OwnAccount | undefined, lender: string): string {
  if (account === undefined) return lender;
  const code = account.bankCode === null ? "" : `, ${account.scheme === "in" ? "IFSC" : account.scheme === "us" ? "routing number" : "BIC"} ${account.bankCode}`;
  return `${account.holderName}${code}, account ${account.account}`;
}
