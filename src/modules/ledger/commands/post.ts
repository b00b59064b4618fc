import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { STATUTORY, checkedTotal, withParallel, type JournalEntry } from "../domain/entry.ts";
import { problem } from "../problems.ts";

/** Advisory lock of a lender's periods: shared by entries of earlier days, alone by a close. */
export const PERIOD_LOCK = 0x1ed6e7;

/**
 * Posts one journal entry: entry, postings and running totals in one statement.
 * @returns the entry's id
 * @throws RangeError  it does not balance, or names an account the chart does not have
 * May raise period.closed.
 */
export async function post(tx: Tx, ctx: Context, entry: JournalEntry): Promise<string> {
  const [id] = await postAll(tx, ctx, [entry]);
  return id as string;
}

/** Posts many entries in one statement, all or none, with what they are in other books. Returns the ids of the entries named. Same faults and refusals as {@link post}. */
export async function postAll(tx: Tx, ctx: Context, facts: readonly JournalEntry[]): Promise<string[]> {
  if (facts.length === 0) return [];
  const entries = withParallel(facts);
  const totals = entries.map(checkedTotal);
  // A day before the current one may be closed at this moment: whoever closes waits for us, or we for them and are then refused.
  if (entries.some((e) => e.businessDate < tx.businessDate)) await tx.one("ledger.period.hold_open", "SELECT pg_advisory_xact_lock_shared($1, hashtext($2)) IS NOT NULL AS held", [PERIOD_LOCK, tx.tenantId]);
  const ids = entries.map(() => ctx.ids.next("je"));
  const lines = entries.flatMap((entry, i) => entry.lines.map((line, n) => ({ line, entryId: ids[i] as string, n: n + 1 })));
  const done = await tx.one<{ posted: bigint; closed: boolean }>("ledger.entry.post", POST, [
    ids,
    entries.map((e) => e.book ?? STATUTORY),
    entries.map((e) => e.businessDate),
    entries.map((e) => e.valueDate),
    entries.map((e) => e.currency),
    entries.map((e) => e.cause.kind),
    entries.map((e) => e.cause.id),
    entries.map((e) => e.memo),
    totals.map(String),
    entries.map((e) => e.reversesId ?? null),
    lines.map((l) => l.entryId),
    lines.map((l) => l.n),
    lines.map((l) => l.line.account),
    lines.map((l) => String(l.line.debit ?? 0n)),
    lines.map((l) => String(l.line.credit ?? 0n)),
    lines.map((l) => l.line.loanAccountId ?? null),
    lines.map((l) => l.line.productCode ?? null),
    lines.map((l) => l.line.branchId ?? null),
    entries.map((e) => e.actorId ?? ctx.actor.id),
    tx.now,
  ]);
  if (Number(done.posted) !== lines.length) throw new RangeError(`the chart lacks one of: ${[...new Set(lines.map((l) => l.line.account))].join(", ")}`);
  if (done.closed) throw problem("period.closed");
  return ids.slice(0, facts.length);
}

// Running totals are kept per writing connection (slot), so that payments on different loans do not wait for each other.
const POST = `
WITH entry AS (
  INSERT INTO ledger.journal_entry (id, book, business_date, value_date, currency, cause_kind, cause_id, memo, amount_minor, reverses_id, actor_id, recorded_at)
  SELECT e.*, $20::timestamptz
  FROM unnest($1::text[], $2::text[], $3::date[], $4::date[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::text[], $19::text[]) AS e
  RETURNING id, book, business_date, value_date, currency
), line AS MATERIALIZED (
  SELECT l.*, e.book, e.business_date, e.value_date, e.currency
  FROM unnest($11::text[], $12::int[], $13::text[], $14::bigint[], $15::bigint[], $16::text[], $17::text[], $18::text[])
    AS l (entry_id, line, account, debit_minor, credit_minor, loan_account_id, product_code, branch_id)
  JOIN entry e ON e.id = l.entry_id
  JOIN ledger.ledger_account a ON a.code = l.account AND a.active
), posted AS (
  INSERT INTO ledger.posting (business_date, entry_id, line, book, account, currency, debit_minor, credit_minor, value_date, loan_account_id, product_code, branch_id)
  SELECT business_date, entry_id, line, book, account, currency, debit_minor, credit_minor, value_date, loan_account_id, product_code, branch_id FROM line
  RETURNING 1
), total AS (
  INSERT INTO ledger.account_day_total AS t (book, account, currency, business_date, slot, debit_minor, credit_minor)
  SELECT book, account, currency, business_date, pg_backend_pid() % 1024, sum(debit_minor)::bigint, sum(credit_minor)::bigint
  FROM line GROUP BY book, account, currency, business_date ORDER BY book, account, currency, business_date
  ON CONFLICT (tenant_id, book, account, currency, business_date, slot)
  DO UPDATE SET debit_minor = t.debit_minor + excluded.debit_minor, credit_minor = t.credit_minor + excluded.credit_minor
)
SELECT (SELECT count(*) FROM posted) AS posted,
       EXISTS (SELECT FROM entry e JOIN ledger.period_close c ON c.book = e.book AND e.business_date <= c.closed_through) AS closed`;
