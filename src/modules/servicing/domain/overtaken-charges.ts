import { addDays, chargesToRaise, type EventDraft, type IsoDate, type LoanEvent, type LoanState } from "#engine/index.ts";

type ChargeAdded = Extract<LoanEvent, { type: "chargeAdded" }>;

/** Why a charge was taken back by the platform: then it may come back, unlike one that a person took back. */
const OVERTAKEN = "The delay it was raised for is another by what is known now";

/**
 * What is to be done about charges for delay when the past of a loan has changed: one that the new history does not give is taken back,
 * one of another amount is taken back and raised anew. What a person gave up or took back stays as they left it.
 *
 * @param state  the loan as its new history makes it
 * @param today  the business date, on which the corrections are made
 * @returns      drafts to apply one after the other; none when every charge still stands
 * @example      penal charge for 30 days, then a payment is found to have come on the 23rd day: taken back, and raised for 23 days
 */
export function correctionsOfCharges(state: LoanState, today: IsoDate): EventDraft[] {
  // What was taken to loss was taken with its charges.
  if (state.chargedOffDate !== null) return [];
  const takenBack = new Map(state.events.filter((e) => e.type === "reversed").map((e) => [e.eventId, e.reason]));
  const last = new Map<string, ChargeAdded>();
  for (const event of state.events) if (event.type === "chargeAdded" && event.timing === "on_overdue" && event.reference !== undefined) last.set(event.reference, event);
  const drafts: EventDraft[] = [];
  for (const charge of last.values()) {
    const gone = takenBack.has(charge.id);
    const waived = state.charges.find((c) => c.id === charge.id)?.waived ?? 0;
    if (waived > 0 || (gone && takenBack.get(charge.id) !== OVERTAKEN)) continue;
    const right = amountNow(state, charge, today);
    if (right === (gone ? 0 : charge.amount)) continue;
    if (!gone) drafts.push({ type: "reversed", valueDate: today, eventId: charge.id, reason: OVERTAKEN });
    if (right > 0) drafts.push({ type: "chargeAdded", valueDate: today, code: charge.code, component: charge.component, timing: "on_overdue", basis: "flat", amount: right, dueDate: charge.dueDate, reference: charge.reference });
  }
  return drafts;
}

/** What the rule that raised a charge gives for the same row and month by what is known today, minor units. */
function amountNow(state: LoanState, charge: ChargeAdded, today: IsoDate): number {
  const amount = charge.amount ?? 0;
  const late = state.terms.charges.find((rule) => rule.timing === "on_overdue" && (rule.code === charge.code || `${rule.code}_tax` === charge.code));
  if (late !== undefined) {
    const row = state.installments.find((each) => charge.reference === `${charge.code}:${each.dueDate}`);
    // Raised when the days of grace were over: it falls only when the row was paid within them after all.
    return row !== undefined && row.settledDate !== null && row.settledDate <= addDays(row.dueDate, late.graceDays ?? 0) ? 0 : amount;
  }
  if (state.terms.penalCharge?.code !== charge.code) return amount;
  // Asked as if nothing had been raised yet, the rule gives every month that is over, of closed loans too.
  const anew = chargesToRaise({ ...state, status: "active", chargedOffDate: null, events: state.events.filter((e) => e.type !== "chargeAdded") }, today);
  return anew.find((draft) => draft.reference === charge.reference)?.amount ?? 0;
}
