import { formatAmount, parseAmount, parseRate, type Money } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requireLimit, requirePermission } from "#kernel/permissions.ts";
import { getProductVersion, limitErrors, type ProductVersion } from "#modules/products/index.ts";
import { weigh, type Reason, type Verdict } from "../domain/policy.ts";
import type { Facts } from "../domain/scoring.ts";
import { problem } from "../problems.ts";
import { lockApplication, move, note, requireWithinScope, type ApplicationRow } from "../store.ts";
import { birthDateOf, checksOf, factsFor, type AskedTerms } from "./gather-facts.ts";
import { cancelNotices, oweNotice } from "./notices.ts";
import { makeOffers } from "./make-offers.ts";

/** The automatic decision on an application whose checks are done, with the offers of an approval in the same transaction. */
export async function decideByPolicy(ctx: Context, applicationId: string): Promise<"approve" | "decline" | "refer" | "elsewhere"> {
  return ctx.transaction(async (tx) => {
    const app = await lockApplication(tx, applicationId);
    if (app.state !== "verifying") return "elsewhere";
    const version = await getProductVersion(tx, app.product_version_id);
    const checks = await checksOf(tx, applicationId);
    const asked = { amountMinor: app.amount_minor, termMonths: app.term_months };
    const { facts, annualRate } = factsFor(app, birthDateOf(ctx, app), version, asked, checks, tx.businessDate);
    const verdict = await weigh(version.definition, facts, { trace: true });
    const decisionId = await insertDecision(tx, ctx, app, version, verdict, { madeBy: "policy", outcome: verdict.outcome, reasons: verdict.reasons, ...asked, annualRate, facts, override: false, deviation: 0 });
    const set = { score: verdict.scored.score, policy_outcome: verdict.outcome, decision_id: decisionId };
    const payload = { decisionId, score: verdict.scored.score, reasons: verdict.reasons.map((r) => r.code) };
    if (verdict.outcome === "refer") await move(tx, ctx, app, version.definition, "refer", { summary: `Referred: ${verdict.reasons.map((r) => r.text).join("; ")}`, set, payload });
    if (verdict.outcome === "decline") {
      const declined = await move(tx, ctx, app, version.definition, "decline", { summary: `Declined: ${verdict.reasons.map((r) => r.text).join("; ")}`, set, payload });
      await oweNotice(tx, ctx, declined, verdict.reasons);
    }
    if (verdict.outcome === "approve") {
      const approved = await move(tx, ctx, app, version.definition, "approve", { summary: `Approved at ${annualRate}, score ${verdict.scored.score}`, set, payload });
      await makeOffers(tx, ctx, approved, version, { ...asked, annualRate, decisionId, checks, birthDate: birthDateOf(ctx, app) });
    }
    return verdict.outcome;
  });
}

export interface PersonalDecision {
  readonly applicationId: string;
  readonly outcome: "approve" | "decline";
  /** For a decline the reasons told to the applicant, one to four; for an approval why. */
  readonly reasons?: readonly Reason[];
  readonly reason: string;
  readonly amount?: Money;
  readonly termMonths?: number;
  readonly annualRate?: string;
  readonly expiresOn?: string;
  readonly conditions?: readonly { readonly code: string; readonly label: string; readonly stage: "documents" | "funding" }[];
}

/**
 * A person's decision. Going along with the policy, or deciding what it referred, is within the authority of amount; an approval of what
 * the policy declined, or a rate below the one it gives, is an override and needs authority for the deviation, a reason and a last day.
 * May raise application.not_found, .wrong_state, .claimed_by_other, .own_work, decision.above_authority, .reason_missing, .terms_not_possible, permission.above_limit.
 */
export async function decideByPerson(ctx: Context, input: PersonalDecision): Promise<{ decisionId: string; state: string; override: boolean }> {
  const scope = requirePermission(ctx.actor, "application.decision.make");
  return ctx.transaction(async (tx) => {
    const app = requireWithinScope(ctx, scope, await lockApplication(tx, input.applicationId));
    if (app.state !== "referred" && !(app.state === "declined" && input.outcome === "approve")) throw problem("application.wrong_state", `Application ${app.number} is ${app.state}.`);
    if (app.claimed_by !== null && app.claimed_by !== ctx.actor.id) throw problem("application.claimed_by_other");
    if (app.created_by === ctx.actor.id) throw problem("application.own_work");
    const version = await getProductVersion(tx, app.product_version_id);
    const asked = askedTerms(app, version, input);
    const checks = await checksOf(tx, app.id);
    const birthDate = birthDateOf(ctx, app);
    const priced = factsFor(app, birthDate, version, asked, checks, tx.businessDate);
    const verdict = await weigh(version.definition, priced.facts, { trace: true });
    const annualRate = input.annualRate ?? priced.annualRate;
    const deviation = input.outcome === "approve" ? deviationOf(verdict.outcome, priced.annualRate, annualRate) : 0;
    // Taking a decline back is an override too, even where smaller terms would now pass.
    const override = deviation > 0 || app.state === "declined";
    requireReasons(input, verdict, override);
    if (input.outcome === "approve") requireAuthority(ctx, version, asked.amountMinor, app.currency, deviation);
    if (override) requirePermission(ctx.actor, "application.decision.override");
    const reasons = input.outcome === "decline" ? (input.reasons ?? verdict.reasons).slice(0, 4) : (input.reasons ?? []);
    const decisionId = await insertDecision(tx, ctx, app, version, verdict, {
      madeBy: ctx.actor.id, outcome: input.outcome, reasons, ...asked, annualRate, facts: priced.facts, override, deviation, reason: input.reason, expiresOn: input.expiresOn,
    });
    await setConditions(tx, ctx, app.id, input.conditions ?? []);
    const set = { decision_id: decisionId, score: verdict.scored.score, amount_minor: asked.amountMinor, term_months: asked.termMonths, approved_until: input.expiresOn ?? null };
    const payload = { decisionId, by: ctx.actor.id, override, deviation, reasons: reasons.map((r) => r.code) };
    if (input.outcome === "decline") {
      const declined = await move(tx, ctx, app, version.definition, "decline", { summary: `Declined by a person: ${reasons.map((r) => r.text).join("; ")}`, reason: input.reason, set, payload });
      await oweNotice(tx, ctx, declined, reasons);
      return { decisionId, state: declined.state, override };
    }
    const act = verdict.outcome === "decline" || app.state === "declined" ? "override" : "approve";
    // A decline that is taken back needs no letter any more, unless it has gone out.
    if (act === "override") await cancelNotices(tx, app.id);
    const approved = await move(tx, ctx, app, version.definition, act, { summary: override ? `Approved against the policy: ${input.reason}` : "Approved by a person", reason: input.reason, set, payload });
    const offered = await makeOffers(tx, ctx, approved, version, { ...asked, annualRate, decisionId, checks, birthDate, onlyAsked: true, until: input.expiresOn });
    return { decisionId, state: offered.state, override };
  });
}

function askedTerms(app: ApplicationRow, version: ProductVersion, input: PersonalDecision): AskedTerms {
  const amount = input.amount ?? { minor: app.amount_minor, currency: app.currency };
  const termMonths = input.termMonths ?? app.term_months;
  const errors = limitErrors(version, { amount, termMonths });
  if (errors.length === 0 && amount.minor > app.amount_minor) errors.push({ pointer: "/amount/amount", code: "field.range", detail: "Not more than was asked for." });
  if (errors.length > 0) throw problem("decision.terms_not_possible", undefined, { errors });
  return { amountMinor: amount.minor, termMonths };
}

/** How far an approval goes from what policy and pricing say: 1 for what they decline, the share of the rate given away otherwise. */
function deviationOf(policy: Verdict["outcome"], policyRate: string, rate: string): number {
  const [normal, given] = [Number(parseRate(policyRate).ppb), Number(parseRate(rate).ppb)];
  const cheaper = given < normal ? Math.round(((normal - given) / normal) * 10_000) / 10_000 : 0;
  return policy === "decline" ? 1 : cheaper;
}

function requireReasons(input: PersonalDecision, verdict: Verdict, override: boolean): void {
  if (input.reason.trim() === "") throw problem("decision.reason_missing");
  if (input.outcome === "decline" && (input.reasons ?? verdict.reasons).length === 0) throw problem("decision.reason_missing", "A decline needs at least one reason the applicant can be told.");
  if (override && input.expiresOn === undefined) throw problem("decision.reason_missing", "An override needs a last day.");
}

function requireAuthority(ctx: Context, version: ProductVersion, amountMinor: bigint, currency: string, deviation: number): void {
  requireLimit(ctx.actor, amountMinor, currency);
  const covered = version.definition.authority.some((row) => ctx.actor.roles.some((role) => role === row.role) && parseAmount(row.maximumAmount, currency).minor >= amountMinor && row.maximumDeviation >= deviation);
  if (covered) return;
  const able = version.definition.authority.filter((row) => parseAmount(row.maximumAmount, currency).minor >= amountMinor && row.maximumDeviation >= deviation).map((row) => row.role.replaceAll("_", " "));
  const own = version.definition.authority.filter((row) => ctx.actor.roles.some((role) => role === row.role)).map((row) => `${row.role.replaceAll("_", " ")} up to ${row.maximumAmount} ${currency}${row.maximumDeviation === 0 ? " and within the policy's price" : ""}`);
  throw problem("decision.above_authority", `This is ${formatAmount({ minor: amountMinor, currency })} ${currency}${deviation > 0 ? `, ${(deviation * 100).toPrecision(3)} % off policy` : ""}. Your rule: ${own.join("; ") || "none"}. It needs: ${able.join(" or ") || "nobody here; ask for less"}.`);
}

interface DecisionFacts {
  readonly madeBy: string; readonly outcome: Verdict["outcome"]; readonly reasons: readonly Reason[]; readonly amountMinor: bigint; readonly termMonths: number; readonly annualRate: string; readonly facts: Facts;
  readonly override: boolean; readonly deviation: number; readonly reason?: string; readonly expiresOn?: string;
}

async function insertDecision(tx: Tx, ctx: Context, app: ApplicationRow, version: ProductVersion, verdict: Verdict, d: DecisionFacts): Promise<string> {
  const id = ctx.ids.next("dec");
  await tx.run("origination.decision.insert",
    `INSERT INTO origination.decision (id, application_id, made_by, outcome, reasons, amount_minor, term_months, annual_rate, score, override, deviation, reason, expires_on, product_version_id, policy_hash, scorecard_version, facts, trace, decided_at, decided_on)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
    [id, app.id, d.madeBy, d.outcome, JSON.stringify(d.reasons), d.amountMinor, d.termMonths, d.annualRate, verdict.scored.score, d.override, d.deviation, d.reason ?? null, d.expiresOn ?? null, version.id, verdict.policyHash,
      verdict.scored.version, JSON.stringify(d.facts), JSON.stringify({ policy: { outcome: verdict.outcome, ...verdict.trace }, score: verdict.scored }), tx.now, tx.businessDate]);
  return id;
}

async function setConditions(tx: Tx, ctx: Context, applicationId: string, conditions: NonNullable<PersonalDecision["conditions"]>): Promise<void> {
  for (const condition of conditions) {
    await tx.run("origination.condition.insert",
      `INSERT INTO origination.requirement (id, application_id, kind, code, label, stage, state, changed_by, changed_at) VALUES ($1, $2, 'condition', $3, $4, $5, 'owed', $6, $7) ON CONFLICT (tenant_id, application_id, code) DO NOTHING`,
      [ctx.ids.next("rqm"), applicationId, condition.code, { en: condition.label }, condition.stage, ctx.actor.id, tx.now]);
    await note(tx, ctx, applicationId, { kind: "condition", summary: `Condition: ${condition.label}` });
  }
}
