import { isIsoDate } from "../date.ts";
import type { IsoDate } from "../date.ts";
import type { EventHead } from "../events.ts";
import type { Rounding } from "../rounding.ts";
import { EngineRefusal } from "../state.ts";
import type { Minor } from "../terms.ts";

/** What a line owes: fees, billed interest, principal. */
export type LineComponent = "fee" | "interest" | "principal";

/** Agreed terms of a revolving line. Amounts in minor units of `currency`, rates in parts per billion a year; plain JSON. */
export type LineTerms = {
  readonly currency: string;
  readonly rounding: Rounding;
  /** Principal that may be drawn at most. */
  readonly limit: Minor;
  readonly openedDate: IsoDate;
  readonly ratePpb: number;
  readonly daysInYear: 360 | 365;
  /**
   * `daily_balance`: each day's balance bears its own day. `average_daily_balance`: the sum of the days' balances over the days, rounded to
   * the minor unit, bears all of them; where the rate changed, each rate for its days. They differ by rounding alone.
   */
  readonly method: "daily_balance" | "average_daily_balance";
  /** Day of the month (1–28) on which a cycle closes: it holds the days before it. */
  readonly cycleDay: number;
  /** Days from the close of a cycle to the day its minimum is due. */
  readonly dueAfterDays: number;
  /** No interest on a cycle when the statement before it was paid in full by its due date, or owed nothing. */
  readonly graceForFullPayers: boolean;
  /** Minimum due: interest and fees billed, and of principal the larger of `flat` and `principalPpb`, never more than is owed. */
  readonly minimumDue: { readonly flat: Minor; readonly principalPpb: number };
  /** Raised once for each minimum not paid `graceDays` days after its due date. */
  readonly lateFee: { readonly amount: Minor; readonly graceDays: number } | null;
  readonly allocation: readonly LineComponent[];
};

export type LineEvent = EventHead & (
  | { readonly type: "drawn"; readonly amount: Minor }
  | { readonly type: "repaid"; readonly amount: Minor }
  | { readonly type: "feeCharged"; readonly code: string; readonly amount: Minor }
  | { readonly type: "limitChanged"; readonly limit: Minor }
  | { readonly type: "lineRateChanged"; readonly ratePpb: number }
  | { readonly type: "reversed"; readonly eventId: string }
);

/** A part of a cycle on one balance. `micro` is its interest in millionths of a minor unit. */
export type LineSegment = { readonly from: IsoDate; readonly to: IsoDate; readonly days: number; readonly balance: Minor; readonly ratePpb: number; readonly micro: number };

/** A closed cycle: what happened from `from` up to `to` (not counted), and what is due of it. */
export type LineStatement = {
  readonly number: number; readonly from: IsoDate; readonly to: IsoDate; readonly dueDate: IsoDate;
  readonly opening: Minor; readonly draws: Minor; readonly payments: Minor; readonly fees: Minor; readonly interest: Minor; readonly closing: Minor;
  /** Interest that the grace for full payers left out. */
  readonly interestForgone: Minor;
  /** What must be paid by the due date, minimums of earlier statements that are still open included. */
  readonly minimumDue: Minor;
  /** The minimum that this statement itself brought, and what of it is unpaid now. */
  readonly ownMinimum: Minor; minimumOpen: Minor;
  /** Paid on the statement's balance up to its due date. */
  paidByDue: Minor; lateFeeRaised: boolean;
  readonly segments: readonly LineSegment[];
};

/** How a draw or payment was divided. */
export type LineTransaction = { readonly eventId: string; readonly date: IsoDate; readonly type: "draw" | "payment" | "fee" | "late_fee"; readonly amount: Minor; readonly parts: Record<LineComponent, Minor>; readonly credit: Minor };

/** A line on a day, from its events alone; plain JSON. */
export type LineState = {
  readonly terms: LineTerms; readonly events: readonly LineEvent[]; readonly asOf: IsoDate;
  limit: Minor; ratePpb: number;
  principal: Minor; interest: Minor; fee: Minor;
  /** Paid beyond what was owed; the next draw uses it first. */
  credit: Minor;
  /** Interest of the running cycle, in millionths of a minor unit, and the parts it came from. */
  accruedMicro: number; segments: LineSegment[];
  statements: LineStatement[]; transactions: LineTransaction[];
};

/**
 * Complete terms of a line from the few that matter. Defaults: actual/365, half-even, cycle on the 1st, due 21 days on, no grace, a
 * minimum of 5 % of principal, fees before interest before principal.
 */
export function lineTerms(input: Pick<LineTerms, "currency" | "limit" | "openedDate" | "ratePpb"> & Partial<LineTerms>): LineTerms {
  return {
    rounding: "half-even", daysInYear: 365, method: "daily_balance", cycleDay: 1, dueAfterDays: 21, graceForFullPayers: false, minimumDue: { flat: 0, principalPpb: 50_000_000 }, lateFee: null, allocation: ["fee", "interest", "principal"], ...input,
  };
}

/** @throws EngineRefusal  terms no line can have, by name */
export function checkLineTerms(terms: LineTerms): void {
  const refuse = (code: ConstructorParameters<typeof EngineRefusal>[0], detail: string): never => { throw new EngineRefusal(code, detail); };
  if (!Number.isSafeInteger(terms.limit) || terms.limit <= 0) refuse("terms.principal_not_positive", `limit ${terms.limit}`);
  if (!Number.isSafeInteger(terms.ratePpb) || terms.ratePpb < 0 || terms.ratePpb > 10_000_000_000) refuse("terms.rate_out_of_range", `rate ${terms.ratePpb}`);
  if (!isIsoDate(terms.openedDate)) refuse("terms.date_out_of_range", `opened on ${terms.openedDate}`);
  if (!Number.isInteger(terms.cycleDay) || terms.cycleDay < 1 || terms.cycleDay > 28) refuse("terms.malformed", `a cycle closes on a day from the 1st to the 28th, not ${terms.cycleDay}`);
  if (!Number.isInteger(terms.dueAfterDays) || terms.dueAfterDays < 1 || terms.dueAfterDays > 27) refuse("terms.malformed", `a minimum is due 1 to 27 days after the cycle, not ${terms.dueAfterDays}`);
  if (new Set(terms.allocation).size !== 3) refuse("terms.malformed", "the order of allocation names fee, interest and principal once each");
}
