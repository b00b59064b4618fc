import { addDays, isoDate } from "#engine/date.ts";
import type { Tx } from "#kernel/db.ts";
import { accountBalance, trialBalance } from "./balances.ts";

/** One of our bank accounts as the bank's newest statement has it. */
export interface BankBalance {
  readonly id: string; readonly name: string; readonly currency: string;
  /** The last four places of its number. */
  readonly accountEnd: string;
  /** Null while no statement with a closing balance was taken in. */
  readonly statementMinor: bigint | null;
  readonly statementDate: string | null;
}

export interface CashCurrency {
  readonly currency: string;
  /** The account `bank` in the books, debits minus credits. */
  readonly ledgerMinor: bigint;
  readonly statementsMinor: bigint;
  /** Books less statements: 0 when everything is reconciled. */
  readonly differenceMinor: bigint;
  /** Reported and not on a statement yet; payouts under way, debits minus credits. */
  readonly incomingMinor: bigint;
  readonly outgoingMinor: bigint;
  readonly openItems: number;
  /** Overdue now; counted into no day of the forecast. */
  readonly overdueMinor: bigint;
  /** Each of the coming days on which something falls due, with the cash there would be if all of it came. */
  readonly days: readonly { readonly date: string; readonly loans: number; readonly expectedMinor: bigint; readonly cashMinor: bigint }[];
}

const AHEAD_DAYS = 30;

/**
 * Cash in the books beside what the bank says, and what falls due in the next thirty days. The forecast holds the next installment of each loan
 * that is not overdue: a loan paid more often than once in thirty days counts with its next one only.
 */
export async function cashPosition(tx: Tx): Promise<{ banks: BankBalance[]; currencies: CashCurrency[]; until: string }> {
  const until = addDays(isoDate(tx.businessDate), AHEAD_DAYS);
  const banks = await tx.rows<BankBalance & object>("ledger.cash.banks", `SELECT id, name, currency, account_end AS "accountEnd", closing_minor AS "statementMinor", to_date AS "statementDate" FROM payments.ledger_bank_account ORDER BY currency, name`);
  const items = await tx.rows<{ currency: string; n: bigint }>("ledger.cash.items", "SELECT currency, count(*) AS n FROM payments.ledger_open_item WHERE kind <> 'receipt_match' GROUP BY currency");
  const due = await tx.rows<{ currency: string; due_date: string | null; n: bigint; minor: bigint }>("ledger.cash.due", `
    SELECT currency, due_date, count(*) AS n, sum(amount_minor)::bigint AS minor FROM servicing.ledger_expected
    WHERE due_date IS NULL OR due_date BETWEEN $1 AND $2 GROUP BY currency, due_date ORDER BY currency, due_date`, [tx.businessDate, until]);
  const held = (await trialBalance(tx)).accounts.filter((a) => a.account === "bank").map((a) => a.currency);
  const currencies: CashCurrency[] = [];
  for (const currency of new Set([...banks.map((b) => b.currency), ...held, ...due.map((d) => d.currency)])) {
    const of = (account: string) => accountBalance(tx, account, currency);
    const [ledgerMinor, incomingMinor, outgoingMinor] = [await of("bank"), await of("bank_clearing"), await of("disbursement_clearing")];
    const statementsMinor = banks.reduce((sum, b) => (b.currency === currency ? sum + (b.statementMinor ?? 0n) : sum), 0n);
    let cashMinor = ledgerMinor + incomingMinor + outgoingMinor;
    const days = due.flatMap((d) => (d.currency === currency && d.due_date !== null ? [{ date: d.due_date, loans: Number(d.n), expectedMinor: d.minor, cashMinor: (cashMinor += d.minor) }] : []));
    currencies.push({
      currency, ledgerMinor, statementsMinor, differenceMinor: ledgerMinor - statementsMinor, incomingMinor, outgoingMinor, days,
      openItems: Number(items.find((i) => i.currency === currency)?.n ?? 0n), overdueMinor: due.find((d) => d.currency === currency && d.due_date === null)?.minor ?? 0n,
    });
  }
  return { banks, currencies, until };
}
