import { generateSecret, generateURI, verifySync } from "otplib";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { problem } from "../problems.ts";
import { revokeSessions } from "../sessions.ts";

/** Gives the signed-in user an authenticator secret, shown once. It is asked for at sign-in only after `confirmTotp`. */
export async function enrolTotp(ctx: Context): Promise<{ secret: string; uri: string }> {
  const secret = generateSecret();
  const { keys } = ctx.services;
  const key = keys.newWrappedKey();
  return ctx.transaction(async (tx) => {
    const { email } = await tx.one<{ email: string }>("identity.user.enrol_totp", "UPDATE identity.staff_user SET totp_pending_key = $2, totp_pending_secret = $3 WHERE id = $1 RETURNING email",
      [ctx.actor.id, key, keys.seal(key, secret, `totp:${ctx.actor.id}`)]);
    await audit.record(tx, ctx, { action: "identity.second_factor.shown", subject: ctx.actor.id });
    return { secret, uri: generateURI({ issuer: "Loanwright", label: email, secret }) };
  });
}

/** Makes the secret shown last the user's second factor, once a code of it is right. May raise sign_in.code_refused. */
export async function confirmTotp(ctx: Context, code: string): Promise<{ enrolled: true }> {
  return ctx.transaction(async (tx) => {
    const user = await tx.one<{ totp_pending_key: Buffer | null; totp_pending_secret: Buffer | null }>("identity.user.pending_totp", "SELECT totp_pending_key, totp_pending_secret FROM identity.staff_user WHERE id = $1 FOR UPDATE", [ctx.actor.id]);
    if (user.totp_pending_key === null || user.totp_pending_secret === null) throw problem("sign_in.code_refused", "Ask for a new authenticator secret first.");
    const secret = ctx.services.keys.open(user.totp_pending_key, user.totp_pending_secret, `totp:${ctx.actor.id}`).toString();
    const epoch = Math.floor(ctx.services.clock.nowMs() / 1000);
    if (!verifySync({ secret, token: code, epoch, epochTolerance: 30 }).valid) throw problem("sign_in.code_refused", "These are not the six digits your authenticator shows now.", { errors: [{ pointer: "/code", code: "field.code", detail: "Not the digits it shows now; check its clock." }] });
    await tx.run("identity.user.confirm_totp", "UPDATE identity.staff_user SET totp_key = totp_pending_key, totp_secret = totp_pending_secret, totp_pending_key = NULL, totp_pending_secret = NULL, totp_last_step = 0 WHERE id = $1", [ctx.actor.id]);
    await audit.record(tx, ctx, { action: "identity.second_factor.enrolled", subject: ctx.actor.id });
    return { enrolled: true };
  });
}

/** Takes the authenticator from somebody who has lost it; every open session of theirs ends. May raise user.not_found, user.own_rights. */
export async function removeTotp(ctx: Context, userId: string, reason: string): Promise<{ userId: string }> {
  requirePermission(ctx.actor, "identity.user.manage");
  if (ctx.actor.id === userId) throw problem("user.own_rights");
  return ctx.transaction(async (tx) => {
    const changed = await tx.run("identity.user.remove_totp", "UPDATE identity.staff_user SET totp_key = NULL, totp_secret = NULL, totp_pending_key = NULL, totp_pending_secret = NULL, version = version + 1 WHERE id = $1", [userId]);
    if (changed === 0) throw problem("user.not_found");
    await revokeSessions(tx, { subjectId: userId });
    await audit.record(tx, ctx, { action: "identity.second_factor.removed", subject: userId, reason });
    return { userId };
  });
}
