import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import type { OutboxEvent } from "#kernel/outbox.ts";
import type { LoanChange } from "../change.ts";
import { bucketLeft } from "../events.ts";
import { factOf } from "../store.ts";

/** A loan taken to loss leaves its bucket too, and is no better for it. */
function isCure({ loan, next }: LoanChange): boolean {
  return loan.bucket !== null && next.bucket === null && (next.status === "active" || next.status === "overpaid" || next.status === "closed");
}

/** A loan that a change brought up to date says so at once, so that nobody calls its borrower today. */
export function cureEvents(change: LoanChange): OutboxEvent[] {
  return isCure(change) ? [bucketLeft({ ...factOf(change.loan), from: change.loan.bucket ?? "" })] : [];
}

/** Keeps the way out of the bucket in the loan's history; nothing is sent when no loan was cured. */
export async function noteCures(tx: Tx, ctx: Context, changes: readonly LoanChange[]): Promise<void> {
  const cured = changes.filter(isCure);
  if (cured.length === 0) return;
  await tx.run("servicing.bucket.cured",
    "INSERT INTO servicing.bucket_entry (id, loan_account_id, business_date, bucket, class, dpd, overdue_minor) SELECT e.id, e.loan, $1, NULL, NULL, 0, 0 FROM unnest($2::text[], $3::text[]) AS e (id, loan)",
    [tx.businessDate, cured.map(() => ctx.ids.next("bk")), cured.map(({ loan }) => loan.id)]);
}
