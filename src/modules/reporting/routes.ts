import Type from "typebox";
import type { App } from "#kernel/http/app.ts";
import { FunnelReport, IncomeReport, ParHistory, PortfolioReport, Vintages } from "./contract.ts";
import { calendarRoutes, disputeRoutes } from "./routes-calendar.ts";
import { cubeRoutes } from "./routes-cube.ts";
import { funnelReport, incomeReport, parHistory, portfolioReport, vintages } from "./queries/reports.ts";

const config = { permission: "report.portfolio.read" } as const;
const tags = ["reports"];
const Currency = Type.Object({ currency: Type.String({ pattern: "^[A-Z]{3}$" }) });

export function routes(app: App): void {
  calendarRoutes(app);
  disputeRoutes(app);
  cubeRoutes(app);
  app.get("/v1/reports/portfolio", { config: { ...config, modes: ["servicing"] }, schema: { operationId: "reportPortfolio", summary: "The portfolio now, with portfolio at risk, by product, branch and currency", tags, response: { 200: PortfolioReport } } },
    async (request, reply) => reply.send(await request.ctx.read(portfolioReport)));
  app.get("/v1/reports/portfolio-at-risk", { config: { ...config, modes: ["servicing"] }, schema: { operationId: "reportPortfolioAtRisk", summary: "Portfolio at risk at each month's last closed day", tags, querystring: Currency, response: { 200: ParHistory } } },
    async (request, reply) => reply.send(await request.ctx.read((tx) => parHistory(tx, request.query.currency))));
  app.get("/v1/reports/vintages", { config: { ...config, modes: ["servicing"] }, schema: { operationId: "reportVintages", summary: "Share ever 30 days late, by month of payout and months on book", tags, querystring: Currency, response: { 200: Vintages } } },
    async (request, reply) => reply.send(await request.ctx.read((tx) => vintages(tx, request.query.currency))));
  app.get("/v1/reports/income", { config: { ...config, modes: ["servicing"] }, schema: { operationId: "reportIncome", summary: "Income and losses by month, from the books", tags, querystring: Currency, response: { 200: IncomeReport } } },
    async (request, reply) => reply.send(await request.ctx.read((tx) => incomeReport(tx, request.query.currency))));
  app.get("/v1/reports/funnel", { config: { ...config, modes: ["origination"] }, schema: { operationId: "reportFunnel", summary: "How far applications came, and how long a decision takes", tags, response: { 200: FunnelReport } } },
    async (request, reply) => reply.send(await request.ctx.read(funnelReport)));
}
