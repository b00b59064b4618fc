import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addDays, isoDate } from "../date.ts";
import { EngineRefusal } from "../state.ts";
import { applyLine, availableOn, explainLineInterest, lineDaysPastDue, payoffLine, replayLine } from "./line.ts";
import { lineTerms, type LineEvent, type LineState } from "./line-terms.ts";

const d = isoDate;
// 36.5 % a year over 365 days is a tenth of a per cent a day.
const TERMS = lineTerms({ currency: "USD", limit: 500_000, openedDate: d("2026-01-01"), ratePpb: 365_000_000 });
let n = 0;
const at = (date: string) => ({ id: `e${++n}`, sequence: n, valueDate: d(date), businessDate: d(date) });
const drawn = (date: string, amount: number): LineEvent => ({ type: "drawn", amount, ...at(date) });
const repaid = (date: string, amount: number): LineEvent => ({ type: "repaid", amount, ...at(date) });
const after = (terms: typeof TERMS, ...events: LineEvent[]) => events.reduce(applyLine, replayLine(terms, [], terms.openedDate));
const on = (state: LineState, date: string) => replayLine(state.terms, state.events, d(date));

test("a draw earns by the day, is billed when the cycle closes, and the minimum is due three weeks later", () => {
  const line = on(after(TERMS, drawn("2026-01-01", 100_000), drawn("2026-01-21", 50_000)), "2026-02-01");
  // 1,000.00 for 20 days at 1.00, then 1,500.00 for 11 days at 1.50
  assert.deepEqual([line.interest, line.statements[0]?.interest], [3_650, 3_650]);
  const [statement] = line.statements;
  assert.deepEqual([statement?.closing, statement?.minimumDue, statement?.dueDate], [153_650, 7_500 + 3_650, "2026-02-22"]);
  assert.match(explainLineInterest(statement as never).sentence, /100000 for 20 days, 150000 for 11 days; 3650 was billed/);
});

test("a day's interest is kept to the millionth nearest to it, and billed with what fees there are, up to all that is owed", () => {
  const fifth = { ...TERMS, ratePpb: 200_000_000 };
  assert.equal(on(after(fifth, drawn("2026-01-01", 100)), "2026-01-02").accruedMicro, 54_795, "1.00 × 20 % ÷ 365 is 0.0547945205 of a unit");
  const february = { ...fifth, openedDate: d("2026-02-01"), method: "average_daily_balance" as const };
  assert.equal(on(after(february, drawn("2026-02-01", 100)), "2026-03-01").accruedMicro, 1_534_247 - 2_000_000, "28 days of it are 1.5342465, of which 2 are billed");
  const two = after({ ...TERMS, method: "average_daily_balance" }, drawn("2026-01-11", 1), { type: "lineRateChanged", ratePpb: 730_000_000, ...at("2026-01-21") });
  assert.equal(on(two, "2026-02-01").accruedMicro, 10_000 + 22_000, "ten days at one rate and eleven at the other, each on its own days");
  const more = after({ ...TERMS, method: "average_daily_balance", rounding: "floor" }, drawn("2026-01-11", 1), drawn("2026-01-16", 1), { type: "lineRateChanged", ratePpb: 730_000_000, ...at("2026-01-21") });
  assert.equal(on(more, "2026-02-01").accruedMicro, 10_000 + 44_000, "five days of 1 and five of 2 are 1 on average, rounded down");
  const fee: LineEvent = { type: "feeCharged", code: "card", amount: 1_000, ...at("2026-01-05") };
  const small = on(after({ ...TERMS, minimumDue: { flat: 10_000, principalPpb: 0 } }, drawn("2026-01-01", 5_000), fee), "2026-02-01");
  assert.equal(small.statements[0]?.minimumDue, 5_000 + 155 + 1_000, "all that is owed is less than the least payment");
});

test("a late fee is for the minimum whose days are over, not for one that came meanwhile; money on a line that is drawn up is taken", () => {
  const line = after({ ...TERMS, lateFee: { amount: 2_500, graceDays: 15 } }, drawn("2026-01-01", 100_000));
  assert.deepEqual(on(line, "2026-03-10").statements.map((s) => [s.dueDate, s.lateFeeRaised]), [["2026-02-22", true], ["2026-03-22", false]], "sixteen days after 22 February");
  assert.deepEqual(on(line, "2026-04-07").transactions.filter((t) => t.type === "late_fee").map((t) => [t.eventId, t.date]), [["late_fee:2026-02-22", "2026-03-10"], ["late_fee:2026-03-22", "2026-04-07"]]);
  const sameDay = on(after({ ...TERMS, lateFee: { amount: 2_500, graceDays: 6 } }, drawn("2026-01-01", 100_000)), "2026-03-01");
  assert.deepEqual([sameDay.statements.length, sameDay.fee], [2, 2_500], "a cycle closes on the day the fee is raised");
  assert.equal(after(TERMS, drawn("2026-01-01", 500_000), repaid("2026-01-05", 100)).principal, 499_900);
});

test("the average daily balance is rounded before it bears interest; daily balances are not", () => {
  // 1,000.00 for 20 days and 1,500.00 for 11: 36,500.00 ÷ 31 = 1,177.42; 1,177.42 × 0.1 % × 31 = 36.50002.
  const average = on(after({ ...TERMS, method: "average_daily_balance" }, drawn("2026-01-01", 100_000), drawn("2026-01-21", 50_000)), "2026-02-01");
  assert.deepEqual([average.statements[0]?.interest, average.accruedMicro], [3_650, 2_000]);
  // 0.01 from 2026-01-17, 15 days of 31: on average 0.00, so nothing, where its days alone bear 0.00015.
  const cent = (method: "daily_balance" | "average_daily_balance") => on(after({ ...TERMS, method }, drawn("2026-01-17", 1)), "2026-02-01").accruedMicro;
  assert.deepEqual([cent("average_daily_balance"), cent("daily_balance")], [0, 15_000]);
});

test("money pays fees, then interest, then principal; what is left is credit, which the next draw uses", () => {
  const billed = after(TERMS, drawn("2026-01-01", 100_000), repaid("2026-02-10", 50_000));
  assert.deepEqual(billed.transactions.at(-1)?.parts, { fee: 0, interest: 3_100, principal: 46_900 });
  const paid = applyLine(billed, repaid("2026-02-10", 60_000));
  assert.deepEqual([paid.principal, paid.credit, availableOn(paid)], [0, 6_900, 506_900]);
  const again = applyLine(paid, drawn("2026-02-10", 10_000));
  assert.deepEqual([again.principal, again.credit], [3_100, 0]);
});

test("who pays the whole statement in time pays no interest on what was drawn meanwhile; who does not, does", () => {
  const terms = { ...TERMS, graceForFullPayers: true };
  const full = on(after(terms, drawn("2026-01-11", 100_000), repaid("2026-02-15", 100_000), drawn("2026-02-16", 50_000)), "2026-03-01");
  assert.deepEqual(full.statements.map((s) => [s.interest, s.interestForgone]), [[0, 2_100], [0, 1_400 + 650]]);
  const part = on(after(terms, drawn("2026-01-11", 100_000), repaid("2026-02-15", 99_999)), "2026-03-01");
  assert.equal(part.statements[1]?.interest, 1_400, "a cent short is not in full: fourteen days until the payment bear interest");
  const unpaid = on(after(terms, drawn("2026-01-11", 100_000)), "2026-04-01");
  assert.deepEqual(unpaid.statements.map((st) => st.interest), [0, 2_800, 3_100]);
});

test("a minimum not paid makes a late fee once, and days past due until it is met", () => {
  const terms = { ...TERMS, lateFee: { amount: 2_500, graceDays: 3 } };
  const line = after(terms, drawn("2026-01-01", 100_000));
  assert.deepEqual([on(line, "2026-02-22").fee, lineDaysPastDue(on(line, "2026-02-22"))], [0, 0]);
  assert.deepEqual([on(line, "2026-02-25").fee, lineDaysPastDue(on(line, "2026-02-25"))], [0, 3]);
  assert.deepEqual([on(line, "2026-02-26").fee, on(line, "2026-03-20").fee], [2_500, 2_500]);
  const met = applyLine(on(line, "2026-02-27"), repaid("2026-02-27", 5_000 + 3_100));
  assert.equal(lineDaysPastDue(on(met, "2026-03-01")), 0);
  const inTime = applyLine(on(line, "2026-02-27"), { ...repaid("2026-02-20", 8_100), businessDate: d("2026-02-27") });
  assert.equal(inTime.fee, 0, "money that counts from before the due date takes the fee back by itself");
});

test("what cannot be is refused by name and changes nothing", () => {
  const line = after(TERMS, drawn("2026-01-01", 400_000));
  const refused = (event: LineEvent, code: string) => assert.throws(() => applyLine(line, event), (error) => error instanceof EngineRefusal && error.code === code);
  refused(drawn("2026-01-02", 100_001), "loan.amount_above_limit");
  refused(repaid("2026-01-02", 0), "event.amount_not_positive");
  refused(drawn("2025-12-31", 1), "event.before_disbursement");
  refused({ type: "reversed", eventId: "nobody", ...at("2026-01-02") }, "event.target_not_found");
  assert.throws(() => lineOf({ cycleDay: 31 }), (error) => error instanceof EngineRefusal && error.code === "terms.malformed");
});
const lineOf = (terms: object) => replayLine({ ...TERMS, ...terms }, [], TERMS.openedDate);

const histories = fc.array(fc.record({ day: fc.integer({ min: 0, max: 400 }), amount: fc.integer({ min: 1, max: 90_000 }), kind: fc.constantFrom("drawn" as const, "repaid" as const) }), { minLength: 1, maxLength: 14 });
const build = (items: readonly { day: number; amount: number; kind: "drawn" | "repaid" }[]): LineEvent[] =>
  items.map(({ day, amount, kind }, i): LineEvent => ({ type: kind, amount, id: `x${i}`, sequence: i + 1, valueDate: addDays(TERMS.openedDate, day), businessDate: d("2028-01-01") }));

test("whatever is drawn and paid: nothing is lost, the order of arrival does not matter, a reversal undoes, and the payoff closes", () => {
  const terms = lineTerms({ ...TERMS, limit: 10_000_000, lateFee: { amount: 2_500, graceDays: 3 } });
  fc.assert(fc.property(histories, fc.integer({ min: 401, max: 460 }), (items, later) => {
    const events = build(items);
    const end = addDays(TERMS.openedDate, later);
    const line = replayLine(terms, events, end);
    const drawnSum = items.filter((i) => i.kind === "drawn").reduce((sum, i) => sum + i.amount, 0);
    const paidSum = items.filter((i) => i.kind === "repaid").reduce((sum, i) => sum + i.amount, 0);
    const billed = line.statements.reduce((sum, s) => sum + s.interest, 0);
    const fees = line.transactions.filter((t) => t.type === "late_fee").reduce((sum, t) => sum + t.amount, 0);
    assert.equal(line.principal + line.interest + line.fee - line.credit, drawnSum + billed + fees - paidSum, "owed is drawn, billed and charged, less paid");

    const shuffled = replayLine(terms, [...events].reverse(), end);
    assert.deepEqual({ ...shuffled, events: [] }, { ...line, events: [] });
    const extra: LineEvent = { type: "repaid", amount: 777, id: "extra", sequence: 90, valueDate: addDays(TERMS.openedDate, 200), businessDate: d("2028-01-01") };
    const undone = replayLine(terms, [...events, extra, { type: "reversed", eventId: "extra", id: "undo", sequence: 91, valueDate: end, businessDate: d("2028-01-01") }], end);
    assert.deepEqual({ ...undone, events: [] }, { ...line, events: [] });

    const { total } = payoffLine(line, end);
    if (total === 0) return;
    const closed = applyLine(line, { type: "repaid", amount: total, id: "payoff", sequence: 99, valueDate: end, businessDate: d("2028-01-01") });
    assert.deepEqual([closed.principal, closed.fee], [0, 0]);
  }), { numRuns: 300 });
});
