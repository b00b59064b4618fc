import type { Tx } from "#kernel/db.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { problem } from "../problems.ts";

/** Opens a branch. May raise branch.code_taken. */
export async function createBranch(ctx: Context, branch: { code: string; name: string; region: string }): Promise<{ branchId: string }> {
  requirePermission(ctx.actor, "identity.user.manage");
  return ctx.transaction(async (tx) => {
    const branchId = ctx.ids.next("br");
    const made = await tx.run("identity.branch.insert", "INSERT INTO identity.branch (id, code, name, region) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", [branchId, branch.code, branch.name, branch.region]);
    if (made === 0) throw problem("branch.code_taken", undefined, { errors: [{ pointer: "/code", code: "field.taken", detail: "Another branch has this code." }] });
    await audit.record(tx, ctx, { action: "identity.branch.created", subject: branchId, after: branch });
    return { branchId };
  });
}

/** Ids of the lender's branches, oldest first. */
export async function branchIds(tx: Tx): Promise<string[]> {
  return (await tx.rows<{ id: string }>("identity.branch.ids", "SELECT id FROM identity.branch ORDER BY id")).map((row) => row.id);
}
