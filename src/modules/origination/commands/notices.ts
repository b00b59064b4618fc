import { addDays, isoDate } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { renderDocument, storeDocument } from "#modules/documents/index.ts";
import { getProductVersion } from "#modules/products/index.ts";
import { adverseActionData, localeOf } from "../domain/papers.ts";
import type { Reason } from "../domain/policy.ts";
import type { Outside } from "../ports.ts";
import { note, openPersonal, readApplication, type ApplicationRow } from "../store.ts";
import { frameOf } from "./sign-agreement.ts";

/** Days within which an applicant must be told of adverse action. @source 12 CFR 1002.9(a)(1) */
export const NOTICE_DAYS = 30;

/** Puts down that an applicant must be told why they were declined, and by when. */
export async function oweNotice(tx: Tx, ctx: Context, app: ApplicationRow, reasons: readonly Reason[]): Promise<void> {
  await tx.run("origination.notice.insert", "INSERT INTO origination.notice (id, application_id, kind, reasons, due_on, state, made_at) VALUES ($1, $2, 'adverse_action', $3, $4, 'owed', $5)",
    [ctx.ids.next("ntc"), app.id, JSON.stringify(reasons.slice(0, 4)), addDays(isoDate(tx.businessDate), NOTICE_DAYS), tx.now]);
}

export async function cancelNotices(tx: Tx, applicationId: string): Promise<void> {
  await tx.run("origination.notice.cancel", "UPDATE origination.notice SET state = 'cancelled' WHERE application_id = $1 AND state = 'owed'", [applicationId]);
}

interface NoticeRow { id: string; application_id: string; reasons: Reason[]; due_on: string; state: string }

/** Sends the notices of an application that are still owed: the letter with the reasons, by e-mail. Safe to call again. */
export async function sendNotices(ctx: Context, outside: Outside, applicationId: string): Promise<number> {
  const open = await ctx.read(async (tx) => {
    const notices = await tx.rows<NoticeRow>("origination.notice.owed_by", "SELECT id, application_id, reasons, due_on, state FROM origination.notice WHERE application_id = $1 AND state = 'owed'", [applicationId]);
    const app = await readApplication(tx, applicationId);
    const { definition } = await getProductVersion(tx, app.product_version_id);
    return { notices, app, definition, tenant: await currentTenant(tx), score: await usedScore(tx, applicationId), today: tx.businessDate };
  });
  let sent = 0;
  for (const notice of open.notices) {
    const personal = openPersonal(ctx, open.app);
    const { regime } = open.definition;
    const locale = localeOf(regime, open.app.locale);
    const pdf = await renderDocument("adverse-action", adverseActionData(frameOf(open.tenant, open.app, personal, open.today), regime, open.app.submitted_on ?? open.today, notice.reasons, open.score), locale);
    const fileName = `decision-${open.app.number}.pdf`;
    const words = noticeWords(open.tenant.name, open.app, notice.reasons);
    const answer = await outside.messages.send({
      reference: notice.id, channel: "email", to: String(personal["email"] ?? ""), subject: words.subject, body: words.body, sentOn: open.today, attachments: [{ name: fileName, contentType: "application/pdf", base64: pdf.toString("base64") }],
    });
    if (answer.kind === "outage" || answer.kind === "doubt") continue;
    await ctx.transaction(async (tx) => {
      const stored = await storeDocument(tx, ctx, { owner: { kind: "application", id: applicationId }, purpose: "decision_letter", fileName, bytes: pdf, accepted: true });
      await tx.run("origination.notice.sent", "UPDATE origination.notice SET state = 'sent', sent_at = $2, document_id = $3 WHERE id = $1 AND state = 'owed'", [notice.id, tx.now, stored.id]);
      await note(tx, ctx, applicationId, { kind: "notice", summary: answer.kind === "bounced" ? "Decision letter could not be delivered; send it by post" : "Decision letter with reasons sent" });
      await audit.record(tx, ctx, { action: "application.notice.sent", subject: applicationId, after: { notice: notice.id, reasons: notice.reasons.map((r) => r.code) } });
    });
    sent++;
  }
  return sent;
}

/** The mail around the letter; the letter itself tells the rights. */
function noticeWords(lender: string, app: Pick<ApplicationRow, "applicant_name" | "number">, reasons: readonly Reason[]): { subject: string; body: string } {
  const list = reasons.map((reason, i) => `${i + 1}. ${reason.text}`).join("\n");
  return { subject: `${lender}: decision on application ${app.number}`, body: `Dear ${app.applicant_name},\n\nwe could not approve your application ${app.number}. The principal reasons are:\n${list}\n\nThe attached letter tells you your rights.\n\n${lender}` };
}

/** The credit score that was looked at, which the letter must show when it counted. @source 15 U.S.C. 1681m(a)(2) */
async function usedScore(tx: Tx, applicationId: string) {
  const row = await tx.maybe<{ result: { score: { model: string; value: number; low: number; high: number; reasons: { text: string }[] } | null }; asked_on: string }>("origination.check.bureau_score",
    "SELECT result, asked_on FROM origination.check_request WHERE application_id = $1 AND kind = 'bureau' AND outcome = 'hit'", [applicationId]);
  const score = row?.result.score ?? undefined;
  return row === undefined || score === undefined ? undefined : { value: score.value, low: score.low, high: score.high, date: row.asked_on, model: score.model, factors: score.reasons.slice(0, 4).map((r) => r.text) };
}
