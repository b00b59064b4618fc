import Type from "typebox";
import type { App } from "#kernel/http/app.ts";
import { OneOf } from "#kernel/http/schemas.ts";
import { Concentration, CUBE_DIMENSIONS, PortfolioCube, PortfolioYield, RollRates, StaticPools } from "./contract.ts";
import { concentration, portfolioCube, portfolioYield, rollRates, staticPools } from "./queries/portfolio-cube.ts";

const config = { permission: "report.portfolio.read", modes: ["servicing"] } as const;
const tags = ["reports"];
const currency = Type.String({ pattern: "^[A-Z]{3}$" });

/** The portfolio from all sides. */
export function cubeRoutes(app: App): void {
  app.get("/v1/reports/cube", { config, schema: { operationId: "reportPortfolioCube", summary: "Live loans by two dimensions: how many, what is owed, how much is late", tags, querystring: Type.Object({ currency, rows: OneOf(CUBE_DIMENSIONS), columns: OneOf(CUBE_DIMENSIONS) }), response: { 200: PortfolioCube } } },
    async (request, reply) => reply.send(await request.ctx.read((tx) => portfolioCube(tx, request.query))));
  app.get("/v1/reports/concentration", { config, schema: { operationId: "reportConcentration", summary: "The largest shares of what is lent, and their index", tags, querystring: Type.Object({ currency, by: OneOf(["borrower", ...CUBE_DIMENSIONS]) }), response: { 200: Concentration } } },
    async (request, reply) => reply.send(await request.ctx.read((tx) => concentration(tx, request.query))));
  app.get("/v1/reports/roll-rates", { config, schema: { operationId: "reportRollRates", summary: "Where loans of each bucket went in the last months", tags, querystring: Type.Object({ currency, months: Type.Integer({ minimum: 1, maximum: 60 }) }), response: { 200: RollRates } } },
    async (request, reply) => reply.send(await request.ctx.read((tx) => rollRates(tx, request.query))));
  app.get("/v1/reports/static-pools", { config, schema: { operationId: "reportStaticPools", summary: "What became of the money lent in each quarter", tags, querystring: Type.Object({ currency }), response: { 200: StaticPools } } },
    async (request, reply) => reply.send(await request.ctx.read((tx) => staticPools(tx, request.query))));
  app.get("/v1/reports/yield", { config, schema: { operationId: "reportYield", summary: "Income of a month as a yearly rate on the principal that stood, before and after losses", tags, querystring: Type.Object({ currency }), response: { 200: PortfolioYield } } },
    async (request, reply) => reply.send(await request.ctx.read((tx) => portfolioYield(tx, request.query))));
}
