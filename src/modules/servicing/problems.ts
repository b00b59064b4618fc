import { defineProblems } from "#kernel/problems.ts";

export const problem = defineProblems({
  "loan.not_found": { status: 404, title: "No such loan account", fix: "Check the loan number or identifier." },
  "loan.not_active": { status: 409, title: "Loan account is not active", fix: "Choose a loan that is still running, or look at its timeline to see how it ended." },
  "loan.schedule_differs": { status: 409, title: "The schedule is not the one that was agreed", fix: "Make the offer again: terms and schedule no longer give the same figures." },
  "loan.event_refused": { status: 409, title: "This cannot happen to the loan now", fix: "Read the detail: it names what stands in the way." },
  "loan.event_not_found": { status: 404, title: "No such event on this loan", fix: "Choose an event from the loan's transactions." },
  "loan.not_overpaid": { status: 409, title: "There is nothing to give back", fix: "Only an overpayment can be refunded." },
  "refund.account_missing": { status: 409, title: "There is no account to pay the refund to", fix: "Only a loan whose payout reached the borrower's account can be refunded here; return the payment through the bank instead." },
  "modification.invalid": { status: 422, title: "The loan cannot be changed like this", fix: "Correct the fields listed under errors." },
  "loan.holidays_used": { status: 409, title: "The product lets no more installments be put off", fix: "Put off fewer, as the product foresees, or agree on another change." },
  "fixing.already_there": { status: 409, title: "This index has a fixing for that day", fix: "A fixing never changes; record the next one under its own day." },
  "fixing.date_invalid": { status: 422, title: "A fixing cannot be of a day to come", fix: "Record it when the books have reached its day." },
  "repayment.invalid": { status: 422, title: "The repayment cannot be accepted", fix: "Correct the fields listed under errors." },
  "example.rules_faulty": { status: 422, title: "The posting rules do not give entries", fix: "Correct the rules listed under errors; each is shown with the example that breaks it." },
  "example.not_possible": { status: 422, title: "This product cannot make that example loan", fix: "Choose an amount and a term that the product is offered for." },
  "payoff.not_found": { status: 404, title: "No such payoff quote", fix: "Make a quote for this loan first; its answer carries the id." },
  "payoff.date_invalid": { status: 422, title: "A payoff cannot be quoted for this day", fix: "Choose a day from today to 60 days ahead." },
});
