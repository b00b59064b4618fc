import Type, { type Static } from "typebox";
import { DateJson, MoneyJson, Nullable } from "#kernel/http/schemas.ts";

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
