import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accruedInterest, addDays, bucketOf, daysPastDue, isoDate, money, nextDue, overdueOf, totalOf, type IsoDate } from "#engine/index.ts";
import { trialBalance } from "#modules/ledger/index.ts";
import { CASH_POSTING_RULES, getProductVersion, inPersonalLoan, PARALLEL_POSTING_RULES } from "#modules/products/index.ts";
import { decide, registerDualControl } from "#kernel/approvals.ts";
import { isProblem } from "#kernel/problems.ts";
import { addCharge, refundOverpayment, reverseEvent, waiveCharge } from "./commands/change-events.ts";
import { modifyControl, modifyLoan, type Modification } from "./commands/modify-loan.ts";
import { recordRepayment } from "./commands/record-repayment.ts";
import { deferralAfter } from "./domain/deferral.ts";
import { accrueStep } from "./end-of-day/accrue.ts";
import { amortiseStep } from "./end-of-day/amortise.ts";
import { attendStep } from "./end-of-day/attend.ts";
import { remindStep } from "./end-of-day/remind.ts";
import { readLoan, type LockedLoan } from "./store.ts";
import { positionOf } from "./domain/position.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

const FIRST_DAY = isoDate("2026-01-15");
const NIGHTLY = [{ name: "servicing", endOfDay: [remindStep, attendStep, accrueStep, amortiseStep] }];
/** The Indian loan with its fee, and a commission, as part of its yield. */
const LEVEL = {
  fees: inPersonalLoan.definition.fees.map((fee) => ({ ...fee, recognition: "effective_interest" as const })),
  costs: [{ code: "commission", label: { en: "Commission" }, basis: "percent_of_principal" as const, value: "0.0075" }],
};

let world: LendingWorld;
before(async () => {
  registerDualControl(modifyControl);
  world = await lendingWorld({ terms: LEVEL, books: [{ book: "investor", basis: "accrual", postingRules: PARALLEL_POSTING_RULES }, { book: "management", basis: "cash", postingRules: CASH_POSTING_RULES }] });
});
after(() => world.close());
const modified = new Set<string>();

/** A repeatable sequence of fractions. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

interface Life { readonly tenantId: string; readonly currency: string; readonly loanAccountId: string }

const read = ({ tenantId, loanAccountId }: Life): Promise<LockedLoan> => world.system(tenantId).read((tx) => readLoan(tx, loanAccountId));

/** One thing that can happen to a loan on a day, by chance. Refusals are part of life; faults are not. */
async function live(life: Life, today: IsoDate, random: () => number): Promise<void> {
  const { tenantId, currency, loanAccountId } = life;
  const agent = world.as(["servicing_agent", "operations_officer"], { tenantId });
  const loan = await read(life);
  const pay = (minor: number, valueDate: string = today) =>
    recordRepayment(agent, { loanAccountId, amount: money(Math.max(1, Math.round(minor)), currency), valueDate, channel: "cash" });
  const due = Number(loan.next_due_minor) || 500_000;
  const early = addDays(today, -Math.floor(random() * 40));
  const one = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const acts: (() => Promise<unknown>)[] = [
    () => pay(due), () => pay(due), () => pay(random() * due), () => pay(due * (1 + random() * 8)),
    () => pay(due * random() * 2, early < FIRST_DAY ? FIRST_DAY : early),
    async () => {
      const payment = one(loan.state.transactions.filter((t) => t.type === "repayment" && !t.reversed));
      if (payment !== undefined) await reverseEvent(agent, { loanAccountId, eventId: payment.eventId, reason: "returned" });
    },
    () => addCharge(agent, { loanAccountId, code: "visit_fee", component: "fee", amount: money(1 + Math.floor(random() * 5000), currency), dueDate: addDays(today, Math.floor(random() * 20)) }),
    async () => {
      const charge = one(loan.state.charges.filter((c) => c.due - c.paid - c.waived > 0));
      if (charge !== undefined) await waiveCharge(agent, { loanAccountId, chargeId: charge.id, reason: "goodwill" });
    },
    () => refundOverpayment(agent, { loanAccountId, reason: "asked for" }),
  ];
  const modify = async (modification: Modification) => {
    const done = await modifyLoan(agent, { loanAccountId, modification, reason: "agreed" });
    if ("state" in done) await decide(world.as(["finance_officer"], { tenantId }), done.approvalRequestId, "approve", undefined);
    modified.add(modification.kind);
  };
  const from = addDays(today, Math.floor(random() * 20));
  const changes: (() => Promise<unknown>)[] = [
    () => modify({ kind: "extend", installments: 1 + Math.floor(random() * 3) }), () => modify({ kind: "defer", installments: 1 + Math.floor(random() * 2), interest: random() < 0.5 ? "accrues" : "none" }),
    () => modify({ kind: "pause_interest", from, to: addDays(from, 1 + Math.floor(random() * 40)) }), () => modify({ kind: "capitalise_interest" }),
  ];
  try {
    await (random() < 0.8 ? one(acts) : random() < 0.95 ? one(changes) : () => modify({ kind: "settle", amountMinor: Math.round(due * 2), channel: "cash" }))?.();
  } catch (error) {
    if (!isProblem(error)) throw error;
  }
}

/** What the row must say on the morning of a day, by the engine and nothing else. */
function expectedRow({ state }: LockedLoan, today: IsoDate): Partial<LockedLoan> {
  if (state.status !== "active" || state.chargedOffDate !== null) return { principal_minor: 0n, interest_minor: 0n, overpayment_minor: BigInt(state.overpayment), next_due_date: null, bucket: null };
  const due = nextDue(state, today);
  const late = daysPastDue(state, today) > 0;
  return {
    principal_minor: BigInt(state.outstanding.principal), interest_minor: BigInt(accruedInterest(state, today)), fee_minor: BigInt(state.outstanding.fee), penalty_minor: BigInt(state.outstanding.penalty),
    interest_through: today, next_due_date: due?.dueDate ?? null, next_due_minor: BigInt(due?.total ?? 0), overdue_minor: BigInt(totalOf(overdueOf(state, today))),
    oldest_due_date: late ? (due?.dueDate ?? null) : null, bucket: late ? bucketOf(state, today) : null,
  };
}

async function compare(lives: readonly Life[], today: IsoDate): Promise<void> {
  for (const tenantId of [world.bharat, world.prairie]) {
    assert.deepEqual(await world.unproved(tenantId), [], `control accounts on ${today}`);
    let overpaid = 0n;
    for (const life of lives.filter((l) => l.tenantId === tenantId)) {
      const loan = await read(life);
      overpaid += loan.overpayment_minor;
      const expected = expectedRow(loan, today);
      const row = Object.fromEntries(Object.keys(expected).map((name) => [name, loan[name as keyof LockedLoan]]));
      assert.deepEqual(row, expected, `${loan.number} (${loan.product_code} ${loan.currency}) on ${today}`);
    }
    for (const life of lives.filter((l) => l.tenantId === tenantId)) await compareDeferral(life, today);
    assert.equal(-((await world.balances(tenantId))["overpayment_liability"] ?? 0n), overpaid, `overpayments on ${today}`);
  }
}

/** What is left of a fee and a cost is nothing when the loan is over; at each month's beginning it is what the flows to come make of it, whatever came before. */
async function compareDeferral(life: Life, today: IsoDate): Promise<void> {
  const loan = await read(life);
  const { deferral, status } = loan;
  assert.ok(deferral !== null);
  const { deferred, amortised, lost } = deferral;
  assert.deepEqual(deferred, life.tenantId === world.bharat ? { fee: 1_000_00, cost: 375_00 } : { fee: 150_00, cost: 0 });
  if (status !== "active") assert.deepEqual([amortised.fee + lost.fee, amortised.cost + lost.cost], [deferred.fee, deferred.cost], `${loan.number} is ${status} on ${today}`);
  else if (today.endsWith("-01")) {
    const version = await world.system(life.tenantId).read((tx) => getProductVersion(tx, loan.product_version_id));
    const anew = deferralAfter(version, { ...deferral, plan: { fromMonth: 0, left: [] } }, loan.state, { through: today, status, nonAccrual: false });
    assert.deepEqual(lost, { fee: 0, cost: 0 });
    // While a daily interest loan is late each day moves its flows a little; the next thing that happens to it makes that good.
    if (loan.currency === "USD" && loan.oldest_due_date !== null) assert.ok(Math.abs((anew?.amortised.fee ?? 0) - amortised.fee) <= 50, `${loan.number} on ${today}: ${anew?.amortised.fee} and ${amortised.fee}`);
    else assert.deepEqual(anew?.amortised, amortised, `${loan.number} on ${today}`);
  }
}

/** The other books of the Indian lender: one earns what the statutory one earns, the other what borrowers have paid as interest, and no more. */
async function compareBooks(lives: readonly Life[], today: IsoDate): Promise<void> {
  const incomeIn = async (book: string) => world.system(world.bharat).read(async (tx) => {
    const { totals, accounts } = await trialBalance(tx, { book });
    for (const total of totals) assert.equal(total.differenceMinor, 0n, `${book} on ${today}`);
    return accounts.filter((a) => a.account === "interest_income").reduce((sum, a) => sum + a.creditMinor - a.debitMinor, 0n);
  });
  assert.equal(await incomeIn("investor"), await incomeIn("statutory"), `the investor's book on ${today}`);
  let paid = 0;
  for (const life of lives) if (life.tenantId === world.bharat) paid += positionOf((await read(life)).state, today).totals.paid.interest;
  assert.equal(await incomeIn("management"), BigInt(paid), `the cash book on ${today}`);
}

test("whatever happens to loans, each morning their rows are what the engine makes of their history, and the books agree", async () => {
  const random = sequence(20_260_115);
  const lives: Life[] = [];
  for (let i = 0; i < 4; i++) {
    lives.push({ tenantId: world.bharat, currency: "INR", loanAccountId: (await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" })).loanAccountId });
    lives.push({ tenantId: world.prairie, currency: "USD", loanAccountId: (await world.lend(world.prairie, { amount: "5000.00", months: 12, rate: "0.1095" })).loanAccountId });
  }
  const seen = new Set<string>();
  for (let today = FIRST_DAY; today < "2026-08-15"; today = addDays(today, 1)) {
    for (const life of lives) if (random() < 0.05) await live(life, today, random);
    const tomorrow = addDays(today, 1);
    for (const tenantId of [world.bharat, world.prairie]) {
      const days = await world.closeUntil(tenantId, tomorrow, NIGHTLY);
      assert.equal(days.flatMap((d) => d.steps).reduce((sum, s) => sum + s.failed, 0), 0, `quarantined on ${today}`);
    }
    await compare(lives, tomorrow);
    await compareBooks(lives, tomorrow);
    for (const life of lives) seen.add((await read(life)).status);
  }
  // The lives must have been lively enough to mean something.
  for (const kind of ["extend", "defer", "pause_interest", "capitalise_interest"]) assert.ok(modified.has(kind), `no loan took this change: ${kind}`);
  for (const status of ["active", "charged_off", "closed"]) assert.ok(seen.has(status), `no loan was ever ${status}: ${[...seen].join(", ")}`);
});
