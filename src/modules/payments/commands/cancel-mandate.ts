import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { problem } from "../problems.ts";

/**
 * Ends a permission to debit. Debits that no file to the bank holds yet are not made; what is with the bank already goes on.
 * @param ownerPartyId  of a borrower, who may end only their own; undefined for staff
 * May raise mandate.not_found, mandate.ended.
 */
export async function cancelMandate(ctx: Context, input: { readonly mandateId: string; readonly reason: string; readonly ownerPartyId?: string }): Promise<{ mandateId: string; stopped: number }> {
  requirePermission(ctx.actor, "payment.mandate.cancel");
  return ctx.transaction(async (tx) => {
    const found = await tx.maybe<{ state: string; subject: string; mine: boolean }>("payments.mandate.lock", `
      SELECT m.state, m.subject, EXISTS (SELECT FROM payments.reference f WHERE f.subject = m.subject AND $2 = ANY(f.party_ids)) AS mine FROM payments.mandate m WHERE m.id = $1 FOR UPDATE`, [input.mandateId, input.ownerPartyId ?? ""]);
    // Another's mandate is answered like one that does not exist.
    if (found === undefined || (input.ownerPartyId !== undefined && !found.mine)) throw problem("mandate.not_found");
    if (found.state === "ended") throw problem("mandate.ended");
    await tx.run("payments.mandate.end", "UPDATE payments.mandate SET state = 'ended', ended_date = $2, ended_by = $3, end_reason = $4 WHERE id = $1", [input.mandateId, tx.businessDate, ctx.actor.id, input.reason]);
    // No word of a failed debit: none was made, so nothing is charged for it.
    const stopped = await tx.run("payments.collection.stop", "UPDATE payments.collection SET state = 'rejected', reason = 'mandate_ended', changed_at = $2 WHERE mandate_id = $1 AND state = 'created'", [input.mandateId, tx.now]);
    await audit.record(tx, ctx, { action: "payment.mandate.cancelled", subject: input.mandateId, reason: input.reason, before: { state: "active" }, after: { state: "ended", loanAccountId: found.subject, stopped } });
    return { mandateId: input.mandateId, stopped };
  });
}
