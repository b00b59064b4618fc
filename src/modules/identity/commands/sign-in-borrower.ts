import { createHash, randomInt } from "node:crypto";
import * as audit from "#kernel/audit.ts";
import { plusMs } from "#kernel/clock.ts";
import type { Context } from "#kernel/context.ts";
import { sameSecret } from "#kernel/crypto.ts";
import { contactIndex, type Contact } from "../domain/contact.ts";
import type { MessageSender } from "../ports.ts";
import { problem } from "../problems.ts";
import { openSession } from "../sessions.ts";

const LIFETIME_MS = 10 * 60_000;
const CODES_PER_LIFETIME = 5;
const TRIES = 5;

/**
 * Sends a one-time code to a phone number or e-mail address. Says the same whether the address is known or not.
 * May raise sign_in.too_many_codes.
 */
export async function requestCode(ctx: Context, messages: MessageSender, contact: Contact): Promise<{ codeId: string; expiresAt: string }> {
  const code = String(randomInt(0, 1_000_000)).padStart(6, "0");
  const sent = await ctx.transaction(async (tx) => {
    const index = contactIndex(ctx, contact);
    const { recent } = await tx.one<{ recent: bigint }>("identity.code.recent", "SELECT count(*) AS recent FROM identity.sign_in_code WHERE address_index = $1 AND created_at > $2", [index, plusMs(tx.now, -LIFETIME_MS)]);
    if (Number(recent) >= CODES_PER_LIFETIME) throw problem("sign_in.too_many_codes");
    const codeId = ctx.ids.next("otp");
    const expiresAt = plusMs(tx.now, LIFETIME_MS);
    await tx.run("identity.code.insert", "INSERT INTO identity.sign_in_code (id, address_index, code_hash, expires_at, created_at) VALUES ($1, $2, $3, $4, $5)", [codeId, index, codeHash(codeId, code), expiresAt, tx.now]);
    await audit.record(tx, ctx, { action: "identity.code.requested", subject: codeId, after: { channel: contact.channel } });
    return { codeId, expiresAt };
  });
  // After the commit: a code that cannot be sent is simply asked for again.
  await messages.send({ tenantId: ctx.tenantId, reference: sent.codeId, channel: contact.channel, to: contact.address, subject: "Your sign-in code", body: `Your sign-in code is ${code}. It is good for ten minutes. We never ask for it by phone.` });
  return sent;
}

/** Signs a borrower in by the code. The first time, the address gets a party of its own. May raise sign_in.code_refused. */
export async function signInBorrower(ctx: Context, input: { codeId: string; code: string }): Promise<{ token: string; expiresAt: string; partyId: string }> {
  const session = await ctx.transaction(async (tx) => {
    const row = await tx.maybe<{ address_index: Buffer; code_hash: Buffer }>("identity.code.try",
      "UPDATE identity.sign_in_code SET attempts = attempts + 1 WHERE id = $1 AND used_at IS NULL AND attempts < $2 AND expires_at > $3 RETURNING address_index, code_hash", [input.codeId, TRIES, tx.now]);
    if (row === undefined || !sameSecret(row.code_hash, codeHash(input.codeId, input.code))) return undefined;
    await tx.run("identity.code.used", "UPDATE identity.sign_in_code SET used_at = $2 WHERE id = $1", [input.codeId, tx.now]);
    const { party_id: partyId } = await tx.one<{ party_id: string }>("identity.borrower.find_or_make",
      `INSERT INTO identity.borrower_login (address_index, party_id, created_at) VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id, address_index) DO UPDATE SET party_id = identity.borrower_login.party_id RETURNING party_id`, [row.address_index, ctx.ids.next("pty"), tx.now]);
    await audit.record(tx, ctx, { action: "identity.session.opened", subject: partyId });
    return { ...await openSession(tx, ctx, "borrower", partyId), partyId };
  });
  if (session === undefined) throw problem("sign_in.code_refused");
  return session;
}

/** Six digits have little chance in them, so the hash is bound to the code's id; five tries are all there are. */
function codeHash(codeId: string, code: string): Buffer {
  return createHash("sha256").update(`${codeId} ${code}`).digest();
}
