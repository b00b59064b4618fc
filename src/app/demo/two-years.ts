import { addDays, addMonths, isoDate, toDay, weekdayOf, type IsoDate } from "#engine/date.ts";
import { formatAmount, money } from "#engine/money.ts";
import { sealAudit } from "#kernel/audit-chain.ts";
import { steppedClock } from "#kernel/clock.ts";
import type { Services } from "#kernel/context.ts";
import { closeBusinessDay, endOfDaySteps } from "#kernel/end-of-day.ts";
import { deliverAll } from "#kernel/relay.ts";
import { claimNextCase, recordContact, recordPromise } from "#modules/collections/index.ts";
import { sendPayouts, syncBank } from "#modules/payments/index.ts";
import { readLoan } from "#modules/servicing/index.ts";
import type { Wiring } from "../wiring.ts";
import type { DemoBank } from "./bank.ts";
import { habitOf } from "./habits.ts";
import type { Applicant } from "./intake.ts";
import { peopleOf, type People } from "./people.ts";
import { progressBar } from "./progress.ts";

export interface World {
  readonly services: Services;
  readonly wiring: Wiring;
  readonly tenantId: string;
  readonly people: People;
  readonly bank: DemoBank;
  readonly seed: number;
}

const WEDNESDAY = 3;

interface DueRow { number: string; borrower_name: string; overdue_minor: bigint; next_due_date: string | null; next_due_minor: bigint; currency: string }

/** Pays out what is booked, and takes in the bank's answers. */
export async function payOut(world: World): Promise<void> {
  await sendPayouts(world.people.system());
  await syncBank(world.people.system());
  await deliverAll(world.services, world.wiring.modules, world.tenantId);
}

/**
 * Runs the days: new borrowers come, borrowers pay at the bank by their habits, the bank closes its day and sends the statement, payments are matched
 * and applied, the collectors call, and end of day runs.
 */
export async function runDays(world: World, months: number, arrivals: (day: string, nth: number) => Promise<readonly Applicant[]>): Promise<void> {
  const { services, wiring, tenantId, people, bank } = world;
  const steps = endOfDaySteps(wiring.modules);
  const agenda = new Map<string, string[]>();
  const start = isoDate(await people.system().read(async (tx) => tx.businessDate));
  const end = addMonths(start, months);
  const bar = progressBar("Two years, day by day", daysIn(start, end));
  let nth = 0;
  for (let day: IsoDate = start; day < end; day = addDays(day, 1)) {
    await extendAgenda(world, agenda, await arrivals(day, nth++));
    await payToday(world, agenda.get(day) ?? [], day);
    await bank.openDay(addDays(day, 1));
    await syncBank(people.system(), { notifications: false });
    await deliverAll(services, wiring.modules, tenantId);
    if (weekdayOf(toDay(day)) === WEDNESDAY) await collect(world, day);
    await closeBusinessDay(services, tenantId, steps);
    await deliverAll(services, wiring.modules, tenantId);
    if (day.endsWith("-01")) while (await sealAudit(services, tenantId) > 0) { /* until all is sealed */ }
    bar.tick();
  }
  bar.done();
}

/** Adds the days on which the borrowers of new loans will pay, if at all: each by the due dates of their own schedule. */
async function extendAgenda(world: World, agenda: Map<string, string[]>, arrived: readonly Applicant[]): Promise<void> {
  for (const applicant of arrived) {
    const { loanAccountId } = applicant;
    if (loanAccountId === undefined) continue;
    const habit = habitOf(applicant.bad, world.seed, applicant.index);
    const loan = await world.people.system().read((tx) => readLoan(tx, loanAccountId));
    for (const [i, row] of loan.state.installments.entries()) {
      const late = habit.pays(i);
      if (late === null) continue;
      const on = addDays(row.dueDate, late);
      agenda.set(on, [...(agenda.get(on) ?? []), loan.number]);
    }
  }
}

/** Borrowers ask what is due, and transfer that. */
async function payToday(world: World, numbers: readonly string[], day: IsoDate): Promise<void> {
  if (numbers.length === 0) return;
  const rows = await world.people.system().read((tx) => tx.rows<DueRow>("demo.amounts_due",
    "SELECT number, borrower_name, overdue_minor, next_due_date, next_due_minor, currency FROM servicing.report_loan WHERE number = ANY($1) AND status = 'active' ORDER BY number", [numbers]));
  const payments = rows.flatMap((row) => {
    const minor = row.overdue_minor > 0n ? row.overdue_minor : row.next_due_date !== null && row.next_due_date <= day ? row.next_due_minor : 0n;
    if (minor <= 0n) return [];
    return [{ reference: row.number, amount: formatAmount(money(minor, row.currency)), valueDate: day, name: row.borrower_name }];
  });
  await world.bank.pay(payments);
}

/** Once a week the collectors work the top of their queue: they call at noon, and some borrowers promise. */
async function collect(world: World, day: IsoDate): Promise<void> {
  const noon = { ...world.services, clock: steppedClock(`${day}T07:00:00.000Z`) };
  const people = peopleOf(noon, world.tenantId);
  for (let i = 0; i < 15; i++) {
    const { caseId } = await claimNextCase(people.staff("collections_agent"));
    if (caseId === null) return;
    const promised = (i + Number(day.slice(8, 10))) % 4 === 0;
    await recordContact(people.staff("collections_agent"), caseId, { channel: "call", outcome: promised ? "promised" : "no_answer" }).catch(refusedByRules);
    if (promised) await recordPromise(people.staff("collections_agent"), caseId, { amount: money(100_000, "INR"), dueDate: addDays(day, 7) }).catch(refusedByRules);
  }
}

/** A call that the contact rules forbid is not made; that is the rule at work. */
function refusedByRules(error: unknown): void {
  if (!((error as { code?: string }).code ?? "").startsWith("collections.")) throw error;
}

function daysIn(from: IsoDate, to: IsoDate): number {
  let count = 0;
  for (let day = from; day < to; day = addDays(day, 1)) count++;
  return count;
}
