import type { IsoDate } from "#engine/index.ts";
import type { ProductDefinition } from "#modules/products/index.ts";
import { booksOf, factsIn, type BookRules } from "./books.ts";
import type { LifeEntry, LifeStep } from "./example-life.ts";
import { ruleLinesOf, type RuleLine } from "./posting.ts";

export interface ExampleLine extends RuleLine {
  /** Of the account after this line, debits less credits. */
  readonly balance: bigint;
}

export interface AccountTotal { readonly account: string; readonly debits: bigint; readonly credits: bigint }

export interface ExampleBook {
  readonly book: string;
  readonly basis: BookRules["basis"];
  readonly entries: readonly { readonly date: IsoDate; readonly step: LifeStep; readonly lines: readonly ExampleLine[]; readonly debits: bigint; readonly credits: bigint }[];
  /** In the order in which the life first touches them. */
  readonly accounts: readonly AccountTotal[];
}

/**
 * The entries of an example life in each book of a product, by the rules that real loans are posted by. Minor units.
 * @throws RangeError when the rules of a book do not know a fact or do not balance
 */
export function exampleBooks(definition: Pick<ProductDefinition, "postingRules" | "books">, life: readonly LifeEntry[]): ExampleBook[] {
  return booksOf(definition).map(({ book, basis, rules }) => {
    const accounts = new Map<string, { account: string; debits: bigint; credits: bigint }>();
    const entries = life.flatMap(({ date, step, facts }) => {
      // Rules are stored as a document, which keeps no order: debits are shown first.
      const made = ruleLinesOf(rules, factsIn(basis, facts));
      const lines = [...made.filter((line) => line.side === "debit"), ...made.filter((line) => line.side === "credit")].map((line): ExampleLine => {
        const sum = accounts.get(line.account) ?? { account: line.account, debits: 0n, credits: 0n };
        sum[line.side === "debit" ? "debits" : "credits"] += line.minor;
        accounts.set(line.account, sum);
        return { ...line, balance: sum.debits - sum.credits };
      });
      return lines.length === 0 ? [] : [{ date, step, lines, debits: sumOf(lines, "debit"), credits: sumOf(lines, "credit") }];
    });
    return { book, basis, entries, accounts: [...accounts.values()] };
  });
}

function sumOf(lines: readonly RuleLine[], side: RuleLine["side"]): bigint {
  return lines.reduce((sum, line) => (line.side === side ? sum + line.minor : sum), 0n);
}
