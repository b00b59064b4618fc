import type { ChildProcess } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { money, toMoneyJson } from "#engine/money.ts";
import { seededRandom } from "#kernel/ids.ts";
import { clientOf, type Client } from "./client.ts";
import { invariants } from "./invariants.ts";
import { startLendingCluster, type LendingCluster } from "./lending-cluster.ts";
import type { Check } from "./result.ts";

type Victim = "database" | "api" | "worker" | "database and api";
const VICTIMS: readonly Victim[] = ["database", "api", "worker", "database", "api", "database", "database and api", "worker", "database", "api"];
const CLIENTS = 10;
const LOANS = 60;

/** One payment as its client knows it: written down before it is sent. */
interface Intent { readonly key: string; readonly loanId: string; readonly amountMinor: number; readonly valueDate: string; eventId?: string; body?: string; tries: number }
interface Book { readonly intents: Intent[]; readonly faults: string[]; slowestMs: number; retries: number; stopped: boolean }
type Random = ReturnType<typeof seededRandom>;

/** kill -9 of database, API and worker under a load of payments; a third of the cycles close a business date meanwhile. */
export const r01: Check = {
  id: "R01",
  title: "kill -9 of database, API and worker under load: nothing acknowledged is lost or doubled",
  async run({ cycles = 12, seed, say }) {
    const c = await startLendingCluster({ apis: 2, loans: LOANS, seed, environment: { LOANWRIGHT_LOG_LEVEL: "silent" } });
    const random = seededRandom(seed);
    const book: Book = { intents: [], faults: [], slowestMs: 0, retries: 0, stopped: false };
    try {
      let worker = await c.cluster.startWorker();
      const operations = await c.client.signInStaff("bharat", "operations");
      for (let cycle = 0; cycle < cycles && book.faults.length === 0; cycle++) {
        const victim = VICTIMS[cycle % VICTIMS.length] as Victim;
        const date = await businessDate(c);
        const closing = cycle % 3 === 0 ? closeDay(c, operations, date) : undefined;
        const load = Array.from({ length: CLIENTS }, (_v, n) => pay(c, book, random, `r01-${seed}-${cycle}-${n}`, date));
        await wait(300 + random.integer(900));
        const killedAt = performance.now();
        worker = await strike(c, victim, random, worker);
        const backMs = Math.round(performance.now() - killedAt);
        const answeredMs = await firstAnswer(c, book, killedAt);
        await wait(400);
        book.stopped = true;
        await Promise.all(load);
        await closing;
        book.stopped = false;
        await check(c, book, random);
        say(`cycle ${cycle + 1}: ${victim} killed${closing === undefined ? "" : ` while ${date} was being closed`}, restarted in ${backMs} ms, first payment after ${answeredMs} ms; ${book.intents.length} payments, ${book.retries} retries, ${book.faults.length} faults`);
      }
      for (const line of book.faults.slice(0, 20)) say(line.slice(0, 500));
      const books = await invariants(c.services());
      return {
        pass: book.faults.length === 0, cases: cycles, violations: book.faults.length, seed,
        detail: { payments: book.intents.length, retries: book.retries, slowestAnswerAfterKillMs: book.slowestMs, businessDate: await businessDate(c), trialBalance: books.trialBalance, subledgerDifference: books.subledgerDifference, audit: books.audit },
      };
    } finally {
      book.stopped = true;
      await c.close();
    }
  },
};

/** A client that pays until it is told to stop, and lets go of no payment before it has its answer. */
async function pay(c: LendingCluster, book: Book, random: Random, name: string, valueDate: string): Promise<void> {
  for (let n = 0; !book.stopped; n++) {
    const intent: Intent = { key: `${name}-${n}`, loanId: random.pick(c.loans).id, amountMinor: 1_00 + random.integer(300_00), valueDate, tries: 0 };
    book.intents.push(intent);
    await settle(c, book, intent);
    await wait(random.integer(150));
  }
}

async function settle(c: LendingCluster, book: Book, intent: Intent): Promise<void> {
  const end = performance.now() + 40_000;
  while (performance.now() < end) {
    const reply = await send(c, intent, intent.tries++);
    if (reply?.status === 201) {
      intent.eventId = String(reply.body["eventId"]);
      intent.body = reply.text;
      return;
    }
    if (reply !== undefined && reply.status !== 503 && reply.body["retryable"] !== true) {
      book.faults.push(`${intent.key}: ${reply.status} ${reply.text}`);
      return;
    }
    book.retries++;
    await wait(50);
  }
  book.faults.push(`${intent.key}: no answer in 40 s`);
}

/** The answer of one of the API processes; undefined when there was none. */
async function send(c: LendingCluster, intent: Intent, attempt: number) {
  const api = c.cluster.apis[(attempt + intent.amountMinor) % c.cluster.apis.length];
  return clientOf(api?.url ?? "").call("POST", `/v1/loan-accounts/${intent.loanId}/repayments`, {
    token: c.token, headers: { "idempotency-key": intent.key },
    body: { amount: toMoneyJson(money(BigInt(intent.amountMinor), "INR")), valueDate: intent.valueDate, channel: "bank_transfer" },
  }).catch(() => undefined);
}

async function strike(c: LendingCluster, victim: Victim, random: Random, worker: ChildProcess): Promise<ChildProcess> {
  const api = random.pick(c.cluster.apis);
  if (victim === "worker") {
    worker.kill("SIGKILL");
    return c.cluster.startWorker();
  }
  if (victim === "database and api") api.kill();
  if (victim !== "api") await c.cluster.crashDatabase();
  if (victim !== "database") await api.crash();
  return worker;
}

/** Time from the blow to the first payment that was sent after it and acknowledged. */
async function firstAnswer(c: LendingCluster, book: Book, killedAt: number): Promise<number> {
  const probe: Intent = { key: `${book.intents.at(-1)?.key ?? "r01"}-first-after`, loanId: c.loans[0]?.id ?? "", amountMinor: 1_00, valueDate: book.intents.at(-1)?.valueDate ?? c.businessDate, tries: 0 };
  book.intents.push(probe);
  await settle(c, book, probe);
  const ms = Math.round(performance.now() - killedAt);
  book.slowestMs = Math.max(book.slowestMs, ms);
  return ms;
}

/** Closes the day over HTTP, asking again until it is closed. */
async function closeDay(c: LendingCluster, token: string, date: string): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const reply = await asAny(c, attempt).call("POST", "/v1/end-of-day/runs", { token, body: { date } }).catch(() => undefined);
    if (reply?.status === 200) return;
    await wait(100);
  }
  throw new Error(`${date} could not be closed`);
}

const asAny = (c: LendingCluster, n: number): Client => clientOf(c.cluster.apis[n % c.cluster.apis.length]?.url ?? "");

async function businessDate(c: LendingCluster): Promise<string> {
  return c.services().db.transaction(c.tenantId, async (tx) => tx.businessDate, "read");
}

/** What the clients wrote down against what the books hold. */
async function check(c: LendingCluster, book: Book, random: Random): Promise<void> {
  const rows = await c.services().db.transaction(c.tenantId, (tx) => tx.rows<{ id: string; loan: string; amount: string }>("check.payments",
    "SELECT id, loan_account_id AS loan, payload ->> 'amount' AS amount FROM servicing.loan_event WHERE type = 'paymentReceived'"), "read");
  const stored = new Map(rows.map((row) => [row.id, row]));
  for (const intent of book.intents) {
    if (intent.eventId === undefined) continue;
    const row = stored.get(intent.eventId);
    if (row === undefined) book.faults.push(`${intent.key} was acknowledged as ${intent.eventId} and is lost`);
    else if (row.loan !== intent.loanId || Number(row.amount) !== intent.amountMinor) book.faults.push(`${intent.key} is stored as ${JSON.stringify(row)}`);
    stored.delete(intent.eventId);
  }
  for (const row of stored.values()) book.faults.push(`${row.id} on ${row.loan} is in the books and nobody's answer: doubled`);
  for (let n = 0; n < 10; n++) {
    const intent = random.pick(book.intents);
    const again = await send(c, intent, n);
    if (again?.text !== intent.body) book.faults.push(`${intent.key} is answered otherwise the second time: ${again?.text ?? "not at all"}`);
  }
  const unfinished = await c.services().db.transaction(c.tenantId, async (tx) => (await tx.one<{ open: boolean }>("check.day", "SELECT closed_through < business_date - 1 AS open FROM kernel.business_day")).open, "read");
  if (unfinished) book.faults.push("a business date was left half closed");
  book.faults.push(...c.cluster.deaths, ...(await invariants(c.services())).faults);
}
