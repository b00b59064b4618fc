import type { ProductDefinition } from "#modules/products/index.ts";

export type Fact = number | string | boolean | null;
export type Facts = Readonly<Record<string, Fact>>;

export interface ScoreLine {
  readonly fact: string;
  readonly label: string;
  readonly reasonCode: string;
  readonly value: Fact;
  readonly points: number;
  /** Points below the best bin of the characteristic: how much this one cost. */
  readonly lost: number;
}
export interface Scored { readonly score: number; readonly version: string; readonly lines: readonly ScoreLine[] }

type Characteristic = ProductDefinition["scorecard"]["characteristics"][number];

/**
 * The score of an applicant: base plus the points of the bin each fact falls in. A fact that is not known takes the bin for missing,
 * or zero points where there is none.
 */
export function scoreOf(card: ProductDefinition["scorecard"], facts: Facts): Scored {
  const lines = card.characteristics.map((c) => {
    const value = facts[c.fact] ?? null;
    const points = pointsOf(c, value);
    return { fact: c.fact, label: c.label, reasonCode: c.reasonCode, value, points, lost: Math.max(...c.bins.map((b) => b.points)) - points };
  });
  return { score: lines.reduce((sum, line) => sum + line.points, card.base), version: card.version, lines };
}

function pointsOf(c: Characteristic, value: Fact): number {
  if (value === null) return c.bins.find((b) => b.missing === true)?.points ?? 0;
  const bin = typeof value === "number"
    ? c.bins.find((b) => b.missing !== true && (b.below !== undefined ? value < b.below : b.in === undefined || b.in.includes(String(value))))
    : c.bins.find((b) => b.in?.includes(String(value)) === true);
  return bin?.points ?? c.bins.find((b) => b.missing === true)?.points ?? 0;
}

/** What cost most points, the dearest first. */
export function costliest(scored: Scored, count: number): { code: string; text: string }[] {
  return scored.lines.filter((line) => line.lost > 0).toSorted((a, b) => b.lost - a.lost || (a.reasonCode < b.reasonCode ? -1 : 1)).slice(0, count).map((line) => ({ code: line.reasonCode, text: line.label }));
}
