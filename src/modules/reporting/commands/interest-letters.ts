import { toMoneyJson, parseAmount } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { startRun } from "#kernel/job-runs.ts";
import type { LongWork } from "#kernel/module.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { renderDocument, storeDocument, type Locale } from "#modules/documents/index.ts";
import { getParties } from "#modules/parties/index.ts";

const WORK = "reporting.interest_letters";
const PURPOSE = "interest_statement";

/** Orders the borrowers' statements of a file that was filed; they lie with their loans afterwards, where borrowers find them. */
export async function orderInterestLetters(tx: Tx, ctx: Context, runId: string): Promise<void> {
  await startRun(tx, ctx, { kind: WORK, title: "Statements of interest for borrowers", payload: { runId }, resultPermission: "report.regulatory.file" });
}

interface Row { key: string; loan_account_id: string; borrower_name: string; borrower_party_id: string | null; currency: string; disbursed_date: string; interest: string; opening: string; period_start: string; period_end: string }

/** The job's side: a letter for each row that has none yet, each in a transaction of its own, so that it goes on where it stopped. */
export const interestLetterWork: LongWork<{ runId: string }> = {
  kind: WORK,
  run: async (ctx, { runId }, progress) => {
    const rows = await ctx.read((tx) => tx.rows<Row>("reporting.letters.missing",
      `SELECT w.key, l.loan_account_id, l.borrower_name, l.borrower_party_id, l.currency, l.disbursed_date, w.facts ->> 'interest' AS interest, w.facts ->> 'principalAtStart' AS opening, i.period_start, i.period_end
       FROM reporting.report_row w JOIN reporting.report_run r ON r.tenant_id = w.tenant_id AND r.id = w.run_id JOIN reporting.report_instance i ON i.tenant_id = r.tenant_id AND i.id = r.instance_id JOIN servicing.report_loan l ON l.number = w.key
       WHERE w.run_id = $1 AND NOT EXISTS (SELECT FROM reporting.report_letter t WHERE t.tenant_id = w.tenant_id AND t.run_id = w.run_id AND t.key = w.key) ORDER BY w.key`, [runId]));
    progress.total(rows.length);
    for (const row of rows) {
      if (progress.heedStop()) return;
      await writeLetter(ctx, runId, row);
      progress.step();
    }
  },
};

async function writeLetter(ctx: Context, runId: string, row: Row): Promise<void> {
  const { tenant, payer, date } = await ctx.read(async (tx) => ({
    tenant: await currentTenant(tx), date: tx.businessDate, payer: row.borrower_party_id === null ? undefined : (await getParties(tx, ctx, [row.borrower_party_id], { reveal: true })).get(row.borrower_party_id),
  }));
  const a = payer?.address;
  const taxpayer = payer?.identifiers.find((i) => i.scheme === "SSN" || i.scheme === "EIN")?.value;
  const amount = (text: string) => toMoneyJson(parseAmount(text, row.currency));
  const bytes = await renderDocument("interest-statement", {
    lender: { name: tenant.name }, borrower: { name: row.borrower_name, ...(a === null || a === undefined ? {} : { address: [a.line1, a.line2, `${a.city}, ${a.region} ${a.postalCode}`].filter(Boolean).join("\n") }) }, reference: row.key, issuedDate: date,
    fromDate: row.period_start, toDate: row.period_end, interest: amount(row.interest), openingPrincipal: amount(row.opening), disbursedDate: row.disbursed_date, ...(taxpayer === undefined ? {} : { payerId: `•••••${taxpayer.slice(-4)}` }),
  }, tenant.locale as Locale);
  await ctx.transaction(async (tx) => {
    const stored = await storeDocument(tx, ctx, { owner: { kind: "loan_account", id: row.loan_account_id }, purpose: PURPOSE, fileName: `interest-${row.period_end.slice(0, 4)}-${row.key}.pdf`, bytes, accepted: true });
    await tx.run("reporting.letter.insert", "INSERT INTO reporting.report_letter (run_id, key, document_id) VALUES ($1, $2, $3)", [runId, row.key, stored.id]);
    await audit.record(tx, ctx, { action: "report.letter.written", subject: row.loan_account_id, reason: "The borrower's address and taxpayer number were opened to write the statement", after: { runId, documentId: stored.id } });
  });
}
