import { addDays, daysBetween, isoDate, money, owedTotal, toMoneyJson, type InstallmentState, type IsoDate, type LoanState, type MoneyJson, type Parts } from "#engine/index.ts";
import type { Static } from "typebox";
import type { ChargeJson, PartsJson, ScheduleJson, ScheduleRowJson } from "../contract.ts";

/** Minor units of a currency to their wire form. */
export type ToJson = (minor: number | bigint) => MoneyJson;

export function moneyOf(currency: string): ToJson {
  return (minor) => toMoneyJson(money(minor, currency));
}

export function partsJson(parts: Parts, m: ToJson): PartsJson {
  return { principal: m(parts.principal), interest: m(parts.interest), fee: m(parts.fee), penalty: m(parts.penalty) };
}

/** The schedule as it stands on a day. */
export function scheduleJson(state: LoanState, asOf: IsoDate): Static<typeof ScheduleJson> {
  const m = moneyOf(state.terms.currency);
  const rows = state.installments;
  const sum = (of: (row: InstallmentState) => number) => m(rows.reduce((total, row) => total + of(row), 0));
  return {
    asOf, currency: state.terms.currency, rows: rows.map((row) => rowJson(row, asOf, m)),
    totals: {
      principal: sum((r) => r.due.principal), interest: sum((r) => r.due.interest), fees: sum((r) => r.due.fee), penalties: sum((r) => r.due.penalty),
      due: sum((r) => all(r.due)), paid: sum((r) => all(r.paid)), waived: sum((r) => all(r.waived)), outstanding: sum(owedTotal),
    },
  };
}

function rowJson(row: InstallmentState, asOf: IsoDate, m: ToJson): Static<typeof ScheduleRowJson> {
  return {
    number: row.number, kind: row.kind, days: daysBetween(row.fromDate, row.dueDate), dueDate: row.dueDate, paidDate: row.settledDate,
    principal: m(row.due.principal), balance: m(row.balanceAfter), interest: m(row.due.interest), fees: m(row.due.fee), penalties: m(row.due.penalty),
    due: m(all(row.due)), paid: m(all(row.paid)), inAdvance: m(row.paidInAdvance), late: m(row.paidLate), waived: m(all(row.waived)), outstanding: m(owedTotal(row)), status: rowStatus(row, asOf),
  };
}

function rowStatus(row: InstallmentState, asOf: IsoDate): Static<typeof ScheduleRowJson>["status"] {
  if (owedTotal(row) <= 0) return "paid";
  if (row.dueDate < asOf) return "overdue";
  if (row.dueDate === asOf) return "due";
  return all(row.paid) > 0 ? "partly_paid" : "upcoming";
}

export function chargesJson(state: LoanState): Static<typeof ChargeJson>[] {
  const m = moneyOf(state.terms.currency);
  return state.charges.map((c) => ({
    id: c.id, code: c.code, component: c.component, timing: c.timing, dueDate: c.dueDate, addedDate: c.submittedDate, reference: c.reference,
    due: m(c.due), paid: m(c.paid), waived: m(c.waived), outstanding: m(c.due - c.paid - c.waived),
  }));
}

/** Calendar months from a day up to another, not counting it; the first and last may be short. */
export function monthsOf(from: IsoDate, until: IsoDate): { from: IsoDate; until: IsoDate }[] {
  const months: { from: IsoDate; until: IsoDate }[] = [];
  for (let day = from; day < until && months.length < 600; ) {
    const [year = 0, month = 0] = day.split("-").map(Number);
    const next = isoDate(month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, "0")}-01`);
    const end = next < until ? next : until;
    months.push({ from: day, until: end });
    day = end;
  }
  return months;
}

/** The last day of a period that ends before `until`. */
export function lastDay(until: IsoDate): IsoDate {
  return addDays(until, -1);
}

export function all(parts: Parts): number {
  return parts.principal + parts.interest + parts.fee + parts.penalty;
}
