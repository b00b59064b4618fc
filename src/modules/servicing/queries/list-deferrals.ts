import type { Static } from "typebox";
import type { Tx } from "#kernel/db.ts";
import type { ListColumn, ListDefinition } from "#kernel/list.ts";
import type { AccrualTotalsJson, DeferralTotalsJson } from "../contract.ts";
import { productOf } from "../store.ts";
import { moneyOf } from "./present.ts";

const money = (sql: string, label: string): ListColumn => ({ sql, currencySql: "a.currency", kind: "money", label, filter: true, sort: true });

/** Columns of fees and costs by effective interest, over amounts of `m` as a day left them. */
const COLUMNS: ListDefinition["columns"] = {
  loanAccountId: { sql: "a.id", kind: "text", label: "Loan id", filter: true },
  number: { sql: "a.number", kind: "text", label: "Loan", filter: true, sort: true },
  borrowerName: { sql: "a.borrower_name", kind: "text", label: "Borrower", sort: true },
  productCode: { sql: "a.product_code", kind: "text", label: "Product", filter: true, sort: true },
  branchId: { sql: "a.branch_id", kind: "text", label: "Branch", filter: true },
  contractRate: { sql: "trim_scale((a.terms -> 'interest' ->> 'ratePpb')::numeric / 1000000000)::text", kind: "rate", label: "Contract rate" },
  effectiveRate: { sql: "trim_scale(round(d.effective_rate::numeric, 9))::text", kind: "rate", label: "Effective rate" },
  feeDeferred: money("m.fee_minor", "Fees deferred"),
  feeAmortised: money("m.fee_amortised_minor", "Fees taken into income"),
  feeLeft: money("(m.fee_minor - m.fee_amortised_minor - m.fee_lost_minor)", "Fees left"),
  costDeferred: money("m.cost_minor", "Costs deferred"),
  costAmortised: money("m.cost_amortised_minor", "Costs taken"),
  costLeft: money("(m.cost_minor - m.cost_amortised_minor - m.cost_lost_minor)", "Costs left"),
};
const REST = { columns: COLUMNS, search: ["a.number", "a.borrower_name", "a.id"], key: "a.id", defaultSort: "-feeLeft", scope: { branch: "a.branch_id" } };

/** What each loan defers, as the books hold it now. */
export const deferralList: ListDefinition = {
  ...REST, name: "servicing.deferrals",
  from: "servicing.deferral m JOIN servicing.loan_account a ON a.tenant_id = m.tenant_id AND a.id = m.loan_account_id JOIN servicing.deferral d ON d.tenant_id = m.tenant_id AND d.loan_account_id = m.loan_account_id",
};

/** The same at the end of any day: sums of what each day moved, good from one move of a loan to its next. */
export const deferralDayList: ListDefinition = {
  ...REST, name: "servicing.deferrals_on",
  from: `(SELECT tenant_id, loan_account_id, business_date, lead(business_date) OVER w AS until, (sum(sum(fee_minor)) OVER w)::bigint AS fee_minor, (sum(sum(cost_minor)) OVER w)::bigint AS cost_minor, (sum(sum(fee_amortised_minor)) OVER w)::bigint AS fee_amortised_minor,
      (sum(sum(cost_amortised_minor)) OVER w)::bigint AS cost_amortised_minor, (sum(sum(fee_lost_minor)) OVER w)::bigint AS fee_lost_minor, (sum(sum(cost_lost_minor)) OVER w)::bigint AS cost_lost_minor
    FROM servicing.deferral_move GROUP BY tenant_id, loan_account_id, business_date WINDOW w AS (PARTITION BY tenant_id, loan_account_id ORDER BY business_date)) m
    JOIN servicing.loan_account a ON a.tenant_id = m.tenant_id AND a.id = m.loan_account_id JOIN servicing.deferral d ON d.tenant_id = m.tenant_id AND d.loan_account_id = m.loan_account_id`,
};

interface Sum { product_version_id: string; currency: string; loans: bigint; fee: bigint; cost: bigint; fee_amortised: bigint; cost_amortised: bigint; fee_lost: bigint; cost_lost: bigint; fee_month: bigint; cost_month: bigint }

// What the books hold now less what moved since: a day looked at late in the life of many loans reads few rows.
const TOTALS = `
WITH since AS (
  SELECT loan_account_id, sum(fee_minor) AS fee, sum(cost_minor) AS cost, sum(fee_amortised_minor) AS fee_amortised, sum(cost_amortised_minor) AS cost_amortised, sum(fee_lost_minor) AS fee_lost, sum(cost_lost_minor) AS cost_lost
  FROM servicing.deferral_move WHERE business_date > $1::date GROUP BY loan_account_id
), month AS (
  SELECT loan_account_id, sum(fee_amortised_minor) AS fee, sum(cost_amortised_minor) AS cost FROM servicing.deferral_move WHERE business_date BETWEEN date_trunc('month', $1::date) AND $1::date GROUP BY loan_account_id
)
SELECT d.product_version_id, d.currency, count(*) AS loans, sum(d.fee_minor - coalesce(since.fee, 0))::bigint AS fee, sum(d.cost_minor - coalesce(since.cost, 0))::bigint AS cost,
  sum(d.fee_amortised_minor - coalesce(since.fee_amortised, 0))::bigint AS fee_amortised, sum(d.cost_amortised_minor - coalesce(since.cost_amortised, 0))::bigint AS cost_amortised,
  sum(d.fee_lost_minor - coalesce(since.fee_lost, 0))::bigint AS fee_lost, sum(d.cost_lost_minor - coalesce(since.cost_lost, 0))::bigint AS cost_lost, coalesce(sum(month.fee), 0)::bigint AS fee_month, coalesce(sum(month.cost), 0)::bigint AS cost_month
FROM servicing.deferral d LEFT JOIN since ON since.loan_account_id = d.loan_account_id LEFT JOIN month ON month.loan_account_id = d.loan_account_id
WHERE d.fee_minor <> coalesce(since.fee, 0) OR d.cost_minor <> coalesce(since.cost, 0) GROUP BY d.product_version_id, d.currency`;

/** Fees and costs by effective interest at the end of a day, by product and currency, with what its month has taken so far. */
export async function deferralTotals(tx: Tx, asOf: string): Promise<Static<typeof DeferralTotalsJson>> {
  const sums = await byProduct(tx, await tx.rows<Sum & object>("servicing.deferral.totals", TOTALS, [asOf]), ["loans", "fee", "cost", "fee_amortised", "cost_amortised", "fee_lost", "cost_lost", "fee_month", "cost_month"]);
  return {
    asOf,
    items: sums.map(({ productCode, currency, of }) => {
      const m = moneyOf(currency);
      return {
        productCode, currency, loans: Number(of("loans")), feeDeferred: m(of("fee")), feeAmortised: m(of("fee_amortised")), feeThisMonth: m(of("fee_month")), feeLost: m(of("fee_lost")), feeLeft: m(of("fee") - of("fee_amortised") - of("fee_lost")),
        costDeferred: m(of("cost")), costAmortised: m(of("cost_amortised")), costThisMonth: m(of("cost_month")), costLost: m(of("cost_lost")), costLeft: m(of("cost") - of("cost_amortised") - of("cost_lost")),
      };
    }),
  };
}

interface Standing { product_version_id: string; currency: string; loans: bigint; held: bigint; interest: bigint; suspended: bigint }

/** Interest of running loans by product and currency, as the books hold it now. */
export async function accrualTotals(tx: Tx): Promise<Static<typeof AccrualTotalsJson>> {
  const sums = await byProduct(tx, await tx.rows<Standing & object>("servicing.accrual.totals", `
    SELECT product_version_id, currency, count(*) AS loans, count(non_accrual) AS held, sum(interest_minor)::bigint AS interest, sum(suspense_minor)::bigint AS suspended FROM servicing.loan_state WHERE status = 'active' GROUP BY product_version_id, currency`), ["loans", "held", "interest", "suspended"]);
  return {
    asOf: tx.businessDate,
    items: sums.map(({ productCode, currency, of }) => {
      const m = moneyOf(currency);
      return { productCode, currency, loans: Number(of("loans")), held: Number(of("held")), interest: m(of("interest")), income: m(of("interest") - of("suspended")), suspended: m(of("suspended")) };
    }),
  };
}

interface ProductSum<K> { readonly productCode: string; readonly currency: string; of(name: K): bigint }

/** Sums of versions, one for each product and currency, in the order of their codes. */
async function byProduct<K extends string, R extends { product_version_id: string; currency: string } & Record<K, bigint>>(tx: Tx, rows: readonly R[], names: readonly K[]): Promise<ProductSum<K>[]> {
  const sums = new Map<string, { productCode: string; currency: string; values: Map<K, bigint> }>();
  for (const row of rows) {
    const { code } = await productOf(tx, row.product_version_id);
    const sum = sums.get(`${code} ${row.currency}`) ?? { productCode: code, currency: row.currency, values: new Map<K, bigint>() };
    for (const name of names) sum.values.set(name, (sum.values.get(name) ?? 0n) + row[name]);
    sums.set(`${code} ${row.currency}`, sum);
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { productCode, currency, values }]) => ({ productCode, currency, of: (name) => values.get(name) ?? 0n }));
}
