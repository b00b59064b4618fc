import { chargeOf } from "./charge-rules.ts";
import type { IsoDate } from "./date.ts";
import type { ChargeAdded, ChargeWaived } from "./events.ts";
import type { ChargeState, InstallmentState, TransactionState } from "./state.ts";
import type { LoanTerms, Minor } from "./terms.ts";
import { newRow, newTransaction, noteSettlement, orderRows } from "./work.ts";
import type { Portion, Work } from "./work.ts";

/** The day a charge enters the run: its due date when that had passed as it was added, else the day it was added. */
export function chargeEntryDate(event: ChargeAdded): IsoDate {
  return event.dueDate !== undefined && event.dueDate < event.valueDate ? event.dueDate : event.valueDate;
}

/** Adds a charge to the rows that carry it, opening an extra row when it is due after the last one. `perRow` gives the product's amount. */
export function enterCharge(work: Work, event: ChargeAdded, perRow?: (principal: Minor, interest: Minor) => Minor): ChargeState {
  const charge: ChargeState = {
    id: event.id, code: event.code, component: event.component, timing: event.timing, basis: event.basis, dueDate: event.dueDate ?? null,
    submittedDate: event.valueDate, reference: event.reference ?? null, due: 0, paid: 0, waived: 0,
  };
  work.charges.push(charge);
  if (event.timing === "at_disbursement" || event.timing === "at_tranche") {
    const base = event.timing === "at_disbursement" ? work.disbursements.reduce((sum, d) => sum + d.amount, 0) : (work.disbursements.at(-1)?.amount ?? 0);
    charge.due = chargeAmount(work, event, base, 0, base);
    return charge;
  }
  if (event.timing === "every_installment") {
    for (const row of work.rows) {
      if (row.kind !== "installment") continue;
      carry(work, charge, row, row.dueDate, perRow ? perRow(row.due.principal, row.due.interest) : chargeAmount(work, event, row.due.principal, row.due.interest, row.due.principal));
    }
    return charge;
  }
  const date = event.dueDate ?? event.valueDate;
  const row = rowForDate(work, date);
  const principal = event.timing === "on_overdue" ? row.due.principal : work.rows.reduce((sum, r) => sum + r.due.principal - r.credited, 0);
  const interest = event.timing === "on_overdue" ? row.due.interest : work.rows.reduce((sum, r) => sum + r.due.interest, 0);
  carry(work, charge, row, date, chargeAmount(work, event, principal, interest, principal));
  return charge;
}

function carry(work: Work, charge: ChargeState, row: InstallmentState, date: IsoDate, amount: Minor): void {
  charge.due += amount;
  row.due[charge.component] += amount;
  const share = { chargeId: charge.id, component: charge.component, due: amount, paid: 0, waived: 0 };
  row.charges.push(share);
  const portion: Portion = { charge, row, date, share };
  const at = work.portions.findIndex((p) => p.date > date);
  if (at < 0) work.portions.push(portion);
  else work.portions.splice(at, 0, portion);
  noteSettlement(row, date);
}

/** Minor units of a charge as an event gives it: its amount, or a share of its base rounded once. */
export function chargeAmount(work: { terms: LoanTerms }, rule: { basis: ChargeAdded["basis"]; amount?: Minor; percentPpb?: number }, principal: Minor, interest: Minor, disbursed: Minor): Minor {
  return chargeOf({ basis: rule.basis, amount: rule.amount ?? (rule.basis === "flat" ? 0 : undefined), percentPpb: rule.percentPpb }, { principal, interest, disbursed }, work.terms.rounding);
}

/**
 * The row that carries a charge of a date: the regular row with start < date ≤ due date, the first also for earlier dates.
 * After the last one an extra row, made when missing.
 */
export function rowForDate(work: Work, date: IsoDate): InstallmentState {
  const regular = work.rows.filter((row) => row.kind === "installment");
  for (const row of regular) if (date <= row.dueDate) return row;
  return extraRow(work, date);
}

/** The extra row after maturity, extended to `date` when it ends earlier. */
export function extraRow(work: Work, date: IsoDate): InstallmentState {
  const existing = work.rows.find((row) => row.kind === "extra");
  if (existing) {
    if (existing.dueDate < date) existing.dueDate = date;
    return existing;
  }
  const row = newRow("extra", work.rows.at(-1)?.dueDate ?? date, date);
  work.rows.push(row);
  orderRows(work);
  return row;
}

/**
 * Gives up the unpaid part of a charge (or `amount` of it). It counts from the charge's due date when that has passed. Its parts
 * are the amount; under compatibility only what had been taken as income before, since the rest was never a receivable.
 */
export function waiveCharge(work: Work, event: ChargeWaived): TransactionState | null {
  const charge = work.charges.find((c) => c.id === event.chargeId);
  const date = charge?.dueDate && charge.dueDate < event.valueDate ? charge.dueDate : event.valueDate;
  const tx = newTransaction({ ...event, valueDate: date }, "charge_waiver", 0, work);
  let left = event.amount ?? Number.MAX_SAFE_INTEGER;
  for (const portion of work.portions) {
    if (portion.charge.id !== event.chargeId) continue;
    const waived = Math.min(left, portion.share.due - portion.share.paid - portion.share.waived);
    if (waived <= 0) continue;
    left -= waived;
    portion.share.waived += waived;
    portion.charge.waived += waived;
    portion.row.waived[portion.charge.component] += waived;
    tx.amount += waived;
    tx.charges.push({ chargeId: portion.charge.id, amount: waived });
    noteSettlement(portion.row, date);
  }
  const all = work.terms.compatibility.waiverShows === "all";
  if (charge) tx.parts[charge.component] = all ? tx.amount : Math.min(tx.amount, accruedBefore(work, charge.component));
  return tx.amount > 0 ? tx : null;
}

/** Income of a component posted and not yet given up again, at this point of the run. */
function accruedBefore(work: Work, component: "fee" | "penalty"): Minor {
  let posted = 0;
  for (const tx of work.transactions) {
    if (tx.type === "accrual") posted += tx.parts[component];
    else if (tx.type === "charge_waiver") posted -= tx.parts[component];
  }
  return Math.max(0, posted);
}

/** Fees and penalties of installments to come, that a payoff on `date` does not owe: those raised with every installment. */
export function futureShare(row: InstallmentState, charges: readonly ChargeState[], date: IsoDate): { chargeId: string; component: "fee" | "penalty"; open: Minor }[] {
  if (row.dueDate <= date) return [];
  return row.charges.flatMap((share) => {
    const open = share.due - share.paid - share.waived;
    const isRegular = charges.find((c) => c.id === share.chargeId)?.timing === "every_installment";
    return isRegular && open > 0 ? [{ chargeId: share.chargeId, component: share.component, open }] : [];
  });
}

/** Takes charges of installments to come off the rows, as a payoff on `date` ends them. */
export function trimFutureCharges(work: Work, date: IsoDate): void {
  for (const row of work.rows) {
    for (const { chargeId, component, open } of futureShare(row, work.charges, date)) {
      const share = row.charges.find((s) => s.chargeId === chargeId);
      const charge = work.charges.find((c) => c.id === chargeId);
      if (!share || !charge) continue;
      share.due -= open;
      charge.due -= open;
      row.due[component] -= open;
    }
  }
}
