import { type Static, Type } from "typebox";
import { toMinor, toText } from "../money-text.ts";
import { type FieldError, invalid, Refusal } from "../refusal.ts";
import { AmountText, CurrencyText, DateText, ReferenceText, Shape } from "../schemas.ts";
import { accountOf, type BankState, book, dayOf, inDays, notify, wait } from "./book.ts";
import type { Account, Detail, Entry, IncomingPayment } from "./model.ts";

export const IncomingRequest = Shape({
  accountId: Type.String(),
  amount: AmountText,
  currency: CurrencyText,
  valueDate: Type.Optional(DateText),
  debtor: Shape({ name: Type.String({ minLength: 1, maxLength: 140 }), account: Type.Optional(Type.String({ maxLength: 34 })) }),
  remittance: Type.Optional(Type.String({ maxLength: 1000 })),
  endToEndId: Type.Optional(Type.String({ minLength: 1, maxLength: 35 })),
  reference: Type.Optional(ReferenceText),
  returnReason: Type.Optional(Type.String({ pattern: "^[A-Z]{2}\\d{2}$" })),
});
export type IncomingRequest = Static<typeof IncomingRequest>;
export const IncomingBulk = Shape({ payments: Type.Array(IncomingRequest, { minItems: 1, maxItems: 10_000 }) });

/**
 * Money arriving from outside. All payments are checked before the first is booked; one camt.054 per account tells them.
 * A value date that lies ahead waits for its day.
 *
 * @throws Refusal sandbox.invalid, bank.business_date_missing, bank.reference_reused
 *
 * @returns the payments in the order given, and which of them were known by reference already
 */
export function receive(state: BankState, requests: readonly IncomingRequest[]): readonly { payment: IncomingPayment; repeated: boolean }[] {
  const errors: FieldError[] = requests.flatMap((request, index) => faultsOf(state, request, requests.length === 1 ? "" : `/payments/${index}`));
  if (errors.length > 0) throw invalid(errors);
  for (const request of requests) {
    const account = accountOf(state, request.accountId);
    dayOf(account);
    const known = request.reference === undefined ? undefined : state.incoming.get(request.reference);
    if (known !== undefined && (known.accountId !== account.id || known.minor !== toMinor(request.amount, account.currency))) {
      throw new Refusal(422, "bank.reference_reused", `Reference ${request.reference} was used for another incoming payment.`);
    }
  }
  const booked = new Map<Account, Entry[]>();
  const received = requests.map((request) => {
    const known = request.reference === undefined ? undefined : state.incoming.get(request.reference);
    if (known !== undefined) return { payment: known, repeated: true };
    const account = accountOf(state, request.accountId);
    const today = dayOf(account);
    const valueDate = request.valueDate ?? today;
    state.incomingCount += 1;
    const payment: IncomingPayment = {
      id: `inc_${String(state.incomingCount).padStart(9, "0")}`, accountId: account.id, minor: toMinor(request.amount, account.currency), valueDate,
      debtor: request.debtor, remittance: request.remittance, endToEndId: request.endToEndId, returnReason: request.returnReason,
      status: "scheduled", bookingDate: valueDate, bankReference: null,
    };
    if (request.reference !== undefined) state.incoming.set(request.reference, payment);
    if (valueDate > today) wait(account, valueDate, { kind: "incoming", payment });
    else listIn(booked, account).push(bookIncoming(account, payment));
    return { payment, repeated: false };
  });
  for (const [account, entries] of booked) notify(state, account, entries);
  return received;
}

function faultsOf(state: BankState, request: IncomingRequest, path: string): FieldError[] {
  const account = state.accounts.get(request.accountId);
  if (account === undefined) return [{ pointer: `${path}/accountId`, detail: `there is no account ${request.accountId}` }];
  if (account.currency !== request.currency) return [{ pointer: `${path}/currency`, detail: `the account is kept in ${account.currency}` }];
  try {
    return toMinor(request.amount, request.currency) > 0n ? [] : [{ pointer: `${path}/amount`, detail: "must be more than zero" }];
  } catch (error) {
    return [{ pointer: `${path}/amount`, detail: error instanceof Error ? error.message : "not an amount" }];
  }
}

/** Books a payment on the account's day, and arranges its return when one was asked for. */
export function bookIncoming(account: Account, payment: IncomingPayment): Entry {
  const detail: Detail = { minor: payment.minor, endToEndId: payment.endToEndId, counterparty: payment.debtor, remittance: payment.remittance };
  const entry = book(account, "CRDT", "RCDT/DMCT", [detail], payment.valueDate);
  payment.status = "booked";
  payment.bookingDate = entry.bookingDate;
  payment.bankReference = entry.reference;
  if (payment.returnReason !== undefined) {
    wait(account, inDays(account, 1), {
      kind: "return", code: "RCDT/RRTN", side: "DBIT", reason: payment.returnReason,
      detail: { ...detail, originalReference: entry.reference, returnReason: payment.returnReason },
    });
  }
  return entry;
}

export const incomingAnswer = (state: BankState, payment: IncomingPayment): Readonly<Record<string, unknown>> => {
  const { currency } = accountOf(state, payment.accountId);
  return {
    id: payment.id, status: payment.status, accountId: payment.accountId, amount: toText(payment.minor, currency), currency,
    bookingDate: payment.bookingDate, valueDate: payment.valueDate, bankReference: payment.bankReference, endToEndId: payment.endToEndId ?? null,
  };
};

function listIn(lists: Map<Account, Entry[]>, account: Account): Entry[] {
  const list = lists.get(account) ?? [];
  lists.set(account, list);
  return list;
}
