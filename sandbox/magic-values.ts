import type { Fault } from "./faults.ts";

/**
 * The documented values that make the sandbox misbehave, as data: the index page, the README and the tests read the same
 * table. Generators of demo people and accounts stay clear of them.
 */
export type NameEffect =
  | "outage" | "slow" | "doubt" | "garbage" | "wrong-person" | "no-record" | "mismatch" | "pending" | "watchlist" | "prime" | "subprime" | "defaulter";

export interface MagicName {
  readonly familyName: string;
  readonly effect: NameEffect;
  readonly bureau: string;
  readonly kyc: string;
}

export const MAGIC_NAMES: readonly MagicName[] = [
  { familyName: "Outage", effect: "outage", bureau: "503, nothing is done", kyc: "503, nothing is done" },
  { familyName: "Slow", effect: "slow", bureau: "answers after 2 seconds", kyc: "answers after 2 seconds" },
  { familyName: "Doubt", effect: "doubt", bureau: "does the work, drops the first answer; GET resolves it", kyc: "does the work, drops the first answer; GET resolves it" },
  { familyName: "Garbage", effect: "garbage", bureau: "unreadable answer", kyc: "unreadable answer" },
  { familyName: "Wrongperson", effect: "wrong-person", bureau: "a report about somebody else", kyc: "somebody else's fields: mismatch" },
  { familyName: "Norecord", effect: "no-record", bureau: "no_record", kyc: "no_record" },
  { familyName: "Mismatch", effect: "mismatch", bureau: "birth date on file differs by a year", kyc: "mismatch on the name" },
  { familyName: "Pending", effect: "pending", bureau: "–", kyc: "pending for three reads, then clear" },
  { familyName: "Watchlist", effect: "watchlist", bureau: "–", kyc: "sanctions: hit" },
  { familyName: "Prime", effect: "prime", bureau: "clean file, high score", kyc: "–" },
  { familyName: "Subprime", effect: "subprime", bureau: "late payments, low score", kyc: "–" },
  { familyName: "Defaulter", effect: "defaulter", bureau: "written-off loan, overdue amount, lowest scores", kyc: "–" },
];

const effectOfName: ReadonlyMap<string, NameEffect> = new Map(MAGIC_NAMES.map((each) => [each.familyName.toLowerCase(), each.effect]));

/** The effect of a family name, if it is a magic one. Letter case does not matter. */
export const nameEffect = (familyName: string): NameEffect | undefined => effectOfName.get(familyName.trim().toLowerCase());

/**
 * The fault a magic name stands for. `firstTime` says that the reference was never received, for `Doubt` loses only the
 * first answer.
 */
export function faultsOfName(familyName: string, firstTime: boolean): readonly Fault[] {
  switch (nameEffect(familyName)) {
    case "outage": return [{ kind: "error", status: 503 }];
    case "slow": return [{ kind: "slow", milliseconds: 2_000 }];
    case "doubt": return firstTime ? [{ kind: "drop" }] : [];
    case "garbage": return [{ kind: "garbage" }];
    case "wrong-person": return [{ kind: "wrong-person" }];
    default: return [];
  }
}

/** What becomes of one item of a payment file. `afterDays` counts business days of the lender's account. */
export type ItemFate =
  | { readonly kind: "settle" }
  | { readonly kind: "reject"; readonly reason: string; readonly afterDays?: number }
  | { readonly kind: "return"; readonly reason: string; readonly afterDays: number }
  | { readonly kind: "delay"; readonly afterDays: number }
  | { readonly kind: "late-report"; readonly afterDays: number };

export interface MagicAccount {
  readonly ending: string;
  readonly payout: ItemFate;
  readonly collection: ItemFate;
  readonly kyc: "clear" | "mismatch" | "no_record";
}

const returned = (reason: string, afterDays = 1): ItemFate => ({ kind: "return", reason, afterDays });
const rejected = (reason: string): ItemFate => ({ kind: "reject", reason });

export const MAGIC_ACCOUNTS: readonly MagicAccount[] = [
  { ending: "0001", payout: rejected("AC04"), collection: rejected("AC04"), kyc: "no_record" },
  { ending: "0002", payout: returned("AC06"), collection: returned("AC06"), kyc: "clear" },
  { ending: "0003", payout: rejected("AC01"), collection: rejected("AC01"), kyc: "no_record" },
  { ending: "0004", payout: returned("AC04"), collection: returned("AM04"), kyc: "clear" },
  { ending: "0005", payout: { kind: "delay", afterDays: 1 }, collection: { kind: "delay", afterDays: 1 }, kyc: "clear" },
  { ending: "0006", payout: returned("MS03", 3), collection: returned("MD06", 3), kyc: "clear" },
  { ending: "0007", payout: rejected("RR04"), collection: rejected("MD01"), kyc: "mismatch" },
  { ending: "0008", payout: { kind: "reject", reason: "MS03", afterDays: 2 }, collection: returned("MD07"), kyc: "clear" },
  { ending: "0009", payout: { kind: "late-report", afterDays: 1 }, collection: { kind: "late-report", afterDays: 1 }, kyc: "clear" },
];

/** Minor units of a two-decimal currency. The whole amount 55 only, so that no ordinary installment is caught. */
export const MAGIC_AMOUNTS: readonly { readonly minor: bigint; readonly text: string; readonly reason: string }[] =
  ["AM04", "AC06", "MD07", "MS02", "MS03", "AC04", "BE05", "AG01", "AC01"].map((reason, index) => (
    { minor: 5_501n + BigInt(index), text: `55.0${index + 1}`, reason }));

const accountByEnding: ReadonlyMap<string, MagicAccount> = new Map(MAGIC_ACCOUNTS.map((each) => [each.ending, each]));
const reasonByAmount: ReadonlyMap<bigint, string> = new Map(MAGIC_AMOUNTS.map((each) => [each.minor, each.reason]));

/** The magic row of an account number, by its last four digits. */
export const magicAccount = (accountNumber: string): MagicAccount | undefined => accountByEnding.get(accountNumber.slice(-4));

/** Reason code with which an amount is returned the next day, if it is a magic one. */
export const returnReasonOfAmount = (minor: bigint): string | undefined => reasonByAmount.get(minor);

/** What becomes of one item, by account first and amount second. */
export function fateOf(direction: "payout" | "collection", accountNumber: string, minor: bigint): ItemFate {
  const byAccount = magicAccount(accountNumber)?.[direction];
  if (byAccount !== undefined) return byAccount;
  const reason = returnReasonOfAmount(minor);
  return reason === undefined ? { kind: "settle" } : returned(reason);
}

/**
 * Texts of the status and return reasons the sandbox uses.
 * @source ISO 20022 external code set, ExternalStatusReason1Code and ExternalReturnReason1Code
 */
export const REASON_TEXTS: Readonly<Record<string, string>> = {
  AC01: "Account number is invalid or missing", AC04: "Account is closed", AC06: "Account is blocked",
  AG01: "Transaction type is forbidden on this account", AM01: "Amount is zero", AM03: "Currency is not that of the account",
  AM04: "Insufficient funds", AM10: "Control sum does not match", AM12: "Amount is invalid", AM18: "Number of transactions does not match",
  BE05: "Creditor is not recognised by the debtor", MD01: "No mandate", MD06: "Refund requested by the payer", MD07: "Account holder is deceased",
  MS02: "Refused by the customer", MS03: "Reason not given", RR04: "Regulatory reason",
};

/** Message addresses that are not reached. */
export const MAGIC_ADDRESSES: readonly { readonly address: string; readonly status: "bounced" | "failed"; readonly reason: string }[] = [
  { address: "bounce@…", status: "bounced", reason: "Mailbox does not exist" },
  { address: "…0000", status: "failed", reason: "Number is not in service" },
];
