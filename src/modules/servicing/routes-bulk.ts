import type { Static } from "typebox";
import { isIsoDate, parseAmount, type Money } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import { databaseAway, isRetryable, type Tx } from "#kernel/db.ts";
import type { App } from "#kernel/http/app.ts";
import { boardLoans } from "./commands/board-loans.ts";
import { byReference } from "./commands/apply-payments.ts";
import { applyReceipts, refusalOf, type ReceiptOutcome, type RecordRepayment } from "./commands/record-repayment.ts";
import * as c from "./contract.ts";
import { modes, tags } from "./routes-read.ts";

const MAX_BODY = 8 * 1024 * 1024;
const BATCH = 500;

/** Many at once: payments from a file, loans from another system. */
export function bulkRoutes(app: App): void {
  app.post("/v1/repayments/bulk", {
    bodyLimit: MAX_BODY, config: { permission: "loan.repayment.record", idempotent: true, modes },
    schema: { operationId: "recordRepayments", summary: "Apply up to 10,000 payments; the good ones post, each line has its result", tags, body: c.BulkRequest, response: { 200: c.BulkResult } },
  }, async (request, reply) => reply.send(await recordAll(request.ctx, request.body.lines)));
  app.post("/v1/boarding", {
    bodyLimit: MAX_BODY, config: { permission: "loan.account.board", idempotent: true, modes },
    schema: { operationId: "boardLoans", summary: "Take funded loans from another system into the books; each must give the schedule that was signed, to the cent", tags, body: c.BoardingRequest, response: { 200: c.BoardingResult } },
  }, async (request, reply) => reply.send(await boardLoans(request.ctx, request.body.loans)));
}

type Line = Static<typeof c.BulkRequest>["lines"][number];
type Result = Static<typeof c.BulkResult>["lines"][number];
interface Good { readonly line: number; readonly receipt: RecordRepayment & { readonly source: string; readonly reference: string } }

async function recordAll(ctx: Context, lines: readonly Line[]): Promise<Static<typeof c.BulkResult>> {
  return ctx.transaction(async (tx) => {
    const results: Result[] = [];
    const good: Good[] = [];
    const loans = await loansOf(tx, lines);
    const seen = new Set<string>();
    for (const [line, asked] of lines.entries()) {
      const loanAccountId = loans.get(asked.loan) ?? null;
      const tell = (state: Result["state"], error: Result["error"] = null) => results.push({ line, reference: asked.reference, state, loanAccountId, error });
      const amount = readAmount(asked);
      if (loanAccountId === null) tell("refused", { pointer: `/lines/${line}/loan`, code: "loan.not_found", detail: "No such loan account." });
      else if (amount === null) tell("refused", { pointer: `/lines/${line}/amount/amount`, code: "field.amount", detail: "Write the amount as decimal text, above zero, with no more decimals than the currency has." });
      else if (!isIsoDate(asked.valueDate)) tell("refused", { pointer: `/lines/${line}/valueDate`, code: "field.format", detail: "Use a calendar day as YYYY-MM-DD." });
      else if (seen.has(asked.reference)) tell("duplicate");
      else {
        seen.add(asked.reference);
        good.push({ line, receipt: { loanAccountId, amount, valueDate: asked.valueDate, channel: asked.channel, reference: asked.reference, source: byReference(asked.reference) } });
      }
    }
    for (let from = 0; from < good.length; from += BATCH) results.push(...await postBatch(tx, ctx, good.slice(from, from + BATCH)));
    results.sort((a, b) => a.line - b.line);
    const count = (state: Result["state"]) => results.filter((r) => r.state === state).length;
    return { posted: count("posted"), duplicate: count("duplicate"), refused: count("refused"), lines: results };
  });
}

/**
 * A batch is posted in a few statements. What the database itself refuses (the same reference sent for another loan at this moment, for
 * instance) undoes the batch, and its lines are posted one by one, so that the ones at fault are told and the others go on.
 */
async function postBatch(tx: Tx, ctx: Context, batch: readonly Good[]): Promise<Result[]> {
  await tx.run("servicing.bulk.mark", "SAVEPOINT bulk");
  try {
    const outcomes = new Map((await applyReceipts(tx, ctx, batch.map((g) => g.receipt))).map((r) => [r.source, r]));
    return batch.map((good) => resultOf(good, outcomes.get(good.receipt.source)));
  } catch (error) {
    if (databaseAway(error) || isRetryable(error)) throw error;
    await tx.run("servicing.bulk.undo", "ROLLBACK TO SAVEPOINT bulk");
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) return [resultOf(only, { source: only.receipt.source, refused: refusalOf(error) })];
    const results: Result[] = [];
    for (const good of batch) results.push(...await postBatch(tx, ctx, [good]));
    return results;
  }
}

function resultOf({ line, receipt }: Good, outcome: ReceiptOutcome | undefined): Result {
  const head = { line, reference: receipt.reference, loanAccountId: receipt.loanAccountId };
  // What was applied before is passed over without a result.
  if (outcome === undefined) return { ...head, state: "duplicate", error: null };
  if (outcome.refused === undefined) return { ...head, state: "posted", error: null };
  return { ...head, state: "refused", error: { ...outcome.refused, pointer: `/lines/${line}${outcome.refused.pointer}` } };
}

/** Loan ids by the number or id they were asked for. */
async function loansOf(tx: Tx, lines: readonly Line[]): Promise<Map<string, string>> {
  const asked = [...new Set(lines.map((l) => l.loan))];
  const rows = await tx.rows<{ id: string; number: string }>("servicing.loan.by_number_or_id", "SELECT id, number FROM servicing.loan_account WHERE number = ANY($1) OR id = ANY($1)", [asked]);
  return new Map(rows.flatMap((row) => [[row.number, row.id], [row.id, row.id]]));
}

function readAmount({ amount }: Line): Money | null {
  try {
    const read = parseAmount(amount.amount, amount.currency);
    return read.minor > 0n && read.minor <= BigInt(Number.MAX_SAFE_INTEGER) ? read : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
