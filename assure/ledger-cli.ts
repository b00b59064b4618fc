import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { addDays, isoDate } from "#engine/date.ts";
import { parseAmount } from "#engine/money.ts";
import { makeContext, type Services } from "#kernel/context.ts";
import { jobActor } from "#kernel/permissions.ts";
import { exportJournal, trialBalance, type TrialBalance } from "#modules/ledger/index.ts";

/** A lender's journal as a file, and what a program that is not ours made of it. */
export interface Exported {
  readonly postings: number;
  /** What the export took. */
  readonly seconds: number;
  readonly ledgerSeconds: number;
  /** Accounts with a balance, by currency, over all days that were compared. */
  readonly accounts: number;
  readonly differing: string[];
}

/** @throws Error where ledger-cli (Debian's package ledger) is not installed */
export function requireLedgerCli(): void {
  if (spawnSync("ledger", ["--version"]).status !== 0) throw new Error("ledger-cli is not installed: apt-get install ledger");
}

/**
 * Writes a lender's whole journal to a file, and has ledger-cli reckon every account's balance from it: each must be what the books say.
 *
 * @param days  business dates at whose end the balances are compared too, besides the present one
 */
export async function exportAndReckon(services: Services, tenantId: string, file: string, days: readonly string[] = []): Promise<Exported> {
  const ctx = makeContext(services, { tenantId, actor: jobActor("check"), requestId: services.ids.next("req") });
  const out = createWriteStream(file);
  const began = performance.now();
  const { postings, balances } = await ctx.read(async (tx) => {
    const written = await exportJournal(tx, { format: "ledger" }, async (text) => void (out.write(text) || await once(out, "drain")));
    const books = [await trialBalance(tx)];
    for (const asOf of days) books.push(await trialBalance(tx, { asOf }));
    return { postings: written, balances: books };
  });
  out.end();
  await once(out, "finish");
  const seconds = (performance.now() - began) / 1000;
  const before = performance.now();
  const compared = balances.map((balance, n) => compare(balance, file, n === 0 ? undefined : balance.asOf));
  return {
    postings, seconds, ledgerSeconds: (performance.now() - before) / 1000,
    accounts: compared.reduce((sum, c) => sum + c.accounts, 0), differing: compared.flatMap((c) => c.differing).map((line) => `${tenantId} ${line}`),
  };
}

function compare({ accounts }: TrialBalance, file: string, through: string | undefined): { accounts: number; differing: string[] } {
  const ours = new Map<string, bigint>();
  // ledger-cli knows debits above zero and credits below, whatever the kind of account.
  for (const { account, currency, debitMinor, creditMinor } of accounts) if (debitMinor !== creditMinor) ours.set(`${account} ${currency}`, debitMinor - creditMinor);
  const theirs = new Map<string, bigint>();
  for (const currency of new Set(accounts.map((a) => a.currency))) for (const [account, minor] of reckoned(file, currency, through)) theirs.set(`${account} ${currency}`, minor);
  const differing = [...new Set([...ours.keys(), ...theirs.keys()])].filter((key) => ours.get(key) !== theirs.get(key));
  return { accounts: ours.size, differing: differing.map((key) => `${key}${through === undefined ? "" : ` at the end of ${through}`}: the books say ${ours.get(key) ?? 0n}, ledger-cli ${theirs.get(key) ?? 0n}`) };
}

/** Balances by account, in minor units, as ledger-cli has them; it refuses a file in which an entry does not balance. */
function reckoned(file: string, currency: string, through: string | undefined): Map<string, bigint> {
  const until = through === undefined ? [] : ["--end", addDays(isoDate(through), 1)];
  const run = spawnSync("ledger", ["-f", file, "bal", "--flat", "--no-total", ...until, "--limit", `commodity == '${currency}'`, "--balance-format", "%(account)\t%(display_total)\n"], { encoding: "utf8", maxBuffer: 1e8 });
  if (run.status !== 0) throw new Error(run.stderr.slice(0, 500));
  const balances = new Map<string, bigint>();
  for (const line of run.stdout.trim().split("\n")) {
    const [account = "", total = ""] = line.split("\t");
    if (total !== "" && total.trim() !== "0") balances.set(account.split(":").at(-1) ?? "", parseAmount(total.replace(currency, "").replaceAll(",", "").trim(), currency).minor);
  }
  return balances;
}
