import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { readLoan } from "../store.ts";

/** Leaves a note on a loan for whoever serves it next; an alert stands at its head until a later note is none. May raise loan.not_found. */
export async function writeNote(ctx: Context, input: { loanAccountId: string; body: string; alert: boolean }): Promise<{ id: string }> {
  requirePermission(ctx.actor, "loan.note.write");
  return ctx.transaction(async (tx) => {
    const loan = await readLoan(tx, input.loanAccountId);
    const id = ctx.ids.next("nt");
    await tx.run("servicing.note.insert", "INSERT INTO servicing.loan_note (id, loan_account_id, business_date, written_at, written_by, alert, body) VALUES ($1, $2, $3, $4, $5, $6, $7)", [id, loan.id, tx.businessDate, tx.now, ctx.actor.id, input.alert, input.body]);
    await audit.record(tx, ctx, { action: "loan.note.written", subject: loan.id, after: { id, alert: input.alert } });
    return { id };
  });
}
