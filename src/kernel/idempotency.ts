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

/**
 * Claims the key in the command's own transaction. A second request with the same key waits here until the first has
 * committed or rolled back; that wait is what makes ten thousand simultaneous repeats post once.
 * @returns true when this request is the first
 */
export async function claimKey(tx: Tx, claim: IdempotencyClaim): Promise<boolean> {
  const inserted = await tx.run(
    "kernel.idempotency.claim",
    `INSERT INTO kernel.idempotency_key (scope, key, command, request_hash, created_at)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [claim.scope, claim.key, claim.command, claim.requestHash, tx.now],
  );
  return inserted === 1;
}

/** The result of the request that had the key first. May raise idempotency.body_differs, idempotency.in_flight. */
export async function storedResult(tx: Tx, claim: IdempotencyClaim): Promise<{ result: unknown }> {
  const row = await tx.one<{ request_hash: string; result: string | null }>(
    "kernel.idempotency.read",
    "SELECT request_hash, result FROM kernel.idempotency_key WHERE scope = $1 AND key = $2",
    [claim.scope, claim.key],
  );
  if (row.request_hash !== claim.requestHash) throw problem("idempotency.body_differs", "The key was first used with another request.");
  if (row.result === null) throw problem("idempotency.in_flight");
  return { result: decode(row.result) };
}

/** A result as it is stored. @throws TypeError when it is not data */
export function storable(result: unknown): string {
  return encode(result ?? null);
}

/** Stores the result beside the key, in the same transaction. */
export async function completeKey(tx: Tx, claim: IdempotencyClaim, stored: string): Promise<void> {
  await tx.run("kernel.idempotency.complete", "UPDATE kernel.idempotency_key SET result = $3 WHERE scope = $1 AND key = $2", [claim.scope, claim.key, stored]);
}
