import type { PostingFact, PostingRules } from "#modules/products/index.ts";
import type { EntryLine } from "#modules/ledger/index.ts";
import { total, type Position } from "./position.ts";

/** One fact with its amounts in minor units; negative ones undo what was posted before. */
export interface FactAmounts {
  readonly fact: PostingFact;
  readonly amounts: Readonly<Record<string, number>>;
}

/**
 * The facts that lead from one position of a loan to another. Interest income is what is left when the balance and what was
 * paid, waived and lost of it are accounted for, so the control account always ends at the position.
 */
export function factsBetween(before: Position, after: Position): FactAmounts[] {
  const [a, b] = [before.totals, after.totals];
  const paid = { principal: b.paid.principal - a.paid.principal, interest: b.paid.interest - a.paid.interest, fee: b.paid.fee - a.paid.fee, penalty: b.paid.penalty - a.paid.penalty };
  const waived = { interest: b.waived.interest - a.waived.interest, fee: b.waived.fee - a.waived.fee, penalty: b.waived.penalty - a.waived.penalty };
  const lost = { principal: b.lost.principal - a.lost.principal, interest: b.lost.interest - a.lost.interest, fee: b.lost.fee - a.lost.fee, penalty: b.lost.penalty - a.lost.penalty };
  const recovered = b.recovered - a.recovered;
  const refunded = b.refunded - a.refunded;
  const excess = after.overpayment - before.overpayment + refunded;
  const earned = after.interest - before.interest + paid.interest + waived.interest + lost.interest;
  const fee = b.charged.fee - a.charged.fee;
  const penalty = b.charged.penalty - a.charged.penalty;
  const taxes = { fee: b.taxes.fee - a.taxes.fee, penalty: b.taxes.penalty - a.taxes.penalty };
  const kept = { fee: b.kept.fee - a.kept.fee, tax: b.kept.tax - a.kept.tax };
  const disbursed = b.disbursed - a.disbursed;
  const facts: FactAmounts[] = [
    { fact: "disbursement", amounts: { principal: disbursed, net: disbursed - kept.fee - kept.tax, ...kept } },
    { fact: "interest_earned", amounts: { total: earned, interest: earned } },
    { fact: "fee_charged", amounts: { total: fee, fee: fee - taxes.fee, tax: taxes.fee } },
    { fact: "penalty_charged", amounts: { total: penalty, penalty: penalty - taxes.penalty, tax: taxes.penalty } },
    { fact: "repayment", amounts: { total: total(paid) + excess, ...paid, excess } },
    { fact: "recovery", amounts: { total: recovered } },
    { fact: "waiver", amounts: { total: waived.interest + waived.fee + waived.penalty, ...waived } },
    { fact: "charge_off", amounts: { total: total(lost), ...lost } },
    { fact: "refund", amounts: { total: refunded } },
  ];
  return facts.filter(({ amounts }) => Object.values(amounts).some((amount) => amount !== 0));
}

/** A line that a posting rule made: which fact and which slot of its rule it came from, and what it says of which account. */
export interface RuleLine {
  readonly fact: string;
  readonly slot: string;
  readonly account: string;
  readonly side: "debit" | "credit";
  readonly minor: bigint;
}

/**
 * The lines of facts by the product's rules, each with the rule it came from, in the order of facts and slots.
 * @throws RangeError when the rules do not know a fact or the lines do not balance
 */
export function ruleLinesOf(rules: PostingRules, facts: readonly FactAmounts[]): RuleLine[] {
  const lines: RuleLine[] = [];
  for (const { fact, amounts } of facts) {
    const slots = rules[fact];
    if (slots === undefined) throw new RangeError(`the product has no posting rule for ${fact}`);
    let difference = 0;
    for (const [slot, account] of Object.entries(slots)) {
      const [side, name = ""] = slot.split(".");
      const amount = amounts[name] ?? 0;
      if (amount === 0) continue;
      difference += side === "debit" ? amount : -amount;
      // An amount below zero undoes: it stands on the other side.
      lines.push({ fact, slot, account, side: (side === "debit") === amount > 0 ? "debit" : "credit", minor: BigInt(Math.abs(amount)) });
    }
    if (difference !== 0) throw new RangeError(`posting rule ${fact} is off by ${difference} minor units`);
  }
  return lines;
}

/** The same lines as the ledger takes them, with the loan, product and branch they belong to. Same faults as {@link ruleLinesOf}. */
export function linesOf(rules: PostingRules, facts: readonly FactAmounts[], marks: { loanAccountId?: string; productCode: string; branchId?: string }): EntryLine[] {
  return ruleLinesOf(rules, facts).map(({ account, side, minor }) => ({ account, [side]: minor, ...marks }));
}
