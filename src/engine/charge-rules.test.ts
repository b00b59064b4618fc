import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { apply, buildSchedule, chargeOf, chargeParts, chargesAtApplication, chargesFor, chargesToRaise, EngineRefusal, isoDate, loanTerms, payoff, replay } from "./index.ts";
import type { EventDraft, LoanEvent, LoanState, LoanTerms, ProductCharge } from "./index.ts";

const day = isoDate;
const percent = (value: number) => Math.round(value * 10_000_000);
const terms = (...charges: ProductCharge[]): LoanTerms => loanTerms({
  currency: "INR", principal: 1_00_000_00, disbursementDate: day("2026-01-05"), interest: { ratePpb: percent(24) }, installments: { count: 12, every: 1, unit: "months" }, charges,
});
const fee = (more: Partial<ProductCharge> & Pick<ProductCharge, "timing">): ProductCharge => ({ code: "fee", component: "fee", basis: "flat", ...more });

function booked(agreed: LoanTerms): LoanState {
  return replay(agreed, [{ type: "disbursed", id: "d", sequence: 1, amount: agreed.principal, valueDate: agreed.disbursementDate, businessDate: agreed.disbursementDate }], agreed.disbursementDate);
}

function tell(state: LoanState, draft: EventDraft): LoanState {
  const sequence = state.events.length + 1;
  return apply(state, { ...draft, id: `e${sequence}`, sequence, businessDate: draft.valueDate } as LoanEvent);
}

test("a charge is flat, a share of its base, or what the band of the base says, within its limits", () => {
  const bases = { principal: 1_00_000_00, interest: 13_000_00, disbursed: 90_000_00, outstanding: 50_000_00, payment: 9_455_96 };
  const sums: [Partial<ProductCharge>, number][] = [
    [{ basis: "flat", amount: 500_00 }, 500_00],
    [{ basis: "percent_of_principal", percentPpb: percent(2) }, 2_000_00],
    [{ basis: "percent_of_principal", percentPpb: percent(2), maximum: 1_500_00 }, 1_500_00],
    [{ basis: "percent_of_interest", percentPpb: percent(1), minimum: 200_00 }, 200_00],
    [{ basis: "percent_of_principal_plus_interest", percentPpb: percent(1) }, 1_130_00],
    [{ basis: "percent_of_disbursed", percentPpb: percent(1) }, 900_00],
    [{ basis: "percent_of_outstanding", percentPpb: percent(4) }, 2_000_00],
    [{ basis: "percent_of_payment", percentPpb: percent(1) }, 94_56],
    [{ basis: "percent_of_principal", tiers: [{ upTo: 50_000_00, amount: 250_00 }, { upTo: 1_00_000_00, percentPpb: percent(1) }, { upTo: null, percentPpb: percent(0.5) }] }, 1_000_00],
    [{ basis: "percent_of_outstanding", tiers: [{ upTo: 50_000_00, amount: 250_00 }, { upTo: null, percentPpb: percent(1) }] }, 250_00],
  ];
  for (const [rule, sum] of sums) assert.equal(chargeOf(fee({ timing: "at_disbursement", ...rule }), bases, "half-even"), sum, JSON.stringify(rule));
});

test("a charge and its tax add up to what is asked, to the unit, whatever the shares", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), fc.integer({ min: 0, max: percent(10) }), fc.integer({ min: 0, max: percent(40) }), (principal, percentPpb, taxPpb) => {
    const { net, tax, total } = chargeParts(fee({ timing: "at_disbursement", basis: "percent_of_principal", percentPpb, taxPpb }), { principal }, "half-even");
    assert.equal(net + tax, total);
    assert.ok(net >= 0 && net <= principal && tax <= net);
    assert.ok(Math.abs(tax * 1e9 - net * taxPpb) <= 5e8 + 1, "rounded once, by at most half a unit");
  }), { numRuns: 500 });
});

test("a processing fee of 2 % with 18 % tax, kept back: 2,000.00 and 360.00 are two charges, paid with the payout", () => {
  const agreed = terms(fee({ code: "processing", timing: "at_disbursement", basis: "percent_of_principal", percentPpb: percent(2), taxPpb: percent(18), deducted: true }));
  assert.equal(buildSchedule(agreed).feesAtDisbursement, 2_360_00);
  const loan = booked(agreed);
  assert.deepEqual(loan.charges.map((c) => [c.code, c.due, c.paid]), [["processing", 2_000_00, 2_000_00], ["processing_tax", 360_00, 360_00]]);
  assert.equal(loan.disbursements[0]?.fees, 2_360_00);
});

test("a fee on every installment keeps its limits and tax on the rows, as it was quoted", () => {
  const agreed = terms(fee({ code: "collection", timing: "every_installment", basis: "percent_of_interest", percentPpb: percent(5), minimum: 20_00, maximum: 80_00, taxPpb: percent(18) }));
  const quoted = buildSchedule(agreed);
  assert.deepEqual([quoted.rows[0]?.fees, quoted.rows[11]?.fees], [94_40, 23_60], "5 % of 2,000.00 is capped at 80.00; of the last 185.41 it is at least 20.00; 18 % on top");
  assert.deepEqual(booked(agreed).installments.map((r) => r.due.fee), quoted.rows.map((r) => r.fees));
});

test("a fee at application is told apart, counts in the cost, and is on no row", () => {
  const agreed = terms(fee({ code: "login", timing: "at_application", amount: 500_00, taxPpb: percent(18) }));
  assert.deepEqual(chargesAtApplication(agreed), [{ code: "login", net: 500_00, taxCode: "login_tax", tax: 90_00, total: 590_00 }]);
  const schedule = buildSchedule(agreed);
  assert.deepEqual([schedule.feesAtApplication, schedule.totals.fees, schedule.rows.some((r) => r.fees > 0)], [590_00, 590_00, false]);
  assert.equal(booked(agreed).outstanding.fee, 0);
});

test("a late fee brings its tax beside it, each once", () => {
  let loan = booked(terms(fee({ code: "late", component: "penalty", timing: "on_overdue", amount: 500_00, taxPpb: percent(18), graceDays: 3 })));
  const drafts = chargesToRaise(loan, day("2026-02-09"));
  assert.deepEqual(drafts.map((d) => [d.code, d.amount]), [["late", 500_00], ["late_tax", 90_00]]);
  for (const draft of drafts) loan = tell(loan, draft);
  assert.deepEqual(chargesToRaise(loan, day("2026-02-10")), []);
  assert.equal(loan.outstanding.penalty, 590_00);
});

test("charges for a bounced payment and for money paid ahead are drafted once, and a payoff holds them", () => {
  let loan = booked(terms(
    fee({ code: "bounce", timing: "on_bounce", amount: 300_00, taxPpb: percent(18) }),
    fee({ code: "prepayment", timing: "on_prepayment", basis: "percent_of_payment", percentPpb: percent(4), taxPpb: percent(18) }),
  ));
  const bounced = chargesFor(loan, "on_bounce", 9_455_96, day("2026-02-05"), "p1");
  assert.deepEqual(bounced.map((d) => [d.code, d.amount]), [["bounce", 300_00], ["bounce_tax", 54_00]]);
  for (const draft of bounced) loan = tell(loan, draft);
  assert.deepEqual(chargesFor(loan, "on_bounce", 9_455_96, day("2026-02-05"), "p1"), [], "once for one cause");
  const before = payoff(loan, day("2026-02-05")).total;
  const ahead = chargesFor(loan, "on_prepayment", loan.outstanding.principal, day("2026-02-05"), "payoff");
  assert.deepEqual(ahead.map((d) => d.amount), [4_000_00, 720_00]);
  for (const draft of ahead) loan = tell(loan, draft);
  const sum = payoff(loan, day("2026-02-05"));
  assert.equal(sum.total, before + 4_720_00);
  loan = tell(loan, { type: "paymentReceived", kind: "repayment", amount: sum.total, valueDate: day("2026-02-05"), payoff: true });
  assert.equal(loan.status, "closed_paid");
});

test("charges that cannot be worked out are refused by name", () => {
  const refused = (more: Partial<ProductCharge>, code: string) => assert.throws(() => buildSchedule(terms(fee({ timing: "at_disbursement", amount: 1, ...more }))), (e) => e instanceof EngineRefusal && e.code === code, code);
  refused({ amount: -1 }, "terms.malformed");
  refused({ minimum: 2, maximum: 1 }, "terms.malformed");
  refused({ tiers: [{ upTo: 100, amount: 1 }] }, "terms.tiers_with_gap");
  refused({ tiers: [{ upTo: 100, amount: 1 }, { upTo: 50, amount: 1 }, { upTo: null, amount: 1 }] }, "terms.tiers_with_gap");
  refused({ tiers: [{ upTo: null }] }, "terms.malformed");
});

test("a flat charge with bands goes by principal: an amount or a share of its band, the last band open", () => {
  const tiers = [{ upTo: 100_00, amount: 5_00 }, { upTo: 200_00, percentPpb: percent(3) }, { upTo: null, percentPpb: percent(1) }];
  const sum = (principal: number, basis: ProductCharge["basis"] = "flat") => chargeOf(fee({ timing: "at_disbursement", basis, tiers }), { principal }, "half-even");
  assert.deepEqual([sum(1), sum(100_00), sum(100_01), sum(200_00), sum(200_01), sum(1_000_00)], [5_00, 5_00, 3_00, 6_00, 2_00, 10_00]);
  assert.equal(sum(150_00, "percent_of_principal"), 4_50);
  assert.equal(chargeOf(fee({ timing: "at_disbursement" }), { principal: 100_00 }, "half-even"), 0, "flat, without an amount");
  assert.equal(chargeOf(fee({ timing: "at_disbursement", percentPpb: percent(2) }), { principal: 100_00 }, "half-even"), 2_00, "a share goes by principal");
  assert.equal(chargeOf(fee({ timing: "at_disbursement", basis: "percent_of_interest" }), { interest: 100_00 }, "half-even"), 0, "a share that is not given");
});

test("a share at application is of the amount asked for, and nothing is drafted for nothing", () => {
  assert.equal(chargesAtApplication(terms(fee({ timing: "at_application", basis: "percent_of_disbursed", percentPpb: percent(1) })))[0]?.total, 1_000_00);
  assert.equal(chargesAtApplication(terms(fee({ timing: "at_application", basis: "percent_of_principal", percentPpb: percent(1) })))[0]?.total, 1_000_00);
  const bounce = booked(terms(fee({ code: "bounce", timing: "on_bounce", amount: 300_00 })));
  assert.deepEqual(chargesFor(bounce, "on_bounce", 1, day("2026-02-05"), "p1").map((d) => d.code), ["bounce"], "no tax, no charge for it");
  assert.deepEqual(chargesFor(booked(terms(fee({ timing: "on_bounce", amount: 0 }))), "on_bounce", 1, day("2026-02-05"), "p1"), []);
  const named = tell(bounce, { type: "chargeAdded", code: "other", component: "fee", timing: "specified_date", basis: "flat", amount: 1, dueDate: day("2026-02-05"), valueDate: day("2026-02-05") });
  assert.equal(chargesFor(named, "on_bounce", 1, day("2026-02-05"), "p1").length, 1, "a charge without a reference is another");
});

test("limits, bands and shares that can be worked out are allowed", () => {
  const allowed = (more: Partial<ProductCharge>) => { buildSchedule(terms(fee({ timing: "at_disbursement", amount: 1, ...more }))); };
  for (const more of [{ amount: 0 }, { minimum: 1 }, { maximum: 1 }, { minimum: 2, maximum: 2 }, { tiers: [{ upTo: 100, amount: 1 }, { upTo: 101, percentPpb: 1 }, { upTo: null, amount: 0 }] }, { tiers: [{ upTo: null, amount: 1 }] }, { taxPpb: 0 }]) allowed(more);
  const refused = (more: Partial<ProductCharge>, code: string) => assert.throws(() => { allowed(more); }, (e) => e instanceof EngineRefusal && e.code === code, JSON.stringify(more));
  for (const tiers of [[{ upTo: 100, amount: 1 }, { upTo: 100, amount: 1 }, { upTo: null, amount: 1 }], [{ upTo: null, amount: 1 }, { upTo: 100, amount: 1 }], [{ upTo: 0, amount: 1 }, { upTo: null, amount: 1 }]]) refused({ tiers }, "terms.tiers_with_gap");
  for (const tiers of [[{ upTo: null, amount: -1 }], [{ upTo: null, percentPpb: 0.5 }], [{ upTo: null, amount: 1, percentPpb: 1 }], [{ upTo: null, amount: 1, percentPpb: -1 }]]) refused({ tiers }, "terms.malformed");
  for (const more of [{ percentPpb: -1 }, { minimum: -1 }, { maximum: 0.5 }, { taxPpb: -1 }]) refused(more, "terms.malformed");
});
