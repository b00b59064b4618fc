import type { Tx } from "#kernel/db.ts";
import type { Channel, Outcome } from "./domain/contact-rules.ts";

/** A case as its row: amounts in minor units, days past due as of `dpd_date`. */
export interface CaseRow {
  readonly id: string; readonly loan_account_id: string; readonly loan_number: string | null; readonly party_id: string | null; readonly borrower_name: string | null;
  readonly product_code: string | null; readonly state: "watching" | "open" | "closed"; readonly stage: "collections" | "recovery";
  readonly bucket: string | null; readonly dpd: number; readonly dpd_date: string; readonly overdue_minor: bigint; readonly currency: string;
  readonly broken_promise: boolean; readonly next_contact_date: string; readonly last_contact_at: string | null; readonly last_outcome: string | null;
  readonly claimed_by: string | null; readonly claimed_until: string | null; readonly opened_at: string; readonly closed_at: string | null;
  readonly close_reason: string | null; readonly version: bigint;
}

export interface PromiseRow {
  readonly id: string; readonly case_id: string; readonly loan_account_id: string; readonly amount_minor: bigint; readonly currency: string; readonly due_date: string;
  readonly state: "open" | "kept" | "broken" | "withdrawn"; readonly made_on: string; readonly made_at: string; readonly made_by: string; readonly settled_on: string | null;
}

export interface ContactRow {
  readonly id: string; readonly channel: Channel; readonly outcome: Outcome; readonly note: string | null; readonly contacted_at: string;
  readonly actor_id: string; readonly overridden_rule: string | null; readonly override_reason: string | null;
}

export async function lockCase(tx: Tx, id: string): Promise<CaseRow | undefined> {
  return tx.maybe<CaseRow>("collections.case.lock", "SELECT * FROM collections.collection_case WHERE id = $1 FOR UPDATE", [id]);
}

/** The case of a loan that is not closed, locked. */
export async function lockLiveCase(tx: Tx, loanAccountId: string): Promise<CaseRow | undefined> {
  return tx.maybe<CaseRow>("collections.case.lock_live", "SELECT * FROM collections.collection_case WHERE loan_account_id = $1 AND state <> 'closed' FOR UPDATE", [loanAccountId]);
}

/** Marks an event of a loan as the newest heard. False: it or a newer one was heard before. */
export async function hearLoan(tx: Tx, loanAccountId: string, sequence: bigint): Promise<boolean> {
  const touched = await tx.run("collections.loan.hear",
    `INSERT INTO collections.loan_heard (loan_account_id, sequence) VALUES ($1, $2)
     ON CONFLICT (tenant_id, loan_account_id) DO UPDATE SET sequence = excluded.sequence WHERE collections.loan_heard.sequence < excluded.sequence`,
    [loanAccountId, sequence]);
  return touched === 1;
}

/** Contacts about a loan that may still count for a rule, newest first. */
export async function recentContacts(tx: Tx, loanAccountId: string): Promise<{ channel: Channel; outcome: Outcome; ageDays: number }[]> {
  const rows = await tx.rows<{ channel: Channel; outcome: Outcome; age_days: string }>("collections.contact.recent",
    `SELECT channel, outcome, (extract(epoch FROM $2::timestamptz - contacted_at) / 86400)::text AS age_days FROM collections.contact
     WHERE loan_account_id = $1 AND contacted_at > $2::timestamptz - interval '8 days' ORDER BY contacted_at DESC`, [loanAccountId, tx.now]);
  return rows.map((r) => ({ channel: r.channel, outcome: r.outcome, ageDays: Number(r.age_days) }));
}
