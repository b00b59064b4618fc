import { EngineRefusal, formatAmount, money, parseAmount } from "#engine/index.ts";
import type { Static } from "typebox";
import type { Tx } from "#kernel/db.ts";
import { getProductVersion, limitErrors, ruleFaults, termsFor, type ProductVersion } from "#modules/products/index.ts";
import type { ExampleEntriesJson, ExampleEntriesQuery } from "../contract.ts";
import { booksOf } from "../domain/books.ts";
import { exampleBooks, type ExampleBook } from "../domain/example-books.ts";
import { exampleLife } from "../domain/example-life.ts";
import { problem } from "../problems.ts";
import { moneyOf, type ToJson } from "./present.ts";

/**
 * Every entry in the life of an example loan of a product version, from its payout today, in each of its books. May raise product_version.not_found,
 * example.rules_faulty, example.not_possible.
 */
export async function exampleEntries(tx: Tx, productVersionId: string, asked: Static<typeof ExampleEntriesQuery>): Promise<Static<typeof ExampleEntriesJson>> {
  const version = await getProductVersion(tx, productVersionId);
  const errors = booksOf(version.definition).flatMap(({ book, basis, rules }) => ruleFaults(rules, basis).map(({ fact, detail }) => ({ pointer: `/books/${book}/${fact}`, code: "product.posting_rule", detail })));
  if (errors.length > 0) throw problem("example.rules_faulty", undefined, { errors });
  const amount = parseAmount(asked.amount ?? middleAmount(version), version.currency);
  const termMonths = asked.termMonths ?? usualTerm(version.definition.limits.terms);
  const annualRate = version.definition.pricing.bands[0]?.annualRate ?? "0";
  const outside = limitErrors(version, { amount, termMonths });
  if (outside.length > 0) throw problem("example.not_possible", undefined, { errors: outside });
  const life = lived(version, () => exampleLife(termsFor(version, { amount, termMonths, annualRate, disbursementDate: tx.businessDate }), {
    end: asked.end ?? "loss", everyDay: asked.interest === "by_day", delinquency: version.definition.delinquency, version,
  }));
  const m = moneyOf(version.currency);
  return {
    productVersionId, amount: m(amount.minor), termMonths, annualRate, disbursementDate: tx.businessDate,
    books: exampleBooks(version.definition, life.entries).map((book) => bookJson(book, m)), leftOut: life.leftOut.map((each) => ({ ...each })),
  };
}

function lived<T>(version: ProductVersion, live: () => T): T {
  try {
    return live();
  } catch (error) {
    if (!(error instanceof EngineRefusal)) throw error;
    throw problem("example.not_possible", `${version.name}: ${error.message}`);
  }
}

/** Halfway between the smallest and the largest amount, in the product's steps. */
function middleAmount({ definition: { limits }, currency }: ProductVersion): string {
  const [low, high, step] = [limits.minimumAmount, limits.maximumAmount, limits.amountMultiple].map((text) => parseAmount(text, currency).minor) as [bigint, bigint, bigint];
  return formatAmount(money(low + (high - low) / 2n / step * step, currency));
}

/** The shortest term in which everything can happen that happens, else the longest. */
function usualTerm(terms: readonly number[]): number {
  const enough = terms.filter((term) => term >= 6);
  return enough.length > 0 ? Math.min(...enough) : Math.max(...terms);
}

function bookJson({ book, basis, entries, accounts }: ExampleBook, m: ToJson): Static<typeof ExampleEntriesJson>["books"][number] {
  const side = (line: ExampleBook["entries"][number]["lines"][number], which: string) => (line.side === which ? m(line.minor) : null);
  return {
    book, basis,
    entries: entries.map(({ date, step, lines, debits, credits }) => ({
      date, step, debits: m(debits), credits: m(credits), lines: lines.map((line) => ({ fact: line.fact, rule: line.slot, account: line.account, debit: side(line, "debit"), credit: side(line, "credit"), balance: m(line.balance) })),
    })),
    accounts: accounts.map(({ account, debits, credits }) => ({ account, debits: m(debits), credits: m(credits), balance: m(debits - credits) })),
    debits: m(accounts.reduce((sum, each) => sum + each.debits, 0n)), credits: m(accounts.reduce((sum, each) => sum + each.credits, 0n)),
  };
}
