import { toMinor } from "../money-text.ts";
import { Refusal } from "../refusal.ts";
import { stableId } from "../seeded.ts";
import { type BankState, dayOf, wait } from "./book.ts";
import { executeItems, report } from "./execute.ts";
import { type Account, type Direction, type Item, type PaymentBlock, type PaymentFile, type PlacedItem, plainNumber, type Submission } from "./model.ts";
import { statusOfAll } from "./pain-write.ts";

export interface Submit {
  readonly key: string;
  readonly sha256: string;
  readonly file: PaymentFile;
}

/**
 * Takes a payment file once. Everything that can refuse it comes before anything moves.
 *
 * @throws Refusal bank.account_unknown, bank.business_date_missing, bank.duplicate_message
 */
export function submit(state: BankState, input: Submit): Submission {
  const accounts = input.file.blocks.map((block, index) => ownAccount(state, block, index));
  const lead = accounts[0] as Account;
  const messageKey = JSON.stringify([lead.id, input.file.msgId]);
  const before = state.messageIds.get(messageKey);
  if (before !== undefined) {
    throw new Refusal(409, "bank.duplicate_message", `MsgId ${input.file.msgId} was received before from account ${lead.id}; nothing was done again.`, { submissionId: before.submissionId });
  }
  for (const account of accounts) dayOf(account);
  const submissionId = stableId("sub", state.seed, lead.id, input.file.msgId);
  const judged = input.file.blocks.map((block, index) => block.items.map((item) => place(item, block, accounts[index] as Account, submissionId, input.file.direction)));
  const items = judged.flat();
  const groupReason = wrongTotals(input.file);
  const submission: Submission = {
    submissionId, accountId: lead.id, msgId: input.file.msgId, messageName: input.file.messageName, direction: input.file.direction, sha256: input.sha256,
    items, controlSum: plainSum(input.file), groupReason, statusFileId: null,
  };
  state.submissions.push(submission);
  state.messageIds.set(messageKey, submission);
  if (groupReason === undefined) {
    input.file.blocks.forEach((block, index) => carryOut(state, submission, block, judged[index] ?? [], accounts[index] as Account));
  } else {
    for (const each of items) each.status = "RJCT";
  }
  submission.statusFileId = report(state, lead, submission, items, false)?.id ?? null;
  state.answers.set(input.key, { sha256: input.sha256, submissionId, answer: submissionAnswer(submission) });
  return submission;
}

function ownAccount(state: BankState, block: PaymentBlock, index: number): Account {
  for (const account of state.accounts.values()) {
    if (plainNumber(account.number) !== block.ownNumber) continue;
    const member = account.number.kind === "in" ? account.number.ifsc : account.number.kind === "us" ? account.number.routing : undefined;
    if (member === undefined || block.ownMember === undefined || member === block.ownMember) return account;
  }
  throw new Refusal(422, "bank.account_unknown", `PmtInf[${index + 1}] names the account ${block.ownNumber}, which is not kept here.`);
}

/** Reads an item's amount and judges what can be judged on paper. */
function place(item: Item, block: PaymentBlock, account: Account, submissionId: string, direction: Direction): PlacedItem {
  const judged = judge(item, account.currency, direction);
  return {
    item, pmtInfId: block.pmtInfId, accountId: account.id, submissionId, minor: judged.minor,
    status: judged.reason === undefined ? "ACCP" : "RJCT", reason: judged.reason, reference: undefined,
  };
}

function judge(item: Item, currency: string, direction: Direction): { minor: bigint; reason: string | undefined } {
  if (item.currency !== currency) return { minor: 0n, reason: "AM03" };
  let minor: bigint;
  try {
    minor = toMinor(item.amountText, currency);
  } catch {
    return { minor: 0n, reason: "AM12" };
  }
  if (minor < 0n) return { minor: 0n, reason: "AM12" };
  if (minor === 0n) return { minor, reason: "AM01" };
  // The message definition lets the mandate be left out, no direct debit scheme does.
  if (direction === "collection" && item.mandateId === undefined) return { minor, reason: "MD01" };
  return { minor, reason: item.counterparty.account === "" ? "AC01" : undefined };
}

function carryOut(state: BankState, submission: Submission, block: PaymentBlock, placed: readonly PlacedItem[], account: Account): void {
  const good = placed.filter((each) => each.status !== "RJCT");
  if (block.requestedDate <= dayOf(account)) executeItems(state, submission, good, block.batch, false);
  else for (const each of good) wait(account, block.requestedDate, { kind: "execute", placed: each, delayed: false, batch: block.batch });
}

/** Counts and control sums the sender states must be true, for the group and for each payment information. */
function wrongTotals(file: PaymentFile): string | undefined {
  const parts = [{ count: file.count, controlSum: file.controlSum, items: file.blocks.flatMap((block) => block.items) }, ...file.blocks];
  for (const part of parts) {
    if (part.count !== undefined && part.count !== String(part.items.length)) return "AM18";
    if (part.controlSum !== undefined && !sameDecimal(part.controlSum, sumOf(part.items))) return "AM10";
  }
  return undefined;
}

const DIGITS = 18;

/** Sum of amounts as decimals, whatever the currencies: that is what CtrlSum means. In units of 10^-18. */
function sumOf(items: readonly Item[]): bigint {
  return items.reduce((sum, item) => sum + (scaled(item.amountText) ?? 0n), 0n);
}

function scaled(text: string): bigint | undefined {
  const match = /^(\d{1,18})(?:\.(\d{1,18}))?$/.exec(text);
  return match === null ? undefined : BigInt(`${match[1]}${(match[2] ?? "").padEnd(DIGITS, "0")}`);
}

const sameDecimal = (text: string, sum: bigint): boolean => scaled(text) === sum;

function plainSum(file: PaymentFile): string {
  const digits = sumOf(file.blocks.flatMap((block) => block.items)).toString().padStart(DIGITS + 1, "0");
  return `${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS).replace(/0{1,16}$/, "")}`;
}

/** What the sender of a file is told about it. */
export function submissionAnswer(submission: Submission): Readonly<Record<string, unknown>> {
  return {
    submissionId: submission.submissionId, accountId: submission.accountId, msgId: submission.msgId, messageName: submission.messageName,
    status: statusOfAll(submission.items), ...(submission.groupReason === undefined ? {} : { reason: submission.groupReason }),
    items: submission.items.length, rejected: submission.items.filter((each) => each.status === "RJCT").length,
    controlSum: submission.controlSum, statusFileId: submission.statusFileId, sha256: submission.sha256,
  };
}
