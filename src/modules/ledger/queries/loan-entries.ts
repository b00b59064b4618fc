import type { Tx } from "#kernel/db.ts";
import type { EntryLine } from "../domain/entry.ts";
import type { PostedEntry } from "./entries.ts";

interface Row {
  id: string; book: string; business_date: string; value_date: string; currency: string; cause_kind: string; cause_id: string; memo: string; reverses_id: string | null; actor_id: string; recorded_at: string; amount_minor: bigint;
  account: string; debit_minor: bigint; credit_minor: bigint; product_code: string | null; branch_id: string | null;
}

/** The entries that touch one loan, with its own lines only, newest first; of all books. */
export async function entriesOfLoan(tx: Tx, loanAccountId: string, limit = 1500): Promise<PostedEntry[]> {
  const rows = await tx.rows<Row>("ledger.entry.of_loan", `
    SELECT e.id, e.book, e.business_date, e.value_date, e.currency, e.cause_kind, e.cause_id, e.memo, e.reverses_id, e.actor_id, e.recorded_at, e.amount_minor,
           p.account, p.debit_minor, p.credit_minor, p.product_code, p.branch_id
    FROM ledger.posting p JOIN ledger.journal_entry e ON e.tenant_id = p.tenant_id AND e.business_date = p.business_date AND e.id = p.entry_id
    WHERE p.loan_account_id = $1 ORDER BY e.business_date DESC, e.id DESC, p.line LIMIT $2`, [loanAccountId, limit * 12]);
  const entries = new Map<string, PostedEntry & { lines: EntryLine[] }>();
  for (const row of rows) {
    const entry = entries.get(row.id) ?? {
      id: row.id, book: row.book, businessDate: row.business_date, valueDate: row.value_date, currency: row.currency, causeKind: row.cause_kind, causeId: row.cause_id, memo: row.memo,
      reversesId: row.reverses_id, actorId: row.actor_id, recordedAt: row.recorded_at, amountMinor: row.amount_minor, lines: [],
    };
    entry.lines.push({ account: row.account, ...(row.debit_minor > 0n ? { debit: row.debit_minor } : { credit: row.credit_minor }), loanAccountId, productCode: row.product_code ?? undefined, branchId: row.branch_id ?? undefined });
    entries.set(row.id, entry);
  }
  return [...entries.values()].slice(0, limit);
}
