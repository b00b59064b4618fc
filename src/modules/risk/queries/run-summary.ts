import type { Tx } from "#kernel/db.ts";
import { movementsOf, type Movement, type Pair } from "../domain/movement.ts";
import { problem } from "../problems.ts";

export interface StageSum { readonly currency: string; readonly stage: string; readonly loans: number; readonly exposureMinor: bigint; readonly lossMinor: bigint }
export interface RunSummary {
  readonly id: string; readonly policyCode: string; readonly method: string; readonly book: string; readonly businessDate: string; readonly state: string; readonly previousId: string | null; readonly loans: number;
  readonly madeBy: string; readonly madeAt: string; readonly stages: readonly StageSum[]; readonly movements: readonly Movement[];
}

/** A run by stage, and how it came from the one posted before it. May raise provision_run.not_found. */
export async function runSummary(tx: Tx, runId: string): Promise<RunSummary> {
  const run = await tx.maybe<{ id: string; policy_code: string; method: string; book: string; business_date: string; state: string; previous_id: string | null; loans: number; made_by: string; made_at: string }>("risk.run.read",
    "SELECT id, policy_code, method, book, business_date, state, previous_id, loans, made_by, made_at FROM risk.provision_run WHERE id = $1", [runId]);
  if (run === undefined) throw problem("provision_run.not_found");
  const stages = await tx.rows<{ currency: string; stage: string; loans: bigint; exposure: bigint; loss: bigint }>("risk.run.stages",
    "SELECT currency, stage, count(*) AS loans, sum(exposure_minor)::bigint AS exposure, sum(loss_minor)::bigint AS loss FROM risk.provision_line WHERE run_id = $1 GROUP BY currency, stage ORDER BY currency, stage", [runId]);
  const pairs = await tx.rows<{ currency: string; stage_before: string | null; loss_before: bigint | null; stage_after: string | null; loss_after: bigint | null }>("risk.run.pairs",
    `SELECT coalesce(n.currency, o.currency) AS currency, o.stage AS stage_before, sum(o.loss_minor)::bigint AS loss_before, n.stage AS stage_after, sum(n.loss_minor)::bigint AS loss_after
     FROM (SELECT * FROM risk.provision_line WHERE run_id = $1) n FULL JOIN (SELECT * FROM risk.provision_line WHERE run_id = $2) o ON o.loan_account_id = n.loan_account_id
     GROUP BY 1, o.stage, n.stage`, [runId, run.previous_id]);
  const side = (stage: string | null, loss: bigint | null) => (stage === null ? null : { stage, loss: Number(loss) });
  return {
    id: run.id, policyCode: run.policy_code, method: run.method, book: run.book, businessDate: run.business_date, state: run.state, previousId: run.previous_id, loans: run.loans, madeBy: run.made_by, madeAt: run.made_at,
    stages: stages.map((s) => ({ currency: s.currency, stage: s.stage, loans: Number(s.loans), exposureMinor: s.exposure, lossMinor: s.loss })),
    movements: movementsOf(pairs.map((p): Pair => ({ currency: p.currency, before: side(p.stage_before, p.loss_before), after: side(p.stage_after, p.loss_after) }))),
  };
}
