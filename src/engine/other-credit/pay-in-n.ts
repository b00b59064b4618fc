import type { IsoDate } from "../date.ts";
import { mulDiv } from "../rounding.ts";
import { EngineRefusal } from "../state.ts";
import { loanTerms } from "../terms.ts";
import type { AllocationBucket, LoanTerms, Minor, PeriodUnit } from "../terms.ts";

/** A purchase paid in equal parts without interest. Amounts in minor units, shares in parts per billion. */
export type PayInN = {
  readonly currency: string;
  readonly purchase: Minor;
  readonly date: IsoDate;
  /** Parts in all, the first of them paid at the counter. */
  readonly parts: number;
  readonly every: number;
  readonly unit: PeriodUnit;
  /** Late fee of a part: flat, at most `ofPartPpb` of the part, and all together at most `ofPurchasePpb` of the purchase; `null`: none. */
  readonly lateFee: { readonly amount: Minor; readonly graceDays: number; readonly ofPartPpb: number; readonly ofPurchasePpb: number } | null;
};

const ORDER: readonly AllocationBucket[] = [
  "past_due_penalty", "past_due_fee", "past_due_interest", "past_due_principal", "due_penalty", "due_fee", "due_interest", "due_principal",
  "in_advance_penalty", "in_advance_fee", "in_advance_interest", "in_advance_principal",
];

/**
 * Terms of a purchase paid in n parts: a loan of this engine at rate zero, its first part a down payment collected at once. What a merchant
 * gives back comes off the last parts first, so that the next payment stays what it was.
 *
 * @throws EngineRefusal  `terms.installments_not_positive` for fewer than two parts, `terms.principal_not_positive` for nothing bought
 * @example  100.00 in 4 parts every two weeks: 25.00 now, then three times 25.00
 */
export function payInN(input: PayInN): LoanTerms {
  const { currency, purchase, date, parts, every, unit, lateFee } = input;
  if (!Number.isInteger(parts) || parts < 2) throw new EngineRefusal("terms.installments_not_positive", `${parts} parts`);
  if (!Number.isSafeInteger(purchase) || purchase < parts) throw new EngineRefusal("terms.principal_not_positive", `a purchase of ${purchase} in ${parts} parts`);
  const part = Math.floor(purchase / parts);
  const most = lateFee === null ? 0 : Math.min(lateFee.amount, mulDiv(part, lateFee.ofPartPpb, 1_000_000_000, "down"));
  return loanTerms({
    currency, principal: purchase, disbursementDate: date, model: "progressive", installments: { count: parts - 1, every, unit },
    interest: { ratePpb: 0 }, downPayment: { percentPpb: Math.ceil(1_000_000_000 / parts), autoCollect: true },
    allocation: { strategy: "configurable", direction: "horizontal", order: ORDER, future: { default: "next_installment", merchant_refund: "last_installment", payout_refund: "last_installment" } },
    charges: lateFee === null || most === 0 ? [] : [{
      code: "late_fee", component: "penalty", timing: "on_overdue", basis: "flat", amount: most, graceDays: lateFee.graceDays,
      lifetimeMaximum: mulDiv(purchase, lateFee.ofPurchasePpb, 1_000_000_000, "down"),
    }],
  });
}
