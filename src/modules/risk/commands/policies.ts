import * as audit from "#kernel/audit.ts";
import { propose, type ApprovalRequest, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { policyFaults, type ProvisionPolicy } from "../domain/policy.ts";
import { problem } from "../problems.ts";

export interface NewPolicy { readonly code: string; readonly name: string; readonly book: string; readonly definition: ProvisionPolicy }

const ACTION = "provision.policy.publish";

/** Proposes a version of a provision policy; a second person puts it in force. May raise provision_policy.invalid with every fault. */
export async function proposePolicy(ctx: Context, input: NewPolicy): Promise<ApprovalRequest & { readonly policyId: string }> {
  requirePermission(ctx.actor, "provision.policy.edit");
  const errors = policyFaults(input.definition);
  if (errors.length > 0) throw problem("provision_policy.invalid", undefined, { errors });
  return ctx.transaction(async (tx) => {
    const policyId = await insertPolicy(tx, ctx, input, "proposed");
    const request = await propose(tx, ctx, { action: ACTION, subject: policyId, summary: `Provision policy ${input.code}: ${input.name}`, payload: { policyId } });
    return { ...request, policyId };
  });
}

/** The second person's half: the version before it is replaced. */
export const policyControl: DualControl<{ policyId: string }> = {
  action: ACTION,
  permission: "provision.policy.publish",
  limited: false,
  execute: async (tx, ctx, { policyId }) => {
    await tx.run("risk.policy.replace", "UPDATE risk.provision_policy SET state = 'replaced' WHERE state = 'in_force' AND code = (SELECT code FROM risk.provision_policy WHERE id = $1)", [policyId]);
    await tx.run("risk.policy.in_force", "UPDATE risk.provision_policy SET state = 'in_force' WHERE id = $1", [policyId]);
    await audit.record(tx, ctx, { action: "provision.policy.published", subject: policyId });
    return { policyId };
  },
  reject: async (tx, _ctx, { policyId }) => {
    await tx.run("risk.policy.reject", "UPDATE risk.provision_policy SET state = 'rejected' WHERE id = $1", [policyId]);
  },
};

/** Puts a policy in force without a second person: only where a lender is set up. */
export async function seedPolicy(tx: Tx, ctx: Context, input: NewPolicy): Promise<void> {
  const errors = policyFaults(input.definition);
  if (errors.length > 0) throw new RangeError(`seeded policy ${input.code}: ${errors.map((e) => e.detail).join(" ")}`);
  await insertPolicy(tx, ctx, input, "in_force");
}

async function insertPolicy(tx: Tx, ctx: Context, input: NewPolicy, state: "proposed" | "in_force"): Promise<string> {
  const id = ctx.ids.next("pvp");
  await tx.run("risk.policy.insert",
    `INSERT INTO risk.provision_policy (id, code, number, name, method, book, definition, state, made_by, made_at)
     SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9 FROM risk.provision_policy WHERE code = $2`,
    [id, input.code, input.name, input.definition.method, input.book, JSON.stringify(input.definition), state, ctx.actor.id, tx.now]);
  await audit.record(tx, ctx, { action: "provision.policy.proposed", subject: id, after: input });
  return id;
}
