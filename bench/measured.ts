import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import pg from "pg";
import { makeServer } from "#app/server.ts";
import type { Invariants } from "../assure/invariants.ts";
import { commandHeaders, repaymentBody, type LendingCluster } from "../assure/lending-cluster.ts";

/** CPU time and log bytes that commands cost, and how much of the machine was left to us, between two moments. */
export interface Meter {
  /** @param commands how many were carried out since the meter was started */
  read(commands: number): Promise<Record<string, number>>;
}

export async function startMeter(c: Pick<LendingCluster, "cluster">): Promise<Meter> {
  const owner = new pg.Client({ connectionString: c.cluster.postgres().url("loanwright") });
  await owner.connect();
  const position = async () => (await owner.query<{ lsn: string }>("SELECT pg_current_wal_lsn()::text AS lsn")).rows[0]?.lsn ?? "0/0";
  const used = () => ({ api: c.cluster.apis.reduce((sum, api) => sum + cpuMs(api.child.pid ?? 0), 0), database: databaseMs(c.cluster.postgres().pid), load: cpuMs(process.pid), machine: machineMs(), at: performance.now() });
  const [from, before] = [await position(), used()];
  return {
    read: async (commands) => {
      const after = used();
      const { rows } = await owner.query<{ bytes: string }>("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), $1)::text AS bytes", [from]);
      await owner.end();
      const each = (n: number) => Math.round((n / Math.max(1, commands)) * 100) / 100;
      const cores = (ms: number) => Math.round((ms / (after.at - before.at)) * 100) / 100;
      const [api, database, load] = [after.api - before.api, after.database - before.database, after.load - before.load];
      return {
        apiCpuMsPerCommand: each(api), databaseCpuMsPerCommand: each(database), walBytesPerCommand: Math.round(Number(rows[0]?.bytes ?? 0) / Math.max(1, commands)),
        coresOfOurs: cores(api + database + load), coresOfOthers: Math.max(0, cores(after.machine - before.machine - api - database - load)), cores: cpus().length,
      };
    },
  };
}

/** User and system time of a process in milliseconds, at 100 ticks a second; 0 where there is no /proc. */
function cpuMs(pid: number): number {
  const fields = read(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10;
}

/** The same of a database server with its backends. */
function databaseMs(postmaster: number): number {
  return read(`/proc/${postmaster}/task/${postmaster}/children`).trim().split(" ").filter((pid) => pid !== "").reduce((sum, pid) => sum + cpuMs(Number(pid)), cpuMs(postmaster));
}

/** Time that all cores of the machine were busy. */
function machineMs(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (read("/proc/stat").split("\n")[0] ?? "").split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) * 10;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Statements that one repayment over HTTP sends, counted in a server of this process; the opening of a transaction counts as one, COMMIT is not counted. */
export async function statementsPerRepayment(c: LendingCluster): Promise<number> {
  const services = c.services();
  const app = await makeServer(services, c.wiring);
  try {
    const pay = async (n: number) => {
      const answer = await app.inject({
        method: "POST", url: `/v1/loan-accounts/${c.loans[n % c.loans.length]?.id}/repayments`, payload: repaymentBody(c.businessDate, "10.00"), headers: { ...commandHeaders(c.token), "idempotency-key": `statements-${n}` },
      });
      if (answer.statusCode !== 201) throw new Error(`${answer.statusCode} ${answer.body}`);
    };
    await pay(0);
    const before = services.db.statementCount;
    for (let n = 1; n <= 10; n++) await pay(n);
    return (services.db.statementCount - before) / 10;
  } finally {
    await app.close();
  }
}

/** The part of an invariant check that a result quotes. */
export function booksOf({ trialBalance, subledgerDifference, audit }: Invariants): Record<string, string> {
  return { trialBalance, subledgerDifference, audit };
}

/** One per core here: a process is one event loop, and production runs several beside one database. */
export const API_PROCESSES = 2;
