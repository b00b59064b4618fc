import { formatAmount, money } from "#engine/money.ts";
import type { Tx } from "#kernel/db.ts";
import { STATUTORY } from "../domain/entry.ts";
import type { AccountKind } from "../domain/chart.ts";

export interface ExportRange {
  /** Business dates, both inclusive; default everything up to the current business date. */
  readonly from?: string;
  readonly to?: string;
  readonly book?: string;
}

export interface JournalRow {
  entry_id: string; business_date: string; value_date: string; memo: string; cause_kind: string; cause_id: string; line: number;
  account: string; kind: AccountKind; currency: string; debit_minor: bigint; credit_minor: bigint; loan_account_id: string | null; product_code: string | null; branch_id: string | null;
}

const GROUPS: Readonly<Record<AccountKind, string>> = { asset: "Assets", liability: "Liabilities", equity: "Equity", income: "Income", expense: "Expenses", memo: "Memorandum" };
const BATCH = 2000;

/** The postings of a book in the order of the journal, some thousands at a time, from one snapshot. */
export async function* journalRows(tx: Tx, range: ExportRange): AsyncGenerator<JournalRow[]> {
  const values = [range.book ?? STATUTORY, range.from ?? "0001-01-01", range.to ?? tx.businessDate];
  await tx.client.query(`DECLARE journal_export NO SCROLL CURSOR FOR
    SELECT p.entry_id, p.business_date, p.value_date, e.memo, e.cause_kind, e.cause_id, p.line, p.account, a.kind, p.currency, p.debit_minor, p.credit_minor,
           p.loan_account_id, p.product_code, p.branch_id
    FROM ledger.posting p
    JOIN ledger.journal_entry e ON e.tenant_id = p.tenant_id AND e.business_date = p.business_date AND e.id = p.entry_id
    JOIN ledger.ledger_account a ON a.tenant_id = p.tenant_id AND a.code = p.account
    WHERE p.book = $1 AND p.business_date BETWEEN $2 AND $3
    ORDER BY p.business_date, p.entry_id, p.line`, values);
  // The database reads on while what it sent is being written.
  const fetch = () => tx.client.query<JournalRow>(`FETCH ${BATCH} FROM journal_export`);
  for (let coming = fetch(); ;) {
    const { rows } = await coming;
    if (rows.length === 0) break;
    coming = fetch();
    coming.catch(() => undefined);
    yield rows;
  }
  await tx.client.query("CLOSE journal_export");
}

/**
 * Writes the journal as text, without holding it in memory: the plain-text accounting format that ledger-cli and hledger read.
 *
 * @param write  takes one piece of text and resolves when there is room for more
 * @source       Ledger 3 manual, section 5.2 "Transactions"; hledger manual, "journal format"
 */
export async function writeJournalText(tx: Tx, range: ExportRange, write: (text: string) => Promise<void>, taken: (rows: number) => void): Promise<void> {
  let last = "";
  await write(`; Loanwright journal, book ${range.book ?? STATUTORY}\n`);
  for await (const rows of journalRows(tx, range)) {
    let text = "";
    for (const row of rows) {
      text += `${row.entry_id === last ? "" : entryHead(row)}${posting(row)}`;
      last = row.entry_id;
    }
    await write(text);
    taken(rows.length);
  }
}

// Not "value:", which ledger-cli takes for a valuation rule.
function entryHead(row: JournalRow): string {
  return `\n${row.business_date} * (${row.entry_id}) ${plain(row.memo)}\n    ; valued: ${row.value_date}, cause: ${row.cause_kind} ${plain(row.cause_id)}\n`;
}

function posting(row: JournalRow): string {
  const amount = formatAmount(money(row.debit_minor - row.credit_minor, row.currency));
  const loan = row.loan_account_id === null ? "" : `  ; loan: ${row.loan_account_id}`;
  return `    ${GROUPS[row.kind]}:${row.account}  ${row.currency} ${amount}${loan}\n`;
}

/** Memos hold people's text; a line break or a semicolon would change what a line means. */
function plain(text: string): string {
  return text.replace(/[\p{Cc};|]+/gu, " ").replace(/\s{2,}/g, " ").trim();
}
