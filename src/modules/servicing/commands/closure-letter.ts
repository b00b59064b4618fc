import { money, toMoneyJson } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { renderDocument, storeDocument, type Locale } from "#modules/documents/index.ts";
import { positionOf } from "../domain/position.ts";
import { readLoan } from "../store.ts";

const PURPOSE = "closure_letter";

/** Writes the letter that says a loan is paid, and files it with the loan; once, and only while it is closed. */
export async function writeClosureLetter(ctx: Context, loanAccountId: string): Promise<void> {
  const asked = await ctx.read(async (tx) => {
    const loan = await readLoan(tx, loanAccountId);
    const there = await tx.maybe("servicing.closure.there", "SELECT 1 FROM servicing.loan_letter WHERE loan_account_id = $1 AND purpose = $2 AND closed_date = $3", [loan.id, PURPOSE, loan.closed_date]);
    return loan.status !== "closed" || there !== undefined ? undefined : { loan, tenant: await currentTenant(tx), date: tx.businessDate };
  });
  if (asked === undefined) return;
  const { loan, tenant, date } = asked;
  const amount = (minor: number | bigint) => toMoneyJson(money(minor, loan.currency));
  const bytes = await renderDocument("closure-letter", {
    lender: { name: tenant.name }, borrower: { name: loan.borrower_name }, reference: loan.number, issuedDate: date, amount: amount(loan.original_principal_minor),
    disbursedDate: loan.disbursed_date ?? loan.booked_date, closedDate: loan.closed_date ?? date, totalPaid: amount(positionOf(loan.state, loan.state.asOf).totals.received), outcome: "paid",
  }, tenant.locale as Locale);
  await ctx.transaction(async (tx) => {
    const stored = await storeDocument(tx, ctx, { owner: { kind: "loan_account", id: loan.id }, purpose: PURPOSE, fileName: `closure-${loan.number}.pdf`, bytes, accepted: true });
    await tx.run("servicing.closure.note", "INSERT INTO servicing.loan_letter (loan_account_id, purpose, closed_date, document_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", [loan.id, PURPOSE, loan.closed_date, stored.id]);
  });
}
