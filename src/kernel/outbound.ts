import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { problem } from "./kernel-problems.ts";

/** What became of a call to the outside. "doubt" means it may or may not have been carried out there. */
export type OutboundAnswer =
  | { readonly kind: "answer"; readonly status: number; readonly contentType: string; readonly body: Buffer }
  | { readonly kind: "outage"; readonly why: string }
  | { readonly kind: "doubt"; readonly why: string };

export interface OutboundRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Milliseconds for the whole call, default 10,000. */
  readonly deadlineMs?: number;
  /** How often a call that surely was not carried out is tried again, default 2. */
  readonly retries?: number;
}

/** The only way out: allow-listed hosts, checked addresses, deadline, bounded retry, no redirects. */
export interface Outbound {
  call(request: OutboundRequest): Promise<OutboundAnswer>;
}

const MAX_ANSWER = 20 * 1024 * 1024;

/**
 * @param allowed  origins that may be called, for instance http://127.0.0.1:4100; a public name must not resolve to a
 *                 private address unless its origin is listed with an address literal
 */
export function outboundTo(allowed: readonly string[], wait: (ms: number) => Promise<void>): Outbound {
  const origins = new Set(allowed.map((text) => new URL(text).origin));
  return {
    async call(request) {
      const url = new URL(request.url);
      if (!origins.has(url.origin)) throw problem("service.unavailable", `Calls to ${url.origin} are not allowed by the configuration.`);
      if (await resolvesToPrivate(url.hostname)) return { kind: "outage", why: "the name resolves to a private address" };
      for (let attempt = 0; ; attempt++) {
        const answer = await once(url, request);
        const again = answer.kind === "outage" || (answer.kind === "answer" && answer.status === 503);
        if (!again || attempt >= (request.retries ?? 2)) return answer;
        await wait(50 * 2 ** attempt);
      }
    },
  };
}

async function once(url: URL, request: OutboundRequest): Promise<OutboundAnswer> {
  try {
    const response = await fetch(url, {
      method: request.method,
      headers: request.headers,
      body: request.body as string | undefined,
      redirect: "error",
      signal: AbortSignal.timeout(request.deadlineMs ?? 10_000),
    });
    const body = Buffer.from(await response.arrayBuffer());
    if (body.length > MAX_ANSWER) return { kind: "outage", why: "the answer is larger than 20 MiB" };
    return { kind: "answer", status: response.status, contentType: response.headers.get("content-type") ?? "", body };
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code;
    // Refused or unknown host: it was surely not carried out. Anything else (reset, deadline) leaves doubt for a write.
    const surelyNot = cause === "ECONNREFUSED" || cause === "ENOTFOUND" || cause === "EAI_AGAIN";
    const why = cause ?? (error as Error).name;
    return surelyNot || request.method === "GET" ? { kind: "outage", why } : { kind: "doubt", why };
  }
}

async function resolvesToPrivate(host: string): Promise<boolean> {
  if (isIP(host.replace(/^\[|\]$/g, "")) !== 0 || host === "localhost") return false; // named literally in the allow-list
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.some(({ address }) => /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.|::1|f[cd]|fe80)/i.test(address));
}
