/**
 * The one way the browser talks to the platform. Cookies carry the session; every command carries an Idempotency-Key that stays the
 * same while the same command is tried again, so that a double click or a lost answer never does anything twice.
 */
export interface FieldError { readonly pointer: string; readonly code: string; readonly detail: string }

/** An RFC 9457 problem as an error. `code` is for programs, `detail` and `fix` for people. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly fix: string | undefined;
  readonly instance: string | undefined;
  readonly retryable: boolean;
  readonly errors: readonly FieldError[];
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(body: ProblemBody) {
    super(body.detail ?? body.title);
    this.name = "ApiProblem";
    this.status = body.status;
    this.code = body.code;
    this.title = body.title;
    this.fix = body.fix;
    this.instance = body.instance;
    this.retryable = body.retryable === true;
    this.errors = body.errors ?? [];
    this.extra = body as unknown as Record<string, unknown>;
  }
}

interface ProblemBody {
  readonly status: number; readonly code: string; readonly title: string; readonly detail?: string; readonly fix?: string; readonly instance?: string;
  readonly retryable?: boolean; readonly errors?: readonly FieldError[];
}

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;

let lender = "";
let onSignedOut: () => void = () => undefined;

/** Names the lender for routes that are open before sign-in. */
export function useLender(slug: string): void {
  lender = slug;
}

/** What to do when the session has ended. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

/** The address of a query, for links and downloads. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === "") continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value]) search.append(name, String(one));
  }
  const text = search.toString();
  return `/v1${path}${text === "" ? "" : `?${text}`}`;
}

export interface Answer<T> { readonly body: T; readonly etag: string | null; readonly replayed: boolean }

interface Sending { readonly method: string; readonly body?: unknown; readonly key?: string; readonly ifMatch?: string; readonly reason?: string; readonly signal?: AbortSignal }

/** @throws ApiProblem for every refusal and fault; `network.unreachable` when no answer came */
export async function send<T>(path: string, query: Query, { method, body, key, ifMatch, reason, signal }: Sending): Promise<Answer<T>> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (lender !== "") headers["x-lender"] = lender;
  if (key !== undefined) headers["idempotency-key"] = key;
  if (ifMatch !== undefined) headers["if-match"] = ifMatch;
  if (reason !== undefined) headers["x-reason"] = /^[\x20-\x7e]*$/.test(reason) ? reason : encodeURIComponent(reason);
  const form = body instanceof FormData || body instanceof Blob || typeof body === "string";
  if (body !== undefined && !form) headers["content-type"] = "application/json";
  if (typeof body === "string") headers["content-type"] = "application/xml";
  let response: Response;
  try {
    response = await fetch(address(path, query), { method, headers, credentials: "same-origin", signal, ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }) });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ApiProblem({ status: 0, code: "network.unreachable", title: "No connection", detail: "The platform could not be reached.", fix: "Check the connection; what you typed is kept.", retryable: true });
  }
  const text = response.status === 204 ? "" : await response.text();
  const json = (response.headers.get("content-type") ?? "").includes("json");
  if (!response.ok) {
    const problem = json && text !== "" ? (JSON.parse(text) as ProblemBody) : { status: response.status, code: "http.unexpected", title: `The server answered ${response.status}` };
    if (problem.code === "session.missing") onSignedOut();
    throw new ApiProblem(problem);
  }
  return { body: (json && text !== "" ? JSON.parse(text) : text) as T, etag: response.headers.get("etag"), replayed: response.headers.get("idempotency-replayed") === "true" };
}

/** A new key for a new command. */
export function newKey(): string {
  return `web-${crypto.randomUUID()}`;
}

const RETRIES = 3;

/** Sends a command; when the answer is lost or the same command is in flight, sends it again with the same key. */
export async function command<T>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body: unknown, options: { key: string; ifMatch?: string; reason?: string }): Promise<Answer<T>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send<T>(path, {}, { method, body: body ?? (method === "DELETE" ? undefined : {}), ...options });
    } catch (error) {
      if (!(error instanceof ApiProblem) || !error.retryable || error.status === 429 || attempt > RETRIES) throw error;
      await new Promise((done) => setTimeout(done, 300 * attempt));
    }
  }
}
