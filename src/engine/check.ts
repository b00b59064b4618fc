import { checkCharges } from "./charge-rules.ts";
import { checkChange, checkChoice, checkOwing, checkRecovery, drawsByFloats, isGivenUp } from "./check-changes.ts";
import { checkPlan } from "./check-plan.ts";
import { isIsoDate, MAX_DAY, toDay } from "./date.ts";
import type { LoanEvent } from "./events.ts";
import { currencyDecimals } from "./money.ts";
import { EngineRefusal } from "./state.ts";
import type { LoanState, RefusalCode } from "./state.ts";
import type { LoanTerms } from "./terms.ts";

function refuse(code: RefusalCode, detail: string): never {
  throw new EngineRefusal(code, detail);
}

const isMinor = (value: number): boolean => Number.isSafeInteger(value);

/** Most a loan may be, in minor units: sums of interest and charges over 600 rows stay exact below 2^53. */
export const MAX_PRINCIPAL = 1_000_000_000_000_000;
export const MAX_INSTALLMENTS = 600;

/**
 * Refuses terms that cannot make a schedule, before anything is computed.
 * @throws EngineRefusal  with a code `terms.…`
 */
export function checkTerms(terms: LoanTerms): void {
  currencyDecimals(terms.currency);
  if (!isMinor(terms.principal) || terms.principal <= 0 || terms.principal > MAX_PRINCIPAL) refuse("terms.principal_not_positive", `principal ${terms.principal}`);
  const { count, every } = terms.installments;
  if (!Number.isInteger(count) || count < 1 || count > MAX_INSTALLMENTS || !Number.isInteger(every) || every < 1) {
    refuse("terms.installments_not_positive", `${count} installments every ${every} ${terms.installments.unit}`);
  }
  const { ratePpb } = terms.interest;
  if (!isMinor(ratePpb) || ratePpb < 0 || ratePpb > 10_000_000_000) refuse("terms.rate_out_of_range", `yearly rate of ${ratePpb} parts per billion`);
  if (!isIsoDate(terms.disbursementDate) || (terms.firstDueDate !== null && !isIsoDate(terms.firstDueDate)) || (terms.submittedDate !== null && !isIsoDate(terms.submittedDate))) {
    refuse("terms.date_out_of_range", "a date is not a day of the calendar");
  }
  const longest = { days: 1, weeks: 7, months: 31, years: 366 }[terms.installments.unit];
  if (toDay(terms.firstDueDate ?? terms.disbursementDate) + (count + 1) * every * longest > MAX_DAY) refuse("terms.date_out_of_range", "the schedule ends beyond the calendar");
  if (terms.firstDueDate !== null && terms.firstDueDate <= terms.disbursementDate) {
    refuse("terms.maturity_before_first_due", `first due ${terms.firstDueDate} is not after ${terms.disbursementDate}`);
  }
  if (terms.grace.principalInstallments >= count || terms.grace.interestInstallments >= count) refuse("terms.grace_too_long", "grace covers all installments");
  checkModel(terms);
  checkPlan(terms);
  checkCharges(terms.charges);
  if (terms.balloon < 0 || terms.balloon > terms.principal) refuse("terms.malformed", `balloon ${terms.balloon}`);
  if (terms.installmentAmount !== null && terms.installmentAmount <= 0) refuse("terms.payment_below_interest", `installment ${terms.installmentAmount}`);
}

/** What a model cannot draw is refused, never left out in silence. */
function checkModel(terms: LoanTerms): void {
  if (terms.model === "classic") return;
  if (terms.interest.method === "flat" && terms.interest.ratePpb > 0) refuse("terms.not_for_this_model", `a ${terms.model} loan bears interest on the declining balance`);
}

/**
 * Refuses a history that contradicts itself: the same id or sequence twice, a reversal of nothing or of something reversed.
 * @throws EngineRefusal  with a code `event.…`
 */
export function checkHistory(events: readonly LoanEvent[]): void {
  const ids = new Map<string, LoanEvent>();
  const sequences = new Set<number>();
  for (const event of events) {
    if (ids.has(event.id) || sequences.has(event.sequence)) refuse("event.duplicate", `event ${event.id} (${event.sequence}) is there twice`);
    ids.set(event.id, event);
    sequences.add(event.sequence);
  }
  const gone = new Set<string>();
  for (const event of events) {
    if (event.type !== "reversed") continue;
    if (!ids.has(event.eventId)) refuse("event.target_not_found", `no event ${event.eventId}`);
    if (gone.has(event.eventId)) refuse("event.already_reversed", `event ${event.eventId} is reversed twice`);
    gone.add(event.eventId);
  }
}

/**
 * Refuses an event that cannot follow on what is known of the loan.
 * @throws EngineRefusal  with a code of `REFUSAL_CODES`
 */
export function checkEvent(state: LoanState, event: LoanEvent): void {
  if (state.events.some((e) => e.id === event.id || e.sequence === event.sequence)) refuse("event.duplicate", `event ${event.id} (${event.sequence}) is known`);
  if (!isIsoDate(event.valueDate) || !isIsoDate(event.businessDate)) refuse("event.date_in_future", "not a day of the calendar");
  if (event.valueDate > event.businessDate) refuse("event.date_in_future", `value date ${event.valueDate} is after the business date ${event.businessDate}`);
  if ("amount" in event && event.amount !== undefined && (!isMinor(event.amount) || event.amount <= 0)) refuse("event.amount_not_positive", `amount ${event.amount}`);
  if (event.type === "submitted") return;
  if (event.type === "indexFixed") return checkFixing(state, event);
  if (event.type === "interestPaused") return checkInterestPause(state, event);
  if (event.type === "approved") return checkLimit(state, event.amount, 0);
  if (event.type === "disbursed") return checkDisbursement(state, event.amount);
  if (event.type === "fraudMarked" || event.type === "delinquencyClassified" || event.type === "accrualPosted" || event.type === "interestRefreshed") return;
  if (event.type === "delinquencyPaused" || event.type === "delinquencyResumed") return checkPause(state, event);
  if (event.type === "reversed") return checkReversal(state, event.eventId);
  if (event.type === "recoveryReceived") return checkRecovery(state, event);
  if (event.type === "chargeAdded" && state.disbursements.length === 0) return;
  if (state.disbursements.length === 0) refuse("loan.not_disbursed", "nothing was paid out yet");
  const first = state.disbursements[0];
  if (first && event.valueDate < first.date && event.type !== "chargeAdded") refuse("event.before_disbursement", `${event.valueDate} is before the payout on ${first.date}`);
  checkOpen(state, event);
}

function checkFixing(state: LoanState, event: Extract<LoanEvent, { type: "indexFixed" }>): void {
  const index = state.terms.ratePlan?.floating?.index;
  if (index !== event.index) refuse("event.index_not_agreed", `the loan follows ${index ?? "no index"}, not ${event.index}`);
  if (!isMinor(event.ratePpb) || Math.abs(event.ratePpb) > 10_000_000_000) refuse("terms.rate_out_of_range", `index of ${event.ratePpb} parts per billion`);
}

function checkInterestPause(state: LoanState, event: Extract<LoanEvent, { type: "interestPaused" }>): void {
  const { model, interest } = state.terms;
  if (!isIsoDate(event.from) || !isIsoDate(event.to) || event.to <= event.from) refuse("event.pause_without_days", `a pause from ${event.from} to ${event.to}`);
  if ((model === "classic" && interest.method !== "declining") || drawsByFloats(state.terms)) {
    refuse("schedule.not_for_this_model", "interest pauses where it accrues by the day or is drawn up on the declining balance");
  }
}

function checkLimit(state: LoanState, amount: number, already: number): void {
  const limit = state.terms.principal + Math.floor((state.terms.principal * state.terms.tranches.overApprovalPpb) / 1e9);
  if (amount + already > limit) refuse("loan.amount_above_limit", `${amount + already} is above ${limit}`);
}

function checkDisbursement(state: LoanState, amount: number): void {
  if (isGivenUp(state)) refuse("loan.not_open", `the loan is ${state.status.replaceAll("_", " ")}`);
  if (state.chargedOffDate !== null) refuse("loan.charged_off", "the loan is charged off");
  if (state.disbursements.length >= state.terms.tranches.max) refuse("loan.too_many_tranches", `${state.terms.tranches.max} payouts are allowed`);
  checkLimit(state, amount, state.disbursed);
  const { maxOutstanding } = state.terms.tranches;
  if (maxOutstanding !== null && state.outstanding.principal + amount > maxOutstanding) refuse("loan.amount_above_limit", `${state.outstanding.principal + amount} would be outstanding, ${maxOutstanding} is allowed`);
}

function checkOpen(state: LoanState, event: LoanEvent): void {
  if (isGivenUp(state)) refuse("loan.not_open", `the loan is ${state.status.replaceAll("_", " ")}`);
  const chargedOff = state.chargedOffDate !== null;
  switch (event.type) {
    case "settled":
      checkOwing(state);
      return checkNothingLater(state, event);
    case "writtenOff": return checkOwing(state);
    case "extended": case "deferred": case "interestCapitalised": return checkChange(state, event, MAX_INSTALLMENTS);
    case "paymentReceived": return checkChoice(state, event);
    case "chargedOff": {
      if (chargedOff) refuse("loan.already_charged_off", `charged off on ${state.chargedOffDate}`);
      return checkNothingLater(state, event);
    }
    case "chargeAdded": case "rescheduled": case "reAged": case "reAmortized": case "rateChanged":
      if (chargedOff) refuse("loan.charged_off", "the loan is charged off");
      if (event.type === "reAged" || event.type === "reAmortized") checkRearranging(state);
      if (event.type === "rescheduled") checkReschedule(state, event);
      return;
    case "chargeWaived": case "chargeAdjusted": {
      const charge = state.charges.find((c) => c.id === event.chargeId);
      if (!charge) refuse("event.target_not_found", `no charge ${event.chargeId}`);
      if (event.type === "chargeWaived" && charge.due - charge.paid - charge.waived <= 0) refuse("charge.nothing_to_waive", "the charge is settled");
      return;
    }
    case "chargedBack": {
      const payment = state.transactions.find((t) => t.eventId === event.paymentId && !t.reversed);
      if (!payment) refuse("event.target_not_found", `no payment ${event.paymentId}`);
      const before = state.events.reduce((sum, e) => (e.type === "chargedBack" && e.paymentId === event.paymentId && !isReversed(state, e.id) ? sum + e.amount : sum), 0);
      if (before + event.amount > payment.amount) refuse("chargeback.amount_above_payment", `${before + event.amount} of ${payment.amount}`);
      return;
    }
    case "creditBalanceRefunded":
      if (state.overpayment <= 0) refuse("loan.not_overpaid", "there is no overpayment");
      return;
  }
}

function checkNothingLater(state: LoanState, { valueDate }: LoanEvent): void {
  if (state.transactions.some((t) => !t.reversed && t.date > valueDate && t.type !== "accrual")) refuse("loan.later_transaction_exists", `there is a transaction after ${valueDate}`);
}

function checkRearranging(state: LoanState): void {
  const { model, compatibility } = state.terms;
  if (model !== "daily_simple" && state.ratePpb > 0 && !compatibility.reAgeMovesPrincipalOnly) refuse("schedule.not_for_this_model", `a ${model} loan that bears interest is rescheduled instead`);
}

function checkReschedule(state: LoanState, event: Extract<LoanEvent, { type: "rescheduled" }>): void {
  const { model } = state.terms;
  const grace = (event.gracePrincipalInstallments ?? 0) + (event.graceInterestInstallments ?? 0) > 0;
  if (model !== "classic" && grace) refuse("schedule.not_for_this_model", `a ${model} loan has no rows without principal`);
  if (!state.installments.some((row) => row.dueDate === event.fromDate)) refuse("schedule.installment_not_found", `no installment is due on ${event.fromDate}`);
}

function isReversed(state: LoanState, eventId: string): boolean {
  return state.events.some((e) => e.type === "reversed" && e.eventId === eventId);
}

function checkReversal(state: LoanState, eventId: string): void {
  const target = state.events.find((e) => e.id === eventId);
  if (!target) refuse("event.target_not_found", `no event ${eventId}`);
  if (isReversed(state, eventId)) refuse("event.already_reversed", `event ${eventId} is reversed`);
}

function checkPause(state: LoanState, event: Extract<LoanEvent, { type: "delinquencyPaused" | "delinquencyResumed" }>): void {
  if (state.status !== "active") refuse("delinquency.loan_not_active", `the loan is ${state.status}`);
  if (event.type === "delinquencyResumed") {
    if (event.startDate !== event.businessDate) refuse("delinquency.start_date_not_business_date", `resume starts ${event.startDate}, today is ${event.businessDate}`);
    if (!state.pauses.some((p) => p.startDate <= event.startDate && p.endDate > event.startDate)) refuse("delinquency.no_active_pause", "no pause is running");
    return;
  }
  if (state.pauses.some((p) => event.startDate <= p.endDate && p.startDate <= event.endDate)) refuse("delinquency.overlapping_pause", "pauses overlap");
}
