import { clientOf } from "../assure/client.ts";
import type { Check } from "../assure/result.ts";
import { booksOf } from "./measured.ts";
import { closeTogether, GENERATED, startPortfolioWorld } from "../assure/portfolio-world.ts";

/** Seconds the report may take over a million loans, reckoned at the moment it is asked for. */
const BAR_SECONDS = 1.5;
const TIMES = 15;

/** The portfolio now by product, branch and currency with portfolio at risk, over HTTP, and checked against a sum of its own. */
export const p27: Check = {
  id: "P27",
  title: `portfolio report over --loans loans (20,000), reckoned afresh, at most ${BAR_SECONDS} s a million`,
  async run({ loans = 20_000, seed, data, say }) {
    const world = await startPortfolioWorld({ loans, seed, data, apis: 1, say });
    try {
      await closeTogether(await world.start(GENERATED));
      const client = clientOf(world.cluster.apis[0]?.url ?? "");
      const token = await client.signInStaff("bharat", "finance");
      const times: number[] = [];
      let report: { groups: { active: number; principal: { amount: string } }[] } = { groups: [] };
      for (let n = 0; n < TIMES; n++) {
        const began = performance.now();
        report = (await client.must("GET", "/v1/reports/portfolio", { token })).body as typeof report;
        times.push(performance.now() - began);
      }
      times.sort((a, b) => a - b);
      const owner = await world.owner(GENERATED);
      const [{ active = "", principal = "" } = {}] = (await owner.query<{ active: string; principal: string }>("SELECT count(*) FILTER (WHERE status = 'active')::text AS active, sum(principal_minor)::text AS principal FROM servicing.loan_state WHERE tenant_id = 'tn_bharat'")).rows;
      await owner.end();
      const told = { active: String(report.groups.reduce((sum, g) => sum + g.active, 0)), principal: String(report.groups.reduce((sum, g) => sum + BigInt(g.principal.amount.replace(".", "")), 0n)) };
      const books = await world.prove(GENERATED);
      const faults = [...books.faults, ...(told.active === active && told.principal === principal ? [] : [`the report says ${told.active} loans with ${told.principal}, the loans are ${active} with ${principal}`])];
      const [median = 0, worst = 0] = [times[Math.floor(TIMES / 2)], times.at(-1)].map((ms) => Math.round((ms ?? 0) * 10) / 10);
      // Below some size the request itself is most of it.
      const allowed = Math.max(100, (BAR_SECONDS * 1000 * loans) / 1_000_000);
      for (const fault of faults.slice(0, 5)) say(fault.slice(0, 400));
      say(`portfolio report over ${active} loans of the lender: median ${median} ms, worst ${worst} ms, ${report.groups.length} groups; ${faults.length} faults`);
      return {
        pass: faults.length === 0 && median <= allowed, value: median, unit: "ms", cases: TIMES, violations: faults.length, seed,
        detail: { loans, loansOfTheLender: Number(active), allowedMs: allowed, worstMs: worst, groups: report.groups.length, ...booksOf(books) },
      };
    } finally {
      await world.close();
    }
  },
};
