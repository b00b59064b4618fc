import { interestDue } from "./capitalise.ts";
import type { Deferred, Extended, InterestCapitalised, LoanEvent, PaymentReceived } from "./events.ts";
import { EngineRefusal } from "./state.ts";
import type { LoanState, RefusalCode } from "./state.ts";
import type { LoanTerms } from "./terms.ts";

function refuse(code: RefusalCode, detail: string): never {
  throw new EngineRefusal(code, detail);
}

/** Whether nothing more can be agreed about a loan: it was written off or settled. */
export function isGivenUp(state: LoanState): boolean {
  return state.status === "closed_written_off" || state.status === "closed_settled";
}

/** Refuses what needs a debt where none is left. @throws EngineRefusal `loan.not_open` */
export function checkOwing(state: LoanState): void {
  if (state.status !== "active") refuse("loan.not_open", `the loan is ${state.status.replaceAll("_", " ")}`);
}

/**
 * Refuses more installments, skipped ones or capitalised interest that cannot be.
 * @throws EngineRefusal  `loan.not_open`, `loan.charged_off`, `event.amount_not_positive`, `event.amount_above_owed`, `terms.installments_not_positive`,
 *                        `schedule.installment_not_found`, `schedule.not_for_this_model`
 */
export function checkChange(state: LoanState, event: Extended | Deferred | InterestCapitalised, mostInstallments: number): void {
  checkOwing(state);
  if (state.chargedOffDate !== null) refuse("loan.charged_off", "the loan is charged off");
  const { interest } = state.terms;
  if (event.type === "interestCapitalised") {
    if (interest.method !== "declining") refuse("schedule.not_for_this_model", "interest becomes principal where it is drawn up on the declining balance or accrues by the day");
    const due = interestDue(state.installments, event.valueDate);
    if (event.amount > due) refuse("event.amount_above_owed", `${event.amount} of interest, ${due} is due and unpaid`);
    return;
  }
  if (!Number.isSafeInteger(event.installments) || event.installments <= 0) refuse("event.amount_not_positive", `${event.installments} installments`);
  if (state.installments.length + event.installments > mostInstallments) refuse("terms.installments_not_positive", `more than ${mostInstallments} installments`);
  if (!state.installments.some((row) => row.kind === "installment" && row.dueDate > event.valueDate)) refuse("schedule.installment_not_found", `no installment is due after ${event.valueDate}`);
  if (event.type === "extended") return;
  if (event.interest === "none" && (interest.method !== "declining" || drawsByFloats(state.terms))) refuse("schedule.not_for_this_model", "interest pauses where it accrues by the day or is drawn up on the declining balance");
}

/** Whether rows are redrawn with a payment found in floating point, as another system found it: rules of rows would find another one. */
export function drawsByFloats({ model, interest, compatibility }: LoanTerms): boolean {
  return model === "classic" && interest.recalculation !== null && compatibility.annuity === "float64";
}

/** Refuses a choice of what money ahead does where nothing depends on it. @throws EngineRefusal `schedule.not_for_this_model` */
export function checkChoice(state: LoanState, event: PaymentReceived): void {
  if (event.prepayment === undefined || event.prepayment === "next_installments") return;
  const { model, interest, allocation } = state.terms;
  const follows = model === "daily_simple" || (interest.recalculation !== null && (model === "classic" ? interest.ratePpb > 0 : allocation.strategy !== "configurable"));
  if (!follows) refuse("schedule.not_for_this_model", "installments that do not follow the real balance are paid in advance only");
}

/** Whether a loan can get money after it was given up. @throws EngineRefusal `loan.not_written_off` */
export function checkRecovery(state: LoanState, event: Extract<LoanEvent, { type: "recoveryReceived" }>): void {
  if (!isGivenUp(state)) refuse("loan.not_written_off", `${event.amount} is a payment while the loan is ${state.status.replaceAll("_", " ")}`);
}
