import Type from "typebox";
import * as audit from "../audit.ts";
import { problem } from "../kernel-problems.ts";
import type { App } from "./app.ts";
import { Id, Text } from "./schemas.ts";

/** What end of day set aside leaves the list when a person has looked after it; what is still due of it is tried again at the next close. */
export function quarantineRoutes(app: App): void {
  app.post("/v1/end-of-day/quarantine/:id/clear", {
    config: { permission: "eod.run.start", idempotent: true },
    schema: {
      operationId: "clearQuarantine", summary: "Take what end of day set aside off the list, with what was done about it", tags: ["platform"],
      params: Type.Object({ id: Id }), body: Type.Object({ reason: Text(500) }, { additionalProperties: false }), response: { 200: Type.Object({ id: Type.String() }) },
    },
  }, async (request, reply) => {
    const { ctx } = request;
    return reply.send(await ctx.transaction(async (tx) => {
      const item = await tx.maybe<{ subject: string; step: string }>("kernel.eod.quarantine_clear", "UPDATE kernel.eod_quarantine SET cleared_at = $2 WHERE id = $1 AND cleared_at IS NULL RETURNING subject, step", [request.params.id, tx.now]);
      if (item === undefined) throw problem("request.not_found", "It is not on the list, or was taken off before.");
      await audit.record(tx, ctx, { action: "eod.quarantine.cleared", subject: item.subject, after: { step: item.step }, reason: request.body.reason });
      return { id: request.params.id };
    }));
  });
}
