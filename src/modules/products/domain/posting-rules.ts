import type { BookBasis } from "../definition.ts";

/**
 * Posting rules: for each fact of a loan's life, which account takes which amount. Data of the product version, so that two
 * products may use different accounts; the facts and their amounts are fixed here.
 *
 *     "disbursement": { "debit.principal": "principal_receivable", "credit.net": "disbursement_clearing", … }
 */
export type PostingRules = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Facts, and the amounts each consists of: the first is the whole, the others are its parts. */
export const FACTS = {
  disbursement: ["principal", "net", "fee", "tax", "deferred"],
  interest_earned: ["total", "interest"],
  fee_charged: ["total", "fee", "tax"],
  penalty_charged: ["total", "penalty", "tax"],
  repayment: ["total", "principal", "interest", "fee", "penalty", "excess"],
  charge_off: ["total", "principal", "interest", "fee", "penalty"],
  recovery: ["total"],
  waiver: ["total", "interest", "fee", "penalty"],
  refund: ["total"],
  interest_suspended: ["total"],
  suspense_used: ["total", "lost", "waived"],
  cost_incurred: ["total"],
  fee_amortised: ["total"],
  cost_amortised: ["total"],
  deferred_fee_lost: ["total"],
  deferred_cost_lost: ["total"],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type PostingFact = keyof typeof FACTS;
/** Facts of products that stop taking interest into income; others need no rule for them. */
export const SUSPENSE_FACTS: readonly PostingFact[] = ["interest_suspended", "suspense_used"];
/** Facts of products that take fees and costs into income by effective interest; others need no rule for them, nor the slot for fees that are deferred. */
export const DEFERRAL_FACTS: readonly PostingFact[] = ["cost_incurred", "fee_amortised", "cost_amortised", "deferred_fee_lost", "deferred_cost_lost"];
const OPTIONAL_FACTS: ReadonlySet<PostingFact> = new Set([...SUSPENSE_FACTS, ...DEFERRAL_FACTS]);

export interface PostingLine { readonly account: string; readonly debit?: bigint; readonly credit?: bigint }

/**
 * The lines of one fact. Amounts in minor units; those left out are zero and make no line.
 * @throws RangeError when the rules do not know the fact, or the lines do not balance
 * @example postingsOf(rules, "fee_charged", { total: 118n, fee: 100n, tax: 18n })
 */
export function postingsOf(rules: PostingRules, fact: PostingFact, amounts: Readonly<Record<string, bigint>>): PostingLine[] {
  const slots = rules[fact];
  if (slots === undefined) throw new RangeError(`the product has no posting rule for ${fact}`);
  const lines: PostingLine[] = [];
  let difference = 0n;
  for (const [slot, account] of Object.entries(slots)) {
    const [side, name = ""] = slot.split(".");
    const amount = amounts[name] ?? 0n;
    if (amount === 0n) continue;
    difference += side === "debit" ? amount : -amount;
    lines.push(side === "debit" ? { account, debit: amount } : { account, credit: amount });
  }
  if (difference !== 0n) throw new RangeError(`posting rule ${fact} is off by ${difference} minor units`);
  return lines;
}

/**
 * What is wrong with the rules: a missing fact, an unknown slot, or an example that does not balance.
 * @param basis  a book on the cash basis needs no rule for interest earned, and none of its facts holds interest but what is paid
 */
export function ruleFaults(rules: PostingRules, basis: BookBasis = "accrual"): { fact: string; detail: string }[] {
  const faults: { fact: string; detail: string }[] = [];
  for (const fact of Object.keys(rules)) if (!(fact in FACTS)) faults.push({ fact, detail: `There is no fact "${fact}"; the facts are ${Object.keys(FACTS).join(", ")}.` });
  for (const [fact, names] of Object.entries(FACTS) as [PostingFact, readonly string[]][]) {
    const slots = rules[fact];
    if (slots === undefined && ((basis === "cash" && fact === "interest_earned") || OPTIONAL_FACTS.has(fact))) continue;
    if (slots === undefined) {
      faults.push({ fact, detail: "The rule is missing." });
      continue;
    }
    const unknown = Object.keys(slots).find((slot) => !/^(debit|credit)\./.test(slot) || !names.includes(slot.slice(slot.indexOf(".") + 1)));
    if (unknown !== undefined) {
      faults.push({ fact, detail: `"${unknown}" is no slot; write debit. or credit. before one of ${names.join(", ")}.` });
      continue;
    }
    const withoutInterest = basis === "cash" && (fact === "waiver" || fact === "charge_off");
    const fault = exampleFault(slots, exampleAmounts(names.filter((name) => !(withoutInterest && name === "interest") && (name !== "deferred" || "credit.deferred" in slots))));
    if (fault !== undefined) faults.push({ fact, detail: fault });
  }
  return faults;
}

/** Different parts get different amounts, so that no two mistakes cancel out. */
function exampleAmounts(names: readonly string[]): Record<string, bigint> {
  const parts = [100_000n, 10_700n, 1_300n, 170n, 19n];
  const amounts: Record<string, bigint> = {};
  let whole = 0n;
  names.slice(1).forEach((name, i) => {
    amounts[name] = parts[i] ?? 1n;
    whole += amounts[name];
  });
  amounts[names[0] as string] = names.length === 1 ? 100_000n : whole;
  return amounts;
}

function exampleFault(slots: Readonly<Record<string, string>>, amounts: Readonly<Record<string, bigint>>): string | undefined {
  const side = (which: string) => Object.entries(slots).filter(([slot]) => slot.startsWith(`${which}.`)).map(([slot, account]) => ({ account, amount: amounts[slot.slice(which.length + 1)] ?? 0n }));
  const [debits, credits] = [side("debit"), side("credit")];
  const sum = (lines: typeof debits) => lines.reduce((total, line) => total + line.amount, 0n);
  if (sum(debits) === sum(credits) && debits.length > 0) return undefined;
  const show = (lines: typeof debits) => lines.map((l) => `${l.account} ${units(l.amount)}`).join(" + ") || "nothing";
  return `Not balanced. Example: Dr ${show(debits)} = ${units(sum(debits))}, Cr ${show(credits)} = ${units(sum(credits))}.`;
}

function units(minor: bigint): string {
  return `${minor / 100n}.${String(minor % 100n).padStart(2, "0")}`;
}

/** The rules most products start from. */
export const STANDARD_POSTING_RULES: PostingRules = {
  disbursement: { "debit.principal": "principal_receivable", "credit.net": "disbursement_clearing", "credit.fee": "fee_income", "credit.deferred": "deferred_fee_income", "credit.tax": "tax_payable" },
  interest_earned: { "debit.interest": "interest_receivable", "credit.interest": "interest_income" },
  fee_charged: { "debit.total": "fee_receivable", "credit.fee": "fee_income", "credit.tax": "tax_payable" },
  penalty_charged: { "debit.total": "penalty_receivable", "credit.penalty": "penalty_income", "credit.tax": "tax_payable" },
  repayment: {
    "debit.total": "payments_suspense", "credit.principal": "principal_receivable", "credit.interest": "interest_receivable", "credit.fee": "fee_receivable",
    "credit.penalty": "penalty_receivable", "credit.excess": "overpayment_liability",
  },
  charge_off: {
    "debit.total": "charge_off_expense", "credit.principal": "principal_receivable", "credit.interest": "interest_receivable", "credit.fee": "fee_receivable", "credit.penalty": "penalty_receivable",
  },
  recovery: { "debit.total": "payments_suspense", "credit.total": "recovery_income" },
  waiver: { "debit.total": "waiver_expense", "credit.interest": "interest_receivable", "credit.fee": "fee_receivable", "credit.penalty": "penalty_receivable" },
  refund: { "debit.total": "overpayment_liability", "credit.total": "refund_payable" },
  interest_suspended: { "debit.total": "interest_income", "credit.total": "interest_suspense" },
  suspense_used: { "debit.total": "interest_suspense", "credit.lost": "charge_off_expense", "credit.waived": "waiver_expense" },
  cost_incurred: { "debit.total": "deferred_costs", "credit.total": "costs_payable" },
  fee_amortised: { "debit.total": "deferred_fee_income", "credit.total": "effective_interest_income" },
  cost_amortised: { "debit.total": "effective_interest_income", "credit.total": "deferred_costs" },
  // What was never income lowers the loss of a loan that is lost; what was never expense adds to it.
  deferred_fee_lost: { "debit.total": "deferred_fee_income", "credit.total": "charge_off_expense" },
  deferred_cost_lost: { "debit.total": "charge_off_expense", "credit.total": "deferred_costs" },
};

/**
 * The standard rules for a book beside the statutory one. Payouts, receipts and the bank's lines are followed in the statutory book; here a loan's
 * money goes through the bank at once.
 */
export const PARALLEL_POSTING_RULES: PostingRules = {
  ...STANDARD_POSTING_RULES,
  disbursement: { ...STANDARD_POSTING_RULES["disbursement"], "credit.net": "bank" },
  repayment: { ...STANDARD_POSTING_RULES["repayment"], "debit.total": "bank" },
  recovery: { "debit.total": "bank", "credit.total": "recovery_income" },
  refund: { "debit.total": "overpayment_liability", "credit.total": "bank" },
  cost_incurred: { "debit.total": "deferred_costs", "credit.total": "bank" },
};

/** The same for a book on the cash basis: interest is income when the borrower pays it, and never a receivable; fees and costs are taken at once. */
export const CASH_POSTING_RULES: PostingRules = withoutInterest({
  ...PARALLEL_POSTING_RULES,
  repayment: { ...PARALLEL_POSTING_RULES["repayment"], "credit.interest": "interest_income" },
  cost_incurred: { "debit.total": "origination_expense", "credit.total": "bank" },
});

function withoutInterest({ interest_earned: _earned, interest_suspended: _suspended, suspense_used: _used, fee_amortised: _fee, cost_amortised: _cost, deferred_fee_lost: _feeLost, deferred_cost_lost: _costLost, ...rules }: PostingRules): PostingRules {
  const { "credit.deferred": _deferred, ...disbursement } = rules["disbursement"] ?? {};
  return { ...rules, disbursement };
}
