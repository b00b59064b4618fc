import { encode } from "./codec.ts";
import type { Context } from "./context.ts";
import type { Tx } from "./db.ts";

/** A published fact: past tense, named after the module that owns it. */
export interface OutboxEvent {
  /** For instance servicing.repayment_recorded */
  readonly type: string;
  /** The object it is about; receivers order by its sequence. */
  readonly subject: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Stores events with the change that caused them, all in one statement; the relay hands them on after the commit, at least once. */
export async function add(tx: Tx, ctx: Context, ...events: readonly OutboxEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.run(
    "kernel.outbox.add",
    `INSERT INTO kernel.outbox_event (id, type, subject, payload, business_date, recorded_at)
     SELECT e.id, e.type, e.subject, e.payload, $5::date, $6::timestamptz FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS e (id, type, subject, payload, n) ORDER BY e.n`,
    [events.map(() => ctx.ids.next("ev")), events.map((e) => e.type), events.map((e) => e.subject), events.map((e) => encode(e.payload)), tx.businessDate, tx.now],
  );
}
