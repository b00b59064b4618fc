import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import type { ClosingDay, EndOfDayStep } from "#kernel/module.ts";
import { finishRun, openRun, reckonShard, type PolicyInForce } from "./commands/reckon-run.ts";

/**
 * On the last day of a month a run of each policy in force is drafted for two people to look at and post: opened, reckoned shard by shard by
 * all workers, and counted. About 25 s per 1 M loans and policy on two cores; nothing on other days.
 */
export const monthEndSteps: readonly EndOfDayStep[] = [
  { name: "risk.open_runs", order: 610, per: "tenant", on: "month_end", run: openRuns },
  { name: "risk.reckon_runs", order: 611, per: "shard", on: "month_end", run: reckonRuns },
  { name: "risk.finish_runs", order: 612, per: "tenant", on: "month_end", run: finishRuns },
];

async function openRuns(tx: Tx, ctx: Context): Promise<{ touched: number; failed: number }> {
  const policies = await tx.rows<PolicyInForce>("risk.policies.in_force", "SELECT id, code, method, book, definition FROM risk.provision_policy WHERE state = 'in_force' ORDER BY code");
  for (const policy of policies) {
    const runId = await openRun(tx, ctx, policy);
    await tx.run("risk.run.by_day", "INSERT INTO risk.month_end_run (business_date, run_id, policy_id) VALUES ($1, $2, $3)", [tx.businessDate, runId, policy.id]);
  }
  return { touched: policies.length, failed: 0 };
}

interface OpenRun extends PolicyInForce { readonly run_id: string }

function runsOf(tx: Tx): Promise<OpenRun[]> {
  return tx.rows<OpenRun>("risk.runs.of_day", "SELECT m.run_id, p.id, p.code, p.method, p.book, p.definition FROM risk.month_end_run m JOIN risk.provision_policy p ON p.id = m.policy_id WHERE m.business_date = $1 ORDER BY m.run_id", [tx.businessDate]);
}

async function reckonRuns(tx: Tx, _ctx: Context, { shard, shards }: ClosingDay): Promise<{ touched: number; failed: number }> {
  let touched = 0;
  for (const run of await runsOf(tx)) touched += await reckonShard(tx, run.run_id, run, shard, shards);
  return { touched, failed: 0 };
}

async function finishRuns(tx: Tx, ctx: Context): Promise<{ touched: number; failed: number }> {
  const runs = await runsOf(tx);
  for (const run of runs) await finishRun(tx, ctx, run.run_id, run.code);
  return { touched: runs.length, failed: 0 };
}
