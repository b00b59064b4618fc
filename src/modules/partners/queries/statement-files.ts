import { money, parseAmount, toMoneyJson, type Money } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { renderDocument, type Locale } from "#modules/documents/index.ts";
import { writeXlsx, type Dataset } from "#modules/ledger/index.ts";
import type { StatementJson } from "../contract.ts";
import { getStatement } from "./read.ts";

interface Line {
  number: string; borrower_name: string; participation: string; value_date: string; kind: string; correction: boolean;
  received_minor: bigint; principal_minor: bigint; interest_minor: bigint; fee_minor: bigint; penalty_minor: bigint; recovery_minor: bigint; loss_minor: bigint; servicing_fee_minor: bigint;
}

/** A statement as the partner gets it. May raise partner_statement.not_found. */
export async function statementPdf(ctx: Context, id: string, language: "en" | "hi"): Promise<Buffer> {
  const { statement, lines, held, lender, today } = await ctx.read(async (tx) => ({ statement: await getStatement(tx, id), lines: await linesOf(tx, id), held: await heldWith(tx, id), lender: await currentTenant(tx), today: tx.businessDate }));
  const m = (minor: bigint) => toMoneyJson(money(minor, statement.currency));
  const { received, principal, interest, recovery, servicingFee, net, loss } = statement.sums;
  const charges = sum(statement, lines, (l) => l.fee_minor + l.penalty_minor);
  return renderDocument("partner-statement", {
    lender: { name: lender.name }, borrower: { name: statement.partner }, reference: statement.id, issuedDate: today, fromDate: statement.fromDate, toDate: statement.throughDate,
    received, principal, interest, charges: toMoneyJson(charges), recovered: recovery, income: toMoneyJson(sum(statement, lines, incomeOf)), servicingFee, net, loss, held: m(held),
    lines: lines.map((l) => ({ valueDate: l.value_date, number: l.number, correction: l.correction, received: m(l.received_minor), principal: m(l.principal_minor), income: m(incomeOf(l)), servicingFee: m(l.servicing_fee_minor), net: m(netOf(l)) })),
  }, language === "hi" && lender.locale.endsWith("IN") ? "hi-IN" : (lender.locale as Locale));
}

const AMOUNTS = ["received", "principal", "interest", "fee", "penalty", "recovery", "loss", "servicing_fee"] as const;

/** The lines of a statement as a workbook; amounts are exact. May raise partner_statement.not_found. */
export async function statementXlsx(ctx: Context, id: string): Promise<Buffer> {
  const { statement, lines } = await ctx.read(async (tx) => ({ statement: await getStatement(tx, id), lines: await linesOf(tx, id) }));
  const m = (minor: bigint): Money => money(minor, statement.currency);
  const rows = lines.map((l) => [l.number, l.borrower_name, l.participation, l.value_date, l.kind, l.correction ? "yes" : "no", ...AMOUNTS.map((a) => m(l[`${a}_minor`])), m(netOf(l)), statement.currency]);
  const data: Dataset = {
    name: "statement",
    columns: [...["loan", "borrower", "participation"].map((name) => ({ name, kind: "text" as const })), { name: "day", kind: "date" }, { name: "what", kind: "text" }, { name: "correction", kind: "text" }, ...[...AMOUNTS, "net"].map((name) => ({ name, kind: "amount" as const })), { name: "currency", kind: "text" }],
    batches: (async function* () { yield rows; })(),
  };
  const pieces: Buffer[] = [];
  await writeXlsx(data, async (piece) => void pieces.push(Buffer.from(piece)), () => undefined);
  return Buffer.concat(pieces);
}

function linesOf(tx: Tx, id: string): Promise<Line[]> {
  return tx.rows<Line & object>("partners.lines.of_statement",
    `SELECT x.number, x.borrower_name, s.name AS participation, l.value_date, l.kind, l.correction, l.received_minor, l.principal_minor, l.interest_minor, l.fee_minor, l.penalty_minor, l.recovery_minor, l.loss_minor, l.servicing_fee_minor
     FROM partners.share_line l JOIN partners.participation s ON s.tenant_id = l.tenant_id AND s.id = l.participation_id
     JOIN partners.participation_loan x ON x.tenant_id = l.tenant_id AND x.participation_id = l.participation_id AND x.loan_account_id = l.loan_account_id
     WHERE l.source_id = $1 ORDER BY x.number, l.value_date, l.key`, [id]);
}

/** The principal that the partner owns after this statement: what it bought and what statements up to this one say. */
async function heldWith(tx: Tx, id: string): Promise<bigint> {
  return (await tx.one<{ held: bigint }>("partners.statement.held",
    `SELECT -coalesce(sum(l.principal_minor + l.loss_minor), 0)::bigint AS held FROM partners.statement s
     JOIN partners.participation p ON p.tenant_id = s.tenant_id AND p.partner_id = s.partner_id AND p.currency = s.currency
     JOIN partners.share_line l ON l.tenant_id = p.tenant_id AND l.participation_id = p.id LEFT JOIN partners.statement o ON o.tenant_id = l.tenant_id AND o.id = l.source_id
     WHERE s.id = $1 AND (l.source_id = s.id OR (l.source_id = p.id AND p.from_date <= s.through_date) OR (o.state = 'settled' AND o.through_date < s.through_date))`, [id])).held;
}

const incomeOf = (l: Line) => l.interest_minor + l.fee_minor + l.penalty_minor + l.recovery_minor;
const netOf = (l: Line) => l.principal_minor + incomeOf(l) - l.servicing_fee_minor;

function sum(statement: StatementJson, lines: readonly Line[], of: (line: Line) => bigint): Money {
  return lines.reduce((total, l) => money(total.minor + of(l), statement.currency), parseAmount("0", statement.currency));
}
