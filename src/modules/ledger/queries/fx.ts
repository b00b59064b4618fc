import type { Tx } from "#kernel/db.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { STATUTORY } from "../domain/entry.ts";
import type { AccountKind } from "../domain/chart.ts";
import { isMonetary, REVALUATION_ACCOUNT, translate, type ForeignBalance } from "../domain/fx.ts";
import { problem } from "../problems.ts";
import { trialBalance } from "./balances.ts";

/** Every account that moved in a foreign currency up to a day, from the running totals, each day at the newest rate known on it. */
export async function foreignBalances(tx: Tx, book: string, day: string, own: string): Promise<ForeignBalance[]> {
  const rows = await tx.rows<Omit<ForeignBalance, "products"> & { products: string | null }>("ledger.fx.balances", `
    WITH moved AS (
      SELECT account, currency, business_date, sum(debit_minor - credit_minor) AS net FROM ledger.account_day_total
      WHERE book = $1 AND business_date <= $2 AND currency <> $3 GROUP BY account, currency, business_date
    ), rated AS (
      SELECT d.currency, d.business_date, (SELECT r.rate_ppb FROM ledger.fx_rate r WHERE r.currency = d.currency AND r.day <= d.business_date ORDER BY r.day DESC LIMIT 1) AS rate_ppb
      FROM (SELECT DISTINCT currency, business_date FROM moved) AS d
    )
    SELECT m.account, a.name, a.kind, m.currency, sum(m.net)::bigint AS "balanceMinor",
      CASE WHEN bool_and(r.rate_ppb IS NOT NULL OR m.net = 0) THEN sum(m.net * coalesce(r.rate_ppb, 0))::numeric END AS products,
      (SELECT x.rate_ppb FROM ledger.fx_rate x WHERE x.currency = m.currency AND x.day <= $2 ORDER BY x.day DESC LIMIT 1) AS "ratePpb"
    FROM moved m JOIN rated r USING (currency, business_date) JOIN ledger.ledger_account a ON a.code = m.account AND a.kind <> 'memo'
    GROUP BY m.account, a.name, a.kind, m.currency ORDER BY m.currency, m.account`, [book, day, own]);
  return rows.map((r) => ({ ...r, products: r.products === null ? null : BigInt(r.products) }));
}

/** Foreign currencies of a book up to a day that lack a rate: of the day itself, or of a day something moved on. */
export async function missingRates(tx: Tx, balances: readonly ForeignBalance[], day: string): Promise<{ currency: string; why: string }[]> {
  const currencies = [...new Set(balances.map((b) => b.currency))];
  const ofTheDay = await tx.rows<{ currency: string }>("ledger.fx.rates_of_day", "SELECT currency FROM ledger.fx_rate WHERE day = $1 AND currency = ANY($2)", [day, currencies]);
  return currencies.flatMap((currency) => [
    ...(ofTheDay.some((r) => r.currency === currency) ? [] : [{ currency, why: `no rate of ${day}` }]),
    ...(balances.some((b) => b.currency === currency && b.products === null) ? [{ currency, why: "no rate on or before the first day it moved" }] : []),
  ]);
}

/** What revaluations that still count have added, by account and currency. */
export async function postedAdjustments(tx: Tx, book: string): Promise<(account: string, currency: string) => bigint> {
  const rows = await tx.rows<{ account: string; currency: string; minor: bigint }>("ledger.fx.posted", `
    SELECT l.account, l.currency, sum(l.adjustment_minor)::bigint AS minor FROM ledger.fx_revaluation_line l JOIN ledger.fx_revaluation r ON r.tenant_id = l.tenant_id AND r.id = l.revaluation_id
    WHERE r.book = $1 AND r.state = 'posted' GROUP BY l.account, l.currency`, [book]);
  return (account, currency) => rows.find((r) => r.account === account && r.currency === currency)?.minor ?? 0n;
}

export interface ConsolidatedLine {
  readonly account: string;
  readonly name: string;
  readonly kind: AccountKind;
  /** Debits minus credits in each currency, and what all of them come to in the lender's own. */
  readonly native: readonly { readonly currency: string; readonly minor: bigint }[];
  readonly minor: bigint;
}

export interface ConsolidatedTrialBalance {
  readonly asOf: string;
  readonly book: string;
  readonly currency: string;
  readonly accounts: readonly ConsolidatedLine[];
  /** Gain (credit) or loss of exchange that no revaluation has posted yet, debits minus credits. */
  readonly notPostedMinor: bigint;
  /** What rounding each account once leaves over. */
  readonly roundingMinor: bigint;
  /** Rates used: each currency's newest on or before the day. */
  readonly rates: readonly { readonly currency: string; readonly ratePpb: bigint }[];
}

/**
 * The trial balance of all currencies in the lender's own: money at the rate of the day, everything else at the rates of the days it moved
 * (IAS 21). The account that keeps revaluations is left out, because its figures are already in those accounts; what is not posted yet, and
 * the cents of rounding, stand in lines of their own, so that the sum is 0. May raise fx_rate.missing.
 */
export async function consolidatedTrialBalance(tx: Tx, of: { asOf?: string; book?: string } = {}): Promise<ConsolidatedTrialBalance> {
  const own = (await currentTenant(tx)).currency;
  const tb = await trialBalance(tx, of);
  const foreign = await foreignBalances(tx, of.book ?? STATUTORY, tb.asOf, own);
  const lacking = foreign.filter((b) => b.products === null || b.ratePpb === null);
  if (lacking.length > 0) throw problem("fx_rate.missing", `${[...new Set(lacking.map((b) => b.currency))].join(", ")}: no rate on or before the first day it moved.`);
  const value = (b: ForeignBalance) => translate(isMonetary(b.account, b.kind) ? b.balanceMinor * (b.ratePpb as bigint) : (b.products as bigint), b.currency, own);
  const held = new Map<string, { name: string; kind: AccountKind; native: { currency: string; minor: bigint }[]; minor: bigint }>();
  const add = (account: string, name: string, kind: AccountKind, currency: string, minor: bigint, worth: bigint) => {
    const line = held.get(account) ?? { name, kind, native: [], minor: 0n };
    line.native.push({ currency, minor });
    line.minor += worth;
    held.set(account, line);
  };
  for (const a of tb.accounts) if (a.kind !== "memo" && a.currency === own && a.account !== REVALUATION_ACCOUNT) add(a.account, a.name, a.kind, own, a.debitMinor - a.creditMinor, a.debitMinor - a.creditMinor);
  for (const b of foreign) add(b.account, b.name, b.kind, b.currency, b.balanceMinor, value(b));
  const accounts = [...held].map(([account, line]) => ({ account, ...line })).sort((a, b) => (a.account < b.account ? -1 : 1));
  const kept = tb.accounts.find((a) => a.account === REVALUATION_ACCOUNT && a.currency === own);
  const unrealised = foreign.reduce((sum, b) => sum + value(b) - translate(b.products as bigint, b.currency, own), 0n);
  const notPostedMinor = (kept === undefined ? 0n : kept.debitMinor - kept.creditMinor) - unrealised;
  const roundingMinor = -(accounts.reduce((sum, a) => sum + a.minor, 0n) + notPostedMinor);
  const rates = [...new Map(foreign.map((b) => [b.currency, b.ratePpb as bigint]))].map(([currency, ratePpb]) => ({ currency, ratePpb }));
  return { asOf: tb.asOf, book: tb.book, currency: own, accounts, notPostedMinor, roundingMinor, rates };
}
