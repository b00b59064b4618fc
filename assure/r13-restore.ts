import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { openServices } from "#app/open-services.ts";
import { money, toMoneyJson } from "#engine/money.ts";
import { sealEverything } from "#kernel/audit-chain.ts";
import { loadConfig } from "#kernel/config.ts";
import { seededRandom } from "#kernel/ids.ts";
import { removePostgres, type RunningPostgres } from "#kernel/postgres.ts";
import { baseBackup, restore, saveLog, startArchive } from "./base-backup.ts";
import { clientOf } from "./client.ts";
import { invariants } from "./invariants.ts";
import { closeTogether, fingerprints, GENERATED, SETTINGS, startPortfolioWorld, startProcess, TENANTS, type PortfolioWorld } from "./portfolio-world.ts";
import type { Check } from "./result.ts";

const POINT = "before_end_of_day";
const CLIENTS = 8;
const LOAD_MS = 4_000;
/** What may be lost with the log's own disk: the second after which a file is archived, and a second to archive it. */
const LOST_SECONDS = 2;
/** Ten minutes for a million loans. */
const BACK_SECONDS = 600;

interface Payment { readonly minor: number; readonly loanId: string; readonly afterThePoint: boolean; eventId?: string; ackedMs?: number }
type Book = Payment[];

/** A backup is taken under load, the server is lost, and the books come back to a named moment, and to the last one. */
export const r13: Check = {
  id: "R13",
  title: "--loans (2,000) under payments: base backup, log archived, server and files lost; restored to a point in time its end of day equals the original's row by row, restored to the end nothing acknowledged is missing; --planted: a hole in the archive is noticed",
  async run({ loans = 2_000, seed, planted = false, say }) {
    const archive = startArchive();
    const world = await startPortfolioWorld({ loans, seed, apis: 1, settings: archive.settings, environment: { LOANWRIGHT_LOG_LEVEL: "silent" }, say });
    const folder = world.cluster.folder;
    const faults: string[] = [];
    try {
      const book: Book = [];
      const load = await startLoad(world, book, seed);
      const backupSeconds = await baseBackup(world.cluster.postgres(), join(folder, "postgres"), join(folder, "base"));
      await anchorElsewhere(world);
      await wait(LOAD_MS);
      await load.pause();
      await asked(world.cluster.postgres(), (owner) => owner.query("SELECT pg_create_restore_point($1)", [POINT]));
      const original = await closedDay(world.cluster.postgres(), world);
      await load.resume();
      await wait(LOAD_MS);
      const lostAtMs = performance.now();
      await world.cluster.killDatabase();
      await load.pause();
      saveLog(join(folder, "postgres"), join(folder, "log"));
      if (planted) dropOne(archive.folder);
      say(`${book.filter((p) => p.eventId !== undefined).length} payments acknowledged, ${book.filter((p) => p.afterThePoint).length} of them after the point; the base backup took ${backupSeconds.toFixed(1)} s under load`);
      const back = async (name: string, from: { target?: string; log?: string }, check: (server: RunningPostgres) => Promise<string[]>) => {
        const known = faults.length;
        const seconds = await drill(world, archive.folder, name, from, check, faults);
        if (seconds > BACK_SECONDS) faults.push(`${name}: back after ${seconds.toFixed(0)} s`);
        say(`${name}: back in ${seconds.toFixed(1)} s; ${faults.length - known} faults${faults.length === known ? "" : `: ${faults.slice(known).join("; ").slice(0, 600)}`}`);
        return Math.round(seconds * 10) / 10;
      };
      const pointSeconds = await back("to the point", { target: POINT }, async (server) => [
        ...await missing(server, book.filter((p) => !p.afterThePoint)), ...await tooMany(server, book.filter((p) => p.eventId !== undefined && !p.afterThePoint).length), ...differing(original, await closedDay(server, world)),
      ]);
      const endSeconds = await back("to the end, the log's disk being there", { log: join(folder, "log") }, (server) => missing(server, book));
      let lost: Payment[] = [];
      await back("to the end of the archive", {}, async (server) => {
        lost = await absent(server, book);
        return [];
      });
      const lostSeconds = lost.length === 0 ? 0 : Math.round(lostAtMs - Math.min(...lost.map((p) => p.ackedMs ?? lostAtMs))) / 1000;
      if (lostSeconds > LOST_SECONDS) faults.push(`with the log's disk ${lostSeconds} s of payments are lost`);
      say(`lost with the log's disk: ${lost.length} payments of the last ${lostSeconds} s; without: none; ${faults.length} faults`);
      return {
        pass: planted ? faults.length > 0 : faults.length === 0, value: pointSeconds, unit: "s until the books are back", cases: book.filter((p) => p.eventId !== undefined).length, violations: faults.length, seed,
        detail: { loans, backupSeconds: Math.round(backupSeconds * 10) / 10, secondsToThePoint: pointSeconds, secondsToTheEnd: endSeconds, rpoSecondsArchiveOnly: lostSeconds, paymentsLostArchiveOnly: lost.length, paymentsLostWithLog: 0 },
      };
    } finally {
      await world.close();
      archive.remove();
    }
  },
};

/** One restore: how long until the books can be read, and what is wrong with them. The server is deleted again. */
async function drill(world: PortfolioWorld, archive: string, name: string, from: { target?: string; log?: string }, check: (server: RunningPostgres) => Promise<string[]>, faults: string[]): Promise<number> {
  const dataDir = join(world.cluster.folder, `restored-${name.replaceAll(/\W+/g, "-")}`);
  // What was anchored before the server was lost lies elsewhere, and each restored chain must have it.
  mkdirSync(dataDir);
  cpSync(join(world.cluster.folder, "anchors"), join(dataDir, "anchors"), { recursive: true });
  const began = performance.now();
  try {
    const server = await restore(join(world.cluster.folder, "base"), archive, dataDir, { ...from, settings: SETTINGS });
    const opened = await openServices(loadConfig({ ...world.cluster.environment, DATABASE_URL: server.url(GENERATED), LOANWRIGHT_DATA: dataDir }), { applicationName: "loanwright-check", keepDatabaseRunning: true });
    try {
      await opened.services.db.transaction("tn_bharat", async (tx) => tx.businessDate, "read");
      const seconds = (performance.now() - began) / 1000;
      faults.push(...(await check(server)).map((fault) => `${name}: ${fault}`), ...(await invariants(opened.services)).faults.map((fault) => `${name}: ${fault}`));
      return seconds;
    } finally {
      await opened.close();
    }
  } catch (error) {
    faults.push(`${name}: ${(error as Error).message.slice(0, 300)}`);
    return (performance.now() - began) / 1000;
  } finally {
    await removePostgres(dataDir);
  }
}

/** Seals what was audited so far and anchors it in files outside the database, as a worker does. */
async function anchorElsewhere(world: PortfolioWorld): Promise<void> {
  const opened = await openServices(loadConfig({ ...world.cluster.environment }), { applicationName: "loanwright-check", keepDatabaseRunning: true });
  for (const tenantId of TENANTS) await sealEverything(opened.services, tenantId);
  await opened.close();
}

/** Clients that pay over HTTP until they are told to stop, and write down what was acknowledged. */
async function startLoad(world: PortfolioWorld, book: Book, seed: number): Promise<{ pause(): Promise<void>; resume(): Promise<void> }> {
  const client = clientOf(world.cluster.apis[0]?.url ?? "");
  const token = await client.signInStaff("bharat", "servicing");
  const ask = <R extends pg.QueryResultRow>(text: string) => asked(world.cluster.postgres(), async (owner) => (await owner.query<R>(text)).rows);
  const loans = await ask<{ id: string }>("SELECT loan_account_id AS id FROM servicing.loan_state WHERE tenant_id = 'tn_bharat' AND status = 'active' ORDER BY 1 LIMIT 1000");
  const random = seededRandom(seed);
  const state = { stopped: false, afterThePoint: false };
  const pay = async (valueDate: string): Promise<void> => {
    while (!state.stopped) {
      const payment: Payment = { minor: 1_00 + random.integer(200_00), loanId: random.pick(loans).id, afterThePoint: state.afterThePoint };
      const answer = await client.call("POST", `/v1/loan-accounts/${payment.loanId}/repayments`, { token, body: { amount: toMoneyJson(money(BigInt(payment.minor), "INR")), valueDate, channel: "bank_transfer" } }).catch(() => undefined);
      if (answer?.status !== 201) continue;
      payment.eventId = String(answer.body["eventId"]);
      payment.ackedMs = performance.now();
      book.push(payment);
    }
  };
  let running: Promise<unknown> = Promise.resolve();
  const resume = async () => {
    const [today] = await ask<{ day: string }>("SELECT business_date::text AS day FROM kernel.business_day WHERE tenant_id = 'tn_bharat'");
    state.stopped = false;
    running = Promise.all(Array.from({ length: CLIENTS }, () => pay(today?.day ?? "")));
  };
  const pause = async () => {
    state.stopped = true;
    await running;
    state.afterThePoint = true;
  };
  await resume();
  return { pause, resume };
}

/** Closes the lenders' day on a server; what it left. */
async function closedDay(server: RunningPostgres, world: PortfolioWorld): Promise<Record<string, string>> {
  const workers = await Promise.all([0, 1].map(() => startProcess({ ...world.cluster.environment, DATABASE_URL: server.url(GENERATED) })));
  await closeTogether(workers);
  await Promise.all(workers.map((worker) => worker.end()));
  return asked(server, fingerprints);
}

async function asked<T>(server: RunningPostgres, ask: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: server.url(GENERATED) });
  await owner.connect();
  try {
    return await ask(owner);
  } finally {
    await owner.end();
  }
}

/** Acknowledged payments that the books do not have. */
async function absent(server: RunningPostgres, book: Book): Promise<Payment[]> {
  return asked(server, async (owner) => {
    const { rows } = await owner.query<{ id: string }>("SELECT id FROM servicing.loan_event WHERE tenant_id = 'tn_bharat' AND type = 'paymentReceived'");
    const known = new Set(rows.map((row) => row.id));
    return book.filter((p) => p.eventId !== undefined && !known.has(p.eventId));
  });
}

async function missing(server: RunningPostgres, book: Book): Promise<string[]> {
  const lost = await absent(server, book);
  return lost.length === 0 ? [] : [`${lost.length} acknowledged payments are missing, for instance ${lost[0]?.eventId}`];
}

/** At a point in time there are the payments of before it, and no others: the portfolio itself comes with opening balances. */
async function tooMany(server: RunningPostgres, expected: number): Promise<string[]> {
  return asked(server, async (owner) => {
    const { rows: [found] } = await owner.query<{ n: number }>("SELECT count(*)::int AS n FROM servicing.loan_event WHERE tenant_id = 'tn_bharat' AND type = 'paymentReceived' AND cause LIKE 'rm%'");
    return found?.n === expected ? [] : [`${found?.n} payments are in the books of that moment, ${expected} were acknowledged`];
  });
}

function differing(one: Record<string, string>, other: Record<string, string>): string[] {
  return Object.keys(one).filter((name) => one[name] !== other[name]).map((name) => `after end of day ${name} differ: ${one[name]}, restored ${other[name]}`);
}

/** The planted mistake: a file of the log that never reached the archive. */
function dropOne(archive: string): void {
  const files = readdirSync(archive).filter((name) => /^[0-9A-F]{24}$/.test(name)).sort();
  rmSync(join(archive, files[Math.floor(files.length * 0.75)] ?? ""));
}
