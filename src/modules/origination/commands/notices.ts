import { addDays, isoDate } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { getProductVersion } from "#modules/products/index.ts";
import type { Reason } from "../domain/policy.ts";
import type { Outside } from "../ports.ts";
import { note, openPersonal, readApplication, type ApplicationRow } from "../store.ts";

/** Days within which an applicant must be told of adverse action. @source 12 CFR 1002.9(a)(1) */
export const NOTICE_DAYS = 30;

/** Puts down that an applicant must be told why they were declined, and by when. */
export async function oweNotice(tx: Tx, ctx: Context, app: ApplicationRow, reasons: readonly Reason[]): Promise<void> {
  await tx.run("origination.notice.insert", "INSERT INTO origination.notice (id, application_id, kind, reasons, due_on, state, made_at) VALUES ($1, $2, 'adverse_action', $3, $4, 'owed', $5)",
    [ctx.ids.next("ntc"), app.id, JSON.stringify(reasons.slice(0, 4)), addDays(isoDate(tx.businessDate), NOTICE_DAYS), tx.now]);
}

interface NoticeRow { id: string; application_id: string; reasons: Reason[]; due_on: string; state: string }

/** Sends the notices of an application that are still owed: the letter with the reasons, by e-mail. Safe to call again. */
export async function sendNotices(ctx: Context, outside: Outside, applicationId: string): Promise<number> {
  const open = await ctx.read(async (tx) => {
    const notices = await tx.rows<NoticeRow>("origination.notice.owed_by", "SELECT id, application_id, reasons, due_on, state FROM origination.notice WHERE application_id = $1 AND state = 'owed'", [applicationId]);
    const app = await readApplication(tx, applicationId);
    const { definition } = await getProductVersion(tx, app.product_version_id);
    return { notices, app, definition, tenant: await currentTenant(tx), today: tx.businessDate };
  });
  let sent = 0;
  for (const notice of open.notices) {
    const personal = openPersonal(ctx, open.app);
    const words = noticeWords(open.definition.regime, open.tenant.name, open.app, notice.reasons, open.today);
    const pdf = await outside.papers?.render("adverse-action", { lender: open.tenant.name, name: open.app.applicant_name, number: open.app.number, date: open.today, reasons: notice.reasons, regime: open.definition.regime, body: words.body }, open.app.locale);
    const answer = await outside.messages.send({
      reference: notice.id, channel: "email", to: String(personal["email"] ?? ""), subject: words.subject, body: words.body, sentOn: open.today,
      ...(pdf === undefined ? {} : { attachments: [{ name: `decision-${open.app.number}.pdf`, contentType: "application/pdf", base64: Buffer.from(pdf).toString("base64") }] }),
    });
    if (answer.kind === "outage" || answer.kind === "doubt") continue;
    await ctx.transaction(async (tx) => {
      const stored = pdf === undefined ? undefined : await outside.papers?.store(tx, ctx, { owner: { kind: "application", id: applicationId }, purpose: "adverse_action", fileName: `decision-${open.app.number}.pdf`, bytes: pdf });
      await tx.run("origination.notice.sent", "UPDATE origination.notice SET state = 'sent', sent_at = $2, document_id = $3 WHERE id = $1 AND state = 'owed'", [notice.id, tx.now, stored?.id ?? null]);
      await note(tx, ctx, applicationId, { kind: "notice", summary: answer.kind === "bounced" ? "Decision letter could not be delivered; send it by post" : "Decision letter with reasons sent" });
      await audit.record(tx, ctx, { action: "application.notice.sent", subject: applicationId, after: { notice: notice.id, reasons: notice.reasons.map((r) => r.code) } });
    });
    sent++;
  }
  return sent;
}

/** The words of the letter: the real reasons, and in the United States the notice the law prescribes. @source 12 CFR 1002.9(b)(1), appendix C */
export function noticeWords(regime: "IN_RBI" | "US_REG_Z", lender: string, app: Pick<ApplicationRow, "applicant_name" | "number">, reasons: readonly Reason[], today: string): { subject: string; body: string } {
  const list = reasons.map((reason, i) => `${i + 1}. ${reason.text}`).join("\n");
  const rights = regime === "US_REG_Z"
    ? "The Federal Equal Credit Opportunity Act prohibits creditors from discriminating against credit applicants on the basis of race, color, religion, national origin, sex, marital status, age (provided the applicant has the capacity to enter into a binding contract); because all or part of the applicant's income derives from any public assistance program; or because the applicant has in good faith exercised any right under the Consumer Credit Protection Act. The Federal agency that administers compliance with this law concerning this creditor is the Federal Trade Commission, Equal Credit Opportunity, Washington, DC 20580."
    : "If you think we are wrong, write to our grievance officer; if you are not satisfied within thirty days, you may complain to the Reserve Bank under its Integrated Ombudsman Scheme.";
  return {
    subject: `${lender}: decision on application ${app.number}`,
    body: `${today}\n\nDear ${app.applicant_name},\n\nwe could not approve your application ${app.number}. The principal reasons are:\n${list}\n\n${rights}\n\n${lender}`,
  };
}
