import { verifySync } from "otplib";
import * as audit from "#kernel/audit.ts";
import { plusMs } from "#kernel/clock.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { passwordMatches } from "../domain/secrets.ts";
import { problem } from "../problems.ts";
import { openSession } from "../sessions.ts";

interface UserRow { id: string; name: string; password_hash: string | null; totp_key: Buffer | null; totp_secret: Buffer | null; totp_last_step: bigint; failed_count: number; locked_until: string | null; status: string }

const TRIES = 5;
const LOCK_MS = 15 * 60_000;

/**
 * Signs a member of staff in by password and, when enrolled, authenticator code. Five wrong tries lock the account for
 * fifteen minutes. May raise sign_in.refused, sign_in.second_factor_needed.
 */
export async function signInStaff(ctx: Context, input: { email: string; password: string; totpCode?: string }): Promise<{ token: string; expiresAt: string; userId: string }> {
  const user = await ctx.read((tx) => tx.maybe<UserRow>("identity.user.sign_in", "SELECT * FROM identity.staff_user WHERE lower(email) = lower($1)", [input.email]));
  // The hash is computed outside of any transaction, also for an unknown address.
  const right = await passwordMatches(input.password, user?.password_hash ?? null);
  const outcome = await ctx.transaction(async (tx) => {
    if (user === undefined || user.status !== "active") return { refusal: "sign_in.refused" as const };
    if (user.locked_until !== null && user.locked_until > tx.now) return { refusal: "sign_in.refused" as const, detail: `Locked until ${user.locked_until} after too many wrong tries.` };
    if (!right) return fail(tx, ctx, user);
    if (user.totp_secret !== null) {
      if (input.totpCode === undefined) return { refusal: "sign_in.second_factor_needed" as const };
      const step = totpStep(ctx, user, input.totpCode);
      if (step === undefined) return fail(tx, ctx, user);
      // A code is good once, also when two requests bring it at the same moment.
      const taken = await tx.run("identity.user.totp_taken", "UPDATE identity.staff_user SET totp_last_step = $2 WHERE id = $1 AND totp_last_step < $2", [user.id, step]);
      if (taken === 0) return fail(tx, ctx, user);
    }
    await tx.run("identity.user.signed_in", "UPDATE identity.staff_user SET failed_count = 0, locked_until = NULL WHERE id = $1", [user.id]);
    const session = await openSession(tx, ctx, "staff", user.id);
    await audit.record(tx, ctx, { action: "identity.session.opened", subject: user.id });
    return { session: { ...session, userId: user.id } };
  });
  // Thrown only now, so that the count of wrong tries is committed.
  if (outcome.session === undefined) throw problem(outcome.refusal, "detail" in outcome ? outcome.detail : undefined);
  return outcome.session;
}

async function fail(tx: Tx, ctx: Context, user: UserRow): Promise<{ refusal: "sign_in.refused"; session?: undefined }> {
  const lock = user.failed_count + 1 >= TRIES;
  await tx.run("identity.user.failed", "UPDATE identity.staff_user SET failed_count = CASE WHEN $2 THEN 0 ELSE failed_count + 1 END, locked_until = CASE WHEN $2 THEN $3::timestamptz ELSE locked_until END WHERE id = $1",
    [user.id, lock, plusMs(tx.now, LOCK_MS)]);
  await audit.record(tx, ctx, { action: lock ? "identity.user.locked" : "identity.sign_in.refused", subject: user.id });
  return { refusal: "sign_in.refused" };
}

/** The time step of a right code, or undefined. One step of clock difference is allowed either way. */
function totpStep(ctx: Context, user: UserRow, code: string): number | undefined {
  if (user.totp_key === null || user.totp_secret === null || !/^\d{6}$/.test(code)) return undefined;
  const secret = ctx.services.keys.open(user.totp_key, user.totp_secret, `totp:${user.id}`).toString();
  const epoch = Math.floor(ctx.services.clock.nowMs() / 1000);
  const result = verifySync({ secret, token: code, epoch, epochTolerance: 30 });
  if (!result.valid) return undefined;
  return Math.floor(epoch / 30) + result.delta;
}
