import assert from "node:assert/strict";
import { isoDate, loanTerms, parseAmount } from "#engine/index.ts";
import { decide, registerDualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { closeBusinessDay, endOfDaySteps } from "#kernel/end-of-day.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { module as ledger, proveBooks, proveControls, seedChart } from "#modules/ledger/index.ts";
import * as payments from "#modules/payments/index.ts";
import { inPersonalLoan, installProduct, publishControl } from "#modules/products/index.ts";
import { boardPortfolio, module as servicing, recordRepayment } from "#modules/servicing/index.ts";
import { proposeParticipation, type NewParticipation } from "../commands/participations.ts";
import { proposePartner, type NewPartner } from "../commands/partners.ts";
import { module } from "../index.ts";

export const inr = (amount: string) => parseAmount(amount, "INR");

/** A lender on 15 January 2026 with its chart, a bank account and a product, and what partners' stories do again and again. */
export interface PartnerWorld {
  readonly world: TestWorld;
  finance(person?: string): Context;
  /** The second finance officer agrees. */
  approve(id: string): Promise<unknown>;
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** 1,000.00 at 9.6 % over ten months, paid out on 10 December: 8.00 of interest a month, and a payment of 104.46. */
  board(): Promise<{ id: string; number: string }>;
  partner(code: string, kind?: NewPartner["kind"]): Promise<string>;
  sell(partnerId: string, loans: string[], share: bigint, more?: Partial<NewParticipation>): Promise<string>;
  receive(loanAccountId: string, amount: string, valueDate: string): ReturnType<typeof recordRepayment>;
  /** Of an account, debits less credits, in minor units. */
  balance(account: string): Promise<number>;
  /** Brings money from a partner, as the bank's notification and a person's match do. */
  payIn(code: string, amount: string): Promise<string>;
  closeDay(): Promise<unknown>;
  deliver(name: string, type: string, subject: string, payload: Record<string, unknown>): Promise<unknown>;
  nothingUnproved(): Promise<void>;
}

/** What is proposed when a share is sold in stories: a quarter of the interest stays with the servicer. */
export const ask = (partnerId: string, loans: string[], share: bigint, more: Partial<NewParticipation> = {}): NewParticipation => ({
  partnerId, name: "A share", currency: "INR", sharePpb: share * 10_000_000n, fromDate: "2025-12-10", feeBasis: "interest", feePpb: 250_000_000n, charges: "kept", loans, ...more,
});

export async function partnerWorld(): Promise<PartnerWorld> {
  const world = await testWorld();
  for (const control of [publishControl, ...(module.dualControls ?? [])]) registerDualControl(control as never);
  const ctx = world.system();
  await ctx.transaction(async (tx) => {
    await seedChart(tx, ctx, "INR");
    await payments.registerBankAccount(tx, ctx, { name: "Main", holderName: "Bharat Finance", currency: "INR", number: { scheme: "in", bankCode: "HDFC0000001", account: "50100009999" }, channelId: "main" });
  });
  const product = await installProduct(world.as(["product_manager"]), world.as(["credit_manager"]), { ...inPersonalLoan, definition: { ...inPersonalLoan.definition, fees: [] } }, "2026-01-15");
  const finance = (person = "fin_a") => world.as(["finance_officer"], { person });
  const approve = (id: string) => decide(finance("fin_b"), id, "approve", undefined);
  const read = <T>(work: (tx: Tx) => Promise<T>) => world.system().read(work);
  return {
    world, finance, approve, read,
    board: () => board(world, product.productVersionId),
    partner: async (code, kind = "investor") => {
      const { partnerId, id } = await proposePartner(finance(), { code, name: `${code} Capital`, kind, account: { scheme: "in", number: "HDFC0000001/501000012345" } });
      await approve(id);
      return partnerId;
    },
    sell: async (partnerId, loans, share, more = {}) => {
      const made = await proposeParticipation(finance(), ask(partnerId, loans, share, more));
      await approve(made.id);
      return made.participationId;
    },
    receive: (loanAccountId, amount, valueDate) => recordRepayment(world.as(["servicing_agent"]), { loanAccountId, amount: inr(amount), valueDate: isoDate(valueDate), channel: "cash", reference: `R-${loanAccountId}-${amount}-${valueDate}` }),
    balance: async (account) => Number((await read((tx) => tx.client.query<{ minor: string }>("SELECT coalesce(sum(debit_minor - credit_minor), 0) AS minor FROM ledger.posting WHERE account = $1", [account]))).rows[0]?.minor),
    payIn: (code, amount) => payIn(world.system(), code, amount),
    closeDay: () => closeBusinessDay(world.services, world.bharat, endOfDaySteps([servicing, ledger])),
    deliver: async (name, type, subject, payload) => module.subscribers?.find((s) => s.name === name)?.handle(world.system(), { id: "evt", type, subject, sequence: 1n, businessDate: "2026-01-15", payload }),
    nothingUnproved: async () => {
      const proofs = await read(async (tx) => [...(await proveBooks(tx, tx.businessDate)), ...(await proveControls(tx))]);
      assert.deepEqual(proofs.filter((p) => p.ledgerMinor !== p.expectedMinor), []);
    },
  };
}

async function board(world: TestWorld, productVersionId: string): Promise<{ id: string; number: string }> {
  const ctx = world.system();
  const terms = loanTerms({ currency: "INR", principal: 1_000_00, disbursementDate: isoDate("2025-12-10"), interest: { ratePpb: 96_000_000 }, installments: { count: 10, every: 1, unit: "months" } });
  const { rows } = await ctx.transaction(async (tx) => {
    await boardPortfolio(tx, ctx, [{ productVersionId, terms, history: [{ type: "disbursed", valueDate: terms.disbursementDate, amount: terms.principal }], partyId: ctx.ids.next("pty"), borrowerName: "Asha Rao", branchId: null }]);
    return tx.client.query<{ id: string; number: string }>("SELECT id, number FROM servicing.loan_account ORDER BY id DESC LIMIT 1");
  });
  return rows[0] as { id: string; number: string };
}

function payIn(ctx: Context, code: string, amount: string): Promise<string> {
  return ctx.transaction(async (tx) => {
    const { receiptId } = await payments.recordReceipt(tx, ctx, { amount: inr(amount), valueDate: "2026-01-15", channel: "neft", payerName: code });
    const { matchIds } = await payments.matchReceipt(tx, ctx, receiptId, [{ reference: `PARTNER-${code.toUpperCase()}`, amount: inr(amount) }]);
    return matchIds[0] as string;
  });
}
