import { defineProblems } from "#kernel/problems.ts";

export const problem = defineProblems({
  "product.not_found": { status: 404, title: "No such product", fix: "Check the product's code or identifier." },
  "product.code_taken": { status: 409, title: "Another product has this code", fix: "Choose another code." },
  "product.not_offered": { status: 409, title: "No version of the product is published and in force", fix: "Publish a version whose first day has come." },
  "product_version.not_found": { status: 404, title: "No such product version", fix: "Check the identifier." },
  "product_version.not_draft": { status: 409, title: "The product version is published and cannot change", fix: "Clone it and edit the new draft." },
  "product_version.invalid": { status: 422, title: "The product definition cannot be used", fix: "Correct the places listed under errors." },
  "product_version.effective_in_past": { status: 422, title: "A version cannot come into force in the past", fix: "Choose today's business date or a later one." },
  "quote.outside_limits": { status: 422, title: "The product is not offered for this amount or term", fix: "Choose an amount and a term within the limits named under errors." },
});
