import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { accruedInterest, addDays, isoDate, loanTerms, replay, type LoanEvent } from "#engine/index.ts";
import { testWorld } from "#kernel/testing/world.ts";
import { interestOf, segmentOf } from "./segment.ts";

const FOLLOWS = { rest: "daily", advance: "reduce_count", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } as const;
const START = isoDate("2027-12-20");
const models = fc.constantFrom("classic" as const, "daily_simple" as const, "progressive" as const);
const payments = fc.array(fc.record({ day: fc.integer({ min: 0, max: 120 }), amount: fc.integer({ min: 1, max: 400_000 }) }), { maxLength: 4 });

test("the closed formula is the engine's accrued interest on every day it holds, over leap days and after payments", () => {
  let compared = 0;
  fc.assert(fc.property(models, fc.integer({ min: 1_000, max: 9_000_000 }), fc.integer({ min: 0, max: 480_000_000 }), fc.constantFrom("half-even" as const, "half-up" as const), payments, fc.integer({ min: 0, max: 40 }),
    (model, principal, ratePpb, rounding, paid, ahead) => {
      const terms = loanTerms({ currency: "INR", principal, disbursementDate: START, rounding, model, installments: { count: 12, every: 1, unit: "months" }, interest: { ratePpb, calculation: model === "daily_simple" ? "actual_days" : "equal_periods", recalculation: model === "progressive" ? FOLLOWS : null },
        prepayment: model === "progressive" ? "reduce_term" : "next_installments", allocation: { strategy: "by_component", order: ["penalty", "fee", "interest", "principal"] } });
      const events: LoanEvent[] = [{ type: "disbursed", id: "e1", sequence: 1, valueDate: START, businessDate: START, amount: principal }];
      paid.sort((a, b) => a.day - b.day).forEach(({ day, amount }, i) => events.push({ type: "paymentReceived", id: `p${i}`, sequence: i + 2, valueDate: addDays(START, day), businessDate: addDays(START, day), amount, kind: "repayment" }));
      const on = addDays(START, paid.at(-1)?.day ?? 0);
      const state = replay(terms, events, on);
      const segment = segmentOf(state, on);
      if (segment === null) return;
      const day = addDays(on, ahead);
      const closed = interestOf(segment, day);
      if (closed === undefined) return;
      compared++;
      assert.equal(closed, accruedInterest(state, day), `${model} on ${day}`);
    }), { numRuns: 3_000, examples: [["progressive", 2_721_752, 291_912_843, "half-even", [{ day: 0, amount: 362_424 }, { day: 14, amount: 223_780 }, { day: 57, amount: 97_979 }, { day: 91, amount: 157_323 }], 1]] });
  assert.ok(compared > 1_500, `${compared} comparisons`);
});

test("a broken first period grows by its own measure, without the engine", () => {
  const terms = loanTerms({ currency: "INR", principal: 1_200_00, disbursementDate: START, firstDueDate: isoDate("2028-01-30"), model: "progressive", installments: { count: 12, every: 1, unit: "months" }, interest: { ratePpb: 120_000_000, recalculation: FOLLOWS } });
  const state = replay(terms, [{ type: "disbursed", id: "e1", sequence: 1, valueDate: START, businessDate: START, amount: 1_200_00 }], START);
  const segment = segmentOf(state, START);
  // 12.00 a month of 31 days.
  assert.deepEqual(segment && [0, 10, 31, 41].map((days) => interestOf(segment, addDays(START, days))), [0, 3_87, 12_00, 15_87]);
});

test("SQL reckons a segment as TypeScript does, in every rounding mode", async () => {
  const world = await testWorld();
  try {
    const roundings = ["half-even", "half-up", "half-down", "up", "down", "ceiling", "floor"] as const;
    const segments = fc.sample(fc.record({
      kind: fc.constantFrom("once" as const, "carried" as const), slope: fc.bigInt(0n, 10n ** 13n), divisor: fc.oneof(fc.bigInt(1n, 40n), fc.bigInt(1n, 10n ** 10n)), carry: fc.bigInt(0n, 10n ** 9n), base: fc.bigInt(-1_000n, 10n ** 9n),
      rounding: fc.constantFrom(...roundings), days: fc.integer({ min: 0, max: 400 }),
    }), 20_000);
    const reckoned = await world.system().read((tx) => tx.rows<{ minor: bigint }>("test.segments",
      `SELECT servicing.interest_of(s.kind, s.days, s.slope, s.divisor, s.carry, s.base, s.rounding) AS minor
       FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[]) WITH ORDINALITY AS s (kind, days, slope, divisor, carry, base, rounding, n) ORDER BY s.n`,
      [segments.map((s) => s.kind), segments.map((s) => s.days), segments.map((s) => String(s.slope)), segments.map((s) => String(s.divisor)), segments.map((s) => String(s.carry)), segments.map((s) => String(s.base)), segments.map((s) => s.rounding)]));
    for (const [i, { days, ...segment }] of segments.entries()) {
      assert.equal(reckoned[i]?.minor, BigInt(interestOf({ ...segment, from: START, until: isoDate("2099-12-31") }, addDays(START, days)) ?? -1), JSON.stringify({ ...segment, days }, (_k, v: unknown) => (typeof v === "bigint" ? String(v) : v)));
    }
  } finally {
    await world.close();
  }
});
