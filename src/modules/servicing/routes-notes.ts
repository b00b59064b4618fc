import type { Static } from "typebox";
import Type from "typebox";
import type { App } from "#kernel/http/app.ts";
import { Id, PageOf } from "#kernel/http/schemas.ts";
import { writeNote } from "./commands/write-note.ts";
import * as c from "./contract.ts";
import { LoanParams, modes, refuseForeign, tags } from "./routes-read.ts";

/** Notes of the people who serve a loan; borrowers do not see them. */
export function noteRoutes(app: App): void {
  app.get("/v1/loan-accounts/:id/notes", {
    config: { permission: "loan.note.read", modes },
    schema: { operationId: "listLoanNotes", summary: "Notes on the loan, newest first", tags, params: LoanParams, response: { 200: PageOf(c.NoteJson) } },
  }, async (request, reply) => {
    const { id } = request.params;
    const items = await request.ctx.read(async (tx) => {
      await refuseForeign(tx, request, id);
      return tx.rows<Static<typeof c.NoteJson>>("servicing.note.of_loan", `SELECT id, business_date AS "businessDate", written_at AS "writtenAt", written_by AS "writtenBy", alert, body FROM servicing.loan_note WHERE loan_account_id = $1 ORDER BY id DESC LIMIT 200`, [id]);
    });
    return reply.send({ items, total: items.length, totalIsExact: true, nextCursor: null, hasMore: false });
  });
  app.post("/v1/loan-accounts/:id/notes", {
    config: { permission: "loan.note.write", idempotent: true, modes },
    schema: { operationId: "writeLoanNote", summary: "Leave a note for whoever serves the loan next", tags, params: LoanParams, body: c.NoteRequest, response: { 201: Type.Object({ id: Id }) } },
  }, async (request, reply) => {
    const { id } = request.params;
    await request.ctx.read((tx) => refuseForeign(tx, request, id));
    return reply.code(201).send(await writeNote(request.ctx, { loanAccountId: id, body: request.body.body, alert: request.body.alert === true }));
  });
}
