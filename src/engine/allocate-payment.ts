import type { IsoDate } from "./date.ts";
import { divideRounded, safeNumber } from "./rounding.ts";
import type { InstallmentState, TransactionState } from "./state.ts";
import type { AllocationBucket, AllocationTerms, Component, FutureRule, Minor, PastDueState } from "./terms.ts";
import { noteSettlement, owed, owedTotal } from "./work.ts";
import type { Portion, Work } from "./work.ts";

/** Which charges of a row may be paid now. */
type ChargeFilter = "all" | "reached";

/**
 * Pays up to `limit` of one component of one row and notes it in the transaction.
 * @returns what was paid, minor units
 */
export function payComponent(work: Work, tx: TransactionState, row: InstallmentState, component: Component, limit: Minor, filter: ChargeFilter = "all"): Minor {
  const wanted = Math.max(0, Math.min(limit, owed(row, component)));
  const paid = component === "fee" || component === "penalty" ? payPortions(work, tx, row, component, wanted, filter) : wanted;
  if (paid > 0) bookPaid(tx, row, component, paid);
  return paid;
}

/** Notes a paid amount on the row and in the transaction. */
export function bookPaid(tx: TransactionState, row: InstallmentState, component: Component, paid: Minor): void {
  row.paid[component] += paid;
  if (tx.date < row.dueDate) row.paidInAdvance += paid;
  else if (tx.date > row.dueDate) {
    row.paidLate += paid;
    if (component === "principal") row.latePrincipal.push({ date: tx.date, amount: paid });
  }
  tx.parts[component] += paid;
  let line = tx.lines.find((l) => l.installment === row.number && l.dueDate === row.dueDate);
  if (!line) {
    line = { installment: row.number, dueDate: row.dueDate, parts: { principal: 0, interest: 0, fee: 0, penalty: 0 } };
    tx.lines.push(line);
  }
  line.parts[component] += paid;
  noteSettlement(row, tx.date);
}

function payPortions(work: Work, tx: TransactionState, row: InstallmentState, component: "fee" | "penalty", limit: Minor, filter: ChargeFilter): Minor {
  let left = limit;
  // Before the portions take their part, which changes what has been paid.
  const loose = unlinked(work, row, component);
  for (const portion of work.portions) {
    if (portion.row !== row || portion.charge.component !== component) continue;
    if (filter === "reached" && portion.date > tx.date) continue;
    left -= payPortion(tx, portion, left);
  }
  return limit - left + Math.min(left, loose);
}

/** Fees or penalties of a row that no charge stands behind: those a chargeback opened again. */
function unlinked(work: Work, row: InstallmentState, component: "fee" | "penalty"): Minor {
  let linked = 0;
  for (const portion of work.portions) {
    if (portion.row === row && portion.charge.component === component) linked += portion.share.due;
  }
  let paid = row.paid[component];
  for (const share of row.charges) if (share.component === component) paid -= share.paid;
  return Math.max(0, row.due[component] - linked - paid - row.writtenOff[component]);
}

/** Pays one share of a charge, without its row. @returns what was paid */
export function payPortion(tx: TransactionState, portion: Portion, limit: Minor): Minor {
  const paid = Math.min(limit, portion.share.due - portion.share.paid - portion.share.waived);
  if (paid <= 0) return 0;
  portion.share.paid += paid;
  portion.charge.paid += paid;
  const noted = tx.charges.find((c) => c.chargeId === portion.charge.id);
  if (noted) noted.amount += paid;
  else tx.charges.push({ chargeId: portion.charge.id, amount: paid });
  return paid;
}

/**
 * Divides money over the rows by the terms' waterfall. Conserves every unit: what it returns was not needed.
 *
 * @param amount  minor units, not negative
 * @returns       what is left after everything owed is paid
 */
export function allocatePayment(work: Work, tx: TransactionState, amount: Minor, rules: AllocationTerms, kind: string): Minor {
  switch (rules.strategy) {
    case "penalty_fee_interest_principal":
      return byRow(work, tx, amount, PFIP, null);
    case "due_pfip_in_advance_ppfi":
      return byRow(work, tx, amount, PFIP, ["principal", "penalty", "fee", "interest"]);
    case "due_pipf_in_advance_pipf":
      return byRow(work, tx, amount, PIPF, PIPF);
    case "by_component":
      return byComponent(work, tx, amount, rules.order);
    case "configurable":
      return rules.direction === "horizontal" ? horizontal(work, tx, amount, rules, kind) : vertical(work, tx, amount, rules, kind);
  }
}

const PFIP: readonly Component[] = ["penalty", "fee", "interest", "principal"];
const PIPF: readonly Component[] = ["penalty", "interest", "principal", "fee"];

/** Row by row from the oldest. With an `advance` order, a row not yet due first pays its charges whose own day has come. */
function byRow(work: Work, tx: TransactionState, amount: Minor, order: readonly Component[], advance: readonly Component[] | null): Minor {
  let left = amount;
  for (const row of work.rows) {
    if (left === 0) break;
    const isDue = row.dueDate <= tx.date;
    if (!isDue) work.beforeAdvance?.(row);
    if (!isDue && advance) for (const component of ["penalty", "fee"] as const) left -= payComponent(work, tx, row, component, left, "reached");
    for (const component of isDue || advance === null ? order : advance) left -= payComponent(work, tx, row, component, left);
    if (!isDue) work.afterAdvance?.(row);
  }
  return left;
}

/** A component over all rows due by now before the next component; then the rows to come, row by row. */
function byComponent(work: Work, tx: TransactionState, amount: Minor, order: readonly Component[]): Minor {
  let left = amount;
  for (const component of order) {
    for (const row of work.rows) if (row.dueDate <= tx.date) left -= payComponent(work, tx, row, component, left);
  }
  for (const row of work.rows) {
    if (row.dueDate <= tx.date) continue;
    work.beforeAdvance?.(row);
    for (const component of order) left -= payComponent(work, tx, row, component, left);
    work.afterAdvance?.(row);
  }
  return left;
}

type Configurable = Extract<AllocationTerms, { strategy: "configurable" }>;

function bucketParts(bucket: AllocationBucket): { when: PastDueState; component: Component } {
  const at = bucket.lastIndexOf("_");
  return { when: bucket.slice(0, at) as PastDueState, component: bucket.slice(at + 1) as Component };
}

/** Whether a row has become what a bucket says: due before that day, or on it. */
function isDueWhen(row: InstallmentState, date: IsoDate, when: PastDueState): boolean {
  return when === "past_due" ? row.dueDate < date : row.dueDate === date;
}

function futureRule(rules: Configurable, kind: string): FutureRule {
  return rules.future[kind] ?? rules.future["default"] ?? "next_installment";
}

/** All four parts of a row before the next row; groups (past due, due, in advance) in the order they first appear. */
function horizontal(work: Work, tx: TransactionState, amount: Minor, rules: Configurable, kind: string): Minor {
  let left = amount;
  const groups = new Map<PastDueState, Component[]>();
  for (const bucket of rules.order) {
    const { when, component } = bucketParts(bucket);
    groups.set(when, [...(groups.get(when) ?? []), component]);
  }
  for (const [when, order] of groups) {
    if (when === "in_advance") {
      left = payFuture(work, tx, left, order, futureRule(rules, kind));
      continue;
    }
    for (const row of work.rows) {
      if (isDueWhen(row, tx.date, when)) for (const component of order) left -= payComponent(work, tx, row, component, left);
    }
  }
  return left;
}

/** One bucket at a time across all rows. */
function vertical(work: Work, tx: TransactionState, amount: Minor, rules: Configurable, kind: string): Minor {
  let left = amount;
  for (const bucket of rules.order) {
    const { when, component } = bucketParts(bucket);
    if (when === "in_advance") left = payFuture(work, tx, left, [component], futureRule(rules, kind));
    else for (const row of work.rows) if (isDueWhen(row, tx.date, when)) left -= payComponent(work, tx, row, component, left);
  }
  return left;
}

function payFuture(work: Work, tx: TransactionState, amount: Minor, order: readonly Component[], rule: FutureRule): Minor {
  let left = amount;
  const open = () => work.rows.filter((row) => row.dueDate > tx.date && order.some((c) => owed(row, c) > 0));
  if (rule === "spread_evenly") return spreadEvenly(work, tx, left, order, open);
  const rows = open();
  if (rule === "last_installment") rows.reverse();
  for (const row of rows) {
    if (left === 0) break;
    work.beforeAdvance?.(row);
    for (const component of order) left -= payComponent(work, tx, row, component, left);
    work.afterAdvance?.(row);
  }
  return left;
}

/** Each part in turn: an equal share to each open row, the difference to the last; again with what is left. */
function spreadEvenly(work: Work, tx: TransactionState, amount: Minor, order: readonly Component[], open: () => InstallmentState[]): Minor {
  let left = amount;
  for (const component of order) {
    for (;;) {
      const rows = open().filter((row) => owed(row, component) > 0);
      if (left === 0 || rows.length === 0) break;
      const share = safeNumber(divideRounded(BigInt(left), BigInt(rows.length), work.terms.rounding));
      const before = left;
      for (const [index, row] of rows.entries()) {
        work.beforeAdvance?.(row);
        const part = index === rows.length - 1 ? before - share * (rows.length - 1) : share;
        left -= payComponent(work, tx, row, component, Math.min(part, left));
        work.afterAdvance?.(row);
      }
      if (left === before) break;
    }
  }
  return left;
}

/** Whether anything is owed at all. */
export function anythingOwed(work: Work): boolean {
  return work.rows.some((row) => owedTotal(row) > 0);
}
