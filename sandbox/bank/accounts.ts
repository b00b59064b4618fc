import { type Static, Type } from "typebox";
import { decimalsOf, toMinor, toText } from "../money-text.ts";
import { invalid, Refusal } from "../refusal.ts";
import { AmountText, CurrencyText, DateText, Shape } from "../schemas.ts";
import type { BankState } from "./book.ts";
import type { Account, AccountNumber } from "./model.ts";

export const AccountRequest = Shape({
  name: Type.String({ minLength: 1, maxLength: 70 }),
  currency: CurrencyText,
  iban: Type.Optional(Type.String({ pattern: "^[A-Z]{2}\\d{2}[A-Z0-9]{11,30}$" })),
  ifsc: Type.Optional(Type.String({ pattern: "^[A-Z]{4}0[A-Z0-9]{6}$" })),
  routing: Type.Optional(Type.String({ pattern: "^\\d{9}$" })),
  account: Type.Optional(Type.String({ pattern: "^[A-Z0-9]{4,34}$" })),
  openingBalance: AmountText,
  openDate: Type.Optional(DateText),
  overdraft: Type.Optional(AmountText),
});
export type AccountRequest = Static<typeof AccountRequest>;

/**
 * Opens an account, or changes the overdraft of the one that is there. Its name stands in files, which must not change.
 *
 * @returns true when it is new
 * @throws Refusal sandbox.invalid, bank.account_differs
 */
export function putAccount(state: BankState, input: { id: string; request: AccountRequest }): boolean {
  const { id, request } = input;
  // An account id and a date together make a statement id of at most 35 characters.
  if (!/^[A-Za-z0-9_-]{1,24}$/.test(id)) throw invalid([{ pointer: "/id", detail: "1 to 24 letters, digits, _ or -" }]);
  if (decimalsOf(request.currency) === undefined) throw invalid([{ pointer: "/currency", detail: "not a currency of this bank" }]);
  const number = numberOf(request);
  const openingMinor = amountOf(request.openingBalance, request.currency, "/openingBalance");
  const overdraftMinor = amountOf(request.overdraft ?? "0", request.currency, "/overdraft");
  const before = state.accounts.get(id);
  if (before === undefined) {
    state.accounts.set(id, {
      id, name: request.name, currency: request.currency, number, openingMinor, overdraftMinor, balanceMinor: openingMinor, dayOpeningMinor: openingMinor,
      businessDate: request.openDate ?? null, entries: [], entryCount: 0, statementCount: 0, waiting: new Map(),
    });
    return true;
  }
  if (before.name !== request.name || before.currency !== request.currency || before.openingMinor !== openingMinor || JSON.stringify(before.number) !== JSON.stringify(number)) {
    throw new Refusal(409, "bank.account_differs", `Account ${id} exists with another name, currency, number or opening balance.`);
  }
  before.overdraftMinor = overdraftMinor;
  return false;
}

function amountOf(text: string, currency: string, pointer: string): bigint {
  try {
    return toMinor(text, currency);
  } catch (error) {
    throw invalid([{ pointer, detail: error instanceof Error ? error.message : "not an amount" }]);
  }
}

function numberOf(request: AccountRequest): AccountNumber {
  const { iban, ifsc, routing, account } = request;
  if (iban !== undefined && ifsc === undefined && routing === undefined && account === undefined) return { kind: "iban", iban };
  if (iban === undefined && account !== undefined && ifsc !== undefined && routing === undefined) return { kind: "in", ifsc, account };
  if (iban === undefined && account !== undefined && routing !== undefined && ifsc === undefined) return { kind: "us", routing, account };
  throw invalid([{ pointer: "/iban", detail: "give iban, or ifsc and account, or routing and account" }]);
}

export function accountAnswer(account: Account): Readonly<Record<string, unknown>> {
  const { kind: _kind, ...number } = account.number;
  return {
    id: account.id, name: account.name, currency: account.currency, ...number, openingBalance: toText(account.openingMinor, account.currency),
    overdraft: toText(account.overdraftMinor, account.currency), balance: toText(account.balanceMinor, account.currency), businessDate: account.businessDate,
  };
}
