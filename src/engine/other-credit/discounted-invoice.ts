import { daysBetween } from "../date.ts";
import type { IsoDate } from "../date.ts";
import type { EventHead } from "../events.ts";
import { divideRounded, mulDiv, safeNumber } from "../rounding.ts";
import type { Rounding } from "../rounding.ts";
import { EngineRefusal } from "../state.ts";
import type { Minor } from "../terms.ts";
import { checkLogged, inSequence, standingEvents } from "./event-log.ts";

/**
 * An invoice bought before it is due: part of its face is advanced, interest to the due date is kept back, the rest is a reserve that the
 * seller gets when the buyer pays. Amounts in minor units, rates in parts per billion a year; plain JSON.
 */
export type InvoiceTerms = {
  readonly currency: string;
  readonly rounding: Rounding;
  readonly face: Minor;
  /** Share of the face that is advanced: 80 % is 800_000_000. */
  readonly advancePpb: number;
  readonly discountPpb: number;
  /** `bank`: rate × advance × days, off the advance. `true`: what is paid out grows to the advance at the rate. */
  readonly discount: "bank" | "true";
  readonly daysInYear: 360 | 365;
  readonly startDate: IsoDate;
  readonly dueDate: IsoDate;
  /** Rate on the advance after the due date; `null`: as the discount. */
  readonly latePpb: number | null;
  /** Days after the due date before late interest runs, then from the due date. */
  readonly graceDays: number;
  /** What of the interest for days not needed is given back when the buyer pays early: 1_000_000_000 is all of it. */
  readonly rebatePpb: number;
};

export type InvoiceEvent = EventHead & (
  | { readonly type: "buyerPaid"; readonly amount: Minor }
  | { readonly type: "reversed"; readonly eventId: string }
);

/** Where a bought invoice stands. */
export type InvoiceState = {
  readonly terms: InvoiceTerms; readonly events: readonly InvoiceEvent[]; readonly asOf: IsoDate;
  readonly advance: Minor; readonly discount: Minor; readonly proceeds: Minor; readonly reserve: Minor;
  readonly received: Minor;
  /** Of the advance, not yet paid back; and interest since the due date on it. */
  readonly advanceOpen: Minor; readonly lateInterest: Minor;
  /** Given back for days not needed; and what the seller gets of the reserve once the buyer has paid. */
  readonly rebate: Minor; readonly reserveReleased: Minor;
  readonly settledDate: IsoDate | null;
};

/** Complete terms. Defaults: half-even, 80 % advanced, bank discount on 365 days, all unearned interest given back. */
export function invoiceTerms(input: Pick<InvoiceTerms, "currency" | "face" | "discountPpb" | "startDate" | "dueDate"> & Partial<InvoiceTerms>): InvoiceTerms {
  return { rounding: "half-even", advancePpb: 800_000_000, discount: "bank", daysInYear: 365, latePpb: null, graceDays: 0, rebatePpb: 1_000_000_000, ...input };
}

/**
 * What is advanced, kept back and paid out.
 * @throws EngineRefusal  terms that cannot be, by name
 * @source   bank discount: D = S·d·t; simple (true) discount: P = S ÷ (1 + r·t); Guthrie and Lemon, "Mathematics of Interest Rates and Finance", chapter 1
 * @example  80 % of 10,000.00 for 73 days at 10 %: 8,000.00 advanced; 160.00 by bank discount, 156.86 by true discount
 */
export function drawUpInvoice(terms: InvoiceTerms): { advance: Minor; discount: Minor; proceeds: Minor; reserve: Minor } {
  if (!Number.isSafeInteger(terms.face) || terms.face <= 0) throw new EngineRefusal("terms.principal_not_positive", `face ${terms.face}`);
  if (!(terms.advancePpb > 0 && terms.advancePpb <= 1_000_000_000)) throw new EngineRefusal("terms.malformed", `an advance is a share of the face, not ${terms.advancePpb}`);
  if (!Number.isSafeInteger(terms.discountPpb) || terms.discountPpb < 0 || terms.discountPpb > 5_000_000_000) throw new EngineRefusal("terms.rate_out_of_range", `rate ${terms.discountPpb}`);
  const days = daysBetween(terms.startDate, terms.dueDate);
  if (days <= 0) throw new EngineRefusal("terms.maturity_before_first_due", `due on ${terms.dueDate}, bought on ${terms.startDate}`);
  const advance = mulDiv(terms.face, terms.advancePpb, 1_000_000_000, terms.rounding);
  const year = BigInt(terms.daysInYear) * 1_000_000_000n;
  const grown = BigInt(terms.discountPpb) * BigInt(days);
  const discount = safeNumber(terms.discount === "bank" ? divideRounded(BigInt(advance) * grown, year, terms.rounding) : BigInt(advance) - divideRounded(BigInt(advance) * year, year + grown, terms.rounding));
  if (discount >= advance) throw new EngineRefusal("terms.payment_below_interest", "interest leaves nothing to pay out");
  return { advance, discount, proceeds: advance - discount, reserve: terms.face - advance };
}

/**
 * A bought invoice after the buyer's payments up to a day. Money pays late interest as it stands, then the advance; what comes beyond is the
 * reserve's. When the advance is paid before the due date, interest for the days left is given back.
 */
export function replayInvoice(terms: InvoiceTerms, events: readonly InvoiceEvent[], asOf: IsoDate): InvoiceState {
  const drawn = drawUpInvoice(terms);
  let [open, late, received, beyond, rebate] = [drawn.advance, 0, 0, 0, 0];
  let lateFrom = terms.dueDate;
  let settledDate: IsoDate | null = null;
  for (const event of standingEvents(events, asOf)) {
    if (event.type !== "buyerPaid") continue;
    late += lateInterest(terms, open, lateFrom, event.valueDate);
    if (event.valueDate > lateFrom) lateFrom = event.valueDate;
    let left = event.amount;
    received += event.amount;
    const toLate = Math.min(left, late);
    late -= toLate;
    left -= toLate;
    const toAdvance = Math.min(left, open);
    open -= toAdvance;
    if (toAdvance > 0 && event.valueDate < terms.dueDate) rebate += rebateOf(terms, drawn, toAdvance, event.valueDate);
    beyond += left - toAdvance;
    if (open === 0) settledDate ??= event.valueDate;
  }
  return {
    terms, events: inSequence(events), asOf, ...drawn, received, advanceOpen: open, lateInterest: late + lateInterest(terms, open, lateFrom, asOf), rebate,
    reserveReleased: open === 0 ? beyond + rebate : 0, settledDate,
  };
}

/** Interest on what is still open after the due date; none within the days of grace, from the due date after them. */
function lateInterest(terms: InvoiceTerms, open: Minor, from: IsoDate, to: IsoDate): Minor {
  const days = daysBetween(from, to);
  if (open === 0 || days <= 0 || daysBetween(terms.dueDate, to) <= terms.graceDays) return 0;
  return safeNumber(divideRounded(BigInt(open) * BigInt(terms.latePpb ?? terms.discountPpb) * BigInt(days), BigInt(terms.daysInYear) * 1_000_000_000n, terms.rounding));
}

/** The part of the interest kept back that belongs to days and money no longer needed. */
function rebateOf(terms: InvoiceTerms, drawn: { advance: Minor; discount: Minor }, paid: Minor, date: IsoDate): Minor {
  const [left, all] = [daysBetween(date, terms.dueDate), daysBetween(terms.startDate, terms.dueDate)];
  const unearned = BigInt(drawn.discount) * BigInt(paid) * BigInt(left) * BigInt(terms.rebatePpb);
  return safeNumber(divideRounded(unearned, BigInt(drawn.advance) * BigInt(all) * 1_000_000_000n, "down"));
}

/** The invoice after one more event. @throws EngineRefusal when it cannot follow; the state handed in is not touched */
export function applyInvoice(state: InvoiceState, event: InvoiceEvent): InvoiceState {
  checkLogged(state.events, event, state.terms.startDate);
  return replayInvoice(state.terms, [...state.events, event], event.valueDate > state.asOf ? event.valueDate : state.asOf);
}

/** Interest earned up to a day of what was kept back, straight over the days, plus late interest. Minor units. @example half the days: half the discount */
export function earnedOfInvoice(state: InvoiceState, date: IsoDate): Minor {
  const { terms } = state;
  if (state.settledDate !== null && date >= state.settledDate) return state.discount - state.rebate + (state.received - state.advance - (state.reserveReleased - state.rebate));
  const days = daysBetween(terms.startDate, date < terms.dueDate ? date : terms.dueDate);
  return safeNumber(divideRounded(BigInt(state.discount) * BigInt(Math.max(0, days)), BigInt(daysBetween(terms.startDate, terms.dueDate)), terms.rounding));
}
