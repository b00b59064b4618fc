import { aprEffective, yearsEu, yearsUk } from "./apr-eu.ts";
import { aprIndiaIrregular, aprIndiaMonthly } from "./apr-india.ts";
import { aprRegulationZ } from "./apr-regz.ts";
import { buildSchedule, payoff } from "./answers.ts";
import { toDay } from "./date.ts";
import type { IsoDate } from "./date.ts";
import type { LoanState } from "./state.ts";
import type { LoanTerms, Minor } from "./terms.ts";
import { owedTotal } from "./work.ts";
import { xirr, xirrOfDays } from "./xirr.ts";

/** Money on a day as the lender sees it: paid out is negative, received positive. Minor units. */
export type CashFlow = { readonly date: IsoDate; readonly amount: Minor };

/** Whose rule an annual percentage rate follows. */
export type AprRegime = "IN_RBI" | "US_REG_Z" | "EU_CCD" | "UK_CONC";

/**
 * What the lender pays and gets on agreed terms: the payout less what is kept back of it and paid before it, then every row with its fees.
 * Flows of one day are one flow; a down payment on the day of the payout lowers it.
 *
 * @throws EngineRefusal  terms that cannot make a schedule
 * @example  1,000.00 in two months at no interest with a fee of 20.00 kept back: −980.00, then 500.00 and 500.00
 */
export function flowsOf(terms: LoanTerms): CashFlow[] {
  const schedule = buildSchedule(terms);
  return byDay([
    { date: terms.disbursementDate, amount: schedule.feesAtDisbursement + schedule.feesAtApplication - terms.principal },
    ...schedule.rows.map((row) => ({ date: row.dueDate, amount: row.total })),
  ]);
}

function byDay(flows: readonly CashFlow[]): CashFlow[] {
  const sums = new Map<IsoDate, Minor>();
  for (const { date, amount } of flows) sums.set(date, (sums.get(date) ?? 0) + amount);
  return [...sums].map(([date, amount]) => ({ date, amount })).filter((flow) => flow.amount !== 0).sort((a, b) => (a.date < b.date ? -1 : 1));
}

/**
 * The annual percentage rate of agreed terms by the rule of one place: India's key facts (twelve times the monthly rate where payments are
 * monthly, else the effective rate), Regulation Z's actuarial rate, or the effective rate of the EU directives or the UK handbook.
 *
 * @returns            a fraction a year, unrounded (0.12 is 12 %); 0 when nothing is paid beyond what was had; `null` when no rate solves it
 * @throws EngineRefusal  terms that cannot make a schedule
 * @source             RBI, "Key Facts Statement (KFS) for Loans & Advances", 15 April 2024, annex B; 12 CFR 1026, appendix J;
 *                     Directive 2008/48/EC, annex I; FCA Handbook, CONC App 1.2
 * @example            10,000.00 at 12 % in 12 monthly payments, nothing kept back: 0.12 by Regulation Z, 0.1268 by the directive
 */
export function aprOf(terms: LoanTerms, regime: AprRegime): number | null {
  const flows = flowsOf(terms);
  const out = flows.filter((f) => f.amount < 0).map((f) => ({ date: f.date, amount: -f.amount }));
  const back = flows.filter((f) => f.amount > 0);
  if (back.reduce((sum, f) => sum + f.amount, 0) <= out.reduce((sum, f) => sum + f.amount, 0)) return 0;
  const { unit, every } = terms.installments;
  switch (regime) {
    case "IN_RBI": return isMonthly(terms, flows) ? aprIndiaMonthly(out[0]?.amount ?? 0, back.map((f) => f.amount)) : aprIndiaIrregular(flows);
    case "US_REG_Z": return aprRegulationZ(out, back);
    case "EU_CCD": case "UK_CONC": {
      const years = regime === "EU_CCD" ? yearsEu : yearsUk;
      const period = unit === "months" && every % 12 === 0 ? "year" : unit === "months" ? "month" : unit === "weeks" ? "week" : unit === "years" ? "year" : "day";
      const timed = (list: readonly CashFlow[]) => list.map((f) => ({ years: years(terms.disbursementDate, f.date, period), amount: f.amount }));
      return aprEffective(timed(out), timed(back));
    }
  }
}

/** Whether every payment comes a month after the one before, the first a month after the payout. */
function isMonthly(terms: LoanTerms, flows: readonly CashFlow[]): boolean {
  if (terms.installments.unit !== "months") return false;
  const months = flows.map((f) => Number(f.date.slice(0, 4)) * 12 + Number(f.date.slice(5, 7)));
  const day = Number(terms.disbursementDate.slice(8));
  return months.every((month, i) => i === 0 || month === (months[i - 1] as number) + 1) && Math.abs(Number(flows[1]?.date.slice(8)) - day) <= 3;
}

const MONEY_FROM_OUTSIDE = new Set(["repayment", "down_payment", "merchant_refund", "payout_refund", "settlement", "recovery"]);
const MONEY_BACK = new Set(["chargeback", "credit_balance_refund", "refund_by_cash"]);

/**
 * What really went out and came in, and what is still to come: `schedule` as the rows stand (what is overdue on the state's own day),
 * `payoff` as if the loan were closed that day, `none` for nothing more. Credits without money behind them are left out.
 */
export function flowsOfState(state: LoanState, rest: "schedule" | "payoff" | "none" = "schedule"): CashFlow[] {
  const flows: CashFlow[] = state.disbursements.map((d) => ({ date: d.date, amount: d.fees - d.amount }));
  for (const tx of state.transactions) {
    if (tx.reversed) continue;
    if (MONEY_FROM_OUTSIDE.has(tx.type)) flows.push({ date: tx.date, amount: tx.amount });
    else if (MONEY_BACK.has(tx.type)) flows.push({ date: tx.date, amount: -tx.amount });
  }
  if (rest === "payoff" && state.status === "active") flows.push({ date: state.asOf, amount: payoff(state, state.asOf).total });
  if (rest === "schedule") for (const row of state.installments) flows.push({ date: row.dueDate > state.asOf ? row.dueDate : state.asOf, amount: owedTotal(row) });
  return byDay(flows);
}

/**
 * The yearly effective rate the lender has of a loan: what really moved, and the rest as `flowsOfState` says.
 * @returns  a fraction; `null` before the payout or when no rate solves it
 * @source   ISO/IEC 26300-3 (OpenFormula), section 6.12.53
 * @example  1,000.00 paid out on 2025-01-01 and 1,100.00 got back on 2026-01-01: 0.1
 */
export function xirrOf(state: LoanState, rest: "schedule" | "payoff" | "none" = "schedule"): number | null {
  const flows = flowsOfState(state, rest);
  return flows.length > 0 ? xirr(flows) : null;
}

/** A day's part of what a loan yields: `income` at the effective rate, the cash of the day, and the carrying amount after both. Minor units. */
export type YieldOfDay = { readonly date: IsoDate; readonly income: Minor; readonly cash: Minor; readonly carrying: Minor };

/**
 * Amortised cost of dated flows at their own yearly effective rate. Income is rounded on its sum so far, so the parts add up to what is
 * received beyond what is paid out, and the carrying amount ends at nothing.
 *
 * @returns  yearly effective rate (a fraction; `null` when none solves it, and then no rows) and a row per day after the first
 * @source   IFRS 9, paragraph 5.4.1 and appendix A; ASC 310-20-35-18
 * @example  −1,250.00, then 59.00 four times and 1,309.00 yearly: 4.72 %, income 59.00 a year
 */
export function levelYield(flows: readonly CashFlow[]): { readonly yearly: number | null; readonly rows: YieldOfDay[] } {
  const ordered = byDay(flows);
  const first = ordered[0];
  if (!first) return { yearly: null, rows: [] };
  const days = ordered.map((f) => toDay(f.date));
  const yearly = xirrOfDays(days, ordered.map((f) => f.amount));
  if (yearly === null) return { yearly, rows: [] };
  const all = ordered.reduce((sum, f) => sum + f.amount, 0);
  let [exact, cash, earned] = [-first.amount, first.amount, 0];
  const rows = ordered.slice(1).map((flow, k): YieldOfDay => {
    exact = exact * (1 + yearly) ** (((days[k + 1] as number) - (days[k] as number)) / 365) - flow.amount;
    cash += flow.amount;
    const soFar = k === ordered.length - 2 ? all : Math.round(exact) + cash;
    const income = soFar - earned;
    earned = soFar;
    return { date: flow.date, income, cash: flow.amount, carrying: earned - cash };
  });
  return { yearly, rows };
}

/** A row of {@link effectiveInterest}: `stated` is interest and fees of the schedule, `deferred` what the level yield adds to it. */
export type EffectiveRow = YieldOfDay & { readonly stated: Minor; readonly deferred: Minor };

/**
 * How a loan's interest and the fees kept back from its payout become income by the level yield, row by row of the schedule as it stands.
 * @returns  yearly effective rate and rows that add up: Σ `income` = Σ `stated` + fees kept back
 * @source   IFRS 9, B5.4.1 to B5.4.7; ASC 310-20-35-18
 * @example  10,000.00 without interest, 100.00 kept back, two payments: 100.00 of income, the larger part first
 */
export function effectiveInterest(state: LoanState): { readonly yearly: number | null; readonly rows: EffectiveRow[] } {
  const flows: CashFlow[] = state.disbursements.map((d) => ({ date: d.date, amount: d.fees - d.amount }));
  const stated = new Map<IsoDate, Minor>();
  for (const row of state.installments) {
    const earned = row.due.interest + row.due.fee;
    flows.push({ date: row.dueDate, amount: row.due.principal + earned });
    stated.set(row.dueDate, (stated.get(row.dueDate) ?? 0) + earned);
  }
  const { yearly, rows } = levelYield(flows);
  return { yearly, rows: rows.map((row) => ({ ...row, stated: stated.get(row.date) ?? 0, deferred: row.income - (stated.get(row.date) ?? 0) })) };
}
