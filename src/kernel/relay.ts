import type { PgBoss } from "pg-boss";
import { decode } from "./codec.ts";
import { makeContext, type Services } from "./context.ts";
import type { Tx } from "./db.ts";
import type { JobDefinition, ModuleDefinition, PublishedEvent, Subscriber } from "./module.ts";
import { jobActor } from "./permissions.ts";
import { enqueueDeliveries } from "./webhooks.ts";

interface EventRow { id: string; type: string; subject: string; sequence: bigint; payload: string; business_date: string }

const BATCH = 200;

/** The queue's jobs that carry events to their subscribers, one job per subscriber, so that one's failure delays nobody else. */
export function subscriberJobs(modules: readonly ModuleDefinition[]): JobDefinition<EventRow>[] {
  return modules.flatMap((m) => m.subscribers ?? []).map((subscriber) => ({
    name: subscriber.name,
    handle: (ctx, row) => subscriber.handle(ctx, published(row)),
  }));
}

/**
 * Hands waiting events of one tenant to the queue, in one transaction with the mark that they were handed on.
 * @returns how many events were relayed; fewer than a batch means the outbox is empty for now
 */
export async function relayOutbox(services: Services, boss: PgBoss, modules: readonly ModuleDefinition[], tenantId: string): Promise<number> {
  const interested = byEventType(modules);
  return services.db.transaction(tenantId, async (tx) => {
    const rows = await waiting(tx);
    for (const row of rows) {
      for (const subscriber of interested.get(row.type) ?? []) {
        await boss.send(subscriber.name, { tenantId, payload: JSON.stringify({ ...row, sequence: { $n: row.sequence.toString() } }) }, {
          db: { executeSql: async (text: string, values?: unknown[]) => tx.client.query(text, values) },
          retryLimit: 10, retryBackoff: true, retryDelay: 1, expireInSeconds: 600,
        });
      }
    }
    if (rows.length > 0) await enqueueDeliveries(tx, makeContext(services, { tenantId, actor: jobActor("relay"), requestId: "relay" }), rows);
    await markRelayed(tx, rows);
    return rows.length;
  });
}

/**
 * Delivers waiting events in this process, in order, until there are none: for unattended runs, which want every reaction
 * done before the next step, and for tests. Delivery is at least once here too.
 */
export async function deliverAll(services: Services, modules: readonly ModuleDefinition[], tenantId: string): Promise<number> {
  const interested = byEventType(modules);
  for (let delivered = 0; ; ) {
    const rows = await services.db.transaction(tenantId, (tx) => waiting(tx), "write");
    if (rows.length === 0) return delivered;
    for (const row of rows) {
      for (const subscriber of interested.get(row.type) ?? []) {
        const ctx = makeContext(services, { tenantId, actor: jobActor(subscriber.name), requestId: `event_${row.id}` });
        await subscriber.handle(ctx, published(row));
      }
    }
    await services.db.transaction(tenantId, (tx) => markRelayed(tx, rows));
    delivered += rows.length;
  }
}

function byEventType(modules: readonly ModuleDefinition[]): Map<string, Subscriber[]> {
  const table = new Map<string, Subscriber[]>();
  for (const subscriber of modules.flatMap((m) => m.subscribers ?? [])) {
    for (const type of subscriber.eventTypes) table.set(type, [...(table.get(type) ?? []), subscriber]);
  }
  return table;
}

async function waiting(tx: Tx): Promise<EventRow[]> {
  return tx.rows<EventRow>("kernel.outbox.waiting",
    `SELECT id, type, subject, sequence, payload, business_date FROM kernel.outbox_event
     WHERE relayed_at IS NULL ORDER BY sequence LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`);
}

async function markRelayed(tx: Tx, rows: readonly EventRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run("kernel.outbox.relayed", "UPDATE kernel.outbox_event SET relayed_at = $2 WHERE id = ANY($1)", [rows.map((r) => r.id), tx.now]);
}

function published(row: EventRow): PublishedEvent {
  return { id: row.id, type: row.type, subject: row.subject, sequence: row.sequence, businessDate: row.business_date, payload: decode(row.payload) };
}
