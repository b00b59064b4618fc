import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import { sameSecret } from "#kernel/crypto.ts";
import { tokenHash } from "../domain/secrets.ts";
import { problem } from "../problems.ts";
import { openSession } from "../sessions.ts";

/** OAuth 2 client credentials: an access token of one hour for an API client. May raise sign_in.refused. */
export async function signInClient(ctx: Context, clientId: string, clientSecret: string): Promise<{ token: string; expiresAt: string }> {
  const session = await ctx.transaction(async (tx) => {
    const row = await tx.maybe<{ secret_hash: Buffer; status: string }>("identity.client.read", "SELECT secret_hash, status FROM identity.api_client WHERE id = $1", [clientId]);
    if (row === undefined || row.status !== "active" || !sameSecret(row.secret_hash, tokenHash(clientSecret))) return undefined;
    await audit.record(tx, ctx, { action: "identity.session.opened", subject: clientId });
    return openSession(tx, ctx, "client", clientId);
  });
  if (session === undefined) throw problem("sign_in.refused");
  return session;
}
