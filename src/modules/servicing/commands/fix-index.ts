import { parseRate } from "#engine/index.ts";
import { propose, type DualControl } from "#kernel/approvals.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { problem } from "../problems.ts";

/** A published value of an index; `rate` is a decimal fraction a year and may be below zero. */
export interface IndexFixing { readonly index: string; readonly fixingDate: string; readonly rate: string; readonly source: string }

/**
 * Proposes a fixing. Once a second person has agreed, end of day makes it a fact of every loan of its index, whose rate moves at the next
 * reset. May raise fixing.already_there, fixing.date_invalid, approval.already_waiting.
 */
export async function fixIndex(ctx: Context, fixing: IndexFixing): Promise<{ readonly approvalRequestId: string; readonly state: "waiting" }> {
  requirePermission(ctx.actor, "rate.fixing.propose");
  return ctx.transaction(async (tx) => {
    await refuseUnusable(tx, fixing);
    const { index, fixingDate, rate, source } = fixing;
    const request = await propose(tx, ctx, { action: fixingControl.action, subject: `${index} ${fixingDate}`, summary: `${index} on ${fixingDate}: ${rate}, ${source}`, payload: fixing });
    return { approvalRequestId: request.id, state: "waiting" };
  });
}

/** The second person's yes: the fixing is kept, and never changes. */
export const fixingControl: DualControl<IndexFixing> = {
  action: "rate.fixing.set", permission: "rate.fixing.approve", limited: false,
  async execute(tx, ctx, fixing, request) {
    await refuseUnusable(tx, fixing);
    const id = ctx.ids.next("fix");
    await tx.run("servicing.fixing.keep",
      `INSERT INTO servicing.index_fixing (id, index_code, fixing_date, rate_ppb, source, maker_id, approver_id, recorded_date, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, fixing.index, fixing.fixingDate, String(ppbOf(fixing.rate)), fixing.source, request.makerId, ctx.actor.id, tx.businessDate, tx.now]);
    await audit.record(tx, ctx, { action: "rate.fixing.set", subject: id, after: { ...fixing } });
    return { id };
  },
};

async function refuseUnusable(tx: Tx, { index, fixingDate }: IndexFixing): Promise<void> {
  if (fixingDate > tx.businessDate) throw problem("fixing.date_invalid", `The books are on ${tx.businessDate}.`);
  const there = await tx.maybe("servicing.fixing.there", "SELECT 1 FROM servicing.index_fixing WHERE index_code = $1 AND fixing_date = $2", [index, fixingDate]);
  if (there !== undefined) throw problem("fixing.already_there", `${index} of ${fixingDate}.`);
}

function ppbOf(rate: string): bigint {
  return rate.startsWith("-") ? -parseRate(rate.slice(1)).ppb : parseRate(rate).ppb;
}
