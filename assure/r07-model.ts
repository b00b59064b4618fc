import { replay, type IsoDate, type LoanEvent, type LoanState, type LoanTerms } from "#engine/index.ts";

/** One operation as its client saw it. Times are of one clock that all processes of a machine share, in nanoseconds. */
export interface Operation {
  readonly kind: "repay" | "reverse" | "charge" | "waive" | "refund" | "read";
  readonly loanId: string;
  readonly from: number;
  readonly to: number;
  /** The event that is reversed, or the charge that is waived. */
  readonly target?: string;
  /** Events it made, by its answer. */
  readonly eventIds?: readonly string[];
  /** Figures of its answer; a read also tells how many events it knew of. */
  readonly figures?: { readonly principal: number; readonly overpayment?: number; readonly excess?: number; readonly paid?: number; readonly known?: number };
  /** By what it was refused. */
  readonly code?: string;
}

const MAKES: Partial<Record<Operation["kind"], LoanEvent["type"]>> = { repay: "paymentReceived", reverse: "reversed", charge: "chargeAdded", waive: "chargeWaived", refund: "creditBalanceRefunded" };

/**
 * What speaks against there being one order in which a loan's operations were carried out one after another, each at a moment between its call and its
 * answer, with the answers that the engine gives when it runs the events in that order from the first. The order is the one the events were numbered in.
 *
 * @param events  the loan's log, by sequence
 */
export function againstOneOrder(terms: LoanTerms, businessDate: IsoDate, events: readonly LoanEvent[], operations: readonly Operation[]): string[] {
  const states = new Map<number, LoanState>();
  // The engine from the first event each time: what a process remembers has no part in this.
  const after = (known: number): LoanState => {
    const state = states.get(known) ?? replay(terms, events.slice(0, known), businessDate);
    states.set(known, state);
    return state;
  };
  const place = new Map(events.map((event, n) => [event.id, n + 1]));
  const placeOf = (op: Operation): number => Math.max(...(op.eventIds ?? []).map((id) => place.get(id) ?? Number.NaN));
  const faults = [...unanswered(events, operations), ...outOfTime(operations, placeOf)];
  const writes = operations.filter((op) => op.eventIds !== undefined);
  for (const op of operations) {
    const told = `${op.kind} on ${op.loanId}`;
    if (op.eventIds !== undefined) {
      const at = placeOf(op);
      if (Number.isNaN(at)) faults.push(`${told} was acknowledged as ${op.eventIds.join(", ")}, which is not in the log`);
      else if (events[at - 1]?.type !== MAKES[op.kind]) faults.push(`${told} made a ${events[at - 1]?.type}`);
      else faults.push(...wrongAnswer(op, events[at - 1]?.id ?? "", after(at)).map((fault) => `${told}: ${fault} after event ${at}`));
      continue;
    }
    // Writes that were over before it began must count for it, and those begun after its end must not.
    const earliest = Math.max(1, ...writes.filter((w) => w.to < op.from).map(placeOf));
    const latest = Math.max(earliest, ...writes.filter((w) => w.from < op.to).map(placeOf));
    if (op.kind === "read") {
      const known = op.figures?.known ?? 0;
      if (known < earliest || known > latest) faults.push(`${told} knew ${known} events, between ${earliest} and ${latest} there were`);
      else faults.push(...wrongAnswer(op, "", after(known)).map((fault) => `${told}: ${fault} with ${known} events`));
    } else if (!Array.from({ length: latest - earliest + 1 }, (_v, n) => earliest + n).some((known) => refuses(op, after(known), events.slice(0, known)))) {
      faults.push(`${told} was refused by ${op.code}, for which there was no reason between event ${earliest} and ${latest}`);
    }
  }
  return faults;
}

/** Events of the log that no operation was answered with: nobody asked for them, or somebody asked twice. */
function unanswered(events: readonly LoanEvent[], operations: readonly Operation[]): string[] {
  const times = new Map<string, number>();
  for (const op of operations) for (const id of op.eventIds ?? []) times.set(id, (times.get(id) ?? 0) + 1);
  return events.slice(1).filter((event) => times.get(event.id) !== 1).map((event) => `${event.type} ${event.id} is the answer of ${times.get(event.id) ?? 0} operations`);
}

/** Whoever was answered before another began must come before it. */
function outOfTime(operations: readonly Operation[], placeOf: (op: Operation) => number): string[] {
  const writes = operations.filter((op) => op.eventIds !== undefined).sort((a, b) => a.from - b.from);
  const ended = [...writes].sort((a, b) => a.to - b.to);
  const faults: string[] = [];
  let [next, newest] = [0, 0];
  for (const op of writes) {
    while (next < ended.length && (ended[next] as Operation).to < op.from) newest = Math.max(newest, placeOf(ended[next++] as Operation));
    if (placeOf(op) < newest) faults.push(`${op.kind} on ${op.loanId} has place ${placeOf(op)}, and place ${newest} was answered before it began`);
  }
  return faults;
}

function wrongAnswer(op: Operation, eventId: string, state: LoanState): string[] {
  const { figures } = op;
  if (figures === undefined) return ["it has no figures"];
  const faults: string[] = [];
  const compare = (what: string, told: number | undefined, model: number) => {
    if (told !== undefined && told !== model) faults.push(`${what} ${told}, by the engine ${model}`);
  };
  compare("principal", figures.principal, state.outstanding.principal);
  compare("overpayment", figures.overpayment, state.overpayment);
  const done = state.transactions.find((t) => t.eventId === eventId);
  compare("excess", figures.excess, done?.overpayment ?? 0);
  compare("paid", figures.paid, (done?.amount ?? 0) - (done?.overpayment ?? 0));
  return faults;
}

/** Whether the model refuses it too, in this state. */
function refuses(op: Operation, state: LoanState, events: readonly LoanEvent[]): boolean {
  if (op.kind === "repay") return op.code === "loan.not_active" && isClosed(state);
  if (op.kind === "charge") return op.code === "loan.not_active" && isClosed(state);
  if (op.kind === "refund") return op.code === "loan.not_overpaid" && state.overpayment <= 0;
  if (op.kind === "reverse") return (op.code === "loan.event_refused" || op.code === "loan.event_not_found") && (!events.some((e) => e.id === op.target) || events.some((e) => e.type === "reversed" && e.eventId === op.target));
  const charge = state.charges.find((c) => c.id === op.target);
  return charge === undefined || charge.due - charge.paid - charge.waived <= 0;
}

const isClosed = (state: LoanState): boolean => state.status === "closed_paid";
