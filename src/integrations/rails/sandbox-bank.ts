import { createHmac, timingSafeEqual } from "node:crypto";
import { formatAmount, money } from "#engine/money.ts";
import type { Outbound, OutboundAnswer } from "#kernel/outbound.ts";
import type { Bank, BankChannel, BankFileEntry, CheckoutSession, Unsure } from "#modules/payments/ports.ts";
import { readStatements } from "./camt-read.ts";
import { readStatusReport } from "./pain-read.ts";
import { writeCreditTransfers, writeDirectDebits } from "./pain-write.ts";

export interface BankConnection {
  /** Origin of the bank's API, for instance http://127.0.0.1:4010 */
  readonly url: string;
  /** Bearer key, also the secret of webhook signatures. */
  readonly key: string;
}

/** The formats of the ISO 20022 rail. */
export const isoFormats = { writeCreditTransfers, writeDirectDebits, readStatements, readStatusReport };

/** A bank that speaks ISO 20022 files over HTTP, as sandbox/README.md describes. */
export function httpBank(outbound: Outbound, connection: BankConnection): Bank {
  return { formats: isoFormats, channel: channel(outbound, connection) };
}

type Json = Readonly<Record<string, unknown>>;

function channel(outbound: Outbound, { url, key }: BankConnection): BankChannel {
  const base = `${url}/bank/v1`;
  const authorization = { authorization: `Bearer ${key}` };
  const get = (path: string) => outbound.call({ method: "GET", url: `${base}${path}`, headers: authorization });
  const post = (path: string, body: string, headers: Readonly<Record<string, string>>) => outbound.call({ method: "POST", url: `${base}${path}`, headers: { ...authorization, ...headers }, body, retries: 0, deadlineMs: 30_000 });
  return {
    submit: async ({ xml, messageId }) => {
      const answer = await post("/files", xml, { "content-type": "application/xml", "idempotency-key": messageId });
      if (answer.kind !== "answer") return answer;
      const body = json(answer);
      if ((answer.status === 200 || answer.status === 201) && body !== undefined) return { kind: "taken", submissionId: word(body, "submissionId"), status: word(body, "status"), reason: body["reason"] as string | undefined };
      // The same message under another key: the bank has it already, so it must be asked for, not sent again.
      if (answer.status === 409) return { kind: "doubt", why: "the bank has a message of this id already" };
      if (answer.status >= 400 && answer.status < 500 && body !== undefined) return { kind: "refused", why: `${word(body, "code")}: ${word(body, "detail")}` };
      return { kind: "doubt", why: `status ${answer.status} without a readable answer` };
    },
    findSubmission: async (messageId) => {
      const answer = await get(`/submissions?msgId=${encodeURIComponent(messageId)}`);
      const body = good(answer);
      if ("kind" in body) return body;
      const [found] = (body.json["submissions"] ?? []) as Json[];
      return found === undefined ? { kind: "never_received" } : { kind: "found", submissionId: word(found, "submissionId"), status: word(found, "status") };
    },
    listFiles: async (since, accountId) => {
      const answer = await get(`/files?since=${since}&accountId=${encodeURIComponent(accountId)}&limit=500`);
      const body = good(answer);
      if ("kind" in body) return body;
      const files = ((body.json["files"] ?? []) as Json[]).map((f): BankFileEntry => ({ id: word(f, "id"), sequence: Number(f["seq"]), kind: word(f, "kind") as BankFileEntry["kind"], accountId: word(f, "accountId") }));
      return { kind: "files", files, next: Number(body.json["next"] ?? since) };
    },
    fetchFile: async (id) => {
      const answer = await get(`/files/${encodeURIComponent(id)}`);
      if (answer.kind !== "answer") return answer;
      return answer.status === 200 && answer.body.includes("<Document") ? { kind: "file", bytes: answer.body } : { kind: "outage", why: `status ${answer.status}` };
    },
    openCheckout: async ({ amountMinor, currency, ...input }) => {
      const body = JSON.stringify({ ...input, amount: formatAmount(money(amountMinor, currency)), currency });
      const answer = await post("/checkout-sessions", body, { "content-type": "application/json" });
      if (answer.kind !== "answer") return answer;
      const read = json(answer);
      if ((answer.status === 200 || answer.status === 201) && read !== undefined) return { kind: "session", session: session(read) };
      return answer.status < 500 && read !== undefined ? { kind: "refused", why: `${word(read, "code")}: ${word(read, "detail")}` } : { kind: "outage", why: `status ${answer.status}` };
    },
    readCheckout: async (id) => {
      const answer = await get(`/checkout-sessions/${encodeURIComponent(id)}`);
      if (answer.kind === "answer" && answer.status === 404) return { kind: "unknown" };
      const body = good(answer);
      return "kind" in body ? body : { kind: "session", session: session(body.json) };
    },
    verifyWebhook: (headers, body, nowMs) => verifyStandardWebhook(key, headers, body, nowMs),
  };
}

function good(answer: OutboundAnswer): { json: Json } | Unsure {
  if (answer.kind !== "answer") return answer;
  const body = json(answer);
  return answer.status === 200 && body !== undefined ? { json: body } : { kind: "outage", why: `status ${answer.status}` };
}

/** The answer's object, or undefined when it is something else. */
function json(answer: Extract<OutboundAnswer, { kind: "answer" }>): Json | undefined {
  try {
    const read: unknown = JSON.parse(answer.body.toString("utf8"));
    return typeof read === "object" && read !== null && !Array.isArray(read) ? (read as Json) : undefined;
  } catch {
    return undefined;
  }
}

const word = (from: Json, name: string): string => (typeof from[name] === "string" ? (from[name] as string) : "");

function session(from: Json): CheckoutSession {
  const status = word(from, "status");
  return { id: word(from, "id"), url: word(from, "url"), status: status === "paid" || status === "failed" ? status : "open" };
}

const TOLERANCE_SECONDS = 300;

/**
 * Checks a webhook's signature: HMAC-SHA-256 over id.timestamp.body, any of the listed signatures, not older than five minutes.
 * @source Standard Webhooks 1.0.0, sections "Signature scheme" and "Verifying"
 */
export function verifyStandardWebhook(secret: string, headers: Readonly<Record<string, string | string[] | undefined>>, body: string, nowMs: number): boolean {
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => headers[name]);
  if (typeof id !== "string" || typeof timestamp !== "string" || typeof signatures !== "string" || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const bytes = secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : Buffer.from(secret);
  const expected = createHmac("sha256", bytes).update(`${id}.${timestamp}.${body}`).digest();
  return signatures.split(" ").some((part) => {
    const given = Buffer.from(part.replace(/^v1,/, ""), "base64");
    return part.startsWith("v1,") && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
