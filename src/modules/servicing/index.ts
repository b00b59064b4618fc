/** Servicing: booked loans, from the payout to the last payment or the loss. See README.md. */
import type { DualControl } from "#kernel/approvals.ts";
import type { ModuleDefinition } from "#kernel/module.ts";
import { chargeOffControl } from "./commands/change-events.ts";
import { fixingControl } from "./commands/fix-index.ts";
import { modifyControl } from "./commands/modify-loan.ts";
import { refundControl } from "./commands/refund.ts";
import { accrueStep } from "./end-of-day/accrue.ts";
import { amortiseStep } from "./end-of-day/amortise.ts";
import { attendStep } from "./end-of-day/attend.ts";
import { borrowersStep } from "./end-of-day/borrowers.ts";
import { collectStep } from "./end-of-day/collect.ts";
import { fixRatesStep } from "./end-of-day/fix-rates.ts";
import { remindStep } from "./end-of-day/remind.ts";
import { servicingRoutes } from "./routes.ts";
import { subscribers } from "./subscribers.ts";

export { boardPortfolio, type OpeningLoan, type OpeningTotals } from "./commands/board-portfolio.ts";
export { bookLoan, type NewLoan } from "./commands/book-loan.ts";
export { cancelDisbursement, confirmDisbursement, payAgain, type Payee } from "./commands/disbursement.ts";
export { addCharge, chargeOffControl, previewEvent, refundOverpayment, reverseEvent, waiveCharge, type ChangeResult, type Preview } from "./commands/change-events.ts";
export { proposeRefund, refundControl } from "./commands/refund.ts";
export { quotePayoff, type PayoffQuote } from "./commands/payoff.ts";
export { type Repayment } from "./commands/apply-payments.ts";
export { applyReceipts, applyRepayment, recordRepayment, type RecordRepayment } from "./commands/record-repayment.ts";
export { getLoanAccount, viewLoan } from "./queries/get-loan-account.ts";
export { explainFigure } from "./queries/loan-parts.ts";
export { creditStandings, type CreditStanding } from "./queries/credit-standing.ts";
export { openCaseFromDays, standingsOf, type Standing } from "./queries/standing.ts";
export { readLoan, type LockedLoan } from "./store.ts";
export { forgetLoans } from "./loan-memory.ts";
export { shardsOf } from "./domain/shard.ts";

export { letterSubscriber } from "./letters.ts";

export const module: ModuleDefinition = {
  name: "servicing",
  routes: servicingRoutes,
  subscribers,
  dualControls: [chargeOffControl as unknown as DualControl<never>, refundControl as unknown as DualControl<never>, modifyControl as unknown as DualControl<never>, fixingControl as unknown as DualControl<never>],
  endOfDay: [remindStep, fixRatesStep, attendStep, borrowersStep, accrueStep, amortiseStep, collectStep],
};
