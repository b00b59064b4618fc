import { defineProblems } from "#kernel/problems.ts";

export const problem = defineProblems({
  "partner.not_found": { status: 404, title: "No such partner", fix: "Check the identifier." },
  "partner.code_taken": { status: 409, title: "Another partner has this code", fix: "Choose another code." },
  "partner.account_invalid": { status: 422, title: "This account cannot be paid to", fix: "Give BANKCODE/ACCOUNT, for instance HDFC0000001/501000012345 or 021000021/123456789, or an IBAN alone." },
  "partner.not_active": { status: 409, title: "The partner has not been agreed by a second person", fix: "Have the request approved first." },
  "participation.not_found": { status: 404, title: "No such participation", fix: "Check the identifier." },
  "participation.share_invalid": { status: 422, title: "A share is above nothing and at most the whole", fix: "Give a decimal fraction, for instance 0.4 for 40 %." },
  "participation.no_loans": { status: 422, title: "No loan can be shared", fix: "Name loans that are open, or widen the filter." },
  "participation.loan_not_open": { status: 422, title: "A loan cannot be shared", fix: "Leave out the loans listed under errors." },
  "participation.above_whole": { status: 409, title: "More than the whole of a loan would be owned", fix: "Offer no more of each loan than the lender still owns." },
  "participation.from_date_invalid": { status: 422, title: "A share begins on or before the business date, and not before a loan was paid out", fix: "Give a day between the loans' payout and the business date." },
  "participation.fee_invalid": { status: 422, title: "The servicing fee does not fit its basis", fix: "Give a rate above zero with a basis, none without." },
  "partner_statement.not_found": { status: 404, title: "No such statement", fix: "Check the identifier." },
  "partner_statement.nothing_owned": { status: 409, title: "The partner owns no share in this currency", fix: "Have a participation agreed first." },
  "partner_statement.period_not_over": { status: 422, title: "The period is not over", fix: "Give a last day before the business date." },
  "partner_statement.period_stated": { status: 409, title: "This period was stated already", fix: "Give a last day after that of the statement before." },
  "partner_statement.open": { status: 409, title: "Another statement of this partner is open", fix: "Settle or discard it first." },
  "partner_statement.not_draft": { status: 409, title: "The statement is not a draft any more", fix: "Look at its state." },
  "partner_statement.not_proposed": { status: 409, title: "The statement does not wait for a second person", fix: "Look at its state." },
  "partner_statement.payment_not_refused": { status: 409, title: "Nothing was refused by the bank", fix: "Wait for the bank, or look at the payout." },
});
