import type { JournalEntry } from "#modules/ledger/index.ts";
import type { BookBasis, PostingRules, ProductDefinition } from "#modules/products/index.ts";
import { linesOf, type FactAmounts } from "./posting.ts";

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

const LEFT_OUT: ReadonlySet<string> = new Set(["interest_earned", "interest_suspended", "suspense_used", "fee_amortised", "cost_amortised", "deferred_fee_lost", "deferred_cost_lost"]);

/**
 * What facts are in a book of a basis. On the cash basis interest is income when it is paid: nothing is posted as it is earned, so there is
 * nothing of it to waive or to lose either. What the borrower pays as interest goes where the book's rule for repayments says. Fees and costs are
 * taken when they arise.
 */
export function factsIn(basis: BookBasis, facts: readonly FactAmounts[]): FactAmounts[] {
  if (basis === "accrual") return [...facts];
  return facts.flatMap((each) => {
    if (LEFT_OUT.has(each.fact)) return [];
    if (each.fact === "disbursement" && each.amounts["deferred"] !== undefined) {
      const { deferred, fee = 0, ...rest } = each.amounts;
      return [{ fact: each.fact, amounts: { ...rest, fee: fee + deferred } }];
    }
    if (each.fact !== "waiver" && each.fact !== "charge_off") return [each];
    const { interest = 0, total = 0, ...rest } = each.amounts;
    const amounts = { total: total - interest, interest: 0, ...rest };
    return Object.values(amounts).some((amount) => amount !== 0) ? [{ fact: each.fact, amounts }] : [];
  });
}

/**
 * The entry that facts make, with what they are in the other books of the product; null when nothing has to be posted.
 * @param head  what it has in all books: cause, days, currency, memo
 * @throws RangeError when the rules of a book do not know a fact or its lines do not balance
 */
export function entryOf(definition: Pick<ProductDefinition, "postingRules" | "books">, facts: readonly FactAmounts[], marks: Parameters<typeof linesOf>[2], head: Omit<JournalEntry, "book" | "parallel" | "lines">): JournalEntry | null {
  const lines = linesOf(definition.postingRules, facts, marks);
  if (lines.length === 0) return null;
  if (definition.books === undefined) return { ...head, lines };
  const parallel = booksOf(definition).slice(1).map(({ book, basis, rules }) => ({ book, lines: linesOf(rules, factsIn(basis, facts), marks) }));
  return { ...head, lines, parallel: parallel.filter((each) => each.lines.length > 0) };
}

/** The accounts that a book's rules carry a loan on; on the cash basis no interest, and none in suspense. */
export function carriedOn({ basis, rules }: BookRules): Record<"principal" | "interest" | "fee" | "penalty" | "suspense", string | null> {
  return {
    principal: rules["disbursement"]?.["debit.principal"] ?? null, interest: basis === "cash" ? null : (rules["interest_earned"]?.["debit.interest"] ?? null),
    suspense: basis === "cash" ? null : (rules["interest_suspended"]?.["credit.total"] ?? null), fee: rules["fee_charged"]?.["debit.total"] ?? null, penalty: rules["penalty_charged"]?.["debit.total"] ?? null,
  };
}

/** The accounts on which a book's rules let fees and costs wait; on the cash basis nothing waits. */
export function deferredOn({ basis, rules }: BookRules): FeeAndCostAccounts | null {
  return basis === "cash" ? null : { fee: rules["disbursement"]?.["credit.deferred"] ?? null, cost: rules["cost_incurred"]?.["debit.total"] ?? null };
}

interface FeeAndCostAccounts { readonly fee: string | null; readonly cost: string | null }
