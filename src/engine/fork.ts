import type { ChargeState, InstallmentState } from "./state.ts";
import type { Portion, Work } from "./work.ts";

/** Finds the copy of a row, and makes it when it is first asked for. */
export type RowCopies = (row: InstallmentState) => InstallmentState;

/**
 * A run copied as it stands: what is done to one does not show in the other. Only what a later step can change is copied; transactions
 * are told once and shared, but for those whose overpaid money a later charge may still take.
 *
 * @returns  the copy, and the copies of rows for a model that holds on to them
 */
export function forkWork(work: Work): { work: Work; copyOf: RowCopies } {
  const rows = new Map<InstallmentState, InstallmentState>();
  const copyOf = (row: InstallmentState): InstallmentState => {
    let copy = rows.get(row);
    if (copy === undefined) rows.set(row, (copy = copyRow(row)));
    return copy;
  };
  const charges = new Map<ChargeState, ChargeState>(work.charges.map((charge) => [charge, { ...charge }]));
  const copy: Work = {
    ...work,
    rows: work.rows.map(copyOf),
    disbursements: work.disbursements.map((d) => ({ ...d })),
    transactions: work.transactions.map((tx) => (tx.overpayment > 0 ? { ...tx, parts: { ...tx.parts }, lines: tx.lines.map((line) => ({ ...line, parts: { ...line.parts } })), charges: tx.charges.map((c) => ({ ...c })) } : tx)),
    charges: [...charges.values()],
    portions: work.portions.map((portion) => copyPortion(portion, charges, copyOf)),
    chargeEvents: new Map(work.chargeEvents),
    capitalised: [...work.capitalised],
    accrual: work.accrual && { ...work.accrual },
    pendingCharges: [...work.pendingCharges],
    reschedules: [...work.reschedules],
    chargedBack: new Map([...work.chargedBack].map(([id, parts]) => [id, { ...parts }])),
    pauses: work.pauses.map((pause) => ({ ...pause })),
  };
  return { work: copy, copyOf };
}

function copyRow(row: InstallmentState): InstallmentState {
  return {
    ...row, due: { ...row.due }, paid: { ...row.paid }, waived: { ...row.waived }, writtenOff: { ...row.writtenOff },
    latePrincipal: [...row.latePrincipal], charges: row.charges.map((share) => ({ ...share })),
  };
}

/** A portion points into its row and at its charge: the copy points into their copies. */
function copyPortion(portion: Portion, charges: ReadonlyMap<ChargeState, ChargeState>, copyOf: RowCopies): Portion {
  const row = copyOf(portion.row);
  const share = row.charges[portion.row.charges.indexOf(portion.share)];
  const charge = charges.get(portion.charge);
  if (share === undefined || charge === undefined) throw new RangeError(`portion of charge ${portion.charge.id} belongs to no row`);
  return { charge, row, date: portion.date, share };
}
