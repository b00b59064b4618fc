import * as audit from "#kernel/audit.ts";
import { propose, type ApprovalRequest, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { STATUTORY, checkedTotal, opposite, type EntryLine, type JournalEntry } from "../domain/entry.ts";
import { problem } from "../problems.ts";
import { getEntry } from "../queries/entries.ts";
import { post } from "./post.ts";

export interface ManualEntry {
  readonly valueDate: string;
  /** Default: the business date of the day it is approved. An earlier day must not be closed. */
  readonly businessDate?: string;
  readonly currency: string;
  readonly memo: string;
  readonly lines: readonly EntryLine[];
  readonly reversesId?: string;
}

const ACTION = "ledger.manual_entry.post";

/**
 * Proposes an entry by hand; a second person posts it by approving.
 * May raise ledger.entry_unbalanced, ledger.account_unknown, ledger.control_account, period.closed.
 */
export async function proposeManualEntry(tx: Tx, ctx: Context, entry: ManualEntry): Promise<ApprovalRequest> {
  const amountMinor = await checkManualEntry(tx, entry);
  const subject = ctx.ids.next("man");
  return propose(tx, ctx, { action: ACTION, subject, summary: `Manual entry: ${entry.memo}`, amountMinor, currency: entry.currency, payload: entry });
}

/** Proposes to undo a posted entry by the opposite one. May raise ledger.entry_not_found, and as {@link proposeManualEntry}. */
export async function proposeReversal(tx: Tx, ctx: Context, id: string, memo: string): Promise<ApprovalRequest> {
  const entry = await getEntry(tx, id);
  return proposeManualEntry(tx, ctx, { valueDate: entry.valueDate, currency: entry.currency, memo, lines: opposite(entry.lines), reversesId: id });
}

/** The second person's half: checks again, because chart and period may have changed, and posts. */
export const manualEntryControl: DualControl<ManualEntry> = {
  action: ACTION,
  permission: "ledger.manual_entry.approve",
  limited: true,
  execute: async (tx, ctx, entry, request) => {
    await checkManualEntry(tx, entry);
    const businessDate = entry.businessDate ?? tx.businessDate;
    const id = await post(tx, ctx, { ...entry, businessDate, cause: { kind: "manual_entry", id: request.subject } });
    await audit.record(tx, ctx, { action: "ledger.manual_entry.posted", subject: id, after: { request: request.id, maker: request.makerId, memo: entry.memo } });
    return { journalEntryId: id };
  },
};

async function checkManualEntry(tx: Tx, entry: ManualEntry): Promise<bigint> {
  const codes = [...new Set(entry.lines.map((l) => l.account))];
  const known = await tx.rows<{ code: string; control: boolean }>("ledger.manual.accounts", "SELECT code, control FROM ledger.ledger_account WHERE code = ANY($1) AND active", [codes]);
  const at = (test: (l: EntryLine) => boolean, code: string, detail: string) =>
    entry.lines.flatMap((l, i) => (test(l) ? [{ pointer: `/lines/${i}/account`, code, detail }] : []));
  const unknown = at((l) => !known.some((k) => k.code === l.account), "account.unknown", "This code is not in the chart.");
  if (unknown.length > 0) throw problem("ledger.account_unknown", undefined, { errors: unknown });
  const control = at((l) => known.some((k) => k.code === l.account && k.control), "account.control", "This account equals the sum of the loans.");
  if (control.length > 0) throw problem("ledger.control_account", undefined, { errors: control });
  if (entry.businessDate !== undefined && entry.businessDate > tx.businessDate) throw problem("period.closed", `The books are on ${tx.businessDate}; ${entry.businessDate} is not open yet.`);
  const close = await tx.maybe<{ closed_through: string }>("ledger.manual.close", "SELECT closed_through FROM ledger.period_close WHERE book = $1 AND closed_through >= $2", [STATUTORY, entry.businessDate ?? tx.businessDate]);
  if (close !== undefined) throw problem("period.closed", `The books are closed through ${close.closed_through}.`);
  try {
    return checkedTotal(entry as unknown as JournalEntry);
  } catch (error) {
    // A person's arithmetic is a refusal; the program's own would be a fault.
    if (error instanceof RangeError) throw problem("ledger.entry_unbalanced", error.message);
    throw error;
  }
}
