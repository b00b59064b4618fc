import { defineProblems } from "#kernel/problems.ts";

/** What the ledger refuses. */
export const problem = defineProblems({
  "period.closed": { status: 409, title: "The period is closed", fix: "Choose a business date after the last period close." },
  "period.still_open": { status: 409, title: "This period cannot be closed yet", fix: "Close a period that ends before the current business date and after the last close." },
  "period.checks_open": { status: 409, title: "The checklist of this period has open points", fix: "Settle what is red, or close with a reason, which is kept." },
  "period.not_closed": { status: 409, title: "This day is open already", fix: "Name a day on or before the one the book is closed through." },
  "fx_rate.unusable": { status: 422, title: "These rates of exchange cannot be used", fix: "Correct the lines that are named; nothing was kept." },
  "fx_rate.closed": { status: 409, title: "A closed period was reckoned with this rate", fix: "Reopen the period first, or leave the rate as it is." },
  "fx_rate.missing": { status: 409, title: "A rate of exchange is missing", fix: "Have the rate of the currency and day named entered and agreed first." },
  "fx_revaluation.nothing": { status: 409, title: "There is nothing to revalue", fix: "Nothing stands in a foreign currency in this book on that day." },
  "fx_revaluation.not_newest": { status: 409, title: "Revaluations follow one another", fix: "Revalue a later day, or undo the newest one first." },
  "fx_revaluation.overtaken": { status: 409, title: "Balances or rates have changed since this revaluation was reckoned", fix: "Turn it down and reckon it again." },
  "fx_revaluation.not_found": { status: 404, title: "No such revaluation", fix: "Check the identifier." },
  "ledger.account_unknown": { status: 422, title: "There is no such ledger account", fix: "Use a code of the chart, as listed under /v1/ledger-accounts." },
  "ledger.control_account": { status: 422, title: "Control accounts take no manual entries", fix: "Correct the loan or the receipt; its entry corrects the account." },
  "ledger.dates_unusable": { status: 422, title: "These dates make no report", fix: "Choose a span that ends on or after its first day, and no day after the business date." },
  "ledger.entry_unbalanced": { status: 422, title: "Debits and credits differ", fix: "Make the sum of the debits equal the sum of the credits." },
  "ledger.entry_not_found": { status: 404, title: "No such journal entry", fix: "Check the identifier." },
});
