import { overdueOf, type IsoDate, type LoanState } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { postAll, type EntryLine, type JournalEntry } from "#modules/ledger/index.ts";
import type { ProductVersion } from "#modules/products/index.ts";
import { delinquencyAt, earnedOf } from "../change.ts";
import { saveDeferralMoves } from "../deferral-store.ts";
import { entryOf } from "../domain/books.ts";
import type { FactAmounts } from "../domain/posting.ts";
import type { PastDay } from "../domain/past-books.ts";
import { total } from "../domain/position.ts";

/** How late a loan was at the end of a day, and what was overdue. */
export type Lateness = ReturnType<typeof delinquencyAt> & { readonly overdue: number };

/** How late a loan is, as its history notes it. */
export function latenessOf(state: LoanState, version: ProductVersion, through: IsoDate): Lateness {
  const late = delinquencyAt(state, version, through);
  return { ...late, overdue: late.bucket === null ? 0 : total(overdueOf(state, through)) };
}

export interface Past {
  readonly loanAccountId: string;
  readonly number: string;
  readonly branchId: string | null;
  readonly currency: string;
  readonly version: ProductVersion;
  readonly days: readonly PastDay<Lateness>[];
}

/** The first day of the oldest month in which something happened. */
function oldestMonth(pasts: readonly Past[], today: string): string {
  const first = pasts.flatMap((p) => p.days.slice(0, 1).map((d) => d.date as string)).reduce((a, b) => (a < b ? a : b), today);
  return `${first.slice(0, 8)}01`;
}

/**
 * Puts the past of loans into the books, on the days it happened: an entry for each day on which something happened to a loan, interest
 * of the months between by product × branch, a row of interest for each loan, and when it was late. Money moved through the bank on its day.
 */
export async function saveHistory(tx: Tx, ctx: Context, pasts: readonly Past[]): Promise<void> {
  const oldest = oldestMonth(pasts, tx.businessDate);
  const months = (Number(tx.businessDate.slice(0, 4)) - Number(oldest.slice(0, 4))) * 12 + Number(tx.businessDate.slice(5, 7)) - Number(oldest.slice(5, 7)) + 1;
  await tx.run("servicing.months.before", "SELECT kernel.make_months(ARRAY['ledger.journal_entry', 'ledger.posting', 'servicing.loan_accrual', 'servicing.deferral_move']::regclass[], $1::date, $2)", [oldest, months]);
  await postAll(tx, ctx, entriesOf(ctx, pasts));
  await saveAccruals(tx, pasts);
  await saveDeferralMoves(tx, pasts.flatMap((past) => past.days.flatMap(({ date, deferral }) => (deferral === null ? [] : [{ date, loanAccountId: past.loanAccountId, moved: deferral }]))));
  await saveBuckets(tx, ctx, pasts);
}

function entriesOf(ctx: Context, pasts: readonly Past[]): JournalEntry[] {
  const entries: JournalEntry[] = [];
  const monthly = new Map<string, { past: Past; date: IsoDate; earned: Map<FactAmounts["fact"], number> }>();
  const banked = new Map<string, { currency: string; date: IsoDate; through: Map<string, bigint> }>();
  const cause = { kind: "boarding", id: ctx.requestId };
  for (const past of pasts) {
    const marks = { productCode: past.version.code, branchId: past.branchId ?? undefined };
    for (const { date, event, facts } of past.days) {
      if (!event) {
        const key = `${past.version.id}|${past.branchId ?? ""}|${date}`;
        const sum = monthly.get(key) ?? { past, date, earned: new Map() };
        for (const { fact, amounts } of facts) sum.earned.set(fact, (sum.earned.get(fact) ?? 0) + (amounts["total"] ?? 0));
        monthly.set(key, sum);
        continue;
      }
      const entry = entryOf(past.version.definition, facts, { loanAccountId: past.loanAccountId, ...marks }, { cause, businessDate: date, valueDate: date, currency: past.currency, memo: `Loan ${past.number}, before it came here` });
      if (entry === null) continue;
      entries.push(entry);
      settle(banked, past.currency, date, entry.lines);
    }
  }
  for (const { past, date, earned } of monthly.values()) {
    const facts = [...earned].flatMap(([fact, total]): FactAmounts[] => (total === 0 ? [] : [{ fact, amounts: fact === "interest_earned" ? { total, interest: total } : { total } }]));
    const entry = entryOf(past.version.definition, facts, { productCode: past.version.code, branchId: past.branchId ?? undefined }, { cause, businessDate: date, valueDate: date, currency: past.currency, memo: `Interest earned up to ${date}, ${past.version.code}` });
    if (entry !== null) entries.push(entry);
  }
  for (const { currency, date, through } of banked.values()) {
    const lines = [...through].flatMap(([account, minor]): EntryLine[] => (minor === 0n ? [] : [side(account, -minor), side("bank", minor)]));
    if (lines.length > 0) entries.push({ cause, businessDate: date, valueDate: date, currency, memo: `Money through the bank on ${date}`, lines });
  }
  return entries;
}

const CLEARING = new Set(["disbursement_clearing", "payments_suspense"]);

/** What stands on a clearing account at the end of a past day has long gone through the bank. */
function settle(banked: Map<string, { currency: string; date: IsoDate; through: Map<string, bigint> }>, currency: string, date: IsoDate, lines: readonly EntryLine[]): void {
  const key = `${currency}|${date}`;
  const day = banked.get(key) ?? { currency, date, through: new Map<string, bigint>() };
  for (const line of lines) {
    if (CLEARING.has(line.account)) day.through.set(line.account, (day.through.get(line.account) ?? 0n) + (line.debit ?? 0n) - (line.credit ?? 0n));
  }
  banked.set(key, day);
}

function side(account: string, minor: bigint): EntryLine {
  return minor > 0n ? { account, debit: minor } : { account, credit: -minor };
}

async function saveAccruals(tx: Tx, pasts: readonly Past[]): Promise<void> {
  const rows = pasts.flatMap((p) => p.days.flatMap((d) => {
    const earned = earnedOf(d.facts);
    return earned === 0 ? [] : [{ date: d.date, loan: p.loanAccountId, earned }];
  }));
  await tx.run("servicing.history.accruals", "INSERT INTO servicing.loan_accrual (business_date, loan_account_id, interest_minor) SELECT r.date, r.loan, r.earned FROM unnest($1::date[], $2::text[], $3::bigint[]) AS r (date, loan, earned)",
    [rows.map((r) => r.date), rows.map((r) => r.loan), rows.map((r) => r.earned)]);
}

/** Buckets as they stood at the days that are known, where they changed. */
async function saveBuckets(tx: Tx, ctx: Context, pasts: readonly Past[]): Promise<void> {
  const rows: { loan: string; date: IsoDate; bucket: string | null; class: string | null; dpd: number; overdue: number }[] = [];
  for (const past of pasts) {
    let before: string | null = null;
    for (const { date, seen } of past.days) {
      if (seen.bucket !== before) rows.push({ loan: past.loanAccountId, date, ...seen });
      before = seen.bucket;
    }
  }
  if (rows.length === 0) return;
  await tx.run("servicing.history.buckets",
    `INSERT INTO servicing.bucket_entry (id, loan_account_id, business_date, bucket, class, dpd, overdue_minor)
     SELECT r.id, r.loan, r.date, r.bucket, r.class, r.dpd, r.overdue FROM unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::text[], $6::int[], $7::bigint[]) AS r (id, loan, date, bucket, class, dpd, overdue)`,
    [rows.map(() => ctx.ids.next("bk")), rows.map((r) => r.loan), rows.map((r) => r.date), rows.map((r) => r.bucket), rows.map((r) => r.class), rows.map((r) => r.dpd), rows.map((r) => r.overdue)]);
}
