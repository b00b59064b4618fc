import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { CompactSign, exportJWK } from "jose";
import { type Static, Type } from "typebox";
import { addRoute, created } from "../http.ts";
import type { Keys } from "../keys.ts";
import { Shape } from "../schemas.ts";
import { sha256 } from "../seeded.ts";
import type { Change } from "../state.ts";

export const TimestampRequest = Shape({
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  at: Type.Optional(Type.String({ format: "date-time" })),
});
export type TimestampRequest = Static<typeof TimestampRequest>;

// RFC 8410: the DER of an Ed25519 private key is this prefix and 32 bytes.
const ED25519_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

export type Esign = ReturnType<typeof createEsign>;

/** The timestamp authority. Each token names the one before, so that their order cannot be changed afterwards. */
export function createEsign(seed: string) {
  const privateKey = createPrivateKey({ key: Buffer.concat([ED25519_PREFIX, createHash("sha256").update(`esign ${seed}`).digest()]), format: "der", type: "pkcs8" });
  const keyId = `sandbox-${sha256(seed).slice(0, 12)}`;
  const tokens = new Map<string, { readonly serial: number; readonly token: string }>();
  let previous = "0".repeat(64);
  let queue: Promise<unknown> = Promise.resolve();

  const find = (input: TimestampRequest) => tokens.get(`${input.sha256} ${input.at ?? ""}`);
  /** Signs one after the other, as each token needs the one before. */
  const issue = async (input: TimestampRequest): Promise<{ serial: number; token: string }> => {
    const known = find(input);
    if (known !== undefined) return known;
    const serial = tokens.size + 1;
    const claims = { iss: "sandbox-timestamp-authority", serial, sha256: input.sha256, at: input.at ?? null, previous };
    const token = await new CompactSign(Buffer.from(JSON.stringify(claims))).setProtectedHeader({ alg: "EdDSA", typ: "JWT", kid: keyId }).sign(privateKey);
    const issued = { serial, token };
    tokens.set(`${input.sha256} ${input.at ?? ""}`, issued);
    previous = sha256(token);
    return issued;
  };
  const operations = {
    stamp: (input: TimestampRequest): Promise<{ serial: number; token: string }> => {
      const next = queue.then(() => issue(input));
      queue = next.catch(() => undefined);
      return next;
    },
  };
  const jwks = async (): Promise<unknown> => ({ keys: [{ ...(await exportJWK(createPublicKey(privateKey))), kid: keyId, alg: "EdDSA", use: "sig" }] });
  return { operations, find, jwks, settled: async (): Promise<void> => void (await queue) };
}

export function esignRoutes(app: FastifyInstance, keys: Keys, esign: Esign, change: Change<Esign["operations"]>): void {
  addRoute(app, keys, {
    provider: "esign", method: "POST", path: "/esign/v1/timestamps", body: TimestampRequest,
    handle: async ({ body }) => created(esign.find(body) ?? (await change("stamp", body))),
  });
  app.get("/esign/v1/keys", async () => esign.jwks());
}
