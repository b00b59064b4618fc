import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import { requirePermission, type Role } from "#kernel/permissions.ts";
import { getProductVersion } from "#modules/products/index.ts";
import { problem } from "../problems.ts";
import { lockApplication, note, requireWithinScope, saveApplication } from "../store.ts";

/**
 * Hands a referred case to a role whose authority reaches further: it waits on that role, and the next of it who takes a case is served it.
 * May raise application.not_found, .wrong_state, .claimed_by_other, decision.above_authority (the product gives that role no authority).
 */
export async function handUp(ctx: Context, input: { readonly applicationId: string; readonly role: Role; readonly reason: string }): Promise<{ waitingOn: string }> {
  const scope = requirePermission(ctx.actor, "application.decision.make");
  return ctx.transaction(async (tx) => {
    const app = requireWithinScope(ctx, scope, await lockApplication(tx, input.applicationId));
    if (app.state !== "referred") throw problem("application.wrong_state", `Application ${app.number} is ${app.state}.`);
    if (app.claimed_by !== null && app.claimed_by !== ctx.actor.id) throw problem("application.claimed_by_other");
    const { definition } = await getProductVersion(tx, app.product_version_id);
    if (!definition.authority.some((row) => row.role === input.role)) throw problem("decision.above_authority", `This product gives no authority to: ${input.role.replaceAll("_", " ")}.`);
    await saveApplication(tx, { ...app, waiting_on: input.role, claimed_by: null, claimed_at: null });
    await note(tx, ctx, app.id, { kind: "decision", summary: `Handed up to ${input.role.replaceAll("_", " ")}: ${input.reason}` });
    await audit.record(tx, ctx, { action: "application.case.handed_up", subject: app.id, after: { to: input.role }, reason: input.reason });
    return { waitingOn: input.role };
  });
}
