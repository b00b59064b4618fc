import { readFileSync } from "node:fs";

/** Which half of the life of a loan this installation runs. */
export type Mode = "unified" | "origination" | "servicing";

export interface Config {
  readonly mode: Mode;
  readonly environment: "development" | "test" | "production";
  /** Folder for the embedded database, documents, exports and audit anchors. */
  readonly dataDir: string;
  /** Owner's connection of an existing PostgreSQL; absent: the embedded one. */
  readonly databaseUrl?: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly masterKey: Buffer;
  readonly sandboxUrl?: string;
  /** Bearer keys of the stand-in providers: bureau, kyc, bank, messages, esign. */
  readonly sandboxKeys: Readonly<Record<SandboxProvider, string>>;
  readonly outboundOrigins: readonly string[];
  readonly poolSize: number;
  /** How often one may ask in a minute; absent: no limits (LOANWRIGHT_RATE_LIMITS=off, for measurements behind nobody's door). */
  readonly rateLimits?: RateLimits;
  /** Addresses whose X-Forwarded-For is believed; without any, the connection's own address counts. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
  readonly oidc?: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string };
}

/** Requests in one minute, in one process: per address, per address and sign-in route, per person, per API client. */
export interface RateLimits {
  readonly address: number;
  readonly signIn: number;
  readonly person: number;
  readonly client: number;
}

const RATE_LIMITS: RateLimits = { address: 6_000, signIn: 20, person: 600, client: 3_000 };

export type SandboxProvider = "bureau" | "kyc" | "bank" | "messages" | "esign";

/** A setting that cannot be used, by name. */
export class UnsafeSetting extends Error {
  readonly setting: string;
  constructor(setting: string, why: string) {
    super(`${setting}: ${why}`);
    this.name = "UnsafeSetting";
    this.setting = setting;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from the environment; every NAME may be given as NAME_FILE instead.
 * @throws UnsafeSetting naming the first setting that is wrong or unsafe
 */
export function loadConfig(env: Environment): Config {
  const read = (name: string) => env[name] ?? fromFile(env[`${name}_FILE`], name);
  const environment = oneOf("LOANWRIGHT_ENV", read("LOANWRIGHT_ENV") ?? "development", ["development", "test", "production"] as const);
  const host = read("LOANWRIGHT_HOST") ?? "127.0.0.1";
  const port = whole("LOANWRIGHT_PORT", read("LOANWRIGHT_PORT") ?? "4000", 0, 65_535);
  const publicUrl = read("LOANWRIGHT_PUBLIC_URL") ?? `http://${host}:${port}`;
  const key = read("LOANWRIGHT_MASTER_KEY");
  if (key === undefined) throw new UnsafeSetting("LOANWRIGHT_MASTER_KEY", "is missing; make one with: openssl rand -base64 32");
  const masterKey = Buffer.from(key, "base64");
  if (masterKey.length < 32) throw new UnsafeSetting("LOANWRIGHT_MASTER_KEY", "must be 32 bytes in base64");
  if (new Set(masterKey).size < 8) throw new UnsafeSetting("LOANWRIGHT_MASTER_KEY", "is not random");
  const sandboxUrl = read("LOANWRIGHT_SANDBOX_URL");
  if (environment === "production") refuseUnsafeInProduction(host, publicUrl, sandboxUrl, read("LOANWRIGHT_LOG_LEVEL"), read("LOANWRIGHT_RATE_LIMITS"));
  const issuer = read("LOANWRIGHT_OIDC_ISSUER");
  return {
    mode: oneOf("LOANWRIGHT_MODULES", read("LOANWRIGHT_MODULES") ?? "unified", ["unified", "origination", "servicing"] as const),
    environment,
    dataDir: read("LOANWRIGHT_DATA") ?? ".data",
    databaseUrl: read("DATABASE_URL"),
    host,
    port,
    publicUrl,
    masterKey,
    sandboxUrl,
    sandboxKeys: sandboxKeys(read("LOANWRIGHT_SANDBOX_KEYS") ?? ""),
    outboundOrigins: [...(sandboxUrl === undefined ? [] : [sandboxUrl]), ...(read("LOANWRIGHT_OUTBOUND") ?? "").split(",").filter((s) => s !== "")],
    poolSize: whole("LOANWRIGHT_POOL", read("LOANWRIGHT_POOL") ?? "16", 1, 200),
    rateLimits: rateLimits(read("LOANWRIGHT_RATE_LIMITS") ?? (environment === "test" ? "off" : "")),
    trustedProxies: (read("LOANWRIGHT_TRUSTED_PROXIES") ?? "").split(",").filter((s) => s !== ""),
    logLevel: oneOf("LOANWRIGHT_LOG_LEVEL", read("LOANWRIGHT_LOG_LEVEL") ?? "info", ["debug", "info", "warn", "error", "silent"] as const),
    oidc: issuer === undefined ? undefined : {
      issuer,
      clientId: required(read("LOANWRIGHT_OIDC_CLIENT_ID"), "LOANWRIGHT_OIDC_CLIENT_ID"),
      clientSecret: required(read("LOANWRIGHT_OIDC_CLIENT_SECRET"), "LOANWRIGHT_OIDC_CLIENT_SECRET"),
    },
  };
}

/** Written as bureau=…,bank=…; a provider that is not named has its documented demo key, which opens nothing but the sandbox. */
function sandboxKeys(text: string): Record<SandboxProvider, string> {
  const given = Object.fromEntries(text.split(",").filter((part) => part.includes("=")).map((part) => part.split("=", 2) as [string, string]));
  const key = (provider: SandboxProvider) => given[provider] ?? `sandbox-${provider}-key`;
  return { bureau: key("bureau"), kyc: key("kyc"), bank: key("bank"), messages: key("messages"), esign: key("esign") };
}

/** Written as person=600,signIn=20; what is not named keeps its default. "off" takes them all away. */
function rateLimits(text: string): RateLimits | undefined {
  if (text === "off") return undefined;
  const given = new Map(text.split(",").filter((part) => part !== "").map((part) => part.split("=", 2) as [string, string]));
  for (const name of given.keys()) oneOf("LOANWRIGHT_RATE_LIMITS", name, ["address", "signIn", "person", "client"] as const);
  const limit = (name: keyof RateLimits) => whole("LOANWRIGHT_RATE_LIMITS", given.get(name) ?? String(RATE_LIMITS[name]), 1, 100_000_000);
  return { address: limit("address"), signIn: limit("signIn"), person: limit("person"), client: limit("client") };
}

function refuseUnsafeInProduction(host: string, publicUrl: string, sandboxUrl: string | undefined, logLevel: string | undefined, rates: string | undefined): void {
  const loopback = host === "127.0.0.1" || host === "::1" || host === "localhost";
  if (!loopback && !publicUrl.startsWith("https://")) throw new UnsafeSetting("LOANWRIGHT_PUBLIC_URL", "must be https:// when the server listens beyond this machine");
  if (sandboxUrl !== undefined) throw new UnsafeSetting("LOANWRIGHT_SANDBOX_URL", "stand-in providers may not serve production");
  if (rates === "off") throw new UnsafeSetting("LOANWRIGHT_RATE_LIMITS", "may not be off in production; set higher numbers instead");
  if (logLevel === "debug") throw new UnsafeSetting("LOANWRIGHT_LOG_LEVEL", "debug logging is not allowed in production");
}

function fromFile(path: string | undefined, name: string): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    throw new UnsafeSetting(`${name}_FILE`, `cannot be read: ${path}`);
  }
}

function required(value: string | undefined, name: string): string {
  if (value === undefined || value === "") throw new UnsafeSetting(name, "is missing");
  return value;
}

function oneOf<const T extends readonly string[]>(name: string, value: string, allowed: T): T[number] {
  if (!allowed.includes(value)) throw new UnsafeSetting(name, `must be one of ${allowed.join(", ")}`);
  return value;
}

function whole(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high) throw new UnsafeSetting(name, `must be a whole number from ${low} to ${high}`);
  return value;
}
