import { daysFrom, isDate, plusDays } from "../civil-date.ts";
import { toText } from "../money-text.ts";
import { invalid, Refusal } from "../refusal.ts";
import { accountOf, type BankState, book, dayOf, nextMessageId, notify, publish } from "./book.ts";
import { executeItems, report } from "./execute.ts";
import { bookIncoming } from "./incoming.ts";
import type { Account, Entry, PlacedItem, Submission, Waiting } from "./model.ts";

const MOST_DAYS_AT_ONCE = 1_100;

export interface MoveDate {
  readonly date: string;
  readonly accountIds?: readonly string[];
  readonly deliverTwice: boolean;
}

export interface ClosedDay {
  readonly accountId: string;
  readonly date: string;
  readonly fileId: string;
  readonly statementId: string;
  readonly opening: string;
  readonly closing: string;
  readonly entries: number;
}

/**
 * Moves accounts to a business date: closes each day before it with a statement, and opens each day after it by booking
 * what was waiting. Accounts that were not named and are already further stay where they are.
 *
 * @throws Refusal bank.account_unknown, bank.date_goes_back, sandbox.invalid (too far ahead)
 */
export function moveDate(state: BankState, input: MoveDate): { accounts: { accountId: string; businessDate: string | null }[]; closed: ClosedDay[] } {
  if (!isDate(input.date)) throw invalid([{ pointer: "/date", detail: "no such day" }]);
  const accounts = input.accountIds === undefined ? [...state.accounts.values()] : input.accountIds.map((id) => accountOf(state, id));
  for (const account of accounts) {
    const days = account.businessDate === null ? 0 : daysFrom(account.businessDate, input.date);
    if (days > MOST_DAYS_AT_ONCE) throw invalid([{ pointer: "/date", detail: `account ${account.id} would move ${days} days; at most ${MOST_DAYS_AT_ONCE} at a time` }]);
    if (days < 0 && input.accountIds !== undefined) throw new Refusal(409, "bank.date_goes_back", `Account ${account.id} is on ${account.businessDate} already.`);
  }
  const closed: ClosedDay[] = [];
  for (const account of accounts) {
    account.businessDate ??= input.date;
    while (account.businessDate < input.date) {
      closed.push(closeDay(state, account, input.deliverTwice));
      account.businessDate = plusDays(account.businessDate, 1);
      openDay(state, account);
    }
  }
  return { accounts: accounts.map((account) => ({ accountId: account.id, businessDate: account.businessDate })), closed };
}

function closeDay(state: BankState, account: Account, deliverTwice: boolean): ClosedDay {
  const date = dayOf(account);
  account.statementCount += 1;
  const statementId = `${account.id}-${date}`;
  const content = {
    kind: "camt.053", messageId: nextMessageId(state, "C"), statementId, number: account.statementCount,
    openingMinor: account.dayOpeningMinor, closingMinor: account.balanceMinor, entries: account.entries,
  } as const;
  const file = publish(state, account, date, content);
  if (deliverTwice) publish(state, account, date, content);
  const closed = {
    accountId: account.id, date, fileId: file.id, statementId, opening: toText(account.dayOpeningMinor, account.currency),
    closing: toText(account.balanceMinor, account.currency), entries: account.entries.length,
  };
  account.entries = [];
  account.dayOpeningMinor = account.balanceMinor;
  return closed;
}

/** Books what waited for this day: first what others sent, then the lender's own orders, as cover may come with the first. */
function openDay(state: BankState, account: Account): void {
  const waiting = account.waiting.get(dayOf(account));
  if (waiting === undefined) return;
  account.waiting.delete(dayOf(account));
  const arrived: Entry[] = [];
  for (const each of waiting) {
    if (each.kind === "incoming") arrived.push(bookIncoming(account, each.payment));
    if (each.kind === "return") arrived.push(book(account, each.side, each.code, [each.detail]));
  }
  notify(state, account, arrived);
  const told = carryOutWaiting(state, waiting);
  for (const [submission, { placed, late }] of told) report(state, account, submission, placed, late);
}

function carryOutWaiting(state: BankState, waiting: readonly Waiting[]): Map<Submission, { placed: PlacedItem[]; late: boolean }> {
  const told = new Map<Submission, { placed: PlacedItem[]; late: boolean }>();
  const submissionOf = indexOf(state);
  const tell = (placed: PlacedItem, late: boolean): void => {
    const submission = submissionOf(placed);
    const entry = told.get(submission) ?? { placed: [], late: false };
    entry.placed.push(placed);
    told.set(submission, { placed: entry.placed, late: entry.late || late });
  };
  const orders = waiting.filter((each) => each.kind === "execute");
  for (const group of Map.groupBy(orders, (each) => `${each.placed.submissionId} ${each.placed.pmtInfId} ${each.delayed}`).values()) {
    const first = group[0];
    if (first !== undefined) executeItems(state, submissionOf(first.placed), group.map((each) => each.placed), first.batch, first.delayed);
    for (const each of group) tell(each.placed, false);
  }
  for (const each of waiting) {
    if (each.kind === "report") tell(each.placed, true);
    if (each.kind !== "reject") continue;
    each.placed.status = "RJCT";
    each.placed.reason = each.reason;
    tell(each.placed, false);
  }
  return told;
}

function indexOf(state: BankState): (placed: PlacedItem) => Submission {
  const byId = new Map(state.submissions.map((each) => [each.submissionId, each]));
  return (placed) => {
    const submission = byId.get(placed.submissionId);
    if (submission === undefined) throw new RangeError(`no submission ${placed.submissionId}`);
    return submission;
  };
}
