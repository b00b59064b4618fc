import type { DueRule, ReportPeriod } from "../domain/calendar.ts";
import type { KindName } from "../kinds/index.ts";
import type { Role } from "#kernel/permissions.ts";

export interface ReportDefinition {
  readonly code: string;
  readonly name: string;
  readonly kind: KindName;
  readonly ownerRole: Role;
  readonly period: ReportPeriod;
  readonly due: DueRule;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The reports a lender of a country begins with; they are data from then on. */
export function standardDefinitions(lender: { readonly name: string; readonly slug: string; readonly country: string }): readonly ReportDefinition[] {
  const reporter = { reporterName: lender.name, reporterAddress: "", reporterPhone: "", identificationNumber: lender.slug.toUpperCase() };
  return lender.country === "US" ? [
    { code: "metro2", name: "Credit bureau file, Metro 2", kind: "metro2", ownerRole: "compliance_officer", period: "month", due: { rule: "days_after", days: 10 }, settings: { ...reporter, programs: {}, accountTypes: {} } },
    { code: "hmda", name: "HMDA register", kind: "hmda", ownerRole: "compliance_officer", period: "year", due: { rule: "on", month: 3, day: 1 }, settings: { lei: "", products: [], averagePrimeOfferRates: {}, purposes: {}, denialReasons: {} } },
    { code: "interest-1098", name: "Statements of interest paid, 1098", kind: "interest_1098", ownerRole: "finance_officer", period: "year", due: { rule: "on", month: 1, day: 31 }, settings: { ...reporter, products: [] } },
  ] : lender.country === "IN" ? [
    { code: "bureau-in", name: "Credit bureau file, India", kind: "in_bureau", ownerRole: "compliance_officer", period: "month", due: { rule: "days_after", days: 10 }, settings: reporter },
    { code: "npa-register", name: "RBI NPA register", kind: "npa_register", ownerRole: "credit_manager", period: "month", due: { rule: "days_after", days: 15 }, settings: {} },
    { code: "key-facts-register", name: "Key facts register", kind: "key_facts_register", ownerRole: "compliance_officer", period: "month", due: { rule: "days_after", days: 15 }, settings: {} },
  ] : [];
}
