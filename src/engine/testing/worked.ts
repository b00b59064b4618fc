import assert from "node:assert/strict";
import { apply, buildSchedule, EngineRefusal, isoDate, loanTerms, replay } from "../index.ts";
import type { EventDraft, LoanEvent, LoanState, LoanTerms, LoanTermsInput, RefusalCode } from "../index.ts";

/** Loans that can be followed with a pencil: 1,200.00 from 2026-01-15 at 12 % a year, three months, 1 % a month. */

export const day = isoDate;
export const percent = (value: number) => Math.round(value * 10_000_000);
export const months = (count: number) => ({ count, every: 1, unit: "months" as const });

export const plainTerms = (more: Partial<LoanTermsInput> = {}): LoanTerms => loanTerms({
  currency: "USD", principal: 1_200_00, disbursementDate: day("2026-01-15"), interest: { ratePpb: percent(12) }, installments: months(3), ...more,
});

/** Due date (month and day), principal, interest and balance of each row. */
export const rowsOf = (more: Partial<LoanTermsInput>) => buildSchedule(plainTerms(more)).rows.map((r) => [r.dueDate.slice(5), r.principal, r.interest, r.balance]);
export const dueDates = (more: Partial<LoanTermsInput>) => buildSchedule(plainTerms(more)).rows.map((r) => r.dueDate.replace("2026-", "")).join(" ");
export const totals = (more: Partial<LoanTermsInput>) => buildSchedule(plainTerms(more)).rows.map((r) => r.total);

/** Runs `act` and expects it to be refused by this name. */
export function refused(act: () => unknown, code: RefusalCode, why = ""): void {
  assert.throws(act, (error: unknown) => { assert.ok(error instanceof EngineRefusal, String(error)); assert.equal(error.code, code, why); return true; });
}

/** A loan's life, event by event, each recorded on its own day. The whole amount is paid out first. */
export class Life {
  state: LoanState;
  #sequence = 0;

  constructor(agreed: LoanTerms, amount = agreed.principal) {
    this.state = replay(agreed, [], agreed.disbursementDate);
    this.tell({ type: "disbursed", valueDate: agreed.disbursementDate, amount });
  }

  tell(draft: EventDraft): this {
    this.#sequence++;
    this.state = apply(this.state, { ...draft, id: `e${this.#sequence}`, sequence: this.#sequence, businessDate: draft.valueDate } as LoanEvent);
    return this;
  }

  pay(date: string, amount: number, more: Partial<Extract<EventDraft, { type: "paymentReceived" }>> = {}): this {
    return this.tell({ type: "paymentReceived", kind: "repayment", valueDate: day(date), amount, ...more });
  }
}
