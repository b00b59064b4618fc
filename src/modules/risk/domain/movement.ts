/** The loss of loans that took the same way between two runs, from a stage to a stage; null where they are in one of the runs only. Minor units. */
export interface Pair { readonly currency: string; readonly before: { readonly stage: string; readonly loss: number } | null; readonly after: { readonly stage: string; readonly loss: number } | null }

/** How one stage's allowance came from the last run's: opening + added + movedIn − movedOut + remeasured − released = closing. */
export interface Movement {
  readonly currency: string; readonly stage: string;
  opening: number;
  /** Loans that were not there before. */
  added: number;
  /** What loans brought that came from another stage, at their former loss, and what others took away. */
  movedIn: number; movedOut: number;
  /** Change of the loss of loans, measured in the stage they are in now. */
  remeasured: number;
  /** Loans that are paid, sold or charged off. */
  released: number;
  closing: number;
}

/** The movement table between two runs, by currency and stage; each line adds up. */
export function movementsOf(pairs: readonly Pair[]): Movement[] {
  const lines = new Map<string, Movement>();
  const of = (currency: string, stage: string): Movement => {
    const key = `${currency}|${stage}`;
    let line = lines.get(key);
    if (line === undefined) lines.set(key, (line = { currency, stage, opening: 0, added: 0, movedIn: 0, movedOut: 0, remeasured: 0, released: 0, closing: 0 }));
    return line;
  };
  for (const { currency, before, after } of pairs) {
    if (before !== null) of(currency, before.stage).opening += before.loss;
    if (after !== null) of(currency, after.stage).closing += after.loss;
    if (before === null && after !== null) of(currency, after.stage).added += after.loss;
    else if (before !== null && after === null) of(currency, before.stage).released += before.loss;
    else if (before !== null && after !== null) {
      if (before.stage !== after.stage) {
        of(currency, before.stage).movedOut += before.loss;
        of(currency, after.stage).movedIn += before.loss;
      }
      of(currency, after.stage).remeasured += after.loss - before.loss;
    }
  }
  return [...lines.values()].sort((a, b) => (a.currency === b.currency ? (a.stage < b.stage ? -1 : 1) : a.currency < b.currency ? -1 : 1));
}
