import type { Money } from "#engine/money.ts";
import { money } from "#engine/money.ts";
import type { Tx } from "#kernel/db.ts";
import { STATUTORY } from "../domain/entry.ts";
import { trialBalance } from "../queries/balances.ts";
import { journalRows } from "../queries/export-journal.ts";
import { accountLedger } from "../queries/general-ledger.ts";

/** Takes bytes or text and resolves when there is room for more. */
export type Sink = (piece: string | Buffer) => Promise<void>;

export type Cell = string | number | Money | null;
export interface Column { readonly name: string; readonly kind: "text" | "date" | "integer" | "amount" }

/** Rows under typed columns, some thousands at a time. Amounts keep their minor units until a format writes them. */
export interface Dataset {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly batches: AsyncIterable<readonly (readonly Cell[])[]>;
}

export interface ExportOrder {
  readonly dataset: "journal" | "trial_balance" | "general_ledger";
  /** Business dates, both inclusive; default everything up to the current one. A trial balance is of the last day. */
  readonly from?: string;
  readonly to?: string;
  readonly book?: string;
  /** Of the general ledger. */
  readonly account?: string;
  readonly currency?: string;
}

const text = (...names: string[]): Column[] => names.map((name) => ({ name, kind: "text" }));
const amount = (...names: string[]): Column[] => names.map((name) => ({ name, kind: "amount" }));
const DAYS: readonly Column[] = [{ name: "business_date", kind: "date" }, { name: "value_date", kind: "date" }];
const PAGE = 2000;

/** What an order asks for; rows are read as they are taken. May raise ledger.account_unknown, ledger.dates_unusable. */
export function datasetOf(tx: Tx, order: ExportOrder): Dataset {
  if (order.dataset === "trial_balance") return { name: "trial-balance", columns: [...text("account", "name", "kind", "currency"), ...amount("debit", "credit", "balance")], batches: trial(tx, order) };
  if (order.dataset === "general_ledger") {
    return { name: `general-ledger-${order.account ?? ""}`, columns: [...text("account"), ...DAYS, ...text("entry", "memo", "cause_kind", "cause", "loan_account", "currency"), ...amount("debit", "credit", "balance")], batches: ledger(tx, order) };
  }
  return {
    name: "journal", batches: journal(tx, order),
    columns: [...text("entry"), ...DAYS, { name: "line", kind: "integer" }, ...text("account"), ...amount("debit", "credit"), ...text("currency", "cause_kind", "cause", "loan_account", "product", "branch", "memo")],
  };
}

async function* trial(tx: Tx, order: ExportOrder): AsyncGenerator<Cell[][]> {
  const tb = await trialBalance(tx, { asOf: order.to, book: order.book });
  yield tb.accounts.map((a) => [a.account, a.name, a.kind, a.currency, money(a.debitMinor, a.currency), money(a.creditMinor, a.currency), money(a.debitMinor - a.creditMinor, a.currency)]);
}

async function* ledger(tx: Tx, order: ExportOrder): AsyncGenerator<Cell[][]> {
  for (let cursor: string | undefined, begun = false; !begun || cursor !== undefined; begun = true) {
    const page = await accountLedger(tx, { account: order.account ?? "", from: order.from ?? "0001-01-02", to: order.to, book: order.book, currency: order.currency, cursor, limit: PAGE });
    const m = (minor: bigint) => money(minor, page.currency);
    yield page.lines.map((l) => [page.account, l.businessDate, l.valueDate, l.entryId, l.memo, l.causeKind, l.causeId, l.loanAccountId, page.currency, m(l.debitMinor), m(l.creditMinor), m(l.balanceMinor)]);
    cursor = page.nextCursor ?? undefined;
  }
}

async function* journal(tx: Tx, order: ExportOrder): AsyncGenerator<Cell[][]> {
  for await (const rows of journalRows(tx, { ...order, book: order.book ?? STATUTORY })) {
    yield rows.map((r) => [
      r.entry_id, r.business_date, r.value_date, r.line, r.account, r.debit_minor === 0n ? null : money(r.debit_minor, r.currency), r.credit_minor === 0n ? null : money(r.credit_minor, r.currency), r.currency,
      r.cause_kind, r.cause_id, r.loan_account_id, r.product_code, r.branch_id, r.memo,
    ]);
  }
}
