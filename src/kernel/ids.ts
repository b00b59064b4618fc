import { randomBytes } from "node:crypto";
import type { Clock } from "./clock.ts";

/** Makes identifiers that carry their kind and sort by time: `la_0k3f…`. */
export interface Ids {
  next(prefix: string): string;
}

/** Where chance comes from; seeded in simulations. */
export interface Random {
  bytes(length: number): Buffer;
}

export const systemRandom: Random = { bytes: (length) => randomBytes(length) };

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * Identifiers of 9 characters of time (milliseconds, base 32) and 12 of chance.
 * Two made in the same millisecond keep their order, because the chance part is then counted up.
 */
export function idsFrom(clock: Clock, random: Random): Ids {
  let lastMs = -1;
  let tail = 0n;
  return {
    next(prefix) {
      const ms = clock.nowMs();
      if (ms > lastMs) {
        lastMs = ms;
        tail = BigInt(`0x${random.bytes(7).toString("hex")}`) << 3n;
      } else {
        tail = (tail + 1n) & ((1n << 60n) - 1n);
      }
      return `${prefix}_${base32(BigInt(lastMs), 9)}${base32(tail, 12)}`;
    },
  };
}

function base32(value: bigint, length: number): string {
  let rest = value;
  let text = "";
  for (let i = 0; i < length; i++) {
    text = ALPHABET.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return text;
}

/** Chance from a seed (xoshiro128**), for simulations and demo data; never for secrets. */
export function seededRandom(seed: number): Random & { float(): number; integer(below: number): number; pick<T>(items: readonly T[]): T } {
  const s = new Uint32Array(4);
  let x = seed >>> 0;
  for (let i = 0; i < 4; i++) {
    x = (x + 0x9e3779b9) >>> 0;
    let z = x;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    s[i] = (z ^ (z >>> 16)) >>> 0;
  }
  const next = (): number => {
    const [a, b, c, d] = s as unknown as [number, number, number, number];
    const r = Math.imul(rotl(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    s[2] = c ^ a;
    s[3] = d ^ b;
    s[1] = b ^ (s[2] as number);
    s[0] = a ^ (s[3] as number);
    s[2] = (s[2] as number) ^ t;
    s[3] = rotl(s[3] as number, 11);
    return r;
  };
  const float = () => next() / 4294967296;
  return {
    bytes: (length) => Buffer.from(Array.from({ length }, () => next() & 255)),
    float,
    integer: (below) => Math.floor(float() * below),
    pick: (items) => items[Math.floor(float() * items.length)] as never,
  };
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}
