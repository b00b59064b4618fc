import { join } from "node:path";
import { parseAmount } from "#engine/money.ts";
import { openServices } from "#app/open-services.ts";
import { loadConfig } from "#kernel/config.ts";
import { makeContext, type Services } from "#kernel/context.ts";
import { jobActor } from "#kernel/permissions.ts";
import { applyReceipts } from "#modules/servicing/index.ts";
import { exportAndReckon, requireLedgerCli, type Exported } from "../assure/ledger-cli.ts";
import type { Check } from "../assure/result.ts";
import { booksOf } from "./measured.ts";
import { closeTogether, GENERATED, startPortfolioWorld, TENANTS } from "../assure/portfolio-world.ts";

/** Seconds a million postings may take to export. */
const BAR_SECONDS = 10;
/** A repayment by hand makes about so many postings. */
const POSTINGS_EACH = 5;
const BATCH = 500;

/** The whole journal as plain text, reckoned anew by ledger-cli: every account of every lender must come to what the books say. */
export const p24: Check = {
  id: "P24",
  title: `journal of --cases postings (20,000) exported and reckoned anew by ledger-cli: 0.00 difference in every account, at most ${BAR_SECONDS} s a million`,
  async run({ cases = 20_000, seed, data, say }) {
    requireLedgerCli();
    const world = await startPortfolioWorld({ loans: Math.ceil(cases / POSTINGS_EACH), seed, data, say });
    const opened = await openServices(loadConfig({ ...world.cluster.environment }), { applicationName: "loanwright-check", keepDatabaseRunning: true });
    try {
      const { services } = opened;
      for (const tenantId of TENANTS) await payAll(services, tenantId);
      await closeTogether(await world.start(GENERATED));
      const done: Exported[] = [];
      for (const tenantId of TENANTS) done.push(await exportAndReckon(services, tenantId, join(world.cluster.folder, `${tenantId}.ledger`)));
      const sum = (of: (e: Exported) => number) => done.reduce((total, e) => total + of(e), 0);
      const [postings, seconds] = [sum((e) => e.postings), Math.round(sum((e) => e.seconds) * 100) / 100];
      const books = await world.prove(GENERATED);
      const faults = [...done.flatMap((e) => e.differing), ...books.faults];
      const allowed = Math.max(1, (BAR_SECONDS * postings) / 1_000_000);
      for (const fault of faults.slice(0, 10)) say(fault.slice(0, 400));
      say(`${postings} postings exported in ${seconds} s (${Math.round(postings / seconds)}/s), reckoned by ledger-cli in ${sum((e) => e.ledgerSeconds).toFixed(2)} s; ${sum((e) => e.accounts)} accounts, ${faults.length} differ`);
      return {
        pass: faults.length === 0 && seconds <= allowed && postings >= cases, value: Math.round(postings / seconds), unit: "postings/s exported", cases: postings, violations: faults.length, seed,
        detail: { seconds, allowedSeconds: allowed, ledgerSeconds: Math.round(sum((e) => e.ledgerSeconds) * 100) / 100, accounts: sum((e) => e.accounts), ...booksOf(books) },
      };
    } finally {
      await opened.close().catch(() => undefined);
      await world.close();
    }
  },
};

/** A repayment for every running loan. */
async function payAll(services: Services, tenantId: string): Promise<void> {
  const ctx = () => makeContext(services, { tenantId, actor: jobActor("bench"), requestId: services.ids.next("req") });
  const loans = await ctx().read((tx) => tx.rows<{ id: string; currency: string }>("bench.running", "SELECT loan_account_id AS id, currency FROM servicing.loan_state WHERE status = 'active' ORDER BY 1"));
  for (let from = 0; from < loans.length; from += BATCH) {
    const context = ctx();
    await context.transaction((tx) => applyReceipts(tx, context, loans.slice(from, from + BATCH).map(({ id, currency }, i) => ({
      loanAccountId: id, amount: parseAmount(`${40 + (i % 90)}.${String(i % 100).padStart(2, "0")}`, currency), valueDate: tx.businessDate, channel: "bank_transfer", reference: `P24-${from + i}`, source: `manual:P24-${from + i}`,
    }))));
  }
}
