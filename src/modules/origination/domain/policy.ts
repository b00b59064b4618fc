import { createHash } from "node:crypto";
import { ZenDecisionContent, ZenEngine, type ZenDecision } from "@gorules/zen-engine";
import { canonicalJson } from "#kernel/codec.ts";
import type { ProductDefinition } from "#modules/products/index.ts";
import { costliest, scoreOf, type Facts, type Scored } from "./scoring.ts";

export interface Reason { readonly code: string; readonly text: string }
export interface Verdict {
  readonly outcome: "approve" | "decline" | "refer";
  /** For a decline the principal reasons, at most four; for a referral why a person must look. */
  readonly reasons: readonly Reason[];
  readonly scored: Scored;
  readonly policyHash: string;
  readonly trace: { readonly rules: readonly (Reason & { outcome: string })[]; readonly engine: unknown };
}

const engine = new ZenEngine();
const compiled = new Map<string, ZenDecision>();
const hashes = new WeakMap<object, string>();

/** Content hash of a policy: what a decision names as the rules it was made by. */
export function policyHashOf(policy: ProductDefinition["policy"]): string {
  const known = hashes.get(policy);
  if (known !== undefined) return known;
  const hash = createHash("sha256").update(canonicalJson(policy)).digest("hex");
  hashes.set(policy, hash);
  return hash;
}

/**
 * Weighs facts by the score card and the policy of a product version. The same facts and version give the same verdict, so a
 * stored decision can be replayed.
 *
 * @param options.trace  keep the rule engine's own trace (each node with input and output)
 * @throws Error         the policy fails on these facts: a fault of the policy, never a verdict
 */
export async function weigh(definition: Pick<ProductDefinition, "policy" | "scorecard">, facts: Facts, options: { trace?: boolean } = {}): Promise<Verdict> {
  const policyHash = policyHashOf(definition.policy);
  let decision = compiled.get(policyHash);
  if (decision === undefined) {
    decision = engine.createDecision(new ZenDecisionContent(definition.policy));
    compiled.set(policyHash, decision);
  }
  const scored = scoreOf(definition.scorecard, facts);
  const answer = await decision.evaluate({ ...facts, score: scored.score }, { trace: options.trace === true });
  const rules = (Array.isArray(answer.result) ? answer.result : [answer.result]).filter((rule): rule is Reason & { outcome: string } => typeof rule?.outcome === "string" && typeof rule?.code === "string");
  const declining = rules.filter((rule) => rule.outcome === "decline");
  const outcome = declining.length > 0 ? "decline" : rules.some((rule) => rule.outcome === "refer") ? "refer" : "approve";
  return { outcome, reasons: outcome === "decline" ? principalReasons(declining, scored) : rules.map(({ code, text }) => ({ code, text })), scored, policyHash, trace: { rules, engine: answer.trace ?? null } };
}

/**
 * The factors that really counted: rules that declined, then, where the score was too low, what cost most points.
 * @source 12 CFR 1002.9(b)(2) and its commentary: more than four reasons are not likely to be helpful
 */
function principalReasons(declining: readonly Reason[], scored: Scored): Reason[] {
  const own = declining.filter((rule) => rule.code !== "SCORE").map(({ code, text }) => ({ code, text }));
  const byScore = declining.some((rule) => rule.code === "SCORE") ? costliest(scored, 4) : [];
  return [...own, ...byScore].slice(0, 4);
}
