import { hmda } from "./hmda.ts";
import { inBureau } from "./in-bureau.ts";
import { interest1098 } from "./interest-1098.ts";
import { keyFactsRegister } from "./key-facts-register.ts";
import type { ReportKind } from "./kind.ts";
import { metro2 } from "./metro2.ts";
import { npaRegister } from "./npa-register.ts";

/** Every kind of report this house can make, by the name a definition calls it. */
export const KINDS = { metro2, in_bureau: inBureau, npa_register: npaRegister, key_facts_register: keyFactsRegister, hmda, interest_1098: interest1098 } as const satisfies Readonly<Record<string, ReportKind>>;
export type KindName = keyof typeof KINDS;

export function kindOf(name: string): ReportKind {
  const kind = (KINDS as Readonly<Record<string, ReportKind>>)[name];
  if (kind === undefined) throw new RangeError(`no such kind of report: ${name}`);
  return kind;
}
