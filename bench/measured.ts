import { readFileSync } from "node:fs";
import pg from "pg";
import { makeServer } from "#app/server.ts";
import type { Invariants } from "../assure/invariants.ts";
import { commandHeaders, repaymentBody, type LendingCluster } from "../assure/lending-cluster.ts";

/** CPU time of the API processes and log bytes of the database between two moments. */
export interface Meter {
  /** @param commands how many were carried out since the meter was started */
  read(commands: number): Promise<Record<string, number>>;
}

export async function startMeter(c: LendingCluster): Promise<Meter> {
  const owner = new pg.Client({ connectionString: c.cluster.postgres().url("loanwright") });
  await owner.connect();
  const position = async () => (await owner.query<{ lsn: string }>("SELECT pg_current_wal_lsn()::text AS lsn")).rows[0]?.lsn ?? "0/0";
  const cpu = () => c.cluster.apis.reduce((sum, api) => sum + cpuMs(api.child.pid ?? 0), 0);
  const [from, cpuFrom] = [await position(), cpu()];
  return {
    read: async (commands) => {
      const { rows } = await owner.query<{ bytes: string }>("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), $1)::text AS bytes", [from]);
      await owner.end();
      const each = (n: number) => Math.round((n / Math.max(1, commands)) * 100) / 100;
      return { apiCpuMsPerCommand: each(cpu() - cpuFrom), walBytesPerCommand: Math.round(Number(rows[0]?.bytes ?? 0) / Math.max(1, commands)) };
    },
  };
}

/** User and system time of a process in milliseconds, at 100 ticks a second; 0 where there is no /proc. */
function cpuMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
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
