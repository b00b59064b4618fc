import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { before, stateOfStatus } from "../domain/payout.ts";
import { payoutRejected } from "../events.ts";
import { failCollections } from "./collect.ts";
import type { StatusReport } from "../ports.ts";

/**
 * Takes in what the bank says became of payouts (pain.002). A report that comes twice, late or out of order moves nothing back.
 * @returns how many payouts changed
 */
export async function applyStatusReport(tx: Tx, ctx: Context, report: StatusReport): Promise<number> {
  if (report.originalMessageId === undefined) return 0;
  const batch = await tx.maybe<{ id: string }>("payments.batch.by_message", "SELECT id FROM payments.payout_batch WHERE message_id = $1", [report.originalMessageId]);
  if (batch === undefined) return 0;
  const listed = report.items.length > 0 ? report.items : await wholeGroup(tx, batch.id, report);
  let changed = 0;
  for (const to of ["accepted", "rejected"] as const) {
    const items = listed.filter((item) => stateOfStatus(item.status) === to);
    if (items.length === 0) continue;
    const rows = await tx.rows<{ id: string; reference: string; subject: string; amount_minor: bigint; currency: string; reason: string | null }>("payments.payout.report", `
      UPDATE payments.payout p SET state = $1, reason = x.reason, changed_at = $2
      FROM unnest($3::text[], $4::text[]) AS x (id, reason) WHERE p.id = x.id AND p.batch_id = $5 AND p.state = ANY($6)
      RETURNING p.id, p.reference, p.subject, p.amount_minor, p.currency, p.reason`,
      [to, tx.now, items.map((i) => i.endToEndId), items.map((i) => (to === "rejected" ? (i.reason ?? null) : null)), batch.id, before(to)]);
    changed += rows.length;
    if (to === "rejected") await outbox.add(tx, ctx, ...rows.map((r) => payoutRejected({ payoutId: r.id, reference: r.reference, subject: r.subject, amountMinor: r.amount_minor, currency: r.currency, reason: r.reason ?? undefined, date: tx.businessDate })));
  }
  const debits = (to: string) => listed.filter((item) => item.endToEndId.startsWith("dd_") && stateOfStatus(item.status) === to);
  changed += await tx.run("payments.collection.accepted", "UPDATE payments.collection SET state = 'accepted', changed_at = $2 WHERE id = ANY($1) AND state IN ('sending', 'in_doubt', 'sent')", [debits("accepted").map((i) => i.endToEndId), tx.now]);
  changed += await failCollections(tx, ctx, debits("rejected").map((i) => ({ id: i.endToEndId, reason: i.reason ?? "refused" })), "rejected");
  // A report about a file in doubt is the answer to the doubt.
  await tx.run("payments.batch.reported", "UPDATE payments.payout_batch SET state = 'sent', changed_at = $2 WHERE id = $1 AND state IN ('sending', 'in_doubt')", [batch.id, tx.now]);
  if (changed > 0) await audit.record(tx, ctx, { action: "payment.status.read", subject: batch.id, after: { changed } });
  return changed;
}

async function wholeGroup(tx: Tx, batchId: string, report: StatusReport): Promise<StatusReport["items"]> {
  const rows = await tx.rows<{ id: string }>("payments.payout.ids_of_batch", "SELECT id FROM payments.payout WHERE batch_id = $1 UNION ALL SELECT id FROM payments.collection WHERE batch_id = $1", [batchId]);
  return rows.map((row) => ({ endToEndId: row.id, status: report.groupStatus ?? "", reason: report.groupReason }));
}
