import { adjustDay, isBusinessDay } from "../calendar.ts";
import type { Calendar } from "../calendar.ts";
import { addDays, fromDay, toDay } from "../date.ts";
import type { IsoDate } from "../date.ts";
import type { EventHead } from "../events.ts";
import { divideRounded, mulDiv, safeNumber } from "../rounding.ts";
import type { Rounding } from "../rounding.ts";
import { EngineRefusal } from "../state.ts";
import type { Minor } from "../terms.ts";
import { xirrOfDays } from "../xirr.ts";
import { checkLogged, inSequence, standingEvents } from "./event-log.ts";

/**
 * A merchant cash advance: receipts to come are bought for less than their amount. There is no rate and no due date; `advance` ×
 * `factorPpb` is delivered by fixed remittances or by a share of what the merchant takes. Amounts in minor units, plain JSON.
 */
export type AdvanceTerms = {
  readonly currency: string;
  readonly rounding: Rounding;
  readonly startDate: IsoDate;
  /** Paid to the merchant, a fee kept back included. */
  readonly advance: Minor;
  readonly feeKeptBack: Minor;
  /** What is delivered for each unit paid: 1.3 is 1_300_000_000. */
  readonly factorPpb: number;
  readonly remittance:
    /** A given amount each business day, or each week. */
    /** `sharePpb`: the share of receipts the amount estimates, by which it is reconciled; left out: none. */
    | { readonly kind: "fixed"; readonly amount: Minor; readonly every: "business_day" | "week"; readonly sharePpb?: number }
    /** A share of receipts as they are reported; `expectedDaily` receipts make the estimate. */
    | { readonly kind: "share"; readonly sharePpb: number; readonly expectedDaily: Minor };
  /** ISO weekdays without work and single days without it. */
  readonly weekend: readonly number[];
  readonly holidays: readonly IsoDate[];
};

export type AdvanceEvent = EventHead & (
  | { readonly type: "receiptsReported"; readonly amount: Minor }
  | { readonly type: "remitted"; readonly amount: Minor }
  /** A fixed remittance is another from `valueDate` on: what a reconciliation asks for. */
  | { readonly type: "remittanceAdjusted"; readonly amount: Minor }
  | { readonly type: "reversed"; readonly eventId: string }
);

/** Where an advance stands. */
export type AdvanceState = {
  readonly terms: AdvanceTerms; readonly events: readonly AdvanceEvent[]; readonly asOf: IsoDate;
  /** Bought in all, delivered, and still to come. */
  readonly purchased: Minor; readonly remitted: Minor; readonly outstanding: Minor;
  /** What should have been delivered by now: by the fixed plan, or the share of the receipts reported. Below zero: ahead. */
  readonly expected: Minor; readonly behind: Minor;
  /** Receipts reported, and what the share of them comes to less what was delivered: the reconciliation of a share. */
  readonly receipts: Minor;
  /** A fixed remittance as it is now; of a share, what the estimate comes to. */
  readonly remittance: Minor;
  /** Delivered beyond what was bought: owed back. */
  readonly overpaid: Minor;
};

/** Complete terms from the few that matter. Defaults: half-even, Saturday and Sunday without work, no fee. */
export function advanceTerms(input: Pick<AdvanceTerms, "currency" | "startDate" | "advance" | "factorPpb" | "remittance"> & Partial<AdvanceTerms>): AdvanceTerms {
  return { rounding: "half-even", feeKeptBack: 0, weekend: [6, 7], holidays: [], ...input };
}

/** What is bought: advance × factor, rounded once. @throws EngineRefusal terms no advance can have. @example 10,000.00 at 1.3 is 13,000.00 */
export function purchasedAmount(terms: AdvanceTerms): Minor {
  if (!Number.isSafeInteger(terms.advance) || terms.advance <= 0) throw new EngineRefusal("terms.principal_not_positive", `advance ${terms.advance}`);
  if (!Number.isSafeInteger(terms.factorPpb) || terms.factorPpb < 1_000_000_000 || terms.factorPpb > 5_000_000_000) throw new EngineRefusal("terms.rate_out_of_range", `a factor lies between 1 and 5, not ${terms.factorPpb}`);
  if (terms.feeKeptBack < 0 || terms.feeKeptBack >= terms.advance) throw new EngineRefusal("terms.malformed", "the fee leaves nothing to pay out");
  const { remittance } = terms;
  const each = remittance.kind === "fixed" ? remittance.amount : mulDiv(remittance.expectedDaily, remittance.sharePpb, 1_000_000_000, "half-even");
  if (!(each > 0)) throw new EngineRefusal("terms.malformed", "nothing would ever be remitted");
  return mulDiv(terms.advance, terms.factorPpb, 1_000_000_000, terms.rounding);
}

/** A remittance that is expected. */
export type Remittance = { readonly date: IsoDate; readonly amount: Minor; readonly left: Minor };

/** Longest plan that is drawn up: ten years of business days. */
const MOST_REMITTANCES = 2_600;

/** A fixed remittance changed from a day on. */
export type RemittanceChange = { readonly from: IsoDate; readonly amount: Minor };

/**
 * The remittances as expected at the start (and as changed since), until all that was bought is delivered; the last takes what is left.
 * @throws EngineRefusal  `terms.installments_not_positive` when more than ten years would be needed
 * @example  13,000.00 at 100.00 a business day: 130 remittances
 */
export function expectedRemittances(terms: AdvanceTerms, changes: readonly RemittanceChange[] = []): Remittance[] {
  let left = purchasedAmount(terms);
  const { remittance } = terms;
  const each = remittance.kind === "fixed" ? remittance.amount : mulDiv(remittance.expectedDaily, remittance.sharePpb, 1_000_000_000, terms.rounding);
  const days = calendarOf(terms);
  const rows: Remittance[] = [];
  for (let date = terms.startDate; left > 0;) {
    date = following(days, addDays(date, remittance.kind === "fixed" && remittance.every === "week" ? 7 : 1));
    const amount = Math.min(remittanceOn(each, changes, date), left);
    left -= amount;
    rows.push({ date, amount, left });
    if (rows.length > MOST_REMITTANCES) throw new EngineRefusal("terms.installments_not_positive", "delivering this would take more than ten years");
  }
  return rows;
}

function remittanceOn(agreed: Minor, changes: readonly RemittanceChange[], date: IsoDate): Minor {
  return changes.reduce((amount, change) => (change.from <= date ? change.amount : amount), agreed);
}

export function calendarOf(terms: AdvanceTerms): Calendar {
  return { weekend: terms.weekend, holidays: new Set(terms.holidays.map(toDay)) };
}

export function following(days: Calendar, date: IsoDate): IsoDate {
  return isBusinessDay(days, date) ? date : fromDay(adjustDay("FOLLOWING", days, toDay(date)));
}

/** An advance after its events up to a day; any order of arrival gives the same. @throws EngineRefusal terms no advance can have */
export function replayAdvance(terms: AdvanceTerms, events: readonly AdvanceEvent[], asOf: IsoDate): AdvanceState {
  const purchased = purchasedAmount(terms);
  const live = standingEvents(events, asOf);
  let [remitted, receipts] = [0, 0];
  for (const event of live) {
    if (event.type === "remitted") remitted += event.amount;
    else if (event.type === "receiptsReported") receipts += event.amount;
  }
  const { remittance } = terms;
  const changes = live.flatMap((e) => (e.type === "remittanceAdjusted" ? [{ from: e.valueDate, amount: e.amount }] : []));
  const agreed = remittance.kind === "fixed" ? remittance.amount : mulDiv(remittance.expectedDaily, remittance.sharePpb, 1_000_000_000, terms.rounding);
  const expected = remittance.kind === "share" ? Math.min(purchased, mulDiv(receipts, remittance.sharePpb, 1_000_000_000, terms.rounding))
    : expectedRemittances(terms, changes).reduce((sum, row) => (row.date <= asOf ? sum + row.amount : sum), 0);
  return {
    terms, events: inSequence(events), asOf, purchased, remitted: Math.min(remitted, purchased), outstanding: Math.max(0, purchased - remitted),
    expected, behind: expected - Math.min(remitted, purchased), receipts, remittance: remittanceOn(agreed, changes, asOf), overpaid: Math.max(0, remitted - purchased),
  };
}

/** The advance after one more event. @throws EngineRefusal when it cannot follow; the state handed in is not touched */
export function applyAdvance(state: AdvanceState, event: AdvanceEvent): AdvanceState {
  checkLogged(state.events, event, state.terms.startDate);
  if (event.type === "remittanceAdjusted" && state.terms.remittance.kind === "share") throw new EngineRefusal("schedule.not_for_this_model", "a share of receipts follows them by itself");
  return replayAdvance(state.terms, [...state.events, event], event.valueDate > state.asOf ? event.valueDate : state.asOf);
}

/** A day's part of what the advance costs the merchant, by the effective rate. Minor units; `carrying` after it. */
export type EarnedRow = { readonly date: IsoDate; readonly income: Minor; readonly remitted: Minor; readonly carrying: Minor };

/**
 * How the difference between what is bought and what is paid becomes income: at the effective daily rate of the expected remittances,
 * each row's part rounded once, the last taking the difference, so that the parts add up.
 *
 * @returns  yearly effective rate (a fraction; `null` when nothing is earned) and a row per remittance
 * @source   IFRS 9, paragraph 5.4.1; ASC 310-20-35-18
 * @example  10,000.00 for 13,000.00 in 130 business days: 3,000.00 of income in all
 */
export function advanceIncome(terms: AdvanceTerms): { readonly yearly: number | null; readonly rows: EarnedRow[] } {
  const plan = expectedRemittances(terms);
  const net = terms.advance - terms.feeKeptBack;
  const start = toDay(terms.startDate);
  const days = plan.map((row) => toDay(row.date));
  const yearly = xirrOfDays([start, ...days], [-net, ...plan.map((row) => row.amount)]);
  const toEarn = plan.reduce((sum, row) => sum + row.amount, 0) - net;
  let exact = net;
  let [day, earned, carrying] = [start, 0, net];
  const rows = plan.map((row, k): EarnedRow => {
    const until = days[k] as number;
    exact *= (1 + (yearly ?? 0)) ** ((until - day) / 365);
    exact -= row.amount;
    day = until;
    // Income so far is what was delivered less what was paid off of the outlay; rounded on the sum, so that no part is lost.
    const soFar = k === plan.length - 1 ? toEarn : Math.min(toEarn, Math.max(earned, Math.round(exact) - net + plan.slice(0, k + 1).reduce((sum, r) => sum + r.amount, 0)));
    const income = soFar - earned;
    earned = soFar;
    carrying += income - row.amount;
    return { date: row.date, income, remitted: row.amount, carrying };
  });
  return { yearly, rows };
}

/** What the merchant pays for a year of the money, as a fraction of it, by simple proportion of the expected days. @example 0.6 for 30 % in half a year */
export function simpleYearlyCost(terms: AdvanceTerms): number {
  const plan = expectedRemittances(terms);
  const days = toDay(plan.at(-1)?.date ?? terms.startDate) - toDay(terms.startDate);
  const cost = safeNumber(divideRounded(BigInt(purchasedAmount(terms) - terms.advance + terms.feeKeptBack) * 1_000_000_000n, BigInt(terms.advance - terms.feeKeptBack), "half-even"));
  return (cost / 1_000_000_000) * (365 / Math.max(1, days));
}
