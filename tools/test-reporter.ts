import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";
import { ROOT } from "./source-files.ts";

/** What a run of tests came to. Written as JSON to the file that LOANWRIGHT_TEST_TOTALS names. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Skipped tests with the reason each gives. */
  readonly skips: readonly string[];
  /** What makes the run fail besides failing tests: skips without a reason, files without a test. */
  readonly complaints: readonly string[];
}

/** Reports failures in full and the rest as dots, so that what matters is not drowned. */
export default async function* reporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  let dots = 0;
  const failures: string[] = [];
  const skips: string[] = [];
  const complaints: string[] = [];
  for await (const event of events) {
    if (event.type === "test:pass" && event.data.details.type !== "suite") {
      const { name, skip, todo, file = "" } = event.data;
      const at = `${relative(ROOT, file)}: ${name}`;
      if (name === file || name === relative(ROOT, file)) complaints.push(`${name} holds no test`);
      else if ((skip ?? false) === false && (todo ?? false) === false) passed++;
      else if (typeof skip === "string" && skip !== "") skips.push(`${at} (${skip})`);
      else complaints.push(`${at} is skipped without a reason`);
      yield ++dots % 100 === 0 ? ".\n" : ".";
    } else if (event.type === "test:fail") {
      const { name, file = "", line, details } = event.data;
      const because = details.error.cause ?? details.error;
      // A suite fails with its tests, which are reported on their own.
      if ((details.error as { failureType?: string }).failureType === "subtestsFailed") continue;
      failures.push(name);
      yield `\n✖ ${relative(ROOT, file)}:${line ?? 1}  ${name}\n${indent(inspect(because))}\n`;
    } else if (event.type === "test:stderr" || event.type === "test:stdout") {
      yield event.data.message;
    }
  }
  const totals: Totals = { passed, failed: failures.length, skipped: skips.length, skips, complaints };
  const file = process.env["LOANWRIGHT_TEST_TOTALS"];
  if (file !== undefined) writeFileSync(file, JSON.stringify(totals));
  for (const text of skips) yield `\nskipped: ${text}`;
  for (const text of complaints) yield `\n✖ ${text}`;
  yield `\n${passed} passed, ${failures.length} failed, ${skips.length} skipped\n`;
}

const indent = (text: string) => text.replace(/^/gm, "    ");
