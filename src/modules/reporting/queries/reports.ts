import { money, toMoneyJson } from "#engine/money.ts";
import type { Tx } from "#kernel/db.ts";
import type { MoneyJson } from "#kernel/http/schemas.ts";
import type { PortfolioReport } from "../contract.ts";

const share = (part: bigint | null, whole: bigint | null): number => (whole === null || whole === 0n ? 0 : Number(((part ?? 0n) * 1_000_000n) / whole) / 1_000_000);
const amount = (minor: bigint | null, currency: string): MoneyJson => toMoneyJson(money(minor ?? 0n, currency));

interface GroupRow { product_code: string; branch_id: string | null; currency: string; active: bigint; closed: bigint; charged_off: bigint; principal: bigint; overdue: bigint; par1: bigint | null; par30: bigint | null; par60: bigint | null; par90: bigint | null; lost: bigint }

/** The portfolio now, by product, branch and currency. */
export async function portfolioReport(tx: Tx): Promise<PortfolioReport> {
  const rows = await tx.rows<GroupRow>("reporting.portfolio",
    `SELECT product_code, branch_id, currency, count(*) FILTER (WHERE status IN ('active', 'overpaid')) AS active, count(*) FILTER (WHERE status = 'closed') AS closed, count(*) FILTER (WHERE status = 'charged_off') AS charged_off,
       sum(principal_minor)::bigint AS principal, sum(overdue_minor)::bigint AS overdue,
       sum(principal_minor) FILTER (WHERE $1::date - oldest_due_date >= 1)::bigint AS par1, sum(principal_minor) FILTER (WHERE $1::date - oldest_due_date > 30)::bigint AS par30,
       sum(principal_minor) FILTER (WHERE $1::date - oldest_due_date > 60)::bigint AS par60, sum(principal_minor) FILTER (WHERE $1::date - oldest_due_date > 90)::bigint AS par90, sum(charged_off_minor)::bigint AS lost
     FROM servicing.report_loan GROUP BY product_code, branch_id, currency ORDER BY product_code, currency, branch_id NULLS FIRST`, [tx.businessDate]);
  return {
    asOf: tx.businessDate,
    groups: rows.map((r) => ({
      productCode: r.product_code, branchId: r.branch_id, currency: r.currency, active: Number(r.active), closed: Number(r.closed), chargedOff: Number(r.charged_off), principal: amount(r.principal, r.currency), overdue: amount(r.overdue, r.currency),
      par1: share(r.par1, r.principal), par30: share(r.par30, r.principal), par60: share(r.par60, r.principal), par90: share(r.par90, r.principal), chargedOffBalance: amount(r.lost, r.currency),
    })),
  };
}

interface ParRow { month: string; date: string; principal: bigint; par1: bigint; par30: bigint; par60: bigint; par90: bigint }

/** Portfolio at risk at the last closed day of each month. */
export async function parHistory(tx: Tx, currency: string) {
  const rows = await tx.rows<ParRow>("reporting.par_history",
    `SELECT to_char(business_date, 'YYYY-MM') AS month, business_date AS date, sum(principal_minor)::bigint AS principal, sum(par1_minor)::bigint AS par1, sum(par30_minor)::bigint AS par30, sum(par60_minor)::bigint AS par60, sum(par90_minor)::bigint AS par90
     FROM reporting.portfolio_day WHERE currency = $1 AND business_date IN (SELECT max(business_date) FROM reporting.portfolio_day WHERE currency = $1 GROUP BY date_trunc('month', business_date))
     GROUP BY business_date ORDER BY business_date`, [currency]);
  return { currency, points: rows.map((r) => ({ month: r.month, date: r.date, principal: amount(r.principal, currency), par1: share(r.par1, r.principal), par30: share(r.par30, r.principal), par60: share(r.par60, r.principal), par90: share(r.par90, r.principal) })) };
}

/** Of the loans paid out in a month: which share was ever 30 days late, by months on book. Only months that have passed are shown. */
export async function vintages(tx: Tx, currency: string) {
  const rows = await tx.rows<{ cohort: string; loans: number; age: number; late: number }>("reporting.vintages",
    `WITH loan AS (
       SELECT l.loan_account_id, date_trunc('month', l.disbursed_date)::date AS cohort,
         (SELECT min(b.business_date) FROM servicing.report_bucket b WHERE b.loan_account_id = l.loan_account_id AND b.dpd >= 30) AS late_on
       FROM servicing.report_loan l WHERE l.currency = $1 AND l.disbursed_date IS NOT NULL AND l.status <> 'cancelled'
     ), cohort AS (SELECT cohort, count(*)::int AS loans FROM loan GROUP BY cohort)
     SELECT to_char(c.cohort, 'YYYY-MM') AS cohort, c.loans, age.n AS age,
       (SELECT count(*)::int FROM loan l WHERE l.cohort = c.cohort AND l.late_on < c.cohort + make_interval(months => age.n + 1)) AS late
     FROM cohort c CROSS JOIN LATERAL generate_series(1, greatest(0, (extract(year FROM age($2::date, c.cohort)) * 12 + extract(month FROM age($2::date, c.cohort)))::int)) AS age (n)
     ORDER BY c.cohort, age.n`, [currency, tx.businessDate]);
  const cohorts = new Map<string, { cohort: string; loans: number; shares: number[] }>();
  for (const row of rows) {
    const cohort = cohorts.get(row.cohort) ?? { cohort: row.cohort, loans: row.loans, shares: [] };
    cohort.shares.push(Math.round((row.late / row.loans) * 1e6) / 1e6);
    cohorts.set(row.cohort, cohort);
  }
  return { currency, cohorts: [...cohorts.values()] };
}

/** Income and losses by month, from the books. */
export async function incomeReport(tx: Tx, currency: string) {
  const rows = await tx.rows<{ month: string; account: string; minor: bigint }>("reporting.income",
    `SELECT to_char(business_date, 'YYYY-MM') AS month, account, sum(credit_minor - debit_minor)::bigint AS minor FROM ledger.report_account_day
     WHERE currency = $1 AND book = 'statutory' AND account IN ('interest_income', 'fee_income', 'effective_interest_income', 'penalty_income', 'recovery_income', 'charge_off_expense', 'write_off_expense', 'waiver_expense') GROUP BY 1, 2 ORDER BY 1`, [currency]);
  const months = new Map<string, Record<string, bigint>>();
  for (const { month, account, minor } of rows) months.set(month, { ...months.get(month), [account]: minor });
  return {
    currency,
    months: [...months].map(([month, by]) => ({
      month, interest: amount(by["interest_income"] ?? 0n, currency), fees: amount((by["fee_income"] ?? 0n) + (by["effective_interest_income"] ?? 0n), currency), penalties: amount(by["penalty_income"] ?? 0n, currency), recoveries: amount(by["recovery_income"] ?? 0n, currency),
      losses: amount(-((by["charge_off_expense"] ?? 0n) + (by["write_off_expense"] ?? 0n) + (by["waiver_expense"] ?? 0n)), currency),
    })),
  };
}

/** How far applications came, and how long a decision takes. */
export async function funnelReport(tx: Tx) {
  const row = await tx.one<Record<"started" | "submitted" | "decided" | "approved" | "offered" | "signed" | "disbursed", bigint> & { median: number | null; p90: number | null }>("reporting.funnel",
    `SELECT count(*) AS started, count(*) FILTER (WHERE was_submitted) AS submitted, count(*) FILTER (WHERE was_decided) AS decided, count(*) FILTER (WHERE was_approved) AS approved,
       count(*) FILTER (WHERE was_offered) AS offered, count(*) FILTER (WHERE was_signed) AS signed, count(*) FILTER (WHERE was_disbursed) AS disbursed,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM decided_at - submitted_at)) FILTER (WHERE was_decided) AS median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM decided_at - submitted_at)) FILTER (WHERE was_decided) AS p90
     FROM origination.report_application`);
  const stages = (["started", "submitted", "decided", "approved", "offered", "signed", "disbursed"] as const).map((stage) => ({ stage, count: Number(row[stage]), share: share(row[stage], row.started) }));
  return { stages, turnaround: { decided: Number(row.decided), medianSecondsToDecision: row.median === null ? null : Number(row.median), p90SecondsToDecision: row.p90 === null ? null : Number(row.p90) } };
}
