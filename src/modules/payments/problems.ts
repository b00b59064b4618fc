import { defineProblems } from "#kernel/problems.ts";

/** What payments refuses. */
export const problem = defineProblems({
  "statement.unreadable": { status: 422, title: "The statement cannot be read", fix: "Send a camt.053 or camt.054 file as the bank wrote it; the detail names the place." },
  "statement.account_unknown": { status: 422, title: "The statement is of an account that is not ours", fix: "Check which lender's statement this is, or add the bank account first." },
  "statement.does_not_tie": { status: 422, title: "Opening balance plus entries is not the closing balance", fix: "Ask the bank for the whole statement; nothing of this one was taken." },
  "statement.differs": { status: 409, title: "A statement of this number was imported with other content", fix: "Compare both files with the bank before going on." },
  "line.not_found": { status: 404, title: "No such statement line", fix: "Check the identifier." },
  "receipt.not_found": { status: 404, title: "No such receipt", fix: "Check the identifier." },
  "receipt.not_in_suspense": { status: 409, title: "The receipt is not in suspense", fix: "Undo its match first, or look at who matched it." },
  "receipt.not_matched": { status: 409, title: "The receipt is not matched", fix: "Only a matched receipt can be put back into suspense." },
  "receipt.returned": { status: 409, title: "The receipt was returned", fix: "A returned payment cannot be matched or returned again." },
  "receipt.split_differs": { status: 422, title: "The parts do not add up to the receipt", fix: "Make the parts' sum equal the amount received." },
  "reference.unknown": { status: 422, title: "No loan has this reference", fix: "Check the loan number." },
  "mandate.not_found": { status: 404, title: "No such mandate", fix: "Check the identifier." },
  "mandate.ended": { status: 409, title: "The mandate has ended", fix: "It was cancelled already; nothing more is debited under it." },
  "payout.reference_reused": { status: 409, title: "Another payout has this reference", fix: "Use a new reference for a new payout." },
  "payout.not_found": { status: 404, title: "No such payout", fix: "Check the identifier." },
  "bank.account_missing": { status: 409, title: "No bank account in this currency", fix: "Add one of the lender's bank accounts in this currency." },
  "bank.unreachable": { status: 503, title: "The bank cannot be reached right now", fix: "Try again in a moment with the same idempotency key." },
  "checkout.refused": { status: 422, title: "The bank does not take this payment", fix: "Read the detail; try another amount or way to pay." },
  "checkout.not_found": { status: 404, title: "No such payment session", fix: "Check the identifier." },
  "webhook.bad_signature": { status: 401, title: "The signature does not fit", fix: "Sign the raw body after Standard Webhooks with the bank's key." },
});
