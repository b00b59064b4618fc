import type { Tx } from "#kernel/db.ts";
import { STALE_AFTER_DAYS } from "../domain/ageing.ts";
import { STATUTORY } from "../domain/entry.ts";
import { suspenseAgeing } from "./suspense.ts";

/** One line of the checklist of a period close. */
export interface CloseCheck {
  readonly check: "end_of_day" | "quarantine" | "balanced" | "control_accounts" | "suspense_age" | "bank_lines" | "provisions" | "revaluation";
  readonly state: "green" | "red";
  /** What was found, in words that name figures and places. */
  readonly detail: string;
}

const line = (check: CloseCheck["check"], good: boolean, detail: string): CloseCheck => ({ check, state: good ? "green" : "red", detail });

/** The books that anything was posted to or that were closed, the statutory one first; found by skipping through the index. */
export async function booksKept(tx: Tx): Promise<string[]> {
  const rows = await tx.rows<{ book: string }>("ledger.books.kept", `
    WITH RECURSIVE kept AS (
      (SELECT book FROM ledger.account_day_total WHERE tenant_id = $1 ORDER BY book LIMIT 1)
      UNION ALL
      SELECT (SELECT t.book FROM ledger.account_day_total t WHERE t.tenant_id = $1 AND t.book > kept.book ORDER BY t.book LIMIT 1) FROM kept WHERE kept.book IS NOT NULL
    )
    SELECT book FROM kept WHERE book IS NOT NULL UNION SELECT book FROM ledger.period_close ORDER BY book`, [tx.tenantId]);
  return [STATUTORY, ...rows.map((r) => r.book).filter((book) => book !== STATUTORY)];
}

/**
 * What must be in order before a book is closed through a day. Accruals, falling due and classification are end of day's: a day that it
 * closed without quarantine has them. A book without loans of its own has fewer checks.
 */
export async function closeChecks(tx: Tx, book: string, through: string): Promise<CloseCheck[]> {
  const checks = [await endOfDayClosed(tx, through), await balanced(tx, book, through)];
  if (book === STATUTORY) checks.push(await nothingInQuarantine(tx, through), await controlsProved(tx, book, through), await nothingStale(tx, through), ...(await bankLines(tx, through)));
  else checks.push(...(await othersProved(tx, book, through)));
  return [...checks, ...(await provisionsPosted(tx, book, through)), ...(await revalued(tx, book, through))];
}

/** Foreign money that stands in the book at that day has been revalued as of it; a book in one currency has no such check. */
async function revalued(tx: Tx, book: string, through: string): Promise<CloseCheck[]> {
  const { foreign, done } = await tx.one<{ foreign: string[] | null; done: boolean }>("ledger.check.revalued", `
    SELECT (SELECT array_agg(DISTINCT currency ORDER BY currency) FROM (
        SELECT t.currency FROM ledger.account_day_total t JOIN ledger.ledger_account a ON a.tenant_id = t.tenant_id AND a.code = t.account AND a.kind IN ('asset', 'liability') JOIN kernel.tenant k ON k.tenant_id = t.tenant_id
        WHERE t.book = $1 AND t.business_date <= $2 AND t.currency <> k.currency GROUP BY t.account, t.currency HAVING sum(t.debit_minor) <> sum(t.credit_minor)) AS held) AS foreign,
      EXISTS (SELECT FROM ledger.fx_revaluation WHERE book = $1 AND day = $2 AND state = 'posted') AS done`, [book, through]);
  return foreign === null ? [] : [line("revaluation", done, `${foreign.join(", ")} ${done ? "revalued" : "not revalued"} at ${through}.`)];
}

async function endOfDayClosed(tx: Tx, through: string): Promise<CloseCheck> {
  const { closed_through: closed } = await tx.one<{ closed_through: string }>("ledger.check.end_of_day", "SELECT closed_through FROM kernel.business_day", []);
  return line("end_of_day", through <= closed, `End of day has closed through ${closed}.`);
}

async function nothingInQuarantine(tx: Tx, through: string): Promise<CloseCheck> {
  const { n } = await tx.one<{ n: bigint }>("ledger.check.quarantine", "SELECT count(*) AS n FROM kernel.eod_quarantine WHERE cleared_at IS NULL AND business_date <= $1", [through]);
  return line("quarantine", n === 0n, n === 0n ? "Nothing waits in quarantine." : `${n} waiting in quarantine on or before ${through}.`);
}

async function balanced(tx: Tx, book: string, through: string): Promise<CloseCheck> {
  const off = await tx.rows<{ currency: string; difference: bigint }>("ledger.check.balanced", `
    SELECT currency, sum(debit_minor - credit_minor)::bigint AS difference FROM ledger.account_day_total
    WHERE book = $1 AND business_date <= $2 GROUP BY currency HAVING sum(debit_minor) <> sum(credit_minor) ORDER BY currency`, [book, through]);
  return line("balanced", off.length === 0, off.length === 0 ? "Debits equal credits in every currency." : off.map((o) => `${o.currency}: debits less credits are ${o.difference} minor units.`).join(" "));
}

/** A book beside the statutory one is proved where loans are kept in it; one that holds provisions alone has no control accounts. */
async function othersProved(tx: Tx, book: string, through: string): Promise<CloseCheck[]> {
  const { kept } = await tx.one<{ kept: boolean }>("ledger.check.book_proved", "SELECT EXISTS (SELECT FROM ledger.proof WHERE book = $1 AND check_name = 'control' AND business_date <= $2) AS kept", [book, through]);
  return kept ? [await controlsProved(tx, book, through)] : [];
}

async function controlsProved(tx: Tx, book: string, through: string): Promise<CloseCheck> {
  const kept = await tx.one<{ n: bigint; failed: string[] | null }>("ledger.check.proofs", `
    SELECT count(*) AS n, array_agg(DISTINCT coalesce(account, currency)) FILTER (WHERE ledger_minor <> expected_minor) AS failed
    FROM (SELECT DISTINCT ON (check_name, account, currency) account, currency, ledger_minor, expected_minor FROM ledger.proof WHERE business_date = $1 AND book = $2 ORDER BY check_name, account, currency, proved_at DESC) AS newest`, [through, book]);
  if (kept.n === 0n) return line("control_accounts", false, `End of day kept no proof for ${through}.`);
  return line("control_accounts", kept.failed === null, kept.failed === null ? `${kept.n} proofs of ${through} came out equal.` : `Not equal on ${through}: ${kept.failed.join(", ")}.`);
}

async function nothingStale(tx: Tx, through: string): Promise<CloseCheck> {
  const old = (await suspenseAgeing(tx, { asOf: through })).filter((a) => a.oldestDays > STALE_AFTER_DAYS);
  return line("suspense_age", old.length === 0, old.length === 0 ? `Nothing stands in suspense or clearing for more than ${STALE_AFTER_DAYS} days.` : old.map((a) => `${a.account} ${a.currency}: ${a.oldestDays} days.`).join(" "));
}

async function bankLines(tx: Tx, through: string): Promise<CloseCheck[]> {
  const { there } = await tx.one<{ there: boolean }>("ledger.check.has_items", "SELECT to_regclass('payments.ledger_open_item') IS NOT NULL AS there");
  if (!there) return [];
  const open = await tx.one<{ lines: bigint; receipts: bigint }>("ledger.check.bank_lines", `
    SELECT count(*) FILTER (WHERE kind = 'statement_line') AS lines, count(*) FILTER (WHERE kind = 'receipt') AS receipts FROM payments.ledger_open_item WHERE since <= $1`, [through]);
  return [line("bank_lines", open.lines + open.receipts === 0n, `${open.lines} bank lines without a counterpart, ${open.receipts} receipts not matched.`)];
}

async function provisionsPosted(tx: Tx, book: string, through: string): Promise<CloseCheck[]> {
  const { there } = await tx.one<{ there: boolean }>("ledger.check.has_risk", "SELECT to_regclass('risk.ledger_provision') IS NOT NULL AS there");
  if (!there) return [];
  const policies = await tx.rows<{ name: string; posted_date: string | null; good: boolean }>("ledger.check.provisions", `
    SELECT name, posted_date, coalesce(posted_date >= date_trunc('month', $2::date), false) AS good FROM risk.ledger_provision WHERE book = $1 ORDER BY name`, [book, through]);
  if (policies.length === 0) return [];
  return [line("provisions", policies.every((p) => p.good), policies.map((p) => `${p.name}: ${p.posted_date === null ? "never posted" : `posted for ${p.posted_date}`}.`).join(" "))];
}

export interface CloseDesk {
  readonly through: string;
  readonly books: { book: string; closedThrough: string | null; ready: boolean; checks: CloseCheck[] }[];
}

/** Every book with its checklist for closing through a day; default the last day that end of day has closed. */
export async function closeDesk(tx: Tx, day?: string): Promise<CloseDesk> {
  const { closed_through: closed } = await tx.one<{ closed_through: string }>("ledger.check.end_of_day", "SELECT closed_through FROM kernel.business_day", []);
  const through = day ?? closed;
  const closes = await tx.rows<{ book: string; closed_through: string }>("ledger.period.all", "SELECT book, closed_through FROM ledger.period_close", []);
  const books: CloseDesk["books"] = [];
  for (const book of await booksKept(tx)) {
    const checks = await closeChecks(tx, book, through);
    books.push({ book, closedThrough: closes.find((c) => c.book === book)?.closed_through ?? null, ready: checks.every((c) => c.state === "green"), checks });
  }
  return { through, books };
}
