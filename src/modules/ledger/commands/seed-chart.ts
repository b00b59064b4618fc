import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { CHART } from "../domain/chart.ts";

/** Gives a lender the chart it begins with; accounts that are there already stay as they are. Safe to repeat. */
export async function seedChart(tx: Tx, ctx: Context, currency: string): Promise<void> {
  const made = await tx.run("ledger.chart.seed",
    `INSERT INTO ledger.ledger_account (code, name, kind, control)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) ON CONFLICT DO NOTHING`,
    [CHART.map((a) => a.code), CHART.map((a) => a.name), CHART.map((a) => a.kind), CHART.map((a) => a.control === true)]);
  if (made > 0) await audit.record(tx, ctx, { action: "ledger.chart.seeded", subject: tx.tenantId, after: { accounts: made, currency } });
}
