import { join } from "node:path";
import { openServices } from "#app/open-services.ts";
import { addDays, isoDate } from "#engine/date.ts";
import { parseAmount } from "#engine/money.ts";
import { loadConfig } from "#kernel/config.ts";
import { makeContext, type Services } from "#kernel/context.ts";
import { jobActor } from "#kernel/permissions.ts";
import { applyReceipts } from "#modules/servicing/index.ts";
import { exportAndReckon, requireLedgerCli, type Exported } from "./ledger-cli.ts";
import { closeTogether, GENERATED, startPortfolioWorld, TENANTS, type PortfolioWorld } from "./portfolio-world.ts";
import type { Check } from "./result.ts";

/** The business date on which a portfolio is generated. */
const FIRST = "2026-01-01";
/** One loan in so many pays on a day. */
const PAYS_ONE_IN = 50;
const BATCH = 500;

/** Days of a portfolio with payments, exported as plain text and reckoned by a program that shares nothing with ours. */
export const r22: Check = {
  id: "R22",
  title: "--loans (2,000) over --cycles days (30) with payments, the journal of each lender exported and every account reckoned anew by ledger-cli, today and at earlier days: 0.00 difference; --planted: one cent moved in the postings is noticed",
  async run({ loans = 2_000, cycles: days = 30, seed, planted = false, say }) {
    requireLedgerCli();
    const world = await startPortfolioWorld({ loans, seed, say });
    const opened = await openServices(loadConfig({ ...world.cluster.environment }), { applicationName: "loanwright-check", keepDatabaseRunning: true });
    try {
      const paid = await live(world, opened.services, days, say);
      if (planted) await moveACent(world);
      const asOf = [Math.floor(days / 3), Math.floor((2 * days) / 3)].map((n) => addDays(isoDate(FIRST), n));
      const done: Exported[] = [];
      for (const tenantId of TENANTS) done.push(await exportAndReckon(opened.services, tenantId, join(world.cluster.folder, `${tenantId}.ledger`), asOf));
      const sum = (of: (e: Exported) => number) => Math.round(done.reduce((total, e) => total + of(e), 0) * 100) / 100;
      const books = await world.prove(GENERATED);
      const differing = done.flatMap((e) => e.differing);
      const faults = [...differing, ...(planted ? [] : books.faults), ...(paid === 0 ? ["nobody paid"] : [])];
      for (const fault of faults.slice(0, 10)) say(fault.slice(0, 400));
      say(`${sum((e) => e.postings)} postings of ${days} days with ${paid} payments, exported in ${sum((e) => e.seconds)} s, reckoned by ledger-cli in ${sum((e) => e.ledgerSeconds)} s: ${sum((e) => e.accounts)} balances at ${asOf.length + 1} dates, ${differing.length} differ`);
      return {
        pass: planted ? differing.length > 0 : faults.length === 0, cases: sum((e) => e.accounts), violations: faults.length, seed,
        detail: { loans, days, payments: paid, postings: sum((e) => e.postings), exportSeconds: sum((e) => e.seconds), ledgerSeconds: sum((e) => e.ledgerSeconds), comparedAtTheEndOf: [...asOf, "the last day"], trialBalance: books.trialBalance, subledgerDifference: books.subledgerDifference, audit: books.audit },
      };
    } finally {
      await opened.close().catch(() => undefined);
      await world.close();
    }
  },
};

/** Closes the days, one loan in fifty paying on each. Tells how many payments were taken. */
async function live(world: PortfolioWorld, services: Services, days: number, say: (line: string) => void): Promise<number> {
  const processes = await world.start(GENERATED);
  let paid = 0;
  for (let day = 0; day < days; day++) {
    for (const tenantId of TENANTS) paid += await payAFew(services, tenantId, day);
    const { seconds } = await closeTogether(processes);
    if ((day + 1) % 10 === 0) say(`${day + 1} days closed, the last in ${seconds} s; ${paid} payments`);
  }
  await Promise.all(processes.map((p) => p.end()));
  return paid;
}

async function payAFew(services: Services, tenantId: string, day: number): Promise<number> {
  const context = () => makeContext(services, { tenantId, actor: jobActor("check"), requestId: services.ids.next("req") });
  const loans = await context().read((tx) => tx.rows<{ id: string; currency: string }>("check.payers",
    "SELECT loan_account_id AS id, currency FROM servicing.loan_state WHERE status = 'active' AND abs(hashtext(loan_account_id)) % $1 = $2 ORDER BY 1", [PAYS_ONE_IN, day % PAYS_ONE_IN]));
  let paid = 0;
  for (let from = 0; from < loans.length; from += BATCH) {
    const ctx = context();
    const results = await ctx.transaction((tx) => applyReceipts(tx, ctx, loans.slice(from, from + BATCH).map(({ id, currency }, n) => ({
      loanAccountId: id, amount: parseAmount(`${40 + ((day * 7 + from + n) % 900)}.${String(n % 100).padStart(2, "0")}`, currency), valueDate: tx.businessDate, channel: "bank_transfer", reference: `R22-${day}-${id}`, source: `manual:R22-${day}-${id}`,
    }))));
    paid += results.filter((result) => result.refused === undefined).length;
  }
  return paid;
}

/** The planted mistake: one entry whose two sides are a cent more than what was counted when it was posted. */
async function moveACent(world: PortfolioWorld): Promise<void> {
  const owner = await world.owner(GENERATED);
  await owner.query(`WITH entry AS (SELECT tenant_id, business_date, entry_id FROM ledger.posting WHERE book = 'statutory' AND debit_minor > 0 GROUP BY 1, 2, 3 HAVING count(*) = 1 ORDER BY 3 LIMIT 1)
    UPDATE ledger.posting p SET debit_minor = debit_minor + CASE WHEN line = first.one THEN 1 ELSE 0 END, credit_minor = credit_minor + CASE WHEN line = first.other THEN 1 ELSE 0 END
    FROM (SELECT q.tenant_id, q.business_date, q.entry_id, min(line) FILTER (WHERE debit_minor > 0) AS one, min(line) FILTER (WHERE credit_minor > 0) AS other FROM ledger.posting q JOIN entry USING (tenant_id, business_date, entry_id) GROUP BY 1, 2, 3) AS first
    WHERE p.tenant_id = first.tenant_id AND p.business_date = first.business_date AND p.entry_id = first.entry_id AND p.line IN (first.one, first.other)`);
  await owner.end();
}
