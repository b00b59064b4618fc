import type { PublishedEvent, Subscriber } from "#kernel/module.ts";
import { giveMoneyBack, takeMoney } from "./commands/money-in.ts";
import { noteBank } from "./commands/settle.ts";

/** What the bank says of partners' money. Each is delivered at least once, so each is safe to repeat. */
export const subscribers: readonly Subscriber[] = [
  {
    name: "partners.note_payout", eventTypes: ["payments.payout_settled", "payments.payout_rejected", "payments.payout_returned"],
    handle: async (ctx, event) => {
      if (!event.subject.startsWith("pst_")) return;
      await ctx.transaction((tx) => noteBank(tx, ctx, { statementId: event.subject, reference: text(event, "reference"), settled: event.type === "payments.payout_settled", reason: text(event, "reason") || "The bank refused it." }));
    },
  },
  {
    name: "partners.take_money", eventTypes: ["payments.receipt_matched"],
    handle: async (ctx, event) => {
      if (ofPartner(event)) await ctx.transaction((tx) => takeMoney(tx, ctx, text(event, "matchId")));
    },
  },
  {
    name: "partners.give_money_back", eventTypes: ["payments.receipt_unmatched", "payments.receipt_returned"],
    handle: async (ctx, event) => {
      if (ofPartner(event)) await ctx.transaction((tx) => giveMoneyBack(tx, ctx, { matchId: text(event, "matchId"), partnerId: text(event, "loanAccountId"), reason: text(event, "reason") || "The receipt was taken off the partner." }));
    },
  },
];

/** Payments names whom a receipt belongs to by one field, whoever that is. */
function ofPartner(event: PublishedEvent): boolean {
  return text(event, "loanAccountId").startsWith("ptn_");
}

function text(event: PublishedEvent, name: string): string {
  const value = event.payload[name];
  return typeof value === "string" ? value : "";
}
