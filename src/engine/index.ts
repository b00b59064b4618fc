/** The face of the loan engine. See README.md. */
export * from "./answers.ts";
export { annuityPayment, levelPayment } from "./annuity.ts";
export { checkEvent, checkTerms, MAX_INSTALLMENTS, MAX_PRINCIPAL } from "./check.ts";
export * from "./date.ts";
export * from "./difference.ts";
export { accrualToPost, chargesToRaise, downPaymentToCollect } from "./dues.ts";
export * from "./end-of-day.ts";
export * from "./events.ts";
export * from "./explain.ts";
export * from "./money.ts";
export * from "./rate.ts";
export * from "./replay.ts";
export * from "./rounding.ts";
export * from "./state.ts";
export * from "./terms.ts";
export { owed, owedTotal } from "./work.ts";
