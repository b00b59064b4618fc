import { buildSchedule, isoDate, replay, type EventDraft, type IsoDate, type LoanEvent, type LoanTerms } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { grantOwners } from "#modules/documents/index.ts";
import { postAll, type EntryLine, type JournalEntry } from "#modules/ledger/index.ts";
import { registerReferences } from "#modules/payments/index.ts";
import { scheduleHashOf, type PostingRules, type ProductVersion } from "#modules/products/index.ts";
import { nextState } from "../change.ts";
import { booksOf, carriedOn, entryOf } from "../domain/books.ts";
import { pastBooks } from "../domain/past-books.ts";
import { positionOf } from "../domain/position.ts";
import { shardOf } from "../domain/shard.ts";
import { productOf, saveStates, type NewState } from "../store.ts";
import { keepBooks } from "./keep-books.ts";
import { latenessOf, saveHistory, type Lateness, type Past } from "./board-history.ts";

/** A running loan as another system hands it over. */
export interface OpeningLoan {
  readonly productVersionId: string;
  /** The contract, or what remains of it from the last due date that was kept. */
  readonly terms: LoanTerms;
  /** As few facts as carry the balance, or all there are: the payout, and what was paid since, in order. */
  readonly history: readonly EventDraft[];
  readonly partyId: string;
  readonly borrowerName: string;
  readonly branchId: string | null;
}

/** Opening balances of a batch, minor units by currency. */
export interface OpeningTotals { readonly loans: number; readonly late: number; readonly receivable: Readonly<Record<string, bigint>> }

/**
 * Takes many running loans into the books at once, in a few statements: account, facts, position, and what the books get of it, so that
 * the control accounts equal the loans from the first moment. Each loan's position is made by the engine from the facts given, never
 * taken on trust. All or none.
 *
 * @param books  "opening": one entry per product × branch × currency, today, against the account of opening balances; "history": every
 *               day of the loans' past is posted on that day, as if they had always been here (the past must not be closed)
 */
export async function boardPortfolio(tx: Tx, ctx: Context, loans: readonly OpeningLoan[], books: "opening" | "history" = "opening"): Promise<OpeningTotals> {
  requirePermission(ctx.actor, "loan.account.board");
  const today = isoDate(tx.businessDate);
  const numbers = await tx.rows<{ n: bigint }>("servicing.portfolio.numbers", "SELECT nextval('servicing.loan_number') AS n FROM generate_series(1, $1::int)", [loans.length]);
  const accounts: Record<string, unknown>[] = [];
  const states: NewState[] = [];
  const pasts: Past[] = [];
  const sums = new Map<string, { loan: OpeningLoan; version: ProductVersion; principal: number; interest: number; suspense: number }>();
  for (const [i, loan] of loans.entries()) {
    const version = await productOf(tx, loan.productVersionId);
    const n = numbers[i]?.n ?? 0n;
    const account = { id: ctx.ids.next("la"), number: `LN${n}`, shard: shardOf(n), product_version_id: version.id, product_code: version.code, branch_id: loan.branchId, currency: loan.terms.currency, borrower_party_id: loan.partyId, borrower_name: loan.borrowerName };
    const events = loan.history.map((draft, k) => ({ ...draft, id: ctx.ids.next("lev"), sequence: k + 1, businessDate: books === "history" ? draft.valueDate : today }) as LoanEvent);
    const { state, position, days, deferral } = books === "history" ? pastBooks(version, loan.terms, events, today, (then, through) => latenessOf(then, version, through)) : opened(loan.terms, events, today);
    if (days.length > 0) pasts.push({ loanAccountId: account.id, number: account.number, branchId: loan.branchId, currency: loan.terms.currency, version, days });
    const next = nextState({ ...account, disbursement: "boarded", last_sequence: 0, bucket: null, class: null, non_accrual: null }, state, position, events, { version, ages: true }, today);
    // Of the past every day is kept as it was: what is saved with the state moves nothing more.
    states.push(deferral === null ? next : { ...next, deferral: { before: deferral, after: deferral } });
    accounts.push({ ...account, terms: loan.terms, schedule_hash: scheduleHashOf(loan.terms, buildSchedule(loan.terms)), principal_minor: loan.terms.principal, booked_date: today });
    const key = `${version.id}|${loan.branchId ?? ""}|${loan.terms.currency}`;
    const sum = sums.get(key) ?? { loan, version, principal: 0, interest: 0, suspense: 0 };
    sums.set(key, { ...sum, principal: sum.principal + position.principal, interest: sum.interest + position.interest, suspense: sum.suspense + next.suspense });
  }
  await tx.run("servicing.portfolio.insert",
    `INSERT INTO servicing.loan_account (id, number, shard, product_version_id, product_code, branch_id, currency, borrower_party_id, borrower_name, terms, schedule_hash, principal_minor, booked_date)
     SELECT id, number, shard, product_version_id, product_code, branch_id, currency, borrower_party_id, borrower_name, terms, schedule_hash, principal_minor, booked_date FROM json_populate_recordset(null::servicing.loan_account, $1::json)`, [JSON.stringify(accounts)]);
  const ids = accounts.map((a) => a["id"] as string);
  const parties = loans.map((l) => l.partyId);
  await tx.run("servicing.portfolio.parties", "INSERT INTO servicing.loan_party (loan_account_id, party_id, role) SELECT l.loan, l.party, 'borrower' FROM unnest($1::text[], $2::text[]) AS l (loan, party)", [ids, parties]);
  await saveStates(tx, ctx, states, ctx.requestId);
  await registerReferences(tx, ctx, accounts.map((a, i) => ({ reference: a["number"] as string, subject: a["id"] as string, partyId: parties[i] as string })));
  await grantOwners(tx, ctx, { kind: "loan_account", owners: ids.map((id, i) => ({ id, viewerId: parties[i] as string, branchId: loans[i]?.branchId ?? null })) });
  if (books === "history") {
    await saveHistory(tx, ctx, pasts);
    await postAll(tx, ctx, [...sums.values()].flatMap((s) => suspendedIn(s.version, s.suspense, { productCode: s.version.code, branchId: s.loan.branchId ?? undefined }, { cause: { kind: "boarding", id: ctx.requestId }, businessDate: today, valueDate: today, currency: s.loan.terms.currency })));
  } else await postAll(tx, ctx, [...sums.values()].filter((s) => s.principal + s.interest > 0).map((s) => ({
    cause: { kind: "boarding", id: ctx.requestId }, businessDate: today, valueDate: today, currency: s.loan.terms.currency, memo: `Opening balances of boarded loans, ${s.version.code}`,
    ...openingIn(s.version, s, { productCode: s.version.code, branchId: s.loan.branchId ?? undefined }),
  })));
  for (const version of new Map([...sums.values()].map((s) => [s.version.id, s.version])).values()) await keepBooks(tx, version);
  const totals = totalsOf(loans, states);
  await audit.record(tx, ctx, { action: "loan.portfolio.boarded", subject: ids[0] ?? tx.tenantId, after: { ...totals, first: ids[0], last: ids.at(-1) } });
  return totals;
}

/** A loan as it stands, whatever its past was. */
function opened(terms: LoanTerms, events: readonly LoanEvent[], today: IsoDate): ReturnType<typeof pastBooks<Lateness>> {
  const state = replay(terms, events, today);
  return { days: [], state, position: positionOf(state, today), deferral: null };
}

type Marks = { productCode: string; branchId?: string };

/** What loans bring with them, in each book on the accounts its rules carry them on; on the cash basis interest comes in when it is paid. */
function openingIn(version: ProductVersion, { principal, interest, suspense }: { readonly principal: number; readonly interest: number; readonly suspense: number }, marks: Marks): Pick<JournalEntry, "lines" | "parallel"> {
  const parallel = booksOf(version.definition).slice(1).map((book) => {
    const on = carriedOn(book);
    return { book: book.book, lines: openingLines([[on.principal, principal], [on.interest, interest], [on.interest === null ? null : suspenseOf(book.rules), -suspense]], marks) };
  });
  return { lines: openingLines([["principal_receivable", principal], ["interest_receivable", interest], [suspenseOf(version.definition.postingRules), -suspense]], marks), parallel: parallel.filter((each) => each.lines.length > 0) };
}

const suspenseOf = (rules: PostingRules): string | null => rules["interest_suspended"]?.["credit.total"] ?? null;

/** Income of the past that loans which do not perform never brought: it goes to suspense on the day they come here. */
function suspendedIn({ code, definition }: ProductVersion, minor: number, marks: Marks, head: Omit<JournalEntry, "memo" | "book" | "parallel" | "lines">): JournalEntry[] {
  const entry = minor === 0 ? null : entryOf(definition, [{ fact: "interest_suspended", amounts: { total: minor } }], marks, { ...head, memo: `Interest of loans that do not perform, ${code}` });
  return entry === null ? [] : [entry];
}

function openingLines(amounts: readonly (readonly [account: string | null, minor: number])[], marks: Marks): EntryLine[] {
  const held = amounts.filter((each): each is readonly [string, number] => each[0] !== null && each[1] !== 0);
  if (held.length === 0) return [];
  return [...held.map(([account, minor]): EntryLine => (minor > 0 ? { account, debit: BigInt(minor), ...marks } : { account, credit: BigInt(-minor), ...marks })), { account: "opening_balance", credit: BigInt(held.reduce((sum, [, minor]) => sum + minor, 0)), ...marks }];
}

function totalsOf(loans: readonly OpeningLoan[], states: readonly NewState[]): OpeningTotals {
  const receivable: Record<string, bigint> = {};
  let late = 0;
  for (const [i, state] of states.entries()) {
    const currency = loans[i]?.terms.currency ?? "";
    receivable[currency] = (receivable[currency] ?? 0n) + BigInt(state.principal + state.interest);
    if (state.oldestDueDate !== null) late++;
  }
  return { loans: loans.length, late, receivable };
}
