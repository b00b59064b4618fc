import type { Tx } from "#kernel/db.ts";
import type { FieldError } from "#kernel/problems.ts";
import type { ProductDefinition } from "../definition.ts";
import { checkDefinition } from "../domain/check-definition.ts";
import { defers } from "../domain/terms.ts";

/**
 * Every fault that keeps a definition from being published by this lender: its own, and accounts in its posting rules that the lender's
 * chart does not have. A lender without a chart keeps no books, so its products' accounts are not looked up.
 */
export async function publicationFaults(tx: Tx, definition: unknown, currency: string): Promise<FieldError[]> {
  const faults = checkDefinition(definition, currency);
  return faults.length > 0 ? faults : [...await unknownAccounts(tx, definition as ProductDefinition), ...await unprovedAccounts(tx, definition as ProductDefinition)];
}

/** In the statutory book what is deferred is proved against the loans each day: it waits on control accounts. */
async function unprovedAccounts(tx: Tx, definition: ProductDefinition): Promise<FieldError[]> {
  if (!defers(definition)) return [];
  const named = [["disbursement", "credit.deferred"], ["cost_incurred", "debit.total"]].flatMap(([fact = "", slot = ""]) => {
    const account = definition.postingRules[fact]?.[slot];
    return account === undefined ? [] : [{ fact, slot, account }];
  });
  const plain = await tx.rows<{ code: string }>("products.rules.uncontrolled", "SELECT code FROM ledger.product_account WHERE code = ANY($1::text[]) AND NOT control", [named.map((n) => n.account)]);
  const unproved = new Set(plain.map((p) => p.code));
  return named.filter((n) => unproved.has(n.account)).map(({ fact, slot, account }) => ({ pointer: `/definition/postingRules/${fact}`, code: "product.effective_interest", detail: `"${slot}" names ${account}, which is no control account: what is deferred is proved against the loans each day.` }));
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
