import { checkEvent, checkHistory, checkTerms } from "./check.ts";
import type { IsoDate } from "./date.ts";
import type { LoanEvent } from "./events.ts";
import { goOn, run } from "./course.ts";
import { totalOf } from "./state.ts";
import type { LoanState, LoanStatus, TransactionState } from "./state.ts";
import type { LoanTerms } from "./terms.ts";
import { modelOf } from "./run.ts";
import type { Work } from "./work.ts";

/**
 * The loan after all events with value date ≤ `asOf`, from nothing. Order of the list does not matter.
 *
 * @throws EngineRefusal  terms that cannot make a schedule (`terms.…`), duplicate events, a reversal of nothing
 * @example  replay(terms, [disbursed, payment], "2026-03-01").outstanding.principal
 */
export function replay(terms: LoanTerms, events: readonly LoanEvent[], asOf: IsoDate): LoanState {
  checkTerms(terms);
  checkHistory(events);
  const ordered = [...events].sort((a, b) => a.sequence - b.sequence);
  const work = run(terms, ordered, asOf);
  return stateOf(work, ordered, asOf, reversedTransactions(terms, ordered, asOf));
}

/**
 * The loan after one more event, which may lie in the past. The state handed in is not touched. An event at the end of the history costs one
 * step; others cost the history again, or all of it from the start.
 *
 * @throws EngineRefusal  when the event cannot follow (`REFUSAL_CODES`); nothing is changed then
 * @example  apply(state, { type: "paymentReceived", … })
 */
export function apply(state: LoanState, event: LoanEvent): LoanState {
  checkEvent(state, event);
  const asOf = event.valueDate > state.asOf ? event.valueDate : state.asOf;
  const last = state.events.at(-1);
  // An event that was recorded before others already known may have been undone by them: then all is told from the start.
  if (last !== undefined && last.sequence > event.sequence) return replay(state.terms, [...state.events, event], asOf);
  const events = [...state.events, event];
  goOn(state.terms, state.events, events);
  if (isNote(event) && asOf === state.asOf && events.every((e) => e.valueDate <= event.valueDate)) return noted(state, events, event);
  return stateOf(run(state.terms, events, asOf), events, asOf, reversedSoFar(state, event));
}

/**
 * The loan after events that were accepted elsewhere, as a log hands them on: nothing is checked again, and only what is new is told.
 *
 * @param more  events after those of `state`, in order of recording
 * @param asOf  not before `state.asOf`
 * @returns     what `replay` of all events returns
 * @example  follow(known, [payment], "2026-03-01").outstanding.principal
 */
export function follow(state: LoanState, more: readonly LoanEvent[], asOf: IsoDate): LoanState {
  const { terms } = state;
  if (asOf < state.asOf || more.some((e) => e.type === "reversed" || e.valueDate > asOf)) return replay(terms, [...state.events, ...more], asOf);
  const events = [...state.events, ...more];
  goOn(terms, state.events, events);
  return more.length === 0 ? advanceTo(state, asOf) : stateOf(run(terms, events, asOf), events, asOf, state.transactions.filter((t) => t.reversed));
}

/** Events that only say what was found or posted: no figure of the loan follows from them. */
type Note = Extract<LoanEvent, { type: "accrualPosted" | "delinquencyClassified" }>;

function isNote(event: LoanEvent): event is Note {
  return event.type === "accrualPosted" || event.type === "delinquencyClassified";
}

/** The newest event being a note, the history need not be run again for it: every close of a day writes some. */
function noted(state: LoanState, events: LoanEvent[], event: Note): LoanState {
  if (event.type === "delinquencyClassified") return { ...state, events };
  const tx: TransactionState = {
    eventId: event.id, sequence: event.sequence, type: "accrual", date: event.valueDate, amount: event.interest + event.fee + event.penalty,
    parts: { principal: 0, interest: event.interest, fee: event.fee, penalty: event.penalty }, overpayment: 0, balanceAfter: 0, reversed: false, reversedDate: null,
    afterChargeOff: state.chargedOffDate !== null, fraud: state.fraud, lines: [], charges: [],
  };
  return { ...state, events, transactions: [...state.transactions, tx].sort(compareTransactions) };
}

function compareTransactions(a: TransactionState, b: TransactionState): number {
  return a.date < b.date ? -1 : a.date > b.date ? 1 : a.sequence - b.sequence;
}

/** What was reversed before, and what this event reverses as it stood until now. */
function reversedSoFar(state: LoanState, event: LoanEvent): TransactionState[] {
  const before = state.transactions.filter((t) => t.reversed);
  if (event.type !== "reversed") return before;
  const gone = state.transactions.filter((t) => t.eventId === event.eventId && !t.reversed && t.type !== "disbursement");
  return [...before, ...gone.map((t) => ({ ...t, reversed: true, reversedDate: event.valueDate }))];
}

/** The same loan seen on a later (or earlier) day, with no new event. */
export function advanceTo(state: LoanState, asOf: IsoDate): LoanState {
  if (asOf < state.asOf || state.events.some((e) => e.valueDate > state.asOf)) return replay(state.terms, state.events, asOf);
  // No event lies between: what was reversed by then is known, and need not be found by running the histories before each reversal.
  return stateOf(run(state.terms, state.events, asOf), state.events, asOf, state.transactions.filter((t) => t.reversed));
}

/** What reversed events had done just before they were reversed: kept so that their postings can be mirrored and shown. */
function reversedTransactions(terms: LoanTerms, ordered: readonly LoanEvent[], asOf: IsoDate): TransactionState[] {
  const gone: TransactionState[] = [];
  for (const [index, event] of ordered.entries()) {
    if (event.type !== "reversed" || event.valueDate > asOf) continue;
    const before = ordered.slice(0, index);
    const work = run(terms, before, asOf);
    for (const tx of work.transactions) {
      if (tx.eventId === event.eventId && tx.type !== "disbursement") gone.push({ ...tx, reversed: true, reversedDate: event.valueDate });
    }
  }
  return gone;
}

function stateOf(work: Work, events: LoanEvent[], asOf: IsoDate, reversed: readonly TransactionState[]): LoanState {
  const outstanding = modelOf(work.terms).owedNow(work, asOf);
  const transactions = withReversed(work.transactions, reversed);
  const disbursed = work.disbursements.reduce((sum, d) => sum + d.amount, 0);
  const status = statusOf(work, disbursed, totalOf(outstanding));
  return {
    terms: work.terms, events, asOf, status, installments: work.rows, disbursements: work.disbursements, transactions, charges: work.charges,
    outstanding, disbursed, overpayment: work.overpayment, approved: work.approved, ratePpb: work.ratePpb, chargedOffDate: work.chargedOffDate,
    fraud: work.fraud, closedDate: status.startsWith("closed") ? closedDate(work) : null, accrual: work.accrual, pauses: work.pauses,
  };
}

/** All transactions by day and order of recording; those reversed are shown where what they did is not done again. */
function withReversed(told: TransactionState[], reversed: readonly TransactionState[]): TransactionState[] {
  if (reversed.length === 0) return told.every((tx, i) => i === 0 || compareTransactions(told[i - 1] as TransactionState, tx) <= 0) ? told : [...told].sort(compareTransactions);
  const known = new Set(told.map((t) => t.eventId + t.type));
  return [...told, ...reversed.filter((t) => !known.has(t.eventId + t.type))].sort(compareTransactions);
}

function statusOf(work: Work, disbursed: number, owed: number): LoanStatus {
  if (work.writtenOffDate !== null) return work.settled ? "closed_settled" : "closed_written_off";
  if (disbursed === 0) return work.approved === null ? "pending" : "approved";
  if (work.overpayment > 0 && owed === 0) return "overpaid";
  return owed === 0 ? "closed_paid" : "active";
}

function closedDate(work: Work): IsoDate | null {
  return work.writtenOffDate ?? work.transactions.filter((t) => t.type !== "accrual").at(-1)?.date ?? null;
}
