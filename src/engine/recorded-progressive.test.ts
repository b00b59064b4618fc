import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { accruedInterest, addDays, apply, buildSchedule, EngineRefusal, explainCell, payoff, replay } from "./index.ts";
import type { EventDraft, IsoDate, LoanEvent, LoanState } from "./index.ts";
import { digest, randomFrom } from "./testing/digest.ts";
import { PROGRESSIVE_LOANS, progressiveLoan } from "./testing/progressive-loans.ts";
import { percent } from "./testing/worked.ts";

/**
 * Progressive loans of every kind that terms can ask for, and what happened to them. As the other recorded lives, they notice a change that
 * nobody meant; what is right is said by the examples. After a change that is meant: RECORD_LIVES=1 node --test here.
 */
const RECORD = new URL("recorded-progressive.json", import.meta.url);
const LIVES = 3;

type Recorded = { schedule: string; cells: string; lives: { rows: string; way: string }[] };

const rowsOf = (rows: readonly { dueDate: IsoDate; principal: number; interest: number }[]) => rows.map((r) => `${r.dueDate.slice(2)} ${r.principal} ${r.interest}`).join(", ");

function draftOf(state: LoanState, next: (below: number) => number, day: IsoDate): EventDraft {
  const head = { valueDate: day };
  const row = state.installments.find((r) => r.dueDate > day) ?? state.installments.at(-1);
  const owed = row ? row.due.principal + row.due.interest - row.paid.principal - row.paid.interest : 0;
  const paid = state.transactions.findLast((t) => t.type === "repayment" && !t.reversed);
  const repayment = (amount: number, more: object = {}): EventDraft => ({ type: "paymentReceived", kind: "repayment", amount: Math.max(1, amount), ...more, ...head });
  switch (next(20)) {
    case 0: return { type: "rateChanged", ratePpb: percent(6 + next(24)), keep: next(2) ? "term" : "installment", ...head };
    case 1: return { type: "interestPaused", from: addDays(day, next(20)), to: addDays(day, 21 + next(30)), ...head };
    case 2: return { type: "deferred", installments: 1 + next(2), interest: next(2) ? "accrues" : "none", ...head };
    case 3: return { type: "extended", installments: 1 + next(3), ...head };
    case 4: return { type: "interestWaived", amount: 1 + next(100_00), ...head };
    case 5: return { type: "interestCapitalised", amount: 1 + next(50_00), ...head };
    case 6: return { type: "disbursed", amount: 100_00 + next(900_00), ...head };
    case 7: return { type: "indexFixed", index: "BASE", ratePpb: percent(5 + next(18)), ...head };
    case 8: return { type: "rescheduled", fromDate: row?.dueDate ?? day, ...[{ extraInstallments: 2 }, { newRatePpb: percent(9) }, { newDueDate: addDays(row?.dueDate ?? day, 6) }][next(3)], ...head };
    case 9: case 10: return repayment(next(3_000_00), { principalOnly: true });
    case 11: return paid && next(3) ? { type: "chargedBack", paymentId: paid.eventId, amount: 1 + next(paid.amount), ...head } : { type: "creditBalanceRefunded", amount: 1 + next(100_00), ...head };
    case 12: case 13: return repayment(next(Math.max(2, owed)));
    case 14: case 15: return repayment(owed + next(4_000_00));
    case 16: return repayment(owed + next(2_000_00), { prepayment: (["reduce_term", "reduce_installment", "next_installments"] as const)[next(3)] });
    default: return repayment(owed);
  }
}

/** What happens to a loan paid out in whole: ten things within some months, each on the row's due date or on any day. */
function live(name: string, turn: number, seed: number): { rows: string; way: string } {
  const terms = progressiveLoan(name, turn);
  const next = randomFrom(seed);
  const way: unknown[] = [];
  let state = replay(terms, [], terms.disbursementDate);
  let today = terms.disbursementDate;
  let sequence = 0;
  const happen = (what: EventDraft): void => {
    sequence++;
    try {
      state = apply(state, { id: `e${sequence}`, sequence, businessDate: today, ...what } as LoanEvent);
    } catch (error) {
      if (!(error instanceof EngineRefusal)) throw error;
      way.push(`${what.type} ${error.code}`);
    }
  };
  happen({ type: "disbursed", amount: terms.principal, valueDate: today });
  for (let k = 0; k < 10 && state.status === "active"; k++) {
    const due = state.installments.find((r) => r.dueDate > today)?.dueDate;
    today = due !== undefined && next(2) ? due : addDays(today, next(30));
    // Some of it is recorded later than it happened.
    happen(draftOf(state, next, next(5) || k === 0 ? today : addDays(today, -next(10))));
    way.push(state.installments.map((r) => [r.due, r.paid]), [0, 9].map((days) => [payoff(state, addDays(today, days)), accruedInterest(state, addDays(today, days))]));
  }
  happen({ type: "paymentReceived", kind: "repayment", payoff: true, amount: Math.max(1, payoff(state, today).total), valueDate: today });
  way.push(state.outstanding, state.overpayment, state.status);
  return { rows: rowsOf(state.installments.map((r) => ({ dueDate: r.dueDate, ...r.due }))), way: digest(way) };
}

const livesOf = (name: string, index: number) => Array.from({ length: LIVES }, (_v, turn) => live(name, index + turn, index * LIVES + turn + 1));

function told(name: string): Pick<Recorded, "schedule" | "cells"> {
  const terms = progressiveLoan(name);
  const { rows } = buildSchedule(terms);
  return { schedule: rowsOf(rows), cells: digest(rows.flatMap((row) => (["principal", "interest", "total", "balance"] as const).map((column) => explainCell(terms, row.number, column)))) };
}

if (process.env["RECORD_LIVES"] === "1") {
  const lines = PROGRESSIVE_LOANS.map((name, index) => `${JSON.stringify(name)}: ${JSON.stringify({ ...told(name), lives: livesOf(name, index) })}`);
  writeFileSync(RECORD, `{\n${lines.join(",\n")}\n}\n`);
}

const recorded = JSON.parse(readFileSync(RECORD, "utf8")) as Record<string, Recorded>;
const again = "if the change is meant: RECORD_LIVES=1 node --test src/engine/recorded-progressive.test.ts";

test("every kind of progressive loan is recorded", () => assert.deepEqual(Object.keys(recorded), PROGRESSIVE_LOANS));

for (const [index, name] of PROGRESSIVE_LOANS.entries()) {
  const { schedule, cells, lives } = recorded[name] ?? { schedule: "", cells: "", lives: [] };
  test(`the schedule of a progressive loan, and how it is told: ${name}`, () => assert.deepEqual(told(name), { schedule, cells }, again));
  for (let turn = 0; turn < LIVES; turn++) {
    test(`life ${turn + 1} of a progressive loan: ${name}`, () => assert.deepEqual(live(name, index + turn, index * LIVES + turn + 1), lives[turn], again));
  }
}
