import { addDays, chargesToRaise, owedTotal, payoff, replay, type EventDraft, type IsoDate, type LoanEvent, type LoanState, type Payoff } from "#engine/index.ts";

type ChargeAdded = Extract<EventDraft, { type: "chargeAdded" }>;

/**
 * Charges for delay that closing the loan on a day brings: the penal charge of each month that is running then, for the days that the
 * installment was overdue until that day; and, of a day to come, what end of day will have raised by then when nobody pays before.
 *
 * @returns  drafts dated on that day; none for a loan that is not past due, or not beyond its days of grace
 * @example  9,456.00 overdue since 15 February at 24 % a year, paid off on 1 March: 9456 × 0.24 × 14 ÷ 365 = 87.05
 */
export function chargesOfClosing(state: LoanState, date: IsoDate): ChargeAdded[] {
  if (state.status !== "active" || state.chargedOffDate !== null) return [];
  const penal = state.terms.penalCharge?.code;
  const settled = { ...state, installments: state.installments.map((row) => (row.settledDate === null && row.dueDate < date && owedTotal(row) > 0 ? { ...row, settledDate: date } : row)) };
  const running = penal === undefined ? [] : chargesToRaise(settled, date).filter((draft) => draft.code === penal);
  // The fee for being late comes with a close of day: today's is not over.
  const late = date <= state.asOf ? [] : chargesToRaise(state, addDays(date, -1)).filter((draft) => draft.code !== penal).map((draft) => ({ ...draft, valueDate: date }));
  return [...late, ...running];
}

/** The loan as it is asked about when it is to be closed on a day: with the charges that closing brings. The state handed in stays as it is. */
export function closingState(state: LoanState, date: IsoDate): LoanState {
  const drafts = chargesOfClosing(state, date);
  if (drafts.length === 0) return state;
  const last = Math.max(0, ...state.events.map((e) => e.sequence));
  const events = drafts.map((draft, i) => ({ ...draft, id: `closing_${i}`, sequence: last + i + 1, businessDate: date }) as LoanEvent);
  return replay(state.terms, [...state.events, ...events], date > state.asOf ? date : state.asOf);
}

/**
 * The sum that closes a loan on a day, charges for delay to that day included, and what one more day adds.
 * Minor units; interest is counted to `date`, that day not included. See {@link chargesOfClosing}.
 */
export function payoffOf(state: LoanState, date: IsoDate): Payoff {
  const sum = payoff(closingState(state, date), date);
  if (chargesOfClosing(state, date).length === 0) return sum;
  const tomorrow = addDays(date, 1);
  const grown = payoff(closingState(state, tomorrow), tomorrow).penalties - sum.penalties;
  return { ...sum, perDiem: sum.perDiem + Math.max(0, grown) };
}
