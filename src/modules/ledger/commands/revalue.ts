import * as audit from "#kernel/audit.ts";
import { propose, type ApprovalRequest, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { STATUTORY, opposite, type EntryLine } from "../domain/entry.ts";
import { GAIN_ACCOUNT, REVALUATION_ACCOUNT, revalue, type RevaluedLine } from "../domain/fx.ts";
import { problem } from "../problems.ts";
import { getEntry } from "../queries/entries.ts";
import { foreignBalances, missingRates, postedAdjustments } from "../queries/fx.ts";
import { spanOf } from "../queries/statements.ts";
import { post } from "./post.ts";
import { seedChart } from "./seed-chart.ts";

const POST = "ledger.revaluation.post";
const REVERSE = "ledger.revaluation.reverse";

interface Run { readonly id: string; readonly book: string; readonly day: string; readonly currency: string; readonly adjustment_minor: bigint; readonly state: string; readonly journal_entry_id: string | null }

/**
 * Reckons what foreign balances are worth on a day beside what they are carried at, keeps it account by account, and proposes the entry;
 * a second person posts it. May raise fx_rate.missing, fx_revaluation.not_newest, fx_revaluation.nothing, ledger.dates_unusable.
 */
export async function proposeRevaluation(tx: Tx, ctx: Context, asked: { day: string; book?: string }): Promise<{ id: string; request: ApprovalRequest }> {
  const { to: day } = spanOf(tx, { from: asked.day, to: asked.day });
  const book = asked.book ?? STATUTORY;
  const currency = (await currentTenant(tx)).currency;
  const lines = await reckon(tx, book, day, currency);
  if (lines.length === 0) throw problem("fx_revaluation.nothing");
  const id = ctx.ids.next("fxv");
  const adjustmentMinor = lines.reduce((sum, l) => sum + l.adjustmentMinor, 0n);
  await tx.run("ledger.revaluation.insert", "INSERT INTO ledger.fx_revaluation (id, book, day, currency, adjustment_minor, state, made_by, made_at) VALUES ($1, $2, $3, $4, $5, 'proposed', $6, $7)",
    [id, book, day, currency, adjustmentMinor, ctx.actor.id, tx.now]);
  await tx.run("ledger.revaluation.lines", `
    INSERT INTO ledger.fx_revaluation_line (revaluation_id, account, currency, balance_minor, rate_ppb, carrying_minor, closing_minor, adjustment_minor)
    SELECT $1, l.* FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]) AS l`,
    [id, lines.map((l) => l.account), lines.map((l) => l.currency), ...(["balanceMinor", "ratePpb", "carryingMinor", "closingMinor", "adjustmentMinor"] as const).map((k) => lines.map((l) => String(l[k])))]);
  const request = await propose(tx, ctx, { action: POST, subject: id, summary: `Revaluation of foreign balances at ${day}, book ${book}`, amountMinor: adjustmentMinor < 0n ? -adjustmentMinor : adjustmentMinor, currency, payload: { id } });
  return { id, request };
}

async function reckon(tx: Tx, book: string, day: string, own: string): Promise<RevaluedLine[]> {
  const later = await tx.maybe<{ day: string }>("ledger.revaluation.later", "SELECT max(day) AS day FROM ledger.fx_revaluation WHERE book = $1 AND state = 'posted' HAVING max(day) >= $2", [book, day]);
  if (later !== undefined) throw problem("fx_revaluation.not_newest", `The book was revalued at ${later.day}.`);
  const balances = await foreignBalances(tx, book, day, own);
  const missing = await missingRates(tx, balances, day);
  if (missing.length > 0) throw problem("fx_rate.missing", missing.map((m) => `${m.currency}: ${m.why}.`).join(" "), { extra: { currencies: [...new Set(missing.map((m) => m.currency))] } });
  return revalue(balances, own, await postedAdjustments(tx, book));
}

/** The second person's half: reckons again, because something may have been posted since, and posts. */
export const revaluationControl: DualControl<{ id: string }> = {
  action: POST,
  permission: "ledger.revaluation.post",
  limited: true,
  execute: async (tx, ctx, { id }, request) => {
    const run = await lock(tx, id, "proposed");
    const lines = await reckon(tx, run.book, run.day, run.currency);
    const { n } = await tx.one<{ n: bigint }>("ledger.revaluation.same", `
      SELECT count(*) AS n FROM ledger.fx_revaluation_line l JOIN unnest($2::text[], $3::text[], $4::bigint[]) AS x (account, currency, adjustment_minor) USING (account, currency, adjustment_minor) WHERE l.revaluation_id = $1`,
      [id, lines.map((l) => l.account), lines.map((l) => l.currency), lines.map((l) => String(l.adjustmentMinor))]);
    const { kept } = await tx.one<{ kept: bigint }>("ledger.revaluation.kept", "SELECT count(*) AS kept FROM ledger.fx_revaluation_line WHERE revaluation_id = $1", [id]);
    if (Number(n) !== lines.length || n !== kept) throw problem("fx_revaluation.overtaken");
    await seedChart(tx, ctx, run.currency);
    const journalEntryId = await postAdjustment(tx, ctx, run, lines);
    await tx.run("ledger.revaluation.posted", "UPDATE ledger.fx_revaluation SET state = 'posted', journal_entry_id = $2 WHERE id = $1", [id, journalEntryId]);
    await audit.record(tx, ctx, { action: "ledger.revaluation.posted", subject: id, after: { journalEntryId, maker: request.makerId, day: run.day, adjustmentMinor: run.adjustment_minor } });
    return { journalEntryId };
  },
  reject: async (tx, _ctx, { id }) => {
    await tx.run("ledger.revaluation.reject", "UPDATE ledger.fx_revaluation SET state = 'rejected' WHERE id = $1 AND state = 'proposed'", [id]);
  },
};

/** One entry: a line per currency on each side, so that gains of one are not netted with losses of another. */
async function postAdjustment(tx: Tx, ctx: Context, run: Run, lines: readonly RevaluedLine[]): Promise<string | null> {
  const entryLines = [...Map.groupBy(lines, (l) => l.currency).values()].flatMap((own): EntryLine[] => {
    const minor = own.reduce((sum, l) => sum + l.adjustmentMinor, 0n);
    if (minor === 0n) return [];
    return minor > 0n ? [{ account: REVALUATION_ACCOUNT, debit: minor }, { account: GAIN_ACCOUNT, credit: minor }] : [{ account: GAIN_ACCOUNT, debit: -minor }, { account: REVALUATION_ACCOUNT, credit: -minor }];
  });
  if (entryLines.length === 0) return null;
  return post(tx, ctx, { book: run.book, cause: { kind: "fx_revaluation", id: run.id }, businessDate: run.day, valueDate: run.day, currency: run.currency, memo: `Revaluation of foreign balances at ${run.day}`, lines: entryLines });
}

/** Proposes to undo the newest revaluation of its book; a second person does it. May raise fx_revaluation.not_found, fx_revaluation.not_newest. */
export async function proposeRevaluationReversal(tx: Tx, ctx: Context, id: string, reason: string): Promise<ApprovalRequest> {
  const run = await lock(tx, id, "posted");
  await refuseUnlessNewest(tx, run);
  return propose(tx, ctx, { action: REVERSE, subject: id, summary: `Undo the revaluation of ${run.day}, book ${run.book}: ${reason}`, payload: { id, reason } });
}

/** The second person's half: the opposite entry, on the business date. */
export const revaluationReversalControl: DualControl<{ id: string; reason: string }> = {
  action: REVERSE,
  permission: "ledger.revaluation.post",
  limited: false,
  execute: async (tx, ctx, { id, reason }, request) => {
    const run = await lock(tx, id, "posted");
    await refuseUnlessNewest(tx, run);
    let journalEntryId: string | null = null;
    if (run.journal_entry_id !== null) {
      const entry = await getEntry(tx, run.journal_entry_id);
      journalEntryId = await post(tx, ctx, { book: run.book, cause: { kind: "fx_revaluation", id }, businessDate: tx.businessDate, valueDate: run.day, currency: run.currency, memo: `Revaluation of ${run.day} undone: ${reason}`, lines: opposite(entry.lines), reversesId: entry.id });
    }
    await tx.run("ledger.revaluation.reversed", "UPDATE ledger.fx_revaluation SET state = 'reversed' WHERE id = $1", [id]);
    await audit.record(tx, ctx, { action: "ledger.revaluation.reversed", subject: id, reason, after: { journalEntryId, maker: request.makerId } });
    return { journalEntryId };
  },
};

async function lock(tx: Tx, id: string, state: "proposed" | "posted"): Promise<Run> {
  const run = await tx.maybe<Run & object>("ledger.revaluation.lock", "SELECT id, book, day, currency, adjustment_minor, state, journal_entry_id FROM ledger.fx_revaluation WHERE id = $1 FOR UPDATE", [id]);
  if (run === undefined) throw problem("fx_revaluation.not_found");
  if (run.state !== state) throw problem("fx_revaluation.not_newest", `It is ${run.state}.`);
  return run;
}

async function refuseUnlessNewest(tx: Tx, run: Run): Promise<void> {
  const newer = await tx.maybe<{ day: string }>("ledger.revaluation.newer", "SELECT max(day) AS day FROM ledger.fx_revaluation WHERE book = $1 AND state = 'posted' HAVING max(day) > $2", [run.book, run.day]);
  if (newer !== undefined) throw problem("fx_revaluation.not_newest", `The book was revalued at ${newer.day} too; undo that first.`);
}
