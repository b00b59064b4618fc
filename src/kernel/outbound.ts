import { lookup } from "node:dns";
import { request as httpRequest, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
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
  /** An address that a customer named (webhooks): any public https address, or a listed origin. */
  readonly anyPublic?: boolean;
}

/** The only way out: allow-listed origins, checked addresses, deadline, bounded retry, no redirects. */
export interface Outbound {
  call(request: OutboundRequest): Promise<OutboundAnswer>;
  /** Whether `anyPublic` calls to this address are possible at all; the address itself is checked at each call. */
  mayCall(url: string): boolean;
}

const MAX_ANSWER = 20 * 1024 * 1024;

/**
 * @param allowed  origins that may be called, for instance http://127.0.0.1:4010; every other address must be public
 */
export function outboundTo(allowed: readonly string[], wait: (ms: number) => Promise<void>): Outbound {
  const origins = new Set(allowed.map((text) => new URL(text).origin));
  const mayCall = (url: URL) => origins.has(url.origin) || (url.protocol === "https:" && !(isIP(bare(url.hostname)) !== 0 && isPrivate(bare(url.hostname))) && url.username === "");
  return {
    mayCall: (text) => URL.canParse(text) && mayCall(new URL(text)),
    async call(request) {
      const url = new URL(request.url);
      const listed = origins.has(url.origin);
      if (!listed && !(request.anyPublic === true && mayCall(url))) throw problem("service.unavailable", `Calls to ${url.origin} are not allowed by the configuration.`);
      for (let attempt = 0; ; attempt++) {
        const answer = await once(url, request, listed);
        const again = answer.kind === "outage" || (answer.kind === "answer" && answer.status === 503);
        if (!again || attempt >= (request.retries ?? 2)) return answer;
        await wait(50 * 2 ** attempt);
      }
    },
  };
}

function once(url: URL, request: OutboundRequest, listed: boolean): Promise<OutboundAnswer> {
  return new Promise((done) => {
    const body = request.body === undefined ? undefined : Buffer.from(request.body);
    const options: RequestOptions = {
      method: request.method,
      headers: { ...request.headers, ...(body === undefined ? {} : { "content-length": String(body.length) }) },
      signal: AbortSignal.timeout(request.deadlineMs ?? 10_000),
      // The address that is checked is the address that is called, whatever the name means a moment later.
      ...(listed ? {} : { lookup: publicLookup as RequestOptions["lookup"] }),
    };
    const failed = (error: NodeJS.ErrnoException) => {
      const why = error.code ?? error.name;
      // Refused or unknown host: it was surely not carried out. Anything else (reset, deadline) leaves doubt for a write.
      const surelyNot = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EPRIVATE"].includes(why);
      done({ kind: surelyNot || request.method === "GET" ? "outage" : "doubt", why });
    };
    const call = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, options, (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on("data", (part: Buffer) => {
        size += part.length;
        if (size > MAX_ANSWER) call.destroy(Object.assign(new Error("too large"), { code: "ETOOLARGE" }));
        else parts.push(part);
      });
      response.on("end", () => done({ kind: "answer", status: response.statusCode ?? 0, contentType: response.headers["content-type"] ?? "", body: Buffer.concat(parts) }));
      response.on("error", failed);
    });
    call.on("error", failed);
    call.end(body);
  });
}

/** Resolves a name, and refuses when any of its addresses is not public. */
function publicLookup(host: string, options: object, callback: (error: Error | null, addresses?: unknown, family?: number) => void): void {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error);
    if (addresses.some(({ address }) => isPrivate(address))) return callback(Object.assign(new Error("the name resolves to a private address"), { code: "EPRIVATE" }));
    if ((options as { all?: boolean }).all === true) return callback(null, addresses);
    callback(null, addresses[0]?.address, addresses[0]?.family);
  });
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}

function isPrivate(address: string): boolean {
  const v4 = /^(?:::ffff:)?(\d+)\.(\d+)\.\d+\.\d+$/i.exec(address);
  if (v4 === null) return /^(::1?$|f[cd]|fe[89ab]|::ffff:|64:ff9b:|2002:)/i.test(address);
  const [a, b] = [Number(v4[1]), Number(v4[2])];
  return a === 0 || a === 10 || a === 127 || a >= 224 || (a === 169 && b === 254) || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b <= 127);
}
