import { addMonths, isoDate, loanTerms, parseAmount, parseRate, divideRounded, PPB } from "#engine/index.ts";
import type { LoanTerms, Money, ProductCharge } from "#engine/index.ts";
import type { AmountDefinition, ProductDefinition, Words } from "../definition.ts";
import { planFor } from "./plan.ts";

/** What is needed of a version to price it. */
export interface PricedVersion { readonly currency: string; readonly definition: ProductDefinition }

export interface TermsRequest {
  readonly amount: Money;
  /** Number of installments; for products with monthly installments, months. */
  readonly termMonths: number;
  /** Decimal fraction a year: "0.18". */
  readonly annualRate: string;
  readonly disbursementDate: string;
  readonly firstDueDate?: string;
}

export interface FeeAmount {
  readonly code: string;
  readonly label: Words;
  /** Minor units, without the tax. */
  readonly amountMinor: number;
  readonly taxMinor: number;
  readonly deducted: boolean;
  readonly inApr: boolean;
}

/** The fees of a loan of this amount, each rounded once and its tax once. Minor units. */
export function feesFor(version: PricedVersion, amount: Money): FeeAmount[] {
  const { fees, schedule } = version.definition;
  return fees.map((fee) => {
    const net = feeAmount(fee, amount, schedule.rounding);
    const tax = fee.taxRate === undefined ? 0n : divideRounded(net * parseRate(fee.taxRate).ppb, PPB, schedule.rounding);
    return { code: fee.code, label: fee.label, amountMinor: Number(net), taxMinor: Number(tax), deducted: fee.deducted, inApr: fee.inApr };
  });
}

/** What making a loan of this amount costs the lender, each cost rounded once. Minor units. */
export function costsFor({ definition: { costs = [], schedule } }: PricedVersion, amount: Money): { readonly code: string; readonly label: Words; readonly amountMinor: number }[] {
  return costs.map((cost) => ({ code: cost.code, label: cost.label, amountMinor: Number(feeAmount(cost, amount, schedule.rounding)) }));
}

/** Fees of a product that are income over a loan's life, by code. */
export function deferredFees({ fees }: Pick<ProductDefinition, "fees">): ReadonlySet<string> {
  return new Set(fees.filter((fee) => fee.recognition === "effective_interest").map((fee) => fee.code));
}

/** Whether anything of a product's loans is taken into income by effective interest. */
export function defers(definition: Pick<ProductDefinition, "fees" | "costs">): boolean {
  return (definition.costs ?? []).length > 0 || definition.fees.some((fee) => fee.recognition === "effective_interest");
}

function feeAmount(fee: AmountDefinition, amount: Money, rounding: LoanTerms["rounding"]): bigint {
  const { currency } = amount;
  let minor = fee.basis === "flat" ? parseAmount(fee.value, currency).minor : divideRounded(amount.minor * parseRate(fee.value).ppb, PPB, rounding);
  const low = fee.minimum === undefined ? undefined : parseAmount(fee.minimum, currency).minor;
  const high = fee.maximum === undefined ? undefined : parseAmount(fee.maximum, currency).minor;
  if (low !== undefined && minor < low) minor = low;
  if (high !== undefined && minor > high) minor = high;
  return minor;
}

/**
 * The engine's terms of one loan under a product version: the one translation that quotes, offers, contracts and booked loans share.
 * Fees become fixed charges at disbursement; the tax of fee `x` is the charge `x_tax`.
 *
 * @throws RangeError  an amount in another currency, or a malformed rate or date
 */
export function termsFor(version: PricedVersion, request: TermsRequest): LoanTerms {
  const { definition: d, currency } = version;
  if (request.amount.currency !== currency) throw new RangeError(`the product is in ${currency}`);
  const s = d.schedule;
  const principal = Number(request.amount.minor);
  const { ratePpb, ...plan } = planFor(s, currency, principal, Number(parseRate(request.annualRate).ppb), request.disbursementDate);
  return loanTerms({
    ...plan, currency, principal, disbursementDate: isoDate(request.disbursementDate),
    firstDueDate: request.firstDueDate === undefined ? null : isoDate(request.firstDueDate),
    rounding: s.rounding, model: s.model, amortization: s.amortization,
    interest: { ...s.interest, ratePpb },
    installments: { count: request.termMonths, every: s.every, unit: s.unit },
    charges: chargesOf(version, request.amount),
    penalCharge: d.penalCharge === null ? null : { code: "penal_charge", ratePpb: Number(parseRate(d.penalCharge.annualRate).ppb), graceDays: d.penalCharge.graceDays, on: "overdue_installment" },
    allocation: d.allocation, prepayment: s.prepayment, calendar: s.calendar,
    delinquency: { graceDays: d.delinquency.graceDays, buckets: d.delinquency.buckets, byInstallment: d.delinquency.byInstallment },
    // A charge counts from the day it was raised: money that came before was divided without it, and stays so.
    compatibility: { installmentMultiple: s.installmentMultipleMinor, chargesEnter: "by_date" },
  });
}

function chargesOf(version: PricedVersion, amount: Money): ProductCharge[] {
  const charges: ProductCharge[] = [];
  for (const fee of feesFor(version, amount)) {
    const shared = { component: "fee", timing: "at_disbursement", basis: "flat", deducted: fee.deducted } as const;
    if (fee.amountMinor > 0) charges.push({ ...shared, code: fee.code, amount: fee.amountMinor });
    if (fee.taxMinor > 0) charges.push({ ...shared, code: `${fee.code}_tax`, amount: fee.taxMinor });
  }
  const late = version.definition.lateFee;
  if (late !== null) {
    const value = late.basis === "flat" ? { basis: "flat" as const, amount: Number(parseAmount(late.value, version.currency).minor) }
      : { basis: "percent_of_overdue" as const, percentPpb: Number(parseRate(late.value).ppb) };
    charges.push({
      code: late.code, component: "penalty", timing: "on_overdue", graceDays: late.graceDays, ...value,
      ...(late.taxRate === undefined ? {} : { taxPpb: Number(parseRate(late.taxRate).ppb) }),
      ...(late.maximum === undefined ? {} : { maximum: Number(parseAmount(late.maximum, version.currency).minor) }),
    });
  }
  return charges;
}

/** The first due date a lender would propose: one period on, never later than the 28th. */
export function usualFirstDueDate(disbursementDate: string): string {
  const date = isoDate(disbursementDate);
  return Number(date.slice(8, 10)) <= 28 ? addMonths(date, 1) : addMonths(isoDate(`${date.slice(0, 8)}28`), 1);
}
