import { isDebitNormal, type AccountKind } from "./chart.ts";

/** What the running totals say of one account in one currency; all debits minus credits, in minor units. */
export interface AccountFigures {
  readonly account: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly currency: string;
  /** Moved in the span, and in the one before it. */
  readonly moved: bigint;
  readonly movedBefore: bigint;
  /** Stands at the end of the span, and of the one before it. */
  readonly stands: bigint;
  readonly stoodBefore: bigint;
  /** Stood when the financial year of each of the two ends began. */
  readonly atYearStart: bigint;
  readonly atYearStartBefore: bigint;
}

export interface Pair { readonly now: bigint; readonly before: bigint }
export interface StatementLine extends Pair { readonly account: string; readonly name: string }
export interface StatementSection { readonly lines: readonly StatementLine[]; readonly total: Pair }

/** Income statement and balance sheet of one currency; each figure on the normal side of its kind. */
export interface CurrencyStatement {
  readonly currency: string;
  readonly income: StatementSection;
  readonly expense: StatementSection;
  /** Income less expense of the span. */
  readonly result: Pair;
  readonly assets: StatementSection;
  readonly liabilities: StatementSection;
  readonly equity: StatementSection;
  /** Results of the years before, never carried by an entry: they are reckoned. */
  readonly earlierResults: Pair;
  /** Result of the financial year so far. */
  readonly yearResult: Pair;
  /** Assets less everything that stands against them; 0 when the book balances. */
  readonly difference: Pair;
}

/**
 * Income statement and balance sheet from account figures, per currency.
 *
 * Retained earnings are reckoned, not carried: income and expense accounts are never closed by an entry, the results of past years
 * are their balances at the beginning of the year. So a year needs no closing entry, a late correction of a reopened year shows at
 * once in what was retained, and the general ledger of an income account reads through. Memorandum accounts stand outside.
 */
export function statementsOf(figures: readonly AccountFigures[]): CurrencyStatement[] {
  return [...Map.groupBy(figures, (f) => f.currency)].map(([currency, own]) => {
    const flow = (kind: AccountKind) => section(own, kind, (f) => ({ now: f.moved, before: f.movedBefore }));
    const stock = (kind: AccountKind) => section(own, kind, (f) => ({ now: f.stands, before: f.stoodBefore }));
    const [income, expense, assets, liabilities, equity] = [flow("income"), flow("expense"), stock("asset"), stock("liability"), stock("equity")];
    const results = own.filter((f) => f.kind === "income" || f.kind === "expense");
    const earlierResults = minus(NOTHING, sum(results.map((f) => ({ now: f.atYearStart, before: f.atYearStartBefore }))));
    const yearResult = minus(NOTHING, sum(results.map((f) => ({ now: f.stands - f.atYearStart, before: f.stoodBefore - f.atYearStartBefore }))));
    return {
      currency, income, expense, result: minus(income.total, expense.total), assets, liabilities, equity, earlierResults, yearResult,
      difference: minus(assets.total, sum([liabilities.total, equity.total, earlierResults, yearResult])),
    };
  });
}

const NOTHING: Pair = { now: 0n, before: 0n };
const sum = (pairs: readonly Pair[]): Pair => pairs.reduce((a, b) => ({ now: a.now + b.now, before: a.before + b.before }), NOTHING);
const minus = (a: Pair, b: Pair): Pair => ({ now: a.now - b.now, before: a.before - b.before });

function section(figures: readonly AccountFigures[], kind: AccountKind, of: (f: AccountFigures) => Pair): StatementSection {
  const lines = figures.filter((f) => f.kind === kind).map((f): StatementLine => {
    const { now, before } = of(f);
    return { account: f.account, name: f.name, ...(isDebitNormal(kind) ? { now, before } : { now: -now, before: -before }) };
  }).filter((l) => l.now !== 0n || l.before !== 0n);
  return { lines, total: sum(lines) };
}
