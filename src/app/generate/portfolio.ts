import { isoDate, type IsoDate } from "#engine/index.ts";
import { makeContext, type Context, type Services } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { jobActor } from "#kernel/permissions.ts";
import { Problem } from "#kernel/problems.ts";
import { branchIds } from "#modules/identity/index.ts";
import { registerParties } from "#modules/parties/index.ts";
import { currentVersion, installProduct } from "#modules/products/index.ts";
import { boardPortfolio, type OpeningLoan } from "#modules/servicing/index.ts";
import { pooled } from "../demo/pool.ts";
import { chanceOf } from "./chance.ts";
import { definitionOf, KINDS, type Kind } from "./catalogue.ts";
import { makeLoan, makePerson, type Version } from "./loan.ts";

/** The two demo lenders' parts of the portfolio: 70 % in rupees at one; 20 % in dollars and 10 % in euros at the other. */
export const PARTS = [
  { tenantId: "tn_bharat", country: "IN", currency: "INR", percent: 70, suffix: "" },
  { tenantId: "tn_prairie", country: "US", currency: "USD", percent: 20, suffix: "" },
  { tenantId: "tn_prairie", country: "US", currency: "EUR", percent: 10, suffix: "-eur" },
] as const;

type Part = (typeof PARTS)[number];

/** Loans boarded in one transaction. */
const BATCH = 500;

export interface GenerateOptions {
  readonly loans: number;
  readonly seed: number;
  /** "opening" (default): loans as they stand, with opening balances. "full": every past fact and every posting of it. */
  readonly history?: "opening" | "full";
  /** The part of several processes that share the work: batch n is made by process n modulo `of`. Default: all of it. */
  readonly share?: { readonly nth: number; readonly of: number };
  /** Told after each batch how many loans it made. */
  readonly onBatch?: (loans: number) => void;
}

export interface Generated { readonly loans: number; readonly late: number; readonly receivable: Readonly<Record<string, string>>; readonly seconds: number }

/**
 * Fills the two demo lenders with a portfolio of loans, boarded at their present business date with opening balances and the journal
 * entries of them, or with their whole past. The same number and seed always make the same loans.
 */
export async function generateLoans(services: Services, options: GenerateOptions): Promise<Generated> {
  const began = performance.now();
  const sum = { loans: 0, late: 0, receivable: {} as Record<string, bigint> };
  let first = 0;
  for (const part of PARTS) {
    const count = part === PARTS.at(-1) ? options.loans - first : Math.floor((options.loans * part.percent) / 100);
    const setUp = await prepare(services, part);
    const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_v, i) => ({ from: first + i * BATCH, to: first + Math.min(count, (i + 1) * BATCH) }));
    const { nth, of } = options.share ?? { nth: 0, of: 1 };
    await pooled(batches.filter((_b, i) => i % of === nth), 3, async (batch) => {
      const totals = await boardBatch(services, part, setUp, options, batch);
      sum.loans += totals.loans;
      sum.late += totals.late;
      for (const [currency, minor] of Object.entries(totals.receivable)) sum.receivable[currency] = (sum.receivable[currency] ?? 0n) + minor;
      options.onBatch?.(totals.loans);
    });
    first += count;
  }
  return { loans: sum.loans, late: sum.late, receivable: Object.fromEntries(Object.entries(sum.receivable).map(([currency, minor]) => [currency, String(minor)])), seconds: Math.round((performance.now() - began) / 100) / 10 };
}

/** Installs the generator's products at the demo lenders: before several processes share the work. */
export async function installKinds(services: Services): Promise<void> {
  for (const part of PARTS) await prepare(services, part);
}

interface SetUp { readonly today: IsoDate; readonly versionOf: (kind: Kind) => Version; readonly branches: readonly string[] }

function contextOf(services: Services, part: Part, name = "boarding"): Context {
  return makeContext(services, { tenantId: part.tenantId, actor: jobActor(name), requestId: services.ids.next("req") });
}

/** Installs the twelve products where they are not yet, and reads what a batch needs. */
async function prepare(services: Services, part: Part): Promise<SetUp> {
  const ctx = contextOf(services, part, "setup");
  const today = isoDate(await ctx.read(async (tx) => tx.businessDate));
  const versions = new Map<string, Version>();
  for (const kind of KINDS) {
    const code = kind.code + part.suffix;
    if (!await ctx.read((tx) => isOffered(tx, code))) await installProduct(contextOf(services, part, "setup"), contextOf(services, part, "setup_second_person"), { code, name: kind.name, currency: part.currency, definition: definitionOf(kind, part.country) }, today);
    versions.set(kind.code, await ctx.read((tx) => currentVersion(tx, code)));
  }
  return { today, branches: await ctx.read(branchIds), versionOf: (kind) => versions.get(kind.code) as Version };
}

async function isOffered(tx: Tx, code: string): Promise<boolean> {
  try {
    await currentVersion(tx, code);
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code === "product.not_found") return false;
    throw error;
  }
}

/** Another seed makes other people, so that portfolios can stand beside one another. */
function personOf(seed: number, line: number): number {
  return (seed - 1) * 7_000_003 + line;
}

async function boardBatch(services: Services, part: Part, setUp: SetUp, { seed, history = "opening" }: GenerateOptions, batch: { from: number; to: number }) {
  const ctx = contextOf(services, part);
  const made = Array.from({ length: batch.to - batch.from }, (_v, i) => {
    const line = batch.from + i;
    const chance = chanceOf(seed, line);
    const loan = makeLoan(chance, setUp.today, setUp.versionOf, history);
    return { loan, person: makePerson(chance, personOf(seed, line), part.country), branchId: setUp.branches.length === 0 ? null : chance.oneOf(setUp.branches) };
  });
  return ctx.transaction(async (tx) => {
    const partyIds = await registerParties(tx, ctx, made.map((m) => m.person), made.map((m) => m.branchId));
    return boardPortfolio(tx, ctx, made.map(({ loan, person, branchId }, i): OpeningLoan => ({
      productVersionId: setUp.versionOf(loan.kind).id, terms: loan.terms, history: loan.history, partyId: partyIds[i] as string, borrowerName: `${person.givenName} ${person.familyName}`, branchId,
    })), history === "full" ? "history" : "opening");
  });
}
