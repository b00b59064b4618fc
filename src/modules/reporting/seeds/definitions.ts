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
  ] : [];
}
