import { defineProblems } from "#kernel/problems.ts";

/** Refusals of reading. */
export const problem = defineProblems({
  "loan.figure_unknown": { status: 422, title: "There is no such figure on this loan", fix: "Ask for one of the figures that the API document names." },
  "loan.date_out_of_range": { status: 422, title: "The loan cannot be shown on this day", fix: "Choose a day between the payout and fifty years after it." },
  "loan.not_yet_known": { status: 404, title: "Nothing was known of this loan then", fix: "Choose a later day to know it on: the loan was recorded after this one." },
});
