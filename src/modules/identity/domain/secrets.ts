import { argon2, createHash, randomBytes, type Argon2Parameters } from "node:crypto";
import { promisify } from "node:util";
import { sameSecret } from "#kernel/crypto.ts";

const hashWith = promisify(argon2) as (algorithm: "argon2id", parameters: Argon2Parameters) => Promise<Buffer>;
/** OWASP Password Storage Cheat Sheet, first choice for argon2id: 19 MiB, 2 passes, 1 lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };

/** Hash of a password with its salt and cost, as one line of text. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await hashWith("argon2id", { message: password.normalize("NFKC"), nonce, ...COST });
  return `argon2id$${COST.memory}$${COST.passes}$${nonce.toString("base64")}$${tag.toString("base64")}`;
}

/** Whether a password belongs to a hash. A missing hash takes as long as a wrong one, so that nobody learns who exists. */
export async function passwordMatches(password: string, stored: string | null): Promise<boolean> {
  const [, memory, passes, nonce = "", tag = ""] = (stored ?? `argon2id$${COST.memory}$${COST.passes}$${"A".repeat(22)}==$${"A".repeat(43)}=`).split("$");
  const found = await hashWith("argon2id", { message: password.normalize("NFKC"), nonce: Buffer.from(nonce, "base64"), memory: Number(memory), passes: Number(passes), parallelism: 1, tagLength: 32 });
  return sameSecret(found, Buffer.from(tag, "base64")) && stored !== null;
}

const COMMON = new Set(["password", "passwort", "12345678", "123456789", "qwertyuiop", "letmein1", "iloveyou", "administrator", "loanwright"]);

/**
 * Whether a new password may be used.
 * @source NIST SP 800-63B-4: at least 15 characters as the only factor, 8 beside a second one; no common ones; no forced change
 */
export function passwordAcceptable(password: string, withSecondFactor: boolean): boolean {
  const plain = password.toLowerCase();
  return password.length >= (withSecondFactor ? 8 : 15) && password.length <= 200 && ![...COMMON].some((word) => plain.replace(/[^a-z0-9]/g, "") === word);
}

/** A new session or client secret of 256 bits, and the hash that is stored instead of it. */
export function newToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString("base64url");
  return { token, hash: tokenHash(token) };
}

export function tokenHash(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
