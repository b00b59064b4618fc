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

/** Stores events with the change that caused them; the relay hands them on after the commit, at least once. */
export async function add(tx: Tx, ctx: Context, ...events: readonly OutboxEvent[]): Promise<void> {
  for (const event of events) {
    await tx.run(
      "kernel.outbox.add",
      `INSERT INTO kernel.outbox_event (id, type, subject, payload, business_date, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [ctx.ids.next("ev"), event.type, event.subject, encode(event.payload), tx.businessDate, tx.now],
    );
  }
}
