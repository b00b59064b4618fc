import { follow, replay, type IsoDate, type LoanEvent, type LoanState, type LoanTerms } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import type { Patience } from "#kernel/together.ts";
import { getProductVersion, type ProductVersion } from "#modules/products/index.ts";
import { DEFERRAL_OF, deferralOf, saveDeferrals, type DeferralChange, type StoredDeferral } from "./deferral-store.ts";
import type { Deferral } from "./domain/deferral.ts";
import type { NonAccrual } from "./domain/non-accrual.ts";
import type { Segment } from "./domain/segment.ts";
import { shardsOf } from "./domain/shard.ts";
import type { AccountStatus } from "./domain/status.ts";
import type { LoanFact } from "./events.ts";
import { lastDay, recall, remember, type Remembered } from "./loan-memory.ts";
import { problem } from "./problems.ts";

/** A loan as it was agreed (never changes) and where the books hold it: columns of loan_account and loan_state. */
export interface LoanRow {
  id: string; number: string; shard: number; product_version_id: string; product_code: string; branch_id: string | null; currency: string;
  borrower_party_id: string | null; borrower_name: string; application_id: string | null; terms: LoanTerms; schedule_hash: string; original_principal_minor: bigint; booked_date: string;
  status: AccountStatus; disbursement: "under_way" | "settled" | "failed" | "boarded";
  principal_minor: bigint; interest_minor: bigint; fee_minor: bigint; penalty_minor: bigint; overpayment_minor: bigint; charged_off_minor: bigint;
  interest_through: string; attention_date: string | null;
  next_due_date: string | null; next_due_minor: bigint; oldest_due_date: string | null; overdue_minor: bigint; bucket: string | null; class: string | null;
  /** Why its interest is not income, and how much of it stands in suspense. */
  non_accrual: NonAccrual | null; suspense_minor: bigint;
  disbursed_date: string | null; closed_date: string | null; charged_off_date: string | null; last_sequence: number; last_value_date: string; version: bigint;
}

/** A loan with its history run by the engine. */
export interface LockedLoan extends LoanRow {
  /** Everything that was ever recorded, in order of sequence. */
  readonly events: readonly LoanEvent[];
  /** What the engine makes of it, up to the business date or the last event, whichever is later. */
  readonly state: LoanState;
  /** What of its fees and costs is income over its life; null where its product defers none. */
  readonly deferral: Deferral | null;
}

/** What is saved after a change; amounts are whole minor units. */
export interface NewState {
  readonly loanAccountId: string; readonly shard: number; readonly productVersionId: string; readonly branchId: string | null; readonly currency: string; readonly status: AccountStatus; readonly disbursement: LoanRow["disbursement"];
  readonly principal: number; readonly interest: number; readonly fee: number; readonly penalty: number; readonly overpayment: number; readonly chargedOff: number;
  readonly interestThrough: string; readonly segment: Segment | null; readonly attentionDate: string | null;
  readonly nextDueDate: string | null; readonly nextDueMinor: number; readonly oldestDueDate: string | null; readonly overdueMinor: number; readonly bucket: string | null; readonly class: string | null; readonly nonAccrual: NonAccrual | null; readonly suspense: number;
  readonly disbursedDate: string | null; readonly closedDate: string | null; readonly chargedOffDate: string | null; readonly lastSequence: number; readonly lastValueDate: string;
  /** Interest that this change took into income; kept beside what end of day takes in, so that the rows add up to the account. */
  readonly earned: number;
  /** Left out where it did not change. */
  readonly deferral?: DeferralChange;
  /** Null: not worth remembering. */
  readonly state: LoanState | null;
  /** New ones only. */
  readonly events: readonly LoanEvent[];
}

const COLUMNS = `a.id, a.number, a.shard, a.product_version_id, a.product_code, a.branch_id, a.currency, a.borrower_party_id, a.borrower_name, a.application_id, a.terms, a.schedule_hash,
  a.principal_minor AS original_principal_minor, a.booked_date, s.status, s.disbursement, s.principal_minor, s.interest_minor, s.fee_minor, s.penalty_minor, s.overpayment_minor, s.charged_off_minor,
  s.interest_through, s.attention_date, s.next_due_date, s.next_due_minor, s.oldest_due_date, s.overdue_minor, s.bucket, s.class, s.non_accrual, s.suspense_minor, s.disbursed_date, s.closed_date, s.charged_off_date,
  s.last_sequence, s.last_value_date, s.version`;
const EVENTS_OF = "SELECT coalesce(json_agg(e.payload ORDER BY e.sequence), '[]') FROM servicing.loan_event e WHERE e.tenant_id = s.tenant_id AND e.loan_account_id = s.loan_account_id";
const EVENTS = `(${EVENTS_OF}) AS events`;
const EVENTS_FROM = `(${EVENTS_OF} AND e.sequence >= $2) AS events`;
const FROM = "servicing.loan_state s JOIN servicing.loan_account a ON a.tenant_id = s.tenant_id AND a.id = s.loan_account_id";
const DEFERRAL = `(${DEFERRAL_OF} WHERE d.tenant_id = s.tenant_id AND d.loan_account_id = s.loan_account_id) AS deferral`;
type Row = LoanRow & { events: LoanEvent[]; deferral: StoredDeferral | null };
/** A loan as it was read. */
export type Untold = Readonly<Row>;

function present(row: Untold, asOf: string): LockedLoan {
  return { ...row, deferral: deferralOf(row.deferral), state: replay(row.terms, row.events, lastDay(row.events, asOf as IsoDate)) };
}

/** A loan whose events were read from what was remembered of it on; `null` when the log does not bear that out. */
function presentFrom(tx: Tx, asked: Remembered | null, row: Row): LockedLoan | null {
  // While this one waited for the lock, others of this process may have gone further.
  const known = asked && (newest(asked, recall(tx.tenantId, row.id)));
  const from = known === null ? -1 : row.events.findIndex((e) => e.id === known.eventId);
  if (known !== null && from < 0) return null;
  const more = row.events.slice(from + 1);
  const asOf = lastDay(more, known === null ? (tx.businessDate as IsoDate) : lastDay(known.state.events, tx.businessDate as IsoDate));
  const state = known === null ? replay(row.terms, more, asOf) : follow(known.state, more, asOf);
  remember(tx.tenantId, row.id, state);
  return { ...row, deferral: deferralOf(row.deferral), terms: state.terms, events: state.events, state };
}

function newest(a: Remembered, b: Remembered | null): Remembered {
  return b !== null && b.sequence > a.sequence ? b : a;
}

/** Reads a loan and locks it until the transaction ends. May raise loan.not_found. */
export async function lockLoan(tx: Tx, loanAccountId: string): Promise<LockedLoan> {
  const known = recall(tx.tenantId, loanAccountId);
  // Sent together, carried out one after the other: the events are read after the lock is held, so none is missed.
  const [found, history] = await Promise.all([
    tx.maybe<LoanRow>("servicing.loan.lock", `SELECT ${COLUMNS} FROM ${FROM} WHERE s.loan_account_id = $1 FOR UPDATE OF s`, [loanAccountId]),
    tx.one<Pick<Row, "events" | "deferral">>("servicing.loan.events", `SELECT coalesce(json_agg(payload ORDER BY sequence), '[]') AS events, (${DEFERRAL_OF} WHERE d.loan_account_id = $1) AS deferral FROM servicing.loan_event WHERE loan_account_id = $1 AND sequence >= $2`, [loanAccountId, known?.sequence ?? 0]),
  ]);
  if (found === undefined) throw problem("loan.not_found");
  return presentFrom(tx, known, { ...found, ...history }) ?? readWhole(tx, loanAccountId);
}

const LOCK = "SELECT loan_account_id AS id FROM servicing.loan_state WHERE loan_account_id = ANY($1) ORDER BY loan_account_id FOR UPDATE";
const READ_ON = `SELECT ${COLUMNS}, (${EVENTS_OF} AND e.sequence >= k.sequence) AS events, ${DEFERRAL} FROM unnest($1::text[], $2::int[]) AS k (id, sequence)
  JOIN servicing.loan_state s ON s.loan_account_id = k.id JOIN servicing.loan_account a ON a.tenant_id = s.tenant_id AND a.id = s.loan_account_id`;

/** Loans that are locked, by id, and those that somebody else holds. */
export interface LockedLoans { readonly loans: Map<string, LockedLoan>; readonly busy: ReadonlySet<string> }

/**
 * Locks many loans in order of id, so that two such commands cannot wait for each other. Unknown ones are left out.
 * @param patience  whether to wait for a loan that somebody else holds, or to pass it over
 */
export async function lockLoans(tx: Tx, ids: readonly string[], patience: Patience = "wait"): Promise<LockedLoans> {
  if (ids.length === 0) return { loans: new Map(), busy: new Set() };
  const known = ids.map((id) => recall(tx.tenantId, id));
  // Sent together, carried out one after the other: the events are read after the locks are held, so none is missed.
  const [held, rows] = await Promise.all([
    patience === "wait" ? tx.rows<{ id: string }>("servicing.loans.lock", LOCK, [ids]) : tx.rows<{ id: string }>("servicing.loans.lock_free", `${LOCK} SKIP LOCKED`, [ids]),
    tx.rows<Row>("servicing.loans.read_on", READ_ON, [ids, known.map((one) => one?.sequence ?? 0)]),
  ]);
  const mine = new Set(held.map(({ id }) => id));
  const loans = new Map<string, LockedLoan>();
  for (const row of rows) if (mine.has(row.id)) loans.set(row.id, presentFrom(tx, known[ids.indexOf(row.id)] ?? null, row) ?? await readWhole(tx, row.id));
  return { loans, busy: new Set(rows.map(({ id }) => id).filter((id) => !mine.has(id))) };
}

/** Locks the loans of a shard whose end of day of `date` has something to do, in order of id; tells which. */
export async function lockDue(tx: Tx, date: string, shard: number, shards: number): Promise<string[]> {
  const due = await tx.rows<{ id: string }>("servicing.loans.due",
    `SELECT loan_account_id AS id FROM servicing.loan_state WHERE attention_date <= $1 AND shard BETWEEN $2 AND $3 ORDER BY loan_account_id FOR UPDATE`, [date, ...shardsOf(shard, shards)]);
  return due.map(({ id }) => id);
}

/** Loans that are locked, with their histories not yet told: see {@link seenOn}. */
export async function readLocked(tx: Tx, ids: readonly string[]): Promise<Untold[]> {
  return tx.rows<Row>("servicing.loans.read", `SELECT ${COLUMNS}, ${EVENTS}, ${DEFERRAL} FROM ${FROM} WHERE s.loan_account_id = ANY($1)`, [ids]);
}

/** The loan as the engine sees it on a day. Throws what the engine does when it cannot follow the history. */
export function seenOn(loan: Untold, day: IsoDate): LockedLoan {
  return present(loan, day);
}

/** Reads a loan without locking it. May raise loan.not_found. */
export async function readLoan(tx: Tx, loanAccountId: string): Promise<LockedLoan> {
  const known = recall(tx.tenantId, loanAccountId);
  const row = await tx.maybe<Row>("servicing.loan.read", `SELECT ${COLUMNS}, ${EVENTS_FROM}, ${DEFERRAL} FROM ${FROM} WHERE s.loan_account_id = $1`, [loanAccountId, known?.sequence ?? 0]);
  if (row === undefined) throw problem("loan.not_found");
  return presentFrom(tx, known, row) ?? readWhole(tx, loanAccountId);
}

/** Reads a loan from its first event, where the log is not the one remembered. */
async function readWhole(tx: Tx, loanAccountId: string): Promise<LockedLoan> {
  const row = await tx.one<Row>("servicing.loan.read_whole", `SELECT ${COLUMNS}, ${EVENTS}, ${DEFERRAL} FROM ${FROM} WHERE s.loan_account_id = $1`, [loanAccountId]);
  return presentFrom(tx, null, row) as LockedLoan;
}

/** The product version a loan is stamped with. */
export function productOf(tx: Tx, productVersionId: string): Promise<ProductVersion> {
  return getProductVersion(tx, productVersionId);
}

/** What every published event says of its loan. */
export function factOf(loan: Pick<LoanRow, "id" | "number" | "currency" | "borrower_party_id" | "borrower_name" | "product_code" | "product_version_id">): LoanFact {
  return {
    loanAccountId: loan.id, number: loan.number, currency: loan.currency, partyId: loan.borrower_party_id, borrowerName: loan.borrower_name, productCode: loan.product_code, productVersionId: loan.product_version_id,
  };
}

const STATE_COLUMNS = [
  "loan_account_id", "shard", "product_version_id", "branch_id", "currency", "status", "disbursement", "principal_minor", "interest_minor", "fee_minor", "penalty_minor", "overpayment_minor", "charged_off_minor", "interest_through",
  "segment_kind", "segment_from", "segment_until", "segment_slope", "segment_divisor", "segment_carry", "segment_base", "segment_rounding",
  "attention_date", "next_due_date", "next_due_minor", "oldest_due_date", "overdue_minor", "bucket", "class", "non_accrual", "suspense_minor", "disbursed_date", "closed_date", "charged_off_date", "last_sequence", "last_value_date",
];
const ALL = STATE_COLUMNS.join(", ");
const CHANGED = STATE_COLUMNS.slice(5).map((c) => `${c} = excluded.${c}`).join(", ");
const SAVE = `
WITH event AS (
  INSERT INTO servicing.loan_event (loan_account_id, sequence, id, type, value_date, business_date, recorded_at, cause, actor_id, payload)
  SELECT e.loan, e.sequence, e.id, e.payload ->> 'type', (e.payload ->> 'valueDate')::date, (e.payload ->> 'businessDate')::date, $7, e.cause, e.actor, e.payload
  FROM unnest($2::text[], $3::int[], $4::text[], $8::jsonb[], $5::text[], $6::text[]) AS e (loan, sequence, id, payload, cause, actor)
), source AS (
  INSERT INTO servicing.payment_source (source, loan_account_id, event_id) SELECT p.source, p.loan, p.event FROM unnest($12::text[], $13::text[], $14::text[]) AS p (source, loan, event)
), accrual AS (
  INSERT INTO servicing.loan_accrual (business_date, loan_account_id, interest_minor) SELECT $9::date, n.loan, n.earned FROM unnest($10::text[], $11::bigint[]) AS n (loan, earned)
)
INSERT INTO servicing.loan_state AS s (${ALL})
SELECT ${ALL} FROM json_populate_recordset(null::servicing.loan_state, $1::json)
ON CONFLICT (tenant_id, loan_account_id) DO UPDATE SET ${CHANGED}, version = s.version + 1`;

/** What money came from, for instance the match of a receipt, and the event it became: the same source is applied once. */
export interface PaymentSource { readonly source: string; readonly loanAccountId: string; readonly eventId: string }

/** What caused an event, and who. */
export interface Origin { readonly cause: string; readonly actorId: string }

/**
 * Saves changed loans, their new events and where their money came from in one statement. The loans are locked by the caller, or new.
 * @param cause  what caused the events: of all, or by event
 */
export async function saveStates(tx: Tx, ctx: Context, states: readonly NewState[], cause: string | ReadonlyMap<string, Origin>, sources: readonly PaymentSource[] = []): Promise<void> {
  const all: Origin = { cause: typeof cause === "string" ? cause : ctx.requestId, actorId: ctx.actor.id };
  const events = states.flatMap((s) => s.events.map((event) => ({ loan: s.loanAccountId, event, origin: (typeof cause === "string" ? undefined : cause.get(event.id)) ?? all })));
  const earning = states.filter((s) => s.earned !== 0);
  for (const s of states) if (s.state !== null && recall(tx.tenantId, s.loanAccountId) !== null) remember(tx.tenantId, s.loanAccountId, s.state);
  await tx.run("servicing.state.save", SAVE, [
    JSON.stringify(states.map(rowOf)), events.map((e) => e.loan), events.map((e) => e.event.sequence), events.map((e) => e.event.id), events.map((e) => e.origin.cause), events.map((e) => e.origin.actorId), tx.now, events.map((e) => JSON.stringify(e.event)),
    tx.businessDate, earning.map((s) => s.loanAccountId), earning.map((s) => s.earned),
    sources.map((s) => s.source), sources.map((s) => s.loanAccountId), sources.map((s) => s.eventId),
  ]);
  await saveDeferrals(tx, states.flatMap((s) => (s.deferral === undefined ? [] : [{ ...s, ...s.deferral }])));
}

function rowOf(s: NewState): Record<string, unknown> {
  return {
    loan_account_id: s.loanAccountId, shard: s.shard, product_version_id: s.productVersionId, branch_id: s.branchId, currency: s.currency, status: s.status, disbursement: s.disbursement, principal_minor: s.principal, interest_minor: s.interest, fee_minor: s.fee, penalty_minor: s.penalty,
    overpayment_minor: s.overpayment, charged_off_minor: s.chargedOff, interest_through: s.interestThrough, ...segmentColumns(s.segment), attention_date: s.attentionDate, next_due_date: s.nextDueDate,
    next_due_minor: s.nextDueMinor, oldest_due_date: s.oldestDueDate, overdue_minor: s.overdueMinor, bucket: s.bucket, class: s.class, non_accrual: s.nonAccrual, suspense_minor: s.suspense, disbursed_date: s.disbursedDate, closed_date: s.closedDate,
    charged_off_date: s.chargedOffDate, last_sequence: s.lastSequence, last_value_date: s.lastValueDate,
  };
}

function segmentColumns(segment: Segment | null): Record<string, unknown> {
  if (segment === null) return {};
  const { kind, from, until, slope, divisor, carry, base, rounding } = segment;
  return {
    segment_kind: kind, segment_from: from, segment_until: until, segment_slope: String(slope), segment_divisor: String(divisor), segment_carry: String(carry), segment_base: String(base), segment_rounding: rounding,
  };
}
