import { formatAmount, money } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { PublishedEvent } from "#kernel/module.ts";
import { getProductVersion } from "#modules/products/index.ts";
import type { Outside } from "../ports.ts";
import { openPersonal, readApplication } from "../store.ts";

/** Which letter of the product goes out on which fact. */
export const LETTER_OF_EVENT: Readonly<Record<string, string>> = {
  "origination.application_submitted": "application_received",
  "origination.application_referred": "more_needed",
  "origination.application_offered": "approved",
  "origination.application_accepted": "agreement_ready",
  "origination.application_disbursed": "funded",
  "origination.application_expired": "offer_expired",
  "origination.application_withdrawn": "withdrawn",
};

/**
 * Tells the applicant what has happened, in their language, by e-mail and text message; once per fact, however often it is told to us.
 * @throws Error when the carrier cannot be reached, so that the queue tries again
 */
export async function sendStageMessage(ctx: Context, outside: Outside, event: PublishedEvent): Promise<void> {
  const returned = event.type === "origination.application_signed" && event.payload["act"] === "payout_rejected";
  const letter = returned ? "payout_rejected" : LETTER_OF_EVENT[event.type];
  if (letter === undefined) return;
  const found = await ctx.read(async (tx) => {
    const app = await readApplication(tx, event.subject);
    const { definition } = await getProductVersion(tx, app.product_version_id);
    const offer = app.offer_id === null ? undefined : await tx.maybe<{ net: string }>("origination.offer.net", "SELECT quote->>'netDisbursedMinor' AS net FROM origination.offer WHERE id = $1", [app.offer_id]);
    return { app, definition, net: offer?.net, today: tx.businessDate };
  });
  const { app, definition } = found;
  const words = definition.letters[letter];
  if (words === undefined || app.sealed_person === null) return;
  const merge: Readonly<Record<string, string>> = {
    name: app.applicant_name, number: app.number, amount: `${formatAmount(money(app.amount_minor, app.currency))} ${app.currency}`, expiresOn: app.approved_until ?? "",
    net: found.net === undefined ? "" : `${formatAmount(money(Number(found.net), app.currency))} ${app.currency}`,
  };
  const fill = (text: Readonly<Record<string, string>>) => (text[app.locale] ?? text["en"] ?? "").replace(/\{\{(\w+)\}\}/g, (_m, name: string) => merge[name] ?? "");
  const personal = openPersonal(ctx, app);
  for (const channel of ["email", "sms"] as const) {
    const to = String(personal[channel === "email" ? "email" : "phone"] ?? "");
    if (to === "") continue;
    const reference = `${event.id}:${channel}`;
    const answer = await outside.messages.send({ reference, channel, to, subject: fill(words.subject), body: fill(words.body), sentOn: found.today });
    if (answer.kind === "outage" || answer.kind === "doubt") throw new Error(`message ${reference} is not sent: ${answer.kind}`);
    await ctx.transaction((tx) => tx.run("origination.message.save",
      "INSERT INTO origination.message (reference, application_id, letter, channel, state, subject, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
      [reference, app.id, letter, channel, answer.kind === "sent" ? "sent" : "failed", fill(words.subject), tx.now]));
  }
}
