import { defineProblems } from "#kernel/problems.ts";

export const problem = defineProblems({
  "party.not_found": { status: 404, title: "No such person or organisation", fix: "Check the identifier." },
  "party.invalid": { status: 422, title: "The person's data cannot be accepted", fix: "Correct the fields listed under errors." },
  "party.identifier_conflict": { status: 409, title: "The identifier belongs to another person", fix: "Search for the person first; if it is the same one, use that record." },
});
