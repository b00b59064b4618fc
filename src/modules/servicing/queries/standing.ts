import type { Tx } from "#kernel/db.ts";
import { productOf } from "../store.ts";

/** How far a loan is behind on the business date of the transaction. */
export interface Standing {
  readonly loanAccountId: string;
  readonly status: string;
  readonly dpd: number;
  readonly bucket: string | null;
  readonly overdueMinor: bigint;
  readonly chargedOffMinor: bigint;
}

/** Where loans stand, for whoever works on those that are behind. Unknown ids are left out. */
export async function standingsOf(tx: Tx, loanAccountIds: readonly string[]): Promise<Map<string, Standing>> {
  if (loanAccountIds.length === 0) return new Map();
  const rows = await tx.rows<Standing & object>("servicing.loan.standings",
    `SELECT loan_account_id AS "loanAccountId", status, greatest(coalesce($2::date - oldest_due_date, 0), 0) AS dpd, bucket, overdue_minor AS "overdueMinor", charged_off_minor AS "chargedOffMinor"
     FROM servicing.loan_state WHERE loan_account_id = ANY($1)`, [loanAccountIds, tx.businessDate]);
  return new Map(rows.map((row) => [row.loanAccountId, row]));
}

/** Days past due from which the loan's product wants a collections case; 1 when the loan is not known here. */
export async function openCaseFromDays(tx: Tx, loanAccountId: string): Promise<number> {
  const row = await tx.maybe<{ product_version_id: string }>("servicing.loan.product", "SELECT product_version_id FROM servicing.loan_account WHERE id = $1", [loanAccountId]);
  return row === undefined ? 1 : (await productOf(tx, row.product_version_id)).definition.delinquency.openCaseFromDays;
}
