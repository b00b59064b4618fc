import type { StatementLine } from "../ports.ts";

const LOAN_NUMBER = /(?<![A-Z0-9])LN[ -]?((?:\d[ -]?){7}\d)(?!\d)/g;

/**
 * Loan numbers that a payer's text holds, as they are written on the agreement, each once. People add blanks, hyphens and
 * words; a number with more or fewer digits is none.
 * @example  loanNumbersIn("EMI ln 0000-0042 Jan") is ["LN00000042"]
 */
export function loanNumbersIn(text: string): string[] {
  const found = [...text.toUpperCase().matchAll(LOAN_NUMBER)].map((match) => `LN${(match[1] as string).replaceAll(/[ -]/g, "")}`);
  return [...new Set(found)];
}

export type How = "loan_number" | "end_to_end_id";

/** References a line may carry, the most telling first. */
export function candidatesOf(line: Pick<StatementLine, "endToEndId" | "remittance">): { reference: string; how: How }[] {
  const exact = line.endToEndId === undefined ? [] : [{ reference: line.endToEndId, how: "end_to_end_id" as const }];
  const numbers = loanNumbersIn(`${line.remittance} ${line.endToEndId ?? ""}`).filter((n) => n !== line.endToEndId);
  return [...exact, ...numbers.map((reference) => ({ reference, how: "loan_number" as const }))];
}

/**
 * Whose money it is, when the line leaves no doubt: all references that are known mean one loan. Two loans named in one text are
 * for a person to split.
 */
export function ownerOf(line: Pick<StatementLine, "endToEndId" | "remittance">, known: ReadonlyMap<string, string>): { loanAccountId: string; how: How } | undefined {
  const named = candidatesOf(line).flatMap(({ reference, how }) => {
    const loanAccountId = known.get(reference);
    return loanAccountId === undefined ? [] : [{ loanAccountId, how }];
  });
  return new Set(named.map((n) => n.loanAccountId)).size === 1 ? named[0] : undefined;
}

/** What earlier payments tell about who pays; the more they agree, the surer. */
export interface PayerHistory {
  readonly loanAccountId: string;
  readonly sameAccount: boolean;
  readonly sameName: boolean;
  readonly sameAmount: boolean;
  readonly times: number;
}

/**
 * How sure a suggestion is, 0 to 99; 100 is kept for what the payer wrote.
 * The weights are our own: an account number identifies, a name alone hardly.
 */
export function confidenceOf(history: PayerHistory): number {
  const base = history.sameAccount ? 70 : history.sameName ? 35 : 0;
  if (base === 0) return history.sameAmount ? 10 : 0;
  return Math.min(95, base + (history.sameAmount ? 15 : 0) + Math.min(10, history.times));
}
