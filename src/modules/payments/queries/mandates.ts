import type { Tx } from "#kernel/db.ts";
import { readList, type ListDefinition } from "#kernel/list.ts";
import { problem } from "../problems.ts";

const NUMBER_OF_MANDATE = "(SELECT min(f.reference) FROM payments.reference f WHERE f.tenant_id = m.tenant_id AND f.subject = m.subject AND f.reference LIKE 'LN%')";
const MANDATE_OWNED = "EXISTS (SELECT FROM payments.reference f WHERE f.tenant_id = m.tenant_id AND f.subject = m.subject AND $1 = ANY(f.party_ids))";
const NUMBER_OF_COLLECTION = "(SELECT min(f.reference) FROM payments.reference f WHERE f.tenant_id = c.tenant_id AND f.subject = c.subject AND f.reference LIKE 'LN%')";
const COLLECTION_OWNED = "EXISTS (SELECT FROM payments.reference f WHERE f.tenant_id = c.tenant_id AND f.subject = c.subject AND $1 = ANY(f.party_ids))";

/** Permissions to debit, each with what became of its last debit. */
export const mandateList: ListDefinition = {
  name: "payments.mandates",
  from: "payments.mandate m LEFT JOIN LATERAL (SELECT c.state, c.reason, c.collect_date FROM payments.collection c WHERE c.tenant_id = m.tenant_id AND c.subject = m.subject AND c.mandate_id = m.id ORDER BY c.collect_date DESC LIMIT 1) l ON true",
  columns: {
    id: { sql: "m.id", kind: "text", label: "Mandate", filter: true },
    loanAccountId: { sql: "m.subject", kind: "text", label: "Loan account", filter: true },
    loanNumber: { sql: NUMBER_OF_MANDATE, kind: "text", label: "Loan" },
    payerName: { sql: "m.payer_name", kind: "text", label: "Payer", filter: true, sort: true },
    payerAccount: { sql: "m.payer_masked", kind: "text", label: "Account" },
    cap: { sql: "m.cap_minor", currencySql: "m.currency", kind: "money", label: "At most", filter: true, sort: true },
    signedDate: { sql: "m.signed_date", kind: "date", label: "Signed", filter: true, sort: true },
    state: { sql: "m.state", kind: "text", label: "State", filter: true, sort: true },
    endedDate: { sql: "m.ended_date", kind: "date", label: "Ended", filter: true, sort: true },
    endedBy: { sql: "m.ended_by", kind: "text", label: "Ended by" },
    endReason: { sql: "m.end_reason", kind: "text", label: "Why it ended" },
    createdAt: { sql: "m.created_at", kind: "instant", label: "Given at", sort: true },
    lastState: { sql: "l.state", kind: "text", label: "Last debit", filter: true },
    lastReason: { sql: "l.reason", kind: "text", label: "Reason", filter: true },
    lastDate: { sql: "l.collect_date", kind: "date", label: "Last debited", filter: true },
  },
  search: ["m.payer_name", "m.subject"], key: "m.id", defaultSort: "-createdAt", scope: { own: MANDATE_OWNED },
};

/** Debits under mandates; `state` in rejected, returned shows those that failed. */
export const collectionList: ListDefinition = {
  name: "payments.collections",
  from: "payments.collection c JOIN payments.mandate m ON m.tenant_id = c.tenant_id AND m.id = c.mandate_id",
  columns: {
    id: { sql: "c.id", kind: "text", label: "Debit", filter: true },
    mandateId: { sql: "c.mandate_id", kind: "text", label: "Mandate", filter: true },
    loanAccountId: { sql: "c.subject", kind: "text", label: "Loan account", filter: true },
    loanNumber: { sql: NUMBER_OF_COLLECTION, kind: "text", label: "Loan" },
    payerName: { sql: "m.payer_name", kind: "text", label: "Payer", filter: true, sort: true },
    dueDate: { sql: "c.due_date", kind: "date", label: "Due", filter: true, sort: true },
    collectDate: { sql: "c.collect_date", kind: "date", label: "Debited on", filter: true, sort: true },
    attempt: { sql: "c.attempt", kind: "integer", label: "Time", filter: true },
    amount: { sql: "c.amount_minor", currencySql: "c.currency", kind: "money", label: "Amount", filter: true, sort: true },
    state: { sql: "c.state", kind: "text", label: "State", filter: true, sort: true },
    reason: { sql: "c.reason", kind: "text", label: "Reason", filter: true },
    changedAt: { sql: "c.changed_at", kind: "instant", label: "Changed at", sort: true },
  },
  search: ["m.payer_name", "c.subject", "c.id"], key: "c.id", defaultSort: "-collectDate", scope: { own: COLLECTION_OWNED },
};

/** One mandate with its debits, newest first. May raise mandate.not_found, also for another's. */
export async function getMandate(tx: Tx, id: string, ownerPartyId: string | undefined): Promise<Record<string, unknown>> {
  const mine = ownerPartyId === undefined ? [] : [{ sql: MANDATE_OWNED, values: [ownerPartyId] }];
  const { items: [mandate] } = await readList(tx, mandateList, { filter: `id:eq:${id}` }, mine);
  if (mandate === undefined) throw problem("mandate.not_found");
  const { items } = await readList(tx, collectionList, { filter: `mandateId:eq:${id}`, limit: 200 });
  return { ...mandate, collections: items };
}
