import { DEMO_PASSWORD } from "#app/seed.ts";

export interface Answer {
  readonly status: number;
  /** The body as it came. */
  readonly text: string;
  /** The body read as JSON; an empty object when it is something else. */
  readonly body: Record<string, unknown>;
  readonly etag: string;
}

export interface Ask {
  readonly token?: string;
  readonly lender?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A user of the API as any client would be: over HTTP, with a session. */
export interface Client {
  readonly url: string;
  call(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** The same, but an answer of 300 or more ends the run with what was said. */
  must(method: string, path: string, ask?: Ask): Promise<Answer>;
  signInStaff(lender: string, login: string): Promise<string>;
  /** Signs a borrower in with the one-time code that arrives in the sandbox's inbox. */
  signInBorrower(lender: string, phone: string): Promise<string>;
  /** The newest six-digit code sent to an address. */
  newestCode(address: string): Promise<string>;
}

export function clientOf(url: string, sandboxUrl = ""): Client {
  let keys = 0;
  const call: Client["call"] = async (method, path, { token, lender = "bharat", body, headers } = {}) => {
    const response = await fetch(url + path, {
      method, redirect: "manual",
      headers: {
        "x-lender": lender, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(method === "POST" ? { "idempotency-key": `client-${process.pid}-${++keys}` } : {}),
        ...(body === undefined || body instanceof FormData ? {} : { "content-type": "application/json" }), ...headers,
      },
      body: body === undefined ? undefined : body instanceof FormData ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const json = (response.headers.get("content-type") ?? "").includes("json");
    return { status: response.status, text, body: json && text !== "" ? JSON.parse(text) as Record<string, unknown> : {}, etag: response.headers.get("etag") ?? "" };
  };
  const must: Client["must"] = async (method, path, ask) => {
    const answer = await call(method, path, ask);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 500)}`);
    return answer;
  };
  const newestCode: Client["newestCode"] = async (address) => {
    for (let attempt = 0; attempt < 100; attempt++) {
      const response = await fetch(`${sandboxUrl}/messages/v1/messages?to=${encodeURIComponent(address)}`, { headers: { authorization: "Bearer sandbox-messages-key" } });
      const { messages } = (await response.json()) as { messages: { code: string | null }[] };
      const code = messages.findLast((message) => message.code !== null)?.code;
      if (code !== undefined && code !== null) return code;
      await new Promise((wake) => setTimeout(wake, 50));
    }
    throw new Error(`no code was sent to ${address}`);
  };
  return {
    url, call, must, newestCode,
    signInStaff: async (lender, login) =>
      String((await must("POST", "/v1/staff-sign-ins", { lender, body: { email: `${login}@${lender}.example`, password: DEMO_PASSWORD } })).body["token"]),
    signInBorrower: async (lender, phone) => {
      const sent = await must("POST", "/v1/borrower-codes", { lender, body: { channel: "sms", address: phone } });
      const signedIn = await must("POST", "/v1/borrower-sign-ins", { lender, body: { codeId: sent.body["codeId"], code: await newestCode(phone) } });
      return String(signedIn.body["token"]);
    },
  };
}

/** Asks again until the answer is there. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds = 30): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}
