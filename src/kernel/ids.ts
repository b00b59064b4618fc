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
  let time = "";
  // The part of chance in two halves of 30 bits, which plain numbers hold and count.
  let [high, low] = [0, 0];
  return {
    next(prefix) {
      const ms = clock.nowMs();
      if (ms > lastMs) {
        lastMs = ms;
        time = base32(Math.floor(ms / HALF), 3) + base32(ms % HALF, 6);
        const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = random.bytes(7);
        high = (a << 21) | (b << 13) | (c << 5) | (d >> 3);
        low = ((d & 7) << 27) | (e << 19) | (f << 11) | (g << 3);
      } else if (++low === HALF) {
        low = 0;
        high = (high + 1) % HALF;
      }
      return `${prefix}_${time}${base32(high, 6)}${base32(low, 6)}`;
    },
  };
}

const HALF = 2 ** 30;

/** The last `length` digits of a whole number below 2^30. */
function base32(value: number, length: number): string {
  let text = "";
  for (let shift = (length - 1) * 5; shift >= 0; shift -= 5) text += ALPHABET.charAt((value >> shift) & 31);
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
