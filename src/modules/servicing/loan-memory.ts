import { later, type IsoDate, type LoanEvent, type LoanState } from "#engine/index.ts";

/**
 * Loans that this process has read, so that the next command on one of them reads and tells only what is new. Nothing depends on it:
 * a loan that is not here is told from the start, and what is here counts only when the log says that it stands on the same event.
 * That event's id was never another's, so a transaction that was undone, or a restored database, leaves nothing behind that could match.
 */
const REMEMBERED = new Map<string, Remembered>();
/** A state known by its last event. */
export interface Remembered { readonly state: LoanState; readonly sequence: number; readonly eventId: string; readonly weight: number }

/** Events and rows of all loans together: some 30 MB. */
const MOST = 20_000;
let held = 0;

/** What is remembered of a loan. */
export function recall(tenantId: string, loanAccountId: string): Remembered | null {
  return REMEMBERED.get(`${tenantId}/${loanAccountId}`) ?? null;
}

/** Keeps a state just read from the log; the loans longest not asked for make room. */
export function remember(tenantId: string, loanAccountId: string, state: LoanState): void {
  const last = state.events.at(-1);
  if (last === undefined) return;
  const key = `${tenantId}/${loanAccountId}`;
  forget(key);
  const weight = state.events.length + state.installments.length;
  REMEMBERED.set(key, { state, sequence: last.sequence, eventId: last.id, weight });
  held += weight;
  for (const oldest of REMEMBERED.keys()) {
    if (held <= MOST) break;
    forget(oldest);
  }
}

/** The last value date among events, or `asOf` when that is later. */
export function lastDay(events: readonly LoanEvent[], asOf: IsoDate): IsoDate {
  return events.reduce((last, e) => later(last, e.valueDate), asOf);
}

function forget(key: string): void {
  held -= REMEMBERED.get(key)?.weight ?? 0;
  REMEMBERED.delete(key);
}

/** Forgets every loan, as a process that starts does; simulated worlds begin with it. */
export function forgetLoans(): void {
  REMEMBERED.clear();
  held = 0;
}
