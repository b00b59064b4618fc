import { createHash } from "node:crypto";

/** Hex SHA-256 of a text or of bytes. */
export const sha256 = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** A stable id with its kind in front; the same parts always give the same id. */
export const stableId = (kind: string, ...parts: readonly string[]): string =>
  `${kind}_${sha256(JSON.stringify(parts)).slice(0, 20)}`;

/** Numbers that look random and depend on nothing but the parts they were made from. */
export interface Dice {
  /** A whole number from `low` to `high`, both counted. */
  between(low: number, high: number): number;
  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean;
  pick<T>(choices: readonly T[]): T;
}

/**
 * Dice for one subject. A counter is hashed with the parts, so no state is shared between subjects
 * and the order of requests changes nothing.
 */
export function diceOf(...parts: readonly string[]): Dice {
  const subject = JSON.stringify(parts);
  let block = Buffer.alloc(0);
  let at = 0;
  let round = 0;
  const next32 = (): number => {
    if (at + 4 > block.length) {
      block = createHash("sha256").update(`${subject}#${round++}`).digest();
      at = 0;
    }
    const value = block.readUInt32BE(at);
    at += 4;
    return value;
  };
  // The bias of a modulus over 2^32 is far below anything a demo could notice.
  const between = (low: number, high: number): number => low + (next32() % (high - low + 1));
  return {
    between,
    chance: (percent) => between(1, 100) <= percent,
    pick: (choices) => {
      const choice = choices[between(0, choices.length - 1)];
      if (choice === undefined) throw new RangeError("nothing to pick from");
      return choice;
    },
  };
}
