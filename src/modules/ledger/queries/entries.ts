import type { Tx } from "#kernel/db.ts";
import type { EntryLine } from "../domain/entry.ts";
import { problem } from "../problems.ts";

export interface PostedEntry {
  readonly id: string;
  readonly book: string;
  readonly businessDate: string;
  readonly valueDate: string;
  readonly currency: string;
  readonly causeKind: string;
  readonly causeId: string;
  readonly memo: string;
  readonly reversesId: string | null;
  readonly actorId: string;
  readonly recordedAt: string;
  readonly amountMinor: bigint;
  readonly lines: readonly EntryLine[];
}

interface LineRow { account: string; debit_minor: bigint; credit_minor: bigint; loan_account_id: string | null; product_code: string | null; branch_id: string | null }

/** One posted entry with its lines. May raise ledger.entry_not_found. */
export async function getEntry(tx: Tx, id: string): Promise<PostedEntry> {
  const head = await tx.maybe<Omit<PostedEntry, "lines">>("ledger.entry.read", `
    SELECT id, book, business_date AS "businessDate", value_date AS "valueDate", currency, cause_kind AS "causeKind", cause_id AS "causeId", memo,
           reverses_id AS "reversesId", actor_id AS "actorId", recorded_at AS "recordedAt", amount_minor AS "amountMinor"
    FROM ledger.journal_entry WHERE id = $1`, [id]);
  if (head === undefined) throw problem("ledger.entry_not_found");
  const lines = await tx.rows<LineRow>("ledger.entry.lines", `
    SELECT account, debit_minor, credit_minor, loan_account_id, product_code, branch_id
    FROM ledger.posting WHERE business_date = $2 AND entry_id = $1 ORDER BY line`, [id, head.businessDate]);
  return { ...head, lines: lines.map(line) };
}

function line(row: LineRow): EntryLine {
  return {
    account: row.account,
    ...(row.debit_minor > 0n ? { debit: row.debit_minor } : { credit: row.credit_minor }),
    loanAccountId: row.loan_account_id ?? undefined, productCode: row.product_code ?? undefined, branchId: row.branch_id ?? undefined,
  };
}
