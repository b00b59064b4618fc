import { invariants } from "../assure/invariants.ts";
import { commandHeaders, repaymentBody, startLendingCluster } from "../assure/lending-cluster.ts";
import { fire } from "../assure/load.ts";
import type { Check } from "../assure/result.ts";
import { calibrate } from "./calibrate.ts";
import { API_PROCESSES, booksOf } from "./measured.ts";

const BAR = 4_000;
const CONNECTIONS = 256;

/** One command sent ten thousand times with one key: how fast the stored answer comes back, and that nothing else happens. */
export const p12: Check = {
  id: "P12",
  title: `10,000 duplicates of one command over ${CONNECTIONS} connections: one posting, identical answers; goal of the release ${BAR} replies/s`,
  async run({ cases = 10_000, say }) {
    const c = await startLendingCluster({ apis: API_PROCESSES, loans: 2 });
    try {
      const calibration = await calibrate(c.cluster.postgres().url("postgres"), 1);
      const loan = c.loans[0];
      const shot = { method: "POST", path: `/v1/loan-accounts/${loan?.id}/repayments`, body: repaymentBody(c.businessDate, "100.00"), headers: { "idempotency-key": "p12-the-one-key" } } as const;
      const result = await fire({ urls: c.cluster.apis.map((api) => api.url), connections: CONNECTIONS, headers: commandHeaders(c.token), shots: Array.from({ length: cases }, () => shot), retries: 100 });
      const postings = await c.services().db.transaction(c.tenantId, async (tx) => Number((await tx.one<{ n: bigint }>("bench.postings", "SELECT count(*) AS n FROM servicing.loan_event WHERE loan_account_id = $1 AND type = 'paymentReceived'", [loan?.id])).n), "read");
      const books = await invariants(c.services());
      const faults = [...books.faults];
      if (postings !== 1) faults.push(`${postings} postings`);
      if (Object.keys(result.bodies).length !== 1 || result.statuses["201"] !== cases) faults.push(`answers ${JSON.stringify(result.statuses)}, ${Object.keys(result.bodies).length} different`);
      const floor = calibration["bareReadsPerSecond"] ?? 0;
      say(`${result.perSecond} replies/s, p50 ${result.p50} ms, p99 ${result.p99} ms, retried ${JSON.stringify(result.retried)}, ${postings} posting; ${faults.length} faults`);
      for (const line of faults.slice(0, 10)) say(line);
      return {
        pass: faults.length === 0, value: result.perSecond, unit: "replies/s", floor, efficiency: Math.round((result.perSecond / floor) * 100) / 100, calibration, cases, violations: faults.length,
        detail: { releaseBar: BAR, reachesReleaseBar: result.perSecond >= BAR, p50: result.p50, p99: result.p99, connections: CONNECTIONS, apiProcesses: API_PROCESSES, postings, retried: result.retried, ...booksOf(books) },
      };
    } finally {
      await c.close();
    }
  },
};
