import { isoDate } from "#engine/date.ts";
import type { IsoDate } from "#engine/date.ts";
import { parseScaled } from "#engine/rate.ts";

/** A JSON object of a vector file. */
export type Json = Readonly<Record<string, unknown>>;

/** What a vector disagrees in, or `null`. Throws when it is not understood. */
export type Judge = (vector: Json) => string | null;

/** Reads one vector; everything that is missing or of another kind throws, so the vector fails. */
export function object(value: unknown, name: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError(`${name} is no object`);
  return value as Json;
}

export function list(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${name} is no list`);
  return value;
}

export function number(value: unknown, name: string): number {
  if (typeof value !== "number") throw new TypeError(`${name} is no number: ${JSON.stringify(value)}`);
  return value;
}

export function text(value: unknown, name: string): string {
  if (typeof value !== "string") throw new TypeError(`${name} is no text: ${JSON.stringify(value)}`);
  return value;
}

export function flag(value: unknown, name: string): boolean {
  if (typeof value !== "boolean") throw new TypeError(`${name} is neither true nor false: ${JSON.stringify(value)}`);
  return value;
}

export function numbers(value: unknown, name: string): number[] {
  return list(value, name).map((v) => number(v, name));
}

export function date(value: unknown, name: string): IsoDate {
  return isoDate(text(value, name));
}

/** `null` and missing are the same. */
export function optional<T>(value: unknown, name: string, read: (value: unknown, name: string) => T): T | null {
  return value === undefined || value === null ? null : read(value, name);
}

/** Money in major units as minor units (two decimals), read as decimal text. */
export function minor(value: unknown, name: string): bigint {
  return parseScaled(String(number(value, name)), 2);
}

/** Per cent as parts per billion, read as decimal text. */
export function percentPpb(value: unknown, name: string): bigint {
  return parseScaled(String(number(value, name)), 7);
}

/** The tolerance of a vector: a number, or one of several by name. */
export function tolerance(vector: Json, name: string | null, fallback: number): number {
  const given = vector["tolerance"];
  if (typeof given === "number") return given;
  if (name !== null && typeof given === "object" && given !== null) {
    const one = (given as Json)[name];
    if (typeof one === "number") return one;
  }
  return fallback;
}

/** Whether two numbers agree; a hair more for binary fractions. */
export function near(name: string, actual: number | null, expected: unknown, within: number): string | null {
  const wanted = number(expected, name);
  if (actual !== null && Math.abs(actual - wanted) <= within + 1e-12 * Math.max(1, Math.abs(wanted))) return null;
  return `${name}: expected ${wanted}, got ${actual}`;
}

export function same(name: string, actual: unknown, expected: unknown): string | null {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  return a === b ? null : `${name}: expected ${b}, got ${a}`;
}

/** The first difference. */
export function first(...differences: readonly (string | null)[]): string | null {
  return differences.find((d) => d !== null) ?? null;
}

/** Each number of a list against the expected one. */
export function nearAll(name: string, actual: readonly number[], expected: unknown, within: number): string | null {
  const wanted = list(expected, name);
  if (wanted.length !== actual.length) return `${name}: expected ${wanted.length} values, got ${actual.length}`;
  return first(...wanted.map((w, i) => near(`${name}[${i}]`, actual[i] ?? null, w, within)));
}

/** Every expected field must be one we compare. */
export function understood(expected: Json, names: readonly string[]): void {
  for (const key of Object.keys(expected)) if (!names.includes(key)) throw new TypeError(`expected field ${key} is not understood`);
}
