import { addDays, isoDate } from "#engine/date.ts";
import type { Tx } from "#kernel/db.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { STATUTORY } from "../domain/entry.ts";
import { fiscalYearStart, fiscalYearStartMonth, monthToDate, previousSpan, type Span } from "../domain/periods.ts";
import { statementsOf, type AccountFigures, type CurrencyStatement } from "../domain/statements.ts";
import { problem } from "../problems.ts";

export interface FinancialStatements {
  readonly book: string;
  readonly span: Span;
  readonly previous: Span;
  /** First day of the financial year that the span ends in. */
  readonly yearStart: string;
  readonly currencies: readonly CurrencyStatement[];
}

/** A span as asked for; default the month of the business date so far. May raise ledger.dates_unusable. */
export function spanOf(tx: Tx, asked: { from?: string; to?: string }): Span {
  const to = asked.to ?? tx.businessDate;
  const from = asked.from ?? monthToDate(to).from;
  if (from > to || to > tx.businessDate) throw problem("ledger.dates_unusable", from > to ? `${from} is after ${to}.` : `The books are on ${tx.businessDate}.`);
  return { from, to };
}

/** Income statement and balance sheet of a book over a span, beside the span before it; from the running totals alone. May raise ledger.dates_unusable. */
export async function financialStatements(tx: Tx, of: { from?: string; to?: string; book?: string } = {}): Promise<FinancialStatements> {
  const span = spanOf(tx, of);
  const previous = previousSpan(span);
  const month = fiscalYearStartMonth(await currentTenant(tx));
  const [yearStart, yearStartBefore] = [fiscalYearStart(span.to, month), fiscalYearStart(previous.to, month)];
  const book = of.book ?? STATUTORY;
  const figures = await tx.rows<AccountFigures & object>("ledger.statements.figures", `
    SELECT t.account, a.name, a.kind, t.currency,
      coalesce(sum(net) FILTER (WHERE business_date >= $2), 0)::bigint AS moved, coalesce(sum(net) FILTER (WHERE business_date BETWEEN $4 AND $5), 0)::bigint AS "movedBefore",
      sum(net)::bigint AS stands, coalesce(sum(net) FILTER (WHERE business_date <= $5), 0)::bigint AS "stoodBefore",
      coalesce(sum(net) FILTER (WHERE business_date < $6), 0)::bigint AS "atYearStart", coalesce(sum(net) FILTER (WHERE business_date < $7), 0)::bigint AS "atYearStartBefore"
    FROM (SELECT tenant_id, account, currency, business_date, sum(debit_minor - credit_minor) AS net FROM ledger.account_day_total
          WHERE book = $1 AND business_date <= $3 GROUP BY tenant_id, account, currency, business_date) AS t
    JOIN ledger.ledger_account a ON a.tenant_id = t.tenant_id AND a.code = t.account
    GROUP BY t.account, a.name, a.kind, t.currency ORDER BY t.currency, t.account`, [book, span.from, span.to, previous.from, previous.to, yearStart, yearStartBefore]);
  return { book, span, previous, yearStart, currencies: statementsOf(figures) };
}

/** The day before. */
export function dayBefore(day: string): string {
  return addDays(isoDate(day), -1);
}
