import type { CheckFact } from "./facts.ts";

/** Checks of the co-borrower carry this before their kind. */
export const CO = "co_";

/**
 * Two who owe one loan are weighed as the weaker of them: of each question put about both, the answer that speaks more against the loan
 * counts. One borrower's answers stay as they are.
 *
 * @example  sanctions: clear for the one, a hit for the other: a hit
 */
export function weakest(checks: readonly CheckFact[]): CheckFact[] {
  const others = new Map(checks.filter((check) => check.kind.startsWith(CO)).map((check) => [check.kind.slice(CO.length), check]));
  return checks.filter((check) => !check.kind.startsWith(CO)).map((check) => {
    const other = others.get(check.kind);
    return other !== undefined && against(other) > against(check) ? { ...other, kind: check.kind } : check;
  });
}

/** How much an answer speaks against the loan; of two credit reports the lower score. */
function against(check: CheckFact): number {
  if (check.state !== "answered") return 3_000;
  const score = (check.result?.["score"] ?? null) as { value: number } | null;
  switch (check.outcome) {
    case "clear": return 0;
    case "hit": return check.kind.endsWith("bureau") ? 1_000 - (score?.value ?? 0) : 2_500;
    case "no_record": return check.kind.endsWith("bureau") ? 700 : 2_000;
    case "mismatch": return 2_000;
    default: return 3_000;
  }
}
