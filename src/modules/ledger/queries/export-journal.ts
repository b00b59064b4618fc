import { formatAmount, money } from "#engine/money.ts";
import type { Tx } from "#kernel/db.ts";
import { STATUTORY } from "../domain/entry.ts";
import type { AccountKind } from "../domain/chart.ts";

export type ExportFormat = "ledger" | "csv";

export interface ExportRange {
  /** Business dates, both inclusive; default everything up to the current business date. */
  readonly from?: string;
  readonly to?: string;
  readonly book?: string;
  readonly format: ExportFormat;
}

interface Row {
  entry_id: string; business_date: string; value_date: string; memo: string; cause_kind: string; cause_id: string; line: number;
  account: string; kind: AccountKind; currency: string; debit_minor: bigint; credit_minor: bigint; loan_account_id: string | null; product_code: string | null; branch_id: string | null;
}

const GROUPS: Readonly<Record<AccountKind, string>> = { asset: "Assets", liability: "Liabilities", equity: "Equity", income: "Income", expense: "Expenses", memo: "Memorandum" };
const BATCH = 2000;
const CSV_HEAD = "entry,business_date,value_date,line,account,debit,credit,currency,cause_kind,cause,loan_account,product,branch,memo\r\n";

/**
 * Writes the journal as text, from one snapshot of the books, without holding it in memory: the plain-text accounting
 * format that ledger-cli and hledger read, or CSV.
 *
 * @param write  takes one piece of text and resolves when there is room for more
 * @returns      how many postings were written
 * @source       Ledger 3 manual, section 5.2 "Transactions"; hledger manual, "journal format"
 */
export async function exportJournal(tx: Tx, range: ExportRange, write: (text: string) => Promise<void>): Promise<number> {
  const values = [range.book ?? STATUTORY, range.from ?? "0001-01-01", range.to ?? tx.businessDate];
  await tx.client.query(`DECLARE journal_export NO SCROLL CURSOR FOR
    SELECT p.entry_id, p.business_date, p.value_date, e.memo, e.cause_kind, e.cause_id, p.line, p.account, a.kind, p.currency, p.debit_minor, p.credit_minor,
           p.loan_account_id, p.product_code, p.branch_id
    FROM ledger.posting p
    JOIN ledger.journal_entry e ON e.tenant_id = p.tenant_id AND e.business_date = p.business_date AND e.id = p.entry_id
    JOIN ledger.ledger_account a ON a.tenant_id = p.tenant_id AND a.code = p.account
    WHERE p.book = $1 AND p.business_date BETWEEN $2 AND $3
    ORDER BY p.business_date, p.entry_id, p.line`, values);
  let written = 0;
  let last = "";
  await write(range.format === "csv" ? CSV_HEAD : `; Loanwright journal, book ${values[0]}\n`);
  for (;;) {
    const { rows } = await tx.client.query<Row>(`FETCH ${BATCH} FROM journal_export`);
    if (rows.length === 0) break;
    let text = "";
    for (const row of rows) {
      text += range.format === "csv" ? csvLine(row) : `${row.entry_id === last ? "" : entryHead(row)}${posting(row)}`;
      last = row.entry_id;
    }
    await write(text);
    written += rows.length;
  }
  await tx.client.query("CLOSE journal_export");
  return written;
}

// Not "value:", which ledger-cli takes for a valuation rule.
function entryHead(row: Row): string {
  return `\n${row.business_date} * (${row.entry_id}) ${plain(row.memo)}\n    ; valued: ${row.value_date}, cause: ${row.cause_kind} ${plain(row.cause_id)}\n`;
}

function posting(row: Row): string {
  const amount = formatAmount(money(row.debit_minor - row.credit_minor, row.currency));
  const loan = row.loan_account_id === null ? "" : `  ; loan: ${row.loan_account_id}`;
  return `    ${GROUPS[row.kind]}:${row.account}  ${row.currency} ${amount}${loan}\n`;
}

/** Memos hold people's text; a line break or a semicolon would change what a line means. */
function plain(text: string): string {
  return text.replace(/[\p{Cc};|]+/gu, " ").replace(/\s{2,}/g, " ").trim();
}

function csvLine(row: Row): string {
  const amount = (minor: bigint) => (minor === 0n ? "" : formatAmount(money(minor, row.currency)));
  const cells = [row.entry_id, row.business_date, row.value_date, String(row.line), row.account, amount(row.debit_minor), amount(row.credit_minor), row.currency,
    row.cause_kind, row.cause_id, row.loan_account_id ?? "", row.product_code ?? "", row.branch_id ?? "", row.memo];
  return `${cells.map(cell).join(",")}\r\n`;
}

/** A cell that a spreadsheet would take for a formula is made inert. */
function cell(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
