import { formatAmount, money } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { PublishedEvent, Subscriber } from "#kernel/module.ts";
import { getParty } from "#modules/parties/index.ts";
import type { Messages } from "./ports.ts";
import { productOf } from "./store.ts";

/** Which letter of the product goes out on which fact, and how. A reminder names its own. */
const LETTERS: Readonly<Record<string, { readonly letter: string; readonly channel: "sms" | "email" }>> = {
  "servicing.charge_added": { letter: "charge_added", channel: "sms" },
  "servicing.repayment_recorded": { letter: "payment_received", channel: "sms" },
  "servicing.closed": { letter: "loan_closed", channel: "email" },
};

/** Tells borrowers what happens to their loan, in the words of the product; once per fact, however often it is delivered. */
export function letterSubscriber(messages: Messages): Subscriber {
  return { name: "servicing.write_to_borrower", eventTypes: ["servicing.reminder_due", ...Object.keys(LETTERS)], handle: (ctx, event) => writeTo(ctx, messages, event) };
}

/** @throws Error when the carrier cannot be reached, so that the queue tries again */
async function writeTo(ctx: Context, messages: Messages, event: PublishedEvent): Promise<void> {
  const { payload } = event;
  const text = (name: string) => (typeof payload[name] === "string" ? payload[name] : "");
  const planned = event.type === "servicing.reminder_due" ? { letter: text("template"), channel: text("channel") === "email" ? "email" as const : "sms" as const } : LETTERS[event.type];
  const partyId = text("partyId");
  if (planned === undefined || partyId === "") return;
  const { party, definition, today } = await ctx.read(async (tx) => ({ party: await getParty(tx, ctx, partyId, { reveal: true }), definition: (await productOf(tx, text("productVersionId"))).definition, today: tx.businessDate }));
  const words = definition.letters[planned.letter];
  const to = planned.channel === "sms" ? party.phone : party.email;
  if (words === undefined || to === null) return;
  const minor = payload["amountMinor"];
  const merge: Readonly<Record<string, string>> = {
    name: text("borrowerName"), number: text("number"), dueDate: text("dueDate"), date: text("date") || text("valueDate"),
    amount: typeof minor === "bigint" ? `${formatAmount(money(minor, text("currency")))} ${text("currency")}` : "",
  };
  const fill = (language: Readonly<Record<string, string>>) => (language["en"] ?? "").replace(/\{\{(\w+)\}\}/g, (_m, name: string) => merge[name] ?? "");
  const answer = await messages.send({ reference: `${event.id}:${planned.channel}`, channel: planned.channel, to, subject: fill(words.subject), body: fill(words.body), sentOn: today });
  if (answer.kind === "outage" || answer.kind === "doubt") throw new Error(`message ${event.id} is not sent: ${answer.kind}`);
  await ctx.transaction((tx) => audit.record(tx, ctx, { action: "loan.borrower.written_to", subject: event.subject, after: { letter: planned.letter, channel: planned.channel, outcome: answer.kind, event: event.id } }));
}
