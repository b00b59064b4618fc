import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission, TOXIC_ROLE_PAIRS, type Role } from "#kernel/permissions.ts";
import { hashPassword, newToken, passwordAcceptable } from "../domain/secrets.ts";
import { problem } from "../problems.ts";
import { revokeSessions } from "../sessions.ts";

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly branchId?: string;
  /** Currency → minor units. */
  readonly amountLimits?: Readonly<Record<string, bigint>>;
  readonly password?: string;
  readonly oidcSubject?: string;
}

/** Refuses with user.toxic_roles a set of roles that would let one person do what takes two. */
export function refuseToxicRoles(roles: readonly Role[]): void {
  const toxic = TOXIC_ROLE_PAIRS.find(([a, b]) => roles.includes(a) && roles.includes(b));
  if (toxic === undefined) return;
  const why = `${toxic[0].replaceAll("_", " ")} and ${toxic[1].replaceAll("_", " ")}: ${toxic[2]}.`;
  throw problem("user.toxic_roles", why, { errors: [{ pointer: "/roles", code: "field.toxic_roles", detail: why }] });
}

/** Makes a member of staff. May raise user.email_taken, user.toxic_roles, user.password_too_weak. */
export async function createUser(ctx: Context, input: NewUser): Promise<{ userId: string }> {
  requirePermission(ctx.actor, "identity.user.manage");
  refuseToxicRoles(input.roles);
  if (input.password !== undefined && !passwordAcceptable(input.password, false)) throw problem("user.password_too_weak");
  const passwordHash = input.password === undefined ? null : await hashPassword(input.password);
  return ctx.transaction(async (tx) => {
    const userId = ctx.ids.next("usr");
    const limits = Object.fromEntries(Object.entries(input.amountLimits ?? {}).map(([currency, minor]) => [currency, minor.toString()]));
    const made = await tx.run("identity.user.insert",
      `INSERT INTO identity.staff_user (id, email, name, branch_id, roles, amount_limits, password_hash, oidc_subject, status, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'active', $9) ON CONFLICT DO NOTHING`,
      [userId, input.email, input.name, input.branchId ?? null, input.roles, limits, passwordHash, input.oidcSubject ?? null, tx.now]);
    if (made === 0) throw problem("user.email_taken");
    await audit.record(tx, ctx, { action: "identity.user.created", subject: userId, after: { roles: input.roles, branchId: input.branchId, limits } });
    return { userId };
  });
}

/** Changes roles, limits, branch or status; every open session of the user ends at once. May raise user.not_found, user.own_rights, user.toxic_roles, version.conflict (by the route). */
export async function changeUser(ctx: Context, userId: string, change: { roles?: readonly Role[]; status?: "active" | "disabled"; amountLimits?: Readonly<Record<string, bigint>>; branchId?: string | null }, check: (version: bigint) => void): Promise<{ userId: string; version: number }> {
  requirePermission(ctx.actor, "identity.user.manage");
  if (ctx.actor.id === userId) throw problem("user.own_rights");
  if (change.roles !== undefined) refuseToxicRoles(change.roles);
  return ctx.transaction(async (tx) => {
    const before = await tx.maybe<{ roles: Role[]; status: string; branch_id: string | null; amount_limits: Record<string, string>; version: bigint }>("identity.user.lock",
      "SELECT roles, status, branch_id, amount_limits, version FROM identity.staff_user WHERE id = $1 FOR UPDATE", [userId]);
    if (before === undefined) throw problem("user.not_found");
    check(before.version);
    const limits = change.amountLimits === undefined ? before.amount_limits : Object.fromEntries(Object.entries(change.amountLimits).map(([c, m]) => [c, m.toString()]));
    const after = { roles: change.roles ?? before.roles, status: change.status ?? before.status, branch_id: change.branchId === undefined ? before.branch_id : change.branchId, amount_limits: limits };
    await tx.run("identity.user.update", "UPDATE identity.staff_user SET roles = $2, status = $3, branch_id = $4, amount_limits = $5, version = version + 1 WHERE id = $1",
      [userId, after.roles, after.status, after.branch_id, after.amount_limits]);
    await revokeSessions(tx, { subjectId: userId });
    await audit.record(tx, ctx, { action: "identity.user.changed", subject: userId, before: { roles: before.roles, status: before.status, limits: before.amount_limits }, after });
    return { userId, version: Number(before.version) + 1 };
  });
}

/** Makes an API client; its secret is shown once. */
export async function createApiClient(ctx: Context, input: { name: string; roles: readonly Role[] }): Promise<{ clientId: string; clientSecret: string }> {
  requirePermission(ctx.actor, "identity.client.manage");
  refuseToxicRoles(input.roles);
  const { token, hash } = newToken();
  return ctx.transaction(async (tx: Tx) => {
    const clientId = ctx.ids.next("cl");
    await tx.run("identity.client.insert", "INSERT INTO identity.api_client (id, name, secret_hash, roles, status, created_at) VALUES ($1, $2, $3, $4, 'active', $5)", [clientId, input.name, hash, input.roles, tx.now]);
    await audit.record(tx, ctx, { action: "identity.client.created", subject: clientId, after: { name: input.name, roles: input.roles } });
    return { clientId, clientSecret: token };
  });
}
