import { daysBetween, divideRounded, type IsoDate, type LoanState, type TransactionState } from "#engine/index.ts";

/** What an owner has of one fact of a loan, in whole minor units; facts that were taken back are negative. */
export interface ShareAmounts {
  /** Principal that came back; below zero where it was bought or lent. */
  readonly principal: number;
  readonly interest: number;
  readonly fee: number;
  readonly penalty: number;
  /** Money after a charge-off. */
  readonly recovery: number;
  /** Principal taken to loss: no money. */
  readonly loss: number;
  /** What the servicer keeps for its work. */
  readonly servicingFee: number;
  /** All of the money that the borrower paid, whoever owns it. */
  readonly received: number;
}

/** One fact of a loan by what it moved, all owners together. */
export interface Movement {
  readonly key: string;
  readonly kind: string;
  readonly date: IsoDate;
  readonly lent: number;
  readonly principal: number;
  readonly interest: number;
  readonly fee: number;
  readonly penalty: number;
  readonly recovery: number;
  readonly loss: number;
}

/** A share: the stretch of the loan from `offsetPpb` on that is `sharePpb` long, out of a thousand million, and how it is served. */
export interface ShareTerms {
  readonly offsetPpb: number;
  readonly sharePpb: number;
  readonly fromDate: IsoDate;
  readonly feeBasis: "none" | "interest" | "balance";
  readonly feePpb: number;
  readonly charges: "kept" | "shared";
}

export interface ShareLine extends ShareAmounts { readonly key: string; readonly kind: string; readonly date: IsoDate }

export const AMOUNTS = ["principal", "interest", "fee", "penalty", "recovery", "loss", "servicingFee", "received"] as const;
export const WHOLE_PPB = 1_000_000_000;
export const SOLD = "sold";
export const BALANCE_FEE = "servicing_fee";

/**
 * What an owner has of an amount that has come in so far. Owners of a loan hold neighboring stretches of it, and each boundary is rounded once: so owners'
 * parts always add up to the whole, no part is off by more than a minor unit however many receipts there were, and when all came in nothing is left over.
 * @param soFarMinor  everything so far, from the loan's first day
 * @example           40 % at offset 0 of 92.00 is 36.80; thirds of 100.00 are 33.33, 33.34 and 33.33
 */
export function partOf(soFarMinor: number, share: Pick<ShareTerms, "offsetPpb" | "sharePpb">): number {
  return boundary(soFarMinor, share.offsetPpb + share.sharePpb) - boundary(soFarMinor, share.offsetPpb);
}

function boundary(minor: number, ppb: number): number {
  return Number(divideRounded(BigInt(minor) * BigInt(ppb), BigInt(WHOLE_PPB), "half-up"));
}

const MONEY_IN = new Set<string>(["repayment", "down_payment", "goodwill_credit", "merchant_refund", "payout_refund", "refund_by_cash", "settlement", "interest_refund", "charge_adjustment", "recovery"]);

/** The facts of a loan that move what its owners have, by value date. Reversed ones are not among them. Their sums end at the loan's principal. */
export function movementsOf(state: LoanState): Movement[] {
  const order = new Map(state.events.map((e) => [e.id, e.sequence]));
  const nothing = { lent: 0, principal: 0, interest: 0, fee: 0, penalty: 0, recovery: 0, loss: 0 };
  const lent = state.disbursements.map((d) => ({ ...nothing, key: d.eventId, kind: "disbursement", date: d.date, lent: d.amount }));
  const moved = state.transactions.flatMap((t) => {
    const amounts = t.reversed ? null : moves(t);
    return amounts === null ? [] : [{ ...nothing, key: t.eventId, kind: t.type as string, date: t.date, ...amounts }];
  });
  // One event may do several things at once: a settlement is paid and its rest given up.
  const byEvent = new Map<string, Movement>();
  for (const m of [...lent, ...moved]) {
    const known = byEvent.get(m.key);
    byEvent.set(m.key, known === undefined ? m : { ...known, ...Object.fromEntries(Object.keys(nothing).map((part) => [part, known[part as "lent"] + m[part as "lent"]])) });
  }
  return [...byEvent.values()].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : (order.get(a.key) ?? 0) - (order.get(b.key) ?? 0)));
}

function moves(t: TransactionState): Partial<Movement> | null {
  if (MONEY_IN.has(t.type)) return t.afterChargeOff || t.type === "recovery" ? { recovery: t.amount - t.overpayment } : t.parts;
  if (t.type === "capitalization") return t.parts;
  if (t.type === "charge_off" || (t.type === "write_off" && !t.afterChargeOff)) return { loss: t.parts.principal };
  if (t.type === "charge_waiver" || t.type === "interest_waiver") return t.parts.principal === 0 ? null : { loss: t.parts.principal };
  // What an overpayment no longer covers of its refund was lent again.
  if (t.type === "credit_balance_refund") return t.parts.principal === 0 ? null : { lent: t.parts.principal };
  return null;
}

/** Which part of the charges is the lender's own; the rest is tax, which is owed to the state. As numerator and denominator. */
function untaxed(state: LoanState, component: "fee" | "penalty"): readonly [bigint, bigint] {
  let [all, tax] = [0, 0];
  for (const charge of state.charges) {
    if (charge.component !== component || charge.timing === "at_disbursement" || charge.timing === "at_tranche") continue;
    all += charge.due;
    if (charge.code.endsWith("_tax")) tax += charge.due;
  }
  return all === 0 ? [1n, 1n] : [BigInt(all - tax), BigInt(all)];
}

/**
 * Everything an owner has of a loan up to and with a day, fact by fact, as the loan's history is known now. What was stated before is the caller's to take off:
 * a receipt that was reversed, or divided otherwise by money of the past, then comes back by itself.
 */
export function shareOf(state: LoanState, terms: ShareTerms, through: IsoDate): ShareLine[] {
  const lines: ShareLine[] = [];
  const sum = { lent: 0, gone: 0, interest: 0, fee: 0, penalty: 0, recovery: 0, own: 0 };
  const [fees, penalties] = [untaxed(state, "fee"), untaxed(state, "penalty")];
  const held: { date: IsoDate; minor: number }[] = [];
  const holds = () => partOf(sum.lent, terms) - partOf(sum.gone, terms);
  let begun = false;
  const begin = () => {
    begun = true;
    held.push({ date: terms.fromDate, minor: holds() });
    if (holds() !== 0) lines.push(line(SOLD, "sold", terms.fromDate, { principal: -holds() }));
  };
  for (const m of movementsOf(state)) {
    if (m.date > through) break;
    if (!begun && m.date >= terms.fromDate) begin();
    const grown = (part: "lent" | "gone" | "interest" | "recovery", by: number) => { const before = partOf(sum[part], terms); sum[part] += by; return partOf(sum[part], terms) - before; };
    const charge = (part: "fee" | "penalty", [num, den]: readonly [bigint, bigint]) => {
      const own = () => partOf(Number(divideRounded(BigInt(sum[part]) * num, den, "half-up")), terms);
      const before = own();
      sum[part] += m[part];
      return terms.charges === "shared" ? own() - before : 0;
    };
    const lent = grown("lent", m.lent);
    const [principal, loss] = [grown("gone", m.principal), grown("gone", m.loss)];
    const parts = { principal: principal - lent, interest: grown("interest", m.interest), fee: charge("fee", fees), penalty: charge("penalty", penalties), recovery: grown("recovery", m.recovery), loss };
    if (!begun) continue;
    const servicingFee = terms.feeBasis === "interest" ? boundary(sum.own + parts.interest, terms.feePpb) - boundary(sum.own, terms.feePpb) : 0;
    sum.own += parts.interest;
    held.push({ date: m.date, minor: holds() });
    const made = line(m.key, m.kind, m.date, { ...parts, servicingFee, received: m.principal + m.interest + m.fee + m.penalty + m.recovery });
    if (AMOUNTS.some((a) => made[a] !== 0)) lines.push(made);
  }
  if (!begun && terms.fromDate <= through) begin();
  if (terms.feeBasis === "balance" && begun) {
    const fee = balanceFee(held, terms.feePpb, through);
    if (fee !== 0) lines.push(line(BALANCE_FEE, BALANCE_FEE, through, { servicingFee: fee }));
  }
  return lines;
}

/** A yearly rate on what was held day by day, actual days of 365, from the first day to `through` with it; rounded once. */
function balanceFee(held: readonly { date: IsoDate; minor: number }[], ppb: number, through: IsoDate): number {
  let dayMinor = 0n;
  held.forEach((stretch, i) => {
    const days = i + 1 < held.length ? daysBetween(stretch.date, (held[i + 1] as typeof stretch).date) : daysBetween(stretch.date, through) + 1;
    dayMinor += BigInt(stretch.minor) * BigInt(days);
  });
  return Number(divideRounded(dayMinor * BigInt(ppb), 365n * BigInt(WHOLE_PPB), "half-up"));
}

function line(key: string, kind: string, date: IsoDate, amounts: Partial<ShareAmounts>): ShareLine {
  return { key, kind, date, principal: 0, interest: 0, fee: 0, penalty: 0, recovery: 0, loss: 0, servicingFee: 0, received: 0, ...amounts };
}

/** What is owed to the owner for amounts: everything but losses, less the servicer's fee. */
export function netOf(amounts: Pick<ShareAmounts, "principal" | "interest" | "fee" | "penalty" | "recovery" | "servicingFee">): number {
  return amounts.principal + amounts.interest + amounts.fee + amounts.penalty + amounts.recovery - amounts.servicingFee;
}

/** A line of a statement: what has changed since the statements before, and whether one of them had said something of the same fact. */
export interface StatementLine extends ShareLine { readonly correction: boolean }

/** What is to be stated: everything known now, less what was stated of the same facts. Nothing changed, no line. */
export function differences(now: readonly ShareLine[], stated: readonly ShareLine[]): StatementLine[] {
  const before = new Map(stated.map((l) => [l.key, l]));
  const lines = now.map((l): StatementLine => less(l, before.get(l.key)));
  const known = new Set(now.map((l) => l.key));
  for (const l of stated) if (!known.has(l.key)) lines.push(less(line(l.key, l.kind, l.date, {}), l));
  return lines.filter((l) => AMOUNTS.some((a) => l[a] !== 0));
}

function less(now: ShareLine, before: ShareLine | undefined): StatementLine {
  if (before === undefined) return { ...now, correction: false };
  return { ...now, ...(Object.fromEntries(AMOUNTS.map((a) => [a, now[a] - before[a]])) as unknown as ShareAmounts), correction: now.key !== BALANCE_FEE };
}
