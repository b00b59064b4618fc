import { invariants } from "../assure/invariants.ts";
import { commandHeaders, repaymentBody, startLendingCluster } from "../assure/lending-cluster.ts";
import { fire, type Shot } from "../assure/load.ts";
import type { Check } from "../assure/result.ts";
import { API_PROCESSES, booksOf, startMeter } from "./measured.ts";

const BAR = 400;
const CONNECTIONS = 16;
const FASTEST = 3_000;

/** Everybody pays the same loan: its row is a queue, and its history grows with each payment. */
export const p11: Check = {
  id: "P11",
  title: `repayments that all go to one loan, ${CONNECTIONS} connections, at least ${BAR}/s`,
  async run({ seconds = 3, seed, say }) {
    const c = await startLendingCluster({ apis: API_PROCESSES, loans: 2, seed });
    try {
      const [hot, other] = c.loans.map((loan) => loan.id);
      const body = repaymentBody(c.businessDate, "0.10");
      const shots = (id: string | undefined, name: string, count: number): Shot[] => Array.from({ length: count }, (_v, n) => ({ method: "POST", path: `/v1/loan-accounts/${id}/repayments`, body, headers: { "idempotency-key": `p11-${name}-${seed}-${n}` } }));
      const plan = (some: readonly Shot[]) => ({ urls: c.cluster.apis.map((api) => api.url), connections: CONNECTIONS, headers: commandHeaders(c.token), shots: some });
      // Code is compiled and statements prepared on the other loan, so that the hot one starts without a history.
      await fire(plan(shots(other, "warm", 200)));
      const meter = await startMeter(c);
      const result = await fire({ ...plan(shots(hot, "hot", FASTEST * seconds)), forMs: seconds * 1000 });
      const posted = result.statuses["201"] ?? 0;
      const cost = await meter.read(posted);
      const recorded = await c.services().db.transaction(c.tenantId, async (tx) => Number((await tx.one<{ n: bigint }>("bench.recorded_of", "SELECT count(*) AS n FROM servicing.loan_event WHERE type = 'paymentReceived' AND loan_account_id = $1", [hot])).n), "read");
      const books = await invariants(c.services());
      const faults = [...books.faults, ...(Object.keys(result.statuses).some((status) => status !== "201") ? [`answers ${JSON.stringify(result.statuses)} ${Object.keys(result.bodies).find((text) => !text.includes("eventId")) ?? result.errors[0] ?? ""}`] : []), ...(recorded === posted ? [] : [`${posted} were acknowledged, ${recorded} are in the books`])];
      for (const fault of faults.slice(0, 5)) say(fault.slice(0, 400));
      say(`${result.perSecond}/s on one loan, which then has ${recorded} payments; p50 ${result.p50}, p99 ${result.p99} ms; ${cost["apiCpuMsPerCommand"]} ms of API CPU and ${cost["databaseCpuMsPerCommand"]} ms of database CPU a command; of ${cost["cores"]} cores others had ${cost["coresOfOthers"]}; ${faults.length} faults`);
      return {
        pass: faults.length === 0 && result.perSecond >= BAR, value: result.perSecond, unit: "repayments/s", cases: posted, violations: faults.length, seed,
        detail: { p50: result.p50, p99: result.p99, max: result.max, paymentsOfTheLoan: recorded, connections: CONNECTIONS, apiProcesses: API_PROCESSES, seconds, ...cost, ...booksOf(books) },
      };
    } finally {
      await c.close();
    }
  },
};
