import { chargeParts, taxCode } from "./charge-rules.ts";
import { addDays, addMonths, daysBetween } from "./date.ts";
import type { IsoDate } from "./date.ts";
import type { ChargeAdded, EventDraft } from "./events.ts";
import { divideRounded, safeNumber } from "./rounding.ts";
import { noParts } from "./state.ts";
import type { InstallmentState, LoanState, TransactionState, TransactionType } from "./state.ts";
import { downPaymentOf, earnedInterest } from "./structure.ts";
import type { Minor, Parts, PenalCharge, ProductCharge } from "./terms.ts";
import { owed } from "./work.ts";

type ChargeDraft = Extract<EventDraft, { type: "chargeAdded" }>;

/**
 * Charges of the product that are due by `asOf` and not yet raised: late fees once per overdue installment after its grace days,
 * penal charges once per month of overdue. Each names its cause in `reference`, so calling again raises nothing twice.
 *
 * @returns drafts with value date `asOf`
 */
export function chargesToRaise(state: LoanState, asOf: IsoDate): ChargeDraft[] {
  if (state.status !== "active" || state.chargedOffDate !== null) return [];
  const raised = new Set(state.events.filter((e): e is ChargeAdded => e.type === "chargeAdded").map((e) => e.reference));
  const drafts: ChargeDraft[] = [];
  for (const rule of state.terms.charges) if (rule.timing === "on_overdue") drafts.push(...lateFees(state, rule, asOf));
  if (state.terms.penalCharge) drafts.push(...penalCharges(state, state.terms.penalCharge, asOf));
  return drafts.filter((draft) => !raised.has(draft.reference));
}

function lateFees(state: LoanState, rule: ProductCharge, asOf: IsoDate): ChargeDraft[] {
  const drafts: ChargeDraft[] = [];
  // What was given up or paid back counts: a cap is on what is asked for.
  let left = (rule.lifetimeMaximum ?? Number.MAX_SAFE_INTEGER) - state.charges.reduce((sum, c) => (c.code === rule.code ? sum + c.due : sum), 0);
  const known = new Set(state.charges.map((c) => c.reference));
  for (const row of state.installments) {
    if (addDays(row.dueDate, rule.graceDays ?? 0) >= asOf) break;
    if (owed(row, "principal") + owed(row, "interest") <= 0) continue;
    if (known.has(`${rule.code}:${row.dueDate}`)) continue;
    const { net, tax } = lateFee(state, rule, row, left);
    left -= net;
    for (const [code, amount] of [[rule.code, net], [taxCode(rule.code), tax]] as const) {
      if (amount <= 0) continue;
      drafts.push({
        type: "chargeAdded", valueDate: asOf, code, component: rule.component, timing: "on_overdue", basis: rule.basis, amount,
        dueDate: rule.dueOn === "installment" ? row.dueDate : asOf, reference: `${code}:${row.dueDate}`,
      });
    }
  }
  return drafts;
}

/** Flat, or a share of the row (or of what is overdue of it), within the rule's limits; and its tax. */
function lateFee(state: LoanState, rule: ProductCharge, row: InstallmentState, most: Minor): { net: Minor; tax: Minor } {
  const overdue = rule.basis === "percent_of_overdue";
  const principal = overdue ? owed(row, "principal") : row.due.principal;
  const interest = overdue ? owed(row, "interest") : row.due.interest;
  const capped = { ...rule, minimum: Math.min(rule.minimum ?? 0, Math.max(0, most)), maximum: Math.min(rule.maximum ?? most, Math.max(0, most)) };
  return chargeParts(capped, { principal, interest, disbursed: principal, outstanding: state.outstanding.principal }, state.terms.rounding);
}

/** Months of overdue that are over (by time or because the row was settled), each charged once on what was overdue day by day. */
function penalCharges(state: LoanState, rule: PenalCharge, asOf: IsoDate): ChargeDraft[] {
  const drafts: ChargeDraft[] = [];
  for (const row of state.installments) {
    if (row.dueDate >= asOf) break;
    const end = row.settledDate ?? asOf;
    if (daysBetween(row.dueDate, end) <= rule.graceDays) continue;
    for (let month = 0; ; month++) {
      const from = addMonths(row.dueDate, month);
      const monthEnd = addMonths(row.dueDate, month + 1);
      const to = monthEnd < end ? monthEnd : end;
      if (from >= end || (to === end && row.settledDate === null && to < monthEnd)) break;
      const amount = overdueCharge(state, rule, row, from, to);
      if (amount > 0) {
        drafts.push({
          type: "chargeAdded", valueDate: asOf, code: rule.code, component: "penalty", timing: "on_overdue", basis: "flat", amount, dueDate: asOf,
          reference: `${rule.code}:${row.dueDate}:${month}`,
        });
      }
    }
  }
  return drafts;
}

/** overdue amount × rate × days ÷ 365 over a span, the overdue amount taken day by day from what was paid on the row; rounded once. */
function overdueCharge(state: LoanState, rule: PenalCharge, row: InstallmentState, from: IsoDate, to: IsoDate): Minor {
  let overdue = row.due.principal + (rule.on === "overdue_principal" ? 0 : row.due.interest);
  let dayUnits = 0n;
  let cursor = from;
  for (const { date, amount } of paidOn(state, rule, row)) {
    if (date >= to) break;
    if (date > cursor) {
      dayUnits += BigInt(overdue) * BigInt(daysBetween(cursor, date));
      cursor = date;
    }
    overdue -= amount;
  }
  dayUnits += BigInt(overdue) * BigInt(daysBetween(cursor, to));
  return safeNumber(divideRounded(dayUnits * BigInt(rule.ratePpb), 365n * 1_000_000_000n, state.terms.rounding));
}

/** What was paid on a row of that which the charge is on, in order of day. Of money lent again that is the part an overpayment met at once. */
function paidOn(state: LoanState, rule: PenalCharge, row: InstallmentState): { date: IsoDate; amount: Minor }[] {
  const interestToo = rule.on !== "overdue_principal";
  return state.transactions.filter((tx) => !tx.reversed).flatMap((tx) => tx.lines.filter((line) => isOf(state, row, line)).map(({ parts }) => {
    if (!LENDING.has(tx.type)) return { date: tx.date, amount: parts.principal + (interestToo ? parts.interest : 0) };
    // Charges are met first, then interest.
    return { date: tx.date, amount: Math.max(0, tx.overpayment - parts.fee - parts.penalty - (interestToo ? 0 : parts.interest)) };
  }));
}

const LENDING = new Set<TransactionType>(["chargeback", "credit_balance_refund"]);

/** Whether a line of a transaction is of a row. Rows are numbered anew when a later payout adds one: a number that is gone is the installment of its day. */
function isOf(state: LoanState, row: InstallmentState, line: TransactionState["lines"][number]): boolean {
  const isNamed = (r: InstallmentState) => r.dueDate === line.dueDate && r.number === line.installment;
  return isNamed(row) || (row.dueDate === line.dueDate && row.kind === "installment" && !state.installments.some(isNamed));
}

/** Income earned up to `upTo` and not yet posted: interest by days, fees and penalties from their accrual day on. Minor units. */
export function accrualToPost(state: LoanState, upTo: IsoDate): Parts {
  const parts = noParts();
  for (const row of accrualsToPost(state, upTo)) {
    parts.interest += row.interest;
    parts.fee += row.fee;
    parts.penalty += row.penalty;
  }
  return parts;
}

/**
 * The same by installment, oldest first. What was posted before counts for the oldest installments. Each part is dated on the due
 * date of its installment, or on `upTo` when that is earlier.
 */
export function accrualsToPost(state: LoanState, upTo: IsoDate): { valueDate: IsoDate; interest: Minor; fee: Minor; penalty: Minor }[] {
  const posted = noParts();
  for (const tx of state.transactions) {
    if (tx.type !== "accrual" || tx.reversed) continue;
    for (const c of ["interest", "fee", "penalty"] as const) posted[c] += tx.parts[c];
  }
  const found = [];
  for (const row of state.installments) {
    const earned = { interest: Math.max(earnedInterest(state.terms, row, upTo), row.paid.interest), fee: 0, penalty: 0 };
    earned.interest -= row.waived.interest;
    for (const share of row.charges) if (accruesOn(state, share.chargeId) <= upTo) earned[share.component] += share.due - share.waived;
    for (const c of ["interest", "fee", "penalty"] as const) {
      const already = Math.min(posted[c], Math.max(0, earned[c]));
      posted[c] -= already;
      earned[c] -= already;
    }
    if (earned.interest + earned.fee + earned.penalty > 0) found.push({ valueDate: row.dueDate < upTo ? row.dueDate : upTo, ...earned });
  }
  return found;
}

/** The day a charge's income may be taken. */
function accruesOn(state: LoanState, chargeId: string): IsoDate {
  const charge = state.charges.find((c) => c.id === chargeId);
  if (!charge) return state.asOf;
  return state.terms.compatibility.chargeAccrualDate === "charge_submitted_date" ? charge.submittedDate : (charge.dueDate ?? charge.submittedDate);
}

/** The down payment to collect by itself for a payout just made: what an overpayment does not already cover. `null`: nothing. */
export function downPaymentToCollect(before: LoanState, payout: { id: string; amount: Minor; valueDate: IsoDate }): Extract<EventDraft, { type: "paymentReceived" }> | null {
  if (!before.terms.downPayment?.autoCollect) return null;
  const amount = downPaymentOf(before.terms, payout.amount) - before.overpayment;
  return amount > 0 ? { type: "paymentReceived", valueDate: payout.valueDate, kind: "down_payment", amount, disbursementId: payout.id } : null;
}
