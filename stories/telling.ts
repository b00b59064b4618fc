/**
 * A loan's life told by business date, in lines an accountant checks with a pencil:
 *
 *     on 2026-01-15  lend 100000.00 at 24 % over 12 months
 *         Dr principal_receivable 100000.00    Cr disbursement_clearing 97640.00
 *     on 2026-02-14  end of day
 *     then  principal 100000.00, next due 2026-02-15
 *
 * Under each act stand all postings it made, summed by account and side; an act without lines must have posted nothing.
 * `end of day` closes every business date up to the one named. A story is over when the books balance and the control accounts
 * equal the loans.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, formatAmount, formatRate, isoDate, money, parseAmount, parseRate, rate } from "#engine/index.ts";
import { decide, propose, registerDualControl } from "#kernel/approvals.ts";
import { closeBusinessDay, endOfDaySteps } from "#kernel/end-of-day.ts";
import type { Context } from "#kernel/context.ts";
import { Problem } from "#kernel/problems.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import * as ledger from "#modules/ledger/index.ts";
import { registerParty } from "#modules/parties/index.ts";
import { currentVersion, inPersonalLoan, installProduct, publishControl, quote, usPersonalLoan } from "#modules/products/index.ts";
import * as servicing from "#modules/servicing/index.ts";
import { actsOf, type Act } from "./told.ts";

const LENDERS = { bharat: { currency: "INR", product: inPersonalLoan }, prairie: { currency: "USD", product: usPersonalLoan } } as const;
type Lender = keyof typeof LENDERS;

/** Declares a story as a test. */
export function story(title: string, lender: Lender, text: string): void {
  test(title, async () => {
    const stage = await openStage(lender);
    try {
      for (const act of actsOf(text)) await play(stage, act);
      await epilogue(stage);
    } finally {
      await stage.world.close();
    }
  });
}

interface Stage {
  readonly world: TestWorld;
  readonly tenantId: string;
  readonly currency: string;
  loanAccountId: string;
}

async function openStage(lender: Lender): Promise<Stage> {
  const world = await testWorld();
  const { currency, product } = LENDERS[lender];
  const tenantId = world[lender];
  registerDualControl(publishControl);
  registerDualControl(servicing.chargeOffControl);
  const ctx = world.system(tenantId);
  await ctx.transaction((tx) => ledger.seedChart(tx, ctx, currency));
  await installProduct(world.as(["product_manager"], { tenantId }), world.as(["credit_manager"], { tenantId }), product, "2026-01-15");
  return { world, tenantId, currency, loanAccountId: "" };
}

async function play(stage: Stage, act: Act): Promise<void> {
  if (act.kind === "then") return checkFigures(stage, act);
  const today = await stage.world.system(stage.tenantId).read(async (tx) => tx.businessDate);
  if (act.words !== "end of day") assert.equal(today, act.date, `line ${act.line}: the books are on ${today}`);
  const before = await postings(stage);
  const outcome = await attempt(stage, act);
  assert.equal(outcome, act.refusal, `line ${act.line}: ${act.words}`);
  const posted = differences(before, await postings(stage), stage.currency);
  assert.deepEqual(posted, [...act.postings].sort(), `line ${act.line}: on ${act.date} ${act.words}\nposted:\n${posted.map((p) => `    ${p}`).join("\n")}\n`);
}

/** The code of the refusal, or undefined when the act was carried out. */
async function attempt(stage: Stage, act: Act): Promise<string | undefined> {
  for (const [form, perform] of ACTS) {
    const match = form.exec(act.words);
    if (match === null) continue;
    try {
      await perform(stage, match.groups ?? {}, act.date);
      return undefined;
    } catch (error) {
      if (error instanceof Problem && act.refusal !== undefined) return error.code;
      throw error;
    }
  }
  throw new RangeError(`line ${act.line}: nobody knows how to "${act.words}"`);
}

type Words = Readonly<Record<string, string>>;
type Perform = (stage: Stage, words: Words, date: string) => Promise<unknown>;
const word = (words: Words, name: string): string => words[name] ?? "";
const agent = ({ world, tenantId }: Stage): Context => world.as(["servicing_agent", "operations_officer"], { tenantId });
const amountOf = (stage: Stage, words: Words) => parseAmount(word(words, "amount"), stage.currency);

const ACTS: readonly (readonly [RegExp, Perform])[] = [
  [/^lend (?<amount>[\d.]+) at (?<percent>[\d.]+) % over (?<months>\d+) months$/, lend],
  [/^end of day$/, closeThrough],
  [/^receive (?<amount>[\d.]+) by (?<channel>\w+)(?: of (?<valueDate>[\d-]+))?$/, (stage, words, date) => servicing.recordRepayment(agent(stage), {
    loanAccountId: stage.loanAccountId, amount: amountOf(stage, words), valueDate: words["valueDate"] ?? date, channel: word(words, "channel") })],
  [/^receive the payoff of (?<amount>[\d.]+) by (?<channel>\w+)$/, receivePayoff],
  [/^the payment of (?<valueDate>[\d-]+) is returned$/, returnPayment],
  [/^charge (?<amount>[\d.]+) as (?<component>fee|penalty) (?<code>\w+)$/, (stage, words, date) => servicing.addCharge(agent(stage), {
    loanAccountId: stage.loanAccountId, code: word(words, "code"), component: words["component"] as "fee", amount: amountOf(stage, words), dueDate: date, reason: "story" })],
  [/^waive (?<code>\w+)$/, waive],
  [/^refund the overpayment$/, (stage) => servicing.refundOverpayment(agent(stage), { loanAccountId: stage.loanAccountId, reason: "story" } as never)],
  [/^two people take it to loss$/, takeToLoss],
];

async function lend(stage: Stage, words: Words): Promise<void> {
  const ctx = stage.world.system(stage.tenantId);
  const indian = stage.currency === "INR";
  await ctx.transaction(async (tx) => {
    const version = await currentVersion(tx, "personal-loan");
    const { partyId } = await registerParty(tx, ctx, {
      givenName: "Asha", familyName: "Rao", phone: indian ? "+919876543210" : "+14155550123", email: "asha@example.com", identifiers: [],
      address: indian ? { line1: "12 MG Road", city: "Pune", region: "MH", postalCode: "411001", country: "IN" } : { line1: "12 Main St", city: "Lincoln", region: "NE", postalCode: "68501", country: "US" },
    });
    const annualRate = formatRate(rate(parseRate(word(words, "percent")).ppb / 100n));
    const agreed = quote(version, { amount: amountOf(stage, words), termMonths: Number(words["months"]), annualRate, disbursementDate: tx.businessDate });
    const payee = indian ? { accountScheme: "IN_ACCOUNT", account: "HDFC0000001/501000012345" } : { accountScheme: "US_ACCOUNT", account: "021000021/123456789" };
    const booked = await servicing.bookLoan(tx, ctx, {
      productVersionId: version.id, terms: agreed.terms, scheduleHash: agreed.scheduleHash, partyIds: [partyId], branchId: null, applicationId: null, payout: { netMinor: agreed.netDisbursedMinor, payee: { name: "Asha Rao", ...payee } },
    });
    stage.loanAccountId = booked.loanAccountId;
  });
}

async function closeThrough(stage: Stage, _words: Words, date: string): Promise<void> {
  const { world, tenantId } = stage;
  const steps = endOfDaySteps([servicing.module, ledger.module]);
  for (;;) {
    const today = await world.system(tenantId).read(async (tx) => tx.businessDate);
    if (today > date) return;
    const closed = await closeBusinessDay(world.services, tenantId, steps);
    for (const step of closed.steps) assert.equal(step.failed, 0, `${step.name} of ${closed.date} set something aside`);
  }
}

async function receivePayoff(stage: Stage, words: Words, date: string): Promise<void> {
  const { payoff } = await servicing.quotePayoff(agent(stage), { loanAccountId: stage.loanAccountId, payoffDate: date });
  assert.equal(formatAmount(money(payoff.total, stage.currency)), words["amount"], "the payoff quoted");
  await servicing.recordRepayment(agent(stage), { loanAccountId: stage.loanAccountId, amount: money(payoff.total, stage.currency), valueDate: date, channel: word(words, "channel") });
}

async function returnPayment(stage: Stage, words: Words): Promise<void> {
  const rows = await stage.world.system(stage.tenantId).read(async (tx) => tx.client.query<{ id: string }>({
    text: "SELECT id FROM servicing.loan_event WHERE loan_account_id = $1 AND type = 'paymentReceived' AND value_date = $2 ORDER BY sequence DESC", values: [stage.loanAccountId, words["valueDate"]] }));
  await servicing.reverseEvent(agent(stage), { loanAccountId: stage.loanAccountId, eventId: rows.rows[0]?.id ?? "lev_none", reason: "returned by the bank" });
}

async function waive(stage: Stage, words: Words): Promise<void> {
  const rows = await stage.world.system(stage.tenantId).read(async (tx) => tx.client.query<{ id: string }>({
    text: "SELECT id FROM servicing.loan_event WHERE loan_account_id = $1 AND type = 'chargeAdded' AND payload ->> 'code' = $2 ORDER BY sequence DESC", values: [stage.loanAccountId, words["code"]] }));
  await servicing.waiveCharge(agent(stage), { loanAccountId: stage.loanAccountId, chargeId: rows.rows[0]?.id ?? "lev_none", reason: "goodwill" });
}

async function takeToLoss(stage: Stage): Promise<void> {
  const { world, tenantId, loanAccountId } = stage;
  const maker = world.as(["finance_officer"], { tenantId });
  const request = await maker.transaction((tx) => propose(tx, maker, { action: servicing.chargeOffControl.action, subject: loanAccountId, summary: "Take to loss", payload: { loanAccountId, reason: "story" } }));
  await decide(world.as(["credit_manager"], { tenantId }), request.id, "approve", undefined);
}

type Sums = ReadonlyMap<string, { readonly debit: bigint; readonly credit: bigint }>;

async function postings({ world, tenantId }: Stage): Promise<Sums> {
  const ctx = world.system(tenantId);
  const { accounts } = await ctx.read((tx) => ledger.trialBalance(tx, { asOf: addDays(isoDate(tx.businessDate), 1) }));
  return new Map(accounts.map((a) => [a.account, { debit: a.debitMinor, credit: a.creditMinor }]));
}

function differences(before: Sums, after: Sums, currency: string): string[] {
  const lines: string[] = [];
  const text = (minor: bigint) => formatAmount(money(minor, currency));
  for (const [account, now] of after) {
    const was = before.get(account) ?? { debit: 0n, credit: 0n };
    if (now.debit !== was.debit) lines.push(`Dr ${account} ${text(now.debit - was.debit)}`);
    if (now.credit !== was.credit) lines.push(`Cr ${account} ${text(now.credit - was.credit)}`);
  }
  return lines.sort();
}

async function checkFigures(stage: Stage, act: Act): Promise<void> {
  const { world, tenantId, loanAccountId } = stage;
  const ctx = world.system(tenantId);
  const loan = await ctx.read((tx) => servicing.getLoanAccount(tx, ctx, loanAccountId));
  const known: Readonly<Record<string, string>> = {
    status: loan.status, principal: loan.balances.principal.amount, interest: loan.balances.interest.amount, fees: loan.balances.fee.amount, penalties: loan.balances.penalty.amount,
    overpaid: loan.balances.overpayment.amount, DPD: String(loan.daysPastDue), "next due": loan.nextDue?.dueDate ?? "never", "past due": loan.overdue.amount, bucket: loan.bucket ?? "none", class: loan.class ?? "none",
    "still owed": loan.balances.chargedOff.amount,
  };
  const figures = act.words.split(",").map((part) => part.trim());
  for (const figure of figures) {
    const name = Object.keys(known).find((n) => figure.startsWith(`${n} `));
    assert.ok(name !== undefined, `line ${act.line}: no figure "${figure}"`);
    assert.equal(`${name} ${known[name]}`, figure, `line ${act.line}`);
  }
}

async function epilogue({ world, tenantId }: Stage): Promise<void> {
  const ctx = world.system(tenantId);
  await ctx.read(async (tx) => {
    for (const total of (await ledger.trialBalance(tx)).totals) assert.equal(total.differenceMinor, 0n, "debits equal credits");
    for (const proof of await ledger.proveControls(tx)) assert.equal(proof.ledgerMinor, proof.expectedMinor, `control account ${proof.account ?? ""}`);
  });
}
