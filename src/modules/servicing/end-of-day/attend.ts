import { addDays, chargesToRaise, isoDate, owedTotal, type EventDraft, type LoanState } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import { databaseAway, isRetryable, statementFailed, type Tx } from "#kernel/db.ts";
import { quarantine } from "#kernel/end-of-day.ts";
import type { ClosingDay, EndOfDayStep } from "#kernel/module.ts";
import * as outbox from "#kernel/outbox.ts";
import { postAll, type JournalEntry } from "#modules/ledger/index.ts";
import type { ProductVersion } from "#modules/products/index.ts";
import { changeLoan, delinquencyAt, quietChange } from "../change.ts";
import { correctionsOfCharges } from "../domain/overtaken-charges.ts";
import { throughEndOf, total } from "../domain/position.ts";
import { bucketEntered, bucketLeft, chargeAdded, chargedOff, installmentDue, reminderDue } from "../events.ts";
import { factOf, lockDue, productOf, readLocked, saveStates, seenOn, type LockedLoan, type NewState } from "../store.ts";

/** What a day did to a loan, without the histories it followed from: a shard may have many. */
interface Attended {
  readonly next: NewState;
  readonly entry: JournalEntry | null;
  readonly events: outbox.OutboxEvent[];
  readonly bucket: { bucket: string | null; class: string | null; dpd: number; overdueMinor: number } | null;
  readonly reminders: { dueDate: string; template: string; daysFromDue: number }[];
}

/** Loans that are read, thought about and saved together; more at a time only fill the memory. */
const TOGETHER = 512;

/**
 * What a day really causes, for the loans it causes something for: installments fall due, late fees and penal charges are
 * raised, buckets and classes entered, loans charged off, reminders sent. Loans without anything are not read at all.
 */
export const attendStep: EndOfDayStep = {
  name: "servicing.attend",
  order: 300,
  per: "shard",
  run: async (tx, ctx, day) => {
    const due = await lockDue(tx, day.date, day.shard, day.shards);
    let failed = 0;
    for (let from = 0; from < due.length; from += TOGETHER) failed += await attendAll(tx, ctx, due.slice(from, from + TOGETHER), day);
    return { touched: due.length - failed, failed };
  },
};

/** Returns how many were set aside. */
async function attendAll(tx: Tx, ctx: Context, ids: readonly string[], day: ClosingDay): Promise<number> {
  // What is read is read by keys, which no hashing of all loans may replace; what is written may be more than the planner takes lists for.
  const [, loans] = await Promise.all([planByKeys(tx, "on"), readLocked(tx, ids), planByKeys(tx, "off")]);
  const opening = throughEndOf(isoDate(day.date));
  const done: Attended[] = [];
  let failed = 0;
  for (const loan of loans) {
    try {
      // The engine looks from the opening of the next day, as everybody else does by then.
      done.push(await attend(tx, ctx, seenOn(loan, opening), day));
    } catch (error) {
      if (statementFailed(error)) throw error;
      failed++;
      await quarantine(tx, ctx, { date: day.date, step: "servicing.attend", subject: loan.id, reason: (error as Error).message });
    }
  }
  return failed + await saveOrSetAside(tx, ctx, done, day);
}

function planByKeys(tx: Tx, mode: "on" | "off"): Promise<number> {
  return tx.run("servicing.attend.plan", "SELECT set_config('enable_nestloop', $1, true)", [mode]);
}

/** Saves all at once; when that fails, one by one, so that only the loan at fault is set aside. Returns how many were. */
async function saveOrSetAside(tx: Tx, ctx: Context, done: readonly Attended[], day: ClosingDay): Promise<number> {
  if (done.length === 0) return 0;
  if (await inSavepoint(tx, () => save(tx, ctx, done, day)) === undefined) return 0;
  let aside = 0;
  for (const one of done) {
    const reason = await inSavepoint(tx, () => save(tx, ctx, [one], day));
    if (reason === undefined) continue;
    aside++;
    await quarantine(tx, ctx, { date: day.date, step: "servicing.attend", subject: one.next.loanAccountId, reason });
  }
  return aside;
}

/** Undoes what `work` did when it fails, and tells why; undefined when it went well. */
async function inSavepoint(tx: Tx, work: () => Promise<void>): Promise<string | undefined> {
  await tx.client.query("SAVEPOINT attend");
  try {
    await work();
    await tx.client.query("RELEASE SAVEPOINT attend");
    return undefined;
  } catch (error) {
    // A deadlock or a lost connection is no loan's fault: the whole shard is tried again.
    if (isRetryable(error) || databaseAway(error)) throw error;
    await tx.client.query("ROLLBACK TO SAVEPOINT attend");
    return (error as Error).message;
  }
}

async function attend(tx: Tx, ctx: Context, loan: LockedLoan, day: ClosingDay): Promise<Attended> {
  const version = await productOf(tx, loan.product_version_id);
  const through = throughEndOf(isoDate(day.date));
  const charges = chargesToRaise(loan.state, isoDate(day.date));
  // What was raised for a closing that was taken back later comes again when its month is over.
  const drafts: EventDraft[] = [...charges, ...correctionsOfCharges(loan.state, isoDate(day.date))];
  const limit = version.definition.delinquency.chargeOffDays;
  const late = limit !== null && loan.status === "active" ? delinquencyAt(loan.state, version, through).dpd : 0;
  const takeToLoss = limit !== null && late >= limit && loan.status === "active";
  if (takeToLoss) drafts.push({ type: "chargedOff", valueDate: isoDate(day.date) });
  const quiet = drafts.length === 0 ? quietChange(loan, version, through) : null;
  const change = quiet ?? changeLoan(tx, ctx, loan, drafts, { version, through, ages: true, cause: { kind: "end_of_day", id: day.date }, memo: `End of day of loan ${loan.number}` });
  const fact = factOf(loan);
  const events: outbox.OutboxEvent[] = [];
  for (const row of change.after.installments) {
    if (row.dueDate === day.date && owedTotal(row) > 0) events.push(installmentDue({ ...fact, dueDate: row.dueDate, amountMinor: BigInt(owedTotal(row)) }));
  }
  for (const event of change.events) {
    if (event.type === "chargeAdded") events.push(chargeAdded({ ...fact, eventId: event.id, code: event.code, component: event.component, amountMinor: BigInt(change.after.charges.find((c) => c.id === event.id)?.due ?? 0) }));
  }
  const reminders = remindersOf(change.after, version, day.date);
  for (const { dueDate, template, daysFromDue, channel, amountMinor } of reminders) events.push(reminderDue({ ...fact, template, channel, dueDate, daysFromDue, amountMinor }));
  if (takeToLoss) {
    events.push(chargedOff({ ...fact, amountMinor: BigInt(total(change.position.after.totals.lost)), date: day.date }));
    return { next: { ...change.next, state: null }, entry: change.entry, events, bucket: loan.bucket === null ? null : { bucket: null, class: "charged_off", dpd: late, overdueMinor: 0 }, reminders };
  }
  const { next } = change;
  const moved = next.bucket !== loan.bucket || next.class !== loan.class;
  const now = moved ? { bucket: next.bucket, class: next.class, dpd: delinquencyAt(change.after, version, through).dpd, overdueMinor: next.overdueMinor } : null;
  if (now !== null && now.bucket !== loan.bucket) events.push(now.bucket === null ? bucketLeft({ ...fact, from: loan.bucket ?? "" }) : bucketEntered({ ...fact, bucket: now.bucket, class: now.class, dpd: now.dpd, overdueMinor: BigInt(now.overdueMinor) }));
  return { next: { ...next, state: null }, entry: change.entry, events, bucket: now, reminders };
}

interface Reminder { dueDate: string; template: string; daysFromDue: number; channel: string; amountMinor: bigint }

/** Reminders whose day has come, of rows not yet due only where the loan is past due: the others are reminded in one go. */
function remindersOf(state: LoanState, version: ProductVersion, date: string): Reminder[] {
  if (state.status !== "active" || state.chargedOffDate !== null) return [];
  const asked = version.definition.reminders.map((r) => ({ ...r, dueDate: addDays(isoDate(date), -r.daysFromDue) }));
  const pastDue = state.installments.some((row) => row.dueDate < date && owedTotal(row) > 0);
  return state.installments.flatMap((row) => asked
    .filter((r) => r.dueDate === row.dueDate && (r.daysFromDue >= 0 || pastDue) && owedTotal(row) > 0)
    .map((r) => ({ dueDate: row.dueDate, template: r.template, daysFromDue: r.daysFromDue, channel: r.channel, amountMinor: BigInt(owedTotal(row)) })));
}

async function save(tx: Tx, ctx: Context, done: readonly Attended[], day: ClosingDay): Promise<void> {
  await postAll(tx, ctx, done.flatMap((d): JournalEntry[] => (d.entry === null ? [] : [d.entry])));
  await saveStates(tx, ctx, done.map((d) => d.next), `end_of_day:${day.date}`);
  const moved = done.filter((d) => d.bucket !== null);
  await tx.run("servicing.bucket.insert",
    `INSERT INTO servicing.bucket_entry (id, loan_account_id, business_date, bucket, class, dpd, overdue_minor)
     SELECT e.id, e.loan, $1, e.bucket, e.class, e.dpd, e.overdue FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::bigint[]) AS e (id, loan, bucket, class, dpd, overdue)`,
    [day.date, moved.map(() => ctx.ids.next("bk")), moved.map((d) => d.next.loanAccountId), moved.map((d) => d.bucket?.bucket ?? null), moved.map((d) => d.bucket?.class ?? null), moved.map((d) => d.bucket?.dpd ?? 0), moved.map((d) => String(d.bucket?.overdueMinor ?? 0))]);
  const reminders = done.flatMap((d) => d.reminders.map((r) => ({ ...r, loan: d.next.loanAccountId })));
  await tx.run("servicing.reminder.insert",
    `INSERT INTO servicing.reminder (loan_account_id, due_date, template, days_from_due, business_date)
     SELECT r.loan, r.due, r.template, r.days, $1 FROM unnest($2::text[], $3::date[], $4::text[], $5::int[]) AS r (loan, due, template, days) ON CONFLICT DO NOTHING`,
    [day.date, reminders.map((r) => r.loan), reminders.map((r) => r.dueDate), reminders.map((r) => r.template), reminders.map((r) => r.daysFromDue)]);
  await outbox.add(tx, ctx, ...done.flatMap((d) => d.events));
  await audit.recordAll(tx, ctx, done.filter((d) => d.next.events.length > 0).map((d) => ({ action: "loan.account.attended", subject: d.next.loanAccountId, after: { events: d.next.events.map((e) => e.type), bucket: d.next.bucket, class: d.next.class } })));
}
