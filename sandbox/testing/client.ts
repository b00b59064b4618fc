import { DEMO_KEYS, type Keys, type Provider } from "../keys.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../start.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Fields;
}

/** JSON of unknown depth: a test that expects a text or a list reads it as one, and the assertion says whether it was. */
export interface Fields {
  readonly [name: string]: Fields & string & readonly Fields[];
}

export interface Client extends Sandbox {
  get(provider: Provider, path: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  send(provider: Provider, method: "POST" | "PUT", path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  file(xml: string, key: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
}

/** A sandbox on a free port, with the calls a test makes. */
export async function startTestSandbox(options: Partial<SandboxOptions> & { keys?: Keys } = {}): Promise<Client> {
  const sandbox = await startSandbox({ seed: "test", ...options, port: 0 });
  const keys = options.keys ?? DEMO_KEYS;
  const call = async (provider: Provider, method: string, path: string, body: string | undefined, headers: Readonly<Record<string, string>>): Promise<Reply> => {
    const response = await fetch(`${sandbox.url}${path}`, { method, body, redirect: "manual", headers: { authorization: `Bearer ${keys[provider]}`, ...headers } });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: text.startsWith("{") ? JSON.parse(text) as Fields : {} };
  };
  return {
    ...sandbox,
    get: (provider, path, headers = {}) => call(provider, "GET", path, undefined, headers),
    send: (provider, method, path, body, headers = {}) => call(provider, method, path, JSON.stringify(body), { "content-type": "application/json", ...headers }),
    file: (xml, key, headers = {}) => call("bank", "POST", "/bank/v1/files", xml, { "content-type": "application/xml", "idempotency-key": key, ...headers }),
  };
}
