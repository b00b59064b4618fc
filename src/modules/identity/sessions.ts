import type { Services, Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { plusMs } from "#kernel/clock.ts";
import { grantsOf, type Actor, type Role } from "#kernel/permissions.ts";
import type { FastifyRequest } from "#kernel/http/app.ts";
import { newToken, tokenHash } from "./domain/secrets.ts";

const HOUR = 3_600_000;
const LIFETIME_MS = { staff: 12 * HOUR, borrower: 24 * HOUR, client: HOUR } as const;
/** A revoked session or a changed role counts within a second everywhere; between, the lookup is remembered. */
const REMEMBER_MS = 1_000;
export const SESSION_COOKIE = "lw_session";

type Kind = keyof typeof LIFETIME_MS;

/** Opens a session and returns its token, which is kept nowhere: only its hash is stored. */
export async function openSession(tx: Tx, ctx: Context, kind: Kind, subjectId: string): Promise<{ token: string; expiresAt: string }> {
  const { token, hash } = newToken();
  const expiresAt = plusMs(tx.now, LIFETIME_MS[kind]);
  await tx.run("identity.session.open", "INSERT INTO identity.session (token_hash, id, kind, subject_id, opened_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
    [hash, ctx.ids.next("ses"), kind, subjectId, tx.now, expiresAt]);
  return { token: `${tx.tenantId.slice(3)}.${token}`, expiresAt };
}

/** Ends one session, or all of a subject's. */
export async function revokeSessions(tx: Tx, by: { token?: string; subjectId?: string }): Promise<void> {
  await tx.run("identity.session.revoke", "UPDATE identity.session SET revoked_at = $3 WHERE revoked_at IS NULL AND (token_hash = $1 OR subject_id = $2)",
    [by.token === undefined ? null : tokenHash(by.token.split(".")[1] ?? ""), by.subjectId ?? null, tx.now]);
}

interface Found { kind: Kind; subject_id: string; expires_at: string; name: string | null; roles: Role[] | null; branch_id: string | null; amount_limits: Record<string, string> | null; active: boolean }

const remembered = new Map<string, { untilMs: number; answer: Promise<{ tenantId: string; actor: Actor } | undefined> }>();

/** After a commit that ended sessions: this process notices at once, the others within a second. */
export function forgetSessions(): void {
  remembered.clear();
}

/** Tells who sends a request by its bearer token or session cookie. Remembers an answer for a second. */
export function authenticator(services: Services): (request: FastifyRequest) => Promise<{ tenantId: string; actor: Actor } | undefined> {
  return async (request) => {
    const token = tokenOf(request);
    if (token === undefined) return undefined;
    const now = performance.now();
    const known = remembered.get(token);
    if (known !== undefined && known.untilMs > now) return known.answer;
    // The promise is kept, so that a crowd with one token asks once.
    const answer = lookUp(services, token);
    if (remembered.size > 10_000) remembered.clear();
    remembered.set(token, { untilMs: now + REMEMBER_MS, answer });
    answer.catch(() => remembered.delete(token));
    return answer;
  };
}

export function tokenOf(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer ([\w.-]{20,200})$/.exec(request.headers.authorization ?? "")?.[1];
  return bearer ?? request.cookies[SESSION_COOKIE];
}

async function lookUp(services: Services, token: string): Promise<{ tenantId: string; actor: Actor } | undefined> {
  const [tenant = "", secret = ""] = token.split(".");
  const tenantId = `tn_${tenant}`;
  if (!/^tn_[0-9a-z]{1,40}$/.test(tenantId) || secret === "") return undefined;
  const row = await services.db.transaction(tenantId, (tx) => tx.maybe<Found>("identity.session.look_up",
    `SELECT s.kind, s.subject_id, s.expires_at, coalesce(u.name, c.name) AS name, coalesce(u.roles, c.roles) AS roles, u.branch_id, u.amount_limits,
       coalesce(u.status, c.status, 'active') = 'active' AS active
     FROM identity.session s
     LEFT JOIN identity.staff_user u ON s.kind = 'staff' AND u.tenant_id = s.tenant_id AND u.id = s.subject_id
     LEFT JOIN identity.api_client c ON s.kind = 'client' AND c.tenant_id = s.tenant_id AND c.id = s.subject_id
     WHERE s.token_hash = $1 AND s.revoked_at IS NULL`, [tokenHash(secret)]), "read");
  if (row === undefined || !row.active || row.expires_at <= services.clock.now()) return undefined;
  return { tenantId, actor: actorOf(row) };
}

function actorOf(row: Found): Actor {
  const roles: readonly Role[] = row.kind === "borrower" ? ["borrower"] : (row.roles ?? []);
  return {
    kind: row.kind, id: row.subject_id, name: row.name ?? "borrower", roles, grants: grantsOf(roles),
    branchId: row.branch_id ?? undefined, partyId: row.kind === "borrower" ? row.subject_id : undefined,
    amountLimits: new Map(Object.entries(row.amount_limits ?? {}).map(([currency, minor]) => [currency, BigInt(minor)])),
  };
}
