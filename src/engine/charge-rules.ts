import type { IsoDate } from "./date.ts";
import type { EventDraft } from "./events.ts";
import { divideRounded, safeNumber } from "./rounding.ts";
import type { Rounding } from "./rounding.ts";
import { EngineRefusal } from "./state.ts";
import type { LoanState } from "./state.ts";
import type { ChargeAmount, LoanTerms, Minor, ProductCharge } from "./terms.ts";

/** What percentages of charges are taken of, in minor units; what a charge has no use for is left out and counts as nothing. */
export type ChargeBases = { principal?: Minor; interest?: Minor; disbursed?: Minor; outstanding?: Minor; payment?: Minor };

/** A charge worked out: `total` = `net` + `tax`. */
export type ChargeParts = { code: string; net: Minor; taxCode: string; tax: Minor; total: Minor };

/**
 * Net amount of a charge: flat, a share of its base rounded once, or what the band of its base says; within its limits.
 *
 * @returns  minor units
 * @example  2 % of 100,000.00, at least 500.00, at most 1,500.00: 1,500.00
 */
export function chargeOf(rule: ChargeAmount, bases: ChargeBases, rounding: Rounding): Minor {
  const base = baseOf(rule, bases);
  const value = rule.tiers?.find((tier) => tier.upTo === null || base <= tier.upTo) ?? rule;
  const amount = value.amount ?? safeNumber(divideRounded(BigInt(base) * BigInt(value.percentPpb ?? 0), 1_000_000_000n, rounding));
  return Math.min(Math.max(amount, rule.minimum ?? 0), rule.maximum ?? Number.MAX_SAFE_INTEGER);
}

/** The base a charge's percentage and bands go by; a flat charge with bands goes by principal. */
function baseOf({ basis }: ChargeAmount, { principal = 0, interest = 0, disbursed = 0, outstanding = 0, payment = 0 }: ChargeBases): Minor {
  switch (basis) {
    case "percent_of_interest": return interest;
    case "percent_of_principal_plus_interest": case "percent_of_overdue": return principal + interest;
    case "percent_of_disbursed": return disbursed;
    case "percent_of_outstanding": return outstanding;
    case "percent_of_payment": return payment;
    case "percent_of_principal": case "flat": return principal;
  }
}

/** Tax on a charge, rounded once. @example 18 % on 1,500.00: 270.00 */
export function taxOn(rule: ChargeAmount, net: Minor, rounding: Rounding): Minor {
  return rule.taxPpb === undefined ? 0 : safeNumber(divideRounded(BigInt(net) * BigInt(rule.taxPpb), 1_000_000_000n, rounding));
}

/** Code under which the tax of a charge is raised beside it. */
export function taxCode(code: string): string {
  return `${code}_tax`;
}

/** A charge and its tax. */
export function chargeParts(rule: ProductCharge, bases: ChargeBases, rounding: Rounding): ChargeParts {
  const net = chargeOf(rule, bases, rounding);
  const tax = taxOn(rule, net, rounding);
  return { code: rule.code, net, taxCode: taxCode(rule.code), tax, total: net + tax };
}

/**
 * Charges due when a loan is applied for: they are paid before there is a loan, so no row carries them.
 * @example  a flat 500.00 with 18 % tax: net 500.00, tax 90.00, total 590.00
 */
export function chargesAtApplication(terms: LoanTerms): ChargeParts[] {
  return terms.charges.filter((rule) => rule.timing === "at_application").map((rule) => chargeParts(rule, { principal: terms.principal, disbursed: terms.principal }, terms.rounding));
}

/**
 * Charges of the product for a payment the bank sent back, or for money paid ahead, as drafts due that day, each tax beside its charge. A
 * charge on a prepayment is added before the payment, so that a payoff holds it.
 *
 * @param amount  the payment, or the principal paid ahead, minor units
 * @param cause   names what they are raised for, so that they are raised once
 * @example       2 % of 4,000.00 paid ahead, 18 % tax: 80.00 and 14.40
 */
export function chargesFor(state: LoanState, timing: "on_bounce" | "on_prepayment", amount: Minor, date: IsoDate, cause: string): Extract<EventDraft, { type: "chargeAdded" }>[] {
  const known = new Set(state.events.flatMap((e) => (e.type === "chargeAdded" && e.reference !== undefined ? [e.reference] : [])));
  const bases = { principal: amount, payment: amount, outstanding: state.outstanding.principal, disbursed: state.disbursed };
  return state.terms.charges.filter((rule) => rule.timing === timing).flatMap((rule) => {
    const parts = chargeParts(rule, bases, state.terms.rounding);
    const draft = (code: string, sum: Minor) => ({ type: "chargeAdded" as const, valueDate: date, code, component: rule.component, timing: "specified_date" as const, basis: "flat" as const, amount: sum, dueDate: date, reference: `${code}:${cause}` });
    return [draft(parts.code, parts.net), draft(parts.taxCode, parts.tax)].filter((d) => d.amount > 0 && !known.has(d.reference));
  });
}

/**
 * Refuses charges that cannot be worked out.
 * @throws EngineRefusal  terms.malformed, or terms.tiers_with_gap for bands out of order or without an open end
 */
export function checkCharges(charges: readonly ProductCharge[]): void {
  const whole = (value: number | undefined) => value === undefined || (Number.isSafeInteger(value) && value >= 0);
  for (const rule of charges) {
    if (![rule.amount, rule.percentPpb, rule.minimum, rule.maximum, rule.taxPpb].every(whole)) throw new EngineRefusal("terms.malformed", `charge ${rule.code} has an amount or share below zero`);
    if (rule.minimum !== undefined && rule.maximum !== undefined && rule.minimum > rule.maximum) throw new EngineRefusal("terms.malformed", `charge ${rule.code} is at least ${rule.minimum} and at most ${rule.maximum}`);
    let before = 0;
    const tiers = rule.tiers ?? [];
    for (const [i, tier] of tiers.entries()) {
      const isLast = i === tiers.length - 1;
      if (isLast !== (tier.upTo === null) || (tier.upTo !== null && tier.upTo <= before)) throw new EngineRefusal("terms.tiers_with_gap", `bands of charge ${rule.code} end in order, the last is open`);
      if (![tier.amount, tier.percentPpb].every(whole) || (tier.amount === undefined) === (tier.percentPpb === undefined)) throw new EngineRefusal("terms.malformed", `a band of charge ${rule.code} names an amount or a share`);
      before = tier.upTo ?? before;
    }
  }
}
