import { allocatePayment, anythingOwed, bookPaid, payComponent, payPortion } from "./allocate-payment.ts";
import { chargeParts, taxCode } from "./charge-rules.ts";
import { chargeEntryDate, enterCharge, trimFutureCharges, waiveCharge } from "./charges.ts";
import { applyChargeback, applyCreditRefund, refundCash } from "./credit.ts";
import { capitaliseInterest } from "./capitalise.ts";
import { classicModel } from "./classic-model.ts";
import { dailySimpleModel } from "./daily-simple.ts";
import type { IsoDate } from "./date.ts";
import { endDebt, settleDebt } from "./end-debt.ts";
import { compareEvents } from "./events.ts";
import type { ChargeAdded, ChargeAdjusted, Disbursed, InterestWaived, LoanEvent, PaymentReceived, ReAged, ReAmortized } from "./events.ts";
import type { Model } from "./model.ts";
import { progressiveModel } from "./progressive.ts";
import { reAge, reAmortize } from "./re-age.ts";
import { record } from "./record.ts";
import { recalculatedModel } from "./recalculated.ts";
import { totalOf } from "./state.ts";
import type { LoanTerms } from "./terms.ts";
import { newTransaction, noteSettlement, owed, planBalances } from "./work.ts";
import type { Work } from "./work.ts";

/** The models, chosen by the terms. */
export function modelOf(terms: LoanTerms): Model {
  switch (terms.model) {
    case "classic": return terms.interest.recalculation !== null && (terms.interest.ratePpb > 0 || terms.ratePlan !== undefined) ? recalculatedModel(terms) : classicModel(terms);
    case "progressive": return progressiveModel(terms);
    case "daily_simple": return dailySimpleModel(terms);
  }
}

/** A fresh run over nothing. */
export function newWork(terms: LoanTerms): Work {
  return {
    terms, rows: [], disbursements: [], transactions: [], charges: [], portions: [], chargeEvents: new Map(), overpayment: 0, approved: null,
    ratePpb: terms.interest.ratePpb, chargedOffDate: null, writtenOffDate: null, settled: false, capitalised: [], fraud: false, principal: 0, accrual: null, pendingCharges: [], frozen: false, refreshedDate: null, reschedules: [], beforeAdvance: null, afterAdvance: null, chargedBack: new Map(), pauses: [],
  };
}

/** Events that stand: not reversed, and known by `asOf`; reversals themselves left out. */
export function standing(events: readonly LoanEvent[], asOf: IsoDate): LoanEvent[] {
  const gone = new Set<string>();
  const bySequence = [...events].sort((a, b) => b.sequence - a.sequence);
  for (const event of bySequence) if (event.type === "reversed" && !gone.has(event.id)) gone.add(event.eventId);
  const undone = (e: LoanEvent) => gone.has(e.id) || (e.type === "paymentReceived" && e.disbursementId !== undefined && gone.has(e.disbursementId));
  return events.filter((e) => e.type !== "reversed" && !undone(e) && e.valueDate <= asOf).sort(compareEvents);
}

/** Charges that sit on rows; those at disbursement are settled with the payout. */
export function isOnRows(event: ChargeAdded): boolean {
  return event.timing !== "at_disbursement" && event.timing !== "at_tranche";
}

/** Where an event stands in the order of a run. */
export type Entry = { readonly day: IsoDate; readonly sequence: number };

/** An event stands on its value date; a charge on the day it enters, unless charges are there from the start. */
export function entryOf(terms: LoanTerms, event: LoanEvent): Entry {
  const enters = event.type === "chargeAdded" && terms.compatibility.chargesEnter !== "from_start";
  return { day: enters ? chargeEntryDate(event) : event.valueDate, sequence: event.sequence };
}

export function entryOrder(a: Entry, b: Entry): number {
  return a.day < b.day ? -1 : a.day > b.day ? 1 : a.sequence - b.sequence;
}

/** Principal moved between rows: nothing is owed more or less, so no balance goes with it. */
function rearrange(work: Work, model: Model, event: ReAged | ReAmortized): void {
  model.advance(work, event.valueDate);
  const done = model.rearrange(work, event);
  work.transactions.push(done ?? (event.type === "reAged" ? reAge(work, event) : reAmortize(work, event)));
  if (done === null) work.frozen = true;
}

/** What one event does. `chargesThere`: charges sit on their rows from the start. */
export function step(work: Work, model: Model, event: LoanEvent, chargesThere: boolean): void {
  switch (event.type) {
    case "approved": work.approved = event.amount; return;
    case "disbursed": return disburse(work, model, event);
    case "rescheduled": case "rateChanged": case "indexFixed": case "interestPaused": case "extended": case "deferred":
      model.advance(work, event.valueDate);
      if (event.type === "rateChanged") work.ratePpb = event.ratePpb;
      model.shape(work, event);
      return;
    case "paymentReceived": return receive(work, model, event);
    case "chargeAdded":
      if (!isOnRows(event)) return;
      if (work.rows.length === 0) {
        work.pendingCharges.push(event);
        return;
      }
      if (!chargesThere) enterCharge(work, event);
      planBalances(work);
      return payFromOverpaid(work);
    case "chargeWaived": {
      const tx = waiveCharge(work, event);
      if (tx) record(work, tx);
      return;
    }
    case "interestWaived": return waiveInterest(work, model, event);
    case "chargeAdjusted": return adjustCharge(work, model, event);
    case "chargedBack": model.advance(work, event.valueDate); record(work, applyChargeback(work, event)); model.afterChange(work, event.valueDate); return;
    case "creditBalanceRefunded": model.advance(work, event.valueDate); record(work, applyCreditRefund(work, event)); model.afterChange(work, event.valueDate); return;
    case "reAged": case "reAmortized": return rearrange(work, model, event);
    case "chargedOff": case "writtenOff": return endDebt(work, model, event);
    case "settled": return settleDebt(work, model, event);
    case "interestCapitalised": return capitaliseInterest(work, model, event);
    case "fraudMarked": work.fraud = event.fraud; return;
    case "recoveryReceived": record(work, newTransaction(event, "recovery", event.amount, work)); return;
    case "delinquencyPaused": work.pauses.push({ startDate: event.startDate, endDate: event.endDate, eventId: event.id }); return;
    case "delinquencyResumed":
      for (const pause of work.pauses) if (pause.startDate <= event.startDate && pause.endDate > event.startDate) pause.endDate = event.startDate;
      return;
    case "accrualPosted": {
      const tx = newTransaction(event, "accrual", event.interest + event.fee + event.penalty, work);
      tx.parts = { principal: 0, interest: event.interest, fee: event.fee, penalty: event.penalty };
      work.transactions.push(tx);
      return;
    }
    case "interestRefreshed":
      work.refreshedDate = event.valueDate;
      model.advance(work, event.valueDate);
      return;
    case "submitted": case "delinquencyClassified": case "reversed": return;
  }
}

function disburse(work: Work, model: Model, event: Disbursed): void {
  const tx = newTransaction(event, "disbursement", event.amount, work);
  model.advance(work, event.valueDate);
  work.disbursements.push({ eventId: event.id, date: event.valueDate, amount: event.amount, fees: 0 });
  record(work, tx);
  model.shape(work, event);
  for (const charge of work.pendingCharges.splice(0)) enterCharge(work, charge);
  useOverpayment(work, event.valueDate, event);
  tx.balanceAfter = Math.max(0, work.principal);
  if (work.disbursements.length === 1) raiseProductCharges(work, event);
  chargesAtDisbursement(work, event);
}

/**
 * Charges the product raises with the payout: those kept back are paid at once, the others fall due with the first installment;
 * those of every installment go on each row.
 */
function raiseProductCharges(work: Work, event: Disbursed): void {
  const { rounding, charges } = work.terms;
  for (const rule of charges) {
    if (rule.timing !== "at_disbursement" && rule.timing !== "every_installment") continue;
    const added = (code: string): ChargeAdded => ({
      type: "chargeAdded", id: `${event.id}:${code}`, sequence: event.sequence, valueDate: event.valueDate, businessDate: event.businessDate,
      code, component: rule.component, timing: rule.timing === "at_disbursement" ? "at_disbursement" : "every_installment", basis: rule.basis, reference: code,
      ...(rule.amount === undefined ? {} : { amount: rule.amount }), ...(rule.percentPpb === undefined ? {} : { percentPpb: rule.percentPpb }),
    });
    if (rule.timing === "every_installment") {
      const parts = (principal: number, interest: number) => chargeParts(rule, { principal, interest, disbursed: principal, outstanding: event.amount }, rounding);
      enterCharge(work, added(rule.code), (principal, interest) => parts(principal, interest).net);
      if (rule.taxPpb !== undefined) enterCharge(work, added(taxCode(rule.code)), (principal, interest) => parts(principal, interest).tax);
      continue;
    }
    const { net, tax } = chargeParts(rule, { principal: event.amount, interest: plannedInterest(work), disbursed: event.amount, outstanding: event.amount }, rounding);
    for (const [code, amount] of [[rule.code, net], [taxCode(rule.code), tax]] as const) {
      if (code !== rule.code && rule.taxPpb === undefined) continue;
      const charge = { ...added(code), amount };
      if (rule.deducted) work.chargeEvents.set(charge.id, charge);
      else enterCharge(work, { ...charge, timing: "specified_date", dueDate: event.valueDate });
    }
  }
}

function plannedInterest(work: Work): number {
  return work.rows.reduce((sum, row) => sum + row.due.interest, 0);
}

/** Fees kept back from a payout are paid in the same moment. */
function chargesAtDisbursement(work: Work, event: Disbursed): void {
  const fees = [...work.chargeEvents.values()].filter((c) => !isOnRows(c) && c.valueDate <= event.valueDate);
  for (const fee of fees) {
    if (work.charges.some((c) => c.id === fee.id)) continue;
    const charge = enterCharge(work, fee);
    charge.paid = charge.due;
    const tx = newTransaction(event, "charge_payment_at_disbursement", charge.due, work);
    tx.parts[charge.component] = charge.due;
    tx.charges.push({ chargeId: charge.id, amount: charge.due });
    const payout = work.disbursements.at(-1);
    if (payout) payout.fees += charge.due;
    record(work, tx);
  }
}

/** An overpayment pays what has since come to be owed, down-payment rows first. */
function useOverpayment(work: Work, date: IsoDate, event: LoanEvent): void {
  if (work.overpayment <= 0 || !anythingOwed(work)) return;
  const tx = newTransaction({ id: event.id, sequence: event.sequence, valueDate: date }, "repayment", work.overpayment, work);
  let left = work.overpayment;
  for (const row of work.rows) if (row.kind === "down_payment") left -= payComponent(work, tx, row, "principal", left);
  left = allocatePayment(work, tx, left, work.terms.allocation, "default");
  work.principal -= tx.parts.principal;
  work.overpayment = left;
}

/** A charge that enters after money was overpaid is paid by the payments that overpaid, on their days. */
function payFromOverpaid(work: Work): void {
  for (const tx of work.transactions) {
    const available = Math.min(tx.overpayment, work.overpayment);
    if (available <= 0 || !PAYING.has(tx.type)) continue;
    const before = tx.parts.principal;
    const left = allocatePayment(work, tx, available, work.terms.allocation, tx.type);
    work.principal -= tx.parts.principal - before;
    work.overpayment -= available - left;
    tx.overpayment -= available - left;
  }
}

const PAYING = new Set<string>(["repayment", "down_payment", "goodwill_credit", "merchant_refund", "payout_refund", "interest_refund", "settlement"]);

function receive(work: Work, model: Model, event: PaymentReceived): void {
  const tx = newTransaction(event, event.kind, event.amount, work);
  model.advance(work, event.valueDate);
  if (event.payoff) trimFutureCharges(work, event.valueDate);
  if (event.kind === "refund_by_cash") refundCash(work, tx);
  else {
    tx.overpayment = model.pay(work, tx, event);
    if (event.principalOnly && tx.overpayment > 0) tx.overpayment = model.pay(work, tx, { ...event, principalOnly: false, amount: tx.overpayment });
    work.overpayment += tx.overpayment;
  }
  record(work, tx);
  model.afterChange(work, event.valueDate);
  for (const row of work.rows) if (row.settledDate === null && totalOf(row.due) === 0) row.settledDate = event.valueDate;
}

/** Interest given up: at most what is owed; where it accrues by the day, at most what has accrued. */
function waiveInterest(work: Work, model: Model, event: InterestWaived): void {
  model.advance(work, event.valueDate);
  const tx = newTransaction(event, "interest_waiver", 0, work);
  let left = work.accrual === null ? event.amount : Math.min(event.amount, model.owedNow(work, event.valueDate).interest);
  for (const row of work.rows) {
    const part = Math.min(left, owed(row, "interest"));
    if (part <= 0) continue;
    row.waived.interest += part;
    tx.parts.interest += part;
    left -= part;
    if (work.accrual !== null) work.accrual.accrued -= part;
    noteSettlement(row, event.valueDate);
  }
  tx.amount = tx.parts.interest;
  record(work, tx);
  model.afterChange(work, event.valueDate);
}

/** Money that pays one charge first, then the rest by the waterfall; by the waterfall alone when that tells due from future and the charge is not due. */
function adjustCharge(work: Work, model: Model, event: ChargeAdjusted): void {
  const tx = newTransaction(event, "charge_adjustment", event.amount, work);
  let left = event.amount;
  const byRow = work.terms.allocation.strategy.startsWith("due_");
  for (const portion of work.portions) {
    if (portion.charge.id !== event.chargeId || (byRow && portion.date > event.valueDate)) continue;
    const paid = payPortion(tx, portion, Math.min(left, owed(portion.row, portion.charge.component)));
    if (paid > 0) bookPaid(tx, portion.row, portion.charge.component, paid);
    left -= paid;
  }
  left = allocatePayment(work, tx, left, work.terms.allocation, "default");
  tx.overpayment = left;
  work.overpayment += left;
  model.afterChange(work, event.valueDate);
  record(work, tx);
}
