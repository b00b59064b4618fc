import { addDays, isoDate } from "#engine/date.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { openCaseFromDays, standingsOf } from "#modules/servicing/index.ts";
import { caseClosed, caseOpened } from "../events.ts";
import { hearLoan, lockLiveCase, type CaseRow } from "../store.ts";

/** How far a loan is behind, as servicing published it. */
export interface Standing {
  readonly loanAccountId: string;
  readonly sequence: bigint;
  /** The day that `dpd` is counted to. */
  readonly countedOn: string;
  readonly number?: string;
  readonly partyId?: string;
  readonly borrowerName?: string;
  readonly productCode?: string;
  readonly bucket: string | null;
  readonly dpd: number;
  readonly overdueMinor: bigint;
  readonly currency?: string;
}

/** A loan entered a bucket: opens its case, or watches the loan until the product's day has come, or brings the figures up to date. */
export async function bucketEntered(ctx: Context, s: Standing): Promise<void> {
  await ctx.transaction(async (tx) => {
    if (!(await hearLoan(tx, s.loanAccountId, s.sequence))) return;
    const found = await lockLiveCase(tx, s.loanAccountId);
    if (found === undefined) {
      await openCase(tx, ctx, s, "collections", await openCaseFromDays(tx, s.loanAccountId));
      return;
    }
    await tx.run("collections.case.standing",
      `UPDATE collections.collection_case SET bucket = $2, dpd = $3, dpd_date = $4, overdue_minor = $5, version = version + 1, changed_at = $6 WHERE id = $1`,
      [found.id, s.bucket, s.dpd, s.countedOn, s.overdueMinor, tx.now]);
    if (found.state === "watching" && s.dpd >= (await openCaseFromDays(tx, s.loanAccountId))) await openWatched(tx, ctx, found);
  });
}

/** The loan is no longer behind, or no longer there: its case is closed with the reason. */
export async function loanCured(ctx: Context, s: { loanAccountId: string; sequence: bigint; reason: "cured" | "loan_closed" }): Promise<void> {
  await ctx.transaction(async (tx) => {
    if (!(await hearLoan(tx, s.loanAccountId, s.sequence))) return;
    const found = await lockLiveCase(tx, s.loanAccountId);
    if (found === undefined) return;
    await tx.run("collections.case.close",
      `UPDATE collections.collection_case SET state = 'closed', close_reason = $2, closed_at = $3, claimed_by = NULL, claimed_until = NULL,
         overdue_minor = 0, dpd = 0, bucket = NULL, version = version + 1, changed_at = $3 WHERE id = $1`, [found.id, s.reason, tx.now]);
    await audit.record(tx, ctx, { action: "collections.case.closed", subject: found.id, before: { state: found.state }, after: { reason: s.reason } });
    if (found.state === "open") await outbox.add(tx, ctx, caseClosed({ caseId: found.id, loanAccountId: found.loan_account_id, partyId: found.party_id, reason: s.reason }));
  });
}

/** The loan was charged off: the debt is still owed, and its case goes on as a recovery. */
export async function loanChargedOff(ctx: Context, s: Standing): Promise<void> {
  await ctx.transaction(async (tx) => {
    if (!(await hearLoan(tx, s.loanAccountId, s.sequence))) return;
    const found = await lockLiveCase(tx, s.loanAccountId);
    if (found === undefined) {
      await openCase(tx, ctx, s, "recovery", 0);
      return;
    }
    await tx.run("collections.case.recovery",
      `UPDATE collections.collection_case SET stage = 'recovery', state = 'open', overdue_minor = $2, claimed_by = NULL, claimed_until = NULL, version = version + 1, changed_at = $3 WHERE id = $1`,
      [found.id, s.overdueMinor === 0n ? found.overdue_minor : s.overdueMinor, tx.now]);
    await audit.record(tx, ctx, { action: "collections.case.moved_to_recovery", subject: found.id, before: { stage: found.stage }, after: { stage: "recovery" } });
  });
}

/** End of day: brings the figures of all cases up to date and opens those whose product wanted to wait until the coming day. */
export async function openDueCases(tx: Tx, ctx: Context, date: string): Promise<number> {
  const live = await tx.rows<{ loan_account_id: string }>("collections.case.live", "SELECT loan_account_id FROM collections.collection_case WHERE state <> 'closed'", []);
  await refreshFigures(tx, live.map((row) => row.loan_account_id));
  const due = await tx.rows<CaseRow>("collections.case.due", "SELECT * FROM collections.collection_case WHERE state = 'watching' AND opens_on <= $1::date + 1 ORDER BY id FOR UPDATE", [date]);
  for (const row of due) await openWatched(tx, ctx, row);
  return due.length;
}

/** What servicing says now of loans that have a case: a payment that does not cure makes the rest smaller, a new installment larger. */
export async function refreshFigures(tx: Tx, loanAccountIds: readonly string[]): Promise<void> {
  const standings = [...(await standingsOf(tx, loanAccountIds)).values()];
  if (standings.length === 0) return;
  await tx.run("collections.case.refresh",
    `UPDATE collections.collection_case c SET dpd = n.dpd, dpd_date = $1, bucket = n.bucket, overdue_minor = n.overdue, changed_at = $2
     FROM unnest($3::text[], $4::int[], $5::text[], $6::bigint[]) AS n (loan, dpd, bucket, overdue) WHERE c.loan_account_id = n.loan AND c.state <> 'closed'`,
    [tx.businessDate, tx.now, standings.map((s) => s.loanAccountId), standings.map((s) => s.dpd), standings.map((s) => s.bucket), standings.map((s) => String(s.status === "charged_off" ? s.chargedOffMinor : s.overdueMinor))]);
}

async function openCase(tx: Tx, ctx: Context, s: Standing, stage: "collections" | "recovery", fromDays: number): Promise<void> {
  const id = ctx.ids.next("cs");
  const wait = Math.max(0, fromDays - s.dpd);
  const opensOn = addDays(isoDate(s.countedOn), wait);
  const currency = s.currency ?? (await currentTenant(tx)).currency;
  await tx.run("collections.case.insert",
    `INSERT INTO collections.collection_case (id, loan_account_id, loan_number, party_id, borrower_name, product_code, state, stage, opens_on, bucket, dpd, dpd_date, overdue_minor, currency, next_contact_date, opened_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, least($9::date, $16::date), $15, $15)`,
    [id, s.loanAccountId, s.number ?? null, s.partyId ?? null, s.borrowerName ?? null, s.productCode ?? null, wait === 0 ? "open" : "watching", stage, opensOn, s.bucket, s.dpd, s.countedOn, s.overdueMinor, currency, tx.now, tx.businessDate]);
  await audit.record(tx, ctx, { action: wait === 0 ? "collections.case.opened" : "collections.case.watched", subject: id, after: { loanAccountId: s.loanAccountId, dpd: s.dpd, bucket: s.bucket, stage, opensOn } });
  if (wait === 0) await outbox.add(tx, ctx, caseOpened({ caseId: id, loanAccountId: s.loanAccountId, partyId: s.partyId ?? null, stage }));
}

async function openWatched(tx: Tx, ctx: Context, row: CaseRow): Promise<void> {
  await tx.run("collections.case.open", "UPDATE collections.collection_case SET state = 'open', opened_at = $2, next_contact_date = $3, version = version + 1, changed_at = $2 WHERE id = $1", [row.id, tx.now, tx.businessDate]);
  await audit.record(tx, ctx, { action: "collections.case.opened", subject: row.id, before: { state: "watching" }, after: { loanAccountId: row.loan_account_id } });
  await outbox.add(tx, ctx, caseOpened({ caseId: row.id, loanAccountId: row.loan_account_id, partyId: row.party_id, stage: row.stage }));
}
