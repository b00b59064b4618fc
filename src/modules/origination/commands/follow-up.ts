import type { Context } from "#kernel/context.ts";
import * as audit from "#kernel/audit.ts";
import type { Tx } from "#kernel/db.ts";
import { quarantine } from "#kernel/end-of-day.ts";
import { enqueue } from "#kernel/jobs.ts";
import type { ClosingDay, PublishedEvent } from "#kernel/module.ts";
import { PERMISSIONS, requirePermission } from "#kernel/permissions.ts";
import { getProductVersion } from "#modules/products/index.ts";
import type { ApplicationState } from "../domain/state-machine.ts";
import type { Outside } from "../ports.ts";
import { problem } from "../problems.ts";
import { lockApplication, move, note, readApplication, requireWithinScope, saveApplication, withinScope } from "../store.ts";
import { decideByPolicy } from "./decide.ts";
import { runChecks } from "./run-checks.ts";

/**
 * Takes an application as far as it goes without a person: checks, decision, offers. Safe to call again and from several places; the
 * state under the row's lock decides what is still to do.
 * @returns the state it stopped at
 */
export async function advanceApplication(ctx: Context, outside: Outside, applicationId: string): Promise<ApplicationState> {
  const { state } = await ctx.read((tx) => readApplication(tx, applicationId));
  if (state === "submitted" || state === "verifying") {
    if ((await runChecks(ctx, outside, applicationId)) === "done") await decideByPolicy(ctx, applicationId);
  }
  return (await ctx.read((tx) => readApplication(tx, applicationId))).state;
}

/** Withdraws an application at the applicant's wish. May raise application.not_found, .wrong_state. */
export async function withdrawApplication(ctx: Context, applicationId: string, reason: string): Promise<{ state: ApplicationState }> {
  const scope = requirePermission(ctx.actor, "application.case.withdraw");
  return ctx.transaction(async (tx) => {
    const app = requireWithinScope(ctx, scope, await lockApplication(tx, applicationId));
    const { definition } = await getProductVersion(tx, app.product_version_id);
    await tx.run("origination.offer.close_all", "UPDATE origination.offer SET state = 'replaced', decided_at = $2 WHERE application_id = $1 AND state = 'open'", [applicationId, tx.now]);
    await tx.run("origination.agreement.void_open", "UPDATE origination.agreement SET state = 'void' WHERE application_id = $1 AND state = 'ready'", [applicationId]);
    return { state: (await move(tx, ctx, app, definition, "withdraw", { summary: `Withdrawn: ${reason}`, reason, set: { closed_reason: reason } })).state };
  });
}

/** Has a referred application checked and decided again, with changed terms. May raise application.not_found, .wrong_state. */
export async function verifyAgain(ctx: Context, applicationId: string, change: { amountMinor?: bigint; termMonths?: number; reason: string }): Promise<{ state: ApplicationState }> {
  const scope = requirePermission(ctx.actor, "application.check.run");
  return ctx.transaction(async (tx) => {
    const app = requireWithinScope(ctx, scope, await lockApplication(tx, applicationId));
    const { definition } = await getProductVersion(tx, app.product_version_id);
    await tx.run("origination.check.reopen", "UPDATE origination.check_request SET state = 'in_doubt', attempts = 1 WHERE application_id = $1 AND state = 'given_up'", [applicationId]);
    const after = await move(tx, ctx, app, definition, "verify_again", { summary: `Checked again: ${change.reason}`, reason: change.reason, set: { amount_minor: change.amountMinor ?? app.amount_minor, term_months: change.termMonths ?? app.term_months } });
    await enqueue(tx, ctx, "origination.advance", { applicationId }, { singletonKey: `advance:${applicationId}` });
    return { state: after.state };
  });
}

/** Takes the next referred application nobody works on, the one with the least time left; null when there is none. One handed up is served to the role it waits on. */
export async function claimNext(ctx: Context): Promise<{ applicationId: string | null }> {
  const scope = requirePermission(ctx.actor, "application.case.assign");
  return ctx.transaction(async (tx) => {
    const found = await tx.maybe<{ id: string }>("origination.queue.next",
      `SELECT id FROM origination.application WHERE state = 'referred' AND claimed_by IS NULL AND created_by <> $1 AND ($2::text IS NULL OR branch_id = $2) AND (waiting_on <> ALL($3) OR waiting_on = ANY($4))
       ORDER BY stage_due_at NULLS LAST, id LIMIT 1 FOR UPDATE SKIP LOCKED`, [ctx.actor.id, scope === "tenant" ? null : (ctx.actor.branchId ?? ""), Object.keys(PERMISSIONS["application.decision.override"]), ctx.actor.roles]);
    if (found === undefined) return { applicationId: null };
    await takeIn(tx, ctx, found.id);
    return { applicationId: found.id };
  });
}

/** Takes one application, or gives it back. May raise application.not_found, .claimed_by_other. */
export async function claimApplication(ctx: Context, applicationId: string, act: "claim" | "release"): Promise<{ claimedBy: string | null }> {
  const scope = requirePermission(ctx.actor, "application.case.assign");
  return ctx.transaction(async (tx) => {
    const app = await lockApplication(tx, applicationId);
    if (!withinScope(ctx, scope, app)) throw problem("application.not_found");
    if (app.claimed_by !== null && app.claimed_by !== ctx.actor.id) throw problem("application.claimed_by_other");
    if (act === "claim") {
      await takeIn(tx, ctx, applicationId);
      return { claimedBy: ctx.actor.id };
    }
    await saveApplication(tx, { ...app, claimed_by: null, claimed_at: null });
    await audit.record(tx, ctx, { action: "application.case.released", subject: applicationId });
    return { claimedBy: null };
  });
}

async function takeIn(tx: Tx, ctx: Context, applicationId: string): Promise<void> {
  const app = await lockApplication(tx, applicationId);
  await saveApplication(tx, { ...app, claimed_by: ctx.actor.id, claimed_at: tx.now });
  await audit.record(tx, ctx, { action: "application.case.claimed", subject: applicationId });
}

export interface RequirementChange { readonly applicationId: string; readonly code: string; readonly act: "hand_in" | "accept" | "refuse" | "waive"; readonly documentId?: string; readonly documentType?: string; readonly note?: string }

/** Moves a paper or condition on: handed in by the applicant, accepted, refused or waived by staff. May raise requirement.not_found, .wrong_paper, decision.reason_missing. */
export async function changeRequirement(ctx: Context, input: RequirementChange): Promise<{ code: string; state: string }> {
  const scope = requirePermission(ctx.actor, input.act === "hand_in" ? "document.file.upload" : input.act === "waive" ? "application.condition.manage" : "document.file.review");
  return ctx.transaction(async (tx) => {
    const app = requireWithinScope(ctx, scope, await lockApplication(tx, input.applicationId));
    const item = await tx.maybe<{ id: string; any_of: string[]; kind: string; label: Readonly<Record<string, string>> }>("origination.requirement.lock", "SELECT id, any_of, kind, label FROM origination.requirement WHERE application_id = $1 AND code = $2 FOR UPDATE", [app.id, input.code]);
    if (item === undefined) throw problem("requirement.not_found");
    if (input.act === "hand_in" && item.any_of.length > 0 && !item.any_of.includes(input.documentType ?? "")) throw problem("requirement.wrong_paper", `One of: ${item.any_of.join(", ")}.`);
    if ((input.act === "refuse" || input.act === "waive") && (input.note ?? "").trim() === "") throw problem("decision.reason_missing");
    const state = { hand_in: "in_review", accept: "met", refuse: "refused", waive: "waived" }[input.act];
    await tx.run("origination.requirement.change",
      "UPDATE origination.requirement SET state = $2, document_id = coalesce($3, document_id), document_type = coalesce($4, document_type), note = $5, changed_by = $6, changed_at = $7 WHERE id = $1",
      [item.id, state, input.documentId ?? null, input.documentType ?? null, input.note ?? null, ctx.actor.id, tx.now]);
    await note(tx, ctx, app.id, { kind: item.kind, summary: `${item.label["en"] ?? input.code}: ${state.replace("_", " ")}` });
    await audit.record(tx, ctx, { action: `application.requirement.${state}`, subject: app.id, after: { code: input.code, documentId: input.documentId }, reason: input.note });
    return { code: input.code, state };
  });
}

/** A file that came for an application, or was reviewed, moves the paper it is for: by the paper's code or one of the kinds it takes. */
export async function followDocument(ctx: Context, event: PublishedEvent): Promise<void> {
  const { ownerKind, ownerId, purpose, documentId, reason } = event.payload as { ownerKind: string; ownerId: string; purpose: string; documentId: string; reason?: string | null };
  if (ownerKind !== "application") return;
  const state = event.type.endsWith("_received") ? "in_review" : event.type.endsWith("_accepted") ? "met" : "refused";
  await ctx.transaction(async (tx) => {
    const changed = await tx.rows<{ label: Readonly<Record<string, string>> }>("origination.requirement.follow",
      `UPDATE origination.requirement SET state = $3, document_id = $4, document_type = $2, note = $5, changed_by = $6, changed_at = $7
       WHERE application_id = $1 AND kind = 'paper' AND (code = $2 OR $2 = ANY(any_of)) AND state NOT IN ('met', 'waived') AND (document_id IS NULL OR document_id = $4 OR $3 = 'in_review') AND (document_id, state) IS DISTINCT FROM ($4, $3) RETURNING label`,
      [ownerId, purpose, state, documentId, reason ?? null, ctx.actor.id, tx.now]);
    for (const { label } of changed) await note(tx, ctx, ownerId, { kind: "paper", summary: `${label["en"] ?? purpose}: ${state.replace("_", " ")}` });
    if (changed.length > 0) await audit.record(tx, ctx, { action: `application.requirement.${state}`, subject: ownerId, after: { purpose, documentId } });
  });
}

/** End of day: offers and approvals past their last day end, and drafts nobody touched for ninety days. */
export async function expireApplications(tx: Tx, ctx: Context, day: ClosingDay): Promise<{ touched: number; failed: number }> {
  const due = await tx.rows<{ id: string }>("origination.expiry.due",
    `SELECT id FROM origination.application WHERE (state IN ('approved', 'offered', 'accepted') AND approved_until < $1::date + 1) OR (state = 'draft' AND changed_at < $1::date - 90) ORDER BY id`, [day.date]);
  let failed = 0;
  for (const { id } of due) {
    const app = await lockApplication(tx, id);
    const { definition } = await getProductVersion(tx, app.product_version_id);
    try {
      await tx.run("origination.offer.expire", "UPDATE origination.offer SET state = 'expired', decided_at = $2 WHERE application_id = $1 AND state IN ('open', 'accepted')", [id, tx.now]);
      await tx.run("origination.agreement.void_open", "UPDATE origination.agreement SET state = 'void' WHERE application_id = $1 AND state = 'ready'", [id]);
      await move(tx, ctx, app, definition, "expire", { summary: "Ended: its last day has passed" });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      failed++;
      await quarantine(tx, ctx, { date: day.date, step: "origination.expire_applications", subject: id, reason: error.message });
    }
  }
  return { touched: due.length - failed, failed };
}

/** End of day: decision letters still owed are put into the queue again, so that none is forgotten before its last day. */
export async function remindNotices(tx: Tx, ctx: Context): Promise<{ touched: number; failed: number }> {
  const owed = await tx.rows<{ application_id: string }>("origination.notice.owed", "SELECT DISTINCT application_id FROM origination.notice WHERE state = 'owed' ORDER BY application_id");
  for (const { application_id: applicationId } of owed) await enqueue(tx, ctx, "origination.send_notices", { applicationId }, { singletonKey: `notice:${applicationId}` });
  return { touched: owed.length, failed: 0 };
}
