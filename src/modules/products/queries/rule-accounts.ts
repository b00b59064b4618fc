import type { Tx } from "#kernel/db.ts";
import type { FieldError } from "#kernel/problems.ts";
import type { ProductDefinition } from "../definition.ts";
import { checkDefinition } from "../domain/check-definition.ts";

/**
 * Every fault that keeps a definition from being published by this lender: its own, and accounts in its posting rules that the lender's
 * chart does not have. A lender without a chart keeps no books, so its products' accounts are not looked up.
 */
export async function publicationFaults(tx: Tx, definition: unknown, currency: string): Promise<FieldError[]> {
  const faults = checkDefinition(definition, currency);
  return faults.length > 0 ? faults : unknownAccounts(tx, definition as ProductDefinition);
}

async function unknownAccounts(tx: Tx, { postingRules, books = [] }: ProductDefinition): Promise<FieldError[]> {
  const all = [{ at: "postingRules", rules: postingRules }, ...books.map((book, i) => ({ at: `books/${i}/postingRules`, rules: book.postingRules }))];
  const named = all.flatMap(({ at, rules }) => Object.entries(rules).flatMap(([fact, slots]) => Object.entries(slots).map(([slot, account]) => ({ pointer: `/definition/${at}/${fact}`, slot, account }))));
  const missing = await tx.rows<{ account: string }>("products.rules.accounts",
    `SELECT n.account FROM unnest($1::text[]) AS n (account) WHERE EXISTS (SELECT FROM ledger.product_account) AND NOT EXISTS (SELECT FROM ledger.product_account a WHERE a.code = n.account)`,
    [[...new Set(named.map((n) => n.account))]]);
  const unknown = new Set(missing.map((m) => m.account));
  return named.filter((n) => unknown.has(n.account)).map(({ pointer, slot, account }) => ({ pointer, code: "product.posting_rule", detail: `"${slot}" names ${account}, an account that the chart does not have.` }));
}
