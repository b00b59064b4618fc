import { agreedFirstDueDate, daysBetween, delinquencyHistory, delinquencyOf, formatAmount, money, nextDue, notedDelinquency, overdueOf, totalOf } from "#engine/index.ts";
import type { InstallmentState, LoanState, Parts, TransactionState } from "#engine/index.ts";
import { ACCOUNT_TYPES } from "#modules/servicing/domain/compat-posting-rules.ts";
import type { GoldenStep } from "./loan-format.ts";
import type { LoanSession } from "./loan-session.ts";
import { planned } from "./loan-steps.ts";

type Row = Record<string, unknown>;
type Check = (session: LoanSession, expected: unknown, step: GoldenStep) => string | null;

/** Checks every field of an `expect` block. @returns the first difference, or null */
export function differenceFrom(session: LoanSession, expect: Record<string, unknown>, step: GoldenStep): string | null {
  for (const [field, expected] of Object.entries(expect)) {
    const check = CHECKS[field];
    if (!check) return `expectation ${field} is not understood`;
    const difference = check(session, expected, step);
    if (difference !== null) return `${field}: ${difference}`;
  }
  return null;
}

function text(state: LoanState, minor: number): string {
  return formatAmount(money(minor, state.terms.currency));
}

function same(actual: unknown, expected: unknown): string | null {
  return JSON.stringify(actual) === JSON.stringify(expected) ? null : `is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`;
}

const STATUS: Readonly<Record<string, string>> = { pending: "submitted" };

/** A value of the loan, compared as it is. */
function value(of: (session: LoanSession) => unknown): Check {
  return (session, expected) => same(of(session), expected);
}

const IN: readonly string[] = ["repayment", "down_payment", "goodwill_credit", "merchant_refund", "payout_refund", "refund_by_cash"];

function lastIn(session: LoanSession, types: readonly string[]): TransactionState | undefined {
  return session.state.transactions.filter((t) => types.includes(t.type) && !t.reversed).at(-1);
}

const CHECKS: Readonly<Record<string, Check>> = {
  status: value((s) => STATUS[s.state.status] ?? s.state.status),
  total_outstanding: value((s) => text(s.state, totalOf(s.state.outstanding))),
  overpaid: value((s) => text(s.state, s.state.overpayment)),
  total_overdue: value((s) => text(s.state, totalOf(overdueOf(s.state, s.businessDate)))),
  charged_off_on: value((s) => s.state.chargedOffDate),
  fraud: value((s) => s.state.fraud),
  closed_on: value((s) => s.state.closedDate),
  fixed_length_days: value((s) => s.state.terms.fixedLengthDays),
  expected_maturity_date: value((s) => s.state.installments.filter((r) => r.kind === "installment").at(-1)?.dueDate ?? null),
  actual_maturity_date: value((s) => s.state.closedDate ?? s.state.installments.at(-1)?.dueDate ?? null),
  all_installments_settled: value((s) => s.state.installments.every((r) => r.settledDate !== null)),
  next_payment_due_date: value((s) => nextDue(s.state, s.businessDate, s.nextDueFrom === "start" ? "oldest" : "upcoming")?.dueDate ?? null),
  last_closed_business_date: value((s) => s.lastClosed),
  total_repayment_transactions: value((s) => text(s.state, s.state.transactions.filter((t) => !t.reversed && (t.type === "repayment" || t.type === "down_payment")).reduce((sum, t) => sum + t.amount, 0))),
  last_payment_amount: value((s) => text(s.state, lastIn(s, IN)?.amount ?? 0)),
  last_response_amount: value((s) => text(s.state, lastIn(s, IN)?.amount ?? 0)),
  last_charge_amount: value((s) => text(s.state, planned(s.state).charges.at(-1)?.due ?? 0)),
  last_payment: (s, expected) => {
    const tx = lastIn(s, IN);
    const event = s.state.events.find((e) => e.id === tx?.eventId);
    const actual = { type: tx?.type, amount: tx ? text(s.state, tx.amount) : null, channel: event?.type === "paymentReceived" ? (event.channel ?? null) : null };
    return sameFields(actual, expected as Row);
  },
  last_payment_info: (s, expected) => {
    const any = lastIn(s, IN);
    const repayment = lastIn(s, ["repayment", "down_payment"]);
    return sameFields({
      payment_amount: any ? text(s.state, any.amount) : null, payment_date: any?.date ?? null,
      repayment_amount: repayment ? text(s.state, repayment.amount) : null, repayment_date: repayment?.date ?? null,
    }, expected as Row);
  },
  last_repayment_charge_split: (s, expected) => {
    const actual = (lastIn(s, ["repayment"])?.charges ?? []).map((c) => ({ charge: s.state.charges.find((x) => x.id === c.chargeId)?.code ?? null, amount: text(s.state, c.amount) }));
    return sameSet(actual, expected as Row[]);
  },
  schedule: (s, expected) => checkSchedule(s, expected as Row),
  transactions: (s, expected) => {
    const rows = transactionRows(s.state);
    if (rows.length !== (expected as Row[]).length) return `${rows.length} transactions, expected ${(expected as Row[]).length}: ${rows.map((r) => `${String(r["date"])} ${String(r["type"])} ${String(r["amount"])}`).join(", ")}`;
    return sameSet(rows, expected as Row[]);
  },
  transactions_include: (s, expected) => sameSet(transactionRows(s.state), expected as Row[]),
  transaction_counts: (s, expected) => {
    for (const { type, count } of expected as { type: string; count: number }[]) {
      const actual = s.state.transactions.filter((t) => t.type === type).length;
      if (actual !== count) return `${actual} of ${type}, expected ${count}`;
    }
    return null;
  },
  reversed_transactions: (s, expected) => sameSet(transactionRows(s.state).filter((t) => t["reversed"] === true), expected as Row[]),
  not_reversed_transactions: (s, expected) => sameSet(transactionRows(s.state).filter((t) => t["reversed"] === false), expected as Row[]),
  charges: (s, expected) => sameSet(chargeRows(s.state), expected as Row[]),
  charges_include: (s, expected) => sameSet(chargeRows(s.state), expected as Row[]),
  journal_entries: (s, expected) => checkJournal(s, expected as Row[]),
  delinquency: (s, expected) => sameFields({ bucket: notedDelinquency(s.state).bucket, since: notedDelinquency(s.state).since }, expected as Row),
  delinquency_history: (s, expected) => sameSet(delinquencyHistory(s.state).map((h) => ({ bucket: h.bucket, added_on: h.addedDate, lifted_on: h.liftedDate })), expected as Row[]),
  delinquency_history_item: (s, expected) => sameSet(delinquencyHistory(s.state).map((h) => ({ bucket: h.bucket, added_on: h.addedDate, lifted_on: h.liftedDate })), [expected as Row]),
  loan_delinquency: (s, expected) => {
    const d = delinquencyOf(s.state, s.businessDate);
    return sameFields({ bucket: notedDelinquency(s.state).bucket, amount: text(s.state, d.amount), since: d.since, delinquent_days: d.delinquentDays, past_due_days: d.pastDueDays }, expected as Row);
  },
  installment_delinquency: (s, expected) => {
    const actual = notedDelinquency(s.state).installments.map((d) => ({ bucket: d.bucket, amount: text(s.state, d.amount) }));
    return expected === null ? same(actual.length === 0 ? null : actual, null) : same(actual, expected);
  },
  delinquency_actions: (s, expected) => same(actionRows(s.state), expected),
  delinquency_pauses: (s, expected) => same(s.state.pauses.map((p) => ({ active: p.startDate <= s.businessDate && s.businessDate <= p.endDate, start_date: p.startDate, end_date: p.endDate })), expected),
  installment_amount_variations: (s, expected) => same(variations(s.state).filter((v) => v.kind === "installment_amount"), expected),
  term_variations: (s, expected) => same(variations(s.state), expected),
};

function actionRows(state: LoanState): Row[] {
  return state.events.flatMap((e): Row[] => (e.type === "delinquencyPaused" ? [{ action: "pause", start_date: e.startDate, end_date: e.endDate }]
    : e.type === "delinquencyResumed" ? [{ action: "resume", start_date: e.startDate, end_date: null }] : []));
}

function variations(state: LoanState): { kind: string; applicable_from: string; amount: string | null; date: string | null; single_installment_only: boolean }[] {
  return state.events.flatMap((e) => {
    if (e.type !== "disbursed") return [];
    const amount = e.installmentAmount === undefined ? null : text(state, e.installmentAmount);
    const list = amount === null ? [] : [{ kind: "installment_amount", applicable_from: e.valueDate as string, amount, date: null as string | null, single_installment_only: false }];
    if (e.moveNextDueDateTo !== undefined) list.push({ kind: "due_date", applicable_from: agreedFirstDueDate(state.terms, e.valueDate), amount: amount ?? "", date: e.moveNextDueDateTo, single_installment_only: false });
    return list;
  });
}

/** Each named field of the expected row, a null matching nothing or zero only where the row has no such figure. */
function sameFields(actual: Row, expected: Row): string | null {
  for (const [field, wanted] of Object.entries(expected)) {
    if (JSON.stringify(actual[field] ?? null) !== JSON.stringify(wanted)) return `${field} is ${JSON.stringify(actual[field] ?? null)}, expected ${JSON.stringify(wanted)}`;
  }
  return null;
}

/** Every expected row must be found among the actual ones, each actual row used once. */
function sameSet(actual: readonly Row[], expected: readonly Row[]): string | null {
  const left = [...actual];
  for (const wanted of expected) {
    const at = left.findIndex((row) => sameFields(row, wanted) === null);
    if (at < 0) return `no ${JSON.stringify(wanted)} among ${JSON.stringify(closest(left, wanted))}`;
    left.splice(at, 1);
  }
  return null;
}

function closest(rows: readonly Row[], wanted: Row): unknown {
  const score = (row: Row) => Object.keys(wanted).filter((k) => JSON.stringify(row[k] ?? null) === JSON.stringify(wanted[k])).length;
  return [...rows].sort((a, b) => score(b) - score(a))[0] ?? [];
}

function transactionRows(state: LoanState): Row[] {
  return state.transactions.map((t, index) => ({
    position: index + 1, date: t.date, type: t.type, amount: text(state, t.amount), principal: text(state, t.parts.principal), interest: text(state, t.parts.interest), fees: text(state, t.parts.fee),
    penalties: text(state, t.parts.penalty), balance_after: text(state, t.balanceAfter), overpayment: text(state, t.overpayment), reversed: t.reversed,
  }));
}

const TIMING: Readonly<Record<string, string>> = { specified_date: "specified_due_date", at_tranche: "at_tranche_disbursement" };

function chargeRows(state: LoanState): Row[] {
  return state.charges.map((c) => ({
    charge: c.code, penalty: c.component === "penalty", timing: TIMING[c.timing] ?? c.timing, due_date: c.dueDate, basis: c.basis === "percent_of_disbursed" ? "percent_of_disbursed_amount" : c.basis,
    due: text(state, c.due), paid: text(state, c.paid), waived: text(state, c.waived), outstanding: text(state, c.due - c.paid - c.waived),
  }));
}

function checkSchedule(session: LoanSession, expected: Row): string | null {
  const state = planned(session.state);
  const rows = scheduleRows(state);
  for (const [field, wanted] of Object.entries(expected)) {
    let difference: string | null;
    switch (field) {
      case "period_count": difference = same(rows.filter((r) => r["nr"] !== null).length, wanted); break;
      case "periods":
        difference = rows.length === (wanted as Row[]).length ? sameSet(rows, wanted as Row[]) : `${rows.length} rows, expected ${(wanted as Row[]).length}: ${rows.map((r) => `${String(r["date"])} ${String(r["due"])}`).join(", ")}`;
        break;
      case "totals": difference = sameFields(totals(state), wanted as Row); break;
      case "principal_spread_evenly_over": difference = same(isSpreadEvenly(state, wanted as number), true); break;
      default: difference = "is not understood";
    }
    if (difference !== null) return `${field} ${difference}`;
  }
  return null;
}

/** Every row but the last has its share rounded to whole units, ties down; the last has the rest. */
function isSpreadEvenly(state: LoanState, count: number): boolean {
  const rows = state.installments.filter((r) => r.kind === "installment");
  const total = rows.reduce((sum, r) => sum + r.due.principal, 0);
  const share = Math.ceil(total / count / 100 - 0.5) * 100;
  return rows.length === count && rows.every((r, i) => r.due.principal === (i === count - 1 ? total - share * (count - 1) : share));
}

function scheduleRows(state: LoanState): Row[] {
  const isPlan = state.events.at(-1)?.id === "planned";
  const payouts = state.disbursements.map((d): Row => ({
    kind: "disbursement", nr: null, days: null, date: d.date, paid_on: null, balance: text(state, d.amount), principal: null, interest: null, fees: text(state, d.fees), penalties: null,
    due: text(state, d.fees), paid: isPlan ? null : text(state, d.fees), in_advance: null, late: null, outstanding: isPlan ? "0.00" : null,
  }));
  return [...payouts, ...state.installments.map((row) => installmentRow(state, row))];
}

function installmentRow(state: LoanState, row: InstallmentState): Row {
  const [due, paid, waived] = [totalOf(row.due), totalOf(row.paid), totalOf(row.waived)];
  return {
    kind: row.kind === "down_payment" ? "down_payment" : "installment", nr: row.number, days: daysBetween(row.fromDate, row.dueDate), date: row.dueDate, paid_on: row.settledDate,
    balance: text(state, row.balanceAfter), principal: text(state, row.due.principal), interest: text(state, row.due.interest), fees: text(state, row.due.fee), penalties: text(state, row.due.penalty),
    due: text(state, due), paid: text(state, paid), in_advance: text(state, row.paidInAdvance), late: text(state, row.paidLate), waived: text(state, waived), outstanding: text(state, due - paid - waived - totalOf(row.writtenOff)),
  };
}

function totals(state: LoanState): Row {
  const sum = (of: (row: InstallmentState) => Parts | number) => state.installments.reduce((total, row) => { const v = of(row); return total + (typeof v === "number" ? v : totalOf(v)); }, 0);
  const atPayout = state.disbursements.reduce((total, d) => total + d.fees, 0);
  const due = sum((r) => r.due) + atPayout;
  const paid = sum((r) => r.paid) + atPayout;
  return {
    principal: text(state, sum((r) => r.due.principal)), interest: text(state, sum((r) => r.due.interest)), fees: text(state, sum((r) => r.due.fee) + atPayout), penalties: text(state, sum((r) => r.due.penalty)),
    due: text(state, due), paid: text(state, paid), in_advance: text(state, sum((r) => r.paidInAdvance)), late: text(state, sum((r) => r.paidLate)), waived: text(state, sum((r) => r.waived)),
    outstanding: text(state, due - paid - sum((r) => r.waived) - sum((r) => r.writtenOff)),
  };
}

/** Each expected line must be among the postings of some transaction of that type and date. */
function checkJournal(session: LoanSession, expected: readonly Row[]): string | null {
  for (const entry of expected) {
    const old = entry["of_replaced_transaction"] === true;
    const candidates = session.posted.filter((p) => p.type === entry["transaction_type"] && p.date === entry["transaction_date"] && (!old || p.replaced));
    for (const line of entry["lines"] as Row[]) {
      const rows = candidates.flatMap((c) => c.postings.map((p): Row => ({
        account: p.account, account_type: ACCOUNT_TYPES[p.account], debit: p.debit === 0 ? null : text(session.state, p.debit), credit: p.credit === 0 ? null : text(session.state, p.credit),
      })));
      if (!rows.some((row) => sameFields(row, line) === null)) return `${String(entry["transaction_type"])} ${String(entry["transaction_date"])}: no ${JSON.stringify(line)} among ${JSON.stringify(rows)}`;
    }
  }
  return null;
}
