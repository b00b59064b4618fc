import { basename } from "node:path";
import { amortization } from "./regulatory-amortization.ts";
import { iso20022, nacha } from "./regulatory-bank-files.ts";
import { effective, regulationZ } from "./regulatory-apr.ts";
import { calendarVector, dayCount } from "./regulatory-dates.ts";
import { india } from "./regulatory-india.ts";
import { metro2 } from "./regulatory-metro2.ts";
import { accounting, disclosure, scorecard } from "./regulatory-rules.ts";
import { timeValue } from "./regulatory-tvm.ts";
import { list, object, text } from "./regulatory-read.ts";
import type { Judge } from "./regulatory-read.ts";
import type { CaseResult } from "./result.ts";

const JUDGES: Readonly<Record<string, Judge>> = {
  apr_us_regz: regulationZ, aprc_eu_uk: effective, daycount: dayCount, calendar_roll_schedule: calendarVector, tvm_xirr: timeValue,
  amortization, india_rbi: india, accounting_ecl: accounting, us_disclosure_rules: disclosure, scorecard_ratios: scorecard, metro2, nacha_ach: nacha, iso20022,
};

/**
 * Runs one file of regulatory vectors against the engine. It only translates and compares; a vector that is not understood has failed.
 * Reference tables (no `vectors`) hold nothing to run.
 */
export function* runRegulatory(file: unknown, fileName: string): Iterable<CaseResult> {
  const name = basename(fileName, ".json");
  if (typeof file !== "object" || file === null || !("vectors" in file)) {
    if (!name.startsWith("ref_")) yield { theme: name, id: name, pass: false, difference: "no vectors" };
    return;
  }
  const topic = "topic" in file && typeof file.topic === "string" ? file.topic : name;
  const judge = JUDGES[topic];
  for (const [index, value] of list(file.vectors, "vectors").entries()) {
    let id = `#${index + 1}`;
    let difference: string | null;
    try {
      const vector = object(value, "vector");
      id = text(vector["id"], "id");
      difference = judge === undefined ? `nothing runs ${topic} yet` : judge(vector);
    } catch (error) {
      difference = `not understood: ${error instanceof Error ? error.message : String(error)}`;
    }
    yield difference === null ? { theme: topic, id, pass: true } : { theme: topic, id, pass: false, difference };
  }
}
