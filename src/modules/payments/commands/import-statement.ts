import { createHash } from "node:crypto";
import * as ledger from "#modules/ledger/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { bankOf } from "../bank.ts";
import { classify, ties, type Classified } from "../domain/classify.ts";
import { payoutReturned, payoutSettled, receiptMatched } from "../events.ts";
import { UnreadableFile, type BankStatement, type StatementLine } from "../ports.ts";
import { problem } from "../problems.ts";
import { insertLines, insertMatches, insertReceipts, knownAbout, linkReceipts, type NewLine, type NewMatch, type NewReceipt } from "../store.ts";
import { paidCollections } from "./collect.ts";
import { bankAccountBy, type BankAccount } from "./register.ts";
import { takeBack } from "./return-receipt.ts";

export interface ImportResult {
  readonly statementId: string;
  readonly bankStatementId: string;
  readonly account: string;
  /** True when this very statement had been imported before: nothing was changed. */
  readonly alreadyImported: boolean;
  readonly lines: number;
  readonly matched: number;
  readonly suspense: number;
  readonly payouts: number;
  readonly returned: number;
  readonly repeated: number;
  readonly other: number;
  /** Whether its opening balance is the closing balance of the statement before; null for the first. */
  readonly continuous: boolean | null;
}

interface Item { readonly line: StatementLine; readonly is: Classified; readonly lineId: string; readonly receiptId?: string }

/**
 * Takes in a bank's file of statements, whole or not at all. The same statement a second time changes nothing and says so.
 * May raise statement.unreadable, statement.account_unknown, statement.does_not_tie, statement.differs.
 */
export async function importStatement(ctx: Context, bytes: Uint8Array): Promise<ImportResult[]> {
  const statements = readOrRefuse(ctx, bytes);
  return ctx.transaction(async (tx) => {
    const results: ImportResult[] = [];
    for (const statement of statements) results.push(await importOne(tx, ctx, statement));
    return results;
  });
}

function readOrRefuse(ctx: Context, bytes: Uint8Array): BankStatement[] {
  try {
    return bankOf(ctx).formats.readStatements(bytes);
  } catch (error) {
    if (error instanceof UnreadableFile) throw problem("statement.unreadable", error.message, { errors: [{ pointer: error.path, code: "file.unreadable", detail: error.message }] });
    throw error;
  }
}

async function importOne(tx: Tx, ctx: Context, statement: BankStatement): Promise<ImportResult> {
  const account = await bankAccountBy(tx, { account: statement.account });
  if (account === undefined || account.currency !== statement.currency) throw problem("statement.account_unknown", `Account ending ${statement.account.slice(-4)} in ${statement.currency}.`);
  // One import per account at a time: two files of one day must not both be the first.
  await tx.one("payments.bank_account.lock", "SELECT id FROM payments.bank_account WHERE id = $1 FOR UPDATE", [account.id]);
  const contentHash = hashOf(statement);
  const before = await tx.maybe<{ id: string; content_hash: string; line_count: number }>("payments.statement.find",
    "SELECT id, content_hash, line_count FROM payments.statement WHERE bank_account_id = $1 AND statement_ref = $2", [account.id, statement.statementId]);
  if (before !== undefined) {
    if (before.content_hash !== contentHash) throw problem("statement.differs", `Statement ${statement.statementId}.`);
    return { ...summary(before.id, statement, []), lines: before.line_count, alreadyImported: true, continuous: null };
  }
  if (ties(statement) === false) throw problem("statement.does_not_tie", `Statement ${statement.statementId}: opening ${statement.openingMinor}, entries ${statement.lines.reduce((s, l) => s + l.amountMinor, 0n)}, closing ${statement.closingMinor} minor units.`);
  const continuous = await continues(tx, account.id, statement);
  const id = ctx.ids.next("st");
  const items = await takeIn(tx, ctx, account, id, statement);
  await tx.run("payments.statement.insert", `
    INSERT INTO payments.statement (id, bank_account_id, statement_ref, content_hash, from_date, to_date, currency, opening_minor, closing_minor, line_count, imported_at, imported_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [id, account.id, statement.statementId, contentHash, statement.fromDate ?? null, statement.toDate ?? null, statement.currency, statement.openingMinor ?? null, statement.closingMinor ?? null, statement.lines.length, tx.now, ctx.actor.id]);
  const result = { ...summary(id, statement, items), continuous };
  await audit.record(tx, ctx, { action: "payment.statement.imported", subject: id, after: { ...result, contentHash } });
  return result;
}

async function continues(tx: Tx, bankAccountId: string, statement: BankStatement): Promise<boolean | null> {
  const last = await tx.maybe<{ closing_minor: bigint | null }>("payments.statement.last",
    "SELECT closing_minor FROM payments.statement WHERE bank_account_id = $1 AND closing_minor IS NOT NULL ORDER BY to_date DESC NULLS LAST, imported_at DESC LIMIT 1", [bankAccountId]);
  return last === undefined || statement.openingMinor === undefined ? null : last.closing_minor === statement.openingMinor;
}

/** A notification (no balances) tells of money before the statement does: receipts are made, the bank account is not yet posted. */
const isNotification = (statement: BankStatement) => statement.closingMinor === undefined;

async function takeIn(tx: Tx, ctx: Context, account: BankAccount, statementId: string, statement: BankStatement): Promise<Item[]> {
  const known = await knownAbout(tx, account.id, statement.lines);
  const early = isNotification(statement);
  const tied = new Set<string>();
  const items = statement.lines.map((line): Item => {
    const is = classify(line, known, tied);
    if (is.kind === "receipt" && is.receiptId !== undefined) tied.add(is.receiptId);
    const fresh = is.kind === "receipt" && is.receiptId === undefined && !(early && known.receipts.has(line.bankReference));
    return { line, is, lineId: ctx.ids.next("sl"), receiptId: fresh ? ctx.ids.next("rcp") : is.kind === "receipt" || is.kind === "receipt_return" ? is.receiptId : undefined };
  });
  const fresh = items.filter((item) => item.is.kind === "receipt" && item.receiptId !== undefined && item.is.receiptId === undefined);
  const receipts = fresh.map((item): NewReceipt => newReceipt(item, early));
  await insertReceipts(tx, ctx, account.id, receipts);
  const matches = fresh.flatMap((item) => newMatch(ctx, item));
  await insertMatches(tx, ctx, matches.map((m) => m.match));
  const entries = receipts.map((r) => receiptEntry(tx, r));
  const events = matches.map(({ match, line }) => receiptMatched({ matchId: match.id, receiptId: match.receiptId, loanAccountId: match.loanAccountId, amountMinor: match.amountMinor, currency: line.currency, valueDate: line.valueDate, channel: "bank_transfer" }));
  await paidCheckouts(tx, items);
  await paidCollections(tx, items.flatMap((item) => (item.is.kind === "receipt" && item.line.endToEndId?.startsWith("dd_") === true ? [item.line.endToEndId] : [])));
  if (!early) {
    await insertLines(tx, account.id, statementId, items.map(newLine));
    await linkReceipts(tx, account.id, items.flatMap((item) => (item.is.kind === "receipt" && item.is.receiptId !== undefined ? [{ receiptId: item.is.receiptId, lineId: item.lineId, bankReference: item.line.bankReference }] : [])));
    entries.push(...bankEntries(tx, statementId, statement, items));
    const moved = await movePayouts(tx, items);
    entries.push(...moved.entries);
    events.push(...moved.events);
    for (const item of items) if (item.is.kind === "receipt_return") await takeBack(tx, ctx, item.is.receiptId, item.line.returnReason ?? "returned");
  }
  await ledger.postAll(tx, ctx, entries);
  await outbox.add(tx, ctx, ...events);
  return items;
}

function newReceipt(item: Item, early: boolean): NewReceipt {
  const { line } = item;
  return {
    id: item.receiptId as string, bankReference: line.bankReference, channel: "bank_transfer", amountMinor: line.amountMinor, currency: line.currency, valueDate: line.valueDate,
    endToEndId: line.endToEndId, payerName: line.counterpartyName, payerAccount: line.counterpartyAccount, remittance: line.remittance,
    lineId: early ? undefined : item.lineId, matched: item.is.kind === "receipt" && item.is.owner !== undefined,
  };
}

function newMatch(ctx: Context, item: Item): { match: NewMatch; line: StatementLine }[] {
  if (item.is.kind !== "receipt" || item.is.owner === undefined) return [];
  return [{ line: item.line, match: { id: ctx.ids.next("rm"), receiptId: item.receiptId as string, loanAccountId: item.is.owner.loanAccountId, amountMinor: item.line.amountMinor, how: item.is.owner.how } }];
}

function newLine(item: Item): NewLine {
  const { is } = item;
  return {
    ...item.line, id: item.lineId, kind: is.kind, receiptId: item.receiptId,
    payoutId: is.kind === "payout" || is.kind === "payout_return" ? is.payoutId : undefined, note: is.kind === "other" ? is.note : undefined,
  };
}

/** Money in: Dr bank_clearing / Cr payments_suspense. */
export function receiptEntry(tx: Tx, r: Pick<NewReceipt, "id" | "amountMinor" | "currency" | "valueDate">): ledger.JournalEntry {
  return {
    cause: { kind: "receipt", id: r.id }, businessDate: tx.businessDate, valueDate: r.valueDate, currency: r.currency, memo: "Money received",
    lines: [{ account: "bank_clearing", debit: r.amountMinor }, { account: "payments_suspense", credit: r.amountMinor }],
  };
}

/** What the statement moves on the bank account, but for payouts, which have entries of their own: one entry in, one out. */
function bankEntries(tx: Tx, statementId: string, statement: BankStatement, items: readonly Item[]): ledger.JournalEntry[] {
  const counted = items.filter((item) => item.is.kind === "receipt" || item.is.kind === "receipt_return" || item.is.kind === "other");
  const into = counted.reduce((sum, { line }) => (line.amountMinor > 0n ? sum + line.amountMinor : sum), 0n);
  const out = counted.reduce((sum, { line }) => (line.amountMinor < 0n ? sum - line.amountMinor : sum), 0n);
  const head = { cause: { kind: "bank_statement", id: statementId }, businessDate: tx.businessDate, valueDate: statement.toDate ?? tx.businessDate, currency: statement.currency, memo: `Statement ${statement.statementId}` };
  return [
    ...(into > 0n ? [{ ...head, lines: [{ account: "bank", debit: into }, { account: "bank_clearing", credit: into }] }] : []),
    ...(out > 0n ? [{ ...head, lines: [{ account: "bank_clearing", debit: out }, { account: "bank", credit: out }] }] : []),
  ];
}

/** Payouts that left (Dr disbursement_clearing / Cr bank; a refund Dr refund_payable) and those that came back (the opposite). */
async function movePayouts(tx: Tx, items: readonly Item[]): Promise<{ entries: ledger.JournalEntry[]; events: ReturnType<typeof payoutSettled>[] }> {
  const entries: ledger.JournalEntry[] = [];
  const events: ReturnType<typeof payoutSettled>[] = [];
  for (const kind of ["payout", "payout_return"] as const) {
    const own = items.flatMap((item) => (item.is.kind === kind ? [{ id: item.is.payoutId, line: item.line }] : []));
    if (own.length === 0) continue;
    const rows = await tx.rows<{ id: string; reference: string; subject: string; purpose: string; amount_minor: bigint; currency: string; date: string; reason: string | null }>("payments.payout.move", `
      UPDATE payments.payout p SET state = $1, changed_at = $2, settled_date = CASE WHEN $1 = 'settled' THEN x.date ELSE p.settled_date END, reason = x.reason
      FROM unnest($3::text[], $4::date[], $5::text[]) AS x (id, date, reason) WHERE p.id = x.id
      RETURNING p.id, p.reference, p.subject, p.purpose, p.amount_minor, p.currency, x.date, x.reason`,
      [kind === "payout" ? "settled" : "returned", tx.now, own.map((o) => o.id), own.map((o) => o.line.valueDate), own.map((o) => o.line.returnReason ?? null)]);
    for (const row of rows) {
      const lines = [{ account: row.purpose === "refund" ? "refund_payable" : "disbursement_clearing", debit: row.amount_minor }, { account: "bank", credit: row.amount_minor }];
      entries.push({ cause: { kind: "payout", id: row.id }, businessDate: tx.businessDate, valueDate: row.date, currency: row.currency, memo: kind === "payout" ? "Payout settled" : "Payout returned", lines: kind === "payout" ? lines : ledger.opposite(lines) });
      const fact = { payoutId: row.id, reference: row.reference, subject: row.subject, amountMinor: row.amount_minor, currency: row.currency, date: row.date };
      events.push(kind === "payout" ? payoutSettled(fact) : payoutReturned({ ...fact, reason: row.reason ?? undefined }));
    }
  }
  return { entries, events };
}

/** A checkout whose answer got lost is known to be paid when its money stands on the statement. */
async function paidCheckouts(tx: Tx, items: readonly Item[]): Promise<void> {
  const arrived = items.filter((item) => item.is.kind === "receipt" && item.line.endToEndId?.startsWith("co_") === true);
  if (arrived.length === 0) return;
  await tx.run("payments.checkout.arrived", `
    UPDATE payments.checkout c SET state = 'paid', receipt_id = coalesce(c.receipt_id, x.receipt_id), changed_at = $1 FROM unnest($2::text[], $3::text[]) AS x (id, receipt_id) WHERE c.id = x.id`,
    [tx.now, arrived.map((item) => item.line.endToEndId as string), arrived.map((item) => item.receiptId ?? null)]);
}

function summary(id: string, statement: BankStatement, items: readonly Item[]): Omit<ImportResult, "continuous"> {
  const count = (test: (is: Classified) => boolean) => items.filter((item) => test(item.is)).length;
  return {
    statementId: id, bankStatementId: statement.statementId, account: `····${statement.account.slice(-4)}`, alreadyImported: false, lines: statement.lines.length,
    matched: count((is) => is.kind === "receipt" && is.owner !== undefined), suspense: count((is) => is.kind === "receipt" && is.owner === undefined && is.receiptId === undefined),
    payouts: count((is) => is.kind === "payout"), returned: count((is) => is.kind === "payout_return" || is.kind === "receipt_return"),
    repeated: count((is) => is.kind === "repeated"), other: count((is) => is.kind === "other"),
  };
}

function hashOf(statement: BankStatement): string {
  return createHash("sha256").update(JSON.stringify(statement, (_k, v: unknown) => (typeof v === "bigint" ? v.toString() : v))).digest("hex");
}
