import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { accruedInterest, addDays, addMonths, apply, buildSchedule, EngineRefusal, explainEvent, interestRefundOf, isoDate, loanTerms, payoff, replay, totalOf } from "./index.ts";
import type { EventDraft, IsoDate, LoanEvent, LoanState, LoanTerms, LoanTermsInput } from "./index.ts";

/** Events that change a loan's course: settlement, extension, deferral, capitalised interest, chosen prepayments. */

const START = isoDate("2026-01-15");
const FOLLOWS = { rest: "daily", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } as const;

type Kind = "classic" | "redrawn" | "progressive" | "daily";

function termsOf(kind: Kind, more: Partial<LoanTermsInput> = {}): LoanTerms {
  const recalculation = kind === "redrawn" || kind === "progressive" ? FOLLOWS : null;
  return loanTerms({
    currency: "USD", principal: 12_000_00, disbursementDate: START, installments: { count: 12, every: 1, unit: "months" },
    model: kind === "progressive" ? "progressive" : kind === "daily" ? "daily_simple" : "classic", ...more,
    interest: { ratePpb: 120_000_000, calculation: kind === "daily" ? "actual_days" : "equal_periods", recalculation, ...more.interest },
  });
}

function paidOut(terms: LoanTerms): LoanState {
  return replay(terms, [{ type: "disbursed", id: "d", sequence: 1, amount: terms.principal, valueDate: START, businessDate: START }], START);
}

function then(state: LoanState, draft: EventDraft, businessDate: IsoDate = draft.valueDate): LoanState {
  const sequence = state.events.length + 1;
  return apply(state, { ...draft, id: `e${sequence}`, sequence, businessDate: businessDate > state.asOf ? businessDate : state.asOf } as LoanEvent);
}

const pay = (amount: number, date: string) => ({ type: "paymentReceived", kind: "repayment", amount, valueDate: isoDate(date) } as const);
const lastParts = (state: LoanState) => state.transactions.at(-1)?.parts;
const sum = (rows: readonly { due: { principal: number; interest: number } }[], of: "principal" | "interest") => rows.reduce((total, row) => total + row.due[of], 0);

for (const kind of ["classic", "redrawn", "progressive", "daily"] as const) {
  test(`${kind}: a lower amount agreed closes the loan and the rest of what a payoff would need is given up`, () => {
    const loan = then(paidOut(termsOf(kind)), pay(1_066_19, "2026-02-15"));
    const date = isoDate("2026-03-31");
    const whole = payoff(loan, date).total;
    const settled = then(loan, { type: "settled", amount: 8_000_00, valueDate: date });
    assert.equal(settled.status, "closed_settled");
    assert.equal(settled.closedDate, date);
    assert.equal(totalOf(settled.outstanding), 0);
    const loss = settled.transactions.find((t) => t.type === "write_off");
    assert.equal(loss?.amount, whole - 8_000_00);
    for (const c of ["principal", "interest", "fee", "penalty"] as const) assert.equal(settled.installments.reduce((total, row) => total + row.writtenOff[c], 0), loss?.parts[c], `${c} of the rows`);
    assert.equal(totalOf(lastParts(settled) ?? { principal: 0, interest: 0, fee: 0, penalty: 0 }), whole - 8_000_00);
    assert.equal(payoff(settled, addDays(date, 40)).total, 0);
    assert.equal(accruedInterest(settled, addDays(date, 40)), 0);
    for (const row of settled.installments) assert.ok(row.settledDate !== null, `row ${row.number}`);
    const back = then(settled, { type: "reversed", eventId: settled.events.at(-1)?.id ?? "", valueDate: date });
    assert.equal(back.status, "active");
    assert.deepEqual(back.installments, replay(loan.terms, loan.events, date).installments);
  });

  test(`${kind}: money that covers everything is a payoff, nothing is given up`, () => {
    const loan = then(paidOut(termsOf(kind)), pay(1_066_19, "2026-02-15"));
    const date = isoDate("2026-03-31");
    const settled = then(loan, { type: "settled", amount: payoff(loan, date).total, valueDate: date });
    assert.equal(settled.status, "closed_paid");
    assert.equal(settled.transactions.some((t) => t.type === "write_off"), false);
  });
}

test("six more installments make each smaller; 12,000.00 without interest and two paid: 625.00 a month instead of 1,000.00", () => {
  for (const kind of ["classic", "progressive", "daily"] as const) {
    let loan = paidOut(termsOf(kind, { interest: { ratePpb: 0 } }));
    loan = then(then(loan, pay(1_000_00, "2026-02-15")), pay(1_000_00, "2026-03-15"));
    loan = then(loan, { type: "extended", installments: 6, valueDate: isoDate("2026-03-20") });
    assert.equal(loan.installments.length, 18, kind);
    assert.deepEqual(loan.installments.slice(2).map((r) => r.due.principal), Array(16).fill(625_00), kind);
    assert.equal(loan.installments.at(-1)?.dueDate, "2027-07-15", kind);
  }
});

test("with interest, an extended loan still repays what was lent, in equal installments", () => {
  for (const kind of ["classic", "redrawn", "progressive", "daily"] as const) {
    const loan = then(then(paidOut(termsOf(kind)), pay(buildSchedule(termsOf(kind)).installmentAmount, "2026-02-15")), { type: "extended", installments: 6, valueDate: isoDate("2026-03-01") });
    assert.equal(sum(loan.installments, "principal"), 12_000_00, kind);
    const equal = loan.installments.slice(1, -1).map((r) => r.due.principal + r.due.interest);
    assert.equal(new Set(equal).size, 1, `${kind}: ${equal.join(" ")}`);
    // 11,053.81 left, 17 payments at 1 %: 710.16 a month by the annuity; by days of the months a little else.
    assert.ok(Math.abs((equal[0] as number) - 710_16) < 5_00, `${kind}: ${equal[0]}`);
  }
});

test("two installments skipped on a classic loan: their interest comes with the first one after them, and the loan ends two months later", () => {
  const loan = then(then(paidOut(termsOf("classic")), pay(1_066_19, "2026-02-15")), { type: "deferred", installments: 2, interest: "accrues", valueDate: isoDate("2026-03-01") });
  const rows = loan.installments;
  assert.equal(rows.length, 14);
  assert.deepEqual(rows.slice(1, 3).map((r) => totalOf(r.due)), [0, 0]);
  // 12,000.00 − 946.19 = 11,053.81; 1 % of it for each of three months: 110.54 × 3 = 331.62.
  assert.equal(rows[3]?.due.interest, 331_62);
  assert.equal(rows.at(-1)?.dueDate, "2027-03-15");
  assert.equal(sum(rows, "principal"), 12_000_00);
});

test("skipped without interest, a classic loan costs no more than agreed, redrawn or not", () => {
  for (const kind of ["classic", "redrawn"] as const) {
    const agreed = buildSchedule(termsOf(kind)).totals.interest;
    const loan = then(then(paidOut(termsOf(kind)), pay(1_066_19, "2026-02-15")), { type: "deferred", installments: 2, interest: "none", valueDate: isoDate("2026-02-15") });
    assert.equal(sum(loan.installments, "interest"), agreed);
    assert.equal(loan.installments.at(-1)?.dueDate, "2027-03-15");
  }
});

test("deferred daily simple interest runs by the day meanwhile, or does not", () => {
  const start = then(paidOut(termsOf("daily")), pay(1_066_19, "2026-02-15"));
  const at = isoDate("2026-05-15");
  const running = then(start, { type: "deferred", installments: 2, interest: "accrues", valueDate: isoDate("2026-02-15") });
  assert.deepEqual(running.installments.slice(1, 3).map((r) => r.dueDate), ["2026-05-15", "2026-06-15"]);
  assert.equal(running.installments.length, 12);
  // 122.30 of interest paid in February; 11,056.11 × 12 % × 89 ÷ 365 = 323.50.
  assert.equal(running.outstanding.principal, 11_056_11);
  assert.equal(accruedInterest(running, at), 323_50);
  const free = then(start, { type: "deferred", installments: 2, interest: "none", valueDate: isoDate("2026-02-15") });
  // Free to 2026-04-15, then 30 days: 11,056.11 × 12 % × 30 ÷ 365 = 109.05.
  assert.equal(accruedInterest(free, at), 109_05);
});

test("a daily simple interest loan is rescheduled from a day: other dates, rate and number of payments", () => {
  const start = then(paidOut(termsOf("daily")), pay(1_066_19, "2026-02-15"));
  const loan = then(start, { type: "rescheduled", fromDate: isoDate("2026-03-15"), newDueDate: isoDate("2026-04-01"), extraInstallments: 3, newRatePpb: 60_000_000, valueDate: isoDate("2026-02-15") });
  assert.equal(loan.installments.length, 15);
  assert.equal(loan.installments[1]?.dueDate, "2026-04-01");
  assert.equal(loan.installments.at(-1)?.dueDate, "2027-05-01");
  assert.equal(sum(loan.installments, "principal"), 12_000_00);
  // 11,056.11 × 6 % × 45 ÷ 365 = 81.78.
  assert.equal(accruedInterest(loan, isoDate("2026-04-01")), 81_78);
});

test("interest that is due becomes principal: nothing is owed more that day, and later rows repay it with interest", () => {
  for (const kind of ["classic", "redrawn", "progressive", "daily"] as const) {
    const loan = paidOut(termsOf(kind));
    const date = isoDate("2026-02-15");
    const before = replay(loan.terms, loan.events, date);
    const interest = before.installments[0]?.due.interest ?? 0;
    const after = then(before, { type: "interestCapitalised", amount: interest, valueDate: date });
    assert.equal(after.outstanding.principal, 12_000_00 + interest, kind);
    assert.equal(after.installments[0]?.paid.interest, interest, kind);
    assert.equal(payoff(after, date).total, payoff(before, date).total, kind);
    assert.ok(sum(after.installments, "interest") > sum(before.installments, "interest"), kind);
    assert.equal(after.installments.at(-1)?.balanceAfter, 0, kind);
    assert.deepEqual(after.transactions.find((t) => t.type === "capitalization")?.parts, { principal: -interest, interest, fee: 0, penalty: 0 }, kind);
  }
});

test("part of the interest that is due may become principal, the rest stays due", () => {
  const loan = then(paidOut(termsOf("classic")), { type: "interestCapitalised", amount: 50_00, valueDate: isoDate("2026-02-20") });
  assert.deepEqual([loan.outstanding.principal, loan.installments[0]?.paid.interest, loan.installments[0]?.due.interest], [12_050_00, 50_00, 120_00]);
});

test("who prepays chooses what the money does, whatever the product says", () => {
  for (const kind of ["redrawn", "progressive", "daily"] as const) {
    const loan = then(paidOut(termsOf(kind, { prepayment: "next_installments" })), pay(buildSchedule(termsOf(kind)).installmentAmount, "2026-02-15"));
    const choose = (prepayment: LoanTerms["prepayment"]) => then(loan, { ...pay(4_000_00, "2026-03-15"), prepayment });
    const open = (state: LoanState) => state.installments.filter((r) => r.settledDate === null && totalOf(r.due) > 0);
    const [less, shorter] = [choose("reduce_installment"), choose("reduce_term")];
    assert.equal(open(less).length, 10, `${kind} keeps its term`);
    assert.ok(open(shorter).length < 10, `${kind} gets shorter: ${open(shorter).length}`);
    const of = (state: LoanState) => totalOf(open(state)[1]?.due ?? { principal: 0, interest: 0, fee: 0, penalty: 0 });
    assert.ok(of(less) < of(shorter), `${kind}: ${of(less)} < ${of(shorter)}`);
    assert.equal(sum(less.installments, "principal"), 12_000_00);
    assert.equal(sum(shorter.installments, "principal"), 12_000_00);
  }
});

test("goods sent back cost no credit: interest on what was refunded is credited too", () => {
  // 200.00 of 1,200.00 at 36.5 % comes back after 30 days: 200.00 × 0.1 % × 30 = 6.00.
  const terms = termsOf("daily", { principal: 1_200_00, interest: { ratePpb: 365_000_000 } });
  const loan = then(paidOut(terms), { type: "paymentReceived", kind: "merchant_refund", amount: 200_00, valueDate: addDays(START, 30) });
  const draft = interestRefundOf(loan, "e2");
  assert.deepEqual(draft, { type: "paymentReceived", kind: "interest_refund", amount: 6_00, valueDate: addDays(START, 30) });
  const credited = draft ? then(loan, draft) : loan;
  const lessLent = replay(terms, [{ type: "disbursed", id: "d", sequence: 1, amount: 1_000_00, valueDate: START, businessDate: START }], addDays(START, 30));
  assert.equal(payoff(credited, addDays(START, 30)).total, payoff(lessLent, addDays(START, 30)).total, "as if 1,000.00 had been lent");
  assert.throws(() => interestRefundOf(loan, "d"), (e: unknown) => e instanceof EngineRefusal && e.code === "event.target_not_found");
});

test("money after the debt was given up is a recovery and touches no balance", () => {
  const lost = then(paidOut(termsOf("classic")), { type: "writtenOff", valueDate: isoDate("2026-06-01") });
  const after = then(lost, { type: "recoveryReceived", amount: 250_00, valueDate: isoDate("2026-07-01") });
  assert.equal(after.status, "closed_written_off");
  assert.deepEqual(after.outstanding, lost.outstanding);
  assert.equal(after.transactions.at(-1)?.type, "recovery");
});

test("each event says in a sentence what it did", () => {
  let loan = then(paidOut(termsOf("classic")), { type: "interestCapitalised", amount: 120_00, valueDate: isoDate("2026-02-15") });
  loan = then(loan, { type: "extended", installments: 3, valueDate: isoDate("2026-02-16") });
  loan = then(loan, { type: "settled", amount: 5_000_00, valueDate: isoDate("2026-02-16") });
  // A classic row's interest is on the planned 12,000.00 − 946.19 + 120.00: 1 % of it for one of 28 days is 3.99. 12,120.00 + 3.99 − 5,000.00.
  assert.deepEqual(loan.events.map((e) => explainEvent(loan, e.id).sentence), [
    "2026-01-15: 12000.00 was lent.",
    "2026-02-15: 120.00 of unpaid interest became principal.",
    "2026-02-16: 3 more installments: what was owed is spread over them too.",
    "2026-02-16: 5000.00 closed the loan as agreed; 7123.99 was given up.",
  ]);
  assert.throws(() => explainEvent(loan, "none"), RangeError);
});

test("what cannot follow is refused by name and changes nothing", () => {
  const date = isoDate("2026-03-20");
  const active = then(paidOut(termsOf("classic")), pay(1_066_19, "2026-02-15"));
  const approved = replay(termsOf("classic"), [], START);
  const paid = then(active, { ...pay(payoff(active, date).total, "2026-03-20"), payoff: true });
  const off = then(active, { type: "chargedOff", valueDate: date });
  const lost = then(active, { type: "writtenOff", valueDate: date });
  const settled = then(active, { type: "settled", amount: 1_00, valueDate: date });
  const states = { approved, active, paid, off, lost, settled };
  const drafts: Record<string, EventDraft> = {
    settled: { type: "settled", amount: 5_00, valueDate: date }, writtenOff: { type: "writtenOff", valueDate: date },
    extended: { type: "extended", installments: 2, valueDate: date }, deferred: { type: "deferred", installments: 1, interest: "accrues", valueDate: date },
    interestCapitalised: { type: "interestCapitalised", amount: 1_00, valueDate: date }, recoveryReceived: { type: "recoveryReceived", amount: 1_00, valueDate: date },
    reduce: { ...pay(1_00, "2026-03-20"), prepayment: "reduce_term" },
  };
  const NO = "loan.not_open";
  const expected: Record<string, Record<keyof typeof states, string>> = {
    settled: { approved: "loan.not_disbursed", active: "", paid: NO, off: "", lost: NO, settled: NO },
    writtenOff: { approved: "loan.not_disbursed", active: "", paid: NO, off: "", lost: NO, settled: NO },
    extended: { approved: "loan.not_disbursed", active: "", paid: NO, off: "loan.charged_off", lost: NO, settled: NO },
    deferred: { approved: "loan.not_disbursed", active: "", paid: NO, off: "loan.charged_off", lost: NO, settled: NO },
    interestCapitalised: { approved: "loan.not_disbursed", active: "", paid: NO, off: "loan.charged_off", lost: NO, settled: NO },
    recoveryReceived: { approved: "loan.not_written_off", active: "loan.not_written_off", paid: "loan.not_written_off", off: "loan.not_written_off", lost: "", settled: "" },
    reduce: { approved: "loan.not_disbursed", active: "schedule.not_for_this_model", paid: "schedule.not_for_this_model", off: "schedule.not_for_this_model", lost: NO, settled: NO },
  };
  for (const [name, draft] of Object.entries(drafts)) {
    for (const [status, state] of Object.entries(states) as [keyof typeof states, LoanState][]) {
      const before = JSON.stringify(state);
      let code = "";
      try {
        then(state, draft);
      } catch (error) {
        if (!(error instanceof EngineRefusal)) throw error;
        code = error.code;
      }
      assert.equal(code, expected[name]?.[status], `${name} on ${status}`);
      assert.equal(JSON.stringify(state), before);
    }
  }
});

test("bad sizes are refused by name", () => {
  const loan = paidOut(termsOf("classic"));
  const refused = (state: LoanState, draft: EventDraft, code: string) => assert.throws(() => then(state, draft), (e: unknown) => e instanceof EngineRefusal && e.code === code, code);
  const date = isoDate("2026-02-20");
  refused(loan, { type: "extended", installments: 0, valueDate: date }, "event.amount_not_positive");
  refused(loan, { type: "deferred", installments: 600, interest: "accrues", valueDate: date }, "terms.installments_not_positive");
  refused(loan, { type: "extended", installments: 1, valueDate: isoDate("2027-02-20") }, "schedule.installment_not_found");
  refused(loan, { type: "interestCapitalised", amount: 120_01, valueDate: date }, "event.amount_above_owed");
  refused(paidOut(termsOf("redrawn", { compatibility: { annuity: "float64" } })), { type: "deferred", installments: 1, interest: "none", valueDate: date }, "schedule.not_for_this_model");
});

const anyStep = fc.record({
  what: fc.constantFrom("pay", "pay", "pay", "extend", "defer", "free", "capitalise", "settle", "reduce", "shorten", "reverse"),
  month: fc.integer({ min: 0, max: 14 }), day: fc.integer({ min: 0, max: 27 }), late: fc.integer({ min: 0, max: 45 }), size: fc.double({ min: 0.01, max: 1, noNaN: true }),
});

function draftFor(state: LoanState, step: { what: string; size: number }, valueDate: IsoDate): EventDraft {
  const amount = Math.ceil(2_000_00 * step.size);
  switch (step.what) {
    case "extend": return { type: "extended", installments: Math.ceil(step.size * 4), valueDate };
    case "defer": return { type: "deferred", installments: Math.ceil(step.size * 3), interest: "accrues", valueDate };
    case "free": return { type: "deferred", installments: Math.ceil(step.size * 3), interest: "none", valueDate };
    case "capitalise": return { type: "interestCapitalised", amount: Math.ceil(300_00 * step.size), valueDate };
    case "settle": return { type: "settled", amount, valueDate };
    case "reduce": return { type: "paymentReceived", kind: "repayment", amount, prepayment: "reduce_installment", valueDate };
    case "shorten": return { type: "paymentReceived", kind: "repayment", amount, prepayment: "reduce_term", valueDate };
    case "reverse": return { type: "reversed", eventId: state.events[Math.floor(step.size * (state.events.length - 1))]?.id ?? "", valueDate };
    default: return { type: "paymentReceived", kind: "repayment", amount, valueDate };
  }
}

const anyKind = fc.record({
  kind: fc.constantFrom<Kind>("classic", "redrawn", "progressive", "daily"), byDays: fc.boolean(), stepped: fc.boolean(),
  amortization: fc.constantFrom("equal_installments", "equal_installments", "equal_principal", "interest_only"),
  strategy: fc.constantFrom("penalty_fee_interest_principal", "due_pfip_in_advance_ppfi", "due_pipf_in_advance_pipf"),
  prepayment: fc.constantFrom("next_installments", "reduce_term", "reduce_installment"), ratePpb: fc.constantFrom(0, 60_000_000, 240_000_000),
}).map(({ kind, byDays, stepped, amortization, strategy, prepayment, ratePpb }) => termsOf(kind, {
  allocation: { strategy }, prepayment, amortization: kind === "progressive" ? "equal_installments" : amortization,
  interest: { ratePpb, calculation: byDays || kind === "daily" ? "actual_days" : "equal_periods", recalculation: kind === "redrawn" || kind === "progressive" ? FOLLOWS : null },
  ...(stepped && (kind === "classic" || kind === "daily") ? { ratePlan: { steps: [{ installment: 5, ratePpb: 180_000_000 }] } } : {}),
} as Partial<LoanTermsInput>));

test("whatever happens: apply is replay, principal is conserved, a reversal is an inverse", () => {
  fc.assert(fc.property(anyKind, fc.array(anyStep, { minLength: 1, maxLength: 8 }), (terms, steps) => {
    let state = paidOut(terms);
    for (const step of steps) {
      const valueDate = addDays(addMonths(START, step.month), step.day);
      const today = addDays(valueDate, step.late);
      const draft = draftFor(state, step, step.what === "reverse" ? (today > state.asOf ? today : state.asOf) : valueDate);
      if (draft.type === "reversed" && draft.eventId === "d") continue;
      let next: LoanState;
      try {
        next = then(state, draft, today);
      } catch (error) {
        if (error instanceof EngineRefusal) continue;
        throw error;
      }
      const { events } = next;
      const { transactions: _, ...whole } = replay(next.terms, [...events].reverse(), next.asOf);
      const { transactions: __, ...applied } = next;
      assert.deepEqual(applied, whole, "apply is replay, in any order");
      const repaid = next.transactions.reduce((total, t) => (t.reversed || ["disbursement", "accrual", "charge_off"].includes(t.type) ? total : total + t.parts.principal), 0);
      assert.equal(next.outstanding.principal, 12_000_00 - repaid, "principal is lent, repaid, or given up");
      for (const row of next.installments) for (const c of ["principal", "interest"] as const) assert.ok(row.due[c] - row.paid[c] - row.waived[c] - row.writtenOff[c] >= 0, `row ${row.number} ${c} overpaid`);
      if (next.status === "closed_settled") assert.equal(totalOf(next.outstanding), 0);
      if (draft.type !== "reversed") {
        const back = then(next, { type: "reversed", eventId: next.events.at(-1)?.id ?? "", valueDate: next.asOf });
        assert.deepEqual(back.installments, replay(state.terms, state.events, next.asOf).installments, "a reversal is an inverse");
      }
      state = next;
    }
  }), { numRuns: Number(process.env["RUNS"] ?? 200) });
});
