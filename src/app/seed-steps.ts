import { parseAmount } from "#engine/money.ts";
import { makeContext, type Context } from "#kernel/context.ts";
import { jobActor } from "#kernel/permissions.ts";
import type { NewTenant } from "#kernel/tenants.ts";
import { post, seedChart } from "#modules/ledger/index.ts";
import { registerBankAccount } from "#modules/payments/index.ts";
import { seedPolicies } from "#modules/risk/index.ts";
import { inPersonalLoan, installProduct, usPersonalLoan } from "#modules/products/index.ts";

/** The chart of accounts. */
export async function seedBooks(ctx: Context, lender: NewTenant): Promise<void> {
  await ctx.transaction((tx) => seedChart(tx, ctx, lender.currency));
}

/** The lender's first product, written by one and published by another. */
export async function seedProduct(ctx: Context, lender: NewTenant): Promise<void> {
  const as = (name: string) => makeContext(ctx.services, { tenantId: ctx.tenantId, actor: jobActor(name), requestId: ctx.requestId });
  await installProduct(as("setup"), as("setup_second_person"), lender.country === "IN" ? inPersonalLoan : usPersonalLoan, lender.businessDate);
}

/** How losses are expected and set aside: the country's policies. */
export async function seedRisk(ctx: Context, lender: NewTenant): Promise<void> {
  await seedPolicies(ctx, lender.country);
}

const ACCOUNTS = {
  IN: { number: { scheme: "in", bankCode: "SBIN0000300", account: "30012345678" }, body: { ifsc: "SBIN0000300", account: "30012345678" }, opening: "500000000.00" },
  US: { number: { scheme: "us", bankCode: "021000021", account: "4400123456" }, body: { routing: "021000021", account: "4400123456" }, opening: "50000000.00" },
} as const;

/** How the sandbox bank calls a demo lender's account. */
export const sandboxAccountId = (slug: string): string => `${slug}-main`;

/** The lender's account at the sandbox bank, with money in it, and the same account in our books of bank accounts. */
export async function seedBankAccount(ctx: Context, lender: NewTenant): Promise<void> {
  const { config, outbound } = ctx.services;
  if (config.sandboxUrl === undefined) return;
  const account = ACCOUNTS[lender.country as "IN" | "US"];
  const channelId = sandboxAccountId(lender.slug);
  const answer = await outbound.call({
    method: "PUT", url: `${config.sandboxUrl}/bank/v1/accounts/${channelId}`,
    headers: { authorization: `Bearer ${config.sandboxKeys.bank}`, "content-type": "application/json" },
    body: JSON.stringify({ name: lender.name, currency: lender.currency, ...account.body, openingBalance: account.opening, openDate: lender.businessDate }),
  });
  if (answer.kind !== "answer" || answer.status >= 300) throw new Error(`the sandbox bank did not open an account: ${answer.kind === "answer" ? answer.body.toString() : answer.why}`);
  const minor = parseAmount(account.opening, lender.currency).minor;
  await ctx.transaction(async (tx) => {
    const id = await registerBankAccount(tx, ctx, { name: "Main account", holderName: lender.name, currency: lender.currency, number: account.number, channelId });
    await post(tx, ctx, {
      cause: { kind: "setup", id }, businessDate: tx.businessDate, valueDate: tx.businessDate, currency: lender.currency, memo: "Money the owners paid in",
      lines: [{ account: "bank", debit: minor }, { account: "owner_equity", credit: minor }],
    });
  });
}
