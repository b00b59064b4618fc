import Type from "typebox";
import { formatRate, money, rate, toMoneyJson } from "#engine/index.ts";
import type { App } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { Id } from "#kernel/http/schemas.ts";
import type { ListDefinition } from "#kernel/list.ts";
import { proposePolicy } from "./commands/policies.ts";
import { proposePosting, runProvision } from "./commands/runs.ts";
import { LineItem, NewPolicyJson, PolicyItem, PolicyJson, RunItem, RunJson, RunRequest } from "./contract.ts";
import type { ProvisionPolicy } from "./domain/policy.ts";
import { problem } from "./problems.ts";
import { runSummary, type RunSummary } from "./queries/run-summary.ts";

const tags = ["provisions"];
const read = "provision.run.read" as const;
const ById = Type.Object({ id: Id });

const policies: ListDefinition = {
  name: "risk.policies", from: "risk.provision_policy p", key: "p.id", defaultSort: "code,-number", search: ["p.code", "p.name"],
  columns: {
    id: { sql: "p.id", kind: "text", label: "Identifier" }, code: { sql: "p.code", kind: "text", label: "Code", filter: true, sort: true }, number: { sql: "p.number", kind: "integer", label: "Version", sort: true }, name: { sql: "p.name", kind: "text", label: "Name" },
    method: { sql: "p.method", kind: "text", label: "Method", filter: true }, book: { sql: "p.book", kind: "text", label: "Book", filter: true }, state: { sql: "p.state", kind: "text", label: "State", filter: true, sort: true },
    madeBy: { sql: "p.made_by", kind: "text", label: "Made by" }, madeAt: { sql: "p.made_at", kind: "instant", label: "Made at", sort: true },
  },
};
const runs: ListDefinition = {
  name: "risk.runs", from: "risk.provision_run r", key: "r.id", defaultSort: "-madeAt", search: ["r.policy_code"],
  columns: {
    id: { sql: "r.id", kind: "text", label: "Identifier" }, policyCode: { sql: "r.policy_code", kind: "text", label: "Policy", filter: true, sort: true }, method: { sql: "r.method", kind: "text", label: "Method", filter: true }, book: { sql: "r.book", kind: "text", label: "Book", filter: true },
    businessDate: { sql: "r.business_date", kind: "date", label: "Day", filter: true, sort: true }, state: { sql: "r.state", kind: "text", label: "State", filter: true, sort: true }, loans: { sql: "r.loans", kind: "integer", label: "Loans" },
    madeBy: { sql: "r.made_by", kind: "text", label: "Made by" }, madeAt: { sql: "r.made_at", kind: "instant", label: "Made at", sort: true },
  },
};
const lines: ListDefinition = {
  name: "risk.lines", from: "risk.provision_line l", key: "l.loan_account_id", defaultSort: "-loss", search: ["l.number", "l.borrower_name"],
  columns: {
    loanAccountId: { sql: "l.loan_account_id", kind: "text", label: "Loan" }, number: { sql: "l.number", kind: "text", label: "Number", filter: true, sort: true }, borrowerName: { sql: "l.borrower_name", kind: "text", label: "Borrower", sort: true },
    productCode: { sql: "l.product_code", kind: "text", label: "Product", filter: true, sort: true }, branchId: { sql: "l.branch_id", kind: "text", label: "Branch", filter: true }, stage: { sql: "l.stage", kind: "text", label: "Stage", filter: true, sort: true },
    dpd: { sql: "l.dpd", kind: "integer", label: "Days past due", filter: true, sort: true }, exposure: { sql: "l.exposure_minor", kind: "money", currencySql: "l.currency", label: "Exposure", filter: true, sort: true },
    rate: { sql: "trim_scale(l.rate_ppb / 1000000000.0)::numeric(10,6)", kind: "rate", label: "Loss rate", sort: true }, loss: { sql: "l.loss_minor", kind: "money", currencySql: "l.currency", label: "Expected loss", filter: true, sort: true }, reason: { sql: "l.reason", kind: "text", label: "Why" },
  },
};

export function riskRoutes(app: App): void {
  listRoute(app, { path: "/v1/provision-policies", operationId: "listProvisionPolicies", summary: "Provision policies, all versions", tags, permission: read, list: policies, item: PolicyItem, modes: ["servicing"] });
  listRoute(app, { path: "/v1/provision-runs", operationId: "listProvisionRuns", summary: "Provision runs", tags, permission: read, list: runs, item: RunItem, modes: ["servicing"] });
  listRoute(app, {
    path: "/v1/provision-runs/:id/lines", operationId: "listProvisionLines", summary: "What a run expects of each loan, and why", tags, permission: read, list: lines, item: LineItem, params: ById, modes: ["servicing"],
    extra: ({ params }) => [{ sql: "l.run_id = $1", values: [(params as { id: string }).id] }],
  });
  app.get("/v1/provision-policies/:id", { config: { permission: read, modes: ["servicing"] }, schema: { operationId: "getProvisionPolicy", summary: "One version of a policy with its tables", tags, params: ById, response: { 200: PolicyJson } } }, async (request, reply) =>
    reply.send(await request.ctx.read(async (tx) => {
      const row = await tx.maybe<PolicyJson>("risk.policy.read", "SELECT id, code, number, name, method, book, state, made_by AS \"madeBy\", made_at AS \"madeAt\", definition FROM risk.provision_policy WHERE id = $1", [request.params.id]);
      if (row === undefined) throw problem("provision_policy.not_found");
      return row;
    })));
  app.post("/v1/provision-policies", { config: { permission: "provision.policy.edit", idempotent: true, modes: ["servicing"] }, schema: { operationId: "proposeProvisionPolicy", summary: "Propose a version of a policy; a second person puts it in force", tags, body: NewPolicyJson, response: { 202: Type.Object({ policyId: Id, approvalRequestId: Id }) } } }, async (request, reply) => {
    const made = await proposePolicy(request.ctx, { ...request.body, definition: request.body.definition as ProvisionPolicy });
    return reply.code(202).send({ policyId: made.policyId, approvalRequestId: made.id });
  });
  app.post("/v1/provision-runs", { config: { permission: "provision.run.make", idempotent: true, modes: ["servicing"] }, schema: { operationId: "runProvision", summary: "Reckon the expected loss of every loan in the books; nothing is posted", tags, body: RunRequest, response: { 201: Type.Object({ runId: Id, loans: Type.Integer() }) } } }, async (request, reply) =>
    reply.code(201).send(await runProvision(request.ctx, request.body)));
  app.get("/v1/provision-runs/:id", { config: { permission: read, modes: ["servicing"] }, schema: { operationId: "getProvisionRun", summary: "A run by stage, and how it came from the one posted before", tags, params: ById, response: { 200: RunJson } } }, async (request, reply) =>
    reply.send(runJson(await request.ctx.read((tx) => runSummary(tx, request.params.id)))));
  app.post("/v1/provision-runs/:id/post", { config: { permission: "provision.run.make", idempotent: true, modes: ["servicing"] }, schema: { operationId: "proposeProvisionPosting", summary: "Ask a second person to post what the run changes", tags, params: ById, response: { 202: Type.Object({ approvalRequestId: Id }) } } }, async (request, reply) =>
    reply.code(202).send({ approvalRequestId: (await proposePosting(request.ctx, request.params.id)).id }));
}

function runJson(run: RunSummary): RunJson {
  const { stages, movements, ...head } = run;
  const m = (minor: number | bigint, currency: string) => toMoneyJson(money(minor, currency));
  return {
    ...head,
    stages: stages.map((s) => ({ stage: s.stage, loans: s.loans, exposure: m(s.exposureMinor, s.currency), loss: m(s.lossMinor, s.currency), coverage: formatRate(rate(s.exposureMinor === 0n ? 0n : (s.lossMinor * 1_000_000_000n) / s.exposureMinor)) })),
    movements: movements.map(({ currency, stage, ...amounts }) => ({ stage, opening: m(amounts.opening, currency), added: m(amounts.added, currency), movedIn: m(amounts.movedIn, currency), movedOut: m(amounts.movedOut, currency), remeasured: m(amounts.remeasured, currency), released: m(amounts.released, currency), closing: m(amounts.closing, currency) })),
  };
}
