import { bookLoan, payAgain } from "#modules/servicing/index.ts";
import type { LoanBooker } from "../ports.ts";

/** The booker of a whole installation: servicing opens the loan account, posts and orders the payout in the releasing transaction. */
export const servicingBooker: LoanBooker = {
  async book(tx, ctx, loan) {
    const { productVersionId, terms, scheduleHash, partyIds, branchId, applicationId, netMinor, payee } = loan;
    const { loanAccountId, number } = await bookLoan(tx, ctx, { productVersionId, terms, scheduleHash, partyIds, branchId, applicationId, payout: { netMinor, payee } });
    return { loanAccountId, number };
  },
  async payAgain(tx, ctx, { loanAccountId, netMinor, payee }) {
    await payAgain(tx, ctx, { loanAccountId, netMinor, payee });
  },
};
