import { defineProblems } from "#kernel/problems.ts";

export const problem = defineProblems({
  "application.not_found": { status: 404, title: "No such application", fix: "Check the identifier." },
  "application.wrong_state": { status: 409, title: "The application is not at a stage where this can be done", fix: "Look at its stage; the detail names the one it is at." },
  "application.incomplete": { status: 422, title: "Some answers are missing or cannot be accepted", fix: "Correct the fields listed under errors; what you saved is kept." },
  "application.unknown_step": { status: 404, title: "The product's form has no such page", fix: "Use one of the pages of the product version." },
  "application.claimed_by_other": { status: 409, title: "Somebody else is working on this application", fix: "Choose another one, or ask them to give it back." },
  "application.own_work": { status: 403, title: "Nobody decides on an application they brought", fix: "Ask a colleague to decide." },
  "decision.above_authority": { status: 403, title: "Your authority does not cover this decision", fix: "Refer it to somebody whose authority covers the amount and the deviation." },
  "decision.reason_missing": { status: 422, title: "The decision needs its reasons", fix: "Give at least one reason; an override also needs a text and a last day." },
  "decision.terms_not_possible": { status: 422, title: "These terms are outside the product or the request", fix: "Stay within the product's limits and not above the amount asked for." },
  "offer.not_open": { status: 409, title: "The offer is no longer open", fix: "Look at the offers that are." },
  "agreement.not_ready": { status: 409, title: "There is no agreement to sign yet", fix: "Accept an offer first." },
  "agreement.changed": { status: 409, title: "What you signed is not the agreement that is ready", fix: "Open the agreement again and read it." },
  "agreement.code_refused": { status: 422, title: "The code was refused", fix: "Ask for a new code; each is good once, for ten minutes." },
  "funding.conditions_open": { status: 409, title: "Something is still open before the payout", fix: "Clear or waive what is listed under errors." },
  "funding.stale": { status: 409, title: "What was proposed no longer fits", fix: "Return it and propose the payout anew." },
  "requirement.not_found": { status: 404, title: "No such paper or condition on this application", fix: "Check the code." },
  "requirement.already_asked": { status: 409, title: "This was asked for before", fix: "Look at the list of papers and conditions." },
  "requirement.wrong_paper": { status: 422, title: "This kind of paper does not meet the need", fix: "Use one of the kinds named in the detail." },
  "import.unreadable": { status: 422, title: "The file cannot be read as a table", fix: "Send CSV in UTF-8 with the columns' names in the first line." },
  "funded_loan.not_found": { status: 404, title: "No such file of a funded loan", fix: "Check the identifier." },
});
