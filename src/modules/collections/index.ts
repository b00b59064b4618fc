/** Collections: loans that are behind, who works on them, what was said and promised. See README.md. */
import { addDays, isoDate } from "#engine/date.ts";
import type { Context } from "#kernel/context.ts";
import type { ModuleDefinition, PublishedEvent } from "#kernel/module.ts";
import { bucketEntered, loanChargedOff, loanCured, openDueCases, type Standing } from "./commands/follow-loan.ts";
import { breakPromises, moneyCame, moneyWentBack } from "./commands/keep-promises.ts";
import { collectionsRoutes } from "./routes.ts";

export { claimNextCase, releaseCase } from "./commands/claim-case.ts";
export { recordPromise } from "./commands/keep-promises.ts";
export { recordContact, type NewContact } from "./commands/record-contact.ts";
export { contactAllowance, type Channel, type Outcome } from "./domain/contact-rules.ts";
export { getCase } from "./queries/cases.ts";

export const module: ModuleDefinition = {
  name: "collections",
  routes: collectionsRoutes,
  subscribers: [
    { name: "collections.follow_loan", eventTypes: ["servicing.bucket_entered", "servicing.bucket_left", "servicing.closed", "servicing.charged_off"], handle: followLoan },
    { name: "collections.weigh_promises", eventTypes: ["servicing.repayment_recorded", "servicing.repayment_reversed"], handle: weighPromises },
  ],
  endOfDay: [
    { name: "collections.open_cases", order: 440, per: "tenant", run: async (tx, ctx, day) => ({ touched: await openDueCases(tx, ctx, day.date), failed: 0 }) },
    { name: "collections.break_promises", order: 450, per: "tenant", run: async (tx, ctx, day) => ({ touched: await breakPromises(tx, ctx, day.date), failed: 0 }) },
  ],
};

async function followLoan(ctx: Context, event: PublishedEvent): Promise<void> {
  const loan = { loanAccountId: event.payload["loanAccountId"] as string, sequence: event.sequence };
  if (event.type === "servicing.closed") return loanCured(ctx, { ...loan, reason: "loan_closed" });
  const standing = standingOf(event);
  if (event.type === "servicing.charged_off") return loanChargedOff(ctx, standing);
  // A loan that left one bucket for another is still behind, and says so with its days.
  if (event.type === "servicing.bucket_left") return standing.dpd > 0 ? bucketEntered(ctx, standing) : loanCured(ctx, { ...loan, reason: "cured" });
  return bucketEntered(ctx, standing);
}

function standingOf(event: PublishedEvent): Standing {
  const { payload } = event;
  const text = (name: string) => payload[name] as string | undefined;
  return {
    loanAccountId: payload["loanAccountId"] as string, sequence: event.sequence,
    // Servicing counts days past due at the opening of the next day.
    countedOn: addDays(isoDate(event.businessDate), 1), bucket: text("bucket") ?? null,
    dpd: Number(payload["dpd"] ?? 0), overdueMinor: BigInt((payload["overdueMinor"] ?? (event.type === "servicing.charged_off" ? payload["amountMinor"] : undefined) ?? 0) as bigint | number),
    number: text("number"), partyId: text("partyId"), borrowerName: text("borrowerName"), productCode: text("productCode"), currency: text("currency"),
  };
}

async function weighPromises(ctx: Context, event: PublishedEvent): Promise<void> {
  const { payload } = event;
  const loanAccountId = payload["loanAccountId"] as string;
  if (event.type === "servicing.repayment_reversed") return moneyWentBack(ctx, { loanAccountId, paymentId: payload["reversedEventId"] as string });
  return moneyCame(ctx, { loanAccountId, paymentId: payload["eventId"] as string, eventId: event.id, amountMinor: BigInt(payload["amountMinor"] as bigint | number), valueDate: payload["valueDate"] as string });
}
