import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { buildSchedule, divideRounded, EngineRefusal, explain, explainCell, isoDate, loanTerms, parsePercent, replay, SCHEDULE_COLUMNS } from "./index.ts";
import type { LoanTerms, LoanTermsInput } from "./index.ts";
import { anyPlan } from "./testing/any-plan.ts";

const day = isoDate;
const terms = (more: Partial<LoanTermsInput> = {}): LoanTerms => loanTerms({
  currency: "USD", principal: 1_000_00, disbursementDate: day("2026-01-15"), interest: { ratePpb: 120_000_000 }, installments: { count: 3, every: 1, unit: "months" }, ...more,
});

test("an interest cell tells balance, rate, days and share of the year", () => {
  const cell = explainCell(terms({ ratePlan: { steps: [{ date: day("2026-03-01"), ratePpb: 240_000_000 }] } }), 2, "interest");
  assert.equal(cell.value, "10.05");
  assert.deepEqual(cell.stretches, [
    { from: "2026-02-15", to: "2026-03-01", days: 14, balance: "669.98", rate: "12", years: "1/24", interest: "3.35" },
    { from: "2026-03-01", to: "2026-03-15", days: 14, balance: "669.98", rate: "24", years: "1/24", interest: "6.70" },
  ]);
  assert.equal(cell.sentence, "Row 2 bears 10.05 of interest: 669.98 at 12 % from 2026-02-15 to 2026-03-01 (14 days, 1/24 of a year), then 669.98 at 24 % from 2026-03-01 to 2026-03-15 (14 days, 1/24 of a year), rounded half-even.");
});

test("cells of every column and kind read as sentences", () => {
  const said = (column: (typeof SCHEDULE_COLUMNS)[number], row: number, more: Partial<LoanTermsInput> = {}) => explainCell(terms(more), row, column).sentence;
  assert.equal(said("principal", 1), "Row 1 repays 330.02: 340.02 less 10.00 of interest.");
  assert.equal(said("principal", 3), "The last row repays the 336.66 that is left.");
  assert.equal(said("balance", 1), "After row 1, 669.98 of principal is left: 1000.00 less 330.02.");
  assert.equal(said("total", 1), "340.02 is due on 2026-02-15: principal 330.02, interest 10.00, fees 0.00.");
  assert.equal(said("dueDate", 1, { dates: { kind: "month_end" } }), "Row 1 is due on 2026-02-28: month end.");
  assert.equal(said("interest", 1, { interest: { ratePpb: 100_000_000, method: "precomputed" } }), "Row 1 earns 12.50: 3/6 of the charge of 25.00.");
  assert.equal(said("principal", 1, { grace: { principalInstallments: 1, interestInstallments: 1, interest: "capitalise" } }), "Row 1 pays 0.00 of 10.00 of interest; 10.00 becomes principal.");
  assert.equal(said("interest", 1, { grace: { principalInstallments: 1, interestInstallments: 1, interest: "accrue_to_first" } }), "Row 1 asks for 0.00 of interest: nothing is paid; its interest waits for the next row that pays.");
  assert.equal(said("fees", 1, { charges: [{ code: "collection", component: "fee", timing: "every_installment", basis: "flat", amount: 2_00 }] }), "Row 1 carries 2.00 of fees: collection 2.00.");
  assert.throws(() => explainCell(terms(), 4, "total"), RangeError);
});

test("any cell of any schedule is explained by its own value, and interest by stretches that add up to it", () => {
  fc.assert(fc.property(anyPlan, fc.nat(), (plan, pick) => {
    let schedule;
    try {
      schedule = buildSchedule(plan);
    } catch (error) {
      if (error instanceof EngineRefusal) return;
      throw error;
    }
    const row = schedule.rows[pick % schedule.rows.length];
    assert.ok(row);
    const decimals = { USD: 2, JPY: 0, KWD: 3 }[plan.currency] ?? 2;
    const minor = (text: string) => BigInt(text.replace(".", "")) * (text.includes(".") || decimals === 0 ? 1n : 10n ** BigInt(decimals));
    for (const column of ["principal", "interest", "fees", "total", "balance"] as const) assert.equal(minor(explainCell(plan, row.number, column).value), BigInt(row[column]), column);
    const cell = explainCell(plan, row.number, "interest");
    assert.ok(cell.stretches.length > 0, "drawn by rules");
    if (plan.ratePlan?.tiers ?? plan.interest.compounding) return;
    const carried = plan.model === "daily_simple" ? 2n : 0n;
    let sum = 0n;
    const scale = 10n ** 30n;
    for (const s of cell.stretches) {
      const [n = "0", d = "1"] = s.years.split("/");
      sum += (minor(s.balance) * parsePercent(s.rate).ppb * BigInt(n) * scale) / (BigInt(d) * 1_000_000_000n);
    }
    const rounded = divideRounded(sum, scale, plan.rounding);
    const plainly = !cell.inputs.some((i) => i.name.startsWith("put off") || i.name.startsWith("left for")) && !/waits|no interest runs/.test(cell.sentence);
    if (plainly && row.number < schedule.rows.length) assert.ok(rounded - BigInt(row.interest) <= carried && BigInt(row.interest) - rounded <= carried, `${rounded} for ${row.interest}`);
  }), { numRuns: 100, seed: 20_260_103 });
});

test("a booked loan explains a cell of its schedule, and a row that money has changed as it stands now", () => {
  const loan = replay(terms(), [{ type: "disbursed", id: "d", sequence: 1, amount: 1_000_00, valueDate: day("2026-01-15"), businessDate: day("2026-01-15") }], day("2026-01-15"));
  const cell = explain(loan, { kind: "cell", row: 1, column: "interest" });
  assert.equal(cell.value, "10.00");
  const late = replay(terms({ model: "daily_simple" }), [
    { type: "disbursed", id: "d", sequence: 1, amount: 1_000_00, valueDate: day("2026-01-15"), businessDate: day("2026-01-15") },
    { type: "paymentReceived", kind: "repayment", id: "p", sequence: 2, amount: 340_00, valueDate: day("2026-03-01"), businessDate: day("2026-03-01") },
  ], day("2026-03-01"));
  assert.equal(explain(late, { kind: "cell", row: 1, column: "interest" }).value, "14.79", "45 days of 0.3288");
  assert.match(cell.sentence, /1000\.00 at 12 % from 2026-01-15 to 2026-02-15 \(31 days, 1\/12 of a year\)/);
});
