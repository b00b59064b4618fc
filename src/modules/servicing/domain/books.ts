import type { BookBasis, PostingRules, ProductDefinition } from "#modules/products/index.ts";
import type { FactAmounts } from "./posting.ts";

/** One book a product keeps: its rules, and when interest counts as income in it. */
export interface BookRules {
  readonly book: string;
  readonly basis: BookBasis;
  readonly rules: PostingRules;
}

/** The books of a product, the statutory one first. Most products keep no other. */
export function booksOf(definition: Pick<ProductDefinition, "postingRules" | "books">): BookRules[] {
  const others = (definition.books ?? []).map(({ book, basis, postingRules }) => ({ book, basis, rules: postingRules }));
  return [{ book: "statutory", basis: "accrual", rules: definition.postingRules }, ...others];
}

/**
 * What facts are in a book of a basis. On the cash basis interest is income when it is paid: nothing is posted as it is earned, so there is
 * nothing of it to waive or to lose either. What the borrower pays as interest goes where the book's rule for repayments says.
 */
export function factsIn(basis: BookBasis, facts: readonly FactAmounts[]): FactAmounts[] {
  if (basis === "accrual") return [...facts];
  return facts.flatMap((each) => {
    if (each.fact === "interest_earned") return [];
    if (each.fact !== "waiver" && each.fact !== "charge_off") return [each];
    const { interest = 0, total = 0, ...rest } = each.amounts;
    const amounts = { total: total - interest, interest: 0, ...rest };
    return Object.values(amounts).some((amount) => amount !== 0) ? [{ fact: each.fact, amounts }] : [];
  });
}
