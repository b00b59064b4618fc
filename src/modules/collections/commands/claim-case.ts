import * as audit from "#kernel/audit.ts";
import { plusMs } from "#kernel/clock.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { problem } from "../problems.ts";
import { lockCase, type CaseRow } from "../store.ts";

const CLAIM_MS = 30 * 60_000;

/**
 * Takes the case that matters most and that nobody else has in hand: broken promises first, then overdue amount × days past due,
 * then the one not spoken to for longest. The agent's earlier claims end; a case just put back is not served again to the same agent
 * in this call. Two agents never get the same case: a row that another transaction is taking is passed over.
 * @returns the case's id, or null when the queue is empty
 */
export async function claimNextCase(ctx: Context): Promise<{ caseId: string | null }> {
  return ctx.transaction(async (tx) => {
    const held = await tx.rows<{ id: string }>("collections.case.release_mine",
      "UPDATE collections.collection_case SET claimed_by = NULL, claimed_until = NULL, changed_at = $2 WHERE claimed_by = $1 RETURNING id", [ctx.actor.id, tx.now]);
    const next = await tx.maybe<{ id: string }>("collections.case.next",
      `SELECT id FROM collections.collection_case
       WHERE state = 'open' AND next_contact_date <= $1 AND (claimed_until IS NULL OR claimed_until < $2) AND NOT id = ANY($3::text[])
       ORDER BY broken_promise DESC, overdue_minor::numeric * (dpd + ($1::date - dpd_date)) DESC, last_contact_at ASC NULLS FIRST, id
       LIMIT 1 FOR UPDATE SKIP LOCKED`, [tx.businessDate, tx.now, held.map((h) => h.id)]);
    if (next === undefined) return { caseId: null };
    await tx.run("collections.case.claim", "UPDATE collections.collection_case SET claimed_by = $2, claimed_until = $3, version = version + 1, changed_at = $4 WHERE id = $1",
      [next.id, ctx.actor.id, plusMs(tx.now, CLAIM_MS), tx.now]);
    await audit.record(tx, ctx, { action: "collections.case.claimed", subject: next.id, after: { by: ctx.actor.id } });
    return { caseId: next.id };
  });
}

/** Gives a case back to the queue. May raise collections.case_not_found, collections.case_claimed by somebody else. */
export async function releaseCase(ctx: Context, caseId: string): Promise<{ caseId: string }> {
  return ctx.transaction(async (tx) => {
    await lockForWork(tx, ctx, caseId);
    await tx.run("collections.case.release", "UPDATE collections.collection_case SET claimed_by = NULL, claimed_until = NULL, version = version + 1, changed_at = $2 WHERE id = $1", [caseId, tx.now]);
    await audit.record(tx, ctx, { action: "collections.case.released", subject: caseId });
    return { caseId };
  });
}

/** The open case, locked for the one who works on it. May raise collections.case_not_found, case_closed, case_claimed. */
export async function lockForWork(tx: Tx, ctx: Context, caseId: string): Promise<CaseRow> {
  const row = await lockCase(tx, caseId);
  if (row === undefined) throw problem("collections.case_not_found");
  if (row.state !== "open") throw problem("collections.case_closed");
  if (row.claimed_by !== null && row.claimed_by !== ctx.actor.id && row.claimed_until !== null && row.claimed_until >= tx.now) throw problem("collections.case_claimed");
  return row;
}
