import { makeServer } from "#app/server.ts";
import { openServices } from "#app/open-services.ts";
import { wire } from "#app/wiring.ts";
import { plusMs, systemClock, type Clock } from "#kernel/clock.ts";
import { loadConfig } from "#kernel/config.ts";
import { clientOf, type Answer, type Client } from "./client.ts";
import { invariants } from "./invariants.ts";
import { startLendingCluster, type LendingCluster } from "./lending-cluster.ts";
import { makeLoans, type MadeLoan } from "./loans.ts";
import type { Check } from "./result.ts";

const DAYS = 89;
const AHEAD_MS = DAYS * 86_400_000;
const LOANS = 20;
const AT_ONCE = 8;

interface Tried { readonly key: string; readonly loan: MadeLoan; readonly cents: number; readonly first: Answer }
type Send = (tried: Pick<Tried, "key" | "loan" | "cents">) => Promise<Pick<Answer, "status" | "text">>;

/** Keys that come again: after everything was restarted, long afterwards, from somebody else and from another lender. */
export const r06: Check = {
  id: "R06",
  title: `--cases payments (200) whose keys come again after database and API were killed and restarted, ${DAYS} days later, with another amount, from another user and at another lender: the same answer, the same, refused, another's own payment, independent`,
  async run({ cases = 200, seed, planted = false, say }) {
    const c = await startLendingCluster({ apis: 1, loans: LOANS, seed });
    try {
      const tried: Tried[] = [];
      const firstly = over(c.client, c.businessDate, c.token, "INR", "bharat");
      await pooled(Array.from({ length: cases }, (_v, n) => n), async (n) => {
        const ask = { key: `r06-${seed}-${n}-key`, loan: c.loans[n % LOANS] as MadeLoan, cents: 1_00 + n };
        tried.push({ ...ask, first: { ...(await firstly(ask)), body: {}, etag: "" } });
      });
      const faults = tried.filter((t) => t.first.status !== 201).map((t) => `${t.key} was first answered ${t.first.status} ${t.first.text}`);
      // The planted mistake: a purge of keys that are younger than they must be kept.
      if (planted) await forgetKeys(c);
      await c.cluster.crashDatabase();
      await c.reopen();
      await c.cluster.apis[0]?.crash();
      const restarted = clientOf(c.cluster.apis[0]?.url ?? "");
      const same = async (what: string, send: Send) => faults.push(...await compare(what, tried, send));
      await same("after a restart", over(restarted, c.businessDate, c.token, "INR", "bharat"));
      await later(c, async (send) => void await same(`${DAYS} days later`, send));
      const other = over(restarted, c.businessDate, c.token, "INR", "bharat");
      await pooled(tried, async (t) => {
        const answer = await other({ ...t, cents: t.cents + 1 });
        if (answer.status !== 422) faults.push(`${t.key} with another amount: ${answer.status}`);
      });
      const counts = { before: await payments(c, "tn_bharat"), others: 0, lenders: 0 };
      if (counts.before !== cases) faults.push(`${counts.before} payments are in the books, ${cases} were made`);
      faults.push(...await fromOthers(c, restarted, tried, counts));
      const books = await invariants(c.services());
      faults.push(...books.faults);
      for (const fault of faults.slice(0, 10)) say(fault.slice(0, 400));
      say(`${cases} keys again: after a restart, ${DAYS} days later, with another amount, by another user (${counts.others} payments of theirs), at another lender (${counts.lenders} of its own); ${faults.length} faults`);
      return { pass: planted ? faults.length > 0 : faults.length === 0, cases: cases * 5, violations: faults.length, seed, detail: { keys: cases, trialBalance: books.trialBalance, subledgerDifference: books.subledgerDifference, audit: books.audit } };
    } finally {
      await c.close();
    }
  },
};

const bodyOf = (cents: number, currency: string, valueDate: string): object => ({ amount: { amount: `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`, currency }, valueDate, channel: "bank_transfer" });

function over(client: Client, valueDate: string, token: string, currency: string, lender: string): Send {
  return ({ key, loan, cents }) => client.call("POST", `/v1/loan-accounts/${loan.id}/repayments`, { token, lender, headers: { "idempotency-key": key }, body: bodyOf(cents, currency, valueDate) });
}

async function pooled<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
  }));
}

async function compare(what: string, tried: readonly Tried[], send: Send): Promise<string[]> {
  const faults: string[] = [];
  await pooled(tried, async (t) => {
    const again = await send(t);
    if (again.status !== t.first.status || again.text !== t.first.text) faults.push(`${t.key} ${what}: ${again.status} ${again.text}, first ${t.first.text}`);
  });
  return faults;
}

/** A server of this process whose clock is that many days ahead; its user signs in anew. */
async function later(c: LendingCluster, work: (send: Send) => Promise<void>): Promise<void> {
  const clock: Clock = { now: () => plusMs(systemClock.now(), AHEAD_MS), nowMs: () => systemClock.nowMs() + AHEAD_MS };
  const opened = await openServices(loadConfig({ ...c.cluster.environment }), { clock, applicationName: "loanwright-check", keepDatabaseRunning: true });
  const app = await makeServer(opened.services, wire(opened.services));
  await app.listen({ port: 0, host: "127.0.0.1" });
  try {
    const address = app.server.address();
    if (address === null || typeof address === "string") throw new RangeError("the server has no port");
    const client = clientOf(`http://127.0.0.1:${address.port}`);
    await work(over(client, c.businessDate, await client.signInStaff("bharat", "servicing"), "INR", "bharat"));
  } finally {
    await app.close();
    await opened.close();
  }
}

/** A key belongs to whoever chose it: the same text from somebody else is a payment of theirs, once. */
async function fromOthers(c: LendingCluster, client: Client, tried: readonly Tried[], counts: { before: number; others: number; lenders: number }): Promise<string[]> {
  const faults: string[] = [];
  const operations = over(client, c.businessDate, await client.signInStaff("bharat", "operations"), "INR", "bharat");
  const loans = await makeLoans(c.services(), "tn_prairie", LOANS);
  const prairie = over(client, c.businessDate, await client.signInStaff("prairie", "servicing"), "USD", "prairie");
  await pooled(tried, async (t) => {
    const [mine, again] = [await operations(t), await operations(t)];
    if (mine.status !== 201 || mine.text !== again.text || mine.text === t.first.text) faults.push(`${t.key} by another user: ${mine.status} ${mine.text}, then ${again.text}`);
    const ask = { ...t, loan: loans[t.cents % LOANS] as MadeLoan };
    const [theirs, repeated] = [await prairie(ask), await prairie(ask)];
    if (theirs.status !== 201 || theirs.text !== repeated.text) faults.push(`${t.key} at another lender: ${theirs.status} ${theirs.text}`);
  });
  counts.others = await payments(c, "tn_bharat") - counts.before;
  counts.lenders = await payments(c, "tn_prairie");
  if (counts.others !== tried.length || counts.lenders !== tried.length) faults.push(`${counts.others} payments by another user and ${counts.lenders} at another lender, ${tried.length} each were made`);
  return faults;
}

async function payments(c: LendingCluster, tenantId: string): Promise<number> {
  return Number((await c.services().db.transaction(tenantId, (tx) => tx.one<{ n: bigint }>("check.payments", "SELECT count(*) AS n FROM servicing.loan_event WHERE type = 'paymentReceived'"), "read")).n);
}

async function forgetKeys(c: LendingCluster): Promise<void> {
  await c.services().db.transaction(c.tenantId, (tx) => tx.run("check.forget", "UPDATE kernel.idempotency_key SET scope = scope || '/purged' WHERE key LIKE 'r06-%' AND right(key, 5) = '7-key'"));
}
