import { addDays, daysBetween, EngineRefusal, isoDate, nextDue, replay, type IsoDate, type LoanEvent, type LoanState } from "#engine/index.ts";
import type { WhatIfJson } from "../contract.ts";
import { payoffOf } from "../domain/payoff.ts";
import { problem as loanProblem } from "../problems.ts";
import { payoffJson, type LoanView } from "./get-loan-account.ts";
import { all, moneyOf, type ToJson } from "./present.ts";
import { problem } from "./problems.ts";

export interface WhatIf {
  readonly extra?: { readonly minor: number; readonly date: string };
  readonly payoffDate?: string;
}

interface Course { readonly lastDueDate: IsoDate | null; readonly payments: number; readonly interest: number; readonly total: number; readonly installment: number }

/**
 * What an extra payment, or closing the loan on a day, would come to: the loan is run on in thought, every installment paid on its
 * day. Nothing is kept. May raise loan.not_active, loan.date_out_of_range, loan.event_refused.
 */
export function whatIf(view: LoanView, ask: WhatIf): WhatIfJson {
  const { state, asOf, loan } = view;
  if (loan.status !== "active") throw loanProblem("loan.not_active", `Loan account ${loan.number} is ${loan.status.replace("_", " ")}.`);
  for (const date of [ask.extra?.date, ask.payoffDate]) if (date !== undefined && (date < asOf || date > addDays(asOf, 3660))) throw problem("loan.date_out_of_range", "Choose a day from today to ten years ahead.");
  const m = moneyOf(loan.currency);
  const agreed = runOn(state, asOf);
  const extra = ask.extra === undefined ? null : runOn(state, asOf, { minor: ask.extra.minor, date: isoDate(ask.extra.date) });
  return {
    asOf, asAgreed: courseJson(agreed, m), withExtra: extra === null ? null : courseJson(extra, m),
    saved: extra === null ? null : {
      interest: m(agreed.interest - extra.interest), payments: agreed.payments - extra.payments,
      days: agreed.lastDueDate === null || extra.lastDueDate === null ? 0 : daysBetween(extra.lastDueDate, agreed.lastDueDate),
    },
    payoff: ask.payoffDate === undefined ? null : payoffJson(paidUntil(state, asOf, isoDate(ask.payoffDate)), isoDate(ask.payoffDate), m),
  };
}

/** The loan paid on time up to a day, so that a payoff then is not mixed with installments due before it. */
function paidUntil(state: LoanState, asOf: IsoDate, date: IsoDate): LoanState {
  return walk(state, asOf, date, undefined).state;
}

function runOn(state: LoanState, asOf: IsoDate, extra?: { minor: number; date: IsoDate }): Course {
  const walked = walk(state, asOf, null, extra);
  const level = walked.level ?? 0;
  return { lastDueDate: walked.last, payments: walked.payments, interest: walked.interest, total: walked.total, installment: level };
}

interface Walk { state: LoanState; payments: number; interest: number; total: number; last: IsoDate | null; level: number | null }

/** Pays each installment on its day, what is overdue today, until nothing is owed or the day is reached. */
function walk(state: LoanState, asOf: IsoDate, until: IsoDate | null, extra: { minor: number; date: IsoDate } | undefined): Walk {
  const out: Walk = { state, payments: 0, interest: 0, total: 0, last: null, level: null };
  let pending = extra;
  for (let step = 0; step < 800 && out.state.status === "active"; step++) {
    const due = nextDue(out.state, asOf);
    const day = due === null ? null : due.dueDate < asOf ? asOf : due.dueDate;
    if (pending !== undefined && (day === null || pending.date <= day)) {
      pay(out, pending.date, Math.min(pending.minor, payoffOf(out.state, pending.date).total), false);
      pending = undefined;
      continue;
    }
    if (due === null || day === null || (until !== null && day > until)) break;
    const closing = payoffOf(out.state, day).total;
    const isLast = due.number === out.state.installments.length;
    const amount = isLast ? closing : Math.min(due.total, closing);
    if (amount <= 0) break;
    // The first payment that nothing was paid of beforehand is what the borrower will see from then on.
    if (!isLast && due.dueDate >= asOf && pending === undefined && due.total === plannedTotal(out.state, due.number)) out.level ??= due.total;
    pay(out, day, amount, true);
    out.last = due.dueDate;
  }
  return out;
}

function plannedTotal(state: LoanState, number: number): number {
  const row = state.installments[number - 1];
  return row === undefined ? 0 : all(row.due);
}

function pay(out: Walk, date: IsoDate, amount: number, counts: boolean): void {
  const sequence = Math.max(0, ...out.state.events.map((e) => e.sequence)) + 1;
  const event: LoanEvent = { type: "paymentReceived", id: `thought_${sequence}`, sequence, valueDate: date, businessDate: date, amount, kind: "repayment" };
  try {
    out.state = replay(out.state.terms, [...out.state.events, event], date);
  } catch (error) {
    if (error instanceof EngineRefusal) throw loanProblem("loan.event_refused", `${error.code}: ${error.message}`, { extra: { reason: error.code } });
    throw error;
  }
  out.interest += out.state.transactions.find((t) => t.eventId === event.id)?.parts.interest ?? 0;
  out.total += amount;
  if (counts) out.payments++;
}

function courseJson(course: Course, m: ToJson): WhatIfJson["asAgreed"] {
  return { lastDueDate: course.lastDueDate, payments: course.payments, interest: m(course.interest), total: m(course.total), installment: m(course.installment) };
}
