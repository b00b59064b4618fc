import { invariants } from "../assure/invariants.ts";
import { commandHeaders, repaymentBody, startLendingCluster } from "../assure/lending-cluster.ts";
import { fire, type Shot } from "../assure/load.ts";
import type { Check } from "../assure/result.ts";
import { booksOf, startMeter, statementsPerRepayment } from "./measured.ts";

const BAR = { statements: 3, apiMs: 1.3, databaseMs: 0.6, logBytes: 2_048 };
const CONNECTIONS = 8;

/** What one repayment costs: statements, processor time of API and database, and bytes of log without whole-page images. */
export const p35: Check = {
  id: "P35",
  title: `what one repayment costs: at most ${BAR.statements} statements, ${BAR.apiMs} + ${BAR.databaseMs} ms of processor, ${BAR.logBytes} bytes of log without page images`,
  async run({ cases = 2_000, loans = 500, seed, say }) {
    const c = await startLendingCluster({ apis: 1, loans, seed, settings: { max_wal_size: "8GB", checkpoint_timeout: "1h" } });
    try {
      const shots = (round: string): Shot[] => Array.from({ length: cases }, (_v, n) => ({ method: "POST", path: `/v1/loan-accounts/${c.loans[n % loans]?.id}/repayments`, body: repaymentBody(c.businessDate, "5.00"), headers: { "idempotency-key": `p35-${seed}-${round}-${n}` } }));
      const pay = (round: string) => fire({ urls: c.cluster.apis.map((api) => api.url), connections: CONNECTIONS, headers: commandHeaders(c.token), shots: shots(round) });
      // Every page that repayments touch is written whole once after a checkpoint: the first round brings that about, the second is counted.
      await pay("before");
      const meter = await startMeter(c);
      const result = await pay("counted");
      const cost = await meter.read(cases);
      const statements = await statementsPerRepayment(c);
      const books = await invariants(c.services());
      const faults = [...books.faults, ...Object.keys(result.statuses).filter((status) => status !== "201").map((status) => `${result.statuses[status]} answers ${status}`)];
      const [apiMs = 0, databaseMs = 0, logBytes = 0] = [cost["apiCpuMsPerCommand"], cost["databaseCpuMsPerCommand"], cost["walBytesPerCommand"]];
      for (const fault of faults.slice(0, 5)) say(fault.slice(0, 400));
      say(`${statements} statements, ${apiMs} + ${databaseMs} ms of processor, ${logBytes} bytes of log; ${faults.length} faults`);
      return {
        pass: faults.length === 0 && statements <= BAR.statements && apiMs <= BAR.apiMs && databaseMs <= BAR.databaseMs && logBytes <= BAR.logBytes,
        value: logBytes, unit: "bytes of log a repayment", cases, violations: faults.length, seed, detail: { statements, apiMs, databaseMs, bar: BAR, ...booksOf(books) },
      };
    } finally {
      await c.close();
    }
  },
};
