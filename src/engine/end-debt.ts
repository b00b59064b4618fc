import type { ChargedOff, Settled, WrittenOff } from "./events.ts";
import { trimFutureCharges } from "./charges.ts";
import type { Model } from "./model.ts";
import { record } from "./record.ts";
import { totalOf } from "./state.ts";
import type { Parts } from "./terms.ts";
import { COMPONENTS } from "./terms.ts";
import { newTransaction, noteSettlement, outstandingOf, owed } from "./work.ts";
import type { Work } from "./work.ts";

/** Charge-off takes note of everything owed and leaves the rows; write-off cancels it. */
export function endDebt(work: Work, model: Model, event: ChargedOff | WrittenOff): void {
  model.advance(work, event.valueDate);
  const parts = model.owedNow(work, event.valueDate);
  const off = event.type === "chargedOff";
  const tx = newTransaction(event, off ? "charge_off" : "write_off", totalOf(parts), work);
  tx.parts = parts;
  if (off) work.chargedOffDate = event.valueDate;
  else cancelRest(work, model, event);
  record(work, tx);
  tx.balanceAfter = 0;
}

/** What rows still owe is given up, and nothing accrues any more. */
function cancelRest(work: Work, model: Model, event: WrittenOff | Settled): void {
  work.writtenOffDate = event.valueDate;
  work.ratePpb = 0;
  model.afterChange(work, event.valueDate);
  for (const row of work.rows) {
    for (const c of COMPONENTS) row.writtenOff[c] += owed(row, c);
    noteSettlement(row, event.valueDate);
  }
  stopAccrual(work);
}

/** Nothing accrues on a debt that was given up, and what had accrued is given up with it. */
function stopAccrual(work: Work): void {
  if (work.accrual) work.accrual = { ...work.accrual, principal: 0, ratePpb: 0, accrued: 0, accruedMicro: 0 };
}

/**
 * A lower amount than is owed closes the loan: the money is taken as a payoff is, so interest and regular fees of the time to come are
 * not owed; what is left is given up. Money that covers everything is a payoff, and nothing is given up.
 */
export function settleDebt(work: Work, model: Model, event: Settled): void {
  model.advance(work, event.valueDate);
  trimFutureCharges(work, event.valueDate);
  const money = newTransaction(event, "settlement", event.amount, work);
  money.overpayment = model.pay(work, money, { ...event, type: "paymentReceived", kind: "settlement", payoff: true });
  work.overpayment += money.overpayment;
  record(work, money);
  model.afterChange(work, event.valueDate);
  model.finish(work, event.valueDate);
  const rest = model.payoffNow(work, event.valueDate) ?? model.owedNow(work, event.valueDate);
  showOnly(work, rest);
  for (const row of work.rows) row.settledDate ??= event.valueDate;
  if (totalOf(rest) === 0) return;
  work.frozen = true;
  work.settled = true;
  const loss = newTransaction(event, "write_off", totalOf(rest), work);
  loss.parts = rest;
  record(work, loss);
  work.writtenOffDate = event.valueDate;
  work.ratePpb = 0;
  for (const row of work.rows) for (const c of COMPONENTS) row.writtenOff[c] += owed(row, c);
  stopAccrual(work);
}

/** Interest of the time to come is taken off the rows, from the last, until they owe what closes the loan. */
function showOnly(work: Work, owes: Parts): void {
  let more = outstandingOf(work.rows).interest - owes.interest;
  for (const row of [...work.rows].reverse()) {
    const off = Math.min(more, owed(row, "interest"));
    if (off <= 0) continue;
    row.due.interest -= off;
    more -= off;
  }
}
