import Type, { type Static } from "typebox";
import { DateJson, Id, InstantJson, MoneyJson, Nullable, OneOf, Text } from "#kernel/http/schemas.ts";
import { ROLES } from "#kernel/permissions.ts";

const Share = Type.Number({ description: "Share of one, from 0 to 1" });

export const PortfolioReport = Type.Object({
  asOf: DateJson,
  groups: Type.Array(Type.Object({
    productCode: Type.String(), branchId: Nullable(Type.String()), currency: Type.String(), active: Type.Integer(), closed: Type.Integer(), chargedOff: Type.Integer(),
    principal: MoneyJson, overdue: MoneyJson, par1: Share, par30: Share, par60: Share, par90: Share, chargedOffBalance: MoneyJson,
  })),
});
export type PortfolioReport = Static<typeof PortfolioReport>;
export const ParHistory = Type.Object({ currency: Type.String(), points: Type.Array(Type.Object({ month: Type.String(), date: DateJson, principal: MoneyJson, par1: Share, par30: Share, par60: Share, par90: Share })) });
export const Vintages = Type.Object({ currency: Type.String(), cohorts: Type.Array(Type.Object({ cohort: Type.String(), loans: Type.Integer(), shares: Type.Array(Share) })) });
export const IncomeReport = Type.Object({ currency: Type.String(), months: Type.Array(Type.Object({ month: Type.String(), interest: MoneyJson, fees: MoneyJson, penalties: MoneyJson, recoveries: MoneyJson, losses: MoneyJson })) });
export const FunnelReport = Type.Object({
  stages: Type.Array(Type.Object({ stage: Type.String(), count: Type.Integer(), share: Share })),
  turnaround: Type.Object({ decided: Type.Integer(), medianSecondsToDecision: Nullable(Type.Number()), p90SecondsToDecision: Nullable(Type.Number()) }),
});

// ── the portfolio from all sides ──
/** What loans are sorted by. */
export const CUBE_DIMENSIONS = ["product", "branch", "bucket", "class", "vintage", "size"] as const;
export const PortfolioCube = Type.Object({
  asOf: DateJson, currency: Type.String(), rows: OneOf(CUBE_DIMENSIONS), columns: OneOf(CUBE_DIMENSIONS),
  cells: Type.Array(Type.Object({ row: Type.String(), column: Type.String(), loans: Type.Integer(), principal: MoneyJson, overdue: MoneyJson, par30: Share, par90: Share })),
});
export const Concentration = Type.Object({
  asOf: DateJson, currency: Type.String(), by: OneOf(["borrower", ...CUBE_DIMENSIONS]), total: MoneyJson, index: Type.Number({ description: "Sum of squared shares: 1 when all is lent to one" }),
  parts: Type.Array(Type.Object({ key: Type.String(), name: Nullable(Type.String()), loans: Type.Integer(), principal: MoneyJson, share: Share })), others: MoneyJson,
});
export const RollRates = Type.Object({ currency: Type.String(), from: DateJson, to: DateJson, cells: Type.Array(Type.Object({ was: Type.String(), now: Type.String(), loans: Type.Integer(), share: Share })) });
export const StaticPools = Type.Object({
  currency: Type.String(), asOf: DateJson,
  pools: Type.Array(Type.Object({
    pool: Type.String(), loans: Type.Integer(), closed: Type.Integer(), chargedOff: Type.Integer(), lent: MoneyJson, outstanding: MoneyJson, chargedOffBalance: MoneyJson, poolFactor: Type.Number(), lossShare: Type.Number(), par30: Share,
  })),
});
export const PortfolioYield = Type.Object({ currency: Type.String(), months: Type.Array(Type.Object({ month: Type.String(), days: Type.Integer(), averagePrincipal: MoneyJson, income: MoneyJson, losses: MoneyJson, yield: Type.Number(), netYield: Type.Number() })) });

// ── the calendar of reports ──
const closed = { additionalProperties: false };
export const REPORT_PERIODS = ["month", "quarter", "year"] as const;
const RunState = OneOf(["making", "generated", "checked", "filed", "replaced"] as const);
const InstanceState = OneOf(["due", "generated", "checked", "filed"] as const);
const Due = Type.Union([Type.Object({ rule: Type.Literal("days_after"), days: Type.Integer({ minimum: 0, maximum: 400 }) }, closed), Type.Object({ rule: Type.Literal("on"), month: Type.Integer({ minimum: 1, maximum: 12 }), day: Type.Integer({ minimum: 1, maximum: 31 }) }, closed)]);
const Code = Type.String({ pattern: "^[a-z][a-z0-9-]{1,40}$" });

/** One period of one report. */
export const ReportItem = Type.Object({
  id: Id, code: Type.String(), name: Type.String(), periodStart: DateJson, periodEnd: DateJson, dueDate: DateJson, ownerRole: Type.String(), version: Type.Integer(), state: InstanceState,
  overdue: Type.Boolean(), filedDate: Nullable(DateJson), filedBy: Nullable(Type.String()), reference: Nullable(Type.String()), sha256: Nullable(Type.String()), records: Nullable(Type.Integer()),
});
export const GenerateReportRequest = Type.Object({ code: Code, periodEnd: DateJson, correction: Type.Optional(Type.Boolean({ description: "Only what is different from what was filed" })) }, closed);
export const ReportOrdered = Type.Object({ reportId: Id, runId: Id, jobId: Id });
export const ReportRun = Type.Object({
  id: Id, number: Type.Integer(), purpose: OneOf(["original", "correction"] as const), version: Type.Integer(), state: RunState, businessDate: DateJson, generatedBy: Type.String(), generatedAt: Nullable(InstantJson),
  fileName: Nullable(Type.String()), bytes: Nullable(Type.Integer()), sha256: Nullable(Type.String()), records: Nullable(Type.Integer()), totals: Type.Record(Type.String(), Type.Number()), faults: Type.Array(Type.String()),
  checkedBy: Nullable(Type.String()), checkedAt: Nullable(InstantJson), checkNote: Nullable(Type.String()), filedBy: Nullable(Type.String()), filedAt: Nullable(InstantJson), filedDate: Nullable(DateJson), reference: Nullable(Type.String()),
});
export type ReportRun = Static<typeof ReportRun>;
export const ReportJson = Type.Object({
  id: Id, code: Type.String(), name: Type.String(), kind: Type.String(), periodStart: DateJson, periodEnd: DateJson, dueDate: DateJson, ownerRole: Type.String(), version: Type.Integer(), state: InstanceState, correctable: Type.Boolean(), runs: Type.Array(ReportRun),
});
export type ReportJson = Static<typeof ReportJson>;
const Fact = Nullable(Type.Union([Type.String(), Type.Number()]));
export const ReportDifference = Type.Object({
  against: Nullable(Type.Object({ runId: Id, periodEnd: DateJson, filedDate: DateJson })), added: Type.Integer(), removed: Type.Integer(), changed: Type.Integer(), unchanged: Type.Integer(),
  totals: Type.Array(Type.Object({ name: Type.String(), before: Type.Number(), now: Type.Number() })),
  rows: Type.Array(Type.Object({ key: Type.String(), change: OneOf(["added", "removed", "changed"] as const), fields: Type.Array(Type.Object({ name: Type.String(), before: Fact, now: Fact })) }), { description: "The first 200; a changed row without fields differs in what is personal" }),
});
export type ReportDifference = Static<typeof ReportDifference>;
export const CheckReportRequest = Type.Object({ note: Text(500, 3) }, closed);
export const FileReportRequest = Type.Object({ reference: Text(120, 2), filedDate: DateJson }, closed);
export const DefinitionItem = Type.Object({
  code: Type.String(), version: Type.Integer(), name: Type.String(), kind: Type.String(), ownerRole: Type.String(), period: Type.String(), due: Type.Unknown(), settings: Type.Unknown(), state: Type.String(), madeBy: Type.String(), madeAt: InstantJson,
});
export const DefinitionRequest = Type.Object({
  code: Code, name: Text(120, 2), kind: Type.String({ pattern: "^[a-z][a-z0-9_]{1,40}$" }), ownerRole: OneOf(ROLES), period: OneOf(REPORT_PERIODS), due: Due, settings: Type.Unsafe<Record<string, unknown>>({ type: "object", additionalProperties: true }),
}, closed);

// ── disputes of what a bureau was told ──
export const DisputeItem = Type.Object({
  id: Id, loanAccountId: Id, number: Type.String(), state: OneOf(["open", "investigating", "resolved"] as const), source: OneOf(["consumer", "bureau"] as const), claim: Type.String(), raisedDate: DateJson, dueDate: DateJson, late: Type.Boolean(), raisedBy: Type.String(), investigation: Nullable(Type.String()), investigatedBy: Nullable(Type.String()),
  outcome: Nullable(OneOf(["verified", "corrected", "deleted"] as const)), consumerAgrees: Nullable(Type.Boolean()), finding: Nullable(Type.String()), resolvedDate: Nullable(DateJson), resolvedBy: Nullable(Type.String()),
});
export const DisputeRequest = Type.Object({ loan: Type.String({ minLength: 1, maxLength: 60, description: "Number (LN…) or id of the loan account" }), source: OneOf(["consumer", "bureau"] as const), claim: Text(2000, 3), raisedDate: DateJson }, closed);
export const InvestigateRequest = Type.Object({ note: Text(1000, 3) }, closed);
export const ResolveRequest = Type.Object({ outcome: OneOf(["verified", "corrected", "deleted"] as const), finding: Text(2000, 3), consumerAgrees: Type.Boolean() }, closed);
