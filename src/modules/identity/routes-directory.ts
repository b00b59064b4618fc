import type { App } from "#kernel/http/app.ts";
import { Directory } from "./contract.ts";

/** Names for the ids that records carry, so that screens show people and branches and not codes. Those who left keep their name. */
export function directoryRoutes(app: App): void {
  app.get("/v1/directory", {
    config: { permission: "identity.branch.read" },
    schema: { operationId: "getDirectory", summary: "Names of the lender's branches, staff and API clients by their ids", tags: ["identity"], response: { 200: Directory } },
  }, async (request, reply) => reply.send(await request.ctx.read(async (tx) => ({
    branches: await tx.rows<{ id: string; name: string }>("identity.directory.branches", "SELECT id, name FROM identity.branch ORDER BY name"),
    people: await tx.rows<{ id: string; name: string }>("identity.directory.people", "SELECT id, name FROM identity.staff_user UNION ALL SELECT id, name FROM identity.api_client ORDER BY name"),
  }))));
}
