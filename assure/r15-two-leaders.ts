import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { PgBoss } from "pg-boss";
import { addDays, isoDate } from "#engine/date.ts";
import { makeContext } from "#kernel/context.ts";
import { seededRandom } from "#kernel/ids.ts";
import { openQueue } from "#kernel/jobs.ts";
import { jobActor } from "#kernel/permissions.ts";
import { changeSettings } from "#kernel/tenants.ts";
import { invariants } from "./invariants.ts";
import { startLendingCluster, type LendingCluster } from "./lending-cluster.ts";
import { TENANT, TOLD, type Lead, type Led } from "./r15-leader.ts";
import type { Check } from "./result.ts";

const SHARDS = 2;
const LOANS = 20;
/** How long a leader that sleeps in the midst of a transaction may hold the other up before it is woken. */
const PATIENCE_MS = 40;
/** How long the other may wait for its session to be ended. */
const TOO_LONG_MS = 15_000;
/** Days on which a leader stops for good. */
const STANDSTILLS = 3;
/** So many days and more also try the clock of the queue. */
const CLOCK_FROM = 100;
type Random = ReturnType<typeof seededRandom>;

/** Two schedulers that both believe they are elected close the same day; one is stopped in the midst and wakes up when the other has gone on. */
export const r15: Check = {
  id: "R15",
  title: "two schedulers at once, --cases times (1,000), one of them stopped in the midst and woken later, half of the times with its connections cut: each day closed once, each event handed on once; the queue's clock with two claimants; --planted: a leader that closes any day is noticed",
  async run({ cases = 1_000, seed, planted = false, say }) {
    const c = await startLendingCluster({ apis: 0, loans: LOANS, seed });
    const owner = new pg.Client({ connectionString: c.cluster.postgres().url("loanwright") });
    const leaders: Leader[] = [];
    try {
      await owner.connect();
      await setTheStage(c, owner);
      for (const name of ["leader-a", "leader-b"]) leaders.push(await startLeader(c, name));
      const faults: string[] = [];
      const seen = { stale: 0, cut: 0, wokenAfterTheEnd: 0 };
      const random = seededRandom(seed);
      for (let n = 0; n < cases && faults.length < 5; n++) {
        const date = addDays(isoDate(c.businessDate), n);
        await round(leaders, owner, date, random, seen, planted);
        faults.push(...await closedOnce(owner, date));
        if ((n + 1) % 100 === 0) say(`${n + 1} days, ${seen.stale} with a leader stopped at work (${seen.cut} cut off), ${seen.wokenAfterTheEnd} woken after the other had closed the day; ${faults.length} faults`);
      }
      const standstills = planted || faults.length > 0 ? 0 : await neverWoken(c, owner, leaders, addDays(isoDate(c.businessDate), cases), faults);
      faults.push(...await handedOnOnce(owner));
      // The short form leaves the queue's clock out: it takes its ten seconds whatever the number.
      const clocks = planted || cases < CLOCK_FROM ? { jobs: 0, faults: [] } : await twoClocks(c, owner, cases);
      const books = await invariants(c.services());
      faults.push(...clocks.faults, ...(planted ? [] : books.faults));
      if (!planted && seen.wokenAfterTheEnd === 0) faults.push("no leader ever woke up after the other had closed the day");
      for (const fault of faults.slice(0, 10)) say(fault.slice(0, 400));
      say(`${cases} days: ${JSON.stringify(seen)}, ${clocks.jobs} jobs of the clock; ${faults.length} faults`);
      return { pass: planted ? faults.length > 0 : faults.length === 0, cases, violations: faults.length, seed, detail: { ...seen, neverWoken: standstills, jobsOfTheClock: clocks.jobs, trialBalance: books.trialBalance, subledgerDifference: books.subledgerDifference, audit: books.audit } };
    } finally {
      for (const { child } of leaders) child.kill("SIGKILL");
      await owner.end().catch(() => undefined);
      await c.close();
    }
  },
};

async function setTheStage(c: LendingCluster, owner: pg.Client): Promise<void> {
  await owner.query("CREATE SCHEMA bench; CREATE TABLE bench.ran (business_date date, shard int); GRANT USAGE ON SCHEMA bench TO loanwright_app; GRANT INSERT ON bench.ran TO loanwright_app");
  await changeSettings(makeContext(c.services(), { tenantId: TENANT, actor: jobActor("check"), requestId: "req_check" }), { endOfDayShards: SHARDS, endOfDayTime: "21:30" });
  // Makes the queue's schema, as a worker does at its start.
  const boss = await openQueue(c.services(), c.cluster.postgres().url("loanwright"), c.cluster.postgres().url("loanwright"));
  await boss.createQueue(TOLD);
  await boss.createQueue("check.clock");
  await boss.stop({ graceful: false });
}

interface Leader { readonly name: string; readonly child: ChildProcess; lead(order: Lead): Promise<Led> }

async function startLeader(c: LendingCluster, name: string): Promise<Leader> {
  const child = fork(join(import.meta.dirname, "r15-leader.ts"), { env: { ...c.cluster.environment, CHECK_LEADER: name }, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const answer = () => new Promise<Led>((done, failed) => {
    const ended = (code: number | null, signal: string | null) => failed(new Error(`${name} ended: ${code ?? signal}`));
    child.once("exit", ended);
    child.once("message", (led: Led) => {
      child.off("exit", ended);
      done(led);
    });
  });
  await answer();
  return {
    name, child,
    lead: (order) => {
      const led = answer();
      child.send(order);
      return led;
    },
  };
}

/**
 * A leader that stops in the midst of a transaction and never wakes: the server ends its session after the time set for the application's role (shortened here),
 * and the other closes the day. Tells on how many days that happened.
 */
async function neverWoken(c: LendingCluster, owner: pg.Client, leaders: Leader[], from: string, faults: string[]): Promise<number> {
  const { rows: [set] } = await owner.query<{ config: string }>("SELECT array_to_string(setconfig, ' ') AS config FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole WHERE r.rolname = 'loanwright_app'");
  if (set?.config.includes("idle_in_transaction_session_timeout=5min") !== true) faults.push(`the application's sessions may stand still for ever: ${set?.config}`);
  await owner.query("ALTER ROLE loanwright_app SET idle_in_transaction_session_timeout = '1s'");
  let happened = 0;
  for (let n = 0; n < STANDSTILLS; n++) {
    for (const { child } of leaders.splice(0)) child.kill("SIGKILL");
    for (const name of ["leader-c", "leader-d"]) leaders.push(await startLeader(c, `${name}${n}`));
    const [sleeper, other] = leaders as [Leader, Leader];
    const date = addDays(isoDate(from), n);
    const order: Lead = { now: `${date}T16:01:00.000Z`, planted: false };
    void sleeper.lead(order).catch(() => undefined);
    if (await holdsATransaction(owner, sleeper)) happened++;
    const led = await Promise.race([other.lead(order), wait(TOO_LONG_MS)]);
    if (led === undefined) {
      faults.push(`${date}: a leader that stands still holds the other up`);
      break;
    }
    for (let again = led, tries = 0; again.how === "away" && tries < 20; tries++) again = await other.lead(order);
    faults.push(...await closedOnce(owner, date));
  }
  return happened;
}

/** Stops a leader again and again until it is caught with a transaction open; false when it was too quick. */
async function holdsATransaction(owner: pg.Client, leader: Leader): Promise<boolean> {
  for (let n = 0; n < 200; n++) {
    leader.child.kill("SIGSTOP");
    await wait(3);
    const { rows: [held] } = await owner.query<{ open: boolean }>("SELECT EXISTS (SELECT FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid WHERE a.application_name = $1 AND a.state = 'idle in transaction' AND l.locktype = 'advisory') AS open", [leader.name]);
    if (held?.open === true) return true;
    leader.child.kill("SIGCONT");
    await wait(1);
  }
  return false;
}

/** One due day, both leaders at it, one of them asleep for a while. A leader that lost its connection is asked again, as the queue would. */
async function round(leaders: readonly Leader[], owner: pg.Client, date: string, random: Random, seen: { stale: number; cut: number; wokenAfterTheEnd: number }, planted: boolean): Promise<void> {
  // 21:31 in Pune.
  const order: Lead = { now: `${date}T16:01:00.000Z`, planted };
  const nth = random.integer(2);
  const [sleeper, other] = [leaders[nth] as Leader, leaders[1 - nth] as Leader];
  const open = { sleeper: true, other: true };
  const first = sleeper.lead(order).finally(() => { open.sleeper = false; });
  await wait(random.integer(8));
  const second = other.lead(order).finally(() => { open.other = false; });
  await wait(random.integer(45));
  const cut = random.integer(2) === 0;
  sleeper.child.kill("SIGSTOP");
  const atWork = open.sleeper;
  // What a network that went away looks like: the server ends the connection, and the sleeper learns of it when it wakes up.
  if (cut) await owner.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", [sleeper.name]);
  await Promise.race([second, wait(cut ? 5_000 : PATIENCE_MS)]);
  if (atWork) {
    seen.stale++;
    if (cut) seen.cut++;
    if (!open.other) seen.wokenAfterTheEnd++;
  }
  sleeper.child.kill("SIGCONT");
  const [a, b] = await Promise.all([first, second]);
  // Connections that were cut while idle are found out one by one.
  for (let led = a, tries = 0; led.how === "away" && tries < 20; tries++) led = await sleeper.lead(order);
  for (let led = b, tries = 0; led.how === "away" && tries < 20; tries++) led = await other.lead(order);
}

async function closedOnce(owner: pg.Client, date: string): Promise<string[]> {
  const { rows: [found] } = await owner.query<Record<string, string>>(`SELECT
    (SELECT business_date::text || ', closed through ' || closed_through::text FROM kernel.business_day WHERE tenant_id = $1) AS standing,
    (SELECT coalesce(string_agg(shard::text, ',' ORDER BY shard), '') FROM bench.ran WHERE business_date = $2) AS worked,
    (SELECT count(*)::text FROM kernel.audit_record WHERE tenant_id = $1 AND action = 'eod.run.started' AND after LIKE '%"' || $2::text || '"%') AS started,
    (SELECT count(*)::text FROM kernel.audit_record WHERE tenant_id = $1 AND action = 'eod.run.finished' AND after LIKE '%"' || $2::text || '"%') AS finished,
    (SELECT count(*)::text FROM kernel.outbox_event WHERE tenant_id = $1 AND type = 'kernel.business_day_closed' AND payload LIKE '%"' || $2::text || '"%') AS told`, [TENANT, date]);
  const wanted: Record<string, string> = { standing: `${addDays(isoDate(date), 1)}, closed through ${date}`, worked: Array.from({ length: SHARDS }, (_v, n) => n).join(","), started: "1", finished: "1", told: "1" };
  return Object.keys(wanted).filter((name) => found?.[name] !== wanted[name]).map((name) => `${date}: ${name} is "${found?.[name]}", not "${wanted[name]}"`);
}

/** Every closed day was handed to the queue once, by whichever relay. */
async function handedOnOnce(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ id: string; n: number }>(`SELECT e.id, (SELECT count(*)::int FROM pgboss.job j WHERE j.name = $1 AND j.data ->> 'payload' LIKE '%' || e.id || '%') AS n
    FROM kernel.outbox_event e WHERE e.type = 'kernel.business_day_closed' AND e.tenant_id = $2 AND e.relayed_at IS NOT NULL`, [TOLD, TENANT]);
  const { rows: [waiting] } = await owner.query<{ n: number }>("SELECT count(*)::int AS n FROM kernel.outbox_event WHERE tenant_id = $1 AND relayed_at IS NULL", [TENANT]);
  const faults = rows.filter(({ n }) => n !== 1).map(({ id, n }) => `${id} was handed on ${n} times`);
  return waiting?.n === 0 ? faults : [...faults, `${waiting?.n} events were never handed on`];
}

/** Until everything that came due was sent on by the queue's own worker: a minute that ends meanwhile brings a second turn of all jobs. */
async function forwarded(owner: pg.Client): Promise<void> {
  for (let n = 0; n < 300; n++) {
    const { rows: [left] } = await owner.query<{ n: number }>("SELECT count(*)::int AS n FROM pgboss.job WHERE name LIKE '%send-it' AND state < 'completed'");
    if (left?.n === 0) return;
    await wait(200);
  }
}

/** The queue's own clock: many jobs due in the same minute, two processes' clocks, and an owner who elects both again and again. */
async function twoClocks(c: LendingCluster, owner: pg.Client, cases: number): Promise<{ jobs: number; faults: string[] }> {
  const url = c.cluster.postgres().url("loanwright");
  const clocks = Array.from({ length: 2 }, () => new PgBoss({ connectionString: url, migrate: false, createSchema: false, cronMonitorIntervalSeconds: 1, cronWorkerIntervalSeconds: 1, max: 2 }));
  const faults: string[] = [];
  for (const clock of clocks) {
    clock.on("error", (error) => void faults.push(`the queue's clock: ${error.message}`));
    await clock.start();
  }
  for (let n = 0; n < cases; n++) await clocks[0]?.schedule("check.clock", "* * * * *", { n }, { key: `k${n}` });
  for (let n = 0; n < 400; n++) {
    await owner.query("UPDATE pgboss.version SET cron_on = NULL");
    await wait(20);
  }
  await forwarded(owner);
  for (const clock of clocks) await clock.stop({ graceful: true, timeout: 5_000 });
  const { rows } = await owner.query<{ n: string; jobs: number; minutes: number }>(`SELECT data ->> 'n' AS n, count(*)::int AS jobs, count(DISTINCT date_trunc('minute', created_on))::int AS minutes FROM pgboss.job WHERE name = 'check.clock' GROUP BY 1`);
  const { rows: slots } = await owner.query<{ key: string; n: number }>("SELECT data ->> 'key' AS key, count(DISTINCT data ->> 'slot')::int AS n FROM pgboss.job WHERE name LIKE '%send-it' AND data ->> 'name' = 'check.clock' GROUP BY 1");
  const due = new Map(slots.map((slot) => [slot.key, slot.n]));
  for (const { n, jobs } of rows) if (jobs !== due.get(`k${n}`)) faults.push(`the clock's job k${n} was due ${due.get(`k${n}`)} times and sent ${jobs} times`);
  if (rows.length !== cases) faults.push(`${rows.length} of ${cases} jobs of the clock came`);
  return { jobs: rows.reduce((sum, row) => sum + row.jobs, 0), faults };
}
