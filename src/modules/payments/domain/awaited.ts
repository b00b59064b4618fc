import { addDays, daysBetween, isoDate } from "#engine/date.ts";
import type { StatementLine } from "../ports.ts";

/** Money that somebody took in by hand and that no statement has shown yet. */
export interface Awaited {
  readonly id: string;
  readonly amountMinor: bigint;
  readonly channel: string;
  readonly valueDate: string;
  /** What the payer's paper called it. */
  readonly reference?: string;
  /** The loan it was applied to; none when it waits in suspense. */
  readonly loanAccountId?: string;
}

/** Days that the bank's line may be before and after the day somebody wrote down. Shorter than a fortnight, so that the next installment of the same size is another payment. */
const EARLIER_DAYS = 3;
const LATER_DAYS = 7;
/** The same for a line that names the payment itself: a cheque may lie about. */
const NAMED_DAYS = 60;
/** A shorter reference is found in too many texts. */
const SHORTEST_REFERENCE = 5;

/**
 * Which money taken in by hand a line on a statement is: one of the same amount that the line names by its reference; else one for the
 * loan that the line names, a few days around; else, when the line says nothing of who paid (cash brought to the bank), the only
 * one of these days. Undefined when there is none, and then the line is another payment.
 *
 * @param loanAccountId  the loan that the line names, if it names one
 */
export function awaitedFor(line: StatementLine, awaited: readonly Awaited[], loanAccountId: string | undefined): Awaited | undefined {
  const same = awaited.filter((a) => a.amountMinor === line.amountMinor);
  const named = same.filter((a) => names(line, a) && within(line, a, NAMED_DAYS, NAMED_DAYS));
  if (named.length > 0) return nearest(line, named);
  const near = same.filter((a) => within(line, a, EARLIER_DAYS, LATER_DAYS));
  // Cash is carried to the bank by us; what names a loan was sent by its borrower.
  if (loanAccountId !== undefined) return nearest(line, near.filter((a) => a.loanAccountId === loanAccountId && a.channel !== "cash"));
  const silent = line.counterpartyName === undefined && line.counterpartyAccount === undefined;
  return silent && near.length === 1 ? near[0] : undefined;
}

/** True when a line names money taken in by hand but brings another amount: a person has to look, it is not applied by itself. */
export function contradicts(line: StatementLine, awaited: readonly Awaited[]): boolean {
  return awaited.some((a) => a.amountMinor !== line.amountMinor && names(line, a) && within(line, a, NAMED_DAYS, NAMED_DAYS));
}

/** The words of a line that may be references. */
export function wordsOf(line: Pick<StatementLine, "endToEndId" | "remittance" | "bankReference">): string[] {
  const texts = [line.endToEndId ?? "", line.bankReference, line.remittance];
  return [...new Set([...texts, ...texts.flatMap((text) => text.split(/[\s,;:/]+/))].map((word) => word.trim().toUpperCase()).filter((word) => word.length >= SHORTEST_REFERENCE))];
}

/** The reference as a whole, however people put blanks and hyphens into it. */
function names(line: StatementLine, { reference }: Awaited): boolean {
  const runs = reference?.toUpperCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (runs.join("").length < SHORTEST_REFERENCE) return false;
  const written = new RegExp(`(?<![\\p{L}\\p{N}])${runs.join("[^\\p{L}\\p{N}]*")}(?![\\p{L}\\p{N}])`, "u");
  return [line.endToEndId, line.bankReference, line.remittance].some((text) => text !== undefined && written.test(text.toUpperCase()));
}

function within(line: StatementLine, { valueDate }: Awaited, before: number, after: number): boolean {
  return line.valueDate >= addDays(isoDate(valueDate), -before) && line.valueDate <= addDays(isoDate(valueDate), after);
}

function nearest(line: StatementLine, awaited: readonly Awaited[]): Awaited | undefined {
  const far = (a: Awaited) => Math.abs(daysBetween(isoDate(a.valueDate), isoDate(line.valueDate)));
  return awaited.toSorted((a, b) => far(a) - far(b) || (a.id < b.id ? -1 : 1))[0];
}
