/** Origination: an application from its first answer to the payout. */
import type { Context } from "#kernel/context.ts";
import type { ModuleDefinition } from "#kernel/module.ts";
import { advanceApplication, expireApplications, followDocument, remindNotices } from "./commands/follow-up.ts";
import { fundingControl, payoutRejected, payoutSettled } from "./commands/fund.ts";
import { sendNotices } from "./commands/notices.ts";
import { LETTER_OF_EVENT, sendStageMessage } from "./commands/send-message.ts";
import { prepareAgreement } from "./commands/sign-agreement.ts";
import type { Outside } from "./ports.ts";
import { originationRoutes } from "./routes.ts";

export type * from "./ports.ts";
export { startApplication, saveStep, submitApplication, type StartApplication } from "./commands/start-application.ts";
export { advanceApplication, claimApplication, claimNext, changeRequirement, expireApplications, verifyAgain, withdrawApplication } from "./commands/follow-up.ts";
export { decideByPerson, type PersonalDecision } from "./commands/decide.ts";
export { acceptOffer, declineOffer } from "./commands/make-offers.ts";
export { prepareAgreement, sendSigningCode, signAgreement } from "./commands/sign-agreement.ts";
export { fundingControl, payoutRejected, payoutSettled, proposeFunding, returnFunding } from "./commands/fund.ts";
export { sendNotices } from "./commands/notices.ts";
export { removeCoBorrower, setCoBorrower } from "./commands/co-borrower.ts";
export { askRequirement } from "./commands/ask-requirement.ts";
export { correctPayoutAccount } from "./commands/correct-account.ts";
export { handUp } from "./commands/hand-up.ts";
export { importApplications } from "./commands/import-applications.ts";
export { fileBooker, readFundedLoan } from "./commands/export-loan.ts";
export { generateApplicants } from "./demo/applicant-generator.ts";
export { fitOnRows, mapRow, type CreditRow } from "./demo/german-credit.ts";
export { demoApplication } from "./demo/demo-application.ts";
export type { ApplicationState } from "./domain/state-machine.ts";

/** The module, tied to the outside world it is given; the loan booker decides whether loans are booked here or handed over as files. */
export function originationModule(outside: Outside): ModuleDefinition {
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return {
    name: "origination",
    routes: (app) => originationRoutes(app, outside),
    dualControls: [fundingControl(outside.booker) as never],
    jobs: [
      { name: "origination.advance", handle: async (ctx: Context, payload: { applicationId: string }) => void (await advanceApplication(ctx, outside, payload.applicationId)) },
      { name: "origination.send_notices", handle: async (ctx: Context, payload: { applicationId: string }) => void (await sendNotices(ctx, outside, payload.applicationId)) },
    ] as never,
    subscribers: [
      { name: "origination.notify_applicant", eventTypes: [...Object.keys(LETTER_OF_EVENT), "origination.application_signed"], handle: (ctx, event) => sendStageMessage(ctx, outside, event) },
      { name: "origination.send_decision_letter", eventTypes: ["origination.application_declined"], handle: async (ctx, event) => void (await sendNotices(ctx, outside, event.subject)) },
      { name: "origination.draw_up_agreement", eventTypes: ["origination.application_accepted"], handle: async (ctx, event) => void (await prepareAgreement(ctx, event.subject)) },
      { name: "origination.follow_documents", eventTypes: ["documents.document_received", "documents.document_accepted", "documents.document_refused"], handle: followDocument },
      { name: "origination.payout_rejected", eventTypes: ["servicing.disbursement_cancelled"], handle: (ctx, event) => payoutRejected(ctx, event.subject, text(event.payload["reason"]), event.id) },
      { name: "origination.payout_settled", eventTypes: ["servicing.disbursed"], handle: (ctx, event) => payoutSettled(ctx, event.subject) },
    ],
    endOfDay: [
      { name: "origination.expire_applications", order: 110, per: "tenant", run: expireApplications },
      { name: "origination.remind_notices", order: 810, per: "tenant", run: remindNotices },
    ],
  };
}
