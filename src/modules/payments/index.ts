import type { ModuleDefinition } from "#kernel/module.ts";
import { jobs } from "./jobs.ts";
import { routes } from "./routes.ts";

/** The face of payments. See README.md. */
export { connectBank } from "./bank.ts";
export { getCheckout, refreshCheckout, startCheckout, type Checkout, type NewCheckout } from "./commands/checkout.ts";
export { anyMandates, failedCollections, giveMandate, orderCollections, type Due, type FailedDue, type NewMandate } from "./commands/collect.ts";
export { cancelMandate } from "./commands/cancel-mandate.ts";
export { createPayout, type NewPayout } from "./commands/create-payout.ts";
export { importStatement, type ImportResult } from "./commands/import-statement.ts";
export { countMatchesWaiting, matchReceipt, takeMatch, takeMatchedReceipts, unmatchReceipt, type MatchPart } from "./commands/match-receipt.ts";
export { applyStatusReport } from "./commands/read-status.ts";
export { recordReceipt, type NewReceiptByHand } from "./commands/record-receipt.ts";
export { registerBankAccount, registerReference, registerReferences, type BankAccount } from "./commands/register.ts";
export { returnReceipt } from "./commands/return-receipt.ts";
export { keepTakenByHand, releaseMatch, takenByHand, type MoneyByHand, type TakenByHand } from "./commands/take-by-hand.ts";
export { sendPayouts } from "./commands/send-payouts.ts";
export { syncBank, type Synced } from "./commands/sync-bank.ts";
export { ties } from "./domain/classify.ts";
export type { ReceiptMatched } from "./events.ts";
export { ownAccount, type OwnAccount } from "./queries/own-account.ts";
export { payeeOf } from "./queries/payee-of.ts";
export { suggestionsFor, type Suggestion } from "./queries/suggest.ts";

export const module: ModuleDefinition = { name: "payments", routes, jobs };
