import Type from "typebox";
import * as audit from "../audit.ts";
import { verifyAudit } from "../audit-chain.ts";
import type { App } from "./app.ts";

const MOST_FAULTS = 100;

/** The proof of the audit trail: every record, link and anchor is computed again. That somebody asked, and what came out, is a record too. */
export function auditRoutes(app: App): void {
  app.post("/v1/audit-verifications", {
    config: { permission: "audit.record.read", idempotent: false },
    schema: {
      operationId: "verifyAudit", summary: "Check the whole chain of audit records against its hashes and anchors", tags: ["platform"],
      response: { 200: Type.Object({ intact: Type.Boolean(), records: Type.Integer(), sealed: Type.Integer(), faultCount: Type.Integer(), faults: Type.Array(Type.String(), { description: "The first hundred, each with the record or link it was found at" }) }) },
    },
  }, async (request, reply) => {
    const { ctx } = request;
    const { records, sealed, faults } = await verifyAudit(ctx.services, ctx.tenantId);
    const outcome = { intact: faults.length === 0, records, sealed, faultCount: faults.length };
    await ctx.transaction((tx) => audit.record(tx, ctx, { action: "audit.chain.verified", subject: ctx.tenantId, after: outcome }));
    return reply.send({ ...outcome, faults: faults.slice(0, MOST_FAULTS) });
  });
}
