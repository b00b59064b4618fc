import Type from "typebox";
import { parsePhoneNumberFromString } from "libphonenumber-js";
import { fromMoneyJson, money, toMoneyJson } from "#engine/money.ts";
import * as audit from "#kernel/audit.ts";
import type { App, FastifyReply } from "#kernel/http/app.ts";
import { requireVersion } from "#kernel/http/etag.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { Id, type MoneyJson } from "#kernel/http/schemas.ts";
import { problem as kernelProblem } from "#kernel/kernel-problems.ts";
import type { ListDefinition } from "#kernel/list.ts";
import type { Services } from "#kernel/context.ts";
import { changeUser, createApiClient, createUser } from "./commands/manage-users.ts";
import { requestCode, signInBorrower } from "./commands/sign-in-borrower.ts";
import { signInClient } from "./commands/sign-in-client.ts";
import { signInStaff } from "./commands/sign-in-staff.ts";
import { BranchItem, ClientRequest, CodeRequest, CodeSent, CodeSignIn, Me, NewSavedView, NewUserRequest, SavedView, Session, SignInRequest, TokenRequest, UserChange, UserItem } from "./contract.ts";
import { oidcRoutes } from "./oidc.ts";
import type { MessageSender } from "./ports.ts";
import { directoryRoutes } from "./routes-directory.ts";
import { problem } from "./problems.ts";
import { setupRoutes } from "./routes-setup.ts";
import { forgetSessions, revokeSessions, SESSION_COOKIE, tokenOf } from "./sessions.ts";

const users: ListDefinition = {
  name: "identity.users", from: "identity.staff_user u JOIN kernel.tenant t ON t.tenant_id = u.tenant_id",
  columns: {
    id: { sql: "u.id", kind: "text", label: "Id", filter: true }, email: { sql: "u.email", kind: "text", label: "E-mail", filter: true, sort: true }, name: { sql: "u.name", kind: "text", label: "Name", filter: true, sort: true },
    roles: { sql: "array_to_string(u.roles, ', ')", kind: "text", label: "Roles", filter: true }, branchId: { sql: "u.branch_id", kind: "text", label: "Branch", filter: true, sort: true },
    status: { sql: "u.status", kind: "text", label: "Status", filter: true, sort: true }, secondFactor: { sql: "u.totp_secret IS NOT NULL", kind: "boolean", label: "Authenticator", filter: true },
    amountLimit: { sql: "(u.amount_limits->>t.currency)::bigint", currencySql: "t.currency", kind: "money", label: "Limit", sort: true },
    createdAt: { sql: "u.created_at", kind: "instant", label: "Since", sort: true }, version: { sql: "u.version", kind: "integer", label: "Version" },
  },
  search: ["u.email", "u.name"], key: "u.id", defaultSort: "name",
};
const branches: ListDefinition = {
  name: "identity.branches", from: "identity.branch b",
  columns: { id: { sql: "b.id", kind: "text", label: "Id" }, code: { sql: "b.code", kind: "text", label: "Code", sort: true, filter: true }, name: { sql: "b.name", kind: "text", label: "Name", sort: true, filter: true }, region: { sql: "b.region", kind: "text", label: "Region", sort: true, filter: true } },
  search: ["b.name", "b.code"], key: "b.id", defaultSort: "name",
};

const tags = ["identity"];

export function identityRoutes(app: App, services: Services, messages: MessageSender): void {
  signInRoutes(app, services, messages);
  oidcRoutes(app, services, (reply, session) => setCookie(reply, services, session));
  userRoutes(app);
  directoryRoutes(app);
  viewRoutes(app);
  setupRoutes(app);
}

function setCookie(reply: FastifyReply, services: Services, session: { token: string }): void {
  reply.setCookie(SESSION_COOKIE, session.token, { httpOnly: true, sameSite: "strict", path: "/", secure: services.config.publicUrl.startsWith("https://") });
}

function signInRoutes(app: App, services: Services, messages: MessageSender): void {
  const open = { public: true, lender: true, idempotent: false } as const;
  app.post("/v1/staff-sign-ins", { config: open, schema: { operationId: "signInStaff", summary: "Sign in with password and, when enrolled, authenticator code; needs X-Lender", tags, body: SignInRequest, response: { 200: Session } } }, async (request, reply) => {
    const session = await signInStaff(request.ctx, request.body);
    setCookie(reply, services, session);
    return reply.send({ token: session.token, expiresAt: session.expiresAt });
  });
  app.post("/v1/borrower-codes", { config: open, schema: { operationId: "requestSignInCode", summary: "Send a one-time code to a phone or e-mail address; needs X-Lender", tags, body: CodeRequest, response: { 200: CodeSent } } }, async (request, reply) => {
    const { channel, address } = request.body;
    return reply.send(await requestCode(request.ctx, messages, { channel, address: normalAddress(channel, address) }));
  });
  app.post("/v1/borrower-sign-ins", { config: open, schema: { operationId: "signInBorrower", summary: "Sign in with the one-time code; needs X-Lender", tags, body: CodeSignIn, response: { 200: Session } } }, async (request, reply) => {
    const session = await signInBorrower(request.ctx, request.body);
    setCookie(reply, services, session);
    return reply.send({ token: session.token, expiresAt: session.expiresAt });
  });
  app.post("/v1/oauth/token", { config: open, schema: { operationId: "issueToken", summary: "OAuth 2 client credentials; needs X-Lender", tags, body: TokenRequest, response: { 200: Session } } }, async (request, reply) => {
    return reply.send(await signInClient(request.ctx, request.body.clientId, request.body.clientSecret));
  });
  app.post("/v1/sign-outs", { config: { permission: "identity.profile.read", idempotent: false }, schema: { operationId: "signOut", summary: "End this session now", tags, response: { 204: Type.Null() } } }, async (request, reply) => {
    const { ctx } = request;
    await ctx.transaction(async (tx) => {
      await revokeSessions(tx, { token: tokenOf(request) });
      await audit.record(tx, ctx, { action: "identity.session.ended", subject: ctx.actor.id });
    });
    forgetSessions();
    return reply.clearCookie(SESSION_COOKIE, { path: "/" }).code(204).send(null);
  });
  app.get("/v1/me", { config: { permission: "identity.profile.read" }, schema: { operationId: "getMe", summary: "Who you are and what you may do", tags, response: { 200: Me } } }, async (request, reply) => {
    const { actor } = request.ctx;
    return reply.send({
      id: actor.id, name: actor.name, kind: actor.kind, roles: [...actor.roles], branchId: actor.branchId ?? null, partyId: actor.partyId ?? null,
      permissions: [...actor.grants].map(([permission, scope]) => ({ permission, scope })),
      amountLimits: [...actor.amountLimits].map(([currency, minor]) => toMoneyJson(money(minor, currency))),
    });
  });
}

/** Phone numbers to E.164, addresses to lower case; refuses with request.invalid. */
export function normalAddress(channel: "sms" | "email", address: string): string {
  const normal = channel === "sms" ? parsePhoneNumberFromString(address)?.number : /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address) ? address.toLowerCase() : undefined;
  if (normal === undefined) {
    const detail = channel === "sms" ? "Write the phone number with its country code, for instance +91 98765 43210." : "Write a whole e-mail address.";
    throw kernelProblem("request.invalid", undefined, { errors: [{ pointer: "/address", code: "field.address", detail }] });
  }
  return normal;
}

function limitsOf(amounts: readonly MoneyJson[] | undefined): Record<string, bigint> | undefined {
  return amounts === undefined ? undefined : Object.fromEntries(amounts.map((a) => [a.currency, fromMoneyJson(a).minor]));
}

function userRoutes(app: App): void {
  listRoute(app, { path: "/v1/users", operationId: "listUsers", summary: "Members of staff", tags, permission: "identity.user.read", list: users, item: UserItem });
  listRoute(app, { path: "/v1/branches", operationId: "listBranches", summary: "Branches of the lender", tags, permission: "identity.branch.read", list: branches, item: BranchItem });
  app.post("/v1/users", { config: { permission: "identity.user.manage", idempotent: true }, schema: { operationId: "createUser", summary: "Make a member of staff", tags, body: NewUserRequest, response: { 201: Type.Object({ userId: Type.String() }) } } }, async (request, reply) =>
    reply.code(201).send(await createUser(request.ctx, { ...request.body, amountLimits: limitsOf(request.body.amountLimits) })));
  app.patch("/v1/users/:id", { config: { permission: "identity.user.manage" }, schema: { operationId: "changeUser", summary: "Change roles, limits, branch or status; ends the user's sessions; needs If-Match", tags, params: Type.Object({ id: Id }), body: UserChange, response: { 200: Type.Object({ userId: Type.String(), version: Type.Integer() }) } } }, async (request, reply) => {
    const changed = await changeUser(request.ctx, request.params.id, { ...request.body, amountLimits: limitsOf(request.body.amountLimits) }, (version) => requireVersion(request, version));
    forgetSessions();
    return reply.send(changed);
  });
  app.post("/v1/api-clients", { config: { permission: "identity.client.manage", idempotent: false }, schema: { operationId: "createApiClient", summary: "Make an API client; the secret is shown once", tags, body: ClientRequest, response: { 201: Type.Object({ clientId: Type.String(), clientSecret: Type.String() }) } } }, async (request, reply) =>
    reply.code(201).send(await createApiClient(request.ctx, request.body)));
}

function viewRoutes(app: App): void {
  app.get("/v1/saved-views", { config: { permission: "identity.view.manage" }, schema: { operationId: "listSavedViews", summary: "Your saved views and those for everyone", tags, querystring: Type.Object({ list: Type.Optional(Type.String({ maxLength: 80 })) }), response: { 200: Type.Object({ items: Type.Array(SavedView) }) } } }, async (request, reply) => {
    const { ctx } = request;
    const items = await ctx.read((tx) => tx.rows<{ id: string; list: string; name: string; query: string; shared: "private" | "everyone"; mine: boolean }>("identity.view.list",
      `SELECT id, list, name, query, shared, owner_id = $1 AS mine FROM identity.saved_view WHERE (owner_id = $1 OR shared = 'everyone') AND ($2::text IS NULL OR list = $2) ORDER BY name`, [ctx.actor.id, request.query.list ?? null]));
    return reply.send({ items });
  });
  app.post("/v1/saved-views", { config: { permission: "identity.view.manage", idempotent: true }, schema: { operationId: "saveView", summary: "Save a list's filter, order and columns under a name", tags, body: NewSavedView, response: { 201: Type.Object({ id: Type.String() }) } } }, async (request, reply) => {
    const { ctx } = request;
    const saved = await ctx.transaction(async (tx) => {
      const id = ctx.ids.next("vw");
      const { list, name, query, shared } = request.body;
      await tx.run("identity.view.insert", "INSERT INTO identity.saved_view (id, owner_id, shared, list, name, query, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)", [id, ctx.actor.id, shared, list, name, query, tx.now]);
      await audit.record(tx, ctx, { action: "identity.view.saved", subject: id, after: { list, name, shared } });
      return { id };
    });
    return reply.code(201).send(saved);
  });
  app.delete("/v1/saved-views/:id", { config: { permission: "identity.view.manage" }, schema: { operationId: "deleteSavedView", summary: "Delete one of your saved views", tags, params: Type.Object({ id: Id }), response: { 204: Type.Null() } } }, async (request, reply) => {
    const { ctx } = request;
    await ctx.transaction(async (tx) => {
      const gone = await tx.run("identity.view.delete", "DELETE FROM identity.saved_view WHERE id = $1 AND owner_id = $2", [request.params.id, ctx.actor.id]);
      if (gone === 0) throw problem("view.not_found");
      await audit.record(tx, ctx, { action: "identity.view.deleted", subject: request.params.id });
    });
    return reply.code(204).send(null);
  });
}
