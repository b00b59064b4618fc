import { accruedInterest, addDays, replay, type IsoDate, type LoanState, type Parts } from "#engine/index.ts";

/**
 * What the books hold of one loan, and the totals they came from. Whole minor units. The difference of two positions is what
 * must be posted, whether one payment came in order or a whole history was run again.
 */
export interface Position {
  readonly principal: number;
  /** Earned and not paid. */
  readonly interest: number;
  readonly fee: number;
  readonly penalty: number;
  readonly overpayment: number;
  /** Taken to loss and still owed. */
  readonly chargedOff: number;
  readonly totals: {
    readonly disbursed: number;
    /** Fees kept back from what was paid out, and the taxes on them: paid the moment they arise, never receivable. */
    readonly kept: { readonly fee: number; readonly tax: number };
    /** Money in, in whatever part it went. */
    readonly received: number;
    /** Of the money in: what was divided among the components before a charge-off, less what a refund beyond the overpayment lent again. */
    readonly paid: Parts;
    /** Money in after a charge-off. */
    readonly recovered: number;
    readonly waived: Parts;
    readonly lost: Parts;
    readonly refunded: number;
    /** Charges raised, taxes in them included; and the taxes apart, which are owed to the state. */
    readonly charged: { readonly fee: number; readonly penalty: number };
    readonly taxes: { readonly fee: number; readonly penalty: number };
  };
}

const MONEY_IN = new Set(["repayment", "down_payment", "goodwill_credit", "merchant_refund", "payout_refund", "refund_by_cash", "settlement", "interest_refund", "charge_adjustment", "recovery"]);

/** Nothing: before the payout. */
export const NO_POSITION: Position = {
  principal: 0, interest: 0, fee: 0, penalty: 0, overpayment: 0, chargedOff: 0,
  totals: { disbursed: 0, kept: { fee: 0, tax: 0 }, received: 0, paid: none(), recovered: 0, waived: none(), lost: none(), refunded: 0, charged: { fee: 0, penalty: 0 }, taxes: { fee: 0, penalty: 0 } },
};

/**
 * The position of a loan at the end of a day.
 * @param through  interest is counted up to this day, not including it: the day the books are on
 */
export function positionOf(state: LoanState, through: IsoDate): Position {
  const paid = none();
  const waived = none();
  const lost = none();
  let [disbursed, received, recovered, refunded] = [0, 0, 0, 0];
  for (const d of state.disbursements) disbursed += d.amount;
  for (const t of state.transactions) {
    if (t.reversed) continue;
    if (MONEY_IN.has(t.type)) {
      received += t.amount;
      if (t.afterChargeOff || t.type === "recovery") recovered += t.amount - t.overpayment;
      else add(paid, t.parts);
    } else if (t.type === "capitalization") add(paid, t.parts); // Interest settled by as much principal: no money, and no income.
    else if (t.type === "charge_waiver" || t.type === "interest_waiver") add(waived, t.parts);
    else if (t.type === "charge_off" || (t.type === "write_off" && !t.afterChargeOff)) add(lost, { ...t.parts, interest: Math.min(t.parts.interest, earnedBefore(state, t)) });
    else if (t.type === "credit_balance_refund") {
      refunded += t.amount;
      // A payment taken back from under a refund: what the overpayment no longer covers was lent again, and is owed.
      paid.principal -= t.parts.principal;
    }
  }
  const charged = { fee: 0, penalty: 0 };
  const taxes = { fee: 0, penalty: 0 };
  const kept = { fee: 0, tax: 0 };
  for (const charge of state.charges) {
    // The tax of charge x is the charge x_tax: see the products' terms.
    const isTax = charge.code.endsWith("_tax");
    if (charge.timing === "at_disbursement" || charge.timing === "at_tranche") {
      kept[isTax ? "tax" : "fee"] += charge.due;
      continue;
    }
    charged[charge.component] += charge.due;
    if (isTax) taxes[charge.component] += charge.due;
  }
  const gone = state.chargedOffDate !== null || state.status === "closed_written_off" || state.status === "closed_settled";
  const fee = charged.fee - paid.fee - waived.fee - lost.fee;
  const penalty = charged.penalty - paid.penalty - waived.penalty - lost.penalty;
  const principal = disbursed - paid.principal - waived.principal - lost.principal;
  return {
    principal, fee, penalty, interest: gone ? 0 : accruedInterest(state, through), overpayment: state.overpayment,
    // What a settlement gave up is no longer owed.
    chargedOff: gone && state.status !== "closed_settled" ? Math.max(0, total(lost) - recovered) : 0,
    totals: { disbursed, kept, received, paid, recovered, waived, lost, refunded, charged, taxes },
  };
}

/** Only interest that was earned can be lost: what the schedule still had in it was never income. */
function earnedBefore(state: LoanState, loss: { sequence: number; date: IsoDate }): number {
  const known = state.events.filter((e) => e.sequence < loss.sequence && e.valueDate <= loss.date);
  return accruedInterest(replay(state.terms, known, loss.date), loss.date);
}

/** The day up to which interest is in the books once a business date is closed: the next one. */
export function throughEndOf(date: IsoDate): IsoDate {
  return addDays(date, 1);
}

export function total(parts: Parts): number {
  return parts.principal + parts.interest + parts.fee + parts.penalty;
}

function none(): Parts {
  return { principal: 0, interest: 0, fee: 0, penalty: 0 };
}

function add(sum: Parts, parts: Parts): void {
  sum.principal += parts.principal;
  sum.interest += parts.interest;
  sum.fee += parts.fee;
  sum.penalty += parts.penalty;
}
