import { problem as kernelProblem } from "#kernel/kernel-problems.ts";
import { currentTenant } from "#kernel/tenants.ts";
import type { Tx } from "#kernel/db.ts";
import type { AccountKind } from "../domain/chart.ts";
import { STATUTORY } from "../domain/entry.ts";
import type { Span } from "../domain/periods.ts";
import { problem } from "../problems.ts";
import { accountBalance } from "./balances.ts";
import { dayBefore, spanOf } from "./statements.ts";

export interface LedgerLine {
  readonly entryId: string;
  readonly line: number;
  readonly businessDate: string;
  readonly valueDate: string;
  readonly memo: string;
  readonly causeKind: string;
  readonly causeId: string;
  readonly loanAccountId: string | null;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
  /** Debits minus credits after this line. */
  readonly balanceMinor: bigint;
}

export interface AccountLedger extends Span {
  readonly account: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly book: string;
  readonly currency: string;
  /** Currencies that this account has entries in, in this book. */
  readonly currencies: readonly string[];
  /** Debits minus credits before the first day and at the end of the last. */
  readonly openingMinor: bigint;
  readonly closingMinor: bigint;
  readonly lines: readonly LedgerLine[];
  readonly nextCursor: string | null;
}

interface Asked { readonly account: string; readonly currency?: string; readonly book?: string; readonly from?: string; readonly to?: string; readonly cursor?: string; readonly limit?: number }
interface Place { readonly date: string; readonly entryId: string; readonly line: number }

/**
 * One account line by line, oldest first, with the balance after each. A page begins where the one before ended: its opening balance is
 * the day totals before its first day and the postings of that day before its first line, so no page reads those before it.
 * May raise ledger.account_unknown, ledger.dates_unusable, list.bad_cursor.
 */
export async function accountLedger(tx: Tx, asked: Asked): Promise<AccountLedger> {
  const known = await tx.maybe<{ name: string; kind: AccountKind }>("ledger.gl.account", "SELECT name, kind FROM ledger.ledger_account WHERE code = $1", [asked.account]);
  if (known === undefined) throw problem("ledger.account_unknown");
  const { from, to } = spanOf(tx, asked);
  const book = asked.book ?? STATUTORY;
  const held = await tx.rows<{ currency: string }>("ledger.gl.currencies", "SELECT DISTINCT currency FROM ledger.account_day_total WHERE book = $1 AND account = $2 ORDER BY currency", [book, asked.account]);
  const currencies = held.map((c) => c.currency);
  const own = (await currentTenant(tx)).currency;
  const currency = asked.currency ?? (currencies.includes(own) ? own : currencies[0] ?? own);
  const upTo = (asOf: string) => accountBalance(tx, asked.account, currency, { asOf, book });
  const [openingMinor, closingMinor] = [await upTo(dayBefore(from)), await upTo(to)];
  const after = asked.cursor === undefined ? undefined : place(asked.cursor);
  const before = after === undefined ? openingMinor : (await upTo(dayBefore(after.date))) + (await partOfDay(tx, { ...asked, book, currency }, after));
  const limit = asked.limit ?? 100;
  const rows = await linesAfter(tx, { account: asked.account, currency, book, from, to }, after, limit + 1);
  let balance = before;
  const lines = rows.slice(0, limit).map((row) => ({ ...row, balanceMinor: (balance += row.debitMinor - row.creditMinor) }));
  const last = lines.at(-1);
  return {
    account: asked.account, ...known, book, currency, currencies, from, to, openingMinor, closingMinor, lines,
    nextCursor: rows.length > limit && last !== undefined ? `${last.businessDate}~${last.entryId}~${last.line}` : null,
  };
}

function place(cursor: string): Place {
  const match = /^(\d{4}-\d{2}-\d{2})~(je_\w{1,40})~(\d{1,5})$/.exec(cursor);
  if (match === null) throw kernelProblem("list.bad_cursor");
  return { date: match[1] as string, entryId: match[2] as string, line: Number(match[3]) };
}

/** What the page before took of the day it ended in. */
async function partOfDay(tx: Tx, of: { account: string; currency: string; book: string }, at: Place): Promise<bigint> {
  const { net } = await tx.one<{ net: bigint }>("ledger.gl.part_of_day", `
    SELECT coalesce(sum(debit_minor - credit_minor), 0)::bigint AS net FROM ledger.posting
    WHERE book = $1 AND account = $2 AND currency = $3 AND business_date = $4 AND (entry_id, line) <= ($5, $6)`, [of.book, of.account, of.currency, at.date, at.entryId, at.line]);
  return net;
}

async function linesAfter(tx: Tx, of: { account: string; currency: string; book: string } & Span, after: Place | undefined, limit: number): Promise<Omit<LedgerLine, "balanceMinor">[]> {
  return tx.rows<Omit<LedgerLine, "balanceMinor"> & object>("ledger.gl.lines", `
    SELECT p.entry_id AS "entryId", p.line, p.business_date AS "businessDate", p.value_date AS "valueDate", e.memo, e.cause_kind AS "causeKind", e.cause_id AS "causeId",
      p.loan_account_id AS "loanAccountId", p.debit_minor AS "debitMinor", p.credit_minor AS "creditMinor"
    FROM (SELECT * FROM ledger.posting WHERE book = $1 AND account = $2 AND currency = $3 AND business_date BETWEEN $4 AND $5
            AND (business_date, entry_id, line) > ($6::date, $7, $8) ORDER BY business_date, entry_id, line LIMIT $9) AS p
    JOIN ledger.journal_entry e ON e.tenant_id = p.tenant_id AND e.business_date = p.business_date AND e.id = p.entry_id
    ORDER BY p.business_date, p.entry_id, p.line`, [of.book, of.account, of.currency, after?.date ?? of.from, of.to, after?.date ?? "0001-01-01", after?.entryId ?? "", after?.line ?? 0, limit]);
}
