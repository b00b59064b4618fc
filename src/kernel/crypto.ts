import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * Keys for every purpose, derived from one master key that lives outside the database.
 * Personal data is sealed under a key per person; erasing that wrapped key erases the person.
 */
export interface Keyring {
  /** A new key for one person (or one document), wrapped by the key-encryption key. */
  newWrappedKey(): Buffer;
  /** Seals text under a wrapped key (AES-256-GCM); `about` binds the ciphertext to its place. */
  seal(wrappedKey: Buffer, plain: string | Buffer, about: string): Buffer;
  open(wrappedKey: Buffer, sealed: Buffer, about: string): Buffer;
  /** Keyed hash for equality search on an encrypted value; the same text in two tenants differs. */
  blindIndex(tenantId: string, kind: string, text: string): Buffer;
  /** Keyed hash over an audit record. */
  auditMac(text: string): Buffer;
  /** A key for another named purpose, for instance signing webhooks. */
  derive(purpose: string, length?: number): Buffer;
}

/** @param masterKey 32 bytes. @throws RangeError when it is shorter */
export function keyringFrom(masterKey: Buffer): Keyring {
  if (masterKey.length < 32) throw new RangeError("the master key must have 32 bytes");
  const derive = (purpose: string, length = 32) => Buffer.from(hkdfSync("sha256", masterKey, "loanwright", purpose, length));
  const kek = derive("key-encryption");
  const blind = derive("blind-index");
  const audit = derive("audit-mac");
  const unwrap = (wrapped: Buffer) => decrypt(kek, wrapped, "data-key");
  return {
    newWrappedKey: () => encrypt(kek, randomBytes(32), "data-key"),
    seal: (wrapped, plain, about) => encrypt(unwrap(wrapped), Buffer.from(plain), about),
    open: (wrapped, sealed, about) => decrypt(unwrap(wrapped), sealed, about),
    blindIndex: (tenantId, kind, text) => createHmac("sha256", blind).update(`${tenantId}\0${kind}\0${text}`).digest(),
    auditMac: (text) => createHmac("sha256", audit).update(text).digest(),
    derive,
  };
}

function encrypt(key: Buffer, plain: Buffer, about: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(about));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

function decrypt(key: Buffer, sealed: Buffer, about: string): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
  decipher.setAAD(Buffer.from(about));
  decipher.setAuthTag(sealed.subarray(12, 28));
  return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
}

/** Compares two secrets without telling by time where they differ. */
export function sameSecret(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
