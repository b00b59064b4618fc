import Type from "typebox";
import * as audit from "#kernel/audit.ts";
import type { App } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { Id, Text } from "#kernel/http/schemas.ts";
import { problem as kernelProblem } from "#kernel/kernel-problems.ts";
import type { ListDefinition } from "#kernel/list.ts";
import { createBranch } from "./commands/create-branch.ts";
import { confirmTotp, enrolTotp, removeTotp } from "./commands/second-factor.ts";
import { ClientItem, NewBranch } from "./contract.ts";
import { problem } from "./problems.ts";
import { forgetSessions, revokeSessions } from "./sessions.ts";

const tags = ["identity"];

const clients: ListDefinition = {
  name: "identity.api_clients", from: "identity.api_client c",
  columns: {
    id: { sql: "c.id", kind: "text", label: "Id", filter: true }, name: { sql: "c.name", kind: "text", label: "Name", filter: true, sort: true }, roles: { sql: "array_to_string(c.roles, ', ')", kind: "text", label: "Roles", filter: true },
    status: { sql: "c.status", kind: "text", label: "Status", filter: true, sort: true }, createdAt: { sql: "c.created_at", kind: "instant", label: "Since", sort: true },
  },
  search: ["c.name", "c.id"], key: "c.id", defaultSort: "name",
};

/** What an administrator sets up besides users: branches, programs that call in, lost authenticators; and everybody's own authenticator. */
export function setupRoutes(app: App): void {
  app.post("/v1/branches", { config: { permission: "identity.user.manage", idempotent: true }, schema: { operationId: "createBranch", summary: "Open a branch", tags, body: NewBranch, response: { 201: Type.Object({ branchId: Type.String() }) } } }, async (request, reply) =>
    reply.code(201).send(await createBranch(request.ctx, request.body)));
  listRoute(app, { path: "/v1/api-clients", operationId: "listApiClients", summary: "Programs that may call in", tags, permission: "identity.client.manage", list: clients, item: ClientItem });
  app.post("/v1/api-clients/:id/disable", { config: { permission: "identity.client.manage", idempotent: true }, schema: { operationId: "disableApiClient", summary: "Stop a program at once; its tokens end", tags, params: Type.Object({ id: Id }), body: Type.Object({ reason: Text(300) }, { additionalProperties: false }), response: { 200: Type.Object({ clientId: Type.String() }) } } }, async (request, reply) => {
    const { ctx } = request;
    const stopped = await ctx.transaction(async (tx) => {
      const changed = await tx.run("identity.client.disable", "UPDATE identity.api_client SET status = 'disabled' WHERE id = $1 AND status = 'active'", [request.params.id]);
      if (changed === 0) throw problem("client.not_found");
      await revokeSessions(tx, { subjectId: request.params.id });
      await audit.record(tx, ctx, { action: "identity.client.disabled", subject: request.params.id, reason: request.body.reason });
      return { clientId: request.params.id };
    });
    forgetSessions();
    return reply.send(stopped);
  });
  app.post("/v1/users/:id/authenticator-removals", { config: { permission: "identity.user.manage", idempotent: true }, schema: { operationId: "removeAuthenticator", summary: "Take a lost authenticator from a member of staff; ends their sessions", tags, params: Type.Object({ id: Id }), body: Type.Object({ reason: Text(300) }, { additionalProperties: false }), response: { 200: Type.Object({ userId: Type.String() }) } } }, async (request, reply) => {
    const removed = await removeTotp(request.ctx, request.params.id, request.body.reason);
    forgetSessions();
    return reply.send(removed);
  });
  app.post("/v1/me/authenticator", { config: { permission: "identity.profile.read", idempotent: false }, schema: { operationId: "enrolAuthenticator", summary: "Get a new authenticator secret, shown once; it counts when confirmed", tags, response: { 200: Type.Object({ secret: Type.String(), uri: Type.String() }) } } }, async (request, reply) => {
    if (request.ctx.actor.kind !== "staff") throw kernelProblem("permission.denied", "Authenticators are for staff.");
    return reply.send(await enrolTotp(request.ctx));
  });
  app.post("/v1/me/authenticator/confirm", { config: { permission: "identity.profile.read", idempotent: false }, schema: { operationId: "confirmAuthenticator", summary: "Show a right code; from now on it is asked for at sign-in", tags, body: Type.Object({ code: Type.String({ pattern: "^[0-9]{6}$" }) }, { additionalProperties: false }), response: { 200: Type.Object({ enrolled: Type.Literal(true) }) } } }, async (request, reply) => {
    if (request.ctx.actor.kind !== "staff") throw kernelProblem("permission.denied", "Authenticators are for staff.");
    return reply.send(await confirmTotp(request.ctx, request.body.code));
  });
}
