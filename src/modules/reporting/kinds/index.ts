import type { ReportKind } from "./kind.ts";
import { metro2 } from "./metro2.ts";

/** Every kind of report this house can make, by the name a definition calls it. */
export const KINDS = { metro2 } as const satisfies Readonly<Record<string, ReportKind>>;
export type KindName = keyof typeof KINDS;

export function kindOf(name: string): ReportKind {
  const kind = (KINDS as Readonly<Record<string, ReportKind>>)[name];
  if (kind === undefined) throw new RangeError(`no such kind of report: ${name}`);
  return kind;
}
