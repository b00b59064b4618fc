import { advanceTo, apply, bucketOf, chargesToRaise, daysPastDue, EngineRefusal, isoDate, nextDue, overdueOf, type EventDraft, type IsoDate, type LoanEvent, type LoanState } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import type { JournalEntry } from "#modules/ledger/index.ts";
import type { ProductVersion } from "#modules/products/index.ts";
import { attentionDate } from "./domain/attention.ts";
import { entryOf } from "./domain/books.ts";
import { deferralAfter, withDeferral } from "./domain/deferral.ts";
import { positionOf, total, type Position } from "./domain/position.ts";
import { correctionsOfCharges } from "./domain/overtaken-charges.ts";
import { nonAccrualOf, suspendedClass, suspenseFacts } from "./domain/non-accrual.ts";
import { factsBetween, type FactAmounts } from "./domain/posting.ts";
import { interestOf, segmentOf } from "./domain/segment.ts";
import { statusOf } from "./domain/status.ts";
import { problem } from "./problems.ts";
import type { LockedLoan, NewState } from "./store.ts";

/** A change of one loan, worked out and not yet saved. */
export interface LoanChange {
  readonly loan: LockedLoan;
  readonly events: readonly LoanEvent[];
  readonly before: LoanState;
  readonly after: LoanState;
  readonly position: { readonly before: Position; readonly after: Position };
  readonly next: NewState;
  /** Null when nothing has to be posted. */
  readonly entry: JournalEntry | null;
}

export interface ChangeOptions {
  readonly version: ProductVersion;
  /** What is entered in the journal: cause and memo. */
  readonly cause: { readonly kind: string; readonly id: string };
  readonly memo: string;
  readonly disbursement?: LockedLoan["disbursement"];
  /** Day up to which interest is in the books afterwards, not counting it; default: the business date. */
  readonly through?: string;
  readonly status?: LockedLoan["status"];
  /** End of day: bucket and class are set to what the days past due make them. */
  readonly ages?: boolean;
}

/**
 * Works out what events do to a loan: pure but for the ids. An event of the past runs the history again, and the difference
 * of the two positions is what is posted, on the business date, with the event's value date noted.
 * May raise loan.event_refused with the engine's reason.
 */
export function changeLoan(tx: Tx, ctx: Context, loan: LockedLoan, drafts: readonly EventDraft[], options: ChangeOptions): LoanChange {
  const numbered = (more: readonly EventDraft[], from: number) => more.map((draft, i) => ({ ...draft, id: ctx.ids.next("lev"), sequence: loan.last_sequence + from + i + 1, businessDate: isoDate(tx.businessDate) }) as LoanEvent);
  const asked = numbered(drafts, 0);
  const through = isoDate(later(loan.interest_through, options.through ?? tx.businessDate));
  const { events, after } = corrected(asked, applied(loan.state, asked, through), isoDate(tx.businessDate), (state, more, from) => {
    const next = numbered(more, from);
    return { next, after: applied(state, next, through) };
  });
  const position = { before: positionOf(loan.state, isoDate(loan.interest_through)), after: positionOf(after, through) };
  refuseDrift(loan, position.before);
  const next = nextState(loan, after, position.after, events, options, through);
  // A loan that came here with its opening balance brought nothing deferred: what it paid at its payout was income elsewhere.
  const deferral = loan.deferral === null && position.before.totals.disbursed > 0 ? null : deferralAfter(options.version, loan.deferral, after, { through, status: next.status, nonAccrual: next.nonAccrual !== null });
  const facts = withDeferral([...factsBetween(position.before, position.after), ...suspenseFacts(Number(loan.suspense_minor), next.suspense, position)], loan.deferral, deferral);
  const valueDate = events.reduce((earliest, e) => (e.valueDate < earliest ? e.valueDate : earliest), tx.businessDate);
  return {
    loan, events, before: loan.state, after, position,
    next: { ...next, earned: earnedOf(facts), ...(deferral === null || deferral === loan.deferral ? {} : { deferral: { before: loan.deferral, after: deferral } }) },
    entry: entryOf(options.version.definition, facts, { loanAccountId: loan.id, productCode: loan.product_code, branchId: loan.branch_id ?? undefined }, { cause: options.cause, businessDate: tx.businessDate, valueDate, currency: loan.currency, memo: options.memo }),
  };
}

/** The loan as whoever changes it next in the same transaction finds it. */
export function loanAfter({ loan, after, next }: LoanChange): LockedLoan {
  return {
    ...loan, state: after, events: after.events, deferral: next.deferral?.after ?? loan.deferral, status: next.status, disbursement: next.disbursement,
    principal_minor: BigInt(next.principal), interest_minor: BigInt(next.interest), fee_minor: BigInt(next.fee), penalty_minor: BigInt(next.penalty), overpayment_minor: BigInt(next.overpayment), charged_off_minor: BigInt(next.chargedOff),
    interest_through: next.interestThrough, attention_date: next.attentionDate, next_due_date: next.nextDueDate, next_due_minor: BigInt(next.nextDueMinor), oldest_due_date: next.oldestDueDate, overdue_minor: BigInt(next.overdueMinor),
    bucket: next.bucket, class: next.class, non_accrual: next.nonAccrual, suspense_minor: BigInt(next.suspense), disbursed_date: next.disbursedDate, closed_date: next.closedDate, charged_off_date: next.chargedOffDate,
    last_sequence: next.lastSequence, last_value_date: next.lastValueDate, version: loan.version + 1n,
  };
}

/** What is saved after changes of which several may be of one loan: its newest state, with the events of all. */
export function newStates(changes: readonly LoanChange[]): NewState[] {
  const states = new Map<string, NewState>();
  for (const { next } of changes) {
    const before = states.get(next.loanAccountId);
    states.set(next.loanAccountId, before === undefined ? next : { ...next, events: [...before.events, ...next.events], earned: before.earned + next.earned, ...followed(before.deferral, next.deferral) });
  }
  return [...states.values()];
}

function followed(first: NewState["deferral"], then: NewState["deferral"]): Pick<NewState, "deferral"> {
  const after = then?.after ?? first?.after;
  return after === undefined ? {} : { deferral: { before: (first ?? then)?.before ?? null, after } };
}

/**
 * What a new day makes of a loan that nothing happens to: what is due and how late, and nothing to post. Its interest stays where the books hold it,
 * for the day's accrual to take in with that of all others; null where no formula carries it through the day, so that the engine has to say.
 *
 * @param loan     looked at on the day that opens
 * @param through  that day
 */
export function quietChange(loan: LockedLoan, version: ProductVersion, through: string): LoanChange | null {
  const position = positionOf(loan.state, isoDate(loan.interest_through));
  refuseDrift(loan, position);
  const next = nextState(loan, loan.state, position, [], { version, ages: true }, through, loan.interest_through);
  if (next.segment === null || next.segment.until < through || next.suspense !== Number(loan.suspense_minor)) return null;
  return { loan, events: [], before: loan.state, after: loan.state, position: { before: position, after: position }, next, entry: null };
}

/** A change of the past may leave charges for a delay that was another: they follow, until all of them stand. */
function corrected(asked: readonly LoanEvent[], first: LoanState, today: IsoDate, apply: (state: LoanState, drafts: readonly EventDraft[], from: number) => { next: LoanEvent[]; after: LoanState }): { events: LoanEvent[]; after: LoanState } {
  let [events, after] = [[...asked], first];
  if (!asked.some((event) => event.valueDate < today || event.type === "reversed")) return { events, after };
  // Money that a smaller charge sets free may settle a row earlier, so it is looked at again; each round changes less than the one before.
  for (let round = 0; round < 4; round++) {
    const drafts = correctionsOfCharges(after, today);
    if (drafts.length === 0) break;
    const { next, after: then } = apply(after, drafts, events.length);
    [events, after] = [[...events, ...next], then];
  }
  return { events, after };
}

function applied(state: LoanState, events: readonly LoanEvent[], through: string): LoanState {
  try {
    const after = events.reduce(apply, state);
    return after.asOf < through ? advanceTo(after, isoDate(through)) : after;
  } catch (error) {
    if (error instanceof EngineRefusal) throw problem("loan.event_refused", `${error.code}: ${error.message}`, { extra: { reason: error.code } });
    throw error;
  }
}

/** The books and the engine must agree before anything is added to either. */
function refuseDrift(loan: LockedLoan, position: Position): void {
  if (loan.status === "cancelled") return;
  if (BigInt(position.principal) !== loan.principal_minor) throw new RangeError(`loan ${loan.number}: the books hold ${loan.principal_minor} of principal, its history makes ${position.principal}`);
  if (BigInt(position.interest) !== loan.interest_minor) throw new RangeError(`loan ${loan.number}: the books hold ${loan.interest_minor} of interest, its history makes ${position.interest} up to ${loan.interest_through}`);
}

/** The row that is saved: position with interest up to `interestThrough`, what is due and delinquency on the day `through`, and how interest grows from here. */
export function nextState(loan: Pick<LockedLoan, "id" | "shard" | "product_version_id" | "branch_id" | "currency" | "disbursement" | "last_sequence" | "bucket" | "class" | "non_accrual">, state: LoanState, position: Position, events: readonly LoanEvent[], options: Pick<ChangeOptions, "version" | "disbursement" | "status" | "ages">, through: string, interestThrough = through): NewState {
  const day = isoDate(through);
  const due = nextDue(state, day);
  const chargedOffDate = state.chargedOffDate;
  const running = state.status === "active" && chargedOffDate === null;
  const pastDue = running && due !== null && due.dueDate < day;
  const late = delinquencyAt(state, options.version, through);
  // A payment may cure at once; entering a bucket is end of day's to say, which looks today at a loan that was moved.
  const bucket = options.ages === true ? late.bucket : pastDue ? loan.bucket : null;
  const { definition } = options.version;
  const aged = running ? nonAccrualOf(loan.non_accrual, definition, late.dpd, true) : null;
  const agedClass = aged === null ? late.class : suspendedClass(definition, late);
  const nonAccrual = running ? nonAccrualOf(loan.non_accrual, definition, late.dpd, options.ages === true) : null;
  const classCode = options.ages === true ? agedClass : pastDue || nonAccrual !== null ? loan.class : null;
  // A row settled late leaves a charge for its last days of delay.
  const moved = running && (late.bucket !== bucket || agedClass !== classCode || aged !== nonAccrual || chargesToRaise(state, day).length > 0);
  return {
    loanAccountId: loan.id, shard: loan.shard, productVersionId: loan.product_version_id, branchId: loan.branch_id, currency: loan.currency, status: options.status ?? statusOf(state), disbursement: options.disbursement ?? loan.disbursement,
    principal: position.principal, interest: position.interest, fee: position.fee, penalty: position.penalty, overpayment: position.overpayment, chargedOff: position.chargedOff,
    interestThrough, segment: checkedSegment(state, interestThrough, position.interest), attentionDate: options.status === "cancelled" ? null : moved ? day : attentionDate(state, options.version.definition, day),
    nextDueDate: running ? (due?.dueDate ?? null) : null, nextDueMinor: running ? (due?.total ?? 0) : 0, oldestDueDate: pastDue ? (due?.dueDate ?? null) : null, overdueMinor: pastDue ? total(overdueOf(state, day)) : 0,
    bucket, class: classCode, nonAccrual, suspense: nonAccrual === null ? 0 : position.interest,
    disbursedDate: state.disbursements[0]?.date ?? null, closedDate: state.closedDate, chargedOffDate,
    lastSequence: events.at(-1)?.sequence ?? loan.last_sequence, lastValueDate: events.at(-1)?.valueDate ?? through, earned: 0, state, events,
  };
}

/** Interest that facts take into income, minor units. */
export function earnedOf(facts: readonly FactAmounts[]): number {
  return facts.find((f) => f.fact === "interest_earned")?.amounts["total"] ?? 0;
}

function checkedSegment(state: LoanState, through: string, interest: number): NewState["segment"] {
  const segment = segmentOf(state, isoDate(through));
  // The closed formula must start where the engine stands; where it does not, the engine is asked every day.
  return segment !== null && interestOf(segment, isoDate(through)) === interest ? segment : null;
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

/** Delinquency as end of day sees it: at the opening of the next day. */
export function delinquencyAt(state: LoanState, version: ProductVersion, through: string): { dpd: number; bucket: string | null; class: string | null } {
  const day = isoDate(through);
  const dpd = state.status === "active" && state.chargedOffDate === null ? daysPastDue(state, day) : 0;
  const classes = version.definition.delinquency.classes.filter((c) => dpd >= c.fromDays).sort((a, b) => b.fromDays - a.fromDays);
  return { dpd, bucket: dpd === 0 ? null : bucketOf(state, day), class: dpd === 0 ? null : (classes[0]?.code ?? null) };
}
