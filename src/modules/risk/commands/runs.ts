import { addDays, addMonths, isoDate, type IsoDate } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import { propose, type ApprovalRequest, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { postAll, type JournalEntry } from "#modules/ledger/index.ts";
import type { ProvisionPolicy } from "../domain/policy.ts";
import { lossesOf, type Exposure } from "../domain/reckon.ts";
import { problem } from "../problems.ts";

interface Standing {
  loan_account_id: string; number: string; borrower_name: string; borrower_party_id: string | null; product_code: string; branch_id: string | null; currency: string;
  principal_minor: bigint; interest_minor: bigint; oldest_due_date: string | null; class: string | null; disbursement_date: string; rate_ppb: bigint; installments: number; every: number; unit: string;
}

/**
 * Reckons the loss of every loan that stands in the books, by the policy in force under this code, and keeps a row for each. Nothing is posted.
 * May raise provision_policy.not_found, provision_run.other_day.
 */
export async function runProvision(ctx: Context, input: { readonly policyCode: string; readonly date?: string }): Promise<{ runId: string; loans: number }> {
  requirePermission(ctx.actor, "provision.run.make");
  return ctx.transaction(async (tx) => {
    if (input.date !== undefined && input.date !== tx.businessDate) throw problem("provision_run.other_day", `The books are on ${tx.businessDate}, not on ${input.date}.`);
    const policy = await tx.maybe<{ id: string; code: string; method: string; book: string; definition: ProvisionPolicy }>("risk.policy.of_code", "SELECT id, code, method, book, definition FROM risk.provision_policy WHERE code = $1 AND state = 'in_force'", [input.policyCode]);
    if (policy === undefined) throw problem("provision_policy.not_found");
    const loans = await tx.rows<Standing>("risk.run.loans", "SELECT * FROM servicing.report_risk ORDER BY loan_account_id");
    const losses = lossesOf(policy.definition, loans.map(exposureOf), isoDate(tx.businessDate));
    const runId = ctx.ids.next("pvr");
    const previous = await lastPosted(tx, policy.code);
    await tx.run("risk.run.insert",
      "INSERT INTO risk.provision_run (id, policy_id, policy_code, method, book, business_date, state, previous_id, loans, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, 'draft', $7, $8, $9, $10)",
      [runId, policy.id, policy.code, policy.method, policy.book, tx.businessDate, previous ?? null, loans.length, ctx.actor.id, tx.now]);
    const of = <T>(pick: (n: number) => T) => loans.map((_loan, n) => pick(n));
    await tx.run("risk.run.lines",
      `INSERT INTO risk.provision_line (run_id, loan_account_id, number, borrower_name, product_code, branch_id, currency, stage, dpd, exposure_minor, rate_ppb, pd_ppb, lgd_ppb, loss_minor, reason)
       SELECT $1, l.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::text[]) AS l`,
      [runId, ...(["loan_account_id", "number", "borrower_name", "product_code", "branch_id", "currency"] as const).map((key) => loans.map((loan) => loan[key])),
        ...(["stage", "dpd"] as const).map((key) => losses.map((loss) => loss[key])), of((n) => exposureOf(loans[n] as Standing).exposure), ...(["ratePpb", "pdPpb", "lgdPpb", "loss", "reason"] as const).map((key) => losses.map((loss) => loss[key]))]);
    await audit.record(tx, ctx, { action: "provision.run.made", subject: runId, after: { policy: policy.code, loans: loans.length, date: tx.businessDate } });
    return { runId, loans: loans.length };
  });
}

function exposureOf(loan: Standing): Exposure {
  const start = isoDate(loan.disbursement_date);
  const periods = loan.installments * loan.every;
  const maturity: IsoDate = loan.unit === "months" ? addMonths(start, periods) : loan.unit === "years" ? addMonths(start, periods * 12) : addDays(start, periods * (loan.unit === "weeks" ? 7 : 1));
  return {
    loanAccountId: loan.loan_account_id, borrowerPartyId: loan.borrower_party_id, productCode: loan.product_code, exposure: Number(loan.principal_minor + loan.interest_minor), oldestDueDate: loan.oldest_due_date,
    class: loan.class, startDate: start, maturityDate: maturity, ratePpb: Number(loan.rate_ppb),
  };
}

async function lastPosted(tx: Tx, code: string): Promise<string | undefined> {
  return (await tx.maybe<{ id: string }>("risk.run.last", "SELECT id FROM risk.provision_run WHERE policy_code = $1 AND state = 'posted' ORDER BY business_date DESC, id DESC LIMIT 1", [code]))?.id;
}

const ACTION = "provision.run.post";
const ALLOWANCE = "loan_loss_allowance";
const EXPENSE = "provision_expense";

interface RunRow { id: string; policy_code: string; book: string; business_date: string; state: string; previous_id: string | null }

/** Proposes to post what a run changes; a second person posts it. May raise provision_run.not_found, provision_run.not_draft. */
export async function proposePosting(ctx: Context, runId: string): Promise<ApprovalRequest> {
  requirePermission(ctx.actor, "provision.run.make");
  return ctx.transaction(async (tx) => {
    const run = await lockRun(tx, runId, "draft");
    const differences = await differencesOf(tx, run);
    const currencies = [...new Set(differences.map((d) => d.currency))];
    const sum = differences.reduce((total, d) => total + (d.difference < 0n ? -d.difference : d.difference), 0n);
    await tx.run("risk.run.propose", "UPDATE risk.provision_run SET state = 'proposed' WHERE id = $1", [runId]);
    return propose(tx, ctx, { action: ACTION, subject: runId, summary: `Provisions of ${run.business_date}, ${run.policy_code}`, payload: { runId }, ...(currencies.length === 1 ? { amountMinor: sum, currency: currencies[0] as string } : {}) });
  });
}

/** The second person's half: the difference from what this policy posted last, per product, branch and currency. May raise provision_run.overtaken. */
export const postingControl: DualControl<{ runId: string }> = {
  action: ACTION,
  permission: "provision.run.post",
  limited: true,
  execute: async (tx, ctx, { runId }) => {
    const run = await lockRun(tx, runId, "proposed");
    if ((await lastPosted(tx, run.policy_code)) !== (run.previous_id ?? undefined)) throw problem("provision_run.overtaken");
    const differences = await differencesOf(tx, run);
    await postAll(tx, ctx, differences.map((d): JournalEntry => entryOf(run, d, tx.businessDate)));
    await tx.run("risk.run.posted", "UPDATE risk.provision_run SET state = 'posted' WHERE id = $1", [runId]);
    await audit.record(tx, ctx, { action: "provision.run.posted", subject: runId, after: { entries: differences.length } });
    return { runId };
  },
  reject: async (tx, ctx, { runId }, reason) => {
    await tx.run("risk.run.discard", "UPDATE risk.provision_run SET state = 'discarded' WHERE id = $1", [runId]);
    await audit.record(tx, ctx, { action: "provision.run.discarded", subject: runId, reason });
  },
};

async function lockRun(tx: Tx, runId: string, state: "draft" | "proposed"): Promise<RunRow> {
  const run = await tx.maybe<RunRow>("risk.run.lock", "SELECT id, policy_code, book, business_date, state, previous_id FROM risk.provision_run WHERE id = $1 FOR UPDATE", [runId]);
  if (run === undefined) throw problem("provision_run.not_found");
  if (run.state !== state) throw problem("provision_run.not_draft", `It is ${run.state}.`);
  return run;
}

interface Difference { product_code: string; branch_id: string | null; currency: string; difference: bigint }

function differencesOf(tx: Tx, run: RunRow): Promise<Difference[]> {
  return tx.rows<Difference>("risk.run.differences",
    `SELECT product_code, branch_id, currency, sum(CASE WHEN run_id = $1 THEN loss_minor ELSE -loss_minor END)::bigint AS difference
     FROM risk.provision_line WHERE run_id = $1 OR run_id = $2 GROUP BY product_code, branch_id, currency
     HAVING sum(CASE WHEN run_id = $1 THEN loss_minor ELSE -loss_minor END) <> 0 ORDER BY product_code, branch_id, currency`, [run.id, run.previous_id]);
}

function entryOf(run: RunRow, d: Difference, businessDate: string): JournalEntry {
  const marks = { productCode: d.product_code, ...(d.branch_id === null ? {} : { branchId: d.branch_id }) };
  const amount = d.difference < 0n ? -d.difference : d.difference;
  const [up, down] = d.difference > 0n ? [EXPENSE, ALLOWANCE] : [ALLOWANCE, EXPENSE];
  return {
    book: run.book, cause: { kind: "provision_run", id: run.id }, businessDate, valueDate: run.business_date, currency: d.currency, memo: `Provisions of ${run.business_date}, ${run.policy_code}, ${d.product_code}`,
    lines: [{ account: up, debit: amount, ...marks }, { account: down, credit: amount, ...marks }],
  };
}
