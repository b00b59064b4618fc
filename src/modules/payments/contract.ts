import Type from "typebox";
import { DateJson, Id, InstantJson, MoneyJson, Nullable, OneOf, Text } from "#kernel/http/schemas.ts";

const text = Type.String();
const textOrNull = Nullable(Type.String());

export const PayoutItem = Type.Object({
  id: text, reference: text, subject: text, purpose: text, amount: MoneyJson, payeeName: text, payeeAccount: text,
  state: OneOf(["created", "sending", "sent", "accepted", "settled", "rejected", "in_doubt", "returned"]), reason: textOrNull, messageId: textOrNull, settledDate: Nullable(DateJson), createdAt: InstantJson, changedAt: InstantJson,
});
export const SentJson = Type.Object({ sent: Type.Integer(), inDoubt: Type.Integer(), waiting: Type.Integer({ description: "Kept, since the bank could not be reached: they leave by themselves" }) });

export const StatementItem = Type.Object({
  id: text, bankStatementId: text, bankAccount: text, fromDate: Nullable(DateJson), toDate: Nullable(DateJson), opening: Nullable(MoneyJson), closing: Nullable(MoneyJson), lineCount: Type.Integer(), importedAt: InstantJson, importedBy: text,
});
export const ImportResultJson = Type.Object({
  statements: Type.Array(Type.Object({
    statementId: text, bankStatementId: text, account: text, alreadyImported: Type.Boolean({ description: "This very statement was imported before; nothing was changed" }),
    lines: Type.Integer(), matched: Type.Integer(), suspense: Type.Integer(), payouts: Type.Integer(), returned: Type.Integer(), repeated: Type.Integer(), other: Type.Integer(),
    continuous: Nullable(Type.Boolean({ description: "Its opening balance is the closing balance of the statement before" })),
  })),
});
export const SyncJson = Type.Object({ files: Type.Integer(), payoutsChanged: Type.Integer(), ...ImportResultJson.properties, stuck: Type.Array(Type.Object({ fileId: text, why: text })) });

export const StatementLineItem = Type.Object({
  id: text, statementId: text, lineNumber: Type.Integer(), amount: MoneyJson, bookingDate: DateJson, valueDate: DateJson, partyName: textOrNull, partyAccount: textOrNull, remittance: text,
  endToEndId: textOrNull, bankReference: text, kind: text, state: text, receiptId: textOrNull, payoutId: textOrNull, loanAccountIds: textOrNull, loanNumbers: textOrNull, note: textOrNull,
});
export const ReceiptItem = Type.Object({
  id: text, channel: text, amount: MoneyJson, valueDate: DateJson, payerName: textOrNull, payerAccount: textOrNull, remittance: text, endToEndId: textOrNull,
  state: OneOf(["suspense", "matched", "returned"]), loanAccountIds: textOrNull, loanNumbers: textOrNull, returnReason: textOrNull, lineId: textOrNull, receivedAt: InstantJson,
});
export const MatchRequest = Type.Object({
  parts: Type.Array(Type.Object({ reference: Text(60), amount: MoneyJson }, { additionalProperties: false }), { minItems: 1, maxItems: 50, description: "One loan, or several that split the receipt" }),
}, { additionalProperties: false });
export const MatchJson = Type.Object({ receiptId: text, matchIds: Type.Array(text) });
export const ReasonRequest = Type.Object({ reason: Text(300) }, { additionalProperties: false });
export const ReceiptRef = Type.Object({ receiptId: text });
export const SuggestionsJson = Type.Object({ items: Type.Array(Type.Object({ loanAccountId: text, reference: textOrNull, confidence: Type.Integer(), because: text })) });

export const CheckoutRequest = Type.Object({
  reference: Text(60), amount: MoneyJson, description: Text(140), returnUrl: Type.String({ maxLength: 500, pattern: "^https?://[^\\s]+$" }),
}, { additionalProperties: false, description: "Pay a loan now; reference is the loan number" });
export const CheckoutJson = Type.Object({ id: text, url: textOrNull, state: OneOf(["created", "open", "paid", "failed"]), loanAccountId: text, amount: MoneyJson, receiptId: textOrNull });
export const CheckoutItem = Type.Object({ id: text, loanAccountId: text, amount: MoneyJson, description: text, state: text, receiptId: textOrNull, createdAt: InstantJson });

export const MandateItem = Type.Object({
  id: text, loanAccountId: text, loanNumber: textOrNull, payerName: text, payerAccount: text, cap: MoneyJson, signedDate: DateJson, state: OneOf(["active", "ended"]), endedDate: Nullable(DateJson), endedBy: textOrNull, endReason: textOrNull, createdAt: InstantJson,
  lastState: textOrNull, lastReason: textOrNull, lastDate: Nullable(DateJson),
});
export const CollectionItem = Type.Object({
  id: text, mandateId: text, loanAccountId: text, loanNumber: textOrNull, payerName: text, dueDate: DateJson, collectDate: DateJson, attempt: Type.Integer(), amount: MoneyJson,
  state: OneOf(["created", "sending", "in_doubt", "sent", "accepted", "paid", "rejected", "returned"]), reason: textOrNull, changedAt: InstantJson,
});
export const MandateJson = Type.Object({ ...MandateItem.properties, collections: Type.Array(CollectionItem) });
export const MandateEnded = Type.Object({ mandateId: text, stopped: Type.Integer({ description: "Debits that were ordered and not yet with the bank, which are not made" }) });

export const IdParams = Type.Object({ id: Id });
