import type { Static } from "typebox";
import type { Tx } from "#kernel/db.ts";
import { getProductVersion } from "#modules/products/index.ts";
import type { BackTestJson } from "../contract.ts";
import { weigh } from "../domain/policy.ts";
import type { Facts } from "../domain/scoring.ts";

const MOST = 2000;

/**
 * What a product version would have decided on applicants decided before: the stored facts of the newest automatic decisions are weighed
 * again. Drafts may be tried too; nothing is stored. May raise product_version.not_found.
 */
export async function backTest(tx: Tx, productVersionId: string, limit: number): Promise<Static<typeof BackTestJson>> {
  const version = await getProductVersion(tx, productVersionId);
  const past = await tx.rows<{ id: string; application_id: string; outcome: Outcome; score: number; facts: Facts }>("origination.decision.past",
    `SELECT d.id, d.application_id, d.outcome, d.score, d.facts FROM origination.decision d JOIN origination.application a ON a.tenant_id = d.tenant_id AND a.id = d.application_id
     WHERE d.made_by = 'policy' AND a.product_code = $1 ORDER BY d.id DESC LIMIT $2`, [version.code, Math.min(limit, MOST)]);
  const moved = new Map<string, number>();
  const examples: { applicationId: string; before: string; after: string; scoreBefore: number; scoreAfter: number }[] = [];
  const count = { before: { approve: 0, decline: 0, refer: 0 }, after: { approve: 0, decline: 0, refer: 0 } };
  for (const row of past) {
    const again = await weigh(version.definition, row.facts);
    count.before[row.outcome]++;
    count.after[again.outcome]++;
    if (again.outcome === row.outcome) continue;
    const key = `${row.outcome}>${again.outcome}`;
    moved.set(key, (moved.get(key) ?? 0) + 1);
    if (examples.length < 20) examples.push({ applicationId: row.application_id, before: row.outcome, after: again.outcome, scoreBefore: row.score, scoreAfter: again.scored.score });
  }
  return {
    productVersionId, compared: past.length, before: count.before, after: count.after, examples,
    moved: [...moved].map(([key, n]) => ({ from: key.split(">")[0] ?? "", to: key.split(">")[1] ?? "", count: n })).sort((a, b) => b.count - a.count),
  };
}

type Outcome = "approve" | "decline" | "refer";
