import type { Tx } from "#kernel/db.ts";
import { STATUTORY } from "../domain/entry.ts";
import { isDebitNormal, type AccountKind } from "../domain/chart.ts";

export interface AccountBalance {
  readonly account: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly currency: string;
  /** Sums of everything posted up to the day, in minor units. */
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
  /** On the account's normal side: positive is what one expects of its kind. */
  readonly balanceMinor: bigint;
}

export interface TrialBalance {
  readonly asOf: string;
  /** Null: `asOf` is a business date. Otherwise `asOf` is a value date, and this the business date up to whose end entries were known. */
  readonly knownOn: string | null;
  /** Last day of the last period close; null while none was made. */
  readonly closedThrough: string | null;
  readonly book: string;
  readonly accounts: readonly AccountBalance[];
  /** Per currency; debits minus credits is 0 when the books balance. */
  readonly totals: readonly { readonly currency: string; readonly debitMinor: bigint; readonly creditMinor: bigint; readonly differenceMinor: bigint }[];
}

interface Row { account: string; name: string; kind: AccountKind; currency: string; debit: bigint; credit: bigint }

/** Debits and credits of each account up to a business date. */
const BY_BUSINESS_DATE = `
    SELECT t.account, a.name, a.kind, t.currency, t.debit, t.credit
    FROM (
      SELECT account, currency, sum(debit_minor)::bigint AS debit, sum(credit_minor)::bigint AS credit
      FROM ledger.account_day_total WHERE book = $1 AND business_date <= $2 GROUP BY account, currency
    ) t JOIN ledger.ledger_account a ON a.tenant_id = kernel.tenant() AND a.code = t.account
    ORDER BY t.currency, t.account`;

/**
 * The same up to a value date, from what was posted by the end of another day. Totals are kept by business date, so only postings
 * between the two days are looked at by themselves: those of the past that came later are added, those for a later day are taken off.
 * Few have a value date that is not their business date, and an index holds only those.
 */
const BY_VALUE_DATE = `
    SELECT t.account, a.name, a.kind, t.currency, sum(t.debit)::bigint AS debit, sum(t.credit)::bigint AS credit
    FROM (
      SELECT account, currency, debit_minor AS debit, credit_minor AS credit FROM ledger.account_day_total WHERE book = $1 AND business_date <= least($2::date, $3::date)
      UNION ALL
      SELECT account, currency, debit_minor, credit_minor FROM ledger.posting WHERE book = $1 AND business_date > $2 AND business_date <= $3 AND value_date <= $2 AND value_date <> business_date
      UNION ALL
      SELECT account, currency, -debit_minor, -credit_minor FROM ledger.posting WHERE book = $1 AND business_date <= least($2::date, $3::date) AND value_date > $2 AND value_date <> business_date
    ) t JOIN ledger.ledger_account a ON a.tenant_id = kernel.tenant() AND a.code = t.account
    GROUP BY t.account, a.name, a.kind, t.currency ORDER BY t.currency, t.account`;

/**
 * Every account's balance at the end of a day, with the totals that must be equal.
 * @param of.asOf     inclusive; default the current business date
 * @param of.knownOn  given: `asOf` is a value date, and only what was posted by the end of this business date counts
 * @example  an entry of 20 March for 1 March is in { asOf: 10 March, knownOn: 20 March }, not in { asOf: 10 March } nor in { asOf: 10 March, knownOn: 19 March }
 */
export async function trialBalance(tx: Tx, of: { asOf?: string; book?: string; knownOn?: string } = {}): Promise<TrialBalance> {
  const asOf = of.asOf ?? tx.businessDate;
  const book = of.book ?? STATUTORY;
  const rows = of.knownOn === undefined ? await tx.rows<Row>("ledger.balance.trial", BY_BUSINESS_DATE, [book, asOf]) : await tx.rows<Row>("ledger.balance.trial_known", BY_VALUE_DATE, [book, asOf, of.knownOn]);
  const accounts = rows.map((row) => ({
    account: row.account, name: row.name, kind: row.kind, currency: row.currency, debitMinor: row.debit, creditMinor: row.credit,
    balanceMinor: isDebitNormal(row.kind) ? row.debit - row.credit : row.credit - row.debit,
  }));
  const totals = [...new Set(accounts.map((a) => a.currency))].map((currency) => {
    const own = accounts.filter((a) => a.currency === currency);
    const debitMinor = own.reduce((sum, a) => sum + a.debitMinor, 0n);
    const creditMinor = own.reduce((sum, a) => sum + a.creditMinor, 0n);
    return { currency, debitMinor, creditMinor, differenceMinor: debitMinor - creditMinor };
  });
  const close = await tx.maybe<{ closed_through: string }>("ledger.period.read", "SELECT closed_through FROM ledger.period_close WHERE book = $1", [book]);
  return { asOf, knownOn: of.knownOn ?? null, book, accounts, totals, closedThrough: close?.closed_through ?? null };
}

/**
 * Debits minus credits of one account up to a business date, in minor units.
 * @example  a bank account with 100.00 in and 30.00 out has 7000n
 */
export async function accountBalance(tx: Tx, account: string, currency: string, of: { asOf?: string; book?: string } = {}): Promise<bigint> {
  const row = await tx.one<{ net: bigint }>("ledger.balance.account", `
    SELECT coalesce(sum(debit_minor - credit_minor), 0)::bigint AS net FROM ledger.account_day_total
    WHERE book = $1 AND account = $2 AND currency = $3 AND business_date <= $4`, [of.book ?? STATUTORY, account, currency, of.asOf ?? tx.businessDate]);
  return row.net;
}
