import { createHash } from "node:crypto";
import { buildSchedule, formatAmount, formatRate, money, parseAmount, rate } from "#engine/index.ts";
import type { LoanTerms, Schedule } from "#engine/index.ts";
import { canonicalJson } from "#kernel/codec.ts";
import type { FieldError } from "#kernel/problems.ts";
import type { ProductDefinition } from "../definition.ts";
import { problem } from "../problems.ts";
import { aprPpb } from "./apr.ts";
import { feesFor, termsFor, type FeeAmount, type PricedVersion, type TermsRequest } from "./terms.ts";

/** Everything an offer, a key facts statement and a contract say about the money. Amounts are minor units of `currency`. */
export interface Quote {
  readonly regime: ProductDefinition["regime"];
  readonly currency: string;
  readonly terms: LoanTerms;
  readonly schedule: Schedule;
  readonly fees: readonly FeeAmount[];
  readonly amountMinor: number;
  readonly netDisbursedMinor: number;
  readonly installmentMinor: number;
  readonly annualRate: string;
  /** Decimal fraction. */
  readonly apr: string;
  readonly interestMinor: number;
  /** Fees with their taxes. */
  readonly feesMinor: number;
  /** Interest and fees: what the credit costs. */
  readonly totalCostMinor: number;
  /** Everything the borrower pays: all installments, and fees that were not kept back from the payout (those are in the principal paid back). */
  readonly totalPaidMinor: number;
  /** Regulation Z: interest and the fees that count. */
  readonly financeChargeMinor: number;
  readonly firstDueDate: string;
  readonly lastDueDate: string;
  readonly scheduleHash: string;
}

/**
 * One engine call for everything that is shown, signed and booked.
 * @throws EngineRefusal  terms that cannot make a schedule
 * @throws RangeError     the fees are not below the amount
 */
export function quote(version: PricedVersion, request: TermsRequest): Quote {
  const { currency, definition } = version;
  const terms = termsFor(version, request);
  const schedule = buildSchedule(terms);
  const fees = feesFor(version, request.amount);
  const cost = (fee: FeeAmount) => fee.amountMinor + fee.taxMinor;
  const feesMinor = fees.reduce((sum, fee) => sum + cost(fee), 0);
  const inApr = fees.filter((fee) => fee.inApr).reduce((sum, fee) => sum + cost(fee), 0);
  const kept = fees.filter((fee) => fee.deducted).reduce((sum, fee) => sum + cost(fee), 0);
  if (terms.principal <= Math.max(inApr, kept)) throw new RangeError("the fees leave nothing to pay out");
  const interestMinor = schedule.totals.interest;
  const aprText = formatRate(rate(aprPpb(definition.regime, { netMinor: terms.principal - inApr, disbursementDate: terms.disbursementDate, rows: schedule.rows })));
  return {
    regime: definition.regime, currency, terms, schedule, fees, amountMinor: terms.principal, netDisbursedMinor: terms.principal - kept,
    installmentMinor: schedule.installmentAmount, annualRate: request.annualRate, apr: aprText, interestMinor, feesMinor,
    totalCostMinor: interestMinor + feesMinor, totalPaidMinor: terms.principal - kept + interestMinor + feesMinor, financeChargeMinor: interestMinor + inApr,
    firstDueDate: schedule.rows[0]?.dueDate ?? terms.disbursementDate, lastDueDate: schedule.rows.at(-1)?.dueDate ?? terms.disbursementDate,
    scheduleHash: scheduleHashOf(terms, schedule),
  };
}

/** SHA-256 over the agreed terms and every row: what offer, contract and booked loan are compared by. */
export function scheduleHashOf(terms: LoanTerms, schedule: Pick<Schedule, "rows">): string {
  return createHash("sha256").update(canonicalJson({ terms, rows: schedule.rows })).digest("hex");
}

/** Refuses with quote.outside_limits an amount or a term that the product is not offered for. */
export function requireWithinLimits(version: PricedVersion, request: Pick<TermsRequest, "amount" | "termMonths">): void {
  const errors = limitErrors(version, request);
  if (errors.length > 0) throw problem("quote.outside_limits", undefined, { errors });
}

export function limitErrors({ currency, definition }: PricedVersion, { amount, termMonths }: Pick<TermsRequest, "amount" | "termMonths">): FieldError[] {
  const { limits } = definition;
  const of = (text: string) => parseAmount(text, currency).minor;
  const errors: FieldError[] = [];
  if (amount.currency !== currency) errors.push({ pointer: "/amount/currency", code: "field.currency", detail: `The product is in ${currency}.` });
  else if (amount.minor < of(limits.minimumAmount) || amount.minor > of(limits.maximumAmount)) {
    errors.push({ pointer: "/amount/amount", code: "field.range", detail: `From ${limits.minimumAmount} to ${limits.maximumAmount} ${currency}.` });
  } else if (amount.minor % of(limits.amountMultiple) !== 0n) {
    errors.push({ pointer: "/amount/amount", code: "field.multiple", detail: `In steps of ${formatAmount(money(of(limits.amountMultiple), currency))} ${currency}.` });
  }
  if (!limits.terms.includes(termMonths)) errors.push({ pointer: "/termMonths", code: "field.choice", detail: `One of ${limits.terms.join(", ")} months.` });
  return errors;
}

/** The rate of the first band a score reaches; undefined below all bands. */
export function rateForScore(definition: ProductDefinition, score: number): string | undefined {
  return definition.pricing.bands.find((band) => score >= band.minimumScore)?.annualRate;
}
