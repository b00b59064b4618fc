import { createHash } from "node:crypto";
import { canonicalJson, decode, encode } from "./codec.ts";
import type { Tx } from "./db.ts";
import { problem } from "./kernel-problems.ts";

/** A command's key as the client sent it: same key and body, same answer, for ever. */
export interface IdempotencyClaim {
  readonly key: string;
  /** Whose key it is; two users may choose the same one. */
  readonly scope: string;
  readonly command: string;
  readonly requestHash: string;
}

/** Hash of what makes two requests the same command: route, path parameters and body. */
export function requestHash(command: string, params: unknown, body: unknown): string {
  return createHash("sha256").update(canonicalJson({ command, params, body })).digest("hex");
}

/** A key with its owner, as sets and maps of them know it. */
export const keyName = (claim: Pick<IdempotencyClaim, "scope" | "key">): string => `${claim.scope}/${claim.key}`;

/**
 * Claims keys in the command's own transaction. A second request with the same key waits here until the first has
 * committed or rolled back; that wait is what makes ten thousand simultaneous repeats post once. Keys are claimed in one order,
 * so that two transactions cannot wait for each other.
 * @returns names of the keys of which this request is the first
 */
export async function claimKeys(tx: Tx, claims: readonly IdempotencyClaim[]): Promise<ReadonlySet<string>> {
  if (claims.length === 0) return new Set();
  const rows = await tx.rows<{ scope: string; key: string }>(
    "kernel.idempotency.claim",
    `INSERT INTO kernel.idempotency_key (scope, key, command, request_hash, created_at)
     SELECT c.*, $5::timestamptz FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS c (scope, key, command, request_hash) ORDER BY scope, key
     ON CONFLICT DO NOTHING RETURNING scope, key`,
    [claims.map((c) => c.scope), claims.map((c) => c.key), claims.map((c) => c.command), claims.map((c) => c.requestHash), tx.now],
  );
  return new Set(rows.map(keyName));
}

/** What the request that had the key first was, and its result. */
export interface StoredResult { readonly request_hash: string; readonly result: string | null }

/** What is stored beside keys that others claimed first, by {@link keyName}. */
export async function storedResults(tx: Tx, claims: readonly IdempotencyClaim[]): Promise<ReadonlyMap<string, StoredResult>> {
  if (claims.length === 0) return new Map();
  const rows = await tx.rows<StoredResult & { scope: string; key: string }>(
    "kernel.idempotency.read",
    `SELECT k.scope, k.key, k.request_hash, k.result FROM unnest($1::text[], $2::text[]) AS c (scope, key) JOIN kernel.idempotency_key k ON k.scope = c.scope AND k.key = c.key`,
    [claims.map((c) => c.scope), claims.map((c) => c.key)],
  );
  return new Map(rows.map((row) => [keyName(row), row]));
}

/** The result of the request that had the key first. May raise idempotency.body_differs, idempotency.in_flight. */
export function answerOf(claim: IdempotencyClaim, stored: StoredResult | undefined): unknown {
  if (stored === undefined) throw problem("idempotency.in_flight");
  if (stored.request_hash !== claim.requestHash) throw problem("idempotency.body_differs", "The key was first used with another request.");
  if (stored.result === null) throw problem("idempotency.in_flight");
  return decode(stored.result);
}

/** A result as it is stored. @throws TypeError when it is not data */
export function storable(result: unknown): string {
  return encode(result ?? null);
}

/** Stores results beside their keys, in the same transaction. */
export async function completeKeys(tx: Tx, done: readonly { readonly claim: IdempotencyClaim; readonly stored: string }[]): Promise<void> {
  if (done.length === 0) return;
  await tx.run(
    "kernel.idempotency.complete",
    `UPDATE kernel.idempotency_key k SET result = d.result FROM unnest($1::text[], $2::text[], $3::text[]) AS d (scope, key, result) WHERE k.scope = d.scope AND k.key = d.key`,
    [done.map((d) => d.claim.scope), done.map((d) => d.claim.key), done.map((d) => d.stored)],
  );
}
