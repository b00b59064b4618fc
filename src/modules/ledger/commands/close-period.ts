import * as audit from "#kernel/audit.ts";
import { propose, type ApprovalRequest, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { STATUTORY } from "../domain/entry.ts";
import { problem } from "../problems.ts";
import { closeChecks, type CloseCheck } from "../queries/close-checks.ts";
import { PERIOD_LOCK } from "./post.ts";

/**
 * Closes a book through a date: nothing may be posted on or before it any more. A red line of the checklist needs a reason, which is kept with it.
 * May raise period.still_open: end of day has not closed that day, or the book is closed further already; period.checks_open.
 */
export async function closePeriod(tx: Tx, ctx: Context, through: string, book = STATUTORY, reason?: string): Promise<{ book: string; closedThrough: string }> {
  await tx.one("ledger.period.hold", "SELECT pg_advisory_xact_lock($1, hashtext($2)) IS NOT NULL AS held", [PERIOD_LOCK, tx.tenantId]);
  const day = await tx.one<{ closed: boolean }>("ledger.period.day", "SELECT $1::date <= closed_through AS closed FROM kernel.business_day", [through]);
  if (!day.closed) throw problem("period.still_open", `End of day has not closed ${through} yet.`);
  const before = await closedThrough(tx, book);
  if (before !== null && before >= through) throw problem("period.still_open", `The book is already closed through ${through} or later.`);
  const checks = await closeChecks(tx, book, through);
  const red = checks.filter((c) => c.state === "red");
  if (red.length > 0 && reason === undefined) throw problem("period.checks_open", red.map((c) => c.detail).join(" "), { extra: { checks: red.map((c) => c.check) } });
  await moveClose(tx, book, through);
  await keepEvent(tx, ctx, { book, act: "closed", through, before, reason, checks, makerId: ctx.actor.id });
  await audit.record(tx, ctx, { action: "ledger.period.closed", subject: book, reason, after: { closedThrough: through, red: red.map((c) => c.check) } });
  await outbox.add(tx, ctx, { type: "ledger.period_closed", subject: book, payload: { book, closedThrough: through } });
  return { book, closedThrough: through };
}

interface Reopening { readonly book: string; readonly from: string; readonly reason: string }
const REOPEN = "ledger.period.reopen";

/** Proposes to open a book again from a day on; a second person does it. May raise period.not_closed, approval.already_waiting. */
export async function proposeReopening(tx: Tx, ctx: Context, asked: { from: string; book?: string; reason: string }): Promise<ApprovalRequest> {
  const wanted: Reopening = { ...asked, book: asked.book ?? STATUTORY };
  const closed = await stillClosed(tx, wanted);
  return propose(tx, ctx, { action: REOPEN, subject: wanted.book, summary: `Reopen book ${wanted.book} from ${wanted.from} (closed through ${closed}): ${wanted.reason}`, payload: wanted });
}

/** The second person's half: the book takes entries from that day on again. */
export const reopenControl: DualControl<Reopening> = {
  action: REOPEN,
  permission: "ledger.period.reopen",
  limited: false,
  execute: async (tx, ctx, asked, request) => {
    const before = await stillClosed(tx, asked);
    const { through } = await tx.one<{ through: string }>("ledger.period.day_before", "SELECT ($1::date - 1)::date AS through", [asked.from]);
    await moveClose(tx, asked.book, through);
    await keepEvent(tx, ctx, { book: asked.book, act: "reopened", through, before, reason: asked.reason, checks: [], makerId: request.makerId });
    await audit.record(tx, ctx, { action: "ledger.period.reopened", subject: asked.book, reason: asked.reason, before: { closedThrough: before }, after: { closedThrough: through, maker: request.makerId } });
    await outbox.add(tx, ctx, { type: "ledger.period_reopened", subject: asked.book, payload: { book: asked.book, closedThrough: through } });
    return { book: asked.book, closedThrough: through };
  },
};

async function stillClosed(tx: Tx, { book, from }: Reopening): Promise<string> {
  const closed = await closedThrough(tx, book);
  if (closed === null || closed < from) throw problem("period.not_closed", closed === null ? `No period of ${book} was closed.` : `${book} is closed through ${closed}; ${from} is open.`);
  return closed;
}

async function closedThrough(tx: Tx, book: string): Promise<string | null> {
  return (await tx.maybe<{ closed_through: string }>("ledger.period.lock", "SELECT closed_through FROM ledger.period_close WHERE book = $1 FOR UPDATE", [book]))?.closed_through ?? null;
}

async function moveClose(tx: Tx, book: string, through: string): Promise<void> {
  await tx.run("ledger.period.move", `
    INSERT INTO ledger.period_close (book, closed_through, changed_at) VALUES ($1, $2, $3)
    ON CONFLICT (tenant_id, book) DO UPDATE SET closed_through = excluded.closed_through, changed_at = excluded.changed_at`, [book, through, tx.now]);
}

interface PeriodEvent { readonly book: string; readonly act: "closed" | "reopened"; readonly through: string; readonly before: string | null; readonly reason: string | undefined; readonly checks: readonly CloseCheck[]; readonly makerId: string }

async function keepEvent(tx: Tx, ctx: Context, event: PeriodEvent): Promise<void> {
  await tx.run("ledger.period.event", `
    INSERT INTO ledger.period_event (id, book, act, closed_through, closed_before, reason, checks, maker_id, actor_id, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10)`,
    [ctx.ids.next("pev"), event.book, event.act, event.through, event.before, event.reason ?? null, JSON.stringify(event.checks), event.makerId, ctx.actor.id, tx.now]);
}
