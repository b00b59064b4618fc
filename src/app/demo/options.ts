import { parseArgs } from "node:util";

export interface DemoOptions {
  /** Past applicants with known outcome; absent: made by the seeded generator. */
  readonly applicantsFile?: string;
  readonly count: number;
  readonly months: number;
  readonly seed: number;
  readonly json: boolean;
  readonly report: string;
  /** Keep the data folder, and say where it is. */
  readonly keep?: string;
}

/** @throws RangeError naming the option that cannot be used */
export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { applicants: { type: "string" }, count: { type: "string" }, months: { type: "string" }, seed: { type: "string" }, json: { type: "boolean" }, report: { type: "string" }, keep: { type: "string" } },
  });
  const whole = (name: "count" | "months" | "seed", standard: number, low: number, high: number) => {
    const value = Number(values[name] ?? standard);
    if (!Number.isInteger(value) || value < low || value > high) throw new RangeError(`--${name} must be a whole number from ${low} to ${high}`);
    return value;
  };
  return {
    applicantsFile: values.applicants, count: whole("count", 1000, 10, 100_000), months: whole("months", 24, 1, 60), seed: whole("seed", 1, 0, 1_000_000), json: values.json === true,
    report: values.report ?? ".data/demo-report.html", keep: values.keep,
  };
}
