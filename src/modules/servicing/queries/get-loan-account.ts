import { advanceTo, bucketOf, daysPastDue, formatRate, isIsoDate, isoDate, nextDue, overdueOf, rate, replay, type IsoDate, type LoanEvent, type LoanState, type LoanTerms } from "#engine/index.ts";
import { instant } from "#kernel/clock.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { getParty } from "#modules/parties/index.ts";
import type { ProductVersion } from "#modules/products/index.ts";
import type { LoanJson } from "../contract.ts";
import { payoffOf } from "../domain/payoff.ts";
import { positionOf, total } from "../domain/position.ts";
import { productOf, readLoan, type LockedLoan } from "../store.ts";
import { statusOf } from "../domain/status.ts";
import { all, moneyOf, partsJson, type ToJson } from "./present.ts";
import { problem } from "./problems.ts";

export interface ReadAt {
  /** Value date: the loan as that day's facts make it. Default: the business date. */
  readonly asOf?: string;
  /** Business date: what was recorded by the end of it. Default: everything. */
  readonly knownOn?: string;
  /** Instant: what was recorded by then. Default: everything. */
  readonly knownAt?: string;
}

export interface LoanView {
  readonly loan: LockedLoan;
  readonly state: LoanState;
  readonly asOf: IsoDate;
  /** The two bounds of what was known; every fact of the loan is held against both. */
  readonly knownOn: string | null;
  readonly knownAt: string;
  /** A value date was asked for: what counts from a later day is left out of lists too. */
  readonly dated: boolean;
}

/**
 * A loan as it stood on a day, by what was known by an instant or at the end of a business date: replayed from its facts.
 * May raise loan.not_found, loan.date_out_of_range, loan.not_yet_known.
 */
export async function viewLoan(tx: Tx, loanAccountId: string, at: ReadAt = {}): Promise<LoanView> {
  const loan = await readLoan(tx, loanAccountId);
  const asOf = dayInRange(at.asOf ?? tx.businessDate, loan.state.terms);
  const known = { knownOn: at.knownOn ?? null, knownAt: at.knownAt === undefined ? tx.now : instant(at.knownAt), dated: at.asOf !== undefined };
  if (at.knownAt === undefined && at.knownOn === undefined) return { loan, asOf, ...known, state: loan.state.asOf === asOf ? loan.state : advanceTo(loan.state, asOf) };
  const rows = await tx.rows<{ payload: LoanEvent }>("servicing.event.known", `SELECT payload FROM servicing.loan_event
    WHERE loan_account_id = $1 AND recorded_at <= $2 AND business_date <= coalesce($3::date, 'infinity') ORDER BY sequence`, [loan.id, known.knownAt, known.knownOn]);
  if (rows.length === 0) throw problem("loan.not_yet_known");
  return { loan, asOf, ...known, state: replay(loan.state.terms, rows.map((row) => row.payload), asOf) };
}

function dayInRange(text: string, terms: LoanTerms): IsoDate {
  const last = `${Number(terms.disbursementDate.slice(0, 4)) + 50}-12-31`;
  if (!isIsoDate(text) || text < terms.disbursementDate || text > last) throw problem("loan.date_out_of_range");
  return isoDate(text);
}

/** Everything about one loan on one page, by both clocks. May raise loan.not_found, loan.date_out_of_range, loan.not_yet_known. */
export async function getLoanAccount(tx: Tx, ctx: Context, loanAccountId: string, at: ReadAt = {}): Promise<LoanJson> {
  const view = await viewLoan(tx, loanAccountId, at);
  const { loan, state, asOf } = view;
  const version = await productOf(tx, loan.product_version_id);
  const m = moneyOf(loan.currency);
  return {
    id: loan.id, number: loan.number, disbursement: loan.disbursement, asOf, knownOn: view.knownOn, knownAt: view.knownAt,
    product: { versionId: version.id, code: version.code, name: version.name, version: version.version, regime: version.regime },
    currency: loan.currency, branchId: loan.branch_id, applicationId: loan.application_id, parties: await partiesOf(tx, ctx, loan.id), borrowerName: loan.borrower_name,
    bookedDate: loan.booked_date, disbursedDate: state.disbursements[0]?.date ?? null, closedDate: state.closedDate, chargedOffDate: state.chargedOffDate,
    ...figuresOf(view, version), annualRate: formatRate(rate(state.ratePpb)), terms: termsJson(state, m), scheduleHash: loan.schedule_hash, version: Number(loan.version),
  };
}

type Figures = Pick<LoanJson, "status" | "balances" | "repaid" | "overdue" | "daysPastDue" | "bucket" | "class" | "nextDue" | "payoff">;

/** What a loan owes and how late it is, as a view of it stands. */
export function figuresOf({ loan, state, asOf }: LoanView, version: ProductVersion): Figures {
  const m = moneyOf(loan.currency);
  const position = positionOf(state, asOf);
  // Before its payout was taken back, a loan that is cancelled today was a running one.
  const status = loan.status === "cancelled" && state.disbursements.length === 0 ? loan.status : statusOf(state);
  const running = status === "active";
  const dpd = running ? daysPastDue(state, asOf) : 0;
  const due = running ? nextDue(state, asOf) : null;
  return {
    status,
    balances: {
      principal: m(position.principal), interest: m(position.interest), fee: m(position.fee), penalty: m(position.penalty), total: m(position.principal + position.interest + position.fee + position.penalty),
      overpayment: m(position.overpayment), chargedOff: m(position.chargedOff),
    },
    repaid: partsJson(position.totals.paid, m), overdue: m(running ? total(overdueOf(state, asOf)) : 0), daysPastDue: dpd, bucket: dpd === 0 ? null : bucketOf(state, asOf), class: classOf(version, dpd, running),
    nextDue: due === null ? null : { number: due.number, dueDate: due.dueDate, parts: partsJson(due.parts, m), total: m(due.total), overdue: due.overdue },
    payoff: payoffJson(state, asOf, m),
  };
}

/** The sum that closes the loan on a day. */
export function payoffJson(state: LoanState, date: IsoDate, m: ToJson): LoanJson["payoff"] {
  const p = payoffOf(state, date);
  return { date, principal: m(p.principal), interest: m(p.interest), fees: m(p.fees), penalties: m(p.penalties), total: m(p.total), perDiem: m(p.perDiem) };
}

/** The class that a number of days past due puts a running loan in. */
function classOf(version: ProductVersion, dpd: number, running: boolean): string | null {
  if (!running) return null;
  return version.definition.delinquency.classes.filter((c) => dpd >= c.fromDays).toSorted((a, b) => b.fromDays - a.fromDays)[0]?.code ?? null;
}

async function partiesOf(tx: Tx, ctx: Context, loanAccountId: string): Promise<{ partyId: string; role: string; name: string }[]> {
  const rows = await tx.rows<{ party_id: string; role: string }>("servicing.party.of_loan", "SELECT party_id, role FROM servicing.loan_party WHERE loan_account_id = $1 ORDER BY role, party_id", [loanAccountId]);
  const parties = [];
  for (const row of rows) parties.push({ partyId: row.party_id, role: row.role, name: (await getParty(tx, ctx, row.party_id)).displayName });
  return parties;
}

function termsJson(state: LoanState, m: ToJson): LoanJson["terms"] {
  const { terms } = state;
  const first = state.installments[0];
  const level = state.installments.find((row) => row.due.principal > 0 && row.number < state.installments.length) ?? first;
  return {
    model: terms.model, amortization: terms.amortization, principal: m(terms.principal), installments: state.installments.length, every: terms.installments.every, unit: terms.installments.unit,
    firstDueDate: first?.dueDate ?? null, lastDueDate: state.installments.at(-1)?.dueDate ?? null, installmentAmount: m(level === undefined ? 0 : all({ ...level.due, fee: 0, penalty: 0 })),
    interestMethod: terms.interest.method, dayCount: dayCount(terms), allocation: terms.allocation.strategy, prepayment: terms.prepayment, graceDays: terms.delinquency.graceDays,
  };
}

function dayCount({ model, interest }: LoanTerms): string {
  if (model !== "daily_simple" && interest.calculation === "equal_periods") return "equal periods";
  return `${interest.daysInMonth === "actual" ? "actual" : "30"}/${interest.daysInYear}`;
}
