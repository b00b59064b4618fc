import assert from "node:assert/strict";
import { test } from "node:test";
import { replay } from "./index.ts";
import type { EventDraft, LoanEvent, LoanTermsInput } from "./index.ts";
import { day, percent, plainTerms } from "./testing/worked.ts";

/** What was fixed or changed before the money was paid out is in force when it is, whatever the model. */

const MODELS: Record<string, Partial<LoanTermsInput> & { interest: LoanTermsInput["interest"] }> = {
  classic: { interest: { ratePpb: percent(12) } },
  redrawn: { interest: { ratePpb: percent(12), recalculation: { rest: "same_as_installment", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } } },
  progressive: { model: "progressive", interest: { ratePpb: percent(12) } },
  "daily simple": { model: "daily_simple", interest: { ratePpb: percent(12), calculation: "actual_days", daysInYear: 360, daysInMonth: 30 } },
};

type Draft = Extract<EventDraft, { type: "disbursed" | "rateChanged" | "indexFixed" }>;

const rateAndRows = (terms: Partial<LoanTermsInput>, drafts: readonly Draft[]) => {
  const events = drafts.map((draft, n) => ({ ...draft, id: `e${n + 1}`, sequence: n + 1, businessDate: draft.valueDate }) as LoanEvent);
  const { ratePpb, installments } = replay(plainTerms(terms), events, day("2026-12-31"));
  return { ratePpb, rows: installments.map((row) => [row.dueDate, row.due.principal, row.due.interest]) };
};

const paidOut = (on: string): Draft => ({ type: "disbursed", valueDate: day(on), amount: 1_200_00 });

for (const [name, terms] of Object.entries(MODELS)) {
  test(`${name}: a rate changed before the payout is the loan's first rate`, () => {
    const changed: Draft = { type: "rateChanged", valueDate: day("2026-01-10"), ratePpb: percent(24), keep: "term" };
    const agreed = rateAndRows({ ...terms, interest: { ...terms.interest, ratePpb: percent(24) } }, [paidOut("2026-01-15")]);
    assert.deepEqual(rateAndRows(terms, [changed, paidOut("2026-01-15")]), agreed);
    // 2 % of 1,200.00 for the first month.
    if (!name.startsWith("daily")) assert.deepEqual(agreed.rows[0], ["2026-02-15", 392_11, 24_00]);
  });

  test(`${name}: an index fixed before the payout counts at the reset after it`, () => {
    const floating = { index: "T", marginPpb: percent(2), capPpb: null, floorPpb: null, every: 1, unit: "months" as const, firstReset: day("2026-03-15") };
    const fixed = (on: string): Draft => ({ type: "indexFixed", valueDate: day(on), index: "T", ratePpb: percent(22) });
    const before = rateAndRows({ ...terms, ratePlan: { floating } }, [fixed("2026-01-10"), paidOut("2026-01-15")]);
    assert.deepEqual(before, rateAndRows({ ...terms, ratePlan: { floating } }, [paidOut("2026-01-15"), fixed("2026-01-16")]));
    assert.equal(before.ratePpb, percent(24));
    // 12 % for two months, then 2 % a month on what is left: 8.08 of 403.98.
    if (!name.startsWith("daily")) assert.deepEqual(before.rows.at(-1), ["2026-04-15", 403_98, 8_08]);
  });

  test(`${name}: a step that was to come before a late payout is in force from it on`, () => {
    const step = { ratePlan: { steps: [{ date: day("2026-02-01"), ratePpb: percent(24) }] } };
    const { rows } = rateAndRows({ ...terms, ...step }, [paidOut("2026-02-15")]);
    assert.deepEqual(rows, rateAndRows({ ...terms, interest: { ...terms.interest, ratePpb: percent(24) } }, [paidOut("2026-02-15")]).rows);
  });
}

test("a rate changed before any payout draws no rows", () => {
  const changed = { type: "rateChanged", valueDate: day("2026-01-10"), businessDate: day("2026-01-10"), ratePpb: percent(24), keep: "term", id: "e1", sequence: 1 } as const;
  for (const terms of Object.values(MODELS)) assert.deepEqual(replay(plainTerms(terms), [changed], day("2026-01-12")).installments, []);
});
