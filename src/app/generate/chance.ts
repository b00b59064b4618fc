/** Chance from a seed and a line: the same two always give the same loan, in whatever order and process they are made. */
export class Chance {
  #state: number;

  constructor(seed: number, line: number) {
    this.#state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(line + 1, 0xc2b2ae35)) | 0;
    for (let i = 0; i < 3; i++) this.#next();
  }

  /** A whole number from 0 up to `below`, not counting it. */
  upTo(below: number): number {
    return this.#next() % below;
  }

  /** A whole number between two, both counting. */
  between(low: number, high: number): number {
    return low + this.upTo(high - low + 1);
  }

  /** True in so many of a thousand cases. */
  happens(perMille: number): boolean {
    return this.upTo(1_000) < perMille;
  }

  oneOf<T>(items: readonly T[]): T {
    return items[this.upTo(items.length)] as T;
  }

  // xorshift32 over a mixed state: enough for portfolios, not for secrets.
  #next(): number {
    let x = this.#state === 0 ? 0x1234567 : this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (Math.imul(x, 0x2545f491) ^ (x >>> 15)) >>> 0;
  }
}
