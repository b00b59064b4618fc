import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { sandboxAccountId } from "../seed-steps.ts";
import { DEMO_PASSWORD } from "../seed.ts";
import type { Platform } from "../platform.ts";

export interface Money { readonly amount: string; readonly currency: string }
export interface Refusal { readonly code: string; readonly fix: string; readonly errors?: readonly { pointer: string; code: string; detail: string }[] }

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly etag: string;
  readonly replayed: boolean;
  readonly bytes: Buffer;
}

type Method = "GET" | "POST" | "PUT" | "PATCH";

let keys = 0;
export const nextKey = (): string => `whole-life-${++keys}`;

/** Somebody who is signed in at a lender and speaks to it as any program would: over HTTP. */
export class Visitor {
  readonly url: string;
  readonly lender: string;
  readonly token: string | undefined;

  constructor(url: string, lender: string, token?: string) {
    this.url = url;
    this.lender = lender;
    this.token = token;
  }

  /** Sends a request and reads the answer, whatever it is. */
  async send<T = Record<string, unknown>>(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const form = body instanceof FormData || typeof body === "string";
    const response = await fetch(this.url + path, {
      method, body: body === undefined ? undefined : form ? (body as FormData | string) : JSON.stringify(body),
      headers: { ...(this.token === undefined ? { "x-lender": this.lender } : { authorization: `Bearer ${this.token}` }), ...(method === "POST" ? { "idempotency-key": nextKey() } : {}), ...(body === undefined || form ? {} : { "content-type": "application/json" }), ...headers },
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const json = (response.headers.get("content-type") ?? "").includes("json");
    return { status: response.status, body: (json ? JSON.parse(bytes.toString()) : {}) as T, etag: response.headers.get("etag") ?? "", replayed: response.headers.get("idempotency-replayed") === "true", bytes };
  }

  /** What is expected to work. */
  async ok<T = Record<string, unknown>>(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const answer = await this.send<T>(method, path, body, headers);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.bytes.toString().slice(0, 800)}`);
    return answer.body;
  }

  /** What is expected to be refused with a status and a code. */
  async refused(status: number, code: string, method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Refusal> {
    const answer = await this.send<Refusal>(method, path, body, headers);
    assert.deepEqual([answer.status, answer.body.code], [status, code], `${method} ${path}: ${answer.bytes.toString().slice(0, 800)}`);
    assert.ok(answer.body.fix.length > 5, "a refusal says what to do");
    return answer.body;
  }

  async pdf(path: string): Promise<void> {
    const answer = await this.send("GET", path);
    assert.equal(answer.bytes.subarray(0, 5).toString(), "%PDF-", `${path}: ${answer.status} ${answer.bytes.toString().slice(0, 300)}`);
  }

  upload(owner: { kind: string; id: string }, purpose: string, fileName: string, bytes: Buffer): Promise<Answer<{ id: string; contentType: string } & Refusal>> {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ownerKind: owner.kind, ownerId: owner.id, purpose })) form.set(name, value);
    form.set("file", new Blob([new Uint8Array(bytes)], { type: "application/pdf" }), fileName);
    return this.send("POST", "/v1/documents", form);
  }
}

const PATIENCE_MS = 60_000;
const SAY_AFTER_MS = 15_000;

/**
 * Asks again until something is there; what others do at the same time takes its moment, on a loaded machine many. After a while it says
 * what it waits for, so that a slow run is not taken for a stuck one.
 */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  const begun = performance.now();
  let say = SAY_AFTER_MS;
  for (;;) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    const waited = performance.now() - begun;
    if (waited > PATIENCE_MS) return assert.fail(`waited ${Math.round(waited / 1000)} s in vain until ${what}`);
    if (waited > say) {
      process.stderr.write(`still waiting after ${Math.round(waited / 1000)} s until ${what}\n`);
      say += SAY_AFTER_MS;
    }
    await wait(100);
  }
}

export async function staff(platform: Pick<Platform, "url">, lender: string, login: string): Promise<Visitor> {
  const { token } = await new Visitor(platform.url, lender).ok<{ token: string }>("POST", "/v1/staff-sign-ins", { email: `${login}@${lender}.example`, password: DEMO_PASSWORD });
  return new Visitor(platform.url, lender, token);
}

interface Message { readonly subject: string; readonly body: string; readonly code: string | null }

/** What a borrower has received on a phone number or at an e-mail address, oldest first. */
export async function inbox(platform: Platform, to: string): Promise<Message[]> {
  const response = await fetch(`${platform.sandboxUrl}/messages/v1/messages?to=${encodeURIComponent(to)}`, { headers: { authorization: `Bearer ${platform.services.config.sandboxKeys.messages}` } });
  return ((await response.json()) as { messages: Message[] }).messages;
}

/** The code that an act sends to a phone. */
export async function codeAfter<T>(platform: Platform, phone: string, act: () => Promise<T>): Promise<{ code: string; result: T }> {
  const codes = async () => (await inbox(platform, phone)).filter((m) => m.code !== null).map((m) => m.code ?? "");
  const before = (await codes()).length;
  const result = await act();
  return { result, code: await until("the code came", async () => (await codes())[before]) };
}

export async function borrower(platform: Platform, lender: string, phone: string): Promise<Visitor> {
  const visitor = new Visitor(platform.url, lender);
  const { code, result } = await codeAfter(platform, phone, () => visitor.ok<{ codeId: string }>("POST", "/v1/borrower-codes", { channel: "sms", address: phone }));
  const { token } = await visitor.ok<{ token: string }>("POST", "/v1/borrower-sign-ins", { codeId: result.codeId, code });
  return new Visitor(platform.url, lender, token);
}

/** Speaks to the sandbox bank as the people and programs outside the lender do. */
export async function atTheBank<T = Record<string, unknown>>(platform: Platform, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${platform.sandboxUrl}/bank/v1${path}`, { method: body === undefined ? "GET" : "POST", headers: { authorization: `Bearer ${platform.services.config.sandboxKeys.bank}`, "content-type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await response.text();
  assert.ok(response.ok, `${path}: ${response.status} ${text}`);
  return (text.startsWith("{") ? JSON.parse(text) : text) as T;
}

/** Somebody transfers money to the lender's account. */
export const transfer = (platform: Platform, lender: string, money: Money, name: string, remittance: string): Promise<unknown> =>
  atTheBank(platform, "/incoming-payments", { accountId: sandboxAccountId(lender), ...money, debtor: { name, account: "HDFC0001234/998877665544" }, remittance });
