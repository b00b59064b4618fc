import * as audit from "#kernel/audit.ts";
import { propose, type ApprovalRequest, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { postAll, type JournalEntry } from "#modules/ledger/index.ts";
import { problem } from "../problems.ts";
import { finishRun, lastPosted, openRun, reckonShard, type PolicyInForce } from "./reckon-run.ts";

/** On demand a run is reckoned in so many parts, to hold no more than one of them at a time. */
const PARTS = 32;

/**
 * Reckons the loss of every loan that stands in the books, by the policy in force under this code, and keeps a row for each. Nothing is posted.
 * May raise provision_policy.not_found, provision_run.other_day.
 */
export async function runProvision(ctx: Context, input: { readonly policyCode: string; readonly date?: string }): Promise<{ runId: string; loans: number }> {
  requirePermission(ctx.actor, "provision.run.make");
  return ctx.transaction(async (tx) => {
    if (input.date !== undefined && input.date !== tx.businessDate) throw problem("provision_run.other_day", `The books are on ${tx.businessDate}, not on ${input.date}.`);
    const policy = await tx.maybe<PolicyInForce>("risk.policy.of_code", "SELECT id, code, method, book, definition FROM risk.provision_policy WHERE code = $1 AND state = 'in_force'", [input.policyCode]);
    if (policy === undefined) throw problem("provision_policy.not_found");
    const runId = await openRun(tx, ctx, policy);
    for (let part = 0; part < PARTS; part++) await reckonShard(tx, runId, policy, part, PARTS);
    return { runId, loans: await finishRun(tx, ctx, runId, policy.code) };
  });
}

const ACTION = "provision.run.post";
const ALLOWANCE = "loan_loss_allowance";
const EXPENSE = "provision_expense";

interface RunRow { id: string; policy_code: string; book: string; business_date: string; state: string; previous_id: string | null }

/** Proposes to post what a run changes; a second person posts it. May raise provision_run.not_found, provision_run.not_draft. */
export async function proposePosting(ctx: Context, runId: string): Promise<ApprovalRequest> {
  requirePermission(ctx.actor, "provision.run.make");
  return ctx.transaction(async (tx) => {
    const run = await lockRun(tx, runId, "draft");
    const differences = await differencesOf(tx, run);
    const currencies = [...new Set(differences.map((d) => d.currency))];
    const sum = differences.reduce((total, d) => total + (d.difference < 0n ? -d.difference : d.difference), 0n);
    await tx.run("risk.run.propose", "UPDATE risk.provision_run SET state = 'proposed' WHERE id = $1", [runId]);
    return propose(tx, ctx, { action: ACTION, subject: runId, summary: `Provisions of ${run.business_date}, ${run.policy_code}`, payload: { runId }, ...(currencies.length === 1 ? { amountMinor: sum, currency: currencies[0] as string } : {}) });
  });
}

/** The second person's half: the difference from what this policy posted last, per product, branch and currency. May raise provision_run.overtaken. */
export const postingControl: DualControl<{ runId: string }> = {
  action: ACTION,
  permission: "provision.run.post",
  limited: true,
  execute: async (tx, ctx, { runId }) => {
    const run = await lockRun(tx, runId, "proposed");
    if ((await lastPosted(tx, run.policy_code)) !== (run.previous_id ?? undefined)) throw problem("provision_run.overtaken");
    const differences = await differencesOf(tx, run);
    await postAll(tx, ctx, differences.map((d): JournalEntry => entryOf(run, d, tx.businessDate)));
    await tx.run("risk.run.posted", "UPDATE risk.provision_run SET state = 'posted' WHERE id = $1", [runId]);
    await audit.record(tx, ctx, { action: "provision.run.posted", subject: runId, after: { entries: differences.length } });
    return { runId };
  },
  reject: async (tx, ctx, { runId }, reason) => {
    await tx.run("risk.run.discard", "UPDATE risk.provision_run SET state = 'discarded' WHERE id = $1", [runId]);
    await audit.record(tx, ctx, { action: "provision.run.discarded", subject: runId, reason });
  },
};

async function lockRun(tx: Tx, runId: string, state: "draft" | "proposed"): Promise<RunRow> {
  const run = await tx.maybe<RunRow>("risk.run.lock", "SELECT id, policy_code, book, business_date, state, previous_id FROM risk.provision_run WHERE id = $1 FOR UPDATE", [runId]);
  if (run === undefined) throw problem("provision_run.not_found");
  if (run.state !== state) throw problem("provision_run.not_draft", `It is ${run.state}.`);
  return run;
}

interface Difference { product_code: string; branch_id: string | null; currency: string; difference: bigint }

function differencesOf(tx: Tx, run: RunRow): Promise<Difference[]> {
  return tx.rows<Difference>("risk.run.differences",
    `SELECT product_code, branch_id, currency, sum(CASE WHEN run_id = $1 THEN loss_minor ELSE -loss_minor END)::bigint AS difference
     FROM risk.provision_line WHERE run_id = $1 OR run_id = $2 GROUP BY product_code, branch_id, currency
     HAVING sum(CASE WHEN run_id = $1 THEN loss_minor ELSE -loss_minor END) <> 0 ORDER BY product_code, branch_id, currency`, [run.id, run.previous_id]);
}

function entryOf(run: RunRow, d: Difference, businessDate: string): JournalEntry {
  const marks = { productCode: d.product_code, ...(d.branch_id === null ? {} : { branchId: d.branch_id }) };
  const amount = d.difference < 0n ? -d.difference : d.difference;
  const [up, down] = d.difference > 0n ? [EXPENSE, ALLOWANCE] : [ALLOWANCE, EXPENSE];
  return {
    book: run.book, cause: { kind: "provision_run", id: run.id }, businessDate, valueDate: run.business_date, currency: d.currency, memo: `Provisions of ${run.business_date}, ${run.policy_code}, ${d.product_code}`,
    lines: [{ account: up, debit: amount, ...marks }, { account: down, credit: amount, ...marks }],
  };
}
