import { accruedInterest, buildSchedule, delinquencyOf, payoff } from "./answers.ts";
import { explainCell } from "./explain-cell.ts";
import type { ScheduleColumn } from "./explain-cell.ts";
import { daysBetween } from "./date.ts";
import type { IsoDate } from "./date.ts";
import { formatAmount, money } from "./money.ts";
import { formatPercent, rate } from "./rate.ts";
import { advanceTo } from "./replay.ts";
import type { InstallmentState, LoanState } from "./state.ts";
import { totalOf } from "./state.ts";
import type { Component, Minor } from "./terms.ts";
import { owed } from "./work.ts";

/** A figure that can be asked about. */
export type Figure =
  | { readonly kind: "installment"; readonly number: number; readonly part: "principal" | "interest" | "total" | "balance" }
  | { readonly kind: "cell"; readonly row: number; readonly column: ScheduleColumn }
  | { readonly kind: "outstanding"; readonly component: Component }
  | { readonly kind: "accrued_interest"; readonly asOf: IsoDate }
  | { readonly kind: "payoff"; readonly date: IsoDate }
  | { readonly kind: "allocation"; readonly eventId: string }
  | { readonly kind: "days_past_due"; readonly asOf: IsoDate };

/** Why a figure is what it is. `value` and amounts in `inputs` are decimal strings of the loan's currency or plain counts. */
export type Explanation = {
  figure: Figure; value: string; formula: string; inputs: { name: string; value: string }[]; events: string[]; rule: string; sentence: string;
};

/**
 * Formula, inputs, events, product rule and one sentence for a figure of a loan.
 * @throws RangeError  there is no such row or event
 * @example  explain(state, { kind: "installment", number: 1, part: "interest" }).sentence
 */
export function explain(state: LoanState, figure: Figure): Explanation {
  switch (figure.kind) {
    case "installment": return explainRow(state, figure);
    case "cell": return explainScheduleCell(state, figure);
    case "outstanding": return explainOutstanding(state, figure);
    case "accrued_interest": return explainAccrued(state, figure);
    case "payoff": return explainPayoff(state, figure);
    case "allocation": return explainAllocation(state, figure);
    case "days_past_due": return explainPastDue(state, figure);
  }
}

function text(state: LoanState, minor: Minor): string {
  return formatAmount(money(minor, state.terms.currency));
}

function rateText(state: LoanState): string {
  return `${formatPercent(rate(state.ratePpb))} %`;
}

function dayRule(state: LoanState): string {
  const { interest, installments } = state.terms;
  if (state.terms.model !== "daily_simple" && interest.calculation === "equal_periods") return `yearly rate for one of the periods of ${installments.every} ${installments.unit}`;
  return `actual days over a year of ${interest.daysInYear === "actual" ? "its own days" : `${interest.daysInYear} days`}`;
}

/** Ids of the events that moved money by a day. */
function movers(state: LoanState, until: IsoDate): string[] {
  return state.transactions.filter((t) => !t.reversed && t.date <= until && t.type !== "accrual").map((t) => t.eventId);
}

function explainRow(state: LoanState, figure: Extract<Figure, { kind: "installment" }>): Explanation {
  const row = state.installments[figure.number - 1];
  if (!row) throw new RangeError(`there is no installment ${figure.number}`);
  const opening = row.balanceAfter + row.due.principal - row.credited;
  const days = daysBetween(row.fromDate, row.dueDate);
  const inputs = [
    { name: "opening principal", value: text(state, opening) }, { name: "rate", value: rateText(state) }, { name: "days", value: String(days) },
    { name: "interest", value: text(state, row.due.interest) }, { name: "principal", value: text(state, row.due.principal) },
  ];
  const common = { figure, inputs, events: movers(state, row.dueDate), rule: dayRule(state) };
  if (figure.part === "interest" && state.accrual !== null) return { ...common, ...dailyInterest(state, row) };
  switch (figure.part) {
    case "interest": {
      const value = text(state, row.due.interest);
      return { ...common, value, formula: "interest = principal × rate × time, rounded once", sentence: `Installment ${row.number} bears ${value} of interest: ${text(state, opening)} at ${rateText(state)} from ${row.fromDate} to ${row.dueDate} (${days} days), by ${dayRule(state)}.` };
    }
    case "principal": {
      const value = text(state, row.due.principal);
      return { ...common, value, formula: isLast(state, row) ? "principal = what is left" : "principal = installment − interest", sentence: isLast(state, row) ? `The last installment repays the ${value} that is left.` : `Installment ${row.number} repays ${value}: ${text(state, row.due.principal + row.due.interest)} less ${text(state, row.due.interest)} of interest.` };
    }
    case "total": {
      const value = text(state, totalOf(row.due));
      return { ...common, value, formula: "total = principal + interest + fees + penalties", sentence: `${value} is due on ${row.dueDate}: principal ${text(state, row.due.principal)}, interest ${text(state, row.due.interest)}, fees ${text(state, row.due.fee)}, penalties ${text(state, row.due.penalty)}.` };
    }
    case "balance": {
      const value = text(state, row.balanceAfter);
      return { ...common, value, formula: "balance = opening principal − principal", sentence: `After installment ${row.number} the planned principal is ${value}.` };
    }
  }
}

/** Interest of a row that is accrued by the day: on the principal really outstanding, from the last payment on. */
function dailyInterest(state: LoanState, row: InstallmentState): Pick<Explanation, "value" | "formula" | "inputs" | "sentence"> {
  const value = text(state, row.due.interest);
  const formula = "interest = accrued before + principal × rate × days ÷ days of the year, rounded when paid";
  const { accrual } = state;
  if (row.settledDate !== null || accrual === null) {
    return { value, formula, inputs: [{ name: "rate", value: rateText(state) }, { name: "settled", value: row.settledDate ?? "" }], sentence: `Installment ${row.number} paid ${value} of the interest that had accrued by the day, by ${dayRule(state)}, when its money came.` };
  }
  const isFirst = state.installments.find((r) => r.settledDate === null) === row;
  const from = isFirst ? accrual.fromDate : row.fromDate;
  const principal = isFirst ? accrual.principal : (state.installments[row.number - 2]?.balanceAfter ?? accrual.principal);
  const days = Math.max(0, daysBetween(from, row.dueDate));
  const inputs = [
    { name: "principal", value: text(state, principal) }, { name: "rate", value: rateText(state) }, { name: "from", value: from }, { name: "days", value: String(days) },
    { name: "accrued before", value: text(state, isFirst ? accrual.accrued : 0) },
  ];
  return { value, formula, inputs, sentence: `If installment ${row.number} is paid on ${row.dueDate}, ${value} of it is interest: ${text(state, principal)} at ${rateText(state)} from ${from} (${days} days), by ${dayRule(state)}${isFirst && accrual.accrued > 0 ? `, and ${text(state, accrual.accrued)} accrued before` : ""}.` };
}

/** A cell as it was agreed, when the row still is as agreed; otherwise as it stands now. */
function explainScheduleCell(state: LoanState, figure: Extract<Figure, { kind: "cell" }>): Explanation {
  const row = state.installments[figure.row - 1];
  if (!row) throw new RangeError(`there is no installment ${figure.row}`);
  const payout = state.disbursements[0];
  const agreed = payout && state.disbursements.length === 1 ? buildSchedule({ ...state.terms, principal: payout.amount, disbursementDate: payout.date }).rows[figure.row - 1] : undefined;
  const stands = agreed && agreed.dueDate === row.dueDate && agreed.principal === row.due.principal && agreed.interest === row.due.interest;
  if (payout && stands && figure.column !== "fees" && figure.column !== "total") {
    const { value, formula, inputs, rule, sentence } = explainCell({ ...state.terms, principal: payout.amount, disbursementDate: payout.date }, figure.row, figure.column);
    return { figure, value, formula, inputs, rule, sentence, events: movers(state, row.dueDate) };
  }
  const part = figure.column === "fees" || figure.column === "dueDate" ? "total" : figure.column;
  const now = explainRow(state, { kind: "installment", number: figure.row, part });
  const value = figure.column === "dueDate" ? row.dueDate : figure.column === "fees" ? text(state, row.due.fee + row.due.penalty) : now.value;
  return { ...now, figure, value };
}

function isLast(state: LoanState, row: InstallmentState): boolean {
  return row.number === state.installments.length;
}

function explainOutstanding(state: LoanState, figure: Extract<Figure, { kind: "outstanding" }>): Explanation {
  const { component } = figure;
  const value = text(state, state.outstanding[component]);
  const open = state.installments.filter((row) => owed(row, component) > 0);
  const inputs = component === "principal"
    ? [{ name: "paid out", value: text(state, state.disbursed) }, { name: "repaid", value: text(state, state.disbursed - state.outstanding.principal) }]
    : open.map((row) => ({ name: `installment ${row.number}, due ${row.dueDate}`, value: text(state, owed(row, component)) }));
  const sentence = component === "principal"
    ? `${text(state, state.disbursed)} was paid out and ${text(state, state.disbursed - state.outstanding.principal)} of it repaid, so ${value} of principal is outstanding.`
    : `${value} of ${component} is owed on ${open.length} installment${open.length === 1 ? "" : "s"}.`;
  return { figure, value, formula: component === "principal" ? "outstanding = paid out − repaid" : "outstanding = Σ (due − paid − waived)", inputs, events: movers(state, state.asOf), rule: "balances by component", sentence };
}

function explainAccrued(now: LoanState, figure: Extract<Figure, { kind: "accrued_interest" }>): Explanation {
  // As it stood after the last event up to that day: from then on one balance and one rate hold.
  const last = now.events.reduce<IsoDate | null>((day, e) => (e.valueDate <= figure.asOf && (day === null || e.valueDate > day) ? e.valueDate : day), null);
  const state = last === null ? now : advanceTo(now, last);
  const minor = accruedInterest(now, figure.asOf);
  const common = { figure, value: text(state, minor), rule: dayRule(state), events: movers(state, figure.asOf) };
  const { accrual } = state;
  if (accrual === null) return { ...common, ...accruedByRow(state, figure.asOf, minor) };
  const days = Math.max(0, daysBetween(accrual.fromDate, figure.asOf));
  return {
    ...common, formula: "accrued = carried forward + principal × rate × days ÷ days of the year",
    inputs: [{ name: "principal", value: text(state, accrual.principal) }, { name: "rate", value: rateText(state) }, { name: "since", value: accrual.fromDate }, { name: "days", value: String(days) }, { name: "carried forward", value: text(state, accrual.accrued) }],
    sentence: `${common.value} of interest is earned and unpaid on ${figure.asOf}: ${text(state, accrual.principal)} at ${rateText(state)} since ${accrual.fromDate} (${days} days), by ${dayRule(state)}${accrual.accrued > 0 ? `, and ${text(state, accrual.accrued)} from before` : ""}.`,
  };
}

/** Interest that rows have: what is due of it and unpaid, and what the current row has earned by its days. */
function accruedByRow(state: LoanState, asOf: IsoDate, minor: Minor): Pick<Explanation, "formula" | "inputs" | "sentence"> {
  const overdue = state.installments.filter((row) => row.dueDate <= asOf).reduce((sum, row) => sum + owed(row, "interest"), 0);
  const current = state.installments.find((row) => row.fromDate <= asOf && asOf < row.dueDate);
  const gone = current ? `${daysBetween(current.fromDate, asOf)} of ${daysBetween(current.fromDate, current.dueDate)}` : "0";
  return {
    formula: "accrued = interest due and unpaid + interest of the current installment by its days",
    inputs: [{ name: "due and unpaid", value: text(state, overdue) }, { name: "interest of the current installment", value: text(state, current?.due.interest ?? 0) }, { name: "its days gone", value: gone }],
    sentence: `${text(state, minor)} of interest is earned and unpaid on ${asOf}: ${text(state, overdue)} is due${current ? `, ${text(state, minor - overdue)} is of installment ${current.number} for ${gone} days` : ""}.`,
  };
}

function explainPayoff(state: LoanState, figure: Extract<Figure, { kind: "payoff" }>): Explanation {
  const p = payoff(state, figure.date);
  const value = text(state, p.total);
  return {
    figure, value, formula: "payoff = principal + interest to the day + fees + penalties", rule: dayRule(state), events: movers(state, figure.date),
    inputs: [
      { name: "principal", value: text(state, p.principal) }, { name: "interest", value: text(state, p.interest) }, { name: "fees", value: text(state, p.fees) },
      { name: "penalties", value: text(state, p.penalties) }, { name: "per diem", value: text(state, p.perDiem) },
    ],
    sentence: `${value} closes the loan on ${figure.date}: principal ${text(state, p.principal)}, interest ${text(state, p.interest)}, fees ${text(state, p.fees)}, penalties ${text(state, p.penalties)}. Each further day adds ${text(state, p.perDiem)}.`,
  };
}

function explainAllocation(state: LoanState, figure: Extract<Figure, { kind: "allocation" }>): Explanation {
  const tx = state.transactions.find((t) => t.eventId === figure.eventId);
  if (!tx) throw new RangeError(`no transaction of event ${figure.eventId}`);
  const value = text(state, tx.amount);
  const rule = state.terms.allocation.strategy;
  const inputs = tx.lines.flatMap((line) => (["penalty", "fee", "interest", "principal"] as const)
    .filter((c) => line.parts[c] > 0).map((c) => ({ name: `installment ${line.installment}, due ${line.dueDate}, ${c}`, value: text(state, line.parts[c]) })));
  return {
    figure, value, formula: "amount = penalties + fees + interest + principal + excess", inputs, events: [figure.eventId], rule,
    sentence: `${value} of ${tx.date} paid penalties ${text(state, tx.parts.penalty)}, fees ${text(state, tx.parts.fee)}, interest ${text(state, tx.parts.interest)}, principal ${text(state, tx.parts.principal)}; ${text(state, tx.overpayment)} was left over.`,
  };
}

function explainPastDue(state: LoanState, figure: Extract<Figure, { kind: "days_past_due" }>): Explanation {
  const d = delinquencyOf(state, figure.asOf);
  const oldest = state.installments.find((row) => row.dueDate < figure.asOf && totalOf(row.due) > 0 && row.settledDate === null);
  const sentence = d.pastDueDays === 0 || !oldest
    ? `Nothing is past due on ${figure.asOf}.`
    : `Installment ${oldest.number}, due ${oldest.dueDate}, is unpaid on ${figure.asOf}: ${d.pastDueDays} days past due.`;
  return {
    figure, value: String(d.pastDueDays), formula: "days past due = day − oldest unpaid due date", rule: `${state.terms.delinquency.graceDays} days of grace`, events: movers(state, figure.asOf),
    inputs: [{ name: "oldest unpaid due date", value: oldest?.dueDate ?? "none" }, { name: "paused days", value: String(d.pausedDays) }], sentence,
  };
}
