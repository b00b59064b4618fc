import { accrualDraft, apply, classify, daysToClose, nextOfDay, payoff } from "#engine/index.ts";
import type { ChargeAdded, EventDraft, LoanState, PaymentKind, PeriodUnit } from "#engine/index.ts";
import type { GoldenStep, GoldenTarget } from "./loan-format.ts";
import { dateOf } from "./loan-session.ts";
import type { LoanSession } from "./loan-session.ts";
import { minor, ppb } from "./loan-terms.ts";

/** Refused by the step itself, before the engine is asked. */
export class StepRefusal extends Error {}

type Handler = (session: LoanSession, step: GoldenStep) => void;

const TIMINGS: Readonly<Record<string, ChargeAdded["timing"]>> = {
  specified_due_date: "specified_date", at_disbursement: "at_disbursement", at_tranche_disbursement: "at_tranche", every_installment: "every_installment", on_overdue: "on_overdue",
};

function need(text: string | undefined): string {
  if (text === undefined) throw new RangeError("a field is missing");
  return text;
}

function amountOf(session: LoanSession, step: GoldenStep): number {
  return minor(need(step.amount), session.state.terms.currency);
}

function valueDate(session: LoanSession, step: GoldenStep) {
  return step.date === undefined ? session.businessDate : dateOf(step.date);
}

function bucketAfter(session: LoanSession): void {
  const draft = classify(session.state, session.businessDate, "money");
  if (draft) session.add(draft);
}

/** Days not yet closed are closed before money is taken; the loan is classified as it stands. */
function beforeMoney(session: LoanSession): void {
  if (session.lastClosed !== null) closeDays(session);
  bucketAfter(session);
}

function closeDays(s: LoanSession): void {
  if (s.state.status === "closed_paid" || s.state.status === "overpaid") return;
  for (const day of daysToClose(s.lastClosed, s.businessDate)) {
    for (let draft = nextOfDay(s.state, day); draft !== null; draft = nextOfDay(s.state, day)) s.add(draft);
    s.lastClosed = day;
  }
}

/** Adds a draft and notes the loan's bucket, as every money movement does. */
function addAndClassify(session: LoanSession, draft: EventDraft): void {
  const id = session.add(draft);
  bucketAfter(session);
  session.lastEventId = id;
}

/** Steps by name. */
export const STEPS: Readonly<Record<string, Handler>> = {
  set_business_date: () => undefined,
  submit: (s, step) => { s.add({ type: "submitted", valueDate: valueDate(s, step), amount: minor(need(step.principal), s.state.terms.currency) }); s.submitted = true; },
  approve: (s, step) => { s.add({ type: "approved", valueDate: valueDate(s, step), amount: amountOf(s, step), ...(step.expected_disbursement_on === undefined ? {} : { disbursementDate: dateOf(step.expected_disbursement_on) }) }); },
  undo_approval: (s) => { s.add({ type: "reversed", valueDate: s.businessDate, eventId: lastOf(s, "approved") }); },
  disburse: (s, step) => {
    addAndClassify(s, {
      type: "disbursed", valueDate: valueDate(s, step), amount: amountOf(s, step),
      ...(step.fixed_installment_amount === undefined ? {} : { installmentAmount: minor(step.fixed_installment_amount, s.state.terms.currency) }),
      ...(step.move_next_due_date_to === undefined ? {} : { moveNextDueDateTo: dateOf(step.move_next_due_date_to) }),
    });
  },
  undo_disbursement: (s) => { for (const id of standingOf(s, "disbursed").reverse()) s.add({ type: "reversed", valueDate: s.businessDate, eventId: id }); },
  undo_last_disbursement: (s) => { s.add({ type: "reversed", valueDate: s.businessDate, eventId: lastOf(s, "disbursed") }); },
  pay: (s, step) => {
    if (step.same_idempotency_key_as_previous) return;
    beforeMoney(s);
    addAndClassify(s, { type: "paymentReceived", valueDate: valueDate(s, step), amount: amountOf(s, step), kind: need(step.type) as PaymentKind, ...(step.channel === undefined ? {} : { channel: step.channel }) });
  },
  pay_off: (s, step) => {
    const date = valueDate(s, step);
    addAndClassify(s, { type: "paymentReceived", valueDate: date, amount: payoff(s.state, date).total, kind: "repayment", payoff: true, ...(step.channel === undefined ? {} : { channel: step.channel }) });
  },
  credit_balance_refund: (s, step) => addAndClassify(s, { type: "creditBalanceRefunded", valueDate: valueDate(s, step), amount: amountOf(s, step) }),
  reverse: (s, step) => addAndClassify(s, { type: "reversed", valueDate: s.businessDate, eventId: targetOf(s, step.target) }),
  replace_amount: (s, step) => {
    const id = targetOf(s, step.target);
    const old = s.state.events.find((e) => e.id === id);
    if (old?.type !== "paymentReceived" || old.kind !== "repayment") throw new StepRefusal("type_not_editable");
    s.add({ type: "reversed", valueDate: s.businessDate, eventId: id });
    addAndClassify(s, { type: "paymentReceived", valueDate: old.valueDate, amount: amountOf(s, step), kind: old.kind });
  },
  chargeback: (s, step) => addAndClassify(s, { type: "chargedBack", valueDate: s.businessDate, paymentId: targetOf(s, step.target), amount: amountOf(s, step) }),
  add_charge: addCharge,
  waive_charge: (s, step) => addAndClassify(s, { type: "chargeWaived", valueDate: s.businessDate, chargeId: chargeOf(s, step.target) }),
  undo_waive_charge: (s) => addAndClassify(s, { type: "reversed", valueDate: s.businessDate, eventId: lastOf(s, "chargeWaived") }),
  adjust_charge: (s, step) => addAndClassify(s, { type: "chargeAdjusted", valueDate: valueDate(s, step), chargeId: chargeOf(s, step.target), amount: amountOf(s, step) }),
  charge_off: (s, step) => { s.add({ type: "chargedOff", valueDate: valueDate(s, step) }); },
  undo_charge_off: (s) => { s.add({ type: "reversed", valueDate: s.businessDate, eventId: lastOf(s, "chargedOff") }); },
  write_off: (s, step) => addAndClassify(s, { type: "writtenOff", valueDate: valueDate(s, step) }),
  mark_fraud: (s) => { s.add({ type: "fraudMarked", valueDate: s.businessDate, fraud: true }); },
  unmark_fraud: (s) => { s.add({ type: "fraudMarked", valueDate: s.businessDate, fraud: false }); },
  reschedule: (s, step) => addAndClassify(s, {
    type: "rescheduled", valueDate: valueDate(s, step), fromDate: dateOf(step.from_date),
    ...(step.new_due_date === undefined ? {} : { newDueDate: dateOf(step.new_due_date) }), ...(step.extra_installments === undefined ? {} : { extraInstallments: step.extra_installments }),
    ...(step.grace_principal_installments === undefined ? {} : { gracePrincipalInstallments: step.grace_principal_installments }),
    ...(step.grace_interest_installments === undefined ? {} : { graceInterestInstallments: step.grace_interest_installments }),
    ...(step.new_interest_rate_percent === undefined ? {} : { newRatePpb: ppb(step.new_interest_rate_percent) }),
  }),
  re_age: (s, step) => addAndClassify(s, { type: "reAged", valueDate: valueDate(s, step), startDate: dateOf(step.start_date), every: step.every ?? 1, unit: (step.unit ?? "months") as PeriodUnit, installments: step.installments ?? 1 }),
  undo_re_age: (s) => addAndClassify(s, { type: "reversed", valueDate: s.businessDate, eventId: lastOf(s, "reAged") }),
  re_amortize: (s, step) => addAndClassify(s, { type: "reAmortized", valueDate: valueDate(s, step) }),
  undo_re_amortize: (s) => addAndClassify(s, { type: "reversed", valueDate: s.businessDate, eventId: lastOf(s, "reAmortized") }),
  delinquency_pause: (s, step) => { s.add({ type: "delinquencyPaused", valueDate: s.businessDate, startDate: dateOf(step.start_date), endDate: dateOf(step.end_date) }); },
  delinquency_resume: (s, step) => {
    if (step.end_date !== undefined) throw new StepRefusal("end_date_not_allowed");
    s.add({ type: "delinquencyResumed", valueDate: s.businessDate, startDate: dateOf(step.start_date) });
  },
  end_of_day: closeDays,
  run_accruals: (s) => {
    const draft = accrualDraft(s.state, s.businessDate);
    if (draft) s.add(draft);
  },
  classify_delinquency: (s) => {
    const draft = classify(s.state, s.businessDate);
    if (draft) s.add(draft);
  },
  set_setting: (s, step) => {
    const { compatibility } = s.state.terms;
    switch (step.setting) {
      case "charge_accrual_date": s.again({ ...s.state.terms, compatibility: { ...compatibility, chargeAccrualDate: step.value as "charge_due_date" } }); return;
      case "end_of_day_recalculates_interest": s.again({ ...s.state.terms, compatibility: { ...compatibility, endOfDayRefreshesInterest: step.value === true || step.value === "true" } }); return;
      case "next_payment_due_date": s.nextDueFrom = step.value === "next_unpaid_due_date" ? "business_date" : "start"; return;
      default: throw new RangeError(`setting ${step.setting ?? ""} is not understood`);
    }
  },
};

function addCharge(s: LoanSession, step: GoldenStep): void {
  const timing = TIMINGS[need(step.timing)];
  if (timing === undefined) throw new RangeError(`timing ${step.timing ?? ""} is not understood`);
  const basis = step.basis === "percent_of_disbursed_amount" ? "percent_of_disbursed" : need(step.basis);
  addAndClassify(s, {
    type: "chargeAdded", valueDate: s.businessDate, code: need(step.charge), component: step.penalty ? "penalty" : "fee", timing, basis: basis as ChargeAdded["basis"],
    ...(step.percent === undefined ? {} : { percentPpb: ppb(step.percent) }), ...(step.amount === undefined ? {} : { amount: amountOf(s, step) }),
    ...(step.due_date === undefined ? {} : { dueDate: dateOf(step.due_date) }),
  });
}

/** Ids of events of a type that are not reversed, in order. */
function standingOf(s: LoanSession, type: string): string[] {
  const gone = new Set(s.state.events.flatMap((e) => (e.type === "reversed" ? [e.eventId] : [])));
  return s.state.events.filter((e) => e.type === type && !gone.has(e.id)).map((e) => e.id);
}

function lastOf(s: LoanSession, type: string): string {
  const id = standingOf(s, type).at(-1);
  if (id === undefined) throw new RangeError(`there is no ${type} to undo`);
  return id;
}

/** The event of the transaction a step points at. */
function targetOf(s: LoanSession, target: GoldenTarget | undefined): string {
  if (target?.step !== undefined) {
    const id = s.byStep.get(target.step);
    if (id === undefined) throw new RangeError(`step ${target.step} made no transaction`);
    return id;
  }
  const found = s.state.transactions.filter((t) => (target?.type === undefined || t.type === target.type) && (target?.on === undefined || t.date === target.on)
    && (target?.amount === undefined || t.amount === minor(target.amount, s.state.terms.currency)));
  const tx = found[(target?.nth ?? 1) - 1];
  if (!tx) throw new RangeError(`no transaction ${JSON.stringify(target)}`);
  return tx.eventId;
}

function chargeOf(s: LoanSession, target: GoldenTarget | undefined): string {
  const charge = s.state.charges.filter((c) => (target?.latest_charge === "any" || c.code === target?.latest_charge) && (target?.due_date === undefined || c.dueDate === target.due_date)).at(-1);
  if (!charge) throw new RangeError(`no charge ${JSON.stringify(target)}`);
  return charge.id;
}

/** The loan as it would be if paid out as expected: what an application shows. */
export function planned(state: LoanState): LoanState {
  if (state.disbursements.length > 0) return state;
  const date = state.terms.disbursementDate;
  return apply(state, { type: "disbursed", id: "planned", sequence: Number.MAX_SAFE_INTEGER, valueDate: date, businessDate: date, amount: state.approved ?? state.terms.principal });
}
