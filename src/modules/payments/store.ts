import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import type { Known } from "./domain/classify.ts";
import { lineKey } from "./domain/classify.ts";
import { wordsOf, type Awaited } from "./domain/awaited.ts";
import { candidatesOf, type How } from "./domain/matching.ts";
import { masked } from "./domain/payout.ts";
import type { StatementLine } from "./ports.ts";

/** Where money taken in by hand is, until its line says which of our accounts it reached. */
export const UNKNOWN_ACCOUNT = "unknown";

/** Everything known about the lines of one statement, in six statements whatever their number. */
export async function knownAbout(tx: Tx, bankAccountId: string, lines: readonly StatementLine[]): Promise<Known> {
  const references = [...new Set(lines.flatMap((line) => candidatesOf(line).map((c) => c.reference)))];
  const endToEnd = [...new Set(lines.flatMap((line) => line.endToEndId ?? []))];
  const bankReferences = [...new Set(lines.flatMap((line) => [line.bankReference, line.originalReference ?? line.bankReference]))];
  const owners = await tx.rows<{ reference: string; subject: string }>("payments.reference.find", "SELECT reference, subject FROM payments.reference WHERE reference = ANY($1)", [references]);
  const payouts = await tx.rows<{ id: string; amount_minor: bigint; state: string }>("payments.payout.find", "SELECT id, amount_minor, state FROM payments.payout WHERE id = ANY($1) FOR UPDATE", [endToEnd]);
  const receipts = await tx.rows<{ id: string; bank_reference: string; end_to_end_id: string | null; amount_minor: bigint; state: string; line_id: string | null }>("payments.receipt.find", `
    SELECT id, bank_reference, end_to_end_id, amount_minor, state, line_id FROM payments.receipt
    WHERE bank_account_id = $1 AND bank_reference = ANY($2) UNION
    SELECT id, bank_reference, end_to_end_id, amount_minor, state, line_id FROM payments.receipt WHERE bank_account_id = $1 AND end_to_end_id = ANY($3)`, [bankAccountId, bankReferences, endToEnd]);
  const known = await tx.rows<{ bank_reference: string; booking_date: string; amount_minor: bigint }>("payments.line.find", `
    SELECT bank_reference, booking_date, amount_minor FROM payments.statement_line WHERE bank_account_id = $1 AND bank_reference = ANY($2) AND kind <> 'repeated'`, [bankAccountId, bankReferences]);
  const receiptMap = new Map<string, { id: string; amountMinor: bigint; state: string; hasLine: boolean }>();
  // An EndToEndId may be shared by many payers ("NOTPROVIDED" and worse); the bank's own reference wins, and a shared one links to the first without a line.
  for (const r of receipts) {
    const value = { id: r.id, amountMinor: r.amount_minor, state: r.state, hasLine: r.line_id !== null };
    const other = r.end_to_end_id === null ? undefined : receiptMap.get(r.end_to_end_id);
    if (r.end_to_end_id !== null && (other === undefined || other.hasLine)) receiptMap.set(r.end_to_end_id, value);
  }
  for (const r of receipts) receiptMap.set(r.bank_reference, { id: r.id, amountMinor: r.amount_minor, state: r.state, hasLine: r.line_id !== null });
  return {
    owners: new Map(owners.map((o) => [o.reference, o.subject])),
    payouts: new Map(payouts.map((p) => [p.id, { amountMinor: p.amount_minor, state: p.state }])),
    receipts: receiptMap,
    lines: new Set(known.map((k) => lineKey({ bankReference: k.bank_reference, bookingDate: k.booking_date, amountMinor: k.amount_minor }))),
    awaited: await awaitedBy(tx, lines),
  };
}

async function awaitedBy(tx: Tx, lines: readonly StatementLine[]): Promise<Awaited[]> {
  const incoming = lines.filter((line) => line.amountMinor > 0n);
  if (incoming.length === 0) return [];
  const rows = await tx.rows<{ id: string; amount_minor: bigint; channel: string; value_date: string; end_to_end_id: string | null; loan_account_id: string | null }>("payments.receipt.awaited", `
    SELECT r.id, r.amount_minor, r.channel, r.value_date, r.end_to_end_id, min(m.loan_account_id) AS loan_account_id
    FROM payments.receipt r LEFT JOIN payments.receipt_match m ON m.tenant_id = r.tenant_id AND m.receipt_id = r.id AND m.undone_at IS NULL
    WHERE r.line_id IS NULL AND r.bank_reference = r.id AND r.state <> 'returned' AND r.currency = $1 AND (r.amount_minor = ANY($2) OR upper(r.end_to_end_id) = ANY($3))
    GROUP BY r.id, r.amount_minor, r.channel, r.value_date, r.end_to_end_id ORDER BY r.id`,
    [incoming[0]?.currency, [...new Set(incoming.map((line) => line.amountMinor))], [...new Set(incoming.flatMap(wordsOf))]]);
  return rows.map((row) => ({ id: row.id, amountMinor: row.amount_minor, channel: row.channel, valueDate: row.value_date, reference: row.end_to_end_id ?? undefined, loanAccountId: row.loan_account_id ?? undefined }));
}

export interface NewReceipt {
  readonly id: string;
  readonly bankReference: string;
  readonly channel: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly valueDate: string;
  readonly endToEndId?: string;
  readonly payerName?: string;
  readonly payerAccount?: string;
  readonly remittance: string;
  readonly lineId?: string;
  readonly matched: boolean;
}

export async function insertReceipts(tx: Tx, ctx: Context, bankAccountId: string, receipts: readonly NewReceipt[]): Promise<void> {
  if (receipts.length === 0) return;
  const { keys } = ctx.services;
  await tx.run("payments.receipt.insert", `
    INSERT INTO payments.receipt (id, bank_account_id, bank_reference, channel, amount_minor, currency, value_date, end_to_end_id, payer_name, payer_masked, payer_index, remittance, state, line_id, received_at)
    SELECT r.id, $1, r.bank_reference, r.channel, r.amount_minor, r.currency, r.value_date, r.end_to_end_id, r.payer_name, r.payer_masked, r.payer_index, r.remittance, r.state, r.line_id, $2
    FROM unnest($3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::date[], $9::text[], $10::text[], $11::text[], $12::bytea[], $13::text[], $14::text[], $15::text[])
      AS r (id, bank_reference, channel, amount_minor, currency, value_date, end_to_end_id, payer_name, payer_masked, payer_index, remittance, state, line_id)`,
    [bankAccountId, tx.now, receipts.map((r) => r.id), receipts.map((r) => r.bankReference), receipts.map((r) => r.channel), receipts.map((r) => String(r.amountMinor)),
      receipts.map((r) => r.currency), receipts.map((r) => r.valueDate), receipts.map((r) => r.endToEndId ?? null), receipts.map((r) => r.payerName ?? null),
      receipts.map((r) => (r.payerAccount === undefined ? null : masked(r.payerAccount))),
      receipts.map((r) => (r.payerAccount === undefined ? null : keys.blindIndex(tx.tenantId, "payer_account", r.payerAccount))),
      receipts.map((r) => r.remittance), receipts.map((r) => (r.matched ? "matched" : "suspense")), receipts.map((r) => r.lineId ?? null)]);
}

export interface NewMatch {
  readonly id: string;
  readonly receiptId: string;
  readonly loanAccountId: string;
  readonly amountMinor: bigint;
  readonly how: How | "person";
}

export async function insertMatches(tx: Tx, ctx: Context, matches: readonly NewMatch[]): Promise<void> {
  if (matches.length === 0) return;
  await tx.run("payments.match.insert", `
    INSERT INTO payments.receipt_match (id, receipt_id, loan_account_id, amount_minor, how, matched_by, matched_at)
    SELECT m.*, $1, $2 FROM unnest($3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[]) AS m`,
    [ctx.actor.id, tx.now, matches.map((m) => m.id), matches.map((m) => m.receiptId), matches.map((m) => m.loanAccountId), matches.map((m) => String(m.amountMinor)), matches.map((m) => m.how)]);
}

export interface NewLine extends StatementLine {
  readonly id: string;
  readonly kind: string;
  readonly receiptId?: string;
  readonly payoutId?: string;
  readonly note?: string;
}

export async function insertLines(tx: Tx, bankAccountId: string, statementId: string, lines: readonly NewLine[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.run("payments.line.insert", `
    INSERT INTO payments.statement_line (statement_id, bank_account_id, id, line_number, bank_reference, amount_minor, currency, booking_date, value_date, code, end_to_end_id,
      remittance, party_name, party_masked, return_reason, kind, receipt_id, payout_id, note)
    SELECT $1, $2, l.* FROM unnest($3::text[], $4::int[], $5::text[], $6::bigint[], $7::text[], $8::date[], $9::date[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
      $15::text[], $16::text[], $17::text[], $18::text[], $19::text[]) AS l`,
    [statementId, bankAccountId, lines.map((l) => l.id), lines.map((_l, i) => i + 1), lines.map((l) => l.bankReference), lines.map((l) => String(l.amountMinor)), lines.map((l) => l.currency),
      lines.map((l) => l.bookingDate), lines.map((l) => l.valueDate), lines.map((l) => l.code), lines.map((l) => l.endToEndId ?? null), lines.map((l) => l.remittance),
      lines.map((l) => l.counterpartyName ?? null), lines.map((l) => (l.counterpartyAccount === undefined ? null : masked(l.counterpartyAccount))), lines.map((l) => l.returnReason ?? null),
      lines.map((l) => l.kind), lines.map((l) => l.receiptId ?? null), lines.map((l) => l.payoutId ?? null), lines.map((l) => l.note ?? null)]);
}

/** Ties receipts that were known before their line came (from a notification, a checkout, or a hand that took it in) to that line. */
export async function linkReceipts(tx: Tx, bankAccountId: string, links: readonly { receiptId: string; lineId: string; bankReference: string }[]): Promise<void> {
  if (links.length === 0) return;
  await tx.run("payments.receipt.link", `
    UPDATE payments.receipt r SET line_id = x.line_id, bank_reference = x.bank_reference, bank_account_id = $4 FROM unnest($1::text[], $2::text[], $3::text[]) AS x (id, line_id, bank_reference) WHERE r.id = x.id`,
    [links.map((l) => l.receiptId), links.map((l) => l.lineId), links.map((l) => l.bankReference), bankAccountId]);
}
