import type { App } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { fixIndex } from "./commands/fix-index.ts";
import * as c from "./contract.ts";
import { fixingList } from "./queries/fixings.ts";
import { modes, tags } from "./routes-read.ts";

/** Published values of the indexes that floating rates follow. */
export function fixingRoutes(app: App): void {
  listRoute(app, { path: "/v1/index-fixings", operationId: "listIndexFixings", summary: "Fixings of the indexes that floating rates follow, newest day first", tags, modes, permission: "rate.fixing.read", list: fixingList, item: c.IndexFixingItem });
  app.post("/v1/index-fixings", {
    config: { permission: "rate.fixing.propose", idempotent: true, modes },
    schema: { operationId: "fixIndex", summary: "Propose a published value of an index; once a second person agrees it becomes a fact of every loan that follows it, at the end of the day", tags, body: c.IndexFixingRequest, response: { 202: c.Proposed } },
  }, async (request, reply) => reply.code(202).send(await fixIndex(request.ctx, request.body)));
}
