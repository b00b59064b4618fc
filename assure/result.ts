/** What every assurance test and benchmark prints as its last line. */
export interface Result {
  readonly id: string;
  readonly pass: boolean;
  /** The measured figure and its unit, where there is one. */
  readonly value?: number;
  readonly unit?: string;
  /** The physical limit measured in the same run, and our share of it. */
  readonly floor?: number;
  readonly efficiency?: number;
  readonly cases?: number;
  readonly violations?: number;
  readonly seed?: number;
  readonly commit?: string;
  /** When it was run, UTC. */
  readonly at?: string;
  /** How many processes were ready to run, on average over the minute before the start, and on how many cores. */
  readonly load?: { readonly before: number; readonly cores: number };
  readonly calibration?: Readonly<Record<string, number>>;
  /** More figures, by name. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Loans of a run, or its cases where it has none. */
export function sizeOf({ cases, detail }: Pick<Result, "cases" | "detail">): number {
  const loans = [detail?.["loans"] ?? []].flat().filter((n) => typeof n === "number");
  return Math.max(cases ?? 0, ...loans);
}

export interface RunOptions {
  readonly seed: number;
  readonly cycles?: number;
  readonly loans?: number;
  readonly seconds?: number;
  readonly cases?: number;
  /** A folder in which generated portfolios stay between runs. */
  readonly data?: string;
  /** R20: plant faults instead, and see them noticed. */
  readonly planted?: boolean;
  /** Requests a second of a constant-rate load. */
  readonly rate?: number;
  say(line: string): void;
}

export interface Check {
  readonly id: string;
  readonly title: string;
  run(options: RunOptions): Promise<Omit<Result, "id" | "commit" | "at" | "load">>;
}
