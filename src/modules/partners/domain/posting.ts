import type { EntryLine } from "#modules/ledger/index.ts";
import { netOf, type ShareAmounts } from "./shares.ts";

/** What is summed to be posted, with the product and branch of its loans. */
export interface PostedShare extends Omit<ShareAmounts, "received"> { readonly productCode: string; readonly branchId: string | null }

export const PAYABLE = "investor_payable";
const SOLD = "participation_sold";
const PASSED_ON = "income_passed_on";

/**
 * What shares post, per product and branch: the part sold was taken off the lender's books when it was sold (decision on derecognition), so principal that comes back lowers what
 * was taken off, income of the part is not the lender's, a loss of it is not the lender's loss, and the fee for serving it is.
 * @returns the lines, and what is owed to the owner after them
 */
export function linesOfShares(shares: readonly PostedShare[]): { lines: EntryLine[]; netMinor: bigint } {
  const lines: EntryLine[] = [];
  let net = 0;
  for (const s of shares) {
    const marks = { productCode: s.productCode, ...(s.branchId === null ? {} : { branchId: s.branchId }) };
    const add = (account: string, debit: number) => {
      if (debit !== 0) lines.push({ account, ...(debit > 0 ? { debit: BigInt(debit) } : { credit: BigInt(-debit) }), ...marks });
    };
    const own = netOf(s);
    add(SOLD, s.principal + s.loss);
    add("charge_off_expense", -s.loss);
    add(PASSED_ON, s.interest + s.fee + s.penalty);
    add("recovery_income", s.recovery);
    add("servicing_fee_income", -s.servicingFee);
    add(PAYABLE, -own);
    net += own;
  }
  return { lines, netMinor: BigInt(net) };
}

/** Lines summed per product and branch. */
export function summed<L extends ShareAmounts>(lines: readonly L[], marksOf: (line: L) => { productCode: string; branchId: string | null }): PostedShare[] {
  const sums = new Map<string, PostedShare>();
  for (const line of lines) {
    const marks = marksOf(line);
    const key = `${marks.productCode} ${marks.branchId ?? ""}`;
    const s = sums.get(key) ?? { ...marks, principal: 0, interest: 0, fee: 0, penalty: 0, recovery: 0, loss: 0, servicingFee: 0 };
    sums.set(key, {
      ...marks, principal: s.principal + line.principal, interest: s.interest + line.interest, fee: s.fee + line.fee, penalty: s.penalty + line.penalty, recovery: s.recovery + line.recovery, loss: s.loss + line.loss,
      servicingFee: s.servicingFee + line.servicingFee,
    });
  }
  return [...sums.values()].sort((a, b) => (a.productCode + (a.branchId ?? "") < b.productCode + (b.branchId ?? "") ? -1 : 1));
}
