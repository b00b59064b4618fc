import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { quote, rateForScore, type ProductVersion } from "#modules/products/index.ts";
import { weakest } from "../domain/two-borrowers.ts";
import { factsOf, type CheckFact } from "../domain/facts.ts";
import { scoreOf, type Facts } from "../domain/scoring.ts";
import { openPersonal, type ApplicationRow } from "../store.ts";

export interface AskedTerms { readonly amountMinor: bigint; readonly termMonths: number }

/** Facts of an application for certain terms, and the rate its score gives. Two passes: the score needs ratios, the ratios need a rate. */
export function factsFor(app: Pick<ApplicationRow, "answers" | "currency">, birthDate: string | undefined, version: ProductVersion, asked: AskedTerms, checks: readonly CheckFact[], businessDate: string): { facts: Facts; annualRate: string } {
  const make = (annualRate: string) => factsOf({
    answers: app.answers, currency: app.currency, birthDate, businessDate, termMonths: asked.termMonths, amountMinor: Number(asked.amountMinor), checks,
    installmentMinor: quote(version, { amount: { minor: asked.amountMinor, currency: app.currency }, termMonths: asked.termMonths, annualRate, disbursementDate: businessDate }).installmentMinor,
  });
  const dearest = version.definition.pricing.bands.at(-1)?.annualRate ?? "0";
  const facts = make(dearest);
  const annualRate = rateForScore(version.definition, scoreOf(version.definition.scorecard, facts).score) ?? dearest;
  return { facts, annualRate };
}

export async function checksOf(tx: Tx, applicationId: string): Promise<CheckFact[]> {
  return weakest(await tx.rows<CheckFact & object>("origination.check.facts", "SELECT kind, state, outcome, result FROM origination.check_request WHERE application_id = $1 ORDER BY kind", [applicationId]));
}

export function birthDateOf(ctx: Context, app: ApplicationRow): string | undefined {
  const value = openPersonal(ctx, app)["birthDate"];
  return typeof value === "string" ? value : undefined;
}
