import { createHmac } from "node:crypto";
import * as client from "openid-client";
import Type from "typebox";
import * as audit from "#kernel/audit.ts";
import { makeContext, type Services } from "#kernel/context.ts";
import { sameSecret } from "#kernel/crypto.ts";
import type { App, FastifyReply, FastifyRequest } from "#kernel/http/app.ts";
import { anonymousActor } from "#kernel/permissions.ts";
import { problem } from "./problems.ts";
import { openSession } from "./sessions.ts";

const COOKIE = "lw_oidc";
const LIFETIME_MS = 10 * 60_000;

interface Pending { readonly state: string; readonly nonce: string; readonly verifier: string; readonly lender: string; readonly untilMs: number }

/**
 * Staff sign-in by OpenID Connect: authorization code with PKCE. The person must already be a user of the lender, known by the
 * provider's subject or, the first time, by a verified e-mail address. Not served unless LOANWRIGHT_OIDC_ISSUER is set.
 */
export function oidcRoutes(app: App, services: Services, setCookie: (reply: FastifyReply, session: { token: string }) => void): void {
  const settings = services.config.oidc;
  if (settings === undefined) return;
  const redirectUri = `${services.config.publicUrl}/v1/oidc/callback`;
  let discovered: Promise<client.Configuration> | undefined;
  const provider = () => {
    const insecure = settings.issuer.startsWith("http://") && services.config.environment !== "production";
    discovered ??= client.discovery(new URL(settings.issuer), settings.clientId, settings.clientSecret, undefined, insecure ? { execute: [client.allowInsecureRequests] } : undefined);
    // A provider that was away is asked again by the next sign-in.
    discovered.catch(() => (discovered = undefined));
    return discovered;
  };

  app.get("/v1/oidc/start", {
    config: { public: true },
    schema: { operationId: "startOidc", summary: "Begin staff sign-in at the identity provider", tags: ["identity"], querystring: Type.Object({ lender: Type.String({ pattern: "^[a-z0-9-]{1,40}$" }) }) },
  }, async (request, reply) => {
    const pending: Pending = { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier(), lender: request.query.lender, untilMs: services.clock.nowMs() + LIFETIME_MS };
    const url = client.buildAuthorizationUrl(await provider(), {
      redirect_uri: redirectUri, scope: "openid email", state: pending.state, nonce: pending.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(pending.verifier), code_challenge_method: "S256",
    });
    reply.setCookie(COOKIE, sign(services, pending), { httpOnly: true, sameSite: "lax", path: "/v1/oidc", secure: services.config.publicUrl.startsWith("https://") });
    return reply.redirect(url.href);
  });

  app.get("/v1/oidc/callback", { config: { public: true }, schema: { operationId: "finishOidc", summary: "The identity provider sends the person back here", tags: ["identity"] } }, async (request, reply) => {
    const pending = verified(services, request.cookies[COOKIE]);
    reply.clearCookie(COOKIE, { path: "/v1/oidc" });
    if (pending === undefined) throw problem("sign_in.refused", "The sign-in took too long or was begun in another browser.");
    const claims = await exchange(await provider(), request, redirectUri, pending);
    const session = await sessionFor(services, request.id, pending.lender, claims);
    setCookie(reply, session);
    return reply.redirect("/staff/");
  });
}

async function exchange(configuration: client.Configuration, request: FastifyRequest, redirectUri: string, pending: Pending): Promise<client.IDToken> {
  const url = new URL(redirectUri);
  url.search = new URL(request.url, redirectUri).search;
  try {
    const tokens = await client.authorizationCodeGrant(configuration, url, { pkceCodeVerifier: pending.verifier, expectedState: pending.state, expectedNonce: pending.nonce, idTokenExpected: true });
    const claims = tokens.claims();
    if (claims !== undefined) return claims;
  } catch (error) {
    request.log.warn({ code: (error as { code?: string }).code }, "identity provider refused the exchange");
  }
  throw problem("sign_in.refused", "The identity provider did not confirm the sign-in.");
}

async function sessionFor(services: Services, requestId: string, lender: string, claims: client.IDToken): Promise<{ token: string }> {
  const [tenant] = await services.db.anonymous<{ tenant_id: string }>("SELECT tenant_id FROM kernel.tenant_by_slug($1)", [lender]);
  if (tenant === undefined) throw problem("sign_in.refused");
  const ctx = makeContext(services, { tenantId: tenant.tenant_id, actor: anonymousActor, requestId });
  const email = claims["email_verified"] === true && typeof claims["email"] === "string" ? claims["email"] : null;
  const session = await ctx.transaction(async (tx) => {
    const user = await tx.maybe<{ id: string }>("identity.user.by_oidc",
      `UPDATE identity.staff_user SET oidc_subject = $1 WHERE id = (
         SELECT id FROM identity.staff_user WHERE status = 'active' AND (oidc_subject = $1 OR (oidc_subject IS NULL AND lower(email) = lower($2::text))) ORDER BY oidc_subject NULLS LAST LIMIT 1) RETURNING id`, [claims.sub, email]);
    if (user === undefined) return undefined;
    await audit.record(tx, ctx, { action: "identity.session.opened", subject: user.id, after: { by: "oidc" } });
    return openSession(tx, ctx, "staff", user.id);
  });
  if (session === undefined) throw problem("sign_in.refused", "You are not a user of this lender; ask its administrator.");
  return session;
}

function sign(services: Services, pending: Pending): string {
  const text = Buffer.from(JSON.stringify(pending)).toString("base64url");
  return `${text}.${createHmac("sha256", services.keys.derive("oidc-cookie")).update(text).digest("base64url")}`;
}

function verified(services: Services, cookie: string | undefined): Pending | undefined {
  const [text = "", mac = ""] = (cookie ?? "").split(".");
  const expected = createHmac("sha256", services.keys.derive("oidc-cookie")).update(text).digest();
  if (!sameSecret(expected, Buffer.from(mac, "base64url"))) return undefined;
  const pending = JSON.parse(Buffer.from(text, "base64url").toString()) as Pending;
  return pending.untilMs > services.clock.nowMs() ? pending : undefined;
}
