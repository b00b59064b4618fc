import { test } from "node:test";
import * as fc from "fast-check";
import { EngineRefusal } from "../index.ts";

/**
 * How properties are stated: `holds("a sentence", what is drawn, what must hold)`. The same cases each time, so that a change is judged by
 * itself; wider and other ones by PROPERTY_RUNS and PROPERTY_SEED. Those that cost little are tried four times as often.
 */
const RUNS = Number(process.env["PROPERTY_RUNS"] ?? 150);
const SEED = Number(process.env["PROPERTY_SEED"] ?? 20_260_103);
/** Where only the verdict counts, the smallest case that fails is not looked for. */
const END = process.env["PROPERTY_END_ON_FAILURE"] !== undefined;
export const CHEAP = 4;

/** A property of whole loans. */
export function holds<T>(sentence: string, drawn: fc.Arbitrary<T>, check: (value: T) => void): void {
  test(sentence, () => fc.assert(fc.property(drawn, check), { numRuns: RUNS, seed: SEED, endOnFailure: END }));
}

/** A property of figures alone. */
export function holdsCheaply<T>(sentence: string, drawn: fc.Arbitrary<T>, check: (value: T) => void): void {
  test(sentence, () => fc.assert(fc.property(drawn, check), { numRuns: RUNS * CHEAP, seed: SEED, endOnFailure: END }));
}

/** What terms or an event make, or null where the engine refuses them by name; a fault is passed on. */
export function possible<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof EngineRefusal) return null;
    throw error;
  }
}

/** A value none of whose parts can be changed: what touches it throws. */
export function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}
