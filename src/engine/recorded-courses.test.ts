import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { accruedInterest, addDays, apply, buildSchedule, chargesToRaise, delinquencyOf, explain, explainCell, explainEvent, nextDue, overdueOf, payoff, replay, EngineRefusal } from "./index.ts";
import type { IsoDate, LoanEvent, LoanState, LoanTerms } from "./index.ts";
import { digest } from "./testing/digest.ts";

/**
 * Courses of loans by rules, found by chance, of which each tells a small fault of the engine that no worked example told: kept with digests
 * of their figures. They do not say what is right (golden cases, examples and properties do), but that nothing has changed unmeant. After a
 * change that is meant: RECORD_COURSES=1 node --test here.
 */
const RECORD = new URL("recorded-courses.json", import.meta.url);

interface Course {
  readonly terms: LoanTerms;
  readonly events: readonly LoanEvent[];
  readonly end: IsoDate;
  readonly figures: Readonly<Record<string, string>>;
}

const recorded = JSON.parse(readFileSync(RECORD, "utf8")) as Course[];

function figuresOf({ terms, events, end }: Course): Record<string, string> {
  const middle = events[Math.floor(events.length / 2)]?.businessDate ?? end;
  const days = [middle, end, addDays(end, 37), addDays(end, 500)];
  const state = replay(terms, events, end);
  return {
    schedule: digest(orRefusal(() => buildSchedule(terms))), cells: digest(cellsOf(terms, state)), states: digest(days.map((day) => bare(replay(terms, events, day)))),
    answers: digest([end, addDays(end, 37)].map((day) => [payoff(state, day), accruedInterest(state, day), delinquencyOf(state, day), overdueOf(state, day), nextDue(state, day), chargesToRaise(state, day)])),
    told: digest(events.map((event) => orRefusal(() => explainEvent(state, event.id)))), arrival: digest(arrivalOf(terms, events)),
  };
}

function cellsOf(terms: LoanTerms, state: LoanState): unknown[] {
  return (["interest", "principal"] as const).flatMap((column) => [1, 2, 3, 4].flatMap((row) => [orRefusal(() => explainCell(terms, row, column)), orRefusal(() => explain(state, { kind: "cell", row, column }))]));
}

/** What is owed and due on the way, told one event after another. */
function arrivalOf(terms: LoanTerms, events: readonly LoanEvent[]): unknown[] {
  const seen: unknown[] = [];
  let state = replay(terms, [], (events[0] as LoanEvent).businessDate);
  for (const event of events) {
    state = apply(state, event);
    seen.push(state.outstanding, state.installments.map((row) => row.due));
  }
  return [...seen, bare(state)];
}

function bare({ terms: _terms, events: _events, ...rest }: LoanState): unknown {
  return rest;
}

/** An answer, or the name of its refusal. A cell without a row is a fault of the caller, and named so. */
function orRefusal(ask: () => unknown): unknown {
  try {
    return ask();
  } catch (error) {
    if (error instanceof EngineRefusal) return error.code;
    if (error instanceof RangeError) return "out of range";
    throw error;
  }
}

if (process.env["RECORD_COURSES"] === "1") writeFileSync(RECORD, `[\n${recorded.map((course) => JSON.stringify({ ...course, figures: figuresOf(course) })).join(",\n")}\n]\n`);

for (const [n, course] of (JSON.parse(readFileSync(RECORD, "utf8")) as Course[]).entries()) {
  test(`recorded course ${n + 1}, ${course.terms.model}, gives the figures it gave`, () => assert.deepEqual(figuresOf(course), course.figures));
}
