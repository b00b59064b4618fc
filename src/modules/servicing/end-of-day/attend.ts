import { addDays, chargesToRaise, isoDate, owedTotal, type EventDraft, type LoanState } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import { databaseAway, isRetryable, statementFailed, type Tx } from "#kernel/db.ts";
import { quarantine } from "#kernel/end-of-day.ts";
import type { ClosingDay, EndOfDayStep } from "#kernel/module.ts";
import * as outbox from "#kernel/outbox.ts";
import { postAll, type JournalEntry } from "#modules/ledger/index.ts";
import type { ProductVersion } from "#modules/products/index.ts";
import { changeLoan, delinquencyAt, quietChange, type LoanChange } from "../change.ts";
import { correctionsOfCharges } from "../domain/overtaken-charges.ts";
import { throughEndOf, total } from "../domain/position.ts";
import { bucketEntered, bucketLeft, chargeAdded, chargedOff, installmentDue, reminderDue } from "../events.ts";
import { factOf, lockDue, productOf, saveStates, type LockedLoan, type NewState } from "../store.ts";

interface Attended {
  readonly change: LoanChange;
  readonly next: NewState;
  readonly events: outbox.OutboxEvent[];
  readonly bucket: { bucket: string | null; class: string | null; dpd: number; overdueMinor: number } | null;
  readonly reminders: { dueDate: string; template: string; daysFromDue: number }[];
}

/**
 * What a day really causes, for the loans it causes something for: installments fall due, late fees and penal charges are
 * raised, buckets and classes entered, loans charged off, reminders sent. Loans without anything are not read at all.
 */
export const attendStep: EndOfDayStep = {
  name: "servicing.attend",
  order: 300,
  per: "shard",
  run: async (tx, ctx, day) => {
    const loans = await lockDue(tx, day.date, day.shard, day.shards);
    // As in accrue: what a day writes may be more than the planner takes lists for. What is read is read by keys, which no hashing of all loans may replace.
    await tx.run("servicing.attend.plan", "SELECT set_config('enable_nestloop', 'off', true)");
    const done: Attended[] = [];
    let failed = 0;
    for (const loan of loans) {
      try {
        done.push(await attend(tx, ctx, loan, day));
      } catch (error) {
        if (statementFailed(error)) throw error;
        failed++;
        await quarantine(tx, ctx, { date: day.date, step: "servicing.attend", subject: loan.id, reason: (error as Error).message });
      }
    }
    const aside = await saveOrSetAside(tx, ctx, done, day);
    return { touched: done.length - aside, failed: failed + aside };
  },
};

/** Saves all at once; when that fails, one by one, so that only the loan at fault is set aside. Returns how many were. */
async function saveOrSetAside(tx: Tx, ctx: Context, done: readonly Attended[], day: ClosingDay): Promise<number> {
  if (done.length === 0) return 0;
  if (await inSavepoint(tx, () => save(tx, ctx, done, day)) === undefined) return 0;
  let aside = 0;
  for (const one of done) {
    const reason = await inSavepoint(tx, () => save(tx, ctx, [one], day));
    if (reason === undefined) continue;
    aside++;
    await quarantine(tx, ctx, { date: day.date, step: "servicing.attend", subject: one.change.loan.id, reason });
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
  const late = delinquencyAt(loan.state, version, through);
  const limit = version.definition.delinquency.chargeOffDays;
  const takeToLoss = limit !== null && late.dpd >= limit && loan.status === "active";
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
    return { change, next: change.next, events, bucket: loan.bucket === null ? null : { bucket: null, class: "charged_off", dpd: late.dpd, overdueMinor: 0 }, reminders };
  }
  const now = delinquencyAt(change.after, version, through);
  const moved = now.bucket !== loan.bucket || now.class !== loan.class;
  const overdueMinor = change.next.overdueMinor;
  if (now.bucket !== loan.bucket) events.push(now.bucket === null ? bucketLeft({ ...fact, from: loan.bucket ?? "" }) : bucketEntered({ ...fact, bucket: now.bucket, class: now.class, dpd: now.dpd, overdueMinor: BigInt(overdueMinor) }));
  return { change, next: { ...change.next, bucket: now.bucket, class: now.class, attentionDate: change.next.attentionDate }, events, bucket: moved ? { ...now, overdueMinor } : null, reminders };
}

interface Reminder { dueDate: string; template: string; daysFromDue: number; channel: string; amountMinor: bigint }

/** Reminders whose day has come, of rows not yet due only where the loan is past due: the others are reminded in one go. */
function remindersOf(state: LoanState, version: ProductVersion, date: string): Reminder[] {
  if (state.status !== "active" || state.chargedOffDate !== null) return [];
  const pastDue = state.installments.some((row) => row.dueDate < date && owedTotal(row) > 0);
  return state.installments.filter((row) => owedTotal(row) > 0).flatMap((row) => version.definition.reminders
    .filter((r) => addDays(row.dueDate, r.daysFromDue) === date && (r.daysFromDue >= 0 || pastDue))
    .map((r) => ({ dueDate: row.dueDate, template: r.template, daysFromDue: r.daysFromDue, channel: r.channel, amountMinor: BigInt(owedTotal(row)) })));
}

async function save(tx: Tx, ctx: Context, done: readonly Attended[], day: ClosingDay): Promise<void> {
  const entries = done.flatMap((d): JournalEntry[] => (d.change.entry === null ? [] : [d.change.entry]));
  await postAll(tx, ctx, entries);
  await saveStates(tx, ctx, done.map((d) => d.next), `end_of_day:${day.date}`);
  const moved = done.filter((d) => d.bucket !== null);
  await tx.run("servicing.bucket.insert",
    `INSERT INTO servicing.bucket_entry (id, loan_account_id, business_date, bucket, class, dpd, overdue_minor)
     SELECT e.id, e.loan, $1, e.bucket, e.class, e.dpd, e.overdue FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::bigint[]) AS e (id, loan, bucket, class, dpd, overdue)`,
    [day.date, moved.map(() => ctx.ids.next("bk")), moved.map((d) => d.change.loan.id), moved.map((d) => d.bucket?.bucket ?? null), moved.map((d) => d.bucket?.class ?? null), moved.map((d) => d.bucket?.dpd ?? 0), moved.map((d) => String(d.bucket?.overdueMinor ?? 0))]);
  const reminders = done.flatMap((d) => d.reminders.map((r) => ({ ...r, loan: d.change.loan.id })));
  await tx.run("servicing.reminder.insert",
    `INSERT INTO servicing.reminder (loan_account_id, due_date, template, days_from_due, business_date)
     SELECT r.loan, r.due, r.template, r.days, $1 FROM unnest($2::text[], $3::date[], $4::text[], $5::int[]) AS r (loan, due, template, days) ON CONFLICT DO NOTHING`,
    [day.date, reminders.map((r) => r.loan), reminders.map((r) => r.dueDate), reminders.map((r) => r.template), reminders.map((r) => r.daysFromDue)]);
  await outbox.add(tx, ctx, ...done.flatMap((d) => d.events));
  await audit.recordAll(tx, ctx, done.filter((d) => d.change.events.length > 0).map((d) => ({ action: "loan.account.attended", subject: d.change.loan.id, after: { events: d.change.events.map((e) => e.type), bucket: d.next.bucket, class: d.next.class } })));
}
