import type { Tx } from "#kernel/db.ts";
import { confidenceOf, loanNumbersIn } from "../domain/matching.ts";
import { problem } from "../problems.ts";

export interface Suggestion {
  readonly loanAccountId: string;
  /** Loan number. */
  readonly reference: string | null;
  /** 0 to 99. */
  readonly confidence: number;
  readonly because: string;
}

interface HistoryRow { loan_account_id: string; reference: string | null; same_account: boolean; same_name: boolean; same_amount: boolean; times: number }

/**
 * Whose money a receipt may be: loans its text names, and loans that the same payer paid before. What people match
 * by hand is found again the next time, so suggestions learn. May raise receipt.not_found.
 */
export async function suggestionsFor(tx: Tx, receiptId: string): Promise<Suggestion[]> {
  const receipt = await tx.maybe<{ remittance: string; payer_index: Buffer | null; payer_name: string | null; amount_minor: bigint; currency: string }>("payments.receipt.for_suggestion",
    "SELECT remittance, payer_index, payer_name, amount_minor, currency FROM payments.receipt WHERE id = $1", [receiptId]);
  if (receipt === undefined) throw problem("receipt.not_found");
  const named = await tx.rows<{ reference: string; subject: string }>("payments.reference.find", "SELECT reference, subject FROM payments.reference WHERE reference = ANY($1)", [loanNumbersIn(receipt.remittance)]);
  const history = await tx.rows<HistoryRow>("payments.match.history", `
    SELECT m.loan_account_id, min(f.reference) AS reference, bool_or(r.payer_index = $1) AS same_account, bool_or(lower(r.payer_name) = lower($2)) AS same_name,
           bool_or(r.amount_minor = $3) AS same_amount, count(*)::int AS times
    FROM payments.receipt r JOIN payments.receipt_match m ON m.tenant_id = r.tenant_id AND m.receipt_id = r.id AND m.undone_at IS NULL
    LEFT JOIN payments.reference f ON f.tenant_id = m.tenant_id AND f.subject = m.loan_account_id AND f.reference LIKE 'LN%'
    WHERE r.currency = $4 AND r.id <> $5 AND (r.payer_index = $1 OR lower(r.payer_name) = lower($2))
    GROUP BY m.loan_account_id LIMIT 50`, [receipt.payer_index, receipt.payer_name, receipt.amount_minor, receipt.currency, receiptId]);
  const found = new Map<string, Suggestion>();
  for (const h of history) {
    const confidence = confidenceOf({ loanAccountId: h.loan_account_id, sameAccount: h.same_account === true, sameName: h.same_name === true, sameAmount: h.same_amount, times: h.times });
    found.set(h.loan_account_id, { loanAccountId: h.loan_account_id, reference: h.reference, confidence, because: h.same_account === true ? "paid from this account before" : "a payer of this name paid before" });
  }
  for (const n of named) found.set(n.subject, { loanAccountId: n.subject, reference: n.reference, confidence: 90, because: "named in the text, beside others" });
  return [...found.values()].sort((a, b) => b.confidence - a.confidence).slice(0, 10);
}
