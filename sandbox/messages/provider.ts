import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
import { addRoute, ok } from "../http.ts";
import type { Keys } from "../keys.ts";
import { MAGIC_ADDRESSES } from "../magic-values.ts";
import { invalid, Refusal } from "../refusal.ts";
import { DateText, ReferenceText, Shape } from "../schemas.ts";
import { stableId } from "../seeded.ts";
import type { Change } from "../state.ts";

export const MessageRequest = Shape({
  reference: ReferenceText,
  channel: Type.Enum(["sms", "email", "letter", "whatsapp"]),
  to: Type.String({ minLength: 1, maxLength: 320 }),
  subject: Type.Optional(Type.String({ maxLength: 998 })),
  body: Type.String({ maxLength: 200_000 }),
  attachments: Type.Optional(Type.Array(Shape({
    name: Type.String({ minLength: 1, maxLength: 200 }),
    contentType: Type.String({ pattern: "^[a-z0-9.+-]+/[a-z0-9.+-]+(; ?charset=[a-zA-Z0-9-]+)?$", maxLength: 100 }),
    base64: Type.String({ pattern: "^[A-Za-z0-9+/]*={0,2}$" }),
  }), { maxItems: 20 })),
  sentOn: Type.Optional(DateText),
});
export type MessageRequest = Static<typeof MessageRequest>;

export interface Message {
  readonly id: string;
  readonly seq: number;
  readonly request: MessageRequest;
  readonly status: "delivered" | "failed" | "bounced";
  readonly reason: string | null;
}

export type Messages = ReturnType<typeof createMessages>;

/** The carrier: every message sent, in order and by address. */
export function createMessages(seed: string) {
  const all: Message[] = [];
  const byReference = new Map<string, Message>();
  const byAddress = new Map<string, Message[]>();
  const operations = {
    send: (request: MessageRequest): Message => {
      const known = byReference.get(request.reference);
      if (known !== undefined) return known;
      const fate = fateOf(request.to);
      const message: Message = { id: stableId("msg", seed, request.reference), seq: all.length + 1, request, status: fate?.status ?? "delivered", reason: fate?.reason ?? null };
      all.push(message);
      byReference.set(request.reference, message);
      const address = addressKey(request.to);
      byAddress.set(address, byAddress.get(address) ?? []);
      byAddress.get(address)?.push(message);
      return message;
    },
  };
  return { operations, all, known: (reference: string) => byReference.get(reference), to: (address: string): readonly Message[] => byAddress.get(addressKey(address)) ?? [] };
}

/** Addresses compare without case and blanks, telephone numbers without hyphens. */
export const addressKey = (address: string): string => address.toLowerCase().replaceAll(/[\s()]/g, "").replaceAll(/^(\+?[\d-]+)$/g, (number) => number.replaceAll("-", ""));

function fateOf(to: string): (typeof MAGIC_ADDRESSES)[number] | undefined {
  const [bounce, silent] = MAGIC_ADDRESSES;
  const address = addressKey(to);
  if (address.startsWith("bounce@")) return bounce;
  return /^\+?\d+0000$/.test(address) ? silent : undefined;
}

/** The one-time code in a message: six digits by themselves, in a text that speaks of a code. */
export function codeIn(message: MessageRequest): string | null {
  const text = `${message.subject ?? ""} ${message.body}`;
  return /\b(code|otp|passcode|कोड)/i.test(text) ? /(?<![\d.,])\d{6}(?![\d]|[.,]\d)/.exec(text)?.[0] ?? null : null;
}

const messageAnswer = (message: Message): Readonly<Record<string, unknown>> => {
  const { attachments, subject, sentOn, ...request } = message.request;
  return {
    id: message.id, seq: message.seq, ...request, subject: subject ?? null, sentOn: sentOn ?? null, status: message.status, reason: message.reason, code: codeIn(message.request),
    attachments: (attachments ?? []).map((each, index) => ({ name: each.name, contentType: each.contentType, size: Buffer.byteLength(each.base64, "base64"), url: `/inbox/${message.id}/${index}` })),
  };
};

export function messageRoutes(app: FastifyInstance, keys: Keys, messages: Messages, change: Change<Messages["operations"]>): void {
  addRoute(app, keys, {
    provider: "messages", method: "POST", path: "/messages/v1/messages", body: MessageRequest,
    handle: ({ body }) => {
      const known = messages.known(body.reference);
      const message = known ?? change("send", body);
      return { status: known === undefined ? 201 : 200, body: { id: message.id, status: message.status, ...(message.reason === null ? {} : { reason: message.reason }) } };
    },
  });
  addRoute(app, keys, {
    provider: "messages", method: "GET", path: "/messages/v1/messages",
    handle: ({ query }) => {
      const since = numberIn(query, "since", 0);
      const limit = Math.min(numberIn(query, "limit", 200), 1_000);
      const some = query["to"] === undefined ? messages.all.slice(since, since + limit) : messages.to(query["to"]).filter((each) => each.seq > since).slice(0, limit);
      return ok({ messages: some.map(messageAnswer), next: some.at(-1)?.seq ?? since });
    },
  });
  addRoute(app, keys, {
    provider: "messages", method: "GET", path: "/messages/v1/messages/:reference",
    handle: ({ params }) => {
      const message = messages.known(params["reference"] ?? "");
      if (message === undefined) throw new Refusal(404, "messages.message_unknown", `No message with reference ${params["reference"]} was received.`);
      return ok(messageAnswer(message));
    },
  });
}

function numberIn(query: Readonly<Record<string, string>>, name: string, otherwise: number): number {
  const text = query[name];
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw invalid([{ pointer: `/query/${name}`, detail: "must be a whole number" }]);
  return Number(text);
}
