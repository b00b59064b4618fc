import { invariants } from "../assure/invariants.ts";
import { commandHeaders, repaymentBody, startLendingCluster } from "../assure/lending-cluster.ts";
import { fire, type Shot } from "../assure/load.ts";
import type { Check } from "../assure/result.ts";
import { calibrate } from "./calibrate.ts";
import { API_PROCESSES, booksOf, startMeter, statementsPerRepayment } from "./measured.ts";

const BAR = 1_200;
/** Longest that one payment of a hundred may take. */
const BAR_MS = 80;
const CONNECTIONS = 64;
const WARM_UP_SECONDS = 3;
// Enough that no run is out of shots before it is out of time.
const FASTEST = 4_000;

/** Single repayments over HTTP by the whole path: session, permission, key, lock, replay, allocation, journal, audit, outbox, commit to disk. */
export const p08: Check = {
  id: "P08",
  title: `single repayments over HTTP, ${CONNECTIONS} connections, ${API_PROCESSES} API processes, full path, at least ${BAR}/s, p99 at most ${BAR_MS} ms`,
  async run({ seconds = 10, loans = 2_000, seed, say }) {
    const c = await startLendingCluster({ apis: API_PROCESSES, loans, seed });
    try {
      const calibration = await calibrate(c.cluster.postgres().url("postgres"));
      const body = repaymentBody(c.businessDate, "25.00");
      const shots: Shot[] = Array.from({ length: FASTEST * (seconds + WARM_UP_SECONDS) }, (_v, n) => ({ method: "POST", path: `/v1/loan-accounts/${c.loans[n % loans]?.id}/repayments`, body, headers: { "idempotency-key": `p08-run-${seed}-${n}` } }));
      const meter = await startMeter(c);
      const result = await fire({ urls: c.cluster.apis.map((api) => api.url), connections: CONNECTIONS, headers: commandHeaders(c.token), shots, forMs: (seconds + WARM_UP_SECONDS) * 1000, warmUpMs: WARM_UP_SECONDS * 1000 });
      const posted = result.statuses["201"] ?? 0;
      const cost = await meter.read(posted);
      const statements = await statementsPerRepayment(c);
      const recorded = await c.services().db.transaction(c.tenantId, async (tx) => Number((await tx.one<{ n: bigint }>("bench.recorded", "SELECT count(*) AS n FROM servicing.loan_event WHERE type = 'paymentReceived'")).n), "read");
      const books = await invariants(c.services());
      const faults = [...books.faults, ...(Object.keys(result.statuses).some((status) => status !== "201") ? [`answers ${JSON.stringify(result.statuses)} ${Object.keys(result.bodies).find((text) => !text.includes("eventId")) ?? result.errors[0] ?? ""}`] : [])];
      // Eleven more are the ones that counted statements.
      if (recorded !== posted + 11) faults.push(`${posted} were acknowledged, ${recorded - 11} are in the books`);
      const floor = calibration["bareRepaymentsPerSecond"] ?? 0;
      say(`${result.perSecond}/s, p50 ${result.p50} ms, p99 ${result.p99} ms; bare SQL ${floor}/s; ${statements} statements, ${cost["apiCpuMsPerCommand"]} ms of API CPU, ${cost["databaseCpuMsPerCommand"]} ms of database CPU and ${cost["walBytesPerCommand"]} bytes of log a command; of ${cost["cores"]} cores others had ${cost["coresOfOthers"]}; ${faults.length} faults`);
      for (const line of faults.slice(0, 10)) say(line.slice(0, 500));
      return {
        pass: faults.length === 0 && result.perSecond >= BAR && result.p99 <= BAR_MS, value: result.perSecond, unit: "repayments/s", floor, efficiency: Math.round((result.perSecond / floor) * 100) / 100, calibration, violations: faults.length, seed,
        detail: { p50: result.p50, p99: result.p99, max: result.max, connections: CONNECTIONS, apiProcesses: API_PROCESSES, loans, seconds, statementsPerCommand: statements, ...cost, ...booksOf(books) },
      };
    } finally {
      await c.close();
    }
  },
};
