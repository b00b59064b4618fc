import type { BankStatement, StatementLine } from "../ports.ts";
import { awaitedFor, contradicts, type Awaited } from "./awaited.ts";
import { ownerOf, type How } from "./matching.ts";

/** What is known about the lines of a statement before they are taken in. */
export interface Known {
  /** reference → loan account */
  readonly owners: ReadonlyMap<string, string>;
  /** Payouts by id, with what they move. */
  readonly payouts: ReadonlyMap<string, { readonly amountMinor: bigint; readonly state: string }>;
  /** Receipts by bank reference and by EndToEndId. */
  readonly receipts: ReadonlyMap<string, { readonly id: string; readonly amountMinor: bigint; readonly state: string; readonly hasLine: boolean }>;
  /** Lines taken in before: lineKey of each. */
  readonly lines: ReadonlySet<string>;
  /** Money taken in by hand that no statement has shown, of the amounts or references of these lines. */
  readonly awaited: readonly Awaited[];
}

export type Classified =
  | { readonly kind: "repeated" }
  | { readonly kind: "receipt"; readonly receiptId?: string; readonly owner?: { readonly loanAccountId: string; readonly how: How } }
  | { readonly kind: "payout" | "payout_return"; readonly payoutId: string }
  | { readonly kind: "receipt_return"; readonly receiptId: string }
  | { readonly kind: "other"; readonly note: string };

/** What makes a line the same line in another file. */
export function lineKey(line: Pick<StatementLine, "bankReference" | "bookingDate" | "amountMinor">): string {
  return `${line.bankReference} ${line.bookingDate} ${line.amountMinor}`;
}

/**
 * Says what a bank line is: money in from somebody, a payout leaving or coming back, money in going back, or something else.
 * @param tied  receipts that earlier lines of the same statement were tied to
 */
export function classify(line: StatementLine, known: Known, tied: ReadonlySet<string> = new Set()): Classified {
  if (known.lines.has(lineKey(line))) return { kind: "repeated" };
  const returned = line.returnReason !== undefined || line.code.endsWith("/RRTN");
  const payout = line.endToEndId === undefined ? undefined : known.payouts.get(line.endToEndId);
  if (payout !== undefined) return ofPayout(line, line.endToEndId as string, payout);
  if (line.amountMinor > 0n) return moneyIn(line, known, tied, returned);
  if (returned) {
    const origin = (line.originalReference === undefined ? undefined : known.receipts.get(line.originalReference)) ?? (line.endToEndId === undefined ? undefined : known.receipts.get(line.endToEndId));
    if (origin !== undefined && origin.amountMinor === -line.amountMinor && origin.state !== "returned") return { kind: "receipt_return", receiptId: origin.id };
    return { kind: "other", note: "A return of money that we do not know." };
  }
  return { kind: "other", note: "Money out that no payout of ours explains." };
}

/** Money that is known already, from a notification, a checkout or a hand that took it in, is tied to its line; other money is new. */
function moneyIn(line: StatementLine, known: Known, tied: ReadonlySet<string>, returned: boolean): Classified {
  const linked = known.receipts.get(line.bankReference) ?? (line.endToEndId === undefined ? undefined : known.receipts.get(line.endToEndId));
  if (linked !== undefined && !linked.hasLine && linked.amountMinor === line.amountMinor && !tied.has(linked.id)) return { kind: "receipt", receiptId: linked.id };
  if (returned) return { kind: "receipt" };
  const owner = ownerOf(line, known.owners);
  const waiting = known.awaited.filter((a) => !tied.has(a.id));
  const byHand = awaitedFor(line, waiting, owner?.loanAccountId);
  if (byHand !== undefined) return { kind: "receipt", receiptId: byHand.id };
  return contradicts(line, waiting) ? { kind: "receipt" } : { kind: "receipt", owner };
}

function ofPayout(line: StatementLine, payoutId: string, payout: { amountMinor: bigint; state: string }): Classified {
  const same = payout.amountMinor === (line.amountMinor < 0n ? -line.amountMinor : line.amountMinor);
  if (!same) return { kind: "other", note: `Names payout ${payoutId}, but the amount differs.` };
  if (line.amountMinor < 0n) return payout.state === "settled" || payout.state === "returned" ? { kind: "other", note: `Payout ${payoutId} left once already.` } : { kind: "payout", payoutId };
  return { kind: "payout_return", payoutId };
}

/** True when opening balance plus entries is the closing balance; undefined when the bank gave no balances. */
export function ties(statement: BankStatement): boolean | undefined {
  if (statement.openingMinor === undefined || statement.closingMinor === undefined) return undefined;
  return statement.openingMinor + statement.lines.reduce((sum, line) => sum + line.amountMinor, 0n) === statement.closingMinor;
}
