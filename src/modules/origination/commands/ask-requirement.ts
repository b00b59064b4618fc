import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { ENDED } from "../domain/state-machine.ts";
import { problem } from "../problems.ts";
import { lockApplication, note, requireWithinScope } from "../store.ts";

export interface AskedRequirement {
  readonly applicationId: string;
  readonly kind: "paper" | "condition";
  /** What the applicant reads. */
  readonly label: string;
  /** Kinds of paper that meet the need; empty: any. */
  readonly anyOf?: readonly string[];
  readonly stage: "documents" | "funding";
  readonly note?: string;
}

/**
 * Asks for one more paper, or sets one more condition, while the case is open; nothing is paid out before it is met or waived.
 * May raise application.not_found, .wrong_state, requirement.already_asked.
 * @example label "Rent agreement" gets the code rent_agreement
 */
export async function askRequirement(ctx: Context, input: AskedRequirement): Promise<{ code: string; state: string }> {
  const scope = requirePermission(ctx.actor, "application.condition.manage");
  return ctx.transaction(async (tx) => {
    const app = requireWithinScope(ctx, scope, await lockApplication(tx, input.applicationId));
    if (ENDED.includes(app.state) || app.state === "funding") throw problem("application.wrong_state", `Application ${app.number} is ${app.state}.`);
    const code = `${input.kind === "paper" ? "p" : "c"}_${input.label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^_|_$/g, "").slice(0, 38) || "more"}`;
    const made = await tx.run("origination.requirement.ask",
      `INSERT INTO origination.requirement (id, application_id, kind, code, label, any_of, stage, state, note, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'owed', $8, $9, $10) ON CONFLICT (tenant_id, application_id, code) DO NOTHING`,
      [ctx.ids.next("rqm"), app.id, input.kind, code, { en: input.label }, input.anyOf ?? [], input.stage, input.note ?? null, ctx.actor.id, tx.now]);
    if (made === 0) throw problem("requirement.already_asked", `"${input.label}" is on the list.`);
    await note(tx, ctx, app.id, { kind: input.kind, summary: `${input.kind === "paper" ? "Asked for" : "Condition"}: ${input.label}` });
    await audit.record(tx, ctx, { action: "application.requirement.asked", subject: app.id, after: { code, kind: input.kind, stage: input.stage }, reason: input.note });
    return { code, state: "owed" };
  });
}
