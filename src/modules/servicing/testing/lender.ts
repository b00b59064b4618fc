import assert from "node:assert/strict";
import { parseAmount } from "#engine/index.ts";
import { registerDualControl } from "#kernel/approvals.ts";
import { closeBusinessDay, endOfDaySteps, type DayClosed } from "#kernel/end-of-day.ts";
import type { ModuleDefinition } from "#kernel/module.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import * as ledger from "#modules/ledger/index.ts";
import { registerParty } from "#modules/parties/index.ts";
import { getProductVersion, inPersonalLoan, installProduct, publishControl, quote, usPersonalLoan, type ProductDefinition, type Quote } from "#modules/products/index.ts";
import { bookLoan } from "../commands/book-loan.ts";

/** A test world whose two lenders have books and a product, and can lend. */
export interface LendingWorld extends TestWorld {
  /** Books a loan of the lender's product and returns it with what was quoted. */
  lend(tenantId: string, loan: { amount: string; months: number; rate: string; firstDueDate?: string; account?: string }): Promise<{ loanAccountId: string; number: string; quoted: Quote }>;
  /** Closes business dates with the real end of day, until the books are on `date`. */
  closeUntil(tenantId: string, date: string, modules: readonly ModuleDefinition[]): Promise<DayClosed[]>;
  /** Debits minus credits of each account, in minor units. */
  balances(tenantId: string): Promise<Record<string, bigint>>;
  /** Control accounts that differ from the sum of the loans; must be empty. */
  unproved(tenantId: string): Promise<readonly ledger.Proof[]>;
}

/** Opens it. Close it after the tests. */
export async function lendingWorld(options: { sandboxUrl?: string; /** Books that the Indian product keeps beside the statutory one. */ books?: ProductDefinition["books"]; /** What is otherwise in the Indian product. */ terms?: Partial<ProductDefinition> } = {}): Promise<LendingWorld> {
  const world = await testWorld(options);
  registerDualControl(publishControl);
  const versions = new Map<string, string>();
  for (const [tenantId, currency, product] of [[world.bharat, "INR", { ...inPersonalLoan, definition: { ...inPersonalLoan.definition, ...options.terms, ...(options.books === undefined ? {} : { books: options.books }) } }], [world.prairie, "USD", usPersonalLoan]] as const) {
    const ctx = world.system(tenantId);
    await ctx.transaction((tx) => ledger.seedChart(tx, ctx, currency));
    const made = await installProduct(world.as(["product_manager"], { tenantId }), world.as(["credit_manager"], { tenantId }), product, "2026-01-15");
    versions.set(tenantId, made.productVersionId);
  }
  let people = 0;
  return {
    ...world,
    lend: async (tenantId, loan) => {
      const ctx = world.system(tenantId);
      return ctx.transaction(async (tx) => {
        const version = await getProductVersion(tx, versions.get(tenantId) as string);
        const n = ++people;
        const { partyId } = await registerParty(tx, ctx, {
          givenName: "Asha", familyName: `Rao ${"abcdefghijklmnopqrstuvwxyz"[n % 26]}`, phone: tenantId === world.bharat ? `+9198${String(10_000_000 + n)}` : `+1415555${String(1000 + n)}`, email: `asha${n}@example.com`,
          address: tenantId === world.bharat ? { line1: "12 MG Road", city: "Pune", region: "MH", postalCode: "411001", country: "IN" } : { line1: "12 Main St", city: "Lincoln", region: "NE", postalCode: "68501", country: "US" },
          identifiers: [],
        } as never);
        const quoted = quote(version, { amount: parseAmount(loan.amount, version.currency), termMonths: loan.months, annualRate: loan.rate, disbursementDate: tx.businessDate, firstDueDate: loan.firstDueDate });
        const payee = tenantId === world.bharat ? { name: "Asha Rao", accountScheme: "in", account: loan.account ?? "HDFC0000001/501000012345" } : { name: "Asha Rao", accountScheme: "us", account: "021000021/123456789" };
        const booked = await bookLoan(tx, ctx, {
          productVersionId: version.id, terms: quoted.terms, scheduleHash: quoted.scheduleHash, partyIds: [partyId], branchId: null, applicationId: null, payout: { netMinor: quoted.netDisbursedMinor, payee },
        });
        return { loanAccountId: booked.loanAccountId, number: booked.number, quoted };
      });
    },
    closeUntil: async (tenantId, date, modules) => {
      const closed: DayClosed[] = [];
      const steps = endOfDaySteps(modules);
      for (;;) {
        const today = await world.system(tenantId).read(async (tx) => tx.businessDate);
        if (today >= date) return closed;
        const day = await closeBusinessDay(world.services, tenantId, steps);
        closed.push(day);
        if (day.steps.some((step) => step.failed > 0)) throw new Error(`the close of ${day.date} set aside: ${await setAside(world, tenantId)}`);
      }
    },
    balances: async (tenantId) => Object.fromEntries((await world.system(tenantId).read((tx) => ledger.trialBalance(tx))).accounts.map((a) => [a.account, a.debitMinor - a.creditMinor])),
    unproved: async (tenantId) => {
      await proveAccruals(world, tenantId);
      return (await world.system(tenantId).read((tx) => ledger.proveControls(tx))).filter((p) => p.ledgerMinor !== p.expectedMinor);
    },
  };
}

/** What each loan earned on each day adds up to the income in the books. */
async function proveAccruals(world: TestWorld, tenantId: string): Promise<void> {
  const { rows } = await world.system(tenantId).read((tx) => tx.client.query<{ earned: string; posted: string }>(
    `SELECT (SELECT coalesce(sum(interest_minor), 0) FROM servicing.loan_accrual) AS earned,
       (SELECT coalesce(sum(credit_minor - debit_minor), 0) FROM ledger.posting WHERE account = 'interest_income' AND book = 'statutory') AS posted`));
  assert.equal(rows[0]?.earned, rows[0]?.posted, "the rows of loans' accruals add up to interest income");
}

async function setAside(world: TestWorld, tenantId: string): Promise<string> {
  const items = await world.system(tenantId).read((tx) => tx.client.query<{ step: string; subject: string; reason: string }>("SELECT step, subject, reason FROM kernel.eod_quarantine"));
  return items.rows.map((item) => `${item.step} ${item.subject}: ${item.reason}`).join("; ");
}
