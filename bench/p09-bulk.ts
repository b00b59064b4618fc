import pg from "pg";
import { openServices } from "#app/open-services.ts";
import { generateLoans, installKinds } from "#app/generate/portfolio.ts";
import { seedLenders } from "#app/seed.ts";
import { wire } from "#app/wiring.ts";
import { loadConfig } from "#kernel/config.ts";
import { clientOf } from "../assure/client.ts";
import { startCluster, type Cluster } from "../assure/cluster.ts";
import { invariants } from "../assure/invariants.ts";
import { commandHeaders } from "../assure/lending-cluster.ts";
import { fire, type Shot } from "../assure/load.ts";
import type { Check } from "../assure/result.ts";
import { API_PROCESSES, booksOf, startMeter } from "./measured.ts";

/** What a release must reach; a posting is one debit or credit in the ledger, a line is one repayment. */
const BAR_POSTINGS = 8_000;
const TENANT = "tn_bharat";
/** Lines of one request. Two go at a time to each process: while one waits for the database the other reckons. */
const PART = 2_500;
const REQUESTS_AT_ONCE = 2 * API_PROCESSES;

interface Line { loan: string; amount: { amount: string; currency: string }; valueDate: string; channel: string; reference: string }
interface Told { posted: number; duplicate: number; refused: number; lines: { line: number; reference: string; state: string; error: { pointer: string; code: string; detail: string } | null }[] }

/** Repayments by the bulk endpoint: the whole path of each, a result for each line, three wrong lines among them. */
export const p09: Check = {
  id: "P09",
  title: `repayments in bulk (--cases lines over --loans), ${API_PROCESSES} API processes, result per line, 3 wrong lines, at least ${BAR_POSTINGS} postings/s`,
  async run({ cases = 20_000, loans = 20_000, seed, say }) {
    const cluster = await startCluster({ apis: API_PROCESSES, settings: { shared_buffers: "2GB", max_wal_size: "8GB" } });
    const opened = await openServices(loadConfig({ ...cluster.environment }), { applicationName: "loanwright-check", keepDatabaseRunning: true });
    try {
      const { services } = opened;
      const wiring = wire(services);
      await seedLenders(services, wiring);
      await installKinds(services);
      const made = await generateLoans(services, { loans, seed });
      say(`${made.loans} loans in ${made.seconds} s`);
      const owner = new pg.Client({ connectionString: cluster.postgres().url("loanwright") });
      await owner.connect();
      await owner.query("VACUUM ANALYZE");
      const numbers = (await owner.query<{ number: string }>("SELECT a.number FROM servicing.loan_account a JOIN servicing.loan_state s ON s.tenant_id = a.tenant_id AND s.loan_account_id = a.id WHERE a.tenant_id = $1 AND s.status = 'active' ORDER BY a.number", [TENANT])).rows.map((r) => r.number);
      const businessDate = await services.db.transaction(TENANT, async (tx) => tx.businessDate, "read");
      const token = await clientOf(cluster.apis[0]?.url ?? "").signInStaff("bharat", "servicing");
      const lines = linesFor(numbers, businessDate, cases, seed);
      await warmUp(cluster, token, numbers, businessDate);
      const count = async () => Number((await owner.query<{ n: string }>("SELECT count(*)::text AS n FROM ledger.posting WHERE tenant_id = $1", [TENANT])).rows[0]?.n ?? 0);
      const before = await count();
      const meter = await startMeter({ cluster });
      const began = performance.now();
      const result = await fire({ urls: cluster.apis.map((api) => api.url), connections: REQUESTS_AT_ONCE, headers: commandHeaders(token), shots: shotsOf(lines, seed), keepBodies: Number.MAX_SAFE_INTEGER });
      const seconds = (performance.now() - began) / 1000;
      const cost = await meter.read(cases);
      const postings = await count() - before;
      await owner.end();
      const told = Object.entries(result.bodies).map(([text]) => JSON.parse(text) as Told);
      const faults = [...faultsOf(told, result.statuses, cases), ...(await invariants(services)).faults];
      const books = await invariants(services);
      const value = Math.round(postings / seconds);
      say(`${cases} lines in ${seconds.toFixed(1)} s: ${Math.round(cases / seconds)} repayments/s, ${value} postings/s; a line costs ${cost["apiCpuMsPerCommand"]} ms of API CPU, ${cost["databaseCpuMsPerCommand"]} ms of database CPU and ${cost["walBytesPerCommand"]} bytes of log; of ${cost["cores"]} cores others had ${cost["coresOfOthers"]}; ${faults.length} faults`);
      for (const fault of faults.slice(0, 10)) say(fault.slice(0, 500));
      return {
        pass: faults.length === 0 && value >= BAR_POSTINGS, value, unit: "postings/s", cases, violations: faults.length, seed,
        detail: { repaymentsPerSecond: Math.round(cases / seconds), postings, linesPerRequest: PART, requestsAtOnce: REQUESTS_AT_ONCE, apiProcesses: API_PROCESSES, loans, seconds: Math.round(seconds * 10) / 10, wrongLines: told.flatMap((t) => t.lines).filter((l) => l.state === "refused").map((l) => l.error), ...cost, ...booksOf(books) },
      };
    } finally {
      await opened.close().catch(() => undefined);
      await cluster.close();
    }
  },
};

/** Requests hold runs of loans of their own, so that none waits for another's; three lines are wrong, each in its way. */
function linesFor(numbers: readonly string[], valueDate: string, count: number, seed: number): Line[] {
  const lines = Array.from({ length: count }, (_v, n): Line => ({ loan: numbers[n % numbers.length] as string, amount: { amount: `${20 + (n % 180)}.${String(n % 100).padStart(2, "0")}`, currency: "INR" }, valueDate, channel: "bank_transfer", reference: `P09-${seed}-${n}` }));
  const spoil = (n: number, wrong: Partial<Line>) => { lines[n] = { ...lines[n] as Line, ...wrong }; };
  spoil(Math.floor(count * 0.1), { loan: "LN00000000" });
  spoil(Math.floor(count * 0.5), { amount: { amount: "12.345", currency: "INR" } });
  spoil(Math.floor(count * 0.9), { valueDate: "2026-02-30" });
  return lines;
}

function shotsOf(lines: readonly Line[], seed: number): Shot[] {
  return Array.from({ length: Math.ceil(lines.length / PART) }, (_v, n) => ({ method: "POST", path: "/v1/repayments/bulk", body: JSON.stringify({ lines: lines.slice(n * PART, (n + 1) * PART) }), headers: { "idempotency-key": `p09-run-${seed}-${n}` } }));
}

/** The first commands of a process cost more: its code is not compiled yet, its statements are not prepared. */
async function warmUp(cluster: Cluster, token: string, numbers: readonly string[], valueDate: string): Promise<void> {
  const shots = Array.from({ length: 4 * REQUESTS_AT_ONCE }, (_v, n): Shot => ({
    method: "POST", path: "/v1/repayments/bulk", headers: { "idempotency-key": `p09-warm-${n}` },
    body: JSON.stringify({ lines: numbers.slice(n * 100, n * 100 + 100).map((loan) => ({ loan, amount: { amount: "10.00", currency: "INR" }, valueDate, channel: "cash", reference: `WARM-${n}-${loan}` })) }),
  }));
  await fire({ urls: cluster.apis.map((api) => api.url), connections: REQUESTS_AT_ONCE, headers: commandHeaders(token), shots });
}

function faultsOf(told: readonly Told[], statuses: Readonly<Record<string, number>>, cases: number): string[] {
  const faults: string[] = [];
  if (Object.keys(statuses).some((status) => status !== "200")) faults.push(`answers ${JSON.stringify(statuses)}`);
  const lines = told.flatMap((t) => t.lines);
  const refused = lines.filter((l) => l.state === "refused");
  if (lines.length !== cases) faults.push(`${cases} lines were sent, ${lines.length} have a result`);
  if (lines.filter((l) => l.state === "posted").length !== cases - 3) faults.push(`${cases - 3} good lines, ${lines.filter((l) => l.state === "posted").length} were posted`);
  const wanted = ["loan", "amount/amount", "valueDate"];
  if (refused.length !== 3 || refused.some((l) => l.error === null || !wanted.some((field) => l.error?.pointer === `/lines/${l.line}/${field}`))) faults.push(`the three wrong lines came back as ${JSON.stringify(refused.slice(0, 5))}`);
  return faults;
}
