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

/**
 * Loans read lately that are not kept. One that is asked for again while it stands here is: a loan that somebody works on, or that is paid many times over.
 * What is read once, as most loans are, dies young instead of pushing those out and ageing in memory for nothing.
 */
const LATELY = new Set<string>();
const MOST_LATELY = 256;

/** What is remembered of a loan. */
export function recall(tenantId: string, loanAccountId: string): Remembered | null {
  return REMEMBERED.get(`${tenantId}/${loanAccountId}`) ?? null;
}

/** Keeps a state just read from the log, when the loan was asked for lately; the loans longest not asked for make room. */
export function remember(tenantId: string, loanAccountId: string, state: LoanState): void {
  const last = state.events.at(-1);
  if (last === undefined) return;
  const key = `${tenantId}/${loanAccountId}`;
  if (!REMEMBERED.has(key) && !askedLately(key)) return;
  forget(key);
  const weight = state.events.length + state.installments.length;
  REMEMBERED.set(key, { state, sequence: last.sequence, eventId: last.id, weight });
  held += weight;
  for (const oldest of REMEMBERED.keys()) {
    if (held <= MOST) break;
    forget(oldest);
  }
}

/** Whether a loan was asked for lately; if not, it is from now on. */
function askedLately(key: string): boolean {
  if (LATELY.delete(key)) return true;
  LATELY.add(key);
  const [oldest] = LATELY.size > MOST_LATELY ? LATELY : [];
  if (oldest !== undefined) LATELY.delete(oldest);
  return false;
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
  LATELY.clear();
  held = 0;
}
