import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDate, loanTerms, payoff, replay, type LoanEvent } from "./index.ts";

const LENT = 1_200_000;
const terms = (prepayment: "reduce_term" | "reduce_installment") => loanTerms({
  currency: "INR", principal: LENT, disbursementDate: isoDate("2026-01-01"), installments: { count: 18, every: 1, unit: "months" }, model: "progressive", amortization: "equal_installments", prepayment,
  allocation: { strategy: "by_component", order: ["penalty", "fee", "interest", "principal"] },
  interest: { ratePpb: 170_000_000, calculation: "equal_periods", method: "declining", recalculation: { rest: "daily", advance: "reduce_installment", payoffInterest: "to_payoff_date", overdueEarnsInterest: true } },
});

// On a due date the installment and the rest of the principal are paid by the same money: neither may be taken twice.
for (const [prepayment, meant] of [["reduce_term", false], ["reduce_installment", false], ["reduce_term", true], ["reduce_installment", true]] as const) {
  for (const day of ["2026-01-20", "2026-02-01", "2026-02-05", "2026-03-01", "2026-06-01"]) {
    test(`too much money on ${day} closes the loan at its payoff and the rest is excess (${prepayment}${meant ? ", meant as a payoff" : ""})`, () => {
      const disbursed: LoanEvent = { type: "disbursed", id: "d0", sequence: 1, valueDate: isoDate("2026-01-01"), businessDate: isoDate("2026-01-01"), amount: LENT };
      const sum = payoff(replay(terms(prepayment), [disbursed], isoDate(day)), isoDate(day)).total;
      const paid = replay(terms(prepayment), [disbursed, { type: "paymentReceived", id: "p1", sequence: 2, valueDate: isoDate(day), businessDate: isoDate(day), kind: "repayment", channel: "cash", amount: sum + 500_000, ...(meant ? { payoff: true } : {}) }], isoDate(day));
      const payment = paid.transactions.find((t) => t.eventId === "p1");
      assert.deepEqual([payment?.parts.principal, paid.overpayment], [LENT, 500_000]);
    });
  }
}
