import { fateOf } from "../magic-values.ts";
import { accountOf, type BankState, book, inDays, nextMessageId, publish, wait } from "./book.ts";
import type { Account, BankFile, Detail, EntryCode, PlacedItem, ReportedItem, Side, Submission } from "./model.ts";
import { statusOfAll } from "./pain-write.ts";

/** Money leaves the lender for a payout and comes to it for a collection. */
export const sideOf = (submission: Submission): Side => (submission.direction === "payout" ? "DBIT" : "CRDT");

const CODES = { payout: { settle: "ICDT/DMCT", return: "ICDT/RRTN" }, collection: { settle: "IDDT/PMDD", return: "IDDT/UPDD" } } as const satisfies Record<string, Record<string, EntryCode>>;

/**
 * Carries out the items of one payment information on the account's day: judges each by its magic values and by cover,
 * books the good ones (in one entry when the sender asked for batch booking) and arranges what comes later.
 *
 * @param delayed true for items that already waited because of a magic account
 */
export function executeItems(state: BankState, submission: Submission, placed: readonly PlacedItem[], batch: boolean, delayed: boolean): void {
  const first = placed[0];
  if (first === undefined) return;
  const account = accountOf(state, first.accountId);
  let coverMinor = account.balanceMinor + account.overdraftMinor;
  const settled: PlacedItem[] = [];
  for (const each of placed) {
    const fate = fateOf(submission.direction, each.item.counterparty.account ?? "", each.minor);
    if (fate.kind === "reject" && fate.afterDays === undefined) { turnDown(each, fate.reason); continue; }
    if (fate.kind === "reject") { wait(account, inDays(account, fate.afterDays ?? 0), { kind: "reject", placed: each, reason: fate.reason }); continue; }
    if (fate.kind === "delay" && !delayed) { wait(account, inDays(account, fate.afterDays), { kind: "execute", placed: each, delayed: true, batch }); continue; }
    if (submission.direction === "payout" && coverMinor < each.minor) { turnDown(each, "AM04"); continue; }
    if (submission.direction === "payout") coverMinor -= each.minor;
    settled.push(each);
  }
  if (batch && settled.length > 0) {
    bookItems(account, submission, settled, true);
  } else {
    for (const each of settled) bookItems(account, submission, [each], false);
  }
  for (const each of settled) arrangeReturn(account, submission, each);
}

function turnDown(placed: PlacedItem, reason: string): void {
  placed.status = "RJCT";
  placed.reason = reason;
}

function bookItems(account: Account, submission: Submission, placed: readonly PlacedItem[], batch: boolean): void {
  const entry = book(account, sideOf(submission), CODES[submission.direction].settle, placed.map((each) => detailOf(submission, each)), undefined, batch);
  for (const each of placed) {
    each.status = "ACSC";
    each.reference = entry.reference;
  }
}

const detailOf = (submission: Submission, placed: PlacedItem): Detail => ({
  minor: placed.minor, msgId: submission.msgId, pmtInfId: placed.pmtInfId, instrId: placed.item.instrId, endToEndId: placed.item.endToEndId,
  mandateId: placed.item.mandateId, counterparty: placed.item.counterparty, remittance: placed.item.remittance,
});

function arrangeReturn(account: Account, submission: Submission, placed: PlacedItem): void {
  const fate = fateOf(submission.direction, placed.item.counterparty.account ?? "", placed.minor);
  if (fate.kind === "late-report") wait(account, inDays(account, fate.afterDays), { kind: "report", placed });
  if (fate.kind !== "return") return;
  wait(account, inDays(account, fate.afterDays), {
    kind: "return", code: CODES[submission.direction].return, side: sideOf(submission) === "DBIT" ? "CRDT" : "DBIT", reason: fate.reason,
    detail: { ...detailOf(submission, placed), originalReference: placed.reference, returnReason: fate.reason },
  });
}

/** True while the bank keeps quiet about an item that it has carried out. */
const heldBack = (submission: Submission, placed: PlacedItem): boolean =>
  placed.status === "ACSC" && fateOf(submission.direction, placed.item.counterparty.account ?? "", placed.minor).kind === "late-report";

/**
 * Tells the sender by a pain.002 how items stand.
 *
 * @param late true when items that were held back are due to be told
 * @returns    the file, or null when there is nothing to tell yet
 */
export function report(state: BankState, account: Account, submission: Submission, placed: readonly PlacedItem[], late: boolean): BankFile | null {
  const told = late ? placed : placed.filter((each) => !heldBack(submission, each));
  if (told.length === 0) return null;
  const items: readonly ReportedItem[] = told.map((each) => ({
    pmtInfId: each.pmtInfId, instrId: each.item.instrId, endToEndId: each.item.endToEndId, status: each.status, reason: each.reason, reference: each.reference,
  }));
  return publish(state, account, account.businessDate ?? "", {
    kind: "pain.002", messageId: nextMessageId(state, "S"), submission, groupStatus: statusOfAll(submission.items), items,
  });
}
