import type { Outbound } from "#kernel/outbound.ts";
import type { MessageSender } from "#modules/identity/ports.ts";
import type { Messages } from "#modules/origination/ports.ts";

export interface ProviderAddress { readonly url: string; readonly key: string }

/** The message carrier, reached over HTTP; a reference is delivered once however often it is sent. */
export function messagesAt(outbound: Outbound, { url, key }: ProviderAddress): Messages {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return {
    async send({ reference, channel, to, subject, body, sentOn, attachments }) {
      const answer = await outbound.call({ method: "POST", url: `${url}/messages/v1/messages`, headers, body: JSON.stringify({ reference, channel, to, subject, body, sentOn, attachments }) });
      if (answer.kind !== "answer") return { kind: answer.kind };
      if (answer.status >= 500) return { kind: "outage" };
      // A mailbox that does not exist, or an address the carrier does not take, will not do better the next time.
      if (answer.status >= 400 || /"status":"(bounced|failed)"/.test(answer.body.toString("utf8"))) return { kind: "bounced" };
      return { kind: "sent" };
    },
  };
}

/** The same carrier as identity's way to send sign-in codes: a bounced message counts as sent, so that nobody learns which addresses exist. */
export function signInMessages(messages: Messages): MessageSender {
  return {
    async send({ reference, channel, to, subject, body }) {
      const { kind } = await messages.send({ reference, channel, to, subject, body });
      return { kind: kind === "bounced" ? "sent" : kind };
    },
  };
}
