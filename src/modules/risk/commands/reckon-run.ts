import { addDays, addMonths, isoDate, type IsoDate } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { shardsOf } from "#modules/servicing/index.ts";
import type { ProvisionPolicy } from "../domain/policy.ts";
import { lossesOf, type Exposure } from "../domain/reckon.ts";

/** A policy as a run takes it. */
export interface PolicyInForce { readonly id: string; readonly code: string; readonly method: string; readonly book: string; readonly definition: ProvisionPolicy }

interface Standing {
  loan_account_id: string; number: string; borrower_name: string; product_code: string; branch_id: string | null; currency: string; principal_minor: bigint; interest_minor: bigint;
  oldest_due_date: string | null; borrower_oldest_due_date: string | null; class: string | null; disbursement_date: string; rate_ppb: bigint; installments: number; every: number; unit: string;
}

/**
 * Opens a run of a policy for the business date of the transaction: without lines yet. Where the worst loan of a borrower classifies
 * all, it notes who has one.
 */
export async function openRun(tx: Tx, ctx: Context, policy: PolicyInForce): Promise<string> {
  const runId = ctx.ids.next("pvr");
  await tx.run("risk.run.insert",
    "INSERT INTO risk.provision_run (id, policy_id, policy_code, method, book, business_date, state, previous_id, loans, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, 'reckoning', $7, 0, $8, $9)",
    [runId, policy.id, policy.code, policy.method, policy.book, tx.businessDate, (await lastPosted(tx, policy.code)) ?? null, ctx.actor.id, tx.now]);
  if (policy.definition.method === "irac" && policy.definition.contagion) {
    await tx.run("risk.run.contagion",
      `INSERT INTO risk.run_contagion (run_id, borrower_party_id, oldest_due_date)
       SELECT $1, borrower_party_id, min(oldest_due_date) FROM servicing.report_risk WHERE borrower_party_id IS NOT NULL GROUP BY borrower_party_id HAVING count(*) > 1 AND min(oldest_due_date) IS NOT NULL`, [runId]);
  }
  return runId;
}

/** Keeps a line with its loss for each loan of a shard. @returns how many */
export async function reckonShard(tx: Tx, runId: string, policy: Pick<PolicyInForce, "definition">, shard: number, shards: number): Promise<number> {
  const loans = await tx.rows<Standing>("risk.run.loans",
    `SELECT l.*, c.oldest_due_date AS borrower_oldest_due_date FROM servicing.report_risk l LEFT JOIN risk.run_contagion c ON c.run_id = $1 AND c.borrower_party_id = l.borrower_party_id
     WHERE l.shard BETWEEN $2 AND $3`, [runId, ...shardsOf(shard, shards)]);
  if (loans.length === 0) return 0;
  const exposures = loans.map(exposureOf);
  const losses = lossesOf(policy.definition, exposures, isoDate(tx.businessDate));
  await tx.run("risk.run.lines",
    `INSERT INTO risk.provision_line (run_id, loan_account_id, number, borrower_name, product_code, branch_id, currency, stage, dpd, exposure_minor, rate_ppb, pd_ppb, lgd_ppb, loss_minor, reason)
     SELECT $1, l.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::text[]) AS l`,
    [runId, ...(["loan_account_id", "number", "borrower_name", "product_code", "branch_id", "currency"] as const).map((key) => loans.map((loan) => loan[key])),
      ...(["stage", "dpd"] as const).map((key) => losses.map((loss) => loss[key])), exposures.map((e) => e.exposure), ...(["ratePpb", "pdPpb", "lgdPpb", "loss", "reason"] as const).map((key) => losses.map((loss) => loss[key]))]);
  return loans.length;
}

/** Counts a run's lines and makes a draft of it, which can be proposed. @returns how many loans it holds */
export async function finishRun(tx: Tx, ctx: Context, runId: string, policyCode: string): Promise<number> {
  const { loans } = await tx.one<{ loans: number }>("risk.run.count", "UPDATE risk.provision_run SET state = 'draft', loans = (SELECT count(*) FROM risk.provision_line WHERE run_id = $1) WHERE id = $1 RETURNING loans", [runId]);
  await audit.record(tx, ctx, { action: "provision.run.made", subject: runId, after: { policy: policyCode, loans, date: tx.businessDate } });
  return loans;
}

/** The run of a policy that was posted last. */
export async function lastPosted(tx: Tx, code: string): Promise<string | undefined> {
  return (await tx.maybe<{ id: string }>("risk.run.last", "SELECT id FROM risk.provision_run WHERE policy_code = $1 AND state = 'posted' ORDER BY business_date DESC, id DESC LIMIT 1", [code]))?.id;
}

function exposureOf(loan: Standing): Exposure {
  const start = isoDate(loan.disbursement_date);
  const periods = loan.installments * loan.every;
  const maturity: IsoDate = loan.unit === "months" ? addMonths(start, periods) : loan.unit === "years" ? addMonths(start, periods * 12) : addDays(start, periods * (loan.unit === "weeks" ? 7 : 1));
  return {
    loanAccountId: loan.loan_account_id, productCode: loan.product_code, exposure: Number(loan.principal_minor + loan.interest_minor), oldestDueDate: loan.oldest_due_date, borrowerOldestDueDate: loan.borrower_oldest_due_date,
    class: loan.class, startDate: start, maturityDate: maturity, ratePpb: Number(loan.rate_ppb),
  };
}
