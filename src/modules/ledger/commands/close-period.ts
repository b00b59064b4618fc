import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { STATUTORY } from "../domain/entry.ts";
import { problem } from "../problems.ts";

/**
 * Closes a book through a date: nothing may be posted on or before it any more.
 * May raise period.still_open: end of day has not closed that day, or the book is closed further already.
 */
export async function closePeriod(tx: Tx, ctx: Context, through: string, book = STATUTORY): Promise<{ book: string; closedThrough: string }> {
  const day = await tx.one<{ closed: boolean }>("ledger.period.day", "SELECT $1::date <= closed_through AS closed FROM kernel.business_day", [through]);
  if (!day.closed) throw problem("period.still_open", `End of day has not closed ${through} yet.`);
  const moved = await tx.run("ledger.period.close", `
    INSERT INTO ledger.period_close AS c (book, closed_through, changed_at) VALUES ($1, $2, $3)
    ON CONFLICT (tenant_id, book) DO UPDATE SET closed_through = excluded.closed_through, changed_at = excluded.changed_at WHERE c.closed_through < excluded.closed_through`,
    [book, through, tx.now]);
  if (moved === 0) throw problem("period.still_open", `The book is already closed through ${through} or later.`);
  await audit.record(tx, ctx, { action: "ledger.period.closed", subject: book, after: { closedThrough: through } });
  await outbox.add(tx, ctx, { type: "ledger.period_closed", subject: book, payload: { book, closedThrough: through } });
  return { book, closedThrough: through };
}
