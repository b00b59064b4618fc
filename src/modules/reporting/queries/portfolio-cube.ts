import type { Static } from "typebox";
import { money, toMoneyJson } from "#engine/money.ts";
import type { Tx } from "#kernel/db.ts";
import type { MoneyJson } from "#kernel/http/schemas.ts";
import type { Concentration, CUBE_DIMENSIONS, PortfolioCube, PortfolioYield, RollRates, StaticPools } from "../contract.ts";

export type Dimension = (typeof CUBE_DIMENSIONS)[number];

// What a dimension is of a loan: fixed texts, chosen by name.
const DIMENSION: Readonly<Record<Dimension, string>> = {
  product: "product_code", branch: "coalesce(branch_id, '')", bucket: "coalesce(bucket, 'current')", class: "coalesce(class, 'standard')", vintage: `to_char(disbursed_date, 'YYYY"-Q"Q')`,
  // Classes of a third of a decade: up to 1,000, 2,500, 5,000, 10,000 and so on, of the currency's major unit.
  size: "width_bucket(original_principal_minor / 100, ARRAY[1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000])::text",
};
const LIVE = "FROM servicing.report_loan WHERE currency = $1 AND status IN ('active', 'overpaid')";
const MEASURES = `count(*)::int AS loans, sum(principal_minor)::bigint AS principal, sum(overdue_minor)::bigint AS overdue,
  coalesce(sum(principal_minor) FILTER (WHERE $2::date - oldest_due_date > 30), 0)::bigint AS par30, coalesce(sum(principal_minor) FILTER (WHERE $2::date - oldest_due_date > 90), 0)::bigint AS par90`;

interface CellRow { row_key: string | null; column_key: string | null; loans: number; principal: bigint; overdue: bigint; par30: bigint; par90: bigint }

const share = (part: bigint, whole: bigint): number => (whole === 0n ? 0 : Number((part * 1_000_000n) / whole) / 1_000_000);
const amount = (minor: bigint, currency: string): MoneyJson => toMoneyJson(money(minor, currency));

/** Live loans of a currency by two dimensions: how many, what is owed, and how much of it is late. */
export async function portfolioCube(tx: Tx, query: { currency: string; rows: Dimension; columns: Dimension }): Promise<Static<typeof PortfolioCube>> {
  const [ROW, COLUMN] = [DIMENSION[query.rows], DIMENSION[query.columns]];
  const cells = await tx.rows<CellRow>(`reporting.cube.${query.rows}.${query.columns}`, `SELECT ${ROW} AS row_key, ${COLUMN} AS column_key, ${MEASURES} ${LIVE} GROUP BY 1, 2 ORDER BY 1, 2`, [query.currency, tx.businessDate]);
  return {
    asOf: tx.businessDate, currency: query.currency, rows: query.rows, columns: query.columns,
    cells: cells.map((c) => ({
      row: c.row_key ?? "", column: c.column_key ?? "", loans: c.loans, principal: amount(c.principal, query.currency), overdue: amount(c.overdue, query.currency), par30: share(c.par30, c.principal), par90: share(c.par90, c.principal),
    })),
  };
}

/** Who or what most of the money is lent to: the largest, what the others make together, and the sum of squared shares (Herfindahl–Hirschman). */
export async function concentration(tx: Tx, query: { currency: string; by: Dimension | "borrower" }): Promise<Static<typeof Concentration>> {
  const KEY = query.by === "borrower" ? "coalesce(borrower_party_id, '')" : DIMENSION[query.by];
  const NAME = query.by === "borrower" ? "min(borrower_name)" : "NULL::text";
  const rows = await tx.rows<{ key: string | null; name: string | null; loans: number; principal: bigint; whole: bigint; squares: string }>(`reporting.concentration.${query.by}`,
    `WITH part AS (SELECT ${KEY} AS key, ${NAME} AS name, count(*)::int AS loans, sum(principal_minor)::bigint AS principal ${LIVE} GROUP BY 1)
     SELECT *, sum(principal) OVER ()::bigint AS whole, (sum(principal::numeric ^ 2) OVER ())::text AS squares FROM part ORDER BY principal DESC, key LIMIT 25`, [query.currency]);
  const whole = rows[0]?.whole ?? 0n;
  const shown = rows.reduce((sum, r) => sum + r.principal, 0n);
  const index = whole === 0n ? 0 : Number(BigInt((rows[0]?.squares ?? "0").split(".")[0] as string) * 1_000_000n / (whole * whole)) / 1_000_000;
  return {
    asOf: tx.businessDate, currency: query.currency, by: query.by, total: amount(whole, query.currency), index,
    parts: rows.map((r) => ({ key: r.key ?? "", name: r.name, loans: r.loans, principal: amount(r.principal, query.currency), share: share(r.principal, whole) })), others: amount(whole - shown, query.currency),
  };
}

/** Where the loans that stood in a bucket some months ago are now, by number of loans. */
export async function rollRates(tx: Tx, query: { currency: string; months: number }): Promise<Static<typeof RollRates>> {
  const { since } = await tx.one<{ since: string }>("reporting.roll_rates.since", "SELECT ($1::date - make_interval(months => $2))::date AS since", [tx.businessDate, query.months]);
  const rows = await tx.rows<{ was: string; now: string; loans: number }>("reporting.roll_rates",
    `WITH earlier AS (SELECT DISTINCT ON (loan_account_id) loan_account_id, bucket FROM servicing.report_bucket WHERE business_date < $2::date ORDER BY loan_account_id, business_date DESC)
     SELECT coalesce(t.bucket, 'current') AS was,
       CASE WHEN l.charged_off_date < $3::date THEN 'charged_off' WHEN l.closed_date < $3::date THEN 'closed' ELSE coalesce(l.bucket, 'current') END AS now, count(*)::int AS loans
     FROM servicing.report_loan l LEFT JOIN earlier t ON t.loan_account_id = l.loan_account_id
     WHERE l.currency = $1 AND l.status <> 'cancelled' AND l.disbursed_date < $2::date AND (l.closed_date IS NULL OR l.closed_date >= $2::date) AND (l.charged_off_date IS NULL OR l.charged_off_date >= $2::date)
     GROUP BY 1, 2 ORDER BY 1, 2`, [query.currency, since, tx.businessDate]);
  const totals = new Map<string, number>();
  for (const row of rows) totals.set(row.was, (totals.get(row.was) ?? 0) + row.loans);
  return { currency: query.currency, from: since, to: tx.businessDate, cells: rows.map((r) => ({ ...r, share: Math.round((r.loans / (totals.get(r.was) ?? 1)) * 1e6) / 1e6 })) };
}

/** Loans paid out in a quarter as one pool that nothing is added to: what became of the money. */
export async function staticPools(tx: Tx, query: { currency: string }): Promise<Static<typeof StaticPools>> {
  const rows = await tx.rows<{ pool: string; loans: number; closed: number; charged_off: number; lent: bigint; principal: bigint; lost: bigint; par30: bigint }>("reporting.static_pools",
    `SELECT to_char(disbursed_date, 'YYYY"-Q"Q') AS pool, count(*)::int AS loans, count(*) FILTER (WHERE status = 'closed')::int AS closed, count(*) FILTER (WHERE charged_off_date IS NOT NULL)::int AS charged_off,
       sum(original_principal_minor)::bigint AS lent, sum(principal_minor)::bigint AS principal, sum(charged_off_minor)::bigint AS lost, coalesce(sum(principal_minor) FILTER (WHERE $2::date - oldest_due_date > 30), 0)::bigint AS par30
     FROM servicing.report_loan WHERE currency = $1 AND disbursed_date IS NOT NULL AND status <> 'cancelled' GROUP BY 1 ORDER BY 1`, [query.currency, tx.businessDate]);
  return {
    currency: query.currency, asOf: tx.businessDate,
    pools: rows.map((r) => ({
      pool: r.pool, loans: r.loans, closed: r.closed, chargedOff: r.charged_off, lent: amount(r.lent, query.currency), outstanding: amount(r.principal, query.currency), chargedOffBalance: amount(r.lost, query.currency),
      poolFactor: share(r.principal, r.lent), lossShare: share(r.lost, r.lent), par30: share(r.par30, r.principal),
    })),
  };
}

/** What the money earned, as a yearly rate on the principal that stood on average in the month, before and after losses. */
export async function portfolioYield(tx: Tx, query: { currency: string }): Promise<Static<typeof PortfolioYield>> {
  const rows = await tx.rows<{ month: string; days: number; average: bigint; income: bigint; losses: bigint }>("reporting.yield",
    `WITH day AS (SELECT business_date, sum(principal_minor) AS principal FROM reporting.portfolio_day WHERE currency = $1 GROUP BY business_date),
       stood AS (SELECT to_char(business_date, 'YYYY-MM') AS month, count(*)::int AS days, avg(principal)::bigint AS average FROM day GROUP BY 1),
       earned AS (SELECT to_char(business_date, 'YYYY-MM') AS month, sum(credit_minor - debit_minor) FILTER (WHERE account LIKE '%_income')::bigint AS income, sum(debit_minor - credit_minor) FILTER (WHERE account LIKE '%_expense')::bigint AS losses
         FROM ledger.report_account_day WHERE currency = $1 AND book = 'statutory' AND account IN ('interest_income', 'fee_income', 'effective_interest_income', 'penalty_income', 'recovery_income', 'charge_off_expense', 'write_off_expense', 'waiver_expense')
           AND business_date IN (SELECT business_date FROM day) GROUP BY 1)
     SELECT s.month, s.days, s.average, coalesce(e.income, 0)::bigint AS income, coalesce(e.losses, 0)::bigint AS losses FROM stood s LEFT JOIN earned e ON e.month = s.month ORDER BY s.month`, [query.currency]);
  const yearly = (minor: bigint, r: { days: number; average: bigint }) => share(minor * 365n, r.average * BigInt(r.days));
  return {
    currency: query.currency,
    months: rows.map((r) => ({ month: r.month, days: r.days, averagePrincipal: amount(r.average, query.currency), income: amount(r.income, query.currency), losses: amount(r.losses, query.currency), yield: yearly(r.income, r), netYield: yearly(r.income - r.losses, r) })),
  };
}
