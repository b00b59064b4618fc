import type { ReportKind } from "./kind.ts";
import { amountText, checkRegister, writeRegister } from "./register.ts";

interface Move { key: string; number: string; borrower_name: string; product_code: string; branch_id: string | null; currency: string; moved_on: string; from_class: string; to_class: string; dpd: number; overdue_minor: bigint; principal_minor: bigint; status: string }
interface ClassCount { class: string; opening: number; closing: number }

/**
 * The register of movements between asset classes: each loan's step from one class to another, with its day, as end of day found it.
 * A loan taken over from another system comes from "boarded": which class it had there is not known here. Totals say how many loans stood in each class when the period began and ended.
 */
export const npaRegister: ReportKind = {
  fileName: ({ period }) => `npa-register-${period.to.slice(0, 7)}.csv`,
  contentType: "text/csv; charset=utf-8",
  correctable: false,
  make: async (tx, _ctx, { period }, sink) => {
    const moves = await tx.rows<Move>("reporting.npa.moves",
      `WITH entry AS (
         SELECT b.loan_account_id, b.business_date, coalesce(b.class, 'standard') AS to_class, b.dpd, b.overdue_minor, CASE WHEN row_number() OVER steps > 1 THEN coalesce(lag(b.class) OVER steps, 'standard') END AS from_class
         FROM servicing.report_bucket b WHERE b.business_date <= $2 WINDOW steps AS (PARTITION BY b.loan_account_id ORDER BY b.business_date, b.dpd)
       )
       SELECT l.number || '/' || e.business_date || '/' || row_number() OVER (PARTITION BY e.loan_account_id, e.business_date ORDER BY e.dpd) AS key, l.number, l.borrower_name, l.product_code, l.branch_id, l.currency, e.business_date AS moved_on, coalesce(e.from_class, CASE WHEN l.disbursement = 'boarded' THEN 'boarded' ELSE 'standard' END) AS from_class, e.to_class,
         e.dpd, e.overdue_minor, l.principal_minor, l.status
       FROM entry e JOIN servicing.report_loan l ON l.loan_account_id = e.loan_account_id WHERE e.business_date >= $1 AND coalesce(e.from_class, CASE WHEN l.disbursement = 'boarded' THEN 'boarded' ELSE 'standard' END) <> e.to_class ORDER BY e.business_date, l.number, e.dpd`, [period.from, period.to]);
    writeRegister(sink, ["loan", "borrower", "product", "branch", "currency", "date", "from", "to", "daysPastDue", "overdue", "principalNow", "statusNow"], moves.map((m) => ({
      key: m.key, personal: ["borrower"],
      cells: { loan: m.number, borrower: m.borrower_name, product: m.product_code, branch: m.branch_id, currency: m.currency, date: m.moved_on, from: m.from_class, to: m.to_class, daysPastDue: m.dpd, overdue: amountText(m.overdue_minor), principalNow: amountText(m.principal_minor), statusNow: m.status },
    })));
    sink.total("movements", moves.length);
    for (const move of new Set(moves.map((m) => `${m.from_class} → ${m.to_class}`))) sink.total(move, moves.filter((m) => `${m.from_class} → ${m.to_class}` === move).length);
    const counts = await tx.rows<ClassCount>("reporting.npa.counts",
      `WITH stood AS (
         SELECT l.loan_account_id,
           (SELECT b.class FROM servicing.report_bucket b WHERE b.loan_account_id = l.loan_account_id AND b.business_date < $1 ORDER BY b.business_date DESC, b.dpd DESC LIMIT 1) AS opening, CASE WHEN NOT EXISTS (SELECT FROM servicing.report_bucket b WHERE b.loan_account_id = l.loan_account_id) THEN l.class END AS always, l.disbursed_date < $1 AND (l.closed_date IS NULL OR l.closed_date >= $1) AS at_opening,
           (SELECT b.class FROM servicing.report_bucket b WHERE b.loan_account_id = l.loan_account_id AND b.business_date <= $2 ORDER BY b.business_date DESC, b.dpd DESC LIMIT 1) AS closing, l.disbursed_date <= $2 AND (l.closed_date IS NULL OR l.closed_date > $2) AS at_closing
         FROM servicing.report_loan l WHERE l.status <> 'cancelled'
       )
       SELECT c.class, count(*) FILTER (WHERE at_opening AND coalesce(opening, always, 'standard') = c.class)::int AS opening, count(*) FILTER (WHERE at_closing AND coalesce(closing, always, 'standard') = c.class)::int AS closing
       FROM stood, LATERAL (SELECT DISTINCT unnest(ARRAY[coalesce(opening, always, 'standard'), coalesce(closing, always, 'standard')]) AS class) c GROUP BY c.class ORDER BY c.class`, [period.from, period.to]);
    for (const row of counts) {
      sink.total(`${row.class}: at the start`, row.opening);
      sink.total(`${row.class}: at the end`, row.closing);
    }
    await sink.flush();
    return "done";
  },
  check: checkRegister,
};
