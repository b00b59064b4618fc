import { plusDays } from "../civil-date.ts";
import { Refusal } from "../refusal.ts";
import type { Account, BankFile, Detail, Entry, EntryCode, FileContent, IncomingPayment, Side, Submission, Waiting } from "./model.ts";
import type { CheckoutSession } from "./checkout.ts";

/** Everything the bank holds; changed only by the operations of this folder. */
export interface BankState {
  readonly seed: string;
  readonly accounts: Map<string, Account>;
  readonly files: BankFile[];
  readonly submissions: Submission[];
  /** What was answered first, by idempotency key; a repeat is told the same, however things went on. */
  readonly answers: Map<string, { readonly sha256: string; readonly submissionId: string; readonly answer: Readonly<Record<string, unknown>> }>;
  /** By account and MsgId. */
  readonly messageIds: Map<string, Submission>;
  readonly incoming: Map<string, IncomingPayment>;
  incomingCount: number;
  readonly sessions: Map<string, CheckoutSession>;
  readonly sessionByReference: Map<string, string>;
}

export const createBankState = (seed: string): BankState => ({
  seed, accounts: new Map(), files: [], submissions: [], answers: new Map(), messageIds: new Map(), incoming: new Map(), incomingCount: 0,
  sessions: new Map(), sessionByReference: new Map(),
});

/** @throws Refusal bank.account_unknown */
export function accountOf(state: BankState, id: string): Account {
  const account = state.accounts.get(id);
  if (account === undefined) throw new Refusal(404, "bank.account_unknown", `There is no account ${id}.`);
  return account;
}

/** The day an account is on. @throws Refusal bank.business_date_missing */
export function dayOf(account: Account): string {
  if (account.businessDate === null) throw new Refusal(409, "bank.business_date_missing", `Account ${account.id} has no business date yet; give openDate or POST /bank/v1/business-date.`);
  return account.businessDate;
}

/** Books an entry on the account's day and moves the balance with it: the only place where a balance changes. */
export function book(account: Account, side: Side, code: EntryCode, details: readonly Detail[], valueDate?: string, batch = false): Entry {
  const bookingDate = dayOf(account);
  const minor = details.reduce((sum, detail) => sum + detail.minor, 0n);
  account.entryCount += 1;
  const entry: Entry = {
    reference: `${bookingDate.replaceAll("-", "")}-${String(account.entryCount).padStart(7, "0")}`,
    side, code, minor, bookingDate, valueDate: valueDate ?? bookingDate, batch, details,
  };
  account.entries.push(entry);
  account.balanceMinor += side === "CRDT" ? minor : -minor;
  return entry;
}

/** Puts something off until a later day of the account. */
export function wait(account: Account, date: string, what: Waiting): void {
  const others = account.waiting.get(date);
  if (others === undefined) account.waiting.set(date, [what]);
  else others.push(what);
}

export const inDays = (account: Account, days: number): string => plusDays(dayOf(account), days);

/** Puts a file into the outbox. */
export function publish(state: BankState, account: Account, businessDate: string, content: FileContent): BankFile {
  const seq = state.files.length + 1;
  const file: BankFile = { id: `bf_${String(seq).padStart(8, "0")}`, seq, account, businessDate, content };
  state.files.push(file);
  return file;
}

/** Own message id of the next file. */
export const nextMessageId = (state: BankState, kind: string): string => `SB${kind}${String(state.files.length + 1).padStart(8, "0")}`;

/** A notification for what was just booked, if there is something to tell. */
export function notify(state: BankState, account: Account, entries: readonly Entry[]): void {
  if (entries.length > 0) publish(state, account, dayOf(account), { kind: "camt.054", messageId: nextMessageId(state, "N"), entries });
}
