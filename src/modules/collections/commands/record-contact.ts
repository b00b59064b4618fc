import { addDays, isoDate } from "#engine/date.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { contactAllowance, FOLLOW_UP_DAYS, localMinute, type Allowance, type Channel, type Outcome } from "../domain/contact-rules.ts";
import { contactRecorded } from "../events.ts";
import { problem } from "../problems.ts";
import { recentContacts } from "../store.ts";
import { lockForWork } from "./claim-case.ts";

export interface NewContact {
  readonly channel: Channel;
  readonly outcome: Outcome;
  readonly note?: string;
  /** Day the case comes back to the queue; absent: by outcome. */
  readonly followUpDate?: string;
  /** Why a contact rule was set aside. */
  readonly overrideReason?: string;
}

/**
 * Records a contact with the borrower and puts the case off until its next day.
 * May raise collections.case_not_found, case_closed, case_claimed, contact_not_allowed (with `rule`).
 */
export async function recordContact(ctx: Context, caseId: string, input: NewContact): Promise<{ contactId: string; nextContactDate: string }> {
  return ctx.transaction(async (tx) => {
    // The lock makes attempts count one after the other: two at once cannot both be the seventh.
    const row = await lockForWork(tx, ctx, caseId);
    const allowance = await allowanceNow(tx, ctx, row.loan_account_id, input.channel);
    if (!allowance.allowed && input.overrideReason === undefined) throw problem("collections.contact_not_allowed", allowance.sentence, { extra: { rule: allowance.rule } });
    const contactId = ctx.ids.next("ct");
    const earliest = tx.businessDate;
    const usual = addDays(isoDate(tx.businessDate), FOLLOW_UP_DAYS[input.outcome]);
    const nextContactDate = input.followUpDate === undefined ? usual : input.followUpDate < earliest ? earliest : input.followUpDate;
    await tx.run("collections.contact.insert",
      `INSERT INTO collections.contact (id, case_id, loan_account_id, channel, outcome, note, contacted_at, business_date, actor_id, overridden_rule, override_reason)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [contactId, caseId, row.loan_account_id, input.channel, input.outcome, input.note ?? null, tx.now, tx.businessDate, ctx.actor.id, allowance.rule, allowance.rule === null ? null : input.overrideReason]);
    await tx.run("collections.case.contacted",
      `UPDATE collections.collection_case SET last_contact_at = $2, last_outcome = $3, next_contact_date = $4, broken_promise = false, version = version + 1, changed_at = $2 WHERE id = $1`,
      [caseId, tx.now, input.outcome, nextContactDate]);
    await audit.record(tx, ctx, { action: "collections.contact.recorded", subject: caseId, reason: allowance.rule === null ? undefined : input.overrideReason, after: { contactId, channel: input.channel, outcome: input.outcome, overriddenRule: allowance.rule } });
    await outbox.add(tx, ctx, contactRecorded({ caseId, loanAccountId: row.loan_account_id, partyId: row.party_id, contactId, channel: input.channel, outcome: input.outcome }));
    return { contactId, nextContactDate };
  });
}

/** Whether the borrower of a loan may be contacted at this moment, by the clock at the lender's place. */
export async function allowanceNow(tx: Tx, ctx: Context, loanAccountId: string, channel: Channel): Promise<Allowance> {
  const tenant = await currentTenant(tx);
  return contactAllowance(tenant.country, channel, localMinute(ctx.services.clock.nowMs(), tenant.timeZone), await recentContacts(tx, loanAccountId));
}
