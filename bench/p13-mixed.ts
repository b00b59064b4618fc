import { seededRandom } from "#kernel/ids.ts";
import { invariants } from "../assure/invariants.ts";
import { commandHeaders, repaymentBody, startLendingCluster } from "../assure/lending-cluster.ts";
import { fire, type Shot } from "../assure/load.ts";
import type { Check } from "../assure/result.ts";
import { calibrate } from "./calibrate.ts";
import { API_PROCESSES, booksOf } from "./measured.ts";

/** Milliseconds that the 99th percentile may take, by kind. */
const BARS: Readonly<Record<string, number>> = { read: 60, list: 60, quote: 60, write: 120 };

/** What a day of work asks of the API: 70 % reads, 20 % quotes, 10 % repayments, sent at their time whatever happens to the ones before. */
export const p13: Check = {
  id: "P13",
  title: "mixed load at a constant rate: 70 % reads and lists, 20 % quotes, 10 % repayments, no errors",
  async run({ seconds = 30, rate = 100, loans = 1_000, seed, say }) {
    const c = await startLendingCluster({ apis: API_PROCESSES, loans, seed });
    try {
      const calibration = await calibrate(c.cluster.postgres().url("postgres"), 1);
      const random = seededRandom(seed);
      const shots = Array.from({ length: seconds * rate }, (_v, n) => mixedShot(random.float(), random.pick(c.loans).id, c.businessDate, `p13-run-${seed}-${n}`));
      const result = await fire({ urls: c.cluster.apis.map((api) => api.url), connections: 200, headers: { ...commandHeaders(c.token), "x-lender": "bharat" }, shots, perSecond: rate, warmUpMs: Math.min(3_000, seconds * 100) });
      const books = await invariants(c.services());
      const faults = [...books.faults];
      const wrong = Object.entries(result.statuses).filter(([status]) => !status.startsWith("2"));
      if (wrong.length > 0) faults.push(`answers ${JSON.stringify(Object.fromEntries(wrong))} ${result.errors[0] ?? Object.keys(result.bodies).find((text) => text.includes("/problems/")) ?? ""}`);
      const slow = Object.entries(BARS).filter(([kind, bar]) => (result.kinds[kind]?.p99 ?? Number.POSITIVE_INFINITY) > bar).map(([kind, bar]) => `${kind} p99 ${result.kinds[kind]?.p99} ms, over ${bar} ms`);
      say(`${rate}/s for ${seconds} s over ${loans} loans: ${Object.entries(result.kinds).map(([kind, t]) => `${kind} p50 ${t.p50} p99 ${t.p99} max ${t.max} ms`).join(", ")}; ${faults.length} faults, ${slow.length} too slow`);
      const p99 = result.kinds["read"]?.p99 ?? Number.NaN;
      const floor = calibration["bareReadP99Ms"] ?? 0;
      for (const line of [...faults, ...slow].slice(0, 10)) say(line.slice(0, 500));
      return {
        pass: faults.length === 0 && slow.length === 0, value: p99, unit: "ms, p99 of reads", floor, efficiency: Math.round((floor / p99) * 100) / 100, calibration, violations: faults.length, seed,
        detail: { rate, seconds, loans, apiProcesses: API_PROCESSES, kinds: result.kinds, statuses: result.statuses, slow, ...booksOf(books) },
      };
    } finally {
      await c.close();
    }
  },
};

/** One request of the mix; `chance` from 0 up to 1 says which kind. */
export function mixedShot(chance: number, loanId: string, businessDate: string, key: string): Shot {
  if (chance < 0.4) return { kind: "read", method: "GET", path: `/v1/loan-accounts/${loanId}` };
  if (chance < 0.55) return { kind: "read", method: "GET", path: `/v1/loan-accounts/${loanId}/schedule` };
  if (chance < 0.7) return { kind: "list", method: "GET", path: "/v1/loan-accounts?limit=25&sort=-bookedDate" };
  if (chance < 0.9) return { kind: "quote", method: "POST", path: "/v1/quotes", body: JSON.stringify({ productCode: "personal-loan", amount: { amount: "150000.00", currency: "INR" }, termMonths: 36 }) };
  return { kind: "write", method: "POST", path: `/v1/loan-accounts/${loanId}/repayments`, body: repaymentBody(businessDate, "50.00"), headers: { "idempotency-key": key } };
}
