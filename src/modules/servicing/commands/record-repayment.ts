import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { Problem, type FieldError } from "#kernel/problems.ts";
import type { SharedCommand } from "#kernel/together.ts";
import { applyPayments, type Payment, type Repayment } from "./apply-payments.ts";

export type RecordRepayment = Omit<Payment, "byHand">;

const RECORD: SharedCommand<Payment, Repayment> = { name: "servicing.record_repayment", subject: ({ loanAccountId }) => loanAccountId, carryOut: applyPayments };

/**
 * Applies money that somebody took in by hand, in order on the state as it is, of the past by running the history again. It becomes a receipt in the
 * same transaction. Payments that arrive at once, of one loan or many, share a transaction.
 * May raise loan.not_found, loan.not_active, repayment.invalid, loan.event_refused.
 */
export async function recordRepayment(ctx: Context, input: RecordRepayment): Promise<Repayment> {
  requirePermission(ctx.actor, "loan.repayment.record");
  return ctx.together(RECORD, { ...input, byHand: true });
}

/** Applies money that is a receipt already, within a transaction that is open: whoever calls has taken its match. */
export async function applyRepayment(tx: Tx, ctx: Context, input: RecordRepayment): Promise<Repayment> {
  const [outcome] = await applyPayments(tx, [{ ctx, input: { ...input, byHand: false } }]);
  if (outcome?.result === undefined) throw outcome?.refused;
  return outcome.result;
}

/** What became of one payment of many; `pointer` names its field, "" where no single one is at fault. */
export interface ReceiptOutcome { readonly source: string; readonly refused?: FieldError }

/** A refusal as a line of a file shows it: the field where it names one. */
export function refusalOf(error: unknown): FieldError {
  if (!(error instanceof Problem)) return { pointer: "", code: "repayment.refused", detail: (error as Error).message };
  return error.errors[0] ?? { pointer: "", code: error.code, detail: error.message };
}

/**
 * Applies many payments that somebody took in by hand, in one transaction that is open. A payment that is refused is told and the others go on; one
 * that was applied before is passed over.
 */
export async function applyReceipts(tx: Tx, ctx: Context, receipts: readonly (RecordRepayment & { readonly source: string })[]): Promise<ReceiptOutcome[]> {
  const outcomes = await applyPayments(tx, receipts.map((input) => ({ ctx, input: { ...input, byHand: true } })));
  return outcomes.flatMap(({ refused, earlier }, i) => (earlier === true ? [] : [{ source: receipts[i]?.source ?? "", ...(refused === undefined ? {} : { refused: refusalOf(refused) }) }]));
}

export async function noteSource(tx: Tx, source: string, loanAccountId: string, eventId: string): Promise<void> {
  await tx.run("servicing.source.note", "INSERT INTO servicing.payment_source (source, loan_account_id, event_id) VALUES ($1, $2, $3)", [source, loanAccountId, eventId]);
}
